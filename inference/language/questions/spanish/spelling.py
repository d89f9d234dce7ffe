"""Spanish as it is typed and spoken, rewritten into what the lexicon and the times know."""

import re
from collections.abc import Iterator

from inference.language.questions.spanish.numbers import in_digits
from inference.language.questions.spanish.places import NAMED, patients_told
from inference.language.questions.spanish.tenses import advice_told

_Rewrites = tuple[tuple[re.Pattern[str], str], ...]
_DRUG = "farmaco"  # not recorded
_UNREAD = "xyz"  # no word: what it stands for is left unread, and no yes or no comes of it


def _compiled(*rows: tuple[str, str]) -> _Rewrites:
    return tuple((re.compile(pattern), to) for pattern, to in rows)


_ABBREVIATED = _compiled(
    (r"\bq(?=\s|$)|\bke\b|\bk(?=\s)", "que"),
    (r"\bxq\b|\bpq\b|\bporq\b|\bxke\b|\bporke\b|\bpor q\b", "por que"),
    (r"(?<!\d )(?<!\d)\bd\b", "de"),
    (r"\bxfa\b|\bxfis\b|\bxfavor\b", "por favor"),
    (r"\bdl\b(?! ?\d)(?<!mg/dl)(?<!mg dl)", "del"),
    (r"(?<!\d )\bx\b(?! ?min)", "por"),
    (r"\bn\.? ?[°o]\.?(?= (?:de )?(?:alarmas|veces|episodios))", "numero de"),
    (r"\bnro\.? (?=de|alarmas)", "numero de "),
    (r"\b(?:ult|ults|ultms?)\b\.?", "ultimas"),
    (r"\bs/ ?(?=\w)", "sin "),
    (r"\bc/ ?(?=\w)", "con "),
    (r"\bsi ?/ ?no\b|\bsi o no\b|¿?si\?? ¿?no\?", " "),
    (r"\b(?:k|na|cl|mg|ca) ?\+{1,2}(?!\w)", "potasio"),
    (r"\b(?:potasio|sodio) serico\b", "potasio"),
)
_PARTICIPLE = r"(?=tenido|estado|hecho|habido|subido|bajado|presentado|desaturado|dado|caido)"
_MISSPELT = _compiled(
    (r"\bdesd\b", "desde"),
    (r"\bhs?ta\b", "hasta"),
    (r"\bora\b", "hora"),
    (r"\biso\b", "hizo"),
    (
        r"\btubo (?=(?:fiebr|hipo|hiper|taqui|bradi|desat|alg|la |una? |mas |pico|alarm|cale))",
        "tuvo ",
    ),
    (r"\baora\b|\bhorita\b|\baorita\b|\baurita\b|\bahoritita\b", "ahora"),
    (r"\baver\b|\bhaber si\b", "a ver si"),
    (r"\bay (?=alg|fiebre|alarm|temp|dato|regist|nota)", "hay "),
    (rf"\b(?:a|ah) {_PARTICIPLE}", "ha "),
    (r"\bnoxe\b|\bnohe\b|\bnche\b", "noche"),
    (
        (
            r"\bta (?=(?:mas )?(?:dormid|confus|somno|taqui|agitad|desorient|febril|despiert|bradi)"
            r"|afebril|con |desatur|saturando|hipo)"
        ),
        "esta ",
    ),
)
_DICTATED = _compiled(
    (
        (
            r"\b(?:signos? de |(?:abre|cierra|abro|cierro) (?:signo de )?)?interrogacion\b"
            r"|\bpunto(?: final)?$|\bpunto y aparte\b|\bcoma\b(?= \D)"
        ),
        " ",
    ),
    (r"≥|>=|=>", " al menos "),
    (r"≤|<=|=<", " como mucho "),
    (r">", " mas de "),
    (r"<", " menos de "),
    (r"→|=|\+(?= )|•", " "),
)
_DEVICE = (
    r"(?:oxigeno|o2|fio2|gafas|flujo|nora|perfusion|dosis|sedacion|cabecero|litros|mascarilla"
    r"|propofol|bomba|ritmo de)"
)
_SET = (
    r"(?:sube|suba|subile|baja|baje|bajale|aumenta|aumente|reduce|reduzca|cambia|cambie|ajusta"
    r"|ajuste|fija|fije)(?:le)?"
)
_ADVICE = _compiled(
    (rf"\b(?:le |lo |la )?bajo (?:la |el |los |las )?(?={_DEVICE})", "retiro "),
    (
        (
            rf"\b{_SET} (?:la |el |los |las )?(?:{_DEVICE}|limites?|umbral|alarmas?|canula)"
            r"(?: \w+){0,3}? (?:a|al|en|hasta) (?=\d)"
        ),
        "pon que ",
    ),
    (
        (
            r"\bes (?:un |una |la |el )?(?=\d)(?!\d+ ?(?:h|:))"
            r"|\b\d+(?:[.,]\d)? es (?=baj|alt|normal|fiebre|grave|mal|buen|mucho|poc|peligr)"
        ),
        "es grave ",
    ),
)
_TO = r"\b(?:hasta|a) (?:cuanto|donde|que (?:valor|cifra|nivel|punto|numero))"
_HAS = r"(?:(?:se|le|les|ha|han|llego|llegado|llegaron|a) )*"
_LIMITS = _compiled(
    (r"\bmas (?:alt|elevad)[ao]s? (?:que|de) (?=\d)", "por encima de "),
    (r"\b(sub\w+|pas[aeo]\w*|excedi\w+|super\w+|trep\w+) de (?=\d)", r"\1 por encima de "),
    (r"\bmas baj[ao]s? (?:que|de) (?=\d)", "por debajo de "),
    (r"\b(?:bajo|abajo|debajo) (?:los |el |de los |de |del )?(?=\d)", "por debajo de "),
    (r"\b(?:arriba|encima) (?:de los |de |del )?(?=\d)", "por encima de "),
    (
        r"\bsobre (?:los |el )?(?=\d{2,3}(?:[.,]\d)?\b(?! ?(?:h|:)))",
        "por encima de ",
    ),
    (
        rf"{_TO} {_HAS}(?:baj\w+|ca(?:yo|er|ido|yeron)|desplom\w+|hund\w+|descen\w+)",
        "valor mas bajo",
    ),
    (rf"{_TO} {_HAS}(?:sub\w+|trep\w+|dispar\w+|elev\w+|ascen\w+)", "valor mas alto"),
    (
        (
            r"\b(?:mas|menos) de \d+ (?=veces|episodio|pico|evento|ocasion|alarma|desat|hipo|hiper"
            r"|taqui|bradi|minuto|min\b|hora|h\b|hs\b|seg)|\bhace \d+ noches\b|\bdia \d+\b"
        ),
        f"{_UNREAD} ",
    ),
    (r"\bla media\b(?! (?:de|del)\b)", "la presion media"),
)
_CLOCKS = _compiled(
    (
        r"(?<!las )(?<!los )\b(\d+ ?(?:h|hs|hrs|horas)) (?=previ[ao]s|anteriores|precedentes)",
        r"las \1 ",
    ),
    (r"\bantes del mediodia\b", "antes de las 12:00"),
    (
        r"\bde las (\d{1,2})(?=\s*(?:[?.,;!]|$|de ayer|de hoy|frente|respecto|vs|contra))",
        r"de las \1:00",
    ),
)
_ABOUT = (
    r"(?:de|del|sobre|acerca de|respecto del?|respecto a|referente a|en relacion (?:a|con)"
    r"|relacionado con)"
)
_KIN = r"(?:familia\w*|hij\w+|espos\w+|marido|mujer|madre|padre|acompanante\w*|nuera|yerno)"
_ASKS = r"(?:dicen?|preguntan?|quieren? saber|comentan?|refieren?|insisten?|me preguntan?)"
_PHRASED = _compiled(
    (
        (
            r"\b(?:ha |han |haya |hayan |se )*(?:anot|apunt|consign|document|coment|escrib|escrit)"
            r"(?:o|aron|ado|ados|ada|io|ieron|a|an|en)? (?:algo|alguna cosa|algun dato)? ?"
            rf"{_ABOUT} (?!la (?:temp|tens|pres|satur|frec)|que)"
        ),
        "nota ",
    ),
    (
        (
            r"\b(?:hecho|hicieron|hizo|hacer|realizado) (?:la |una |alguna |otra )?"
            r"(?=gluc|glic|hgt|dextro|bm|toma|medici|control|determin|capnog)"
        ),
        "medido ",
    ),
    (rf"\b{_ASKS} (?:la|el|los|las|su|sus) {_KIN}\b", "pregunta "),
    (rf"\b(?:la|el|los|las|su|sus) {_KIN} {_ASKS}\b", "pregunta "),
    (
        (
            r"\b\w{2,}(?:olol|pril|sartan|cilina|micina|floxacin[oa]?|conazol|nidazol|zepam|zolam"
            r"|statina|tidina|semida|penem|bactam|caina|triptilina|oxetina|prazol|setron|fenaco"
            r"|profeno|dipin[oa]|xaban|parina|gliptina|gliflozina|mab)\b"
        ),
        _DRUG,
    ),
)
_DIRECT = re.compile(r"(?:[mt]e|se|nos|les?|l[oa]s?|mel[oa]s?|sel[oa]s?|tel[oa]s?|nosl[oa]s?)$")
_SMALL = re.compile(r"(?:e?cit|it)([oa]s?)$")
_SHORTEST = 3  # letters of what is left of a word without its ending
_EXACTLY = "exactamente"
_DOUBTFUL = frozenset(
    [
        "supuestamente",
        "teoricamente",
        "hipoteticamente",
        "anteriormente",
        "previamente",
        "posteriormente",
        "proximamente",
        "posiblemente",
        "eventualmente",
        "dificilmente",
    ]
)
_TO_THE_EAR = _compiled(
    (r"(?<!c)h", ""),
    (r"v", "b"),
    (r"ll", "y"),
    (r"z|c(?=[ei])|x", "s"),
    (r"qu(?=[ei])|q|c(?!h)", "k"),
    (r"g(?=[ei])", "j"),
    (r"n(?=[bp])", "m"),
    (r"(\w)\1", r"\1"),
)


def respelt(text: str) -> str:
    """`text` without accents: short forms written out, numbers in digits, names and beds told."""
    said = in_digits(_rewritten(text, (*_ABBREVIATED, *_MISSPELT, *_DICTATED)))
    said = _rewritten(said, (*_LIMITS, *_CLOCKS, *_ADVICE, *_PHRASED))
    told = patients_told(said)
    named = [NAMED] if told != said else []
    return " ".join([*advice_told(told).split(), *named])


def _rewritten(text: str, rewrites: _Rewrites) -> str:
    said = text
    for pattern, to in rewrites:
        said = pattern.sub(to, said)
    return " ".join(said.split())


def sound(word: str) -> str:
    """How `word` sounds: "hipoglisemia" and "hipoglicemia" are one."""
    said = word
    for pattern, to in _TO_THE_EAR:
        said = pattern.sub(to, said)
    return said


def forms(word: str) -> Iterator[str]:
    """What `word` may be without its pronouns ("tomarle") or its diminutive ("bajita")."""
    bare = _DIRECT.sub("", word)
    if bare != word and len(bare) >= _SHORTEST:
        yield bare
    small = _SMALL.search(word)
    if small:
        stem = word[: small.start()]
        yield from (stem + small[1], f"{stem}e", stem, f"{stem.removesuffix('qu')}c{small[1]}")
    if word.endswith("mente") and word not in _DOUBTFUL:
        yield _EXACTLY
    if word.endswith("s"):
        yield word[:-1]
