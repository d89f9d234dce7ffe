"""How English names a patient, an order or a drug: by a form of words rather than by a list."""

import re
from collections.abc import Callable

from inference.language.questions.notions import Notion, Sense

_PERSON = (
    r"(?:patient|pt|lady|woman|gentleman|gent|man|guy|bloke|chap|lad|girl|boy|fella|fellow|one|him|"
    r"her|person|resident|client|male|female)"
)
_PLACE = (
    r"(?:bed ?space|bed|side ?room|room|bay|cubicle|slot|pod|cube|rm|chair|sr)"
    r" ?(?:number |no\.? ?|#)?"
)
_LABEL = r"(?P<label>\d{1,3}[a-z]?|[a-h])"
_NO_TIME = r"(?! ?(?:hours?|hrs?|h\b|minutes?|mins?|days?|am\b|pm\b|%|o'clock)|[:.]\d)"
_TITLE = r"(?:mr|mrs|ms|mister|rev)"
_KIND = r"(?:the |that |this |my |our |poor |old |young |elderly |new |dear )*"
# Endings of the names of drugs, by their international nonproprietary stems (WHO).
_DRUG = (
    r"\w{3,}(?:cillin|mycin|micin|olol|pril|sartan|conazole|prazole|statin|parin|azepam|azolam"
    r"|profen|floxacin|dipine|tidine|semide|thiazide|gliptin|gliflozin|triptan|setron|mab"
    r"|vir|oxaban|caine|curonium|phylline|barbital|cycline|penem|triptyline|zolamide)"
)
_VERB = (
    r"(?:start|stop|hold|give|push|hang|continue|restart|discontinue|increase|decrease|reduce"
    r"|double|halve|repeat|add|switch|change|escalate|de-escalate|up|more|less|another|extra|try)"
)
_FREE = r"(?:free|spare|empty|available|vacant)"
_POLITE = (
    r"(?:(?:please|kindly|hey|hi|hello|ok|okay|now|just|and|then|so|right|can you|could you"
    r"|would you|will you|can u|go ahead and|quick|quickly)[,:]? )*"
)
_ORDER = (
    r"(?:acknowledge|ack|set|silence|mute|turn|switch|stop|pause|snooze|reset|delete|remove|clear|erase"
    r"|change|adjust|edit|update|correct|call|page|bleep|phone|text|email|send|fax|message|notify"
    r"|alert|order|book|request|prescribe|admit|discharge|transfer|move|administer|titrate|wean"
    r"|bolus|intubate|extubate|withhold|raise|lower|increase|decrease|reduce|wake|feed|insert"
    r"|cancel|close|open|lock|draw|take|put|bring|fetch|hold|start|restart|document|chart|write"
    r"|enter|add|save|print|tell|inform|ask|remind|keep|make|prepare|connect|disconnect|remove"
    r"|refer|consult|crank|drop|bump)"
)
_TAKES = (
    r"(?:the|his|her|their|him|them|all|this|that|a|an|my|it|off|out|down|on|up|bed \w+|another"
    r"|every|everyone|somebody|someone)\b(?! of (?:fever|tachy|the (?:fever|shift)))"
)


def _patient(found: re.Match[str]) -> Notion:
    return Notion(Sense.PATIENT, found.groupdict().get("label"), found[0])


def _named(found: re.Match[str]) -> Notion:
    return Notion(Sense.PATIENT, "", found[0])


def _of(sense: Sense) -> Callable[[re.Match[str]], Notion]:
    return lambda found: Notion(sense, None, found[0])


PATTERNS = (
    (re.compile(rf"{_KIND}(?:{_PERSON} (?:in|from|of|at) )?{_PLACE}{_LABEL}(?:'s)?(?![\w])"
                rf"{_NO_TIME}"), _patient),
    (re.compile(rf"{_KIND}{_PERSON} (?:in|no\.?|number) {_LABEL}(?:'s)?(?!\w){_NO_TIME}"),
     _patient),
    (re.compile(rf"(?:patient|pt) (?P<label>\d{{1,3}}[a-z]?)(?:'s)?(?!\w){_NO_TIME}"), _patient),
    (re.compile(rf"(?<!.)(?P<label>\d{{1,3}})(?:'s)? (?=[a-z]){_NO_TIME}(?!or |and |to |points)"),
     _patient),
    (re.compile(r"(?:on|for|in) (?P<label>\d{1,2})(?= ?(?:[?.,!]|$))"), _patient),
    (re.compile(r"\d+ (?:sickest |worst )?(?:patients|pts|beds|people)(?!\w)"), _of(Sense.ANYONE)),
    (re.compile(rf"(?<!\w){_TITLE}\.? (?!(?:had|has|is|was|been|in|the|please|pressure|temp|sats"
                r"|score|news|bp|hr|obs|and|look|can|could|help|kindly|what|how|when|did)\b)"
                r"[a-z][a-z'-]*(?!\w)"), _named),
    (re.compile(r"\d+ ?(?:\+|plus|times|x|\*|minus|divided by|multiplied by) ?\d+(?!\w)"),
     _of(Sense.OFF_TOPIC)),
    (re.compile(rf"(?<!.){_POLITE}{_ORDER} {_TAKES}"), _of(Sense.INSTRUCTION)),
    (re.compile(rf"(?<!.){_POLITE}{_VERB} (?=\w)(?!of\b|time\b|and\b|or\b|in\b|on\b|than\b|date\b"
                r"|me\b|us\b|was\b|is\b|values?\b|from\b|to\b)"), _of(Sense.TREAT)),
    (re.compile(rf"{_DRUG}(?!\w)"), _of(Sense.UNRECORDED)),
    (re.compile(rf"{_FREE} beds?(?!\w)|beds? (?:going|left|{_FREE})(?!\w)"), _of(Sense.UNRECORDED)),
)  # fmt: skip
