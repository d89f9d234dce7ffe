"""English as it is typed in haste and dictated, put into the spelling that the lexicon knows."""

import re

from inference.language.questions.english.spoken import in_figures

# What is too short to be mended by likeness, by what is meant.
_TYPED = {
    "what": "wot|waht|wat|whta|wht|whart|watz",
    "what's": "wots|wats|whts|wot's|waht's",
    "the": "teh|da|hte|th|thee|tha",
    "which": "wich|witch|whcih|wihch|whch",
    "when": "wen|whn|hwen|wehn",
    "how": "hw|hwo",
    "who": "whoo|hoo",
    "was": "wuz|wos|aws|wsa",
    "is": "iz",
    "has": "haz|ahs|hsa|hass",
    "have": "hav|ave|av|hve|haev",
    "and": "n|nd|adn|an'|&",
    "you": "u|yu|yuo|ya",
    "your": "ur|yr",
    "are": "r",
    "for": "fer",
    "with": "wiv|w/|wiht|wth",
    "without": "w/o",
    "did": "ddi",
    "does": "dus|deos|duz|doez",
    "over": "ovr|ova",
    "high": "hgih|hihg",
    "highest": "hiest|higest|highst|highiest|hihgest|hghest|heighest|hiyest",
    "lowest": "lowst|lowset|loest|lwest",
    "heart": "hart|haert|hrt",
    "rate": "rte|raet",
    "pulse": "puls|plse|pusle|pluse",
    "temp": "tmp|tmep|tepm|tenp|tempt",
    "sats": "stas|satz|sast",
    "score": "scor|scroe|socre",
    "alarm": "alrm|alram|alarum|alamr",
    "alarms": "alrms|alrams|alamrs",
    "last": "lst|lats|lsat|las",
    "done": "dun|doen",
    "going": "goin|giong",
    "been": "bin|bene|beeen",
    "please": "pls|plz|pleez|pleas|pse|plse",
    "thanks": "thx|tnx|thks",
    "tonight": "2nite|tonite|2night|tonigt|tonihgt",
    "today": "2day|tody|tday",
    "before": "b4|befor",
    "now": "noww|nw",
    "hours": "huors|hrss|houers",
    "minutes": "minuts|mintues",
    "patient": "pateint|patinet|ptient|pat",
    "anyone": "any1|anyon",
    "someone": "some1",
    "could": "cud|culd|coud",
    "would": "wud|wuld",
    "should": "shud|shuld",
    "give me": "gimme|gimmie",
    "going to": "gonna|gunna|gona",
    "want to": "wanna",
    "got to": "gotta",
    "let me": "lemme",
    "do not know": "dunno",
    "because": "cuz|cos|coz|becos",
    "about": "abt|abut",
    "vs": "v|vs.|v.s",
    "times": "tims|tmes",
    "breathing": "brething|breething",
    "temperature": "temp'ture|temprature|tempture",
}
_SPELT = {each: word for word, typed in _TYPED.items() for each in typed.split("|")}
_DICTATED = (
    (r"\bquestion mark\b", "?"),
    (r"\bfull stop\b", "."),
    (r"\bcomma\b", ","),
    (r"\b(?:semi ?colon|colon|hyphen|dash|(?:open|close) quotes?|quotation marks?)\b", " "),
    (r"\bnew (?:line|paragraph)\b", " "),
    (r"\bexclamation (?:mark|point)\b", "!"),
)
_CONDITION = r"(?<!what)(?<!happens)(?<!happen)(?<!only)(?<!even)(?<!but)(?<!ok)(?<!okay)(?<!and)"
_SIGNS = (
    (
        rf"(?<=\w){_CONDITION}(?<!alright)(?<!matter)(?<!as) if (?=\w+ ?\w)(?!possible|you|any)",
        " whether ",
    ),
    (r"([<>≥≤]=?|=)(?=[\w.])", r"\1 "),
    (r"(?<=\w)(?=[<>≥≤])", " "),
    (r"(?<=\d)\+(?!\w)", " or more"),
    (r"#(?= ?[a-z])|\bno\.? ?(?=of\b)|\bnr\.? ?(?=of\b)", "number "),
    (r"\by ?/ ?n\b|\by or n\b", " "),
    (r"\bo/n\b", "overnight"),
    (r"\bper cent\b", "%"),
    (r"(?<=[\d ])p\.? ?m\.?(?!\w)", "pm"),
    (r"(?<=\d) ?a\.? ?m\.?(?!\w)", "am"),
    (r"(?<=\d)[- ]?ish\b|(?<=[ap]m)[- ]?ish\b", ""),
    (r"\b(?!mg/)([a-z]{2,})/(?=[a-z]{2,})", r"\1 / "),
)
# Words that open a sentence, and elsewhere say that all is well.
_AT_FIRST = re.compile(
    r"^(?:(?:ok|okay|alright|all right|right|well|great)\b[,.!?]? (?=\w)"
    r"|(?:good )?(?:morning|afternoon|evening)(?: all| team| everyone| everybody| folks| doc"
    r"| sister| there)?[!,.] ?|(?:morning|afternoon|evening) (?:all|team|everyone|folks) )+"
)
_WORD = re.compile(r"(?<![\w'/&])[\w'/&]+(?![\w'/&])")


def rewritten(text: str) -> str:
    """`text`, in lower case and without accents, in the spelling that the lexicon knows."""
    for pattern, instead in (*_DICTATED, *_SIGNS):
        text = re.sub(pattern, instead, text)
    text = _WORD.sub(lambda found: _SPELT.get(found[0], found[0]), text)
    return " ".join(in_figures(_AT_FIRST.sub("", text)).split())
