"""Where a piece of work for the model stands."""

from enum import StrEnum


class JobState(StrEnum):
    """The states of a job; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
