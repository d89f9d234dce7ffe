"""Whether a sentence says something that the record could bear out, in words of any kind.

The verifier's lexicon is closed: what it does not hold is not understood. This is the opposite, an
open net: a sentence that is not understood counts as harmless only where none of these is in it.
Both languages are looked for in either. A net has holes, so what passes is called "not checked",
and never "verified".
"""

import re
import unicodedata
from typing import Final

# Beginnings of words without their accents; with $ at the end, whole words.
_NUMBERS: Final = """
zero$ one$ two$ three$ four$ five$ six$ seven$ eight$ nine$ ten$ eleven$ twelve$ thirteen fourteen
fifteen sixteen seventeen eighteen nineteen twent thirt forty fift sixt sevent eight ninet hundred
thousand half$ quarter once$ twice$ thrice double triple dozen couple$ several$ few$ many$ cero$
uno$ dos$ tres$ cuatro$ cinco$ seis$ siete$ ocho$ nueve$ diez$ doce$ trece$ catorce$ quince$ dieci
veint treinta cuarenta cincuenta sesenta setenta ochenta noventa cien$ ciento mil$ doble varios$
varias$ mitad cuarto$ docena
"""
_DENIALS: Final = """
no$ not$ never$ none$ nothing$ nobody$ nor$ neither$ without$ deny denie denial negativ absen lack
unable cannot$ cant$ isnt$ wasnt$ arent$ werent$ hasnt$ havent$ hadnt$ doesnt$ dont$ didnt$ wont$
free$ non$ ni$ nunca$ jamas$ nada$ nadie$ ningun tampoco$ sin$ nieg negad ausen carec falta faltan
"""
_TRENDS: Final = """
rise rising rose$ fall fell$ drop increas decreas improv wors deterior better$ best$ stab unstab
stead unchanged chang normal abnormal high low$ lower lowest elevat raised$ reduc more$ less$
most$ least$ above$ below$ over$ under$ beyond$ within$ exceed peak trend up$ down$ still$ again$
recover resolv settl return back$ persist contin ongoing remain stay$ stays$ stayed$ maxim minim
mean$ average median range than$ same$ similar compar great fast slow rapid weak strong sever mild
moder critical serious good$ bad$ fine$ well$ ok$ okay$ climb plunge surge sank sunk dip sube
suben subio subir subid subiendo baj aument disminu cay cae$ caen$ caid descend descien ascien
mejor peor empeor inestab estab cambi anormal alto$ alta$ altos$ altas$ elev mas$ menos$ mayor
menor encima$ debajo$ supera pico tendenc sigue sigui manten mantien permanec recuper resuel vuelv
volv medio$ media$ rango$ igual lent debil fuerte grav leve$ leves$ buen bien$ mal$ mala$ malo$
crec decrec
"""
_TIMES: Final = """
now$ current today tonight yesterday overnight night morning afternoon evening noon$ midnight hour
minute min$ mins$ sec$ secs$ second$ seconds$ hr$ hrs$ day$ days$ week since$ until$ till$ before$
after$ during$ ago$ earlier$ later$ recent last$ lasted lasting latest$ next$ first$ always$
often$ sometimes$ frequent repeat episode times$ daily hourly when$ while$ ahora$ actual hoy$
ayer$ noche manana tarde$ tardes$ madrug mediod hora$ horas$ minut segund dia$ dias$ seman desde$
hasta$ antes$ despues$ durante$ hace$ ultim primer siempre$ veces$ vez$ frecuen episod repet
cuando$ mientras$
"""
_CLINICAL: Final = """
spo sp0 o2 oxygen sat$ sats$ satur desat resp breath rr$ heart cardi pulse bp$ pressur systol
diastol hypo hyper tachy brady apn dyspn fever febri afebr apyr pyrex temp co2 etco capno fio2
news score qsofa gcs glasgow acvpu avpu alert conscious unconsc confus drows letharg respons
respond unrespons awake arous orient disorient gluc sugar ecg$ ekg$ rhythm arrhyth fibrill monitor
alarm vital vitals observation obs$ measur reading sensor probe value$ values$ haemodyn hemodyn
perfus shock sepsis septic cyanos hypox ventilat cannula mask air$ note$ notes$ urgent emergenc
escalat protocol routine consciousness mmhg bpm$ lpm$ rpm$ celsius true$ truth untrue false wrong
incorrect correct error mistake accura artefact artifact valid reliab oxig respir fr$ fc$ corazon
pulso ta$ pa$ tension presion sistol hipo hiper taqui bradi disne fiebr apiret pirex apirex
temperat puntu alerta concien conscient inconsc somnol letarg despiert gluce azucar ritmo arritm
constantes$ medicion medida lectura valor$ valores$ hemodin choque$ cianos hipox ventil gafas
mascarill aire$ nota$ notas$ dice$ protocolo rutina verdad fals equivoc mentira cierto$ cierta$
fiab
"""


def _net(words: str) -> re.Pattern[str]:
    ends = [f"{word[:-1]}\\b" if word.endswith("$") else word for word in words.split()]
    return re.compile(rf"\b(?:{'|'.join(sorted(ends, key=len, reverse=True))})\w*")


# Their 2 counts nothing.
_NAMED_WITH_ONE: Final = re.compile(r"\b(?:spo|etco|co|fio|o|news)2\b")
_NUMBER_WORDS: Final = _net(_NUMBERS)
_DENIAL_WORDS: Final = _net(_DENIALS)
_CLAIM_WORDS: Final = _net(_TRENDS + _TIMES + _CLINICAL)


def number_in(text: str) -> str:
    """The first number in words or figures, or nothing."""
    folded = _NAMED_WITH_ONE.sub(" ", _folded(text))
    figure = re.search(r"\S*\d\S*", folded)
    if figure or any(sign.isnumeric() for sign in folded):
        return figure[0] if figure else folded
    return _first(_NUMBER_WORDS, folded)


def denial_in(text: str) -> str:
    """The first word that denies, or nothing."""
    return _first(_DENIAL_WORDS, _folded(text).replace("n't", " not"))


def claim_in(text: str) -> str:
    """The first word about trends, times, vital signs or the state of the patient, or nothing."""
    found = _first(_CLAIM_WORDS, _folded(text))
    return found or next((sign for sign in "%°<>=≤≥↑↓→±" if sign in text), "")


def unreadable_in(text: str) -> bool:
    """Whether it holds signs that are not seen, or letters of another alphabet that look alike."""
    return any(
        unicodedata.category(sign)[0] in "CM"
        or (sign.isalpha() and "LATIN" not in unicodedata.name(sign, "") and sign not in "ªº")
        for sign in unicodedata.normalize("NFC", text)
    )


def _first(net: re.Pattern[str], folded: str) -> str:
    found = net.search(folded)
    return found[0] if found else ""


def _folded(text: str) -> str:
    """In small letters without accents; apostrophes plain."""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).casefold()
