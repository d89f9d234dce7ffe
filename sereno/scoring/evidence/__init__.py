"""The facts of a window, computed by plain code, and the plan of what a text must say.

docs/reference/evidence.md defines every fact in words. Only good values count; every number is
rounded half up to the vocabulary's decimals; nothing after the window's end is looked at. The
facts come in the order in which they are told: open alarms, the score, the present values and
then what happened, both as airway and breathing, circulation, disability, exposure; gaps, and last
what was written in notes.
Those of one alarm's text begin with what the alarm is about.
"""

from sereno.scoring.evidence.case import SECTION, Section
from sereno.scoring.evidence.explanation import explain
from sereno.scoring.evidence.gathering import gather

__all__ = ["SECTION", "Section", "explain", "gather"]
