"""When something was measured: by the device's clock where it tells, else by when it arrived."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.ble.meaning import Told
from sereno.domain.errors import MalformedInput
from sereno.ports import Clock

_TICK = timedelta(microseconds=1)
_JUST_NOW = timedelta(minutes=10)  # a cuff or thermometer tells when it is done, not at once


class Dating:
    """Times of one device, in UTC. Its clock shows the time of `zone`.

    What was measured more than `stored` hours before it came is refused. A time is never corrected
    by how wrong the device's clock is: told again tomorrow, it must be the same.
    """

    def __init__(self, clock: Clock, zone: ZoneInfo, stored: float) -> None:
        self._clock = clock
        self._zone = zone
        self._oldest = max(timedelta(hours=stored), _JUST_NOW)
        self._behind: timedelta | None = None
        self._last = datetime.min.replace(tzinfo=UTC)

    def learn(self, device_time: datetime | None) -> None:
        """Take note of what the device's clock shows now; None where it does not tell."""
        try:
            self._behind = self._clock.now() - self._utc(device_time) if device_time else None
        except MalformedInput:
            self._behind = None

    def arrival(self) -> datetime:
        """Now, and never the same moment twice."""
        self._last = max(self._clock.now(), self._last + _TICK)
        return self._last

    def sent(self, arrived: datetime) -> datetime | None:
        """What the device's clock showed when something arrived; None where it does not tell."""
        try:
            return arrived - self._behind if self._behind is not None else None
        except OverflowError:  # a clock at the end of all calendars
            return None

    def moment(self, told: Told, arrived: datetime) -> datetime:
        """When it was measured. Raises MalformedInput where that is not known, or too long ago."""
        if told.undated:
            raise MalformedInput("a stored measurement without a time")
        if told.at is None:
            return arrived
        found = self._utc(told.at)
        if (self.sent(arrived) or arrived) - found > self._oldest:
            raise MalformedInput("measured longer ago than stored= allows, by the device's clock")
        return found

    def _utc(self, local: datetime) -> datetime:
        """Of an hour that comes twice the first, always: told again, it must be the same."""
        try:
            return local.replace(tzinfo=self._zone).astimezone(UTC)
        except OverflowError as exc:
            raise MalformedInput("a time that no clock shows") from exc
