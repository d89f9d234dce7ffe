"""What every Connector to a recording keeps: the rules of `connectors.kit`, a test each.

See `sereno.ports.Connector` and docs/how-to/write-a-connector.md.
"""

import pytest

from connectors.kit import RECORDING_RULES, Recording, Rule, Verdict, judge

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("rule", RECORDING_RULES, ids=lambda rule: rule.name)
async def test_it_keeps(rule: Rule[Recording], recording: Recording) -> None:
    found = await judge(rule, recording)
    too_short = found.verdict is Verdict.NOT_TRIED and recording.large is None
    assert found.verdict is Verdict.KEPT or too_short, found
