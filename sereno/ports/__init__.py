"""The seams: what the use cases ask of the world, as Protocols.

Each has a contract test under tests/contract that every implementation of ours passes. All but
`Connector` are synchronous: they are called from worker threads, one writer at a time.
"""

from sereno.domain.clock import Clock
from sereno.domain.work import JobState
from sereno.ports.access import Account, Accounts, ApiKey, ApiKeys, Session
from sereno.ports.audit import AuditLine, AuditLog
from sereno.ports.commands import Command, CommandKind, CommandQueue
from sereno.ports.connectors import Connector, Reachable, Rereadable
from sereno.ports.inbox import Inbox, Received
from sereno.ports.jobs import Job, JobQueue, Wanted
from sereno.ports.keys import KeyProvider
from sereno.ports.leases import Beat, Beats, Leases
from sereno.ports.outbox import (
    Closable,
    Destination,
    Gathering,
    Outbox,
    Outgoing,
    Standing,
    Topic,
)
from sereno.ports.questions import AnswerVerifier, LeadWriter, QuestionReader, ReadAsWriter
from sereno.ports.resources import Resource, ResourceEncoder, instant
from sereno.ports.store import Bin, Commit, DeadLetter, Sifted, Store, Unsifted
from sereno.ports.texts import Checker, TextGenerator, TextModel, Verifier

__all__ = [
    "Account",
    "Accounts",
    "AnswerVerifier",
    "ApiKey",
    "ApiKeys",
    "AuditLine",
    "AuditLog",
    "Beat",
    "Beats",
    "Bin",
    "Checker",
    "Clock",
    "Closable",
    "Command",
    "CommandKind",
    "CommandQueue",
    "Commit",
    "Connector",
    "DeadLetter",
    "Destination",
    "Gathering",
    "Inbox",
    "Job",
    "JobQueue",
    "JobState",
    "KeyProvider",
    "LeadWriter",
    "Leases",
    "Outbox",
    "Outgoing",
    "QuestionReader",
    "Reachable",
    "ReadAsWriter",
    "Received",
    "Rereadable",
    "Resource",
    "ResourceEncoder",
    "Session",
    "Sifted",
    "Standing",
    "Store",
    "TextGenerator",
    "TextModel",
    "Topic",
    "Unsifted",
    "Verifier",
    "Wanted",
    "instant",
]
