"""Between what is new and what the watch is told: what the waveforms say of the numbers.

This is past the acknowledgement: no sender waits for it. A fault in it costs the marks and the
derived rates, and no value: alarms do not hang on it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sereno.domain.stream import Observation
from sereno.ports import Sifted
from sereno.services.ingestion.transaction import Watched

_log = logging.getLogger(__name__)


def listened(watched: Watched, sifted: Sifted, latest: datetime) -> list[Observation]:
    """What is new of a patient, marked by its waveforms, with the rates derived of them.

    Nothing is derived of a waveform that is dated after `latest`, nor of who is discharged.
    """
    told: Sequence[Observation] = (*sifted.new, *sifted.corrections)
    if watched.patient.discharged is not None:
        return list(told)
    try:
        heard = watched.listener.hear(sifted.waveforms, sifted.new, watched.watch.calm)
    except Exception:  # noqa: BLE001 - no fault in it may cost a value
        _log.exception("the waveforms of patient %s can not be judged", watched.patient.id)
        return list(told)
    derived = [each for each in heard.derived if each.time <= latest]
    return [*heard.observations, *sifted.corrections, *derived]
