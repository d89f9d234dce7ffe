"""How Spanish sentences are built that ask for advice, a cause, a lesson, or for what was done.

They are looked for in what `respelt` leaves: without accents, and with forecasts and advice told.
"""

import re
from collections.abc import Mapping

from inference.language.questions.notions import Form, one_of

_OURS = r"(?:el|la|los|las|lo|su|sus|le|les|esta|este|estas|estos|ese|esa|paciente|mi|nuestr\w+)"
_FAIR = (
    r"(?:razonable|sensato|prudente|oportuno|adecuado|apropiado|pertinente|aceptable|seguro"
    r"|arriesgado|buena idea|mala idea|hora|momento|pronto|tarde)"
)
_TO_DO = r"\w{2,}(?:ar|er|ir)(?:le|les|lo|la|los|las|se|nos)?"

_COUNSEL = (
    (
        rf"\b(?:es|seria|sera|parece|ves|veis|ve) (?:muy |mas |demasiado |una |el |la |ya"
        rf" )*{_FAIR}"
        rf" (?:para |de |que )?(?:{_TO_DO}|le|lo|la)\b"
    ),
    (
        r"\b(?:alguna|algun|una|un|tu|su) (?:\w+ )?(?:idea|consejo|sugerencia|orientacion"
        r"|opinion)"
        r" (?:de|sobre|para|con|respecto|acerca)\b"
    ),
    (
        r"\b(?:que|cual|cuales)(?: \w+){0,3}? (?:es|seria|va|iria|funciona|vendria|veis|ves)"
        r" (?:el |la )?"
        r"(?:mejor|mas (?:segur\w|eficaz|adecuad\w|conveniente|recomendable|indicad\w))\b(?!"
        r" que| hoy)"
    ),
    (
        r"\b(?:esta|estaria|estara|seria|lo ves|la ves|le ves|como para) (?:\w+ )?(?:list\w"
        r"|apt\w"
        r"|preparad\w|estable|bien|lo bastante \w+|suficientemente \w+) (?:como )?para\b"
    ),
    (
        r"\b(?:esta|estara|estaria) (?:ya |el |la |paciente )*para (?!hoy\b|que\b|el\b|la\b"
        r"|manana\b)\w"
    ),
    (
        r"\b(?:y )?(?:si|cuando|como) (?:\w+ ){1,6}(?:que|como) (?:hago|hacemos|se hace|hay"
        r" que|doy|damos"
        r"|pongo|ponemos|actuo|actuamos)\b"
    ),
    (
        r"\b(?:cuando|cuanto|como|que|cual)(?: \w+)? (?:le |lo |la |les )?(?:empezamos"
        r"|empiezo|pongo|ponemos"
        r"|doy|retiro|suspendo|inicio|iniciamos|reinicio|trato|tratamos|manejo|manejamos)"
        r" (?:con|a|la|el|los"
        r"|las|al|de|esto|eso)\b"
    ),
    (
        r"\b(?:cuando|a que hora|que dia) (?:se |le |lo |la |les )*(?:conviene|podra|podria"
        r"|puede|pueda"
        r"|va a suceder)\b"
    ),
    r"\b(?:deberi|convend|tendri)\w+|\bhabr?ia que\b|\bno (?:le |lo |la )?convien\w+",
    (
        r"^(?:y |pues |oye )*(?:la|lo|las|los) (?!(?:maximo|minimo|ultimo|mismo|primero|unico"
        r"|anterior|previo|bajo|alto|registrado|anotado|medido|normal)\b)\w{2,}[^\Wi]o"
        r" (?:con|al?|en)\b"
    ),
    (
        r"^(?:sube|suba|baja|baje|aumenta|aumente|reduce|reduzca|para|quita|quite|pon"
        r"|ponga)(?:le)? (?:la |el |los"
        r" |las )?(?:nor|bomba|perfus|infus|suero|sedac|dosis|goteo|insul|hepar|morf|propof"
        r"|fent|dobut|adren"
        r"|flujo|oxig|fio2|peep)"
    ),
    (
        r"\b(?:cuando|que dia|a que hora) (?:se |le |lo |la |les )*(?!(?:respira|era|eran"
        r"|retira|espera|supera"
        r"|altera|mira|tira|opera|mejora)\b)\w+(?:ara|era|ira|aran|eran|iran)\b"
    ),
    (
        r"\bmerec\w+ la pena\b|\bsirve de algo\b|\bvale la pena\b|\bhace falta (?!saber|ver"
        r"|medir|por\b)\w+[aei]r\b"
    ),
)
# The first person does what is asked about: "¿hasta cuánto la dejo bajar?".
_MINE = (
    r"(?:doy|damos|pongo|ponemos|dejamos|quito|quitamos|subo|subimos|pasamos|meto|metemos"
    r"|mandamos"
    r"|sacamos|cambiamos|iniciamos|empiezo|empezamos|sigo|seguimos|mantengo|mantenemos"
    r"|retiro|retiramos"
    r"|suspendo|suspendemos|cortamos|ajusto|ajustamos|tratamos|manejamos|extubo|extubamos"
    r"|intubo|intubamos"
    r"|sedo|esperamos|pido|hago|hacemos|fuerzo|forzamos|restrinjo|restringimos|permito"
    r"|permitimos|probamos"
    r"|pruebo)"
)
_LEFT_TO_ME = (
    (
        rf"\b(?:cuanto|cuanta|cuantos|cuantas|cuando|donde|como|cual|con que|a que \w+|que"
        rf" \w+) (?:mas )?"
        rf"(?:le |les |lo |la |los |las |se lo )?{_MINE}\b(?! (?:la cuenta|cuenta))"
    ),
    (
        r"\bhasta (?:cuanto|cuanta|donde|que \w+) (?:le |lo |la )?(?:dejo|bajo|paso|espero"
        r"|aguanto)\b"
    ),
    (
        r"\bque (?:hago|hacemos|hacer|se hace|haces|haceis) con (?:es[ae]|est[ae]|el|la|un"
        r"|una|los|las|\d)"
    ),
)
_OF_US = (
    r"(?:damos|ponemos|dejamos|quitamos|probamos|pruebo|subimos|metemos|mandamos|sacamos"
    r"|iniciamos"
    r"|empezamos|seguimos|mantenemos|retiramos|suspendemos|cortamos|ajustamos|tratamos"
    r"|extubamos|intubamos"
    r"|esperamos|hacemos|extubo|intubo|suspendo|empiezo|restrinjo|mantengo|quito|pongo|doy)"
)
_LEFT_TO_US = (
    rf"^(?:(?:y|entonces|pues|ya|le|les|lo|la|mejor) )*{_OF_US}\b",
    (
        r"\b(?:necesita|necesitaria|precisa|precisaria) (?:un|una|mas|otro|otra|que)\b"
        r"(?! \w+ que (?:ayer|antes|anoche|anteayer|hace|esta|por)\b)"
    ),
    (
        r"\btan \w+ como para\b|\bbastante \w+ (?:como )?para\b|\b(?:falta|queda) (?:mucho"
        r" )?para (?:que )?\w"
    ),
    r"^(?:mejor|mas|otr[oa]) \w+(?: \w+){0,3} o (?!(?:ayer|hoy|anoche|ahora|antes|anteayer)\b)\w",
)
# Verbs that ask for advice in the conditional, also typed without its accent.
_SUPPOSED = (
    (
        r"\b(?<!me )(?<!nos )(?:dari|hari|pondri|deberi|elegiri|usari|recomendari|aconsejari"
        r"|sugeriri|administrari|subiri|bajari|quitari|retirari|iniciari|empezari|suspenderi"
        r"|cambiari|aumentari|reduciri|disminuiri|trasladari|extubari|intubari|tratari|actuari"
        r"|pasari|llamari|esperari|dejari|mantendri|seguiri|ajustari|transfundiri|sedari"
        r"|probari|meteri|sacari|optari|preferiri|mandari|pautari|recetari|manejari|moveri"
        r"|sentari|levantari|convendri|mejorari|empeorari|bastari|ayudari|corregiri|pediri"
        r"|serviri|funcionari|vendri|iri|valdri|atreveri|plantari|planteari|considerari)"
        r"a(?:s|n|is|mos)?\b"
    ),
    r"^(?:y |entonces )*(?:sera|seran) (?:una?|el|la|los|las|buen|mal)\b",
)
_CAUSE = (
    (
        r"\b(?:que|quien|cual)(?: es lo que| puede| pueden| podria| pudo| esta| estara| estan)?"
        r"(?: le| lo| la| les| se)?(?: ha| esta| estara| puede)?(?: estar)? (?:provoc|caus"
        r"|origin|produc"
        r"|desencaden|gener|motiv|ocasion|explic)\w*"
    ),
    r"\b(?:a que|de que|por que) (?:se )?(?:deb[ei]\w*|viene|vienen|es debid\w)\b",
    r"\b(?:hay detras de|el origen de|la causa de|por culpa de)\b",
)
_NOUNS = (
    r"(?:signos?|sintomas?|causas?|tipos?|fases?|estadios?|complicacion(?:es)?|efectos?"
    r" (?:secundarios?"
    r"|adversos?)|contraindicacion(?:es)?|interaccion(?:es)?|indicacion(?:es)?|criterios?"
    r"|factores de riesgo|mecanismo|vida media|tratamientos?|definicion|significado)"
)
_LESSON = (
    (
        rf"^(?:(?:y|que|cual|cuales|es|son|dime|dame|lista|los|las|el|la|principales"
        rf"|primeros) )*{_NOUNS}"
        rf" (?:y \w+ )?(?:del?|para|en) (?!{_OURS} paciente|su\b|paciente|hoy|ayer|esta"
        rf"|anoche|vigil|observ"
        r"|monit|puntu|prioridad|la 24|las ult)(?:la |el |los |las |un |una )?(?!cama)\w"
    ),
    (
        r"\bdiferencias? entre (?!medianoche|mediodia|hoy|ayer|ahora|esta|este|anoche"
        r"|la\b|el\b|las\b|los\b|su\b"
        r"|amb|una? \d"
        r"|\d)\w"
    ),
    (
        r"\b(?:como|para que|de que) (?:funciona|actua|sirve|se (?:usa|utiliza|trata"
        r"|diagnostica|mide"
        r"|calcula|prepara|administra|contagia|previene|define|clasifica))n?\b(?! (?:este"
        r"|esta) paciente)"
    ),
    (
        r"\bque (?:es|son) (?:un |una |el |la |los |las )?(?:\w{2,}(?:itis|osis|emia|oma"
        r"|patia|plejia|pnea"
        r"|algia|cardia|xia|tension|tonia)|sepsis|(?:sindrome|enfermedad|insuficiencia"
        r"|embolia|fibrilacion"
        r"|trombosis|shock|choque|paro|bloqueo|edema|infarto)(?: \w+){0,2})\s*\?*$"
    ),
    (
        r"\b(?:normal|normales) (?:en|para) (?:un |una |los |las )?(?:\w+ )?(?:adult\w+"
        r"|nin\w+|bebe\w*"
        r"|embaraz\w+|ancian\w+|epoc|mujer\w*|hombre\w*|pacientes)\b"
    ),
    r"\bsignifican?\b|\bsiglas\b",
    (
        r"\b(?:que dice|que dicen|segun) (?:la literatura|los libros|los estudios|la"
        r" evidencia)\b"
    ),
)
_TOPICAL = (
    (
        r"\b(?:explica\w*|expliqu\w*|habl(?:a|e)(?:me|nos)|cuent(?:a|e)(?:me|nos)|que sabes"
        r"|informacion|datos)"
        r" (?:que es |como |algo )?(?:sobre|del?|acerca|la|el|los|las)\b"
    ),
    (
        r"\bnormal(?:es)? (?:de|del)\b|\b(?:rango|valores?|nivel(?:es)?) (?:\w+"
        r" ){0,3}normal(?:es)?\b"
    ),
)
_ADDRESSED = (
    r"\b(?:eres|sos|ti mism[oa]|vos mism[oa]|contigo)\b",
    (
        r"\bte (?:llamas|gusta\w*|crees|aburres|cansas|sientes|pagan|han creado|hicieron"
        r"|programaron"
        r"|entrenaron)\b"
    ),
    (
        r"\b(?:tu|tus) (?:trabajo|nombre|edad|creador\w*|dueno|jefe|modelo|entrenamiento|vida"
        r"|familia"
        r"|version|proposito|limitaciones|memoria|empresa|contrasena|sentimientos"
        r"|cumpleanos)\b"
    ),
    (
        r"\b(?:sabes|puedes|podes) (?:hablar|cantar|bailar|cocinar|programar|pensar|jugar"
        r"|escribir|amar)\b"
    ),
)
_HIDDEN = (
    r"(?:prompt|instrucciones|instruccion|reglas?|normas|configuracion|contexto"
    r"|directrices|politicas"
    r"|restricciones|programacion|ordenes|filtros|ajustes internos|limitaciones)"
)
_ORDER = (
    (
        rf"\b(?:deja|dejad|abandona|rompe|descarta|ignor\w+|olvid\w+|sal[lt]at?e?|repit\w+"
        rf"|copi\w+|recit\w+"
        rf"|traduc\w+|resum\w+|muestr\w+|ensen\w+|di\w*|cual(?:es)? (?:es|son|era|eran"
        rf"|fueron)|revel\w+"
        rf"|filtra\w*|list\w+) (?:todas |todos |de lado )*(?:tus?|sus|las|esas|estas) (?:\w+"
        rf" ){{0,2}}{_HIDDEN}"
        r"\b"
    ),
    r"\bnuev[ao]s? (?:reglas?|orden|ordenes|norma|tarea|papel|rol|identidad)\b",
    (
        r"^(?:(?:por favor|porfa|oye|oiga|y|venga|anda|ya|ahora) )*(?:pide|pida|pedi|encarga"
        r"|encargue|reserva|reserve|compra|compre|trae|traiga|manda|mande|busca"
        r"|arregla|arregle|prepara|prepare|pon|ponga|sube|suba|baja|baje|quita|quite|da|llama"
        r"|llame"
        r"|avisa|avise)(?:me|nos|le|les|lo|la)? (?:una?|otr[ao]|el taxi|la impresora|al"
        r" medico|al doctor)\b"
    ),
    (
        r"\bno tienes (?:limites|reglas|restricciones|filtros|normas)\b|\bsin (?:limites"
        r"|restricciones"
        r"|filtros|censura)\b|\breinicia\w* tu\b"
    ),
    (
        r"\b(?:juguemos|vamos a jugar|jugemos|decodifica|descifra|ejecuta|interpreta el"
        r" papel)\b"
    ),
    (
        r"\b(?:haz|hazme|haceme|hagame) (?:un|una|el|la) (?!favor|resumen|lista|repaso"
        r"|listado|grafic"
        r"|comparacion|relacion|balance)\w"
    ),
)
_FACT = (
    (
        r"\b(?:esta|estan|estaba|lleva|llevaba|tiene|tenia|toma|tomaba|recibe|usa|usaba|trae"
        r"|sigue con|sigue en|hay|esta con"
        r"|estaba con|queda|quedan|consta|sigue tomando|continua con)\b"
    ),
    r"\b(?:le|les|lo|la|se|se lo|se la) (?:han|ha|habian|habia) \w+",
    r"\b(?!que\b)\w{3,}(?:aron|ieron|jeron)\b",
    (
        r"\bquien (?:no )?(?:le |les |lo |la |se |se lo |se la )*(?!es\b|eres\b|puede|debe"
        r"|conviene)\w{3,}(?:o|io)\b"
    ),
    r"\bcuant[oa]s (?:dias|semanas|meses|anos)\b",
    r"\b(?:se sabe|sabemos|sabes|hay) (?:ya )?(?:algo|nada|noticias)\b|\balguna noticia\b",
    r"\b(?:ha|han) (?:\w+ )?\w+(?:ado|ido|cho|sto|rto)\b",
    r"\b(?:ultim[oa]s?|actual(?:es)?) (?:dosis|bolo|tratamiento|perfusion|transfusion)\b",
)
_HISTORY = (
    (
        r"\b(?:antecedentes?|alguna vez|antes|previ[oa]s?|previamente|anterior|diagnosticaron"
        r"|diagnosticad[oa]s?|historia de|padece|padecia|padecio|padecido|sufrio|sufrido"
        r"|sufre de|pasado"
        r"|ya tuvo|habia tenido|ha tenido|ingreso (?:por|con)|de pequen[oa]|conocid[oa])\b"
    ),
)


FORMS: Mapping[Form, re.Pattern[str]] = {
    Form.COUNSEL: one_of((*_COUNSEL, *_LEFT_TO_ME, *_LEFT_TO_US, *_SUPPOSED)),
    Form.CAUSE: one_of(_CAUSE),
    Form.LESSON: one_of(_LESSON),
    Form.TOPICAL: one_of(_TOPICAL),
    Form.ADDRESSED: one_of(_ADDRESSED),
    Form.ORDER: one_of(_ORDER),
    Form.FACT: one_of(_FACT),
    Form.HISTORY: one_of(_HISTORY),
}
