"""What an ingestion has done so far, counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sereno.domain.stream import Batch, Quality
from sereno.domain.surveillance import AlarmStep, Episode
from sereno.domain.vitals import Signal
from sereno.ports import Commit, Connector, Sifted

# Told one by one; a reason may name a place, so that each is another.
MOST_REASONS: Final = 20
OTHER_REASONS: Final = "other reasons: see `sereno dead-letters`"


@dataclass(slots=True)
class Tally:
    """Counts of what came in, and of what was kept of it."""

    batches: int = 0
    received: int = 0  # observations
    new: int = 0
    corrections: int = 0
    duplicates: int = 0
    by_signal: Counter[tuple[Signal, Quality]] = field(default_factory=Counter)  # of what is new
    waveforms: int = 0  # chunks received
    waveforms_new: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)  # of what was rejected
    scores: int = 0
    episodes: int = 0  # begun
    ongoing: set[str] = field(default_factory=set)  # of those: no more than are open at once
    alarms: int = 0  # raised
    commands: int = 0
    transactions: int = 0
    patients: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)  # why sources were given up
    unread: dict[str, tuple[str, ...]] = field(default_factory=dict)  # channels, by source

    def opened(self, source: Connector) -> None:
        """Note what the source holds and does not read, where it tells: `ignored` channels."""
        names = tuple(getattr(source, "ignored", ()))
        if names:
            self.unread[source.name] = names

    def received_batch(self, batch: Batch, patient: str | None) -> None:
        """Count what came in."""
        self.batches += 1
        self.patients |= {patient} if patient else set()
        self.received += len(batch.observations)
        self.waveforms += len(batch.waveforms)
        self.rejected += len(batch.rejected)
        for each in batch.rejected:
            few = each.reason in self.reasons or len(self.reasons) < MOST_REASONS
            self.reasons[each.reason if few else OTHER_REASONS] += 1

    def sifted(self, sifted: Sifted) -> None:
        """Count what of it was new."""
        self.new += len(sifted.new)
        self.corrections += len(sifted.corrections)
        self.duplicates += sifted.duplicates
        self.waveforms_new += len(sifted.waveforms)
        self.by_signal.update([(each.signal, each.quality) for each in sifted.new])

    def kept(self, commits: Sequence[Commit]) -> None:
        """Count what one transaction kept."""
        self.transactions += 1
        for commit in commits:
            self.scores += len(commit.scores)
            for episode in commit.episodes:
                self._count(episode)
            self.alarms += sum(event.what == AlarmStep.RAISED for event in commit.events)
            self.commands += len(commit.carried_out)

    def _count(self, episode: Episode) -> None:
        """Count it when it is first told; it is told again while it goes on, and when it ends."""
        self.episodes += episode.id not in self.ongoing
        if episode.ongoing:
            self.ongoing.add(episode.id)
        else:
            self.ongoing.discard(episode.id)

    def told(self) -> dict[str, Any]:
        """As a mapping that JSON can say; no patient data but opaque ids."""
        signals: dict[str, dict[str, int]] = {}
        for (signal, quality), count in sorted(self.by_signal.items()):
            signals.setdefault(signal.value, {})[quality.value] = count
        return {
            "patients": sorted(self.patients),
            "batches": self.batches,
            "observations": {
                "received": self.received,
                "new": self.new,
                "corrections": self.corrections,
                "duplicates": self.duplicates,
            },
            "signals": signals,
            "waveform_chunks": {"received": self.waveforms, "new": self.waveforms_new},
            "rejected": self.rejected,
            "reasons": dict(self.reasons.most_common()),
            "unread": {source: list(names) for source, names in self.unread.items()},
            "scores": self.scores,
            "episodes": self.episodes,
            "alarms": self.alarms,
            "commands": self.commands,
            "transactions": self.transactions,
            "failed": self.failed,
        }
