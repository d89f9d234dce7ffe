"""What no signal of the record holds, by what it is about."""

from collections.abc import Mapping

UNRECORDED: Mapping[str, str] = {
    "pain and discomfort": (
        "dolor|dolores|dolorid*|duele|duelen|dolia|dolian|dolido|doliendo|eva|escala de dolor|"
        "molestia|molestias|queja|quejas|quejado|quejo|quejando|quejaba|ardor|escozor|picor|pica|"
        "prurito|colico*|calambre*|jaqueca|migrana|cefalea|mareo*|mareado|mareada|vertigo*|"
        "cansad*|cansancio|fatiga*|debilidad|nauseas|vomit*|arcada*|acidez|hormigueo*|escalofrio*|"
        "tiriton*|tembl*"
    ),
    "food and drink": (
        "comido|comio|comiendo|come|comer|comieron|comida|comidas|cena|cenado|ceno|cenar|desayun*|"
        "almuerzo|almorz*|merend*|merienda|bebido|bebio|beber|bebe|tomado agua|tomo agua|agua|"
        "yogur|sopa|fruta|galleta*|jugo|zumo|cafe|te con leche|liquidos|liquido|dieta|dietas|"
        "apetito|hambre|sed|deglu*|tragar|trago|traga|atragant*|nutrici*|enteral|parenteral|"
        "calorias|kcal|suplemento*|ayunas|ayuno|ayunando|tolera|tolerado|tolero|tolerancia|"
        "tolerancia oral|ingesta|hidrat*|bandeja|papilla|celiac*|vegetarian*|vegan*|intoleran*|"
        "gluten|lactosa|dieta blanda|blanda|triturad*|espesante|halal|kosher|entradas y salidas|"
        "entradas|salidas|ingresos y egresos|ingresos y perdidas|restriccion hidrica|"
        "restriccion de liquidos|a dieta|postre|leche|sopas|cocina"
    ),
    "urine and bowels": (
        "orin*|pis|pipi|mear|meado|meo|miccion*|diuresis|vientre|deposicion*|depuso|deponer|"
        "evacu*|caca|popo|heces|del cuerpo|diarrea*|estren*|panal|panales|balance|balance hidrico|"
        "balance de liquidos|egresos|gasto urinario|hematuria|poliuri*|oliguri*|anuri*|transito|"
        "gases|flato*|melena*|incontinen*|devolvio|devuelto|devolviendo|gases intestinales|"
        "ventose*|babea*|saliva|sondaje|bolsa|bolsas|estoma|ostomia|colostomia|ileostomia|"
        "urostomia|supositorio*|sondad*"
    ),
    "skin, wounds and parts of the body": (
        "piel|herida|heridas|ulcera|ulceras|escara|escaras|llaga*|edema|edemas|hinchad*|hinchazon|"
        "hematoma*|moraton*|sarpullido|erupcion*|rash|aposito*|cicatri*|sutura*|puntos de sutura|"
        "vendaje*|color|palid*|cianosis|cianotic*|icteri*|sudor*|sudando|sudado|sudada|diafor*|"
        "relleno capilar|llenado capilar|cabeza|pierna|piernas|brazo|brazos|pies|manos|abdomen|"
        "abdominal|barriga|tripa|panza|estomago|ojos|boca|lengua|garganta|oido*|espalda|pecho|"
        "torax|cuello|cadera|rodilla*|talon|talones|sacro|pupila*|reflejo*|perimetro*|flebitis|"
        "drenaje|drenajes|drenado|debito|redon|enrojecid*|rojez|roja|rojo|inflamad*|supura*|pus|"
        "costra*|upp|upps|absces*|grieta*|pelo|piojos|picadura*|mordedura*|tejido|necrotic*|"
        "grapas|puntos sueltos|quitan los puntos|quitaron los puntos|quitado los puntos|"
        "retiran los puntos|retiraron los puntos|escayolad*|vendad*"
    ),
    "sleep and mood": (
        "dormido|dormida|dormir|duerme|durmio|durmiendo|dormia|descansado|descansar|descanso bien|"
        "ha descansado|sueno|insomni*|ronca*|animo|animad*|ansios*|ansiedad|llora*|lloro|triste*|"
        "tristeza|deprim*|depresion|nervios*|enfadad*|enojad*|agresiv*|content*|tranquil*|humor|"
        "colabora*|cooperador*|desvelad*|en vela|pego ojo|descanso esta noche|descanso anoche|"
        "descanso algo|alucin*|suicid*|autolesion*|llanto|apatic*|angusti*|asustad*|miedo|"
        "solo o triste|pesadilla*"
    ),
    "movement and falls": (
        "camin*|deambul*|se levanto|se ha levantado|levantarse|levantado de la cama|levantado al|"
        "levantarlo|levantarla|sento|sentado|sentada|sentarse|sillon|silla|de pie|bipedest*|"
        "se pudo parar|pararse|se paro|se ha parado|moviliz*|movilidad|fuerza|muscular|marcha|"
        "metros|pasos|pasillo|andador|inspirometro|incentivador|fisio*|kine|kinesio*|rehabilit*|"
        "caido de la cama|caido de cama|cayo de la cama|cayo de cama|caerse|al suelo|"
        "una caida accidental|sufrido caidas|sufrido una caida|sufrido alguna caida|"
        "tuvo una caida|tenido una caida|tenido caidas|tuvo caidas|golpe|golpes|golpeo|golpeado|"
        "resbal*|tropez*|cambio postural|cambios posturales|postura|posturas|decubito|prono|"
        "supino|cabecero|posicion|contencion|contenciones|grua|baston|muletas|muleta|"
        "silla de ruedas|independiente|dependiente|autonom*|encamada desde|se vale|apoya|apoyar|"
        "carga peso"
    ),
    "nursing care": (
        "bano|banado|banada|banaron|bano en cama|ducha*|aseo|asead*|aseo personal|higiene|lavado|"
        "lavada|lavaron|curas|curado|curada|curaron|la cura|afeit*|peina*|cepill*|aspirado|"
        "aspirada|aspiraron|aspiro|aspirarse|secrecion*|flemas|flema|moco|mocos|esputo|tos|tose|"
        "tosio|tosiendo|tosido|expector*|sabanas|ropa|dentadura|gafas de ver|audifono*|lentes|"
        "vasito|curacion|curaciones|limpieza|limpiaron|limpiado|corte de unas|unas de"
    ),
    "visits and family": (
        "visita|visitas|visito|visitaron|visitado|visitar|vino|vinieron|venido|a verla|a verlo|"
        "a verle|familiares|familia|acompanante*|acompanad*|cuidador*|llamo la familia|"
        "llamado la familia|llamaron|parientes|pariente|su mujer|sus padres|sus hijos|nietos|"
        "nieta|nieto|cura de la capilla|psicologo*|trabajador* social*"
    ),
    "staff and shifts": (
        "quien esta de guardia|quien esta de turno|quien estaba de guardia|quien estaba de turno|"
        "quien quedo de guardia|quien quedo de turno|quien queda de turno|quien estuvo de guardia|"
        "quien estuvo de turno|quien estuvo a cargo|quien tiene guardia|quien hace la noche|"
        "quien hizo la noche|quien lo atendio|quien la atendio|quien le atendio|quien lo lleva|"
        "quien la lleva|quien lo vio|quien la vio|quien firmo|quien le puso|quien le tomo|"
        "quien le hizo|quien administro|quien hizo el turno|quien cubre|quien cubrio|quien entra|"
        "quien vino|medico responsable|medico tratante|medico de guardia|doctor de guardia|"
        "medica de guardia|residente de guardia|enfermera de guardia|enfermera de turno|"
        "enfermero de turno|enfermera a cargo|enfermera asignada|que medico|que doctor|"
        "que doctora|que enfermera|que enfermero|celador|celadores|a cargo|cirujano|de guardia|"
        "interconsulta*|llaves|llave|cardio|cardiologia|neurologia|neumologia|nefrologia|"
        "oncologia|hematologia|digestivo|traumatologia|trauma|psiquiatria|urologia|"
        "medicina interna|infecciosas|paliativos|trabajo social|nutricionista|logopeda|"
        "farmaceutic*|somos|cuantos somos|medico de cabecera|cabecera|camas libres|cama libre|"
        "camas vacias|camas disponibles|hay camas|hay sitio|limpia|sucia|desinfec*|los cirujanos|"
        "cirujanos|radiologo|radiologa|anestesista de|lenceria|almacen"
    ),
    "weight and height": (
        "peso|pesa|pesaba|pesado|pesada|pesaron|pesarlo|pesarla|kilo|kilos|kg|libras|talla|"
        "estatura|altura|imc"
    ),
    "who somebody is and why here": (
        "nombre|nombres|se llama|apellida|apellido|apellidos|edad|anos tiene|cuantos anos|"
        "cumpleanos|nacio|nacido|aseguradora|obra social|eps|isapre|fonasa|numero de historia|"
        "motivo de ingreso|motivo del ingreso|motivo de consulta|por que ingreso|"
        "por que esta ingresado|por que esta ingresada|por que lo ingresaron|"
        "por que la ingresaron|fecha de ingreso|cuando ingreso|dias lleva ingresad*|"
        "dias de ingreso|dias de estancia|dias de internacion|antecedente*|alergi*|"
        "grupo sanguineo|grupo de sangre|consentimiento*|voluntades|pulsera|aislamiento|aislado|"
        "aislada|diabetes|diabetic*|embaraz*|fumador|fumadora|fuma|alcohol|tabaco|orden medica|"
        "ordenes medicas|cama asignada|idioma|trabaja|profesion|vive solo|vive sola|vive|viven|"
        "vivia|hablaba|habla espanol|mutua|seguro medico|seguro privado|privado|privada|factura|"
        "cuesta|coste|costo|costando|precio|paga|pagan|religion|creencias|testigo de jehova|"
        "reanimable|ordenes de no reanimar|orden de no reanimar|limitacion del esfuerzo|"
        "limitacion terapeutica|clostridium|sarm|bmr|portador|portadora|aislamiento de contacto|"
        "gotas|persona de contacto|familiar de referencia|tutor legal|plan|planes|plan para|"
        "lista de espera|jubilad*|mascota*|reside|residencia|ingreso previo|ingresos previos"
    ),
    "medicines": (
        "farmaco|farmacos|medicina|medicinas|medicacion|medicaciones|medicamento|medicamentos|"
        "antibiotic*|paracetamol|acetaminofen*|ibuprofeno|metamizol|nolotil|dipirona|novalgina|"
        "tramadol|ketorolaco|aspirina|aas|enantyum|morfin*|opiace*|opioide*|fentanil*|"
        "noradrenalin*|norepinefrin*|nora|adrenalina|epinefrina|dopamina|dobutamin*|vasopresor*|"
        "vasopresin*|vasoactiv*|inotropic*|milrinona|propofol|ketamina|dexmedetomidina|"
        "haloperidol|quetiapina|amiodarona|digoxina|atropina|adenosina|diltiazem|verapamilo|"
        "nitroglicerina|nitroprusiato|furosemida|diuretic*|manitol|insulin*|glucagon|metformina|"
        "heparin*|clexane|sintrom|warfarina|anticoagul*|salbutamol|ventolin|atrovent|"
        "broncodilatador*|nebuliz*|inhalador*|corticoid*|corticoesteroid*|dexametasona|"
        "hidrocortisona|prednison*|metilprednisolona|urbason|urapidil*|hidralazina|"
        "antihipertensiv*|antitermico*|antipiretic*|antiemetic*|primperan|analgesi*|analgesic*|"
        "calmante*|sedante*|sedacion|relajante*|pastilla*|comprimido*|jarabe*|inyecci*|inyectad*|"
        "inyectaron|ampolla*|vacuna*|vitamina*|hierro|laxante*|enema*|fluidos|fluidoterapia|suero|"
        "sueros|sueroterapia|salino|fisiologico|ringer|cristaloide*|coloide*|potasio iv|volumen|"
        "perfusion*|infusion*|goteo*|bomba de infusion|bombas|via oral|quimio*|levotiroxina|"
        "timolol|augmentine|tazocel|piperacilina*|tazobactam|teicoplanina|linezolid|septrin|pca|"
        "hematies|concentrado|plasma|unidad de sangre|bolsa de sangre|bolsas de sangre|pramipexol|"
        "gabapentina|pregabalina|sertralina|litio|parche|parches|colirio*|gotas nasales|crema*|"
        "pomada*|calmar|premedic*|hipnotic*|pastillero"
    ),
    "laboratory": (
        "lactato|potasio|potasemia|kalemia|sodio|natremia|creatinina|hemoglobina|hb|hto|"
        "hematocrito|leucocito*|leucos|neutrofilo*|linfocito*|crp|pcr|procalcitonina|pct|"
        "troponina*|plaqueta*|inr|bilirrubina|urea|bun|ph|gasometria*|gases arteriales|"
        "gases venosos|bicarbonato|exceso de bases|magnesio|calcio|fosfato|fosforo|cloro|albumina|"
        "proteinas|electrolitos|iones|ionograma|laboratorio|laboratorios|analitica|analiticas|"
        "analisis|hemograma|biometria|bioquimica|quimica sanguinea|perfil hepatico|transaminasas|"
        "got|ggt|ldh|cpk|bnp|probnp|tsh|vsg|lipasa|coagulacion|dimero|fibrinogeno|ferritina|"
        "colesterol|hba1c|cetonas|cetonemia|cuerpos cetonicos|amonio|amilasa|cortisol|tiroides|"
        "pco2|pao2|paco2|po2|glucosuria|osmolaridad|acido urico|sedimento|cultivo|cultivos|"
        "hemocultivo*|urocultivo*|antibiograma|exudado|covid*|gripe|influenza|serologi*|toxicos|"
        "biopsia|pruebas|muestra de sangre|higado|renal|rinon|rinones|funcion hepatica|"
        "cruzar sangre|pruebas cruzadas|carga viral|puncion lumbar|lcr|gram|crecido|positivo|"
        "sensibilidad|niveles de"
    ),
    "tracings and images": (
        "electrocardio*|electro|ecg|ekg|derivaciones|qtc|segmento st|ritmo sinusal|que ritmo|"
        "sinusal|fibrilacion|flutter|arritmi*|extrasistole*|bloqueo|radiografia*|rayos x|rx|"
        "placa de torax|placa|tac|tc|tomografia*|escaner|scanner|resonancia*|ecografia*|"
        "ecocardio*|eco|fraccion de eyeccion|endoscopia|broncoscopia|colonoscopia|gastroscopia|"
        "eeg|electroencefalograma|crisis epileptica|convuls*|st|onda t|ondas|qrs|fa|acfa|"
        "telemetria|holter|radiologia|angiografia|cateterismo|mamografia|densitometria"
    ),
    "devices and what only they measure": (
        "intub*|extub*|ventilado|ventilada|ventiladas|ventilador|respirador|tubo|"
        "tubo endotraqueal|traqueo*|peep|volumen tidal|volumen corriente|presion pico|"
        "presion meseta|presion plateau|plateau|presion de soporte|modo ventilatorio|"
        "parametros del ventilador|pvc|presion venosa|presion venosa central|gasto cardiaco|"
        "indice cardiaco|presion intracraneal|intracraneal|presion intraabdominal|"
        "presion de perfusion|bis|swan|marcapasos|sonda|sondas|nasogastrica|foley|sng|cateter|"
        "cateteres|via|vias|via central|via periferica|linea arterial|picc|dialisis|hemofiltro|"
        "hemodialisis|rass|ramsay|cam-icu|braden|norton|barthel|morse|balon|femoral|yugular|"
        "subclavia|desfibrilador|dai|ferula|escayola|yeso|collarin|corse|epidural|stent|protesis|"
        "audifonos|mascarilla de|vmi|ecmo"
    ),
    "operations, bleeding and the like": (
        "operacion|operado|operada|operaron|quirofano|procedimiento*|transfusion*|transfund*|"
        "sangr*|hemorragia*|sedado|sedada|sedados|anestesia|parto|contracciones|fetal"
    ),
}
