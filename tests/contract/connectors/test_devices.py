"""What every Connector to a device keeps: the rules of `connectors.kit`, on a rig each.

The rules that are tried in a record take the most time; what is killed there is a real process.
"""

import pytest

from connectors.kit import BUILT_IN_RIGS
from sereno.bootstrap import Trial, trials
from tests.support import require

# What a device of ours can not be asked: MQTT's messages name no unit, and a broker does not tell
# what was acknowledged to it.
NOT_TRIED = {
    "fhir": set(),
    "mllp": set(),
    "mqtt": {"answered-in-time", "refusals-are-answered", "units", "wrong-units"},
}
SLOW = {"kills"}  # test_inbox_crashes kills as well, and takes less time over it
TRIALS = [
    pytest.param(
        scheme, trial, id=f"{scheme}-{trial.rule}", marks=[pytest.mark.slow] * (trial.rule in SLOW)
    )
    for scheme in BUILT_IN_RIGS
    for trial in trials(scheme)
]


@pytest.mark.parametrize(("scheme", "trial"), TRIALS)
def test_it_keeps(scheme: str, trial: Trial) -> None:
    found = trial.run()
    require("apt-get" not in found.found, found.found)
    expected = "skip" if trial.rule in NOT_TRIED[scheme] else "ok"
    assert found.verdict == expected, found
