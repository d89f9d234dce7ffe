"""What is asked and of whom: question words, verbs, those who are asked about."""

from collections.abc import Mapping

from inference.language.questions.notions import Sense

ASKING: Mapping[Sense, str] = {
    Sense.PATIENT: (
        "paciente|el paciente|la paciente|su|sus|le|les|senor|senora|enfermo|enferma|el|ella|"
        "abuelo|abuela|don|dona"
    ),
    Sense.QUERY: (
        "recuerdame|acuerdame|podrias decirme|me puedes decir|puedes decirme|sabrias|"
        "sabrias decirme|que|cual|cual es|cual fue|cual ha sido|cuales son|dime|decime|dame|"
        "digame|muestra|mostrame|muestrame|quiero saber|quisiera saber|necesito saber|me dices|"
        "me decis|podrias|podes|puedes|puede|se sabe|sabes|sabeis|sabemos|indicame|ensename|"
        "pasame|por favor|cuanto tiene|cuanta tiene|en cuanto|en cuanto esta|cuanto marca|"
        "a cuanto|lista|listado|contame|cuentame|me gustaria saber|querria saber|saber|si|"
        "avisame|q|k|consultar|confirmame|confirma|me das|me da|me dan|dadme|decidme|diganme|"
        "dimelo|dimela|me podes decir|me podrias decir|me puede decir|me podria decir|"
        "quisiera que"
    ),
    Sense.IS: (
        "es|esta|tiene|hay|anda|va|son|estan|tienen|lleva|trae|se encuentra|presenta|tenes|"
        "tenemos|esta en|marca|marcan|se ve|luce|maneja|manejan|cursa|cursan|traen|presentan|"
        "mantienen|viene|vienen|esta con|estan con|sigue siendo|hace|sea|sean|no deja de|"
        "no para de|no paran de"
    ),
    Sense.HAPPENED: (
        "levanto|levanta|levantado|levantaron|tiro|aparecen|aparece|salio|marco|marcaba|"
        "ha tenido|han tenido|ha hecho|ha habido|tuvo|tenia|tuvieron|hizo|hubo|habia|estuvo|"
        "estaba|ha estado|ha sido|fue|era|se puso|se ha puesto|presento|ha presentado|presentado|"
        "sufrio|ha sufrido|ha|han|han sido|registro|se registro|paso|ha pasado|ocurrio|le dio|"
        "le ha dado|dio|dado|hicieron|aparecio|ha aparecido|aparecido|pego|ha pegado|metio|"
        "ha metido|tenido|hecho|habido|estado|quedo|entro en|llevaba|he|has|mostro|mostrado|"
        "amanecio|amanecido|registraron|se registraron|hubiera|hubiese|hubieron|anduvo con|"
        "estuve|estuvieron|estaban|sufrido|tenian|hacia|daba|ocurrieron|ocurrido|sucedio|"
        "sucedido|salieron|marcaron|marcado|desperto|trajo|pasaron|pasado|paso fiebre"
    ),
    Sense.STILL: (
        "sigue|siguen|todavia|aun|continua|persiste|continuan|seguia|seguis|seguimos|"
        "sigue estando|queda|quedan|continua con|aun sigue|todavia sigue"
    ),
    Sense.WHEN: (
        "cuando|a que hora|a que horas|desde cuando|desde que hora|en que momento|que hora|"
        "hora de inicio|inicio|empezo|empezado|empieza|comenzo|comenzado|comienza|comienzo|"
        "primera vez|hora exacta|hora de|inicio de|arranco|a partir de que hora|momento en que|"
        "a q hora|empezar|hora en que|horario en que|momento exacto|desde que horas|que dia|"
        "desde que momento|empezaron|comenzaron|iniciado|iniciaron|aparicion|en que minuto|"
        "fecha y hora|hora a la que|hora que|que horas|en que horario|a que minuto|cuando fue|"
        "cuando ocurrio|inicio y fin|con inicio y fin|comienzo y fin"
    ),
    Sense.HOW_LONG: (
        "cuanto tiempo|durante cuanto tiempo|cuanto duro|cuanto ha durado|cuanto dura|"
        "cuanto duraron|cuanto han durado|cuantas horas|cuantos minutos|duracion|"
        "por cuanto tiempo|durante cuanto|cuanto rato|tiempo total|duro|duraron|durado|"
        "que duracion|tiempo que estuvo|tiempo que ha estado|cuanto estuvo|cuanto lleva|"
        "cuanto llevaba|hace cuanto esta|hace cuanto que esta|tiempo acumulado|tiempo en total|"
        "cuanto tiempo total|tiempo con|tiempo por debajo|tiempo por encima|minutos por debajo|"
        "minutos por encima|minutos con|horas con|minutos estuvo|horas estuvo|minutos ha estado|"
        "horas ha estado|minutos lleva|horas lleva|minutos paso|horas paso|que tanto tiempo|"
        "cuanto paso|cuanto tiempo paso|lapso|dura|durando|duraria|tiempo estuvo|tiempo paso|"
        "tiempo lleva|cuantos ratos|cuanto se tiro|cuanto se paso|minutos totales|horas totales|"
        "cuantos min"
    ),
    Sense.HOW_OFTEN: (
        "cuantas veces|con que frecuencia|numero de veces|cuantos episodios|numero de episodios|"
        "cuantas ocasiones|en cuantas ocasiones|veces|cuantos picos|cuantas caidas|"
        "cuantas bajadas|que tan seguido|cada cuanto|cuantos eventos|recuento|conteo|"
        "frecuencia con que|ocasiones|que tan frecuente|que tantas veces|cada cuantas horas|"
        "cada cuantos minutos|que tan frecuentemente|cuantos cuadros|cuantas crisis|"
        "cuantos bajones|cuenta de"
    ),
    Sense.HOW_MANY: (
        "cuantos|cuantas|numero de|cantidad de|cuanta|cuanto|total de|que tantos|que tantas|"
        "cuanto suman|cantidad"
    ),
    Sense.WHY: (
        "por que|porque|motivo|razon|causa de la puntuacion|de que se compone|compuesto|se debe|"
        "a que se debe|de donde sale|de donde salen|que parametros|desglose|desglosa*|desglosar|"
        "que suma|que sumandos|que puntua|componentes|que contribuye|contribuy*|"
        "explica la puntuacion|explicame el news|que le da|a causa de que|debido a que|"
        "que hay detras|detras de|que esta dando|que esta sumando|de que viene|que lo sube|"
        "que eleva|que hace que|que aporta|aporta*|que parametro|justifica|explic*|da puntos|"
        "dan puntos|suma puntos|suman puntos|le suma|le suman|puntos da|puntos aporta|"
        "que le puntua|de que salen|a expensas de|a costa de|de donde viene|de donde vienen|"
        "que items|que item|que variables|que variable|que rubros|que rubro|desglosado|"
        "por parametro|por parametros|descompon*|explicacion|justific*|razones|motivos|se deben|"
        "se deben a|se debe a|responsable*|culpable*|penaliza*|que constante|"
        "que constantes puntuan|que signos puntuan|puntuan|puntuando|por culpa de|le dan|"
        "que le dan|que signo|composicion|se compone|como se compone|se lleva los puntos|"
        "mas pesa|que criterios|cuales criterios|criterios que|uno por uno|uno a uno|"
        "punto por punto|por separado|item por item|parametro por parametro|cada parametro|"
        "que le falta para bajar|que esta pesando|que aporta mas|que le pesa|"
        "origen de los puntos|procedencia de los puntos|esta disparando|esta elevando|"
        "esta inflando|esta cargando|disparando|esta empujando|lo dispara|lo infla|lo sube|"
        "lo eleva|le sube el news|le sube la puntuacion"
    ),
    Sense.WHO: (
        "quien|quienes|a quien|que paciente|que pacientes|cual de los pacientes|cual de ellos|"
        "cuales|cual de mis pacientes|cuales de mis pacientes|que enfermo|que enfermos|"
        "cual de todos|de quien|cuales de los pacientes|cual paciente|cuales pacientes|"
        "cual es el paciente|a cuales|que usuario|que usuarios|en quien|con quien|con quienes|"
        "que pte|que ptes|que px|cual px|cual pte|que internado|que internados|"
        "cual de los internados|de cual paciente|de que paciente|a que paciente|a cual paciente|"
        "a cual|cual de los ingresados|cual de los enfermos|cual enfermo|a quienes|de quienes|"
        "cual de mis enfermos|que senora|que senor|pacientes que|los que tienen|los que tengan|"
        "los que esten|los que estan|que persona|que personas"
    ),
    Sense.WHICH_BED: (
        "que cama|que camas|cual cama|cuales camas|que habitacion|en que cama|de que cama|"
        "a que cama|que box|cual es la cama|que numero de cama|que cuarto|que cuartos|"
        "que habitaciones|que pieza|que piezas|que boxes|que cubiculo|que cubiculos|que puesto|"
        "cual habitacion|numero de cama|en que habitacion|en que box|en que pieza|en cual cama|"
        "en que camas|a que habitacion|cual box|cual cuarto|cual pieza|camas que|camas con"
    ),
    Sense.ANYONE: (
        "alguien|algun paciente|alguno|alguna|algun enfermo|todos los pacientes|todos|todas|"
        "nadie|ninguno de los pacientes|la planta|en planta|en la planta|la unidad|en la unidad|"
        "pacientes|camas|la sala|en la sala|sala|ingresados|alguno de los pacientes|"
        "alguno de mis pacientes|alguna cama|el servicio|enfermos|hay alguien|los pacientes|"
        "mis pacientes|unidad|planta|piso|el piso|del piso|servicio|del servicio|sector|"
        "del sector|mi sector|pabellon|area|el area|mis camas|mis enfermos|los internados|"
        "internados|hospitalizados|toda la planta|toda la unidad|toda la sala|todo el piso|"
        "todo el servicio|mios|ptes|terapia intensiva|la uci|uci|uti|la uti|ala|box de|algunos|"
        "alguna de las camas|cualquiera|todita|demas|control central"
    ),
    Sense.FIRST: (
        "el peor|la peor|los peores|las peores|peor valor|primero|primera|mas grave|mas graves|"
        "mas urgente|mas urgentes|peor|peores|prioridad|prioritari*|priorizar|priorizo|prioriza|"
        "mas critic*|mas inestable|mas inestables|mas preocupante|mas enferm*|me necesita|"
        "necesita antes|necesita atencion|me preocupa|atender|atiendo|veo antes|ver antes|"
        "empiezo|empezar por|por donde|mas riesgo|mayor riesgo|mas mal|mas malito|mas malita|"
        "a quien veo|a quien atiendo|deberia ver|voy primero|antes|acudir|acudo|"
        "orden de gravedad|ordena|mas delicado|mas delicada|mas apurado|reclama|corre mas prisa|"
        "mas prisa|urge|urge mas|mas pachucho|mas comprometid*|ir a ver|lo primero|"
        "en primer lugar|primeros|mas jodid*|mas fregad*|mas delicad*|mas complicad*|mas critico|"
        "peor parad*|peor estado|orden de prioridad|por prioridad|en orden de prioridad|"
        "por gravedad|en orden de gravedad|segun gravedad|ranking|jerarqui*|triage|triaje|"
        "clasific*|mas alarmante|mas tocad*|mas chung*|mas descompensad*|mas necesitad*|"
        "corre prisa|vigilar mas|mas de cerca|debo ver|vemos primero|preocupar mas|"
        "preocuparme mas|preocupar|mas feo|mas fea|mas peligro|mas malito de|peorcito|peorcita|"
        "por quien empiezo|por quien|paso a ver primero|mas inquietante|mas atencion|"
        "mas vigilancia|mas ojo|lista de prioridad|lista de prioridades|prioridades|"
        "orden de atencion|orden de visita|orden de la ronda|orden por news|a cual paciente voy|"
        "a que paciente voy|a quien voy|a que cama voy|a quien me voy|a quien corro|"
        "con quien voy|con quien empiezo|con cual empiezo|a cual voy|a quien entro|"
        "a quien reviso|requiere atencion|necesitan atencion|requieren atencion|atencion primero|"
        "atencion inmediata|por cual empiezo|por cual paciente|por que cama empiezo|"
        "por que paciente empiezo|cual me preocupa|me preocupan|preocupan mas|mas preocupado|"
        "mas preocupada|quien me necesita|me reclama|mas ocupad*|de mayor a menor gravedad|"
        "mas peliagud*|mas urgencia|mas apurada|mas pesad*|mas chueco|mas cascad*|mas fastidiad*|"
        "requiere mas|necesita mas vigilancia|vigilar primero|se me complica|mas al limite|"
        "al limite"
    ),
    Sense.NOT: (
        "no|nunca|sin|ni|tampoco|nada|ningun|ninguna|ninguno|excepto|salvo|quitando|aparte de|"
        "exceptuando|descontando|fuera de|a excepcion de|sin contar|menos cuando|ya no"
    ),
    Sense.CONDITION: (
        "como esta|como va|como se encuentra|como sigue|que tal|que tal esta|como anda|situacion|"
        "resumen|resume|como lo ves|que tal va|como ha estado|como estuvo|como ha pasado|"
        "como paso|como le va|como viene|como esta evolucionando|como andan|como estan|como van|"
        "como|como amanecio|que onda con|que onda|que hay de|que hay con|como pinta|como se ve|"
        "como la ves|como le ha ido|como se ha portado|como anduvo|como evoluciono|novedades|"
        "alguna novedad|estado general|estado actual|panorama|como quedo|como marcha|"
        "como me lo ves|que me cuentas de|como anda de"
    ),
    Sense.NOW: (
        "en estos instantes|a estas horas|en este preciso momento|mientras hablamos|"
        "justo en este momento|a dia de ahora|ahora|ahora mismo|en este momento|actualmente|"
        "en estos momentos|ahorita|en este instante|ya mismo|a dia de hoy|al momento|"
        "en este rato|justo ahora|en la actualidad|a esta hora|ahorita mismo|al dia de hoy|"
        "hoy por hoy|ahora ahora|en vivo|en tiempo real|ahorititita|a la fecha|en el momento|"
        "justamente ahora|al instante|presentemente|de ahora|de ahorita|de este momento|altiro|"
        "al tiro|de una|en este mismo momento|en este mismo instante|ya ya|ahora por ahora|"
        "en el presente|corriente|del momento|hasta este preciso momento|a la hora de ahora"
    ),
    Sense.LATEST: (
        "ultima|ultimo|ultimas|ultimos|mas reciente|mas recientes|reciente|recientes|actual|"
        "actuales|ultima medida|ultima toma|ultima lectura|ultimo valor|ultimo dato|"
        "ultimo registro|lo ultimo|lo mas reciente|mas nuevo|mas nueva|recien tomad*|"
        "recien medid*|ultimita|mas actual|mas actualizad*|actualizad*"
    ),
    Sense.SINCE: "desde|a partir de",
}
