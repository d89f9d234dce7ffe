"""Commands with an answer: from the ingest process, or our own where nobody has the patient."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sereno.domain.errors import Conflict
from sereno.domain.roles import Actor
from sereno.domain.surveillance import Alarm, Limit
from sereno.services.charting import Charting
from sereno.services.foundation import Foundation, lease_of
from sereno.services.ingestion.roster import Roster
from sereno.services.ingestion.writer import Writer

POLL: Final = timedelta(milliseconds=50)
# An ingest process answers within its wake; one that was killed loses its leases within this.
PATIENCE: Final = timedelta(seconds=20)
HOLD: Final = timedelta(seconds=10)


class Surveillance:
    """Acknowledges, sets limits, discharges, and waits until it is done. Blocking; for threads.

    `holder` names this process in the leases, while it has a patient itself.
    """

    def __init__(
        self,
        foundation: Foundation,
        charting: Charting,
        *,
        holder: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._foundation = foundation
        self._charting = charting
        self._holder = holder
        self._sleep = sleep

    def acknowledge(self, alarm_id: str, reason: str, by: Actor) -> Alarm:
        """Take note of an alarm; as it stands then. Raises NotFound or Conflict."""
        store = self._foundation.store
        patient = store.alarm(alarm_id).patient
        self.settle(patient, self._charting.acknowledge(alarm_id, reason, by))
        return store.alarm(alarm_id)

    def set_limit(self, patient: str, limit: Limit, reason: str, by: Actor) -> None:
        """Set a limit of a patient's own. Raises InvalidEntry, NotFound or Conflict."""
        self.settle(patient, self._charting.set_limit(patient, limit, reason, by))

    def discharge(self, patient: str, reason: str, by: Actor) -> None:
        """End a patient's stay. Raises Conflict where it has ended already."""
        self.settle(patient, self._charting.discharge(patient, reason, by))

    def readmit(self, patient: str, by: Actor) -> None:
        """Take a patient's discharge back. Raises Conflict where there is none."""
        self.settle(patient, self._charting.readmit(patient, by))

    def settle(self, patient: str, command_id: str) -> None:
        """Wait until a command is carried out. Raises Conflict where it is refused or not heard."""
        clock = self._foundation.clock
        until = clock.now() + PATIENCE
        while clock.now() < until:
            outcome = self._foundation.commands.outcome(command_id)
            if outcome == "":
                return
            if outcome:
                raise Conflict(outcome)
            if self._foundation.leases.holder(lease_of(patient)) is None:
                self._carry_out(patient)
            self._sleep(POLL.total_seconds())
        raise Conflict("the ingest process does not answer; it will be carried out once it does")

    def _carry_out(self, patient: str) -> None:
        """Do what the ingest process would, since nobody watches the patient."""
        roster = Roster(self._foundation, holder=self._holder, hold=HOLD)
        Writer(self._foundation, roster).carry_out(patient)
