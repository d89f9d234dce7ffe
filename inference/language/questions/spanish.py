"""The words of Spanish questions. Lower case, without accents; * stands for any ending."""

from collections.abc import Mapping

from inference.language.questions.notions import Event, Sense
from sereno.domain.questions import Period, Stretch, Topic
from sereno.domain.surveillance import Direction, Response, ScoreKind

_LOW, _HIGH = Direction.LOW, Direction.HIGH

TOPICS: Mapping[Topic, str] = {
    Topic.HEART: (
        "pulsos|pulsacion|latido|late|latia|frecuencias cardiacas|"
        "frecuencia cardiaca|frecuencias cardiacas|fc|f.c.|ritmo cardiaco|pulso|pulsos|"
        "frecuencia del pulso|pulsaciones|latidos|lpm|frec cardiaca|frecuencia del corazon|"
        "frecuencia|corazon|hr|palpitacion"
    ),
    Topic.SATURATION: (
        "saturara|saturaron|saturase|saturamos|pulsioxi|o2 en sangre|"
        "spo2|sp02|sao2|sato2|sat o2|sat de o2|saturacion de oxigeno|saturacion de o2|"
        "saturaciones|saturacion|saturometria|sat|sats|satu|satura|saturando|saturaba|saturo|"
        "saturar|saturado|oximetria|pulsioximetria|pulsioximetro|oximetro|oxigenacion|"
        "oxigeno en sangre|nivel de oxigeno|niveles de oxigeno|oxigenando|oxigena|oxigenaba"
    ),
    Topic.BREATHING: (
        "respiro|respirado|respirar|respiraron|respiran|respirase|ventilatoria|"
        "frecuencia ventilatoria|"
        "frecuencia respiratoria|fr|f.r.|frec respiratoria|frecuencia de respiracion|"
        "respiraciones|respiracion|respiraciones por minuto|rpm|respiratoria|respirando|"
        "respira|respiraba|ritmo respiratorio|frecuencia resp|resp|rr"
    ),
    Topic.TEMPERATURE: (
        "temperatura axilar|temperatura timpanica|temperatura central|temperatura rectal|"
        "termometria|grados tuvo|"
        "temperatura|temperaturas|temp|temps|t°|tº|temperatura corporal|termometro|tª|"
        "ta corporal|grados de temperatura"
    ),
    Topic.PRESSURE: (
        "presion arterial|tension arterial|presion sanguinea|presiones|tensiones|presion|"
        "tension|ta|t.a.|pa|p.a.|pas|tas|sistolica|presion sistolica|tension sistolica|"
        "tension arterial sistolica|presion arterial sistolica|sistolicas|tensional|"
        "tensionales|hemodinamica|hemodinamicamente|la maxima de tension|bp|pani|"
        "presion de manguito|la alta"
    ),
    Topic.DIASTOLIC: (
        "diastolica|presion diastolica|tension diastolica|tension arterial diastolica|"
        "presion arterial diastolica|tad|pad|diastolicas|la baja"
    ),
    Topic.MEAN_PRESSURE: (
        "presion media|presion arterial media|tension media|tension arterial media|pam|tam|"
        "presiones medias|map"
    ),
    Topic.CAPNOGRAPHY: (
        "etco2|capnografia|capnometria|capnografo|co2 espirado|co2|dioxido de carbono|"
        "co2 al final de la espiracion|end tidal"
    ),
    Topic.OXYGEN: (
        "fio2|oxigeno inspirado|flujo de oxigeno|oxigenoterapia|oxigeno suplementario|"
        "aporte de oxigeno|con oxigeno|oxigeno|o2|litros de oxigeno|"
        "gafas nasales|gafas|mascarilla|canula nasal|oxigeno extra|bigotera"
    ),
    Topic.CONSCIOUSNESS: (
        "conciencia|consciencia|nivel de conciencia|nivel de consciencia|estado mental|acvpu|"
        "avpu|neurologico|neurologicamente|estado neurologico|estado de conciencia|sensorio|"
        "estado de alerta"
    ),
    Topic.COMA_SCALE: (
        "glasgow|gcs|escala de glasgow|escala de coma de glasgow|escala de coma|ecg glasgow|"
        "puntuacion de glasgow|glasgows"
    ),
    Topic.GLUCOSE: (
        "glucosa|glucemia|glucemias|glicemia|glicemias|azucar|azucar en sangre|bm|dxt|dextro|"
        "glucometria|hemoglucotest|hgt|destrostix|glucosa capilar|glucemia capilar|"
        "niveles de azucar"
    ),
}

EVENTS: Mapping[Event, str] = {
    Event(Topic.TEMPERATURE, _HIGH): (
        "fiebre|fiebres|febril|febriles|febricula|pirexia|hipertermi*|hipertermico|calentura|"
        "pico febril|picos febriles|pico de fiebre|picos de fiebre|pico de temperatura|"
        "picos de temperatura|febrilidad|destemplado|destemplada|caliente"
    ),
    Event(Topic.TEMPERATURE, _LOW): (
        "hipotermi*|hipotermico|frio|fria|demasiado frio|demasiado fria"
    ),
    Event(Topic.SATURATION, _LOW): (
        "desatur*|desaturacion|desaturaciones|hipoxi*|hipoxemi*|hipoxemico|"
        "bajada de saturacion|caida de saturacion|caidas de saturacion|bajadas de saturacion|"
        "falta de oxigeno|bajon de saturacion|bajones de saturacion"
    ),
    Event(Topic.HEART, _HIGH): (
        "taquicardi*|taquicardico|taquicardica|taqui|corazon acelerado|pulso acelerado|"
        "pulso rapido|corazon rapido|acelerado|acelerada|palpitaciones"
    ),
    Event(Topic.HEART, _LOW): (
        "bradicardi*|bradicardico|bradicardica|bradi|pulso lento|corazon lento"
    ),
    Event(Topic.BREATHING, _HIGH): (
        "taquipn*|respira rapido|respirando rapido|respiracion rapida|respirado rapido|"
        "respira muy rapido|polipn*|disne*|hiperventil*|ahogo|ahogado|ahogada|"
        "respiracion agitada"
    ),
    Event(Topic.BREATHING, _LOW): (
        "bradipn*|respira lento|respiracion lenta|apnea|apneas|apneic*|hipoventil*|"
        "depresion respiratoria|respirando lento|respirando despacio|respira despacio|"
        "dejado de respirar|dejo de respirar"
    ),
    Event(Topic.PRESSURE, _LOW): (
        "hipotens*|hipotension|hipotenso|hipotensa|tension baja|presion baja|ta baja|pa baja|"
        "bajada de tension|bajadas de tension|bajon de tension|bajones de tension|"
        "caida de tension|caida de presion|caidas de tension|bajada de presion|"
        "bajones de presion|bajon de presion|tension por los suelos|hipotensiones"
    ),
    Event(Topic.PRESSURE, _HIGH): (
        "hipertens*|hipertension|hipertenso|hipertensa|tension alta|presion alta|ta alta|"
        "pa alta|subida de tension|subidas de tension|pico de tension|picos de tension|"
        "pico hipertensivo|picos hipertensivos|hta|crisis hipertensiva"
    ),
    Event(Topic.CONSCIOUSNESS, _HIGH): (
        "confus*|confusion|desorientad*|somnolien*|somnolencia|delirio|delirium|delirando|"
        "obnubilad*|estuporos*|inconscien*|alterado|alterada|agitado|agitada|"
        "perdido la conciencia|perdio la conciencia|perdida de conciencia|no responde|"
        "arreactiv*|letargic*|adormilad*|deterioro neurologico"
    ),
    Event(Topic.GLUCOSE, _LOW): (
        "hipogluc*|hipoglic*|azucar bajo|azucar baja|bajon de azucar|bajada de azucar|"
        "glucosa baja|hipo|hipos"
    ),
    Event(Topic.GLUCOSE, _HIGH): (
        "hipergluc*|hiperglic*|azucar alto|azucar alta|glucosa alta|subida de azucar"
    ),
    Event(Topic.CAPNOGRAPHY, _HIGH): "hipercapni*|retiene co2|reteniendo co2|retencion de co2",
    Event(Topic.CAPNOGRAPHY, _LOW): "hipocapni*",
}

WELL: Mapping[Topic, str] = {
    Topic.OXYGEN: (
        "aire ambiente|al aire ambiente|a aire ambiente|con aire ambiente|en aire ambiente|"
        "respira aire ambiente|al aire|a aire|respira aire|sin oxigeno|sin o2|"
        "sin aporte de oxigeno|sin oxigenoterapia|sin oxigeno suplementario|sin gafas|"
        "sin mascarilla|sin aporte"
    ),
    Topic.TEMPERATURE: "afebril|apiretic*|normotermic*|eutermic*",
    Topic.PRESSURE: "normotens*|hemodinamicamente estable",
    Topic.CONSCIOUSNESS: "alerta|despiert*|orientad*|consciente|conscient*|lucid*",
    Topic.GLUCOSE: "normogluc*",
    Topic.BREATHING: "eupneic*",
}

SCORES: Mapping[ScoreKind, str] = {
    ScoreKind.NEWS2: (
        "news2|news 2|news|puntuacion news|puntaje news|escala news|score news|el score|"
        "score|scores|ews|puntuacion|puntaje|puntuaciones|alerta temprana|"
        "escala de alerta temprana|alerta precoz|puntuacion de alerta|"
        "puntuacion de alerta precoz|puntua|puntos|escala de alerta|escala|indice news"
    ),
    ScoreKind.QSOFA: (
        "qsofa|q sofa|quick sofa|sofa|escala qsofa|puntuacion qsofa|puntuacion de sepsis"
    ),
}

RESPONSES: Mapping[Response, str] = {
    Response.EMERGENCY: (
        "emergencia|de emergencia|respuesta de emergencia|valoracion de emergencia|criticos|"
        "monitorizacion continua|monitorizar de forma continua|continuamente|"
        "de forma continua|vigilar de forma continua|revision de emergencia|"
        "equipo de respuesta rapida|vigilancia continua"
    ),
    Response.URGENT: (
        "valoracion de urgencia|de urgencia|revision de urgencia|atencion urgente|"
        "evaluacion urgente|evaluacion de urgencia|urgente|valoracion urgente|respuesta urgente|"
        "revision urgente|urgencia|con urgencia|"
        "urgentemente|cada hora"
    ),
    Response.ROUTINE: "rutina|de rutina|habitual de planta|vigilancia habitual",
}

PERIODS: tuple[tuple[Period, str], ...] = (
    (
        Period(stretch=Stretch.NIGHT),
        (
            "esta noche|anoche|por la noche|durante la noche|en la noche|toda la noche|la noche|"
            "de noche|noche|turno de noche|el turno de noche|esta madrugada y noche|"
            "esta ultima noche|la ultima noche|en lo que va de noche|a lo largo de la noche|"
            "esta noxe|stanoche|la pasada noche|la noche pasada|esta pasada noche"
        ),
    ),
    (
        Period(stretch=Stretch.NIGHT, days=1),
        (
            "la noche anterior|noche anterior|anteanoche|antenoche|la otra noche|"
            "ayer por la noche|ayer noche|ayer a la noche|ayer en la noche"
        ),
    ),
    (
        Period(stretch=Stretch.TODAY),
        (
            "hoy|en el dia de hoy|el dia de hoy|durante el dia|desde medianoche|"
            "en lo que va de dia|lo que va de dia|este dia|a lo largo del dia|todo el dia|"
            "en todo el dia|en el dia|desde la medianoche|lo que llevamos de dia|hoy en dia"
        ),
    ),
    (
        Period(stretch=Stretch.TODAY, days=1),
        ("ayer|el dia anterior|dia anterior|el dia de ayer|dia previo|el dia previo|la vispera"),
    ),
    (Period(stretch=Stretch.TODAY, days=2), "anteayer|antes de ayer|antier|hace dos dias"),
    (
        Period(stretch=Stretch.MORNING),
        (
            "esta manana|por la manana|durante la manana|en la manana|la manana|turno de manana|"
            "toda la manana|a la manana|manana"
        ),
    ),
    (
        Period(stretch=Stretch.MORNING, days=1),
        ("ayer por la manana|ayer en la manana|ayer a la manana|la manana de ayer|manana de ayer"),
    ),
    (
        Period(stretch=Stretch.AFTERNOON),
        (
            "esta tarde|por la tarde|durante la tarde|en la tarde|la tarde|tarde|turno de tarde|"
            "a la tarde|toda la tarde|de la tarde"
        ),
    ),
    (
        Period(stretch=Stretch.AFTERNOON, days=1),
        ("ayer por la tarde|ayer en la tarde|ayer a la tarde|la tarde de ayer|tarde de ayer"),
    ),
    (
        Period(stretch=Stretch.SMALL_HOURS),
        (
            "madrugada|esta madrugada|de madrugada|la madrugada|por la madrugada|"
            "durante la madrugada|en la madrugada"
        ),
    ),
    (
        Period(stretch=Stretch.SHIFT),
        (
            "este turno|mi turno|el turno|en el turno|durante el turno|desde el relevo|"
            "desde el cambio de turno|turno actual|turno|lo que llevamos de turno|"
            "desde que entre|desde que empece|desde que he entrado|lo que va de turno|"
            "en lo que va de turno|desde que empezo el turno|desde el inicio del turno|"
            "nuestro turno|la guardia|esta guardia|mi guardia|guardia|desde que llegue|"
            "en toda la guardia"
        ),
    ),
    (
        Period(stretch=Stretch.LAST, hours=24),
        ("ultimo dia|el ultimo dia|ultimas 24|las ultimas 24"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=1),
        ("ultima hora|la ultima hora|esta hora|esta ultima hora|hora pasada"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=168),
        ("esta semana|la semana|ultima semana|la ultima semana|semana pasada"),
    ),
    (
        Period(stretch=Stretch.LAST, hours=6),
        (
            "ultimas horas|las ultimas horas|estas horas|las horas previas|ultimas horitas|"
            "estas ultimas horas"
        ),
    ),
    (
        Period(stretch=Stretch.ALL),
        (
            "desde el ingreso|desde que ingreso|desde que esta ingresad*|desde su ingreso|"
            "durante el ingreso|en todo el ingreso|todo el ingreso|desde que llego|"
            "desde la admision|desde que esta aqui|en todo el registro|todo el registro|"
            "en toda la estancia|estancia|ingreso|en todo el tiempo"
        ),
    ),
)

PHRASES: Mapping[Sense, str] = {
    Sense.SINCE: "desde|a partir de",
    Sense.PATIENT: (
        "paciente|el paciente|la paciente|su|sus|le|les|senor|senora|enfermo|enferma|el|ella|"
        "abuelo|abuela|don|dona"
    ),
    Sense.SHOULD: (
        "debo|debemos|deberia|deberiamos|conviene|convendria|tengo que|tenemos que|puedo|"
        "podemos|habria que"
    ),
    Sense.STAYED: (
        "se ha mantenido|se mantuvo|mantenido|mantuvo|se mantiene|mantiene|permanecido|"
        "permanece|siempre|se ha quedado|se quedo"
    ),
    Sense.LONGEST: (
        "la mas larga|el mas largo|cuanto duro la mas larga|pausa mas larga|silencio mas largo|"
        "interrupcion mas larga|corte mas largo|mayor interrupcion|mayor corte|mayor pausa|"
        "mayor silencio|"
        "mas largo|mas larga|rato mas largo|hueco mas largo|intervalo mas largo|"
        "mayor intervalo|mayor hueco|tramo mas largo|periodo mas largo|mayor tiempo|"
        "maximo tiempo|hueco mas grande|laguna mas larga"
    ),
    Sense.ALL_TOPICS: (
        "constantes|constantes vitales|signos vitales|vitales|signos|los parametros|"
        "parametros|constante|cifras|mediciones|las tomas|controles|valores"
    ),
    Sense.HIGHEST: (
        "hasta que punto subio|cuanto llego a subir|cuanto subio|cuanto ha subido|"
        "a que valor subio|punto mas alto|valor mas alto|cifra mas alta|lo mas alto|"
        "lo mas alta|"
        "a cuanto llego|a cuanto le llego|a cuanto ha llegado|a cuanto le ha llegado|"
        "a cuanto le subio|a cuanto subio|a cuanto ha subido|a cuanto le ha subido|"
        "hasta cuanto le|hasta donde le|hasta donde llego|hasta donde subio|tope de|"
        "a cuanto se puso|hasta cuanto tuvo|mas alta que tuvo|mas alto que tuvo|"
        "hasta cuanto se fue|mas alta|mas alto|mas altas|mas altos|maxima|maximo|maximas|"
        "maximos|max|pico|el pico|hasta cuanto|hasta donde|hasta que valor|mayor|tope|techo|"
        "mas elevad*|subio a cuanto|hasta cuanto subio|hasta cuanto llego|"
        "hasta cuanto ha llegado|hasta cuanto ha subido|que tan alta|que tan alto|mas rapido|"
        "mas rapida|peor fiebre|hasta cuanto le subio|hasta cuanto se puso"
    ),
    Sense.LOWEST: (
        "hasta que punto bajo|cuanto llego a bajar|cuanto bajo|cuanto ha bajado|"
        "a que valor bajo|punto mas bajo|valor mas bajo|cifra mas baja|lo mas bajo|lo mas baja|"
        "hasta donde se fue|"
        "mas baja|mas bajo|mas bajas|mas bajos|minima|minimo|minimas|minimos|min|nadir|menor|"
        "hasta cuanto bajo|hasta cuanto cayo|hasta cuanto ha bajado|hasta cuanto le bajo|"
        "hasta cuanto ha caido|hasta donde bajo|hasta donde cayo|hasta donde ha bajado|"
        "que tan baja|que tan bajo|suelo|mas lento|mas lenta|a cuanto bajo|a cuanto cayo|"
        "a cuanto ha bajado|hasta cuanto desatur*|hasta que valor bajo|hasta que valor cayo"
    ),
    Sense.UPWARD: (
        "alta|alto|altas|altos|elevad*|subio|subido|subia|subida|subidas|sube|disparad*|"
        "disparo|dispararse|aumento|aumentado|se fue arriba|arriba|por las nubes|"
        "demasiado alta|demasiado alto|muy alta|muy alto|rapido|rapida"
    ),
    Sense.DOWNWARD: (
        "baja|bajo|bajas|bajos|bajado|bajaba|bajada|bajadas|bajar|cayo|caido|cae|caer|caida|"
        "caidas|desplom*|descendio|descendido|descenso|descensos|bajon|bajones|hundio|"
        "disminuy*|demasiado baja|demasiado bajo|muy baja|muy bajo|lento|lenta|cayendo por|"
        "se le cayo|se le ha caido|se le bajo"
    ),
    Sense.ABOVE: (
        "a mas de|"
        "ha pasado de|paso los|pasado los|pasa los|pasan de|pasaron de|por encima|"
        "por encima de|encima de|mas de|superior a|superiores a|mayor de|mayor que|mayor a|"
        "mayores de|mayores a|mayores que|supera|supero|superado|superaba|superar|superando|"
        "paso de|pasado de|pasa de|pasaba de|pasar de|sobrepas*|excede|excedio|excedido|"
        "sobre|rebas*|arriba de|mas alta que|mas alto que|>"
    ),
    Sense.BELOW: (
        "a menos de|"
        "por debajo|por debajo de|debajo de|menos de|inferior a|inferiores a|menor de|"
        "menor que|menor a|menores de|menores a|menores que|bajo de|bajado de|bajo los|"
        "baja de|bajaba de|bajar de|mas baja que|mas bajo que|abajo de|cayo de|caido de|"
        "caer de|no llega a|no llego a|no llegaba a|<"
    ),
    Sense.AT_LEAST: (
        "al menos|o mas|o superior|o mayor|>=|≥|llego a|llegado a|llega a|llegar a|llegaba a|"
        "alcanz*|toco los|de hasta"
    ),
    Sense.AT_MOST: "como mucho|o menos|o inferior|o menor|<=|≤|bajo a|bajado a|cayo a|caido a",
    Sense.RANGE: (
        "medianas|"
        "rango|rangos|mediana|media|promedio|promedios|entre que|entre cuanto|oscil*|"
        "oscilado|variado|varia|variacion|variaciones|fluctu*|habitual|tipica|normalmente|"
        "en torno a|intervalo|maximo y minimo|maxima y minima|minimo y maximo|"
        "minima y maxima|se ha movido|ha estado moviendo|ha andado|anduvo|medias|horquilla|"
        "historial|como ha ido|como fue|registro de la|entre que valores|de promedio"
    ),
    Sense.LATEST: (
        "ultima|ultimo|ultimas|ultimos|mas reciente|mas recientes|reciente|recientes|actual|"
        "actuales|ultima medida|ultima toma|ultima lectura|ultimo valor|ultimo dato|"
        "ultimo registro"
    ),
    Sense.NOW: (
        "en estos instantes|a estas horas|en este preciso momento|mientras hablamos|"
        "justo en este momento|a dia de ahora|"
        "ahora|ahora mismo|en este momento|actualmente|en estos momentos|ahorita|"
        "en este instante|ya mismo|a dia de hoy|al momento|en este rato|justo ahora|"
        "en la actualidad|a esta hora|ahorita mismo"
    ),
    Sense.STILL: (
        "sigue|siguen|todavia|aun|continua|persiste|continuan|seguia|ya no|seguis|seguimos|"
        "sigue estando|queda|quedan"
    ),
    Sense.HAPPENED: (
        "levanto|levanta|levantado|levantaron|tiro|aparecen|aparece|salio|marco|marcaba|"
        "ha tenido|han tenido|ha hecho|ha habido|tuvo|tenia|tuvieron|hizo|hubo|habia|estuvo|"
        "estaba|ha estado|ha sido|fue|era|se puso|se ha puesto|presento|ha presentado|"
        "presentado|sufrio|ha sufrido|ha|han|han sido|registro|se registro|paso|ha pasado|"
        "ocurrio|le dio|le ha dado|dio|dado|hicieron|aparecio|ha aparecido|aparecido|pego|"
        "ha pegado|metio|ha metido|tenido|hecho|habido|estado|puesto|quedo|entro en|llevaba|"
        "he|has"
    ),
    Sense.IS: (
        "es|esta|tiene|hay|anda|va|son|estan|tienen|lleva|trae|se encuentra|presenta|tenes|"
        "tenemos|esta en|marca|marcan|hace|se ve|luce"
    ),
    Sense.WHEN: (
        "cuando|a que hora|a que horas|desde cuando|desde que hora|en que momento|que hora|"
        "hora de inicio|inicio|empezo|empezado|empieza|comenzo|comenzado|comienza|comienzo|"
        "primera vez|hora exacta|hora de|inicio de|arranco|a partir de que hora|debut|"
        "momento en que|a q hora|empezar"
    ),
    Sense.HOW_LONG: (
        "cuanto tiempo|durante cuanto tiempo|cuanto duro|cuanto ha durado|cuanto dura|"
        "cuanto duraron|cuanto han durado|cuantas horas|cuantos minutos|duracion|"
        "por cuanto tiempo|durante cuanto|cuanto rato|tiempo total|duro|duraron|durado|"
        "que duracion|tiempo que estuvo|tiempo que ha estado|cuanto estuvo|cuanto lleva|"
        "cuanto llevaba|hace cuanto esta|hace cuanto que esta"
    ),
    Sense.HOW_OFTEN: (
        "cuantas veces|con que frecuencia|numero de veces|cuantos episodios|"
        "numero de episodios|cuantas ocasiones|en cuantas ocasiones|veces|"
        "cuantas desaturaciones|cuantos picos|cuantas caidas|cuantas bajadas|"
        "cuantas taquicardias|cuantas hipotensiones|que tan seguido|cada cuanto"
    ),
    Sense.HOW_MANY: "cuantos|cuantas|numero de|cantidad de|cuanta|cuanto|total de",
    Sense.WHY: (
        "por que|porque|motivo|razon|causa de la puntuacion|de que se compone|compuesto|"
        "se debe|a que se debe|de donde sale|de donde salen|que parametros|desglose|"
        "desglosa*|desglosar|que suma|que sumandos|que puntua|componentes|que contribuye|"
        "contribuy*|explica la puntuacion|explicame el news|que le da|a causa de que|"
        "debido a que|que hay detras|detras de|que esta dando|que esta sumando|de que viene|"
        "que lo sube|que eleva|que hace que|que aporta|aporta*|que parametro|justifica"
    ),
    Sense.WHO: (
        "quien|quienes|a quien|que paciente|que pacientes|cual de los pacientes|"
        "cual de ellos|cuales|cual de mis pacientes|cuales de mis pacientes|que enfermo|"
        "que enfermos|cual de todos|de quien|cuales de los pacientes|cual paciente|"
        "cuales pacientes|cual es el paciente"
    ),
    Sense.WHICH_BED: (
        "que cama|que camas|cual cama|cuales camas|que habitacion|en que cama|de que cama|"
        "a que cama|que box"
    ),
    Sense.ANYONE: (
        "alguien|algun paciente|alguno|alguna|algun enfermo|todos los pacientes|todos|todas|"
        "nadie|ninguno de los pacientes|la planta|en planta|en la planta|la unidad|"
        "en la unidad|pacientes|camas|la sala|en la sala|sala|ingresados|"
        "alguno de los pacientes|alguno de mis pacientes|alguna cama|el servicio|enfermos|"
        "hay alguien|los pacientes|mis pacientes|unidad|planta"
    ),
    Sense.FIRST: (
        "el peor|la peor|los peores|las peores|peor valor|"
        "primero|primera|mas grave|mas graves|mas urgente|mas urgentes|peor|peores|prioridad|"
        "prioritari*|priorizar|priorizo|prioriza|mas critic*|mas inestable|mas inestables|"
        "mas preocupante|mas enferm*|me necesita|necesita antes|necesita atencion|"
        "me preocupa|atender|atiendo|veo antes|ver antes|empiezo|empezar por|por donde|"
        "mas riesgo|mayor riesgo|mas mal|mas malito|mas malita|a quien veo|a quien atiendo|"
        "deberia ver|voy primero|antes|acudir|acudo|orden de gravedad|ordena|mas delicado|"
        "mas delicada|mas apurado|reclama|corre mas prisa|mas prisa|urge|urge mas|"
        "mas pachucho|mas comprometid*|ir a ver"
    ),
    Sense.WORSE: (
        "peor|peores|empeor*|deterior*|peor que|mas grave que|mas malo|mas mala|decae|"
        "decaido|va a peor|a peor|mas enfermo que|mas inestable que|mas grave|"
        "se esta complicando|se ha complicado|complicando|declive|ido a peor"
    ),
    Sense.BETTER: (
        "mejor|mejores|mejor*|recuper*|va a mejor|a mejor|repunta|remonta|remontando|"
        "ido a mejor|mas estable"
    ),
    Sense.DIFFER: (
        "contra|frente al|en contraste con|"
        "comparandolo con|comparandola con|en comparacion con|si lo comparas con|"
        "compar*|comparacion|comparado|comparada|comparando|frente a|respecto a|respecto al|"
        "con respecto a|con respecto al|en relacion con|diferenci*|difiere|cambi*|tendencia|"
        "tendencias|evolucion*|evolucion|evolucionado|versus|vs|en comparacion|a diferencia|"
        "curso|progres*|va la|va el|igual que"
    ),
    Sense.RISING: (
        "va a mas|a mas|yendo a mas|subiendo|aumentando|ascendiendo|creciendo|al alza|"
        "en aumento|en ascenso|elevandose|acelerando|va subiendo|tiende a subir|hacia arriba|"
        "mas alta que|mas alto que|mas elevada que|mas rapido que|incrementando|"
        "yendo para arriba|escalando"
    ),
    Sense.FALLING: (
        "va a menos|a menos|yendo a menos|bajando|descendiendo|disminuyendo|a la baja|"
        "en descenso|cayendo|va bajando|tiende a bajar|hacia abajo|mas baja que|mas bajo que|"
        "cediendo|remitiendo|remitido|cedido|yendo para abajo|decreciendo|reduciendo"
    ),
    Sense.THAN: "comparado con|comparada con|comparando con|comparado a",
    Sense.ALARM: (
        "saltando|salta|saltan|saltar|saltaba|sonar|sonaron|disparo la alarma|chifla|chiflando|"
        "suena la alarma|sonaba|sonaban|pitaba|pitaron|pitar|pitan|activo la alarma|"
        "salto la alarma|"
        "alarma|alarmas|aviso|avisos|alertas|pitado|pita|pitando|pito|saltado|salto|saltaron|"
        "han saltado|sonado|sonando|sono|suena|suenan|alarmado|alarmo|alarmando|pitidos|"
        "pitido"
    ),
    Sense.OPEN: (
        "sonando ahora|esta saltando|estan saltando|esta sonando|estan sonando|esta pitando|"
        "estan pitando|"
        "abierta|abiertas|activa|activas|sin reconocer|pendiente|pendientes|reconocida|"
        "reconocidas|sin atender|vigente|vigentes|encendida|en curso|presentes|sin responder|"
        "sin aceptar"
    ),
    Sense.PROTOCOL: (
        "pedir|pedirle|solicitar|pedimos|"
        "toca|pide|protocolo|protocolos|respuesta|que pide el news|que pide|que exige|exige|"
        "escal*|que hay que hacer|que se debe hacer|que debo hacer|que tengo que hacer|"
        "que toca hacer|que toca|que recomienda|recomienda|recomendacion|guia|guias|"
        "cada cuanto hay que|cada cuanto debo|cada cuanto tengo que|cada cuanto toca|"
        "cada cuanto se|con que frecuencia hay que|con que frecuencia debo|"
        "con que frecuencia se debe|frecuencia de observacion|frecuencia de vigilancia|"
        "frecuencia de monitorizacion|frecuencia de toma|avisar al medico|avisar a un medico|"
        "aviso al medico|llamar al medico|llamo al medico|aviso a alguien|a quien aviso|"
        "a quien llamo|a quien hay que avisar|a quien tengo que avisar|que medidas|"
        "que indica|indica el|hay que avisar|avisar|avisamos|que procede|procede|"
        "siguiente paso|que accion|que acciones|nivel de respuesta|valoracion medica|"
        "revision medica|respuesta clinica|reevaluar|que dice el protocolo|como actuo|"
        "como actuar|que corresponde|corresponde hacer|que hago|que hacemos|"
        "cada cuanto le tomo|cada cuanto tomar|cada cuanto controlar|cada cuanto medir|"
        "cada cuanto debemos"
    ),
    Sense.MEASURED: (
        "registros|apuntada|"
        "alguna lectura|alguna medida|alguna toma|alguna medicion|pinchado|pincharon|pincho|"
        "medido|medida|medidas|midio|medir|mide|miden|tomado|tomo|toma|tomada|tomaron|tomar|"
        "han tomado|registrado|registrada|anotado|anotada|control|controlado|controlada|"
        "comprobado|comprobo|chequeado|chequeada|medicion|determinacion|lectura|lecturas|"
        "monitorizado|monitorizada|dato|datos|midieron|medio|le miraron|mirado|miraron|"
        "ha medido|consta|constan|documentado|determinado|se le hizo|cogido|cogio"
    ),
    Sense.MISSING: (
        "cortes|corte|interrupcion|interrumpi*|pausas|pausa|desconexion|desconexiones|"
        "desconect*|silencios|silencio|vacios|vacio|perdida de senal|perdidas de senal|"
        "se perdio la senal|sin lectura|sin lecturas|sin senal|"
        "no se haya medido|no se hayan medido|no haya medido|no este medido|"
        "no se haya tomado|no se hayan tomado|sin valor|no tenga valor|no tengamos|falta|"
        "faltan|faltando|sin medir|no medido|no medida|sin datos|no se ha medido|"
        "no se han medido|huecos|hueco|lagunas|laguna|perdida de datos|perdido|"
        "que no se mide|que no se ha tomado|sin registrar|interrupciones|sin tomar|"
        "pendiente de medir|pendientes de medir|por medir|no se ha tomado|incomplet*|"
        "completo|completa|completas|dejo de medirse|dejado de medirse|sin control|ausente|"
        "ausentes"
    ),
    Sense.LAST_TIME: (
        "cuantos minutos hace|cuantas horas hace|cuantos minutos hace de|cuantas horas hace de|"
        "hace cuantos minutos|hace cuantas horas|minutos desde|horas desde|"
        "cuantos minutos desde|cuantas horas desde|cuantos minutos han pasado|"
        "cuantas horas han pasado|cuantos minutos lleva sin|cuantas horas lleva sin|"
        "cuanto ha transcurrido|cuanto tiempo ha transcurrido|cuantos minutos han transcurrido|"
        "tiempo desde|cuanto hace de|cuanto tiempo hace de|cuanto hace desde|"
        "ultima vez|la ultima vez|ultima vez que|hace cuanto|cuanto hace|cuanto tiempo hace|"
        "desde hace cuanto|hace cuanto tiempo|hace cuanto que|cuanto hace que|de cuando es|"
        "de cuando son|de que hora es|de que hora son|de hace cuanto|antiguedad|"
        "cuanto tiempo ha pasado|cuanto ha pasado|cuanto tiempo lleva sin|cuanto lleva sin"
    ),
    Sense.NOTE: (
        "nota|notas|escrito|escribio|escribieron|apuntado|apunto|comentario|comentarios|"
        "observaciones escritas|evolutivo|evolutivos|menciona*|mencion|comenta|comento|"
        "notas de enfermeria|dejo escrito|han dejado escrito|anotaciones|anotacion|"
        "dice la nota|dicen las notas"
    ),
    Sense.NORMAL: (
        "normal|normales|bien|estable|estables|en rango|dentro de rango|dentro de limites|"
        "dentro de la normalidad|en limites|correcta|correcto|correctas|aceptable|controlada|"
        "controlado|en orden|adecuada|adecuado|dentro de lo normal|buena|bueno|buenas|ok|"
        "normalizado|normalizada|en parametros"
    ),
    Sense.NOT: "no|nunca|sin|ni|tampoco|nada|ningun|ninguna|ninguno",
    Sense.CONDITION: (
        "como esta|como va|como se encuentra|como sigue|que tal|que tal esta|como anda|"
        "estado|situacion|resumen|resume|como lo ves|que tal va|como ha estado|como estuvo|"
        "como ha pasado|como paso|como le va|como viene|como esta evolucionando|como andan|"
        "como estan|como van|como"
    ),
    Sense.QUERY: (
        "recuerdame|acuerdame|podrias decirme|me puedes decir|puedes decirme|sabrias|"
        "sabrias decirme|"
        "que|cual|cuales|cual es|cual fue|cual ha sido|cuales son|dime|decime|dame|digame|"
        "muestra|mostrame|muestrame|quiero saber|quisiera saber|necesito saber|me dices|"
        "me decis|podrias|podes|puedes|puede|se sabe|sabes|sabeis|sabemos|indicame|ensename|"
        "pasame|por favor|cuanto tiene|cuanta tiene|en cuanto|en cuanto esta|cuanto marca|"
        "a cuanto|lista|listado|contame|cuentame|me gustaria saber|querria saber|saber|si|"
        "avisame|q|k|consultar|confirmame|confirma"
    ),
    Sense.ADVICE: (
        "queda de vida|quedan de vida|le queda de vida|esperanza de vida|de vida|"
        "cuanto le queda|cuanto tiempo le queda|saldra|saldra de esta|salir de esta|"
        "salir adelante|se va a recuperar|recuperara|se recuperara|mejorara|empeorara|"
        "aguantara|llegara a|pasara de esta|vivira|va a vivir|vivir|desenlace|"
        "expectativa|expectativas|posibilidades|posibilidad|probable|probabilidades|"
        "evolucionara|subira|bajara|tendra|terminal|proximas horas|en el futuro|"
        "manana por la manana|"
        "sugieres|sugieras|recomiendame|recomendame|que harias|como trato|como lo trato|"
        "como la trato|es seguro|es prudente|que medicacion|que medicina|que pauta|"
        "preocuparme|me preocupo|preocuparnos|elegirias|usarias|pondrias|darias|harias|"
        "eliges|que antibiotico|que tratamiento|que medicamento|que farmaco|hay que dar|"
        "le doy|le pongo|le puedo dar|puedo darle|debo darle|deberia darle|le administro|"
        "administrar|debo administrar|dosis|receta*|recetar|prescri*|tratamiento|"
        "tratamientos|tratar|trato|medicar|carga de volumen|bolo|diagnostic*|pronostico|"
        "sepsis|septico|septica|shock|va a morir|morir|morira|sobreviv*|alta hospitalaria|"
        "dar el alta|darle el alta|de alta|a casa|trasladar|debo trasladar|infeccion|"
        "neumonia|infarto|ictus|embolia|que le pasa|que tiene el paciente|que opinas|"
        "que crees|crees|aconseja*|consejo|recomiendas|recomendarias|aumento el oxigeno|"
        "subo el oxigeno|bajo el oxigeno|subir el oxigeno|quitar el oxigeno|quito el oxigeno|"
        "pongo oxigeno|poner oxigeno|debo subir|debo bajar|debo poner|debo quitar|"
        "debo iniciar|iniciar|inicio antibiot*|debo dar|dar paracetamol|darle|ponerle|"
        "retirar|suspender|suspendo|quitar|apagar|silenciar|silencia|cambiar el limite|"
        "operar|cirugia|riesgo de muerte|probabilidad|predic*|va a empeorar|que va a pasar|"
        "se va a|va a necesitar|vas a|a que se debe la fiebre|causa la fiebre|"
        "causa de la fiebre|que causa|que provoca|hay que darle|hay que ponerle|reanim*|"
        "paliativ*|cpap|bipap|vni|cuanto paracetamol|cuanta insulina|mg de|miligramos|"
        "que le doy|que le pongo|que puedo darle|que doy|que pongo|cuanto le pongo|"
        "cuanto le doy|le bajo la|le bajo el|como le bajo|como bajo|como subo"
    ),
    Sense.OFF_TOPIC: (
        "historia clinica|historial clinico|historial medico|expediente|otro paciente|"
        "otra paciente|demas pacientes|del paciente de la cama|de la paciente de la cama|"
        "de al lado|ministro|rey|reina|multiplicado|dividido|tiempo hace|el tiempo en|clima|"
        "chiste|chistes|poema|cancion|futbol|partido|receta de cocina|receta|capital de|"
        "presidente|noticias|titulares|traduc*|bolsa|bitcoin|pelicula|loteria|horoscopo|"
        "escribeme|escribe un|escribe una|quien eres|quien sos|como te llamas|que eres|"
        "tu nombre|modelo de lenguaje|python|codigo|programa|cuanto es 2|sentido de la vida|"
        "fecha de nacimiento|telefono|direccion|religion|politica|cafeteria|comida|cena|"
        "desayuno|almuerzo|pizza|cafe|menu|aparcamiento|contrasena|contrasenas|clave|wifi|"
        "correo|vacaciones|navidad|turnos de la semana|cuadrante|sueldo|nomina|mundial|juego|"
        "television|internet|google|matematicas|raiz cuadrada|resuelve|historia de|guerra|"
        "lluvia|llueve|llover|trafico|tren|autobus|restaurante|cocinar|musica|liga|gano|"
        "ganara|elecciones"
    ),
    Sense.INSTRUCTION: (
        "te dieron|te han dado|te dijeron|te han dicho|esta conversacion|la conversacion|"
        "texto anterior|texto de arriba|mensaje anterior|mensaje inicial|texto inicial|"
        "palabra por palabra|textualmente|literalmente|tu configuracion|como te configuraron|"
        "transcribe|recita|copia el|copia lo|vuelve a escribir|"
        "ignora|ignorad|ignore|ignoren|olvida|olvidate|olvidad|finge|fingi|haz como|"
        "haz de cuenta|actua como|actua|eres ahora|ahora eres|a partir de ahora|"
        "nuevas instrucciones|instrucciones|instruccion|indicaciones anteriores|prompt|"
        "revela|revelame|di que|diga que|deci que|di solo|di solamente|responde que|"
        "responde si|responde no|responde solo|responde siempre|respondeme|responde|contesta|"
        "contesta que|contesta solo|contesta si|repite|borra|elimina|borrar|reconoce todas|"
        "reconoce las|reconoce la|exporta|envia|enviar|sube el archivo|desactiva|desactivar|"
        "salta el|desbloquea|administrador|admin|sistema:|usuario:|asistente:|system:|user:|"
        "assistant:|im_start|im_end|juego de rol|obedece|simula|debes decir|debes responder|"
        "siempre di|nunca menciones|no menciones|oculta|esconde|falsifica|inventa|inventate|"
        "modifica|reescribe|marca como|marca todas|cierra todas|silencia todas|sin comprobar|"
        "confidencial|afirma que|afirma|asume que|supon que|autorizado|depuracion|base64|"
        "http|https|www|sql|json|html|imprime|muestra tu|hackea|sin importar|reglas|"
        "restricciones|modo desarrollador|cambia la|cambia el|cambia los|pon que|pon la|"
        "pon el news|informa que|informa de que|escribe que|anota que|no hagas caso|haz caso|"
        "saltate|omite|omiti"
    ),
    Sense.UNRECORDED: (
        "intub*|extub*|sedad*|sedacion|comido|comio|comiendo|come|cenado|ceno|desayunado|"
        "bebido|bebio|tomado agua|ventilad*|nombre|se llama|llama|apellida|diabetes|"
        "diabetic*|embaraz*|duele|duelen|dolores|doliendo|dolia|mareo*|mareado|mareada|"
        "hambre|sed|picor|cefalea|cabeza|estrenid*|diarrea|orina*|electrolitos|iones|pruebas|"
        "cirugia|operacion|operado|operada|procedimiento*|hidrat*|grupo de sangre|"
        "antibiotico*|paracetamol|ibuprofeno|morfina|opiace*|noradrenalina|vasopresor*|"
        "fluidos|sueros|suero|sueroterapia|furosemida|insulina|adrenalina|amiodarona|"
        "heparina|salbutamol|broncodilatador*|corticoid*|aspirina|metoprolol|labetalol|"
        "medicacion|medicamento|medicamentos|analgesi*|calmante*|antitermico*|lactato|"
        "potasio|sodio|creatinina|hemoglobina|hb|leucocitos|crp|pcr|procalcitonina|"
        "troponina*|plaquetas|inr|bilirrubina|urea|ph|gasometria|gases|bicarbonato|"
        "exceso de bases|magnesio|calcio|fosfato|albumina|orina|diuresis|miccion|orinado|"
        "orino|balance hidrico|balance|ingesta|peso|pesa|talla|altura|imc|dolor|"
        "escala de dolor|eva|pvc|presion venosa|gasto cardiaco|pic|presion intracraneal|"
        "intracraneal|electrocardiograma|ritmo sinusal|fibrilacion|arritmi*|segmento st|"
        "radiografia|rayos x|placa de torax|placa|tac|tc|resonancia|ecografia|ecocardiograma|"
        "cultivo|cultivos|hemocultivo*|biopsia|alergi*|grupo sanguineo|deposicion*|heces|"
        "transito|vomit*|nauseas|drenaje|drenajes|herida|ulcera|pupila*|peep|volumen tidal|"
        "volumen corriente|medicinas|farmaco|farmacos|antecedentes|apellido|apellidos|"
        "familiares|familia|fumador|fuma|alcohol|edad|anos tiene|laboratorio|analitica|"
        "analiticas|hemograma|higado|renal|rinon|coagulacion|dimero|ferritina|colesterol|"
        "hba1c|cetonas|amonio|amilasa|piel|tos|esputo|apetito|dormido|dormir|duerme|durmio|"
        "sueno|animo|ansios*|ansiedad|convuls*|crisis epileptica|rass|camin*|deambul*|"
        "visitas|dieta|nutricion|sonda|cateter|via|vias|dialisis|transfusion|relleno capilar|"
        "sangr*|hemorragia|hematocrito|neutrofilos|linfocitos|cortisol|tiroides|pco2|pao2|"
        "paco2|glucosuria|llenado capilar|movilidad"
    ),
    Sense.ASIDE: (
        "estaba en el descanso|en mi descanso|en el descanso|mi descanso|descanso|estaba fuera|"
        "he estado fuera|estuve fuera|acabo de volver|acabo de llegar|acabo de entrar|"
        "cuando volvi|volvi|mientras estaba fuera|mientras estaba en el descanso|"
        "cuando estaba fuera|mientras cenaba|mientras comia|mientras tanto|"
        "mientras estaba ocupada|mientras estaba ocupado"
    ),
    Sense.FILLER: (
        "pasado un rato|todo el rato|todo el tiempo|pantalla|sensor|problema|problemas|pudo|"
        "pudiera|porque|compis|porfa|porfi|si o no|o no|grabacion|"
        "senal|trazado|nena|nene|guapa|colega|resulta|resulta que|creo|creo que|parece|"
        "parece que|dicen|dicen que|"
        "puso|pusieron|"
        "antes hoy|hoy mismo|caballero|por casualidad|quizas|"
        "quiza|tal vez|pregunta el medico|hija|hijo|esposa|esposo|marido|familiar|vuelta|ronda|"
        "mas temprano|temprano|senorita|senores|"
        "haya|hayan|del|hola|buenas|buenos dias|buenas tardes|buenas noches|gracias|"
        "muchas gracias|en algun momento|alguna vez|en total|en todo momento|hasta ahora|"
        "hasta el momento|en general|jamas|de momento|en ningun momento|la|los|las|un|una|"
        "unos|unas|de|al|a|en|con|para|por|y|e|o|u|se|lo|me|nos|te|mi|mis|tu|ellos|usted|"
        "este|esta|esto|estos|estas|ese|esa|eso|esos|aquel|aquella|cama|habitacion|hombre|"
        "mujer|chico|chica|durante|desde|hasta|entre|pero|tambien|solo|muy|poco|poca|algo|"
        "algun|alguna vez que|mucho|mucha|tan|tanto|veces que|valor|cifra|numero|resultado|"
        "vez|pico|episodio|episodios|momento|periodo|hora|horas|minuto|minutos|dia|dias|"
        "por ciento|%|grados|centigrados|c|mmhg|mg|dl|lectura|signo|ya|asi|pues|entonces|"
        "bueno pues|oye|oiga|perdona|disculpa|che|vos|exactamente|aproximadamente|"
        "mas o menos|cerca de|alrededor de|otra|otro|otras|otros|cada|mismo|misma|despues|"
        "luego|ahi|aqui|aca|alla|ver|haber|ser|estar|tener|siendo|teniendo|estando|haciendo|"
        "hacer|sido|veo|decir|dice|mira|mirar|podria|pueden|seria|sera|aparato|monitor|"
        "monitores|rato|mas|menos|largo|larga|total|ambas|ambos|dos|anterior|previo|"
        "siguiente|pregunta|rapida|duda|verdad|cierto|seguro|tal|todo|toda|entero|entera|"
        "nivel|niveles|tasa|quien sabe|nuestro|nuestra|segun|donde|quedarse|llego|llegado|"
        "volvio|vuelto|volver|acabo|acabado|termino|terminado|terminaron|resolvio|resuelto|"
        "ceso|pasando|pasa|estuvieron|estaban|encuentra|encontraba|d|sr|sra|compa|companero|"
        "companera|enfermeria|medico|doctor|doctora|dr|tramo|fase|nuevo|nueva|x|tras|aunque|"
        "cual de"
    ),
}
