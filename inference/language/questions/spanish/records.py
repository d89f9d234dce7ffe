"""Scores, the protocol, alarms, what is measured or missing, and notes."""

from collections.abc import Mapping

from inference.language.questions.notions import Sense
from sereno.domain.surveillance import Response, ScoreKind

SCORES: Mapping[ScoreKind, str] = {
    ScoreKind.NEWS2: (
        "news2|news 2|news|puntuacion news|puntaje news|escala news|score news|el score|score|"
        "scores|ews|puntuacion|puntaje|puntuaciones|alerta temprana|escala de alerta temprana|"
        "alerta precoz|puntuacion de alerta|puntuacion de alerta precoz|puntua|puntos|"
        "escala de alerta|escala|indice news|news-2|news2+|nius|nws|puntuacion del news|"
        "early warning score|early warning|puntos de news|puntuacion total|scoring|"
        "indice de alerta"
    ),
    ScoreKind.QSOFA: (
        "qsofa|q sofa|quick sofa|sofa|escala qsofa|puntuacion qsofa|puntuacion de sepsis|q-sofa|"
        "quicksofa|cu sofa|criterios de qsofa|criterios qsofa"
    ),
}

RESPONSES: Mapping[Response, str] = {
    Response.EMERGENCY: (
        "emergencia|de emergencia|respuesta de emergencia|valoracion de emergencia|criticos|"
        "monitorizacion continua|monitorizar de forma continua|continuamente|de forma continua|"
        "vigilar de forma continua|revision de emergencia|equipo de respuesta rapida|"
        "vigilancia continua|equipo de emergencia|equipo de emergencias|"
        "equipo de emergencias medicas|equipo de respuesta|equipo de criticos|"
        "nivel de emergencia|nivel emergencia|emergencias|monitoreo continuo|monitoreo constante|"
        "monitorizacion constante|monitorizacion permanente|avisar a uci|llamar a uci|"
        "llamar a la uci|avisar a la uci|valoracion por uci|codigo azul|clave azul|"
        "vigilancia estrecha continua"
    ),
    Response.URGENT: (
        "valoracion de urgencia|de urgencia|revision de urgencia|atencion urgente|"
        "evaluacion urgente|evaluacion de urgencia|urgente|valoracion urgente|respuesta urgente|"
        "revision urgente|urgencia|con urgencia|urgentemente|cada hora|con caracter urgente|"
        "caracter urgente|urgencias|de forma urgente|de manera urgente|respuesta de urgencia|"
        "nivel urgente|nivel de urgencia|revision medica urgente|valoracion medica urgente|"
        "inmediata|inmediato|de inmediato|inmediatamente|cuanto antes"
    ),
    Response.ROUTINE: (
        "rutina|de rutina|habitual de planta|vigilancia habitual|rutinari*|vigilancia de rutina|"
        "cada 12 horas"
    ),
}

RECORDS: Mapping[Sense, str] = {
    Sense.ALARM: (
        "saltando|salta|saltan|saltar|saltaba|sonar|sonaron|disparo la alarma|chifla|chiflando|"
        "suena la alarma|sonaba|sonaban|pitaba|pitaron|pitar|pitan|activo la alarma|"
        "salto la alarma|alarma|alarmas|aviso|avisos|alertas|pitado|pita|pitando|pito|saltado|"
        "salto|saltaron|han saltado|sonado|sonando|sono|suena|suenan|alarmado|alarmo|alarmando|"
        "pitidos|pitido|una alerta|alguna alerta|la alerta|que alerta|hay alerta|"
        "de alerta del monitor|bip|bips|bipea*|pitazo*|chill*|timbr*|suene|suenen|hace ruido|"
        "se activo|se activaron|activaciones|dispararon|campana*|pitan*|pito la|chirri*|"
        "sonando ahora|esta saltando|estan saltando|esta sonando|estan sonando|esta pitando|"
        "estan pitando|no deja de sonar|no para de sonar|no deja de pitar|no para de pitar|"
        "no para de saltar|no deja de saltar"
    ),
    Sense.OPEN: (
        "abierta|abiertas|activa|activas|sin reconocer|pendiente|pendientes|reconocida|"
        "reconocidas|sin atender|vigente|vigentes|encendida|en curso|sin responder|sin aceptar|"
        "sin cerrar|sin resolver|sin apagar|sin silenciar|sin validar|sin confirmar|sin revisar|"
        "sin ver|sin contestar|sin reconocerse|por reconocer|por atender|por revisar|por cerrar|"
        "por confirmar|prendida|prendidas|encendidas|quedaron|en pie|no reconocida|"
        "no reconocidas|no atendidas|no atendida|nadie ha reconocido|nadie reconocio|"
        "nadie ha atendido|activada|activadas|en marcha|puestas ahora|abierto|abiertos|activo|"
        "activos|quedo abierta|quedado|presente ahora|reconocer|atendidas|cerradas|cerrar|"
        "presentes|reconocido|reconocidos|reconocio|atendido|atendio"
    ),
    Sense.PROTOCOL: (
        "pedir|pedirle|solicitar|pedimos|toca|pide|protocolo|protocolos|respuesta|"
        "que pide el news|que pide|que exige|exige|que hay que hacer|que se debe hacer|"
        "que debo hacer|que tengo que hacer|que toca hacer|que toca|que recomienda|recomienda|"
        "recomendacion|guia|guias|cada cuanto hay que|cada cuanto debo|cada cuanto tengo que|"
        "cada cuanto toca|cada cuanto se|con que frecuencia hay que|con que frecuencia debo|"
        "con que frecuencia se debe|frecuencia de observacion|frecuencia de vigilancia|"
        "frecuencia de monitorizacion|frecuencia de toma|avisar al medico|avisar a un medico|"
        "aviso al medico|llamar al medico|llamo al medico|aviso a alguien|a quien aviso|"
        "a quien llamo|a quien hay que avisar|a quien tengo que avisar|que medidas|que indica|"
        "indica el|hay que avisar|avisar|avisamos|que procede|procede|siguiente paso|que accion|"
        "que acciones|nivel de respuesta|valoracion medica|revision medica|respuesta clinica|"
        "reevaluar|que dice el protocolo|como actuo|como actuar|que corresponde|"
        "corresponde hacer|que hago|que hacemos|cada cuanto le tomo|cada cuanto tomar|"
        "cada cuanto controlar|cada cuanto medir|cada cuanto debemos|obliga|obligan|exigen|"
        "amerita|ameritan|implica|implican|conlleva|manda hacer|manda el news|que manda|manda|"
        "dicta|estipula|conducta|conducta a seguir|accion a tomar|acciones a tomar|acciones|"
        "algoritmo|llamar|notificar|notifico|contactar|contacto|comunicar|comunico|derivar|"
        "que se hace|vigilancia|frecuencia de controles|intervalo de control|"
        "intervalo de vigilancia|intervalo de observacion|periodicidad|monitoreo|monitorear|"
        "monitorizacion|monitorizar|nivel de atencion|nivel de cuidado|nivel de riesgo|"
        "riesgo clinico|corresponde|corresponden|que manejo|avisarle|avisarlo|aviso a|llamo a|"
        "llamo|que actuacion|actuacion|se tiene que hacer|que debe hacerse|debe hacerse|"
        "a quien se avisa|se avisa|pasos a seguir|que pasos|solicita|se llama al medico|"
        "se llama al|se llama a alguien|se avisa al medico|se avisa a alguien|"
        "frecuencia de control|frecuencia de medicion|frecuencia de monitoreo|"
        "frecuencia de toma de|frecuencia de registro|frecuencia de valoracion|"
        "frecuencia de revision|frecuencia de evaluacion|frecuencia de reevaluacion|"
        "frecuencia de signos|frecuencia de constantes|que frecuencia de|"
        "intervalo de monitorizacion|plan de vigilancia|plan de monitoreo|plan de observacion|"
        "plan de accion|contempla el news|procedimiento a seguir|protocolario|toca avisar|"
        "toca llamar|obligado|obligada|obligatorio|indica hacer|indica el protocolo|"
        "recomienda el|recomienda hacer|aconseja el news|aconseja el protocolo|"
        "aviso al residente|aviso al adjunto|aviso al doctor|aviso al|aviso a la|avisar al|"
        "avisar a|se notifica|a quien notifico|a quien comunico|hace falta avisar|"
        "hace falta llamar|escalar|escalada|escalado|escalamiento|escalo|escalamos|vigilar|"
        "vigilarlo|vigilarla|reevaluarlo|reevaluarla"
    ),
    Sense.ALL_TOPICS: (
        "constantes|constantes vitales|signos vitales|vitales|signos|los parametros|parametros|"
        "constante|cifras|mediciones|las tomas|controles|valores|ctes|ctes vitales|sv|ssvv|"
        "parametros vitales|signo vital|signos de vida|csv|vitales completos|"
        "todas las constantes|todos los signos|mediciones vitales|controles vitales|"
        "toma de constantes|variables|variables vitales"
    ),
    Sense.MEASURED: (
        "registros|apuntada|alguna lectura|alguna medida|alguna toma|alguna medicion|pinchado|"
        "pincharon|pincho|medido|medida|midio|medir|mide|miden|tomado|tomo|toma|tomada|tomaron|"
        "tomar|han tomado|registrado|anotado|anotada|control|controlado|controlada|comprobado|"
        "comprobo|chequeado|chequeada|medicion|determinacion|lecturas|monitorizado|monitorizada|"
        "dato|datos|midieron|medio|le miraron|mirado|miraron|ha medido|consta|constan|"
        "documentado|determinado|se le hizo|cogido|cogio|checada|checadas|chequeo|controlaron|"
        "controlan|controlo|controla|controlar|tomas|tomadas|tomados|tome|tomen|tomando|midan|"
        "mida|midiendo|apuntaron|anoto|anotaron|anotados|revisaron|reviso|revisado|evaluaron|"
        "evaluo|valorado|valoraron|valoro|checaron|checo|checado|checan|monitoreado|obtuvieron|"
        "captura|capturo|llegando|sacaron|le sacaron|medimos|tomamos|tomaste|mediste|pinchazo|"
        "pinchan|determinaciones|muestreo|le pusieron el termometro|realizo|realizaron|realizado|"
        "realizada|se realizo|efectuo|efectuada|practico|medidas|registrada|lectura"
    ),
    Sense.MISSING: (
        "cortes|corte|interrupcion|interrumpi*|pausas|pausa|desconexion|desconexiones|desconect*|"
        "silencios|silencio|vacios|vacio|perdida de senal|perdidas de senal|se perdio la senal|"
        "sin lectura|sin lecturas|sin senal|no se haya medido|no se hayan medido|no haya medido|"
        "no este medido|no se haya tomado|no se hayan tomado|sin valor|no tenga valor|"
        "no tengamos|falta|faltan|faltando|sin medir|no medido|no medida|sin datos|"
        "no se ha medido|no se han medido|huecos|hueco|lagunas|laguna|perdida de datos|"
        "que no se mide|que no se ha tomado|sin registrar|interrupciones|sin tomar|"
        "pendiente de medir|pendientes de medir|por medir|no se ha tomado|incomplet*|"
        "dejo de medirse|dejado de medirse|sin control|ausente|ausentes|dejo de llegar|"
        "dejo de registrar|dejo de registrarse|dejo de marcar|dejo de leer|dejo de leerse|"
        "dejo de verse|dejo de transmitir|dejo de medir|dejo de reportar|dejaron de medir|"
        "dejaron de tomar|dejo de tomarse|dejo de tomar|dejo de aparecer|dejo de haber|"
        "dejo de dar|dejo de salir|se fue la senal|se cayo la senal|se corto|atrasad*|retrasad*|"
        "vencid*|caducad*|desactualizad*|parcial|parciales|bache|baches|apagon|apagones|ausencia|"
        "ausencias|faltante*|faltaba|faltaban|faltaron|omitid*|omision*|sin informacion|"
        "sin mediciones|sin medicion|sin registro|sin registros|sin controlar|sin controles|"
        "sin dato|sin tomas|hace falta|hacen falta|por apuntar|por registrar|por tomar|"
        "por anotar|pendiente de tomar|pendientes de tomar|sin apuntar|sin anotar|no consta|"
        "no constan|no aparece|no aparecen|no se registro|no se midio|no se tomo|no se anoto|"
        "no se registraron|no se midieron|no hay registro|no hay registros|no hay datos|"
        "no hay dato|no hay lecturas|olvidad*|discontinu*|no transmitio|se perdieron|se perdio|"
        "perdida de registro|perdidas de registro|perdimos|cortado|sin reportar|se quedo sin|"
        "no tiene dato|no tenemos dato|perdido|completo|completa|completas|pendiente de registro|"
        "por medirse|por registrarse|por controlar|quedo sin|quedaron sin|sin completar|le falta|"
        "nos falta|me falta|que falta|falto|faltan datos|sin actualizar|sin toma|sin registrarse|"
        "fuera de plazo|fuera de tiempo|pasad* de hora|tiempo muerto|tiempos muertos|"
        "laguna de datos|vacio de datos|interrumpido|interrumpida|olvidaron|olvido|olvidamos|"
        "saltaron la toma|se saltaron"
    ),
    Sense.LONGEST: (
        "la mas larga|el mas largo|cuanto duro la mas larga|pausa mas larga|silencio mas largo|"
        "interrupcion mas larga|corte mas largo|mayor interrupcion|mayor corte|mayor pausa|"
        "mayor silencio|mas largo|mas larga|rato mas largo|hueco mas largo|intervalo mas largo|"
        "mayor intervalo|mayor hueco|tramo mas largo|periodo mas largo|mayor tiempo|"
        "maximo tiempo|hueco mas grande|laguna mas larga|mas prolongad*|mas largos|mas largas|"
        "lapso mas largo|mayor lapso|mayor periodo|mayor tramo|mayor ausencia|maximo periodo|"
        "maximo intervalo|maximo lapso|espacio mas largo|mayor espacio|tiempo mas largo|"
        "mas extens*|mayor duracion|racha mas larga|mas duradero|mayor rato|mas grande|"
        "mayor vacio|tiempo maximo sin|maximo sin"
    ),
    Sense.LAST_TIME: (
        "cuantos minutos hace|cuantas horas hace|cuantos minutos hace de|cuantas horas hace de|"
        "hace cuantos minutos|hace cuantas horas|minutos desde|horas desde|cuantos minutos desde|"
        "cuantas horas desde|cuantos minutos han pasado|cuantas horas han pasado|"
        "cuantos minutos lleva sin|cuantas horas lleva sin|cuanto ha transcurrido|"
        "cuanto tiempo ha transcurrido|cuantos minutos han transcurrido|tiempo desde|"
        "cuanto hace de|cuanto tiempo hace de|cuanto hace desde|ultima vez|la ultima vez|"
        "ultima vez que|hace cuanto|cuanto hace|cuanto tiempo hace|desde hace cuanto|"
        "hace cuanto tiempo|hace cuanto que|cuanto hace que|de cuando es|de cuando son|"
        "de que hora es|de que hora son|de hace cuanto|antiguedad|cuanto tiempo ha pasado|"
        "cuanto ha pasado|cuanto tiempo lleva sin|cuanto lleva sin|desde cuando no|"
        "desde cuando esta sin|desde cuando estamos sin|desde cuando falta|desde cuando faltan|"
        "hace mucho que no|hace mucho que|hace mucho|hace cuanto no|hace tiempo que no|"
        "cuanto tiempo sin|cuanto va sin|desde hace cuanto no|hora de la ultima|hora del ultimo|"
        "cuando fue la ultima|cuando fue el ultimo|a que hora fue la ultima|"
        "a que hora fue el ultimo|cuantas horas lleva|que tan vieja|que tan viejo|"
        "que tan reciente|que tan actual|cuan reciente|cuan vieja|cuanto tiempo lleva la|"
        "de que hora|cuanto llevamos sin|cuanto tiempo llevamos sin|hace ya cuanto|"
        "desde que hora no|desde que horas no|desde que hora esta sin|hora desde la que no|"
        "cuanto hace ya|a que hora dejo|desde las cuantas no|cuanto lleva la|cuantos dias hace|"
        "cuantas horas han pasado desde|tiempo transcurrido desde|tiempo transcurrido|"
        "ultima ocasion|la ultima ocasion|por ultima vez|hora de ultima|hora de la toma|"
        "hora del registro|hora de registro|hora de medicion|fecha de la ultima|"
        "llevamos mucho sin|lleva mucho sin|llevo mucho sin|lleva rato sin|lleva tiempo sin|"
        "mucho tiempo sin|llevamos rato sin"
    ),
    Sense.NOTE: (
        "nota|notas|escrito|escribio|escribieron|apuntado|apunto|comentario|comentarios|"
        "observaciones escritas|evolutivo|evolutivos|menciona*|mencion|comenta|comento|"
        "notas de enfermeria|dejo escrito|han dejado escrito|anotaciones|anotacion|dice la nota|"
        "dicen las notas|anoto acerca|anoto sobre|anotaron sobre|anotaron acerca|apuntaron sobre|"
        "apunto sobre|anotado sobre|dejaron escrito|dejaron dicho|dejo dicho|dejo anotado|"
        "comentaron|bitacora|nota medica|notas medicas|nota de evolucion|notas de evolucion|"
        "nota de enfermeria|por escrito|evoluciones escritas|relevo escrito|hablan de|hablen de|"
        "hable de|habla de|consignaron|consigno|anotaciones de|observaciones de enfermeria|"
        "registro de enfermeria|registros de enfermeria|notas clinicas|evolucion medica|"
        "parte de enfermeria|hoja de enfermeria|hoja de evolucion|constancia escrita|nota donde|"
        "comentario de"
    ),
}
