"""What is said of the future, as a supposition or as advice, told by phrases that are refused.

A lexicon of stems can not hold every verb; its tense can be told by its ending. "Va a suceder"
stands for any forecast and "conviene" for any advice.
"""

import re

_WILL = "va a suceder"
_MAY = "conviene"

# With their accents, which alone tell "subirá" from "subiera" and "bajó" from "bajo".
_SUPPOSED = (
    (re.compile(r"\bser[áa] que\b"), ""),
    (re.compile(r"\bhabr[áa]n? (?=que\b)"), "hay "),
    (re.compile(r"\bhabr[áa]\b"), "hay"),
    (re.compile(r"\bsabr[áa]s?\b"), "sabe"),
    (re.compile(r"\bpodr[áa]s?\b"), "puede"),
    (re.compile(r"\bser[áa] (?=posible)"), "es "),
    (re.compile(r"\bagradecer(?:é|ía|emos)\b"), "agradezco"),
    (re.compile(r"\bquerr(?:é|á)\b"), "quiero"),
    (re.compile(r"\b(?:le|les|se lo|se la) (?=\w+ó\b)"), "se "),
    (re.compile(r"\b(?:quit|retir|coloc|ajust|moviliz|extub|intub|aplic|inyect|sac)ó\b"), "hizo"),
    (re.compile(r"\bbajó\b"), "ha bajado"),
    (re.compile(r"\bsubió\b"), "ha subido"),
)
# "¿Tendrá fiebre ahora?" asks about now.
_PRESENT = re.compile(
    r"\b(?:ahora|ahorita|ahoritita|actual\w*|en este momento|ahora mismo|alguien|últim\w+|ultim\w+"
    r"|alg[úu]n paciente)\b"
)
_ARE = (
    (re.compile(r"\bestar[áa]n\b"), "estan"),
    (re.compile(r"\bestar[áa]\b"), "esta"),
    (re.compile(r"\btendr[áa]n\b"), "tienen"),
    (re.compile(r"\btendr[áa]s?\b"), "tiene"),
    (re.compile(r"\bandar[áa]\b"), "anda"),
    (re.compile(r"\bser[áa]\b"), "es"),
)
_POLITE = (
    "podr|querr|gustar|agradecer|ser[íi]|necesitar|desear|tendr|deber|habr|convendr|sabr|precisar"
    "|encantar|interesar|vendr|har[íi]|ayudar|dir[íi]|importar|requerir|apreciar|solicitar|pedir"
    "|facilitar|indicar|mostrar|dar[íi]a[sn]? |pasar[íi]a"
)
# Of the past, though they end alike.
_PAST = "quer[íi]a|requer[íi]a|prefer[íi]a|refer[íi]a|mor[íi]a"
# Names of people and things that end so too.
_NOUNS = (
    "mar[íi]a|enfermer[íi]a|bater[íi]a|cafeter[íi]a|secretar[íi]a|lavander[íi]a|ingenier[íi]a"
    "|disenter[íi]a"
)
_CONDITIONAL = re.compile(rf"\b(?!{_POLITE}|{_PAST}|{_NOUNS})\w*[aei]ría[ns]?\b")
_FUTURE = re.compile(r"\b\w*[aeidn]r(?:á|án|ás|emos|é)\b(?<!detrás)(?<!atrás)(?<!quizás)")

_SAYING = (
    "decir|ver|mostrar|indicar|confirmar|ensenar|informar|buscar|revisar|saber|mirar|comprobar|"
    "listar|consultar|comparar|calcular|resumir|sacar|leer|explicar|contar|verificar|recordar|"
    "detallar|facilitar|enlistar|enumerar|reportar|aclarar|compartir|obtener|ser|haber|"
    "especificar|proporcionar|chequear|checar|precisar|corroborar|averiguar|fijar|observar|"
    "apreciar|conocer|identificar|desglosar|contrastar|cotejar|preguntar"
)
_NO_VERB = rf"(?:mejor|peor|mayor|menor|{_SAYING})\b"
_GOING = re.compile(
    rf"\b(?:va|van|vaya|vayan|ira|iran|iba a|iban) a (?!{_NO_VERB})\w+[aei]r"
    r"(?:se|le|les|lo|la|me|nos)?\b"
)
_ALLOWED = re.compile(
    r"(?<!me )(?<!nos )\b(?:se )?(?:le |lo |la )?(?:puede|pueden|podria|podrian|podra) "
    rf"(?!(?:{_SAYING})\b|\w+r(?:me|nos|mel[oa]s?)\b)(?=\w+[aei]r(?:se|le|lo|la|les)?\b)"
)
# "¿Cuánto le cargo?": the first person; and what ends so without being it.
_I_DO = re.compile(r"(?<!quien )\b(?:le|les|se l[oa]) (?P<verb>\w{2,}[^\Wi]o)(?= |\?|$)")
_NOT_MINE = frozenset(
    [
        "bajo",
        "tomo",
        "subo",
        "paso",
        "quedo",
        "salto",
        "sono",
        "noto",
        "hizo",
        "tuvo",
        "puso",
        "estuvo",
        "llego",
        "como",
        "cuando",
        "levanto",
        "aumento",
        "marco",
        "pego",
        "tiro",
        "duro",
        "empezo",
        "controlo",
        "anoto",
        "falto",
        "mando",
        "agradezco",
        "pido",
        "solicito",
        "ruego",
        "comento",
        "pregunto",
        "cuento",
        "consulto",
        "molesto",
        "informo",
        "digo",
        "aviso",
        "llamo",
        "encargo",
        "debo",
        "disparo",
        "tanto",
        "cuanto",
        "poco",
        "algo",
        "todo",
        "mismo",
        "miro",
        "saco",
        "arrojo",
        "hallo",
        "cogio",
        "detecto",
        "registro",
    ]
)


def futures_told(text: str) -> str:
    """`text` in lower case, with its future tenses told; needs the accents of the original."""
    said = text.casefold()
    for pattern, to in _SUPPOSED:
        said = pattern.sub(to, said)
    if _PRESENT.search(said):
        for pattern, to in _ARE:
            said = pattern.sub(to, said)
    return _FUTURE.sub(_WILL, _CONDITIONAL.sub(_WILL, said))


def advice_told(text: str) -> str:
    """`text`, without accents, with what is going to be, may be or I do to somebody told."""
    said = _GOING.sub(_WILL, text)
    said = _ALLOWED.sub(f"{_MAY} ", said)
    return _I_DO.sub(_mine, said)


def _mine(found: re.Match[str]) -> str:
    verb = found["verb"]
    known = verb in _NOT_MINE or verb.endswith(("ado", "ido"))
    return found[0] if known else _MAY
