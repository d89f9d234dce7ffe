"""What every Connector to a recording keeps: the rules of `connectors.kit`, a test each.

See `sereno.ports.Connector` and docs/how-to/write-a-connector.md.
"""

import pytest

from connectors.kit import RECORDING_RULES, Recording, Rule, Verdict, judge
from tests.contract.connectors.conftest import NEED_A_LARGE_ONE, Case

pytestmark = pytest.mark.anyio


def test_the_rules_that_need_a_large_source_are_among_them() -> None:
    assert {rule.name for rule in RECORDING_RULES} >= NEED_A_LARGE_ONE


async def test_it_keeps(rule: Rule[Recording], recording: Recording, case: Case) -> None:
    found = await judge(rule, recording)
    too_short = found.verdict is Verdict.NOT_TRIED and case.large is None
    assert found.verdict is Verdict.KEPT or too_short, found
