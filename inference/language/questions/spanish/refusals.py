"""What is not for a record to answer: advice, forecasts, chat, and orders to the program."""

from collections.abc import Mapping

from inference.language.questions.notions import Sense

_FORECASTS: Mapping[str, str] = {
    "how it will end": (
        "queda de vida|quedan de vida|le queda de vida|esperanza de vida|de vida|cuanto le queda|"
        "cuanto tiempo le queda|saldra|saldra de esta|salir de esta|salir adelante|sale de esta|"
        "sale adelante|sale o no|sacamos adelante|desenlace|terminal|vivir|vivira|va a vivir|"
        "va a morir|morir|morira|se muere|se nos muere|se nos va|se me va|sobreviv*|aguantara|"
        "aguanta|aguante|pasara de esta|pasa de esta noche|riesgo de muerte|pronostico|"
        "pronosticos|pronostic*|paliativ*|muriendo|agoniz*|moribund*|se va a morir|"
        "se va a poner bien|se pondra bien|saldra bien|se salva|va a salir"
    ),
    "what will happen": (
        "va a suceder|va a empeorar|va a necesitar|que va a pasar|se va a|vas a|vaya a|fuera a|"
        "se va a recuperar|recuperara|se recuperara|mejorara|empeorara|llegara a|subira|subiran|"
        "bajara|bajaran|tendra|tendran|evolucionara|caera|desaturara|necesitara|necesitaran|"
        "requerira|pasara|ocurrira|volvera|durara|seguira|despertara|en el futuro|futuro|"
        "dentro de poco|dentro de un rato|proxima hora|proximas|proximo|proximos|mas adelante|"
        "de aqui a|siguientes horas|horas siguientes|expectativa|expectativas|esperable|se espera|"
        "previsible|prevision|preves|preve|anticip*|predic*|predec*|posibilidades|posibilidad|"
        "probable|probables|probablemente|probabilidad|probabilidades"
    ),
    "how great the danger is": (
        "peligros*|peligro|peligra|riesgo|riesgos|es grave|esta grave|es preocupante|es malo|"
        "es mala|tan malo|es normal que|es normal tener|es normal un|es normal una|es normal esta|"
        "es normal este|es normal ese|es normal esa|seria normal|preocuparme|me preocupo|"
        "preocuparnos|preocuparse|preocupa|es seguro|es prudente|que significa|que quiere decir|"
        "interpret*|que opina|que opinas|opinion|opiniones|tu parecer|su parecer|punto de vista|"
        "que piensa|que piensas|cree|crees|cree usted|te parece|le parece"
    ),
}

_DIAGNOSES: Mapping[str, str] = {
    "naming the illness": (
        "etiologic*|germen|germenes|bacteria*|microorganismo|patogeno|agente|juicio clinico|"
        "compatible con|etiologia|sintomas|que le pasa|que tiene el paciente|"
        "que tiene la paciente|que sera lo que tiene|que es lo que tiene|foco infeccioso|"
        "se debe la fiebre|a que se debe la fiebre|causa la fiebre|causa de la fiebre|"
        "causa de la hipotension|causa de la taquicardia|causa del|que causa|que provoca"
    ),
}

_ILLNESSES = (
    "diagnostic*|dx|enfermedad|enfermedades|patologia|sindrome|sepsis|septico|septica|shock|"
    "choque|infeccion|infecciones|infectad*|infeccioso|neumonia|infarto|iam|ictus|acv|embolia|"
    "embolismo|tep|tromboembol*|trombosis|insuficiencia*|fallo renal|falla renal|fallo cardiaco|"
    "cetoacidosis|anemia|anemic*|asma|epoc|edema agudo|edema pulmonar|bronquitis|pancreatitis|"
    "peritonitis|meningitis|apendicitis|neumotorax|taponamiento|deshidratad*|abstinencia|cancer|"
    "tumor|trombo|coagulo|derrame|derrame cerebral|ataque al corazon|angina|isquemi*|tvp|itu|"
    "infeccion urinaria|celulitis|colitis|hepatitis|cirrosis|encefalopatia|encefalitis|"
    "broncoespasmo|atelectasia|empiema|absceso|necrosis|gangrena|fractura|aneurisma|diseccion|"
    "metastasis|leucemia|linfoma|malaria|tuberculosis|hiponatremia|hiperpotasemia|hiperkalemia|"
    "hipopotasemia|hipokalemia|acidosis|alcalosis|perforacion|obstruccion|ileo|broncoaspiracion|"
    "intoxicacion|sobredosis|anafilaxia|sdra|fracaso renal|sobrecarga|desnutrid*|esguince"
)

_TREATMENTS = (
    "tratamiento|tratamientos|terapia|terapeutic*|que pauta|que tratamiento|dosis|"
    "cuanto paracetamol|cuanta insulina|cuanta noradrenalina|cuanta morfina|mg de|miligramos|"
    "unidades de|cuantas unidades|ampollas de|carga de volumen|bolo|bolos|que formula|cpap|bipap|"
    "vni|vmni|cirugia|para manana|pasado manana|manana por la manana|alta hospitalaria|de alta|"
    "el alta|reanimar|reanimacion|reanimarlo|reanimarla|rcp|pautad*|pauta|pautas|prescrit*|"
    "prescripcion|prescripciones|posologia|microgramos|mcg|gammas|que velocidad|a que ritmo|"
    "que ritmo va"
)

_TREATMENT: Mapping[str, str] = {
    "asking for advice": (
        "sugieres|sugieras|sugiere|sugerencia|recomiendame|recomendame|que harias|que haria|"
        "aconseja*|consejo|consejos|recomiendas|recomendarias|recomienda usted|me recomienda|"
        "elegirias|usarias|pondrias|darias|harias|eliges|indicado|indicada|indicaria|indicarias|"
        "contraindicad*|listo para|lista para|apto para|apta para|candidato|candidata|"
        "en condiciones de|puede irse|se puede ir|preparado para|preparada para|idoneo|idonea|"
        "mejor opcion|que opcion"
    ),
    "treating": (
        "como trato|como lo trato|como la trato|tratar|trato|medicar|receta*|recetar|prescri*|"
        "pautar|pauto|mas volumen|operar"
    ),
    "what I do to somebody": (
        "le doy|le damos|le pongo|le ponemos|le puedo dar|puedo darle|le administro|le meto|"
        "le metemos|meto|le subo|subo|subimos|bajamos|le quito|quito|quitamos|retiro|retiramos|"
        "suspendo|suspendemos|le aumento|aumento el|aumento la|aumentamos|reduzco|disminuyo|"
        "corrijo|ajusto|ajustamos|titulo|le cambio|cambio a|le coloco|coloco|le aplico|le inyecto|"
        "le hago|lo muevo|la muevo|movilizo|lo siento en|la siento en|lo siento|la siento|"
        "lo levanto|la levanto|lo acuesto|la acuesto|lo paso a|la paso a|le paso|paso a|lo saco|"
        "la saco|lo dejo|la dejo|extubo|extubamos|intubo|intubamos|sedo|transfundo|transfundimos|"
        "hidrato|espero|esperamos|pongo|ponemos|doy|que le doy|que le pongo|que puedo darle|"
        "que doy|que pongo|cuanto le pongo|cuanto le doy|como le bajo|como bajo|como subo|"
        "lo mando|la mando"
    ),
    "what is to be done to somebody": (
        "hay que dar|hay que darle|hay que ponerle|darle|darles|ponerle|ponerlo|ponerla|pasarle|"
        "pasarlo|pasarla|retirar|retirarle|suspender|quitar|quitarle|administrar|iniciar|"
        "inicio antibiot*|aspirarlo|aspirarla|sentarlo|sentarla|levantarle|moverlo|moverla|"
        "banarlo|banarla|subirle|bajarle|aumentarle|disminuirle|cambiarle|colocarle|"
        "dar paracetamol|subir el oxigeno|bajar el oxigeno|quitar el oxigeno|poner oxigeno|"
        "debo administrar|debo darle|deberia darle|debo subir|debo bajar|debo poner|debo quitar|"
        "debo iniciar|debo dar|debo trasladar|trasladar|trasladarlo|trasladarla|dar el alta|"
        "darle el alta|dar de alta|darlo de alta|darla de alta|a casa|destete|destetar|"
        "desconectarlo|desconectarla"
    ),
}

_CHAT: Mapping[str, str] = {
    "about the program": (
        "quien eres|quien sos|como te llamas|que eres|tu nombre|modelo de lenguaje|python|codigo|"
        "programa|inteligencia artificial|chatgpt|gpt|robot|eres humano|eres humana|usted tambien|"
        "usted duerme|usted come|usted descansa|usted que hace|y tu que|tu tambien|como estas|"
        "como estas tu|como te va|y usted|usted como|usted esta|que tal estas|como andas|"
        "como amaneciste|te gusta|te gustaria|me quieres|te quiero|te cansas|eres feliz|"
        "sabes cocinar|sabes bailar|que sabes hacer"
    ),
    "the world": (
        "ministro|multiplicado|dividido|tiempo hace|el tiempo en|clima|chiste|chistes|"
        "broma|adivinanza|cuento|cuentame algo|contame algo|hablame de|poema|poesia|cancion|"
        "futbol|partido|receta de cocina|receta|capital de|presidente|noticias|titulares|traduc*|"
        "la bolsa de valores|bolsa de valores|bitcoin|pelicula|serie de|loteria|horoscopo|"
        "cuanto es 2|sentido de la vida|politica|vacaciones|navidad|mundial|juego|jugamos|"
        "television|internet|google|matematicas|raiz cuadrada|resuelve|historia de|lluvia|"
        "llueve|llover|trafico|tren|autobus|restaurante|cocinar|musica|liga|gano|ganara|"
        "elecciones|wifi|correo|que hora es|que dia es hoy|que dia es|baloncesto|tenis|boxeo|"
        "formula 1|olimpiadas|champions|netflix|youtube|novela|libro|libros|actor|actriz|cantante|"
        "concierto|museo|hamburguesa|sushi|kebab|tapas|supermercado|tienda|tiendas|taxi|uber|"
        "vuelo|vuelos|hotel|gasolina|hipoteca|alquiler|impuestos|inflacion|economia|gobierno|"
        "parlamento|alcalde|filosofia|planeta|planetas|galaxia|dinosaurio*|oceano|pais|"
        "paises|nieve|nevar|nieva|paraguas|perro|gato|zodiaco|"
        "astrologia|tarot|crucigrama|sudoku|ajedrez|poquer|casino|boda|excel|portatil|"
        "ordenador|javascript|script|ecuacion|al cuadrado|al cubo|"
        "el rey|rey de|la reina|reina de|la luna|en londres|en paris|en espana|en francia|"
        "la impresora|el servidor|la base de datos|la guerra|guerra mundial|guerra civil|"
        "fibonacci|numero primo|se come bien|donde se come|wie geht|comment va|quel est|was ist"
    ),
    "what things are": (
        "a partir de cuanto es|a partir de cuanto se|se considera|se consideran|considerado|"
        "que se entiende por|para que sirve|para que se usa|que es el news|que es news|"
        "que es el qsofa|que es qsofa|que es un news|que es el glasgow|que es la capnografia|"
        "que es la fio2|que es la etco2|que es el etco2|que es la pam|como funciona|"
        "como se calcula|limite de la alarma|limites de la alarma|limites de alarma|"
        "limite de alarma|valores normales|valor normal|valor de referencia|valores de referencia|"
        "rango de referencia|cual es el rango normal|cual es lo normal|que es lo normal|"
        "definicion|define el"
    ),
    "the house": (
        "cafeteria|pizza|menu|que hay de comer|que hay de cenar|que hay de comida|aparcamiento|"
        "parking|estacionamiento|contrasena|contrasenas|clave|turnos de la semana|cuadrante|"
        "sueldo|nomina|escribeme|escribe un|escribe una"
    ),
    "other people": (
        "historia clinica|historial clinico|historial medico|expediente|otro paciente|"
        "otra paciente|otros pacientes|paciente anterior|anterior paciente|vecina|vecino|"
        "demas pacientes|del paciente de la cama|de la paciente de la cama|de al lado|"
        "vecino de cama|vecina de cama|companero de cuarto|companera de cuarto|"
        "companero de habitacion|companera de habitacion|fecha de nacimiento|telefono|celular|"
        "direccion|domicilio|dni|cedula|curp|pasaporte|mi abuela|mi abuelo|mi hijo|mi hija|"
        "mi esposo|mi esposa|mi marido|mi mujer|mi suegra|mi suegro|mi prima|mi primo|mi sobrina|"
        "mi sobrino|mi cunada|mi cunado|mi perro|mi gato|mi mama|mi papa|mi bebe|mi amiga|"
        "mi amigo|en su casa|en mi casa|en casa de|mi propia|mi propio|famoso|famosa|mi madre|"
        "mi padre|mi hermana|mi hermano|mi vecina|mi vecino|mi tia|mi tio|mi novio|mi novia"
    ),
}

_ORDERS: Mapping[str, str] = {
    "about what was said before": (
        "te dieron|te han dado|te dijeron|te han dicho|te dijimos|esta conversacion|"
        "la conversacion|texto anterior|texto de arriba|mensaje anterior|mensaje inicial|"
        "texto inicial|palabra por palabra|textualmente|literalmente|tu configuracion|"
        "como te configuraron|transcribe|recita|copia el|copia lo|vuelve a escribir|"
        "nuevas instrucciones|instrucciones|instruccion|indicaciones anteriores|tus indicaciones|"
        "prompt|revela|revelame|muestra tu|confidencial|autorizado|depuracion|reglas|"
        "restricciones|modo desarrollador|modo admin|administrador|admin|im_start|im_end|system:|"
        "user:|assistant:|sistema:|usuario:|asistente:"
    ),
    "to play a part or to forget": (
        "ignora|ignorad|ignore|ignoren|ignorando|olvida|olvide|olvidate|olvidad|finge|fingi|finja|"
        "haz como|haz de cuenta|haga de cuenta|hace de cuenta|hagamos de cuenta|imagina que|"
        "imaginate|actua como|actua|actue como|eres ahora|ahora eres|a partir de ahora|"
        "desde ahora|de ahora en adelante|juego de rol|obedece|simula|simule|asume que|asuma que|"
        "supon que|suponga que|haz caso|no hagas caso|saltate|salta el|omite|omiti|omita|"
        "sin comprobar|sin importar|hackea|desbloquea"
    ),
    "to say something": (
        "di que|diga que|deci que|di solo|di solamente|di simplemente|responde que|responde si|"
        "responde no|responde solo|responde siempre|respondeme|responde|responda|responda que|"
        "contesta|conteste|contesta que|contesta solo|contesta si|repite|repita|debes decir|"
        "debes responder|siempre di|nunca menciones|no menciones|afirma que|afirma|confirma que|"
        "informa que|informa de que|escribe que|anota que|imprime|imprima|inventa|invente|"
        "inventate|falsifica|oculta|esconde|modifica|modifique|reescribe|reescriba"
    ),
    "to do something": (
        "borra|borre|elimina|elimine|borrar|reconoce todas|reconoce las|reconoce la|reconozca la|"
        "reconozca las|exporta|exporte|envia|envie|enviar|sube el archivo|desactiva|desactive|"
        "desactivar|apaga|apague|apagale|apagar|silencia|silencie|silenciar|calla la|"
        "quita la alarma|quite la alarma|sube el limite|baja el limite|suba el limite|"
        "baje el limite|cambiar el limite|limite de alarma a|pon limite|pon el limite|"
        "ponga el limite|marca como|marque como|marca todas|cierra todas|cierra la alarma|"
        "silencia todas|cambia la|cambia el|cambia los|cambie la|cambie el|pon|ponga|pon que|"
        "pon la|pon el news|ponga que|ponle|pongale|dale el alta|dele el alta|dale de alta|"
        "suba la|suba el|subele|subale|bajale|bajele|aumentale|aumentele|aumenta el oxigeno|"
        "aumente el|administra|administre|administrale|calculale|calculele|calcula la dosis|"
        "calcula cuanta insulina|ajusta|ajuste el|ajuste la|configura|reinicia|reinicie|"
        "programa una|programe|agenda|agende|agendame|cita|redacta*|redacte|escribe|escriba|anota|"
        "anote|anotale|apunta en|registra que|registre que|carga en|ordene a|ordena a|ordenale|"
        "dile a|dile que|digale|diles|avisale|avisa a|avise a|avisa al|avise al|llama a|llame a|"
        "llama al|llame al|llamale|llamalo|pidele|pidale|mandale|manda a|mande a|manda un|"
        "mande un|recuerdame que|imprimeme|http|https|www|sql|json|html|base64"
    ),
}


def _all(*tables: Mapping[str, str]) -> str:
    return "|".join(phrases for table in tables for phrases in table.values())


REFUSALS: Mapping[Sense, str] = {
    Sense.SHOULD: (
        "debo|debemos|debe|deben|deberia|deberiamos|deberian|debiera|conviene|convenga|convendria|"
        "conveniente|tengo que|tenemos que|tendria que|tendriamos que|puedo|podemos|hay que|"
        "habria que|habra que|haria falta|hace falta que|es necesario|seria necesario|necesario|"
        "recomendable|aconsejable|es mejor que|seria mejor|seria bueno|es bueno|vale la pena|"
        "merece la pena"
    ),
    Sense.ADVICE: _all(_FORECASTS, _DIAGNOSES, _TREATMENT),
    Sense.TREATMENT: _TREATMENTS,
    Sense.ILLNESS: _ILLNESSES,
    Sense.OFF_TOPIC: _all(_CHAT),
    Sense.INSTRUCTION: _all(_ORDERS),
}
