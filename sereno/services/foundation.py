"""What every service stands on, handed over as one."""

from dataclasses import dataclass

from sereno.ports import AuditLog, Clock, CommandQueue, Inbox, JobQueue, Leases, Outbox, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """The store with its inbox and outbox, queues and leases, the audit log and the clock."""

    store: Store
    inbox: Inbox
    outbox: Outbox
    commands: CommandQueue
    jobs: JobQueue
    leases: Leases
    audit: AuditLog
    clock: Clock


def lease_of(patient: str) -> str:
    """The name of the lease that whoever writes about a patient holds."""
    return f"patient:{patient}"
