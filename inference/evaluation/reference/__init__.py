"""The facts that a summary of a window must state, computed anew from the documents alone.

Written from docs/reference/evidence.md, alarms.md and scoring.md, without a look at sereno.scoring
or inference.language, with which it shares no code: where the two agree on a recording, both have
read the documents in the same way. It is plain and slow where the program is careful and fast. It
knows no acknowledgement, no limits of a patient's own and no clock but the record's.
"""

from inference.evaluation.reference.expectation import expected
from inference.evaluation.reference.facts import Expected

__all__ = ["Expected", "expected"]
