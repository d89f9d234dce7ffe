"""Whom a question is about: beds and names are told as the patient."""

import re

from inference.language.questions.notions import Notion, Sense

_PATIENT, _OTHER = "paciente", "otro paciente"
NAMED = "§"  # no word: stands behind a question that tells a bed or a name
PATTERNS = ((re.compile(NAMED), lambda found: Notion(Sense.PATIENT, "", found[0])),)
_PLACE = r"cama|box|boxes|habitacion|hab|cuarto|pieza|cubiculo|puesto|bed|sala|cam|unidad|modulo"
_BED = re.compile(
    rf"\b(?:(?:el|la|al|del|de el|de la|a la) )?(?:(?:del|de la|de) )?(?:{_PLACE})\.? ?"
    r"(?:n°|n\.|numero|nro|#)? ?\d{1,3}(?: ?[ab])?\b"
)
_SHORT_BED = re.compile(r"\b(?:c|h|b|hab)\.?-?\d{1,2}\b(?<!b12)")
# "La de la 3", "el del 4"; no limit, no clock time and no length of time.
_NUMBERED = re.compile(
    r"(?<!encima )(?<!debajo )(?<!mas )(?<!menos )(?<!baj. )(?<!subio )(?<!llego )(?<!llega )"
    r"(?<!entre )(?<!desde )(?<!hasta )(?<!sobre )(?<!paso )(?<!pasa )"
    r"\b(?:(?:el|la) (?:de la|del)|del|de la|la|el|al|a la|los de la|lo de la) #?[1-9]\d?\b"
    r"(?!\d|[.,:]\d| ?(?:%|°|h\b|hs\b|hrs\b|horas?|min|dias?|de la|am\b|pm\b|ultim|prim|litros?"
    r"|lpm|rpm|mmhg|puntos?|y las|a las|y media|veces))"
)
_LARGEST_BED = 34  # behind an article alone; a larger number may be a limit
_NO_NAME = (
    r"que|de|del|en|con|sin|se|no|ha|le|la|el|lo|y|a|ya|tuvo|tiene|tenia|esta|estuvo|estaba|sigue"
    r"|satura|siempre|desde|hizo|anda|va|fue|hoy|ayer|anoche|ahora|mayor|un|una|mi|su|lleva"
    r"|paciente|por|para|hasta|como|cuando|presento|trae|respira|(?:desatur|hipo|hiper|taqui|bradi"
    r"|febril|afebril|normo|confus|despert)\w*|\w+(?:ando|iendo|aba|ado|ada|ido|ida)"
)
_NAMED = re.compile(
    r"\b(?:la |el |del |al )?(?:don|dona|senor|senora|sra?|srta|senorita)\.? "
    rf"(?!(?:{_NO_NAME})\b)[a-z]{{3,}}(?: (?:de )?[a-z]+ez\b)?"
)


def patients_told(text: str) -> str:
    """`text` with "la de la cama 3" and "doña Carmen" told as the patient.

    The first bed that is named is whom it is about; another one is another patient.
    """
    beds = _Beds()
    said = text
    for pattern in (_BED, _SHORT_BED, _NUMBERED):
        said = pattern.sub(beds.told, said)
    return _NAMED.sub(_PATIENT, said)


class _Beds:
    """The beds named so far."""

    def __init__(self) -> None:
        self._named: set[int] = set()

    def told(self, found: re.Match[str]) -> str:
        number = int(re.findall(r"\d+", found[0])[-1])
        if found.re is _NUMBERED and number > _LARGEST_BED:
            return found[0]
        self._named.add(number)
        return _OTHER if len(self._named) > 1 else _PATIENT
