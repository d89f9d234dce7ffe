"""Numbers that are said in other units than those of the record, as the record tells them."""

from dataclasses import replace

from inference.language.questions.lexing import Read
from inference.language.questions.notions import Event, Notion, Sense
from sereno.domain.questions import Topic

_MG_DL_PER_MMOL_L = 18.016  # of glucose, whose molar mass is 180.16 g/mol
_MMHG_PER_KPA = 7.50062
_MOST_MMOL_L = 35.0  # a glucose up to this is said in mmol/L: in mg/dL nobody lives with it
_LEAST_FAHRENHEIT, _MOST_FAHRENHEIT = 90.0, 110.0
_MOST_KPA = 12.0  # an end-tidal CO2 up to this is said in kPa


def in_recorded_units(read: Read) -> Read:
    """Fahrenheit, mmol/L and kPa as °C, mg/dL and mmHg."""
    topics = [each for each in read.about(Sense.TOPIC) if isinstance(each, Topic)]
    topics += [each.topic for each in read.about(Sense.EVENT) if isinstance(each, Event)]
    return replace(read, notions=tuple(_converted(each, topics) for each in read.notions))


def _converted(notion: Notion, topics: list[Topic]) -> Notion:
    if notion.sense is not Sense.NUMBER or not isinstance(notion.about, float):
        return notion
    number, said = notion.about, notion.words
    warm = Topic.TEMPERATURE in topics and _LEAST_FAHRENHEIT <= number <= _MOST_FAHRENHEIT
    if said.rstrip(".").endswith(("f", "fahrenheit")) or warm:
        return replace(notion, about=round((number - 32.0) / 1.8, 1))
    glucose = Topic.GLUCOSE in topics or "mmol" in said
    if glucose and "mg" not in said and number <= _MOST_MMOL_L:
        return replace(notion, about=float(round(number * _MG_DL_PER_MMOL_L)))
    breath = Topic.CAPNOGRAPHY in topics and "mm" not in said and number <= _MOST_KPA
    if breath or "kpa" in said:
        return replace(notion, about=float(round(number * _MMHG_PER_KPA)))
    return notion
