"""What is measured, as it is called in Spanish, and what its being amiss or well is called."""

from collections.abc import Mapping

from inference.language.questions.notions import Event
from sereno.domain.questions import Topic
from sereno.domain.surveillance import Direction

_LOW, _HIGH = Direction.LOW, Direction.HIGH

TOPICS: Mapping[Topic, str] = {
    Topic.HEART: (
        "pulsos|pulsacion|latido|late|latia|frecuencias cardiacas|frecuencia cardiaca|fc|f.c.|"
        "ritmo cardiaco|pulso|frecuencia del pulso|pulsaciones|latidos|lpm|frec cardiaca|"
        "frecuencia del corazon|frecuencia|corazon|hr|palpitacion|pulsaciones por minuto|"
        "frecuencia card|frec card|f cardiaca|frecuencia de corazon|ritmo del corazon|cardiaca|"
        "cardiaco|bpm|ppm|pulsando|latiendo"
    ),
    Topic.SATURATION: (
        "saturara|saturaron|saturase|saturamos|pulsioxi|o2 en sangre|spo2|sp02|sao2|sato2|sat o2|"
        "sat de o2|saturacion de oxigeno|saturacion de o2|saturaciones|saturacion|saturometria|"
        "sat|sats|satu|satura|saturando|saturaba|saturo|saturar|saturado|oximetria|"
        "pulsioximetria|pulsioximetro|oximetro|oxigenacion|oxigeno en sangre|nivel de oxigeno|"
        "niveles de oxigeno|oxigenando|oxigena|oxigenaba|sat02|spo|saturometro|sature|saturen|"
        "saturan|satur|saturacion periferica|saturacion arterial|oximetria de pulso|"
        "pulsoximetria|pulsoximetro|porcentaje de oxigeno|oxigeno de la sangre|"
        "oxigeno en la sangre|saturaba de oxigeno|saturabilidad|spo2 periferica"
    ),
    Topic.BREATHING: (
        "respiro|respirado|respirar|respiraron|respiran|respirase|ventilatoria|"
        "frecuencia ventilatoria|frecuencia respiratoria|fr|f.r.|frec respiratoria|"
        "frecuencia de respiracion|respiraciones|respiracion|respiraciones por minuto|rpm|"
        "respiratoria|respirando|respira|respiraba|ritmo respiratorio|frecuencia resp|resp|rr|"
        "resps|frec resp|f resp|ventilacion|ventilaciones|respire|respiren|ciclos respiratorios|"
        "ventilando|frecuencia de la respiracion|respiratorias"
    ),
    Topic.TEMPERATURE: (
        "temperatura axilar|temperatura timpanica|temperatura central|temperatura rectal|"
        "termometria|grados tuvo|temperatura|temperaturas|temp|temps|t°|tº|temperatura corporal|"
        "termometro|tª|ta corporal|grados de temperatura|tempe|temper|t corporal|t axilar|t|"
        "calor corporal|grados tiene|cuantos grados|curva termica|termica"
    ),
    Topic.PRESSURE: (
        "presion arterial|tension arterial|presion sanguinea|presiones|tensiones|presion|tension|"
        "ta|t.a.|pa|p.a.|pas|tas|sistolica|presion sistolica|tension sistolica|"
        "tension arterial sistolica|presion arterial sistolica|sistolicas|tensional|tensionales|"
        "hemodinamica|hemodinamicamente|la maxima de tension|bp|pani|presion de manguito|la alta|"
        "presiones arteriales|tensiones arteriales|t/a|p/a|ta sistolica|pa sistolica|"
        "presion arterial sistolica y diastolica|maxima de tension|presion invasiva|"
        "presion no invasiva|pni|sist|tensiones sistolicas|presiones sistolicas|"
        "presion de la sangre|tension de la sangre|presion arterial invasiva|"
        "presion arterial no invasiva"
    ),
    Topic.DIASTOLIC: (
        "diastolica|presion diastolica|tension diastolica|tension arterial diastolica|"
        "presion arterial diastolica|tad|pad|diastolicas|la baja|diast|ta diastolica|"
        "pa diastolica|presiones diastolicas|tensiones diastolicas"
    ),
    Topic.MEAN_PRESSURE: (
        "presion media|presion arterial media|tension media|tension arterial media|pam|tam|"
        "presiones medias|map|media arterial|presion media arterial|pma|ta media|pa media|"
        "presiones arteriales medias|tensiones medias|pams"
    ),
    Topic.CAPNOGRAPHY: (
        "etco2|capnografia|capnometria|capnografo|co2 espirado|co2|dioxido de carbono|"
        "co2 al final de la espiracion|end tidal|co2 exhalado|co2 al final|etc02|et co2|et-co2|"
        "capno|capnograma|petco2|co2 tidal|co2 teleespiratorio|co2 espiratorio|end-tidal|"
        "carbonico|anhidrido carbonico|co2 de final de espiracion|dioxido de carbono espirado|"
        "dioxido de carbono exhalado|dioxido de carbono al final de la espiracion|"
        "co2 en espiracion|co2 expirado"
    ),
    Topic.OXYGEN: (
        "fio2|oxigeno inspirado|flujo de oxigeno|oxigenoterapia|oxigeno suplementario|"
        "aporte de oxigeno|con oxigeno|oxigeno|o2|litros de oxigeno|gafas nasales|gafas|"
        "mascarilla|canula nasal|oxigeno extra|bigotera|fi02|fraccion inspirada|"
        "fraccion inspirada de oxigeno|fraccion inspiratoria de oxigeno|fraccion inspirada de o2|"
        "concentracion de oxigeno|flujo|flujos|flujo de o2|cuantos litros|a cuantos litros|"
        "litros por minuto|litraje|litros de o2|soporte de oxigeno|soporte de o2|aporte|"
        "oxigeno adicional|suplemento de oxigeno|apoyo de oxigeno|requerimiento de oxigeno|"
        "requerimientos de oxigeno|necesidad de oxigeno|necesidades de oxigeno|canula|canulas|"
        "puntas nasales|puntas|naricera|lentes nasales|mascara|mascara de reservorio|reservorio|"
        "venturi|ventimask|alto flujo|cnaf|optiflow|o2 suplementario|apoyo con oxigeno|"
        "oxigenado con"
    ),
    Topic.CONSCIOUSNESS: (
        "conciencia|consciencia|nivel de conciencia|nivel de consciencia|estado mental|acvpu|"
        "avpu|neurologico|neurologicamente|estado neurologico|estado de conciencia|sensorio|"
        "estado de alerta|estado de consciencia|nivel de alerta|escala acvpu|escala avpu|"
        "estado de vigilia|reactividad neurologica|nivel neurologico"
    ),
    Topic.COMA_SCALE: (
        "glasgow|gcs|escala de glasgow|escala de coma de glasgow|escala de coma|ecg glasgow|"
        "puntuacion de glasgow|glasgows|glascow|glagow|glasgou|escala glasgow|gsc"
    ),
    Topic.GLUCOSE: (
        "glucosa|glucemia|glucemias|glicemia|glicemias|azucar|azucar en sangre|bm|dxt|dextro|"
        "glucometria|hemoglucotest|hgt|destrostix|glucosa capilar|glucemia capilar|"
        "niveles de azucar|glucosas|glu|gluc|bmtest|bm test|dextrostix|dxtx|glucometro|"
        "glucometrias|azucares|glucosa en sangre|glicemia capilar|glucosa sanguinea|"
        "azucar capilar|glicemias capilares|glucotest|glucemias capilares"
    ),
}

EVENTS: Mapping[Event, str] = {
    Event(Topic.TEMPERATURE, _HIGH): (
        "fiebre|fiebres|febril|febriles|febricula|pirexia|hipertermi*|hipertermico|calentura|"
        "pico febril|picos febriles|pico de fiebre|picos de fiebre|pico de temperatura|"
        "picos de temperatura|febrilidad|destemplado|destemplada|caliente|fiebr*|calenturas|"
        "calenturient*|distermi*|alza termica|alzas termicas|pico termico|picos termicos|"
        "cuadro febril|registro febril|registros febriles|subida de temperatura|"
        "subidas de temperatura|temperatura alta|temperatura elevada|temp alta|"
        "temperaturas altas|afiebrad*|fiebron|con temperatura"
    ),
    Event(Topic.TEMPERATURE, _LOW): (
        "hipotermi*|hipotermico|frio|fria|demasiado frio|demasiado fria|temperatura baja|"
        "temp baja|temperaturas bajas"
    ),
    Event(Topic.SATURATION, _LOW): (
        "desatur*|desaturacion|desaturaciones|hipoxi*|hipoxemi*|hipoxemico|bajada de saturacion|"
        "caida de saturacion|caidas de saturacion|bajadas de saturacion|falta de oxigeno|"
        "bajon de saturacion|bajones de saturacion|desat|desats|satura mal|saturando mal|"
        "saturo mal|saturado mal|saturacion baja|sat baja|sats bajas|saturaciones bajas|"
        "baja saturacion|bajas saturaciones|baja de saturacion|bajas de saturacion|"
        "bajadas de sat|caidas de sat|caida de sat|bajon de sat|bajones de sat"
    ),
    Event(Topic.HEART, _HIGH): (
        "taquicardi*|taquicardico|taquicardica|taqui|corazon acelerado|pulso acelerado|"
        "pulso rapido|corazon rapido|acelerado|acelerada|palpitaciones|taquis|fc alta|fc elevada|"
        "pulso alto|frecuencia alta|frecuencia cardiaca alta|frecuencia cardiaca elevada|"
        "corazon desbocado|corazon a mil|pulso a mil|galopando|desbocad*"
    ),
    Event(Topic.HEART, _LOW): (
        "bradicardi*|bradicardico|bradicardica|bradi|pulso lento|corazon lento|bradis|fc baja|"
        "pulso bajo|frecuencia cardiaca baja|latidos lentos"
    ),
    Event(Topic.BREATHING, _HIGH): (
        "taquipn*|respira rapido|respirando rapido|respiracion rapida|respirado rapido|"
        "respira muy rapido|polipn*|disne*|hiperventil*|ahogo|ahogado|ahogada|"
        "respiracion agitada|falta de aire|fr alta|respiracion acelerada|respiracion muy rapida|"
        "frecuencia respiratoria alta|frecuencia respiratoria elevada|jade*|respirando agitado|"
        "respirando agitada"
    ),
    Event(Topic.BREATHING, _LOW): (
        "bradipn*|respira lento|respiracion lenta|apnea|apneas|apneic*|hipoventil*|"
        "depresion respiratoria|respirando lento|respirando despacio|respira despacio|"
        "dejado de respirar|dejo de respirar|fr baja|respiracion muy lenta|"
        "frecuencia respiratoria baja"
    ),
    Event(Topic.PRESSURE, _LOW): (
        "hipotens*|hipotension|hipotenso|hipotensa|tension baja|presion baja|ta baja|pa baja|"
        "bajada de tension|bajadas de tension|bajon de tension|bajones de tension|"
        "caida de tension|caida de presion|caidas de tension|bajada de presion|"
        "bajones de presion|bajon de presion|tension por los suelos|hipotensiones|hipota|"
        "presion por el suelo|presion por los suelos|tensiones bajas|presiones bajas|"
        "bajas de presion|bajas de tension|baja de presion|baja de tension|baja presion|"
        "sistolica baja|sistolicas bajas|pas baja|tas baja|bajon tensional|caidas de presion|"
        "caida tensional|presion arterial baja|tension arterial baja"
    ),
    Event(Topic.PRESSURE, _HIGH): (
        "hipertens*|hipertension|hipertenso|hipertensa|tension alta|presion alta|ta alta|pa alta|"
        "subida de tension|subidas de tension|pico de tension|picos de tension|pico hipertensivo|"
        "picos hipertensivos|hta|crisis hipertensiva|sistolica alta|sistolicas altas|"
        "presiones altas|tensiones altas|alza de presion|alzas de presion|subidas de presion|"
        "subida de presion|pico tensional|picos tensionales|alza tensional|presion por las nubes|"
        "tension por las nubes|presion elevada|tension elevada|tas alta|pas alta|"
        "crisis hipertensivas|presion arterial alta|tension arterial alta|picos de presion|"
        "pico de presion"
    ),
    Event(Topic.CONSCIOUSNESS, _HIGH): (
        "confus*|confusion|desorientad*|somnolien*|somnolencia|delirio|delirium|delirando|"
        "obnubilad*|estuporos*|inconscien*|alterado|alterada|agitado|agitada|"
        "perdido la conciencia|perdio la conciencia|perdida de conciencia|no responde|arreactiv*|"
        "letargic*|adormilad*|deterioro neurologico|confundid*|sopor*|aletargad*|embotad*|"
        "alteracion de conciencia|alteracion de la conciencia|alteracion del sensorio|"
        "alteracion neurologica|menos despiert*|menos alerta|menos reactiv*|mas dormid*|"
        "muy dormid*|demasiado dormid*|adormecid*|comatos*|no despierta|no reacciona|"
        "poco reactiv*|desvari*|desubicad*|delirante|perdida de conocimiento|"
        "perdio el conocimiento|perdido el conocimiento|agitacion|mas apagad*|"
        "conciencia alterada|compromiso de conciencia|deterioro de conciencia|"
        "deterioro de la conciencia|depresion de conciencia|alteraciones de conciencia|"
        "alteraciones de la conciencia|trastorno de conciencia|descenso del nivel de conciencia|"
        "disminucion del nivel de conciencia|nivel de conciencia bajo|"
        "nivel de conciencia alterado|bajo nivel de conciencia|bajo el nivel de conciencia|"
        "bajada del nivel de conciencia|sensorio comprometido|sensorio alterado|"
        "comprometido de conciencia|compromiso neurologico|desconectado del medio|"
        "desconectada del medio|atontad*|grogui|ido de la cabeza"
    ),
    Event(Topic.GLUCOSE, _LOW): (
        "hipogluc*|hipoglic*|azucar bajo|azucar baja|bajon de azucar|bajada de azucar|"
        "glucosa baja|hipo|hipos|bajones de azucar|bajon de glucosa|azucares bajos|glicemia baja|"
        "glucemia baja|bajo de azucar|bajadas de azucar|baja de azucar"
    ),
    Event(Topic.GLUCOSE, _HIGH): (
        "hipergluc*|hiperglic*|azucar alto|azucar alta|glucosa alta|subida de azucar|"
        "glucemia alta|glicemia alta|azucares altos|subidas de azucar|glucosas altas|"
        "azucar por las nubes"
    ),
    Event(Topic.CAPNOGRAPHY, _HIGH): "hipercapni*|retiene co2|reteniendo co2|retencion de co2",
    Event(Topic.CAPNOGRAPHY, _LOW): "hipocapni*",
}

WELL: Mapping[Topic, str] = {
    Topic.OXYGEN: (
        "aire ambiente|al aire ambiente|a aire ambiente|con aire ambiente|en aire ambiente|"
        "respira aire ambiente|al aire|a aire|respira aire|sin oxigeno|sin o2|"
        "sin aporte de oxigeno|sin oxigenoterapia|sin oxigeno suplementario|sin gafas|"
        "sin mascarilla|sin aporte|respirando aire ambiente|respirando al aire|aire ambiental|"
        "al ambiente|a aa|al aa|sin soporte|sin soporte de oxigeno|sin canula|sin puntas|"
        "sin naricera|sin bigotera|sin mascara|libre de oxigeno|sin apoyo de oxigeno|aire libre"
    ),
    Topic.TEMPERATURE: (
        "afebril|apiretic*|normotermic*|eutermic*|sin fiebre|sin calentura|sin picos febriles|"
        "afebriles"
    ),
    Topic.PRESSURE: "normotens*|hemodinamicamente estable",
    Topic.CONSCIOUSNESS: "alerta|despiert*|orientad*|consciente|conscient*|lucid*",
    Topic.GLUCOSE: "normogluc*",
    Topic.BREATHING: "eupneic*|respira bien|respirando bien|respira normal",
    Topic.HEART: "normocardic*",
    Topic.SATURATION: (
        "satura bien|saturando bien|saturado bien|saturaba bien|saturo bien|satura adecuadamente|"
        "satura correctamente"
    ),
}
