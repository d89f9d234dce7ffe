"""The rules for what can be asked: whether a source is there, and what one message holds."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from connectors.kit.bench import Bench, messages
from connectors.kit.findings import NotTried, Rule, Rules, expect
from connectors.kit.stream import SECRET, KitClock
from connectors.opening import open_source
from sereno.domain.errors import SourceError
from sereno.ports import Connector, Reachable, Rereadable


@dataclass(frozen=True, slots=True)
class Place:
    """`there` makes something that answers, and gives its source while it does.

    `gone` is a source where nothing answers, or where this process may not listen.
    """

    there: Callable[[], AbstractAsyncContextManager[str]]
    gone: Callable[[], Awaitable[str]]
    opener: Callable[..., Connector] = open_source


@dataclass(frozen=True, slots=True)
class Message:
    """`make` opens the connector. `good` holds a value of somebody, `bad` can not be read."""

    make: Callable[[], object]
    good: bytes
    bad: bytes


PLACE_RULES: Rules[Place] = Rules()
MESSAGE_RULES: Rules[Message] = Rules()


@PLACE_RULES.add(
    "Asked whether it is there, it says what was found in a line, as often as it is asked.",
    "let `check` open, look and close; see `sereno.ports.Reachable`",
)
async def _says_what_is_there(place: Place) -> None:
    async with place.there() as source:
        asked = _reachable(place, source)
        for _ in range(2):
            try:
                said = await asked.check()
            except SourceError:
                expect(kept=False, otherwise="it is there, and `check` says that it is not")
                return
            expect(said and "\n" not in said, "what it says is no line")


@PLACE_RULES.add(
    "Where nothing is there, the error names the remedy.",
    "raise SourceError('what is wrong; what mends it') from `check`",
)
async def _names_the_remedy(place: Place) -> None:
    try:
        await _reachable(place, await place.gone()).check()
    except SourceError as error:
        wrong, _, remedy = str(error).replace(":", ";").partition("; ")
        expect(wrong and remedy, "the error names no remedy")
        return
    expect(kept=False, otherwise="nothing is there, and `check` says that it is well")


def _reachable(place: Place, source: str) -> Reachable:
    connector: object = place.opener(source, clock=KitClock())
    if not isinstance(connector, Reachable):
        raise NotTried("it has no `check`: `sereno connectors test` reads from it instead")
    return connector


@MESSAGE_RULES.add(
    "A message read by itself is what it was in the stream, as often as it is asked for.",
    "let `reread` keep nothing, and share the parser with `batches`",
)
async def _read_again(message: Message) -> None:
    connector = _rereadable(message)
    first, again = (list(connector.reread(message.good)) for _ in range(2))
    expect(first == again, "read twice, it is not the same")
    expect([each for batch in first for each in batch.observations], "it holds no value")
    expect(all(each.subject is not None for each in first), "its values are nobody's")
    expect(not [each for batch in first for each in batch.rejected], "some of it is rejected")


@MESSAGE_RULES.add(
    "What can not be read in a message is told without being quoted.",
    "yield `Rejected` with a reason that quotes nothing",
)
async def _quotes_nothing(message: Message) -> None:
    found = list(_rereadable(message).reread(message.bad))
    reasons = [each.reason for batch in found for each in batch.rejected]
    expect(reasons, "what can not be read is not rejected")
    quoted = message.bad.decode(errors="replace") in " ".join(reasons)
    expect(not quoted, "the reason quotes the message")
    expect(
        not [each for batch in found for each in batch.observations], "it has values all the same"
    )


@MESSAGE_RULES.add(
    "Nobody is answered when a message is read by itself.",
    "leave `acknowledge` out of what `reread` gives",
)
async def _answers_nobody(message: Message) -> None:
    found = list(_rereadable(message).reread(message.good))
    expect(all(each.acknowledge is None for each in found), "a batch of it has an acknowledge")


def _rereadable(message: Message) -> Rereadable:
    connector = message.make()
    if not isinstance(connector, Rereadable):
        raise NotTried("it has no `reread`: what it rejects can be put aside, and not corrected")
    return connector


def of_a_place(rule: Rule[Place]) -> Rule[Bench]:
    """`rule`, held to the place of a rig."""

    async def hold(bench: Bench) -> None:
        @asynccontextmanager
        async def there() -> AsyncIterator[str]:
            async with bench.rigged() as rig:
                yield rig.source

        async def gone() -> str:
            async with bench.rigged() as rig:
                return rig.nowhere

        await rule.hold(Place(there, gone, bench.opener))

    return Rule(rule.name, rule.promise, rule.remedy, hold)


def of_a_message(rule: Rule[Message]) -> Rule[Bench]:
    """`rule`, held to the messages of a rig."""

    async def hold(bench: Bench) -> None:
        async with bench.rigged() as rig:
            (good,), bad = messages(rig, bench.numbered(1)), rig.damaged(SECRET)[0]
            source = rig.source
            await rule.hold(Message(lambda: bench.opener(source, clock=KitClock()), good, bad))

    return Rule(rule.name, rule.promise, rule.remedy, hold)
