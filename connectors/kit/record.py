"""The rules for a connector to a device, seen from the record: Sereno itself reads it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import anyio

from connectors.kit.bench import (
    LOOK_EVERY_S,
    Bench,
    Kept,
    Ward,
    absent,
    answered,
    exactly,
    messages,
    send,
)
from connectors.kit.findings import Remark, Rules, expect
from connectors.kit.rig import Rig, Said
from connectors.kit.stream import SECRET
from sereno.domain.vitals import Signal

NIGHT: Final = timedelta(minutes=40)
AHEAD: Final = timedelta(minutes=10)
BACK: Final = timedelta(hours=1)
FLOW: Final = 120  # messages
FLOW_EVERY_S: Final = 0.02
KILLS: Final = 2
_BEDS: Final = ("7", "8", "9", SECRET)
# A process that was killed leaves its leases, which run out after ten seconds.
_AFTER_A_KILL_S: Final = 60.0

RULES: Rules[Bench] = Rules()


async def _stands(bench: Bench, said: Sequence[Said], sent: Sequence[Said] | None = None) -> None:
    """Have the device say `sent`, and expect `said` in the record, each once, and nothing else."""
    async with bench.at_ward() as (rig, ward):
        told = messages(rig, said if sent is None else sent)
        async with ward.reading(rig.source):
            for each in told:
                rig.send(each)
            await bench.in_record(ward, said)
            await bench.until(lambda: answered(rig))
        exactly(await ward.kept(), said)
        expect(answered(rig), "the device still waits for an answer")


@RULES.add(
    "What is sent twice stands once.",
    "take time and source from the message: the store knows a value by both",
)
async def _duplicates(bench: Bench) -> None:
    said = bench.numbered(12)
    await _stands(bench, said, [*said, *said[4:], *said])


@RULES.add(
    "What comes out of order stands at its own time.",
    "take the time from the message, and not from when it comes",
)
async def _disorder(bench: Bench) -> None:
    said = bench.numbered(12)
    await _stands(bench, said, [*said[6:], *reversed(said[:6])])


@RULES.add(
    "In a gap there is nothing.",
    "tell what was measured and no more: repeat no value, and fill nothing in",
)
async def _gaps(bench: Bench) -> None:
    begin = bench.began()
    await _stands(bench, bench.numbered(4, since=begin) + bench.numbered(4, since=begin + NIGHT))


@RULES.add(
    "A device's clock that is ahead changes no time, and loses no value.",
    "hand on the time as it was told: Sereno tells the clock's error, and knows a future value",
)
async def _clock_ahead(bench: Bench) -> None:
    ahead = bench.clock.now().replace(microsecond=0) + AHEAD
    await _stands(bench, bench.numbered(4) + bench.numbered(4, since=ahead))


@RULES.add(
    "A device's clock that jumps back changes no time, and loses no value.",
    "keep no 'newest so far' in the connector: what is older may be what is true",
)
async def _clock_jumps(bench: Bench) -> None:
    begin = bench.began()
    await _stands(bench, bench.numbered(4, since=begin) + bench.numbered(4, since=begin - BACK))


@RULES.add(
    "A value in another unit is converted.",
    "call `to_unit(signal, value, unit)` with the unit that the message names",
)
async def _units(bench: Bench) -> None:
    said = Said(who="7", at=bench.began(), value=37.0, signal=Signal.TEMPERATURE)
    told = Said(who="7", at=said.at, value=98.6, signal=Signal.TEMPERATURE, unit="[degF]")
    async with bench.at_ward() as (rig, ward):
        message = messages(rig, [told])
        async with ward.reading(rig.source):
            rig.send(message[0])
            missing = await bench.in_record(ward, [said])
        expect(not missing, "a temperature in degrees Fahrenheit is not in the record")
        (kept,) = await ward.kept()
        expect(abs(kept.value - 37.0) < 0.01, "a temperature in Fahrenheit is not converted")


@RULES.add(
    "A value in a unit that can not be is no value.",
    "reject it: `to_unit` raises MalformedInput, whose words are the reason",
)
async def _wrong_units(bench: Bench) -> None:
    told = Said(who="7", at=bench.began(), value=80.0, unit="Cel")
    kept, letters = await _between(bench, told)
    expect(not kept, "a heart rate in degrees Celsius was taken for one")
    expect(letters, "a heart rate in degrees Celsius is not among the dead letters")


@RULES.add(
    "What can not be is kept and not called good, or rejected.",
    "judge with `Observation.judged`",
)
async def _impossible(bench: Bench) -> None:
    told = Said(who="7", at=bench.began(), value=999.0)
    kept, letters = await _between(bench, told)
    expect(not any(each.good for each in kept), "a heart rate of 999 is called good")
    expect(kept or letters, "a heart rate of 999 has left no trace")


@RULES.add(
    "Where nothing is attached there is no good value.",
    "tell a sentinel as `Quality.SENSOR_OFF`, and an empty value not at all",
)
async def _sensor_off(bench: Bench) -> None:
    kept, _ = await _between(bench, Said(who="7", at=bench.began(), value=None))
    expect(not any(each.good for each in kept), "a value is called good while nothing is attached")


async def _between(bench: Bench, told: Said) -> tuple[list[Kept], list[str]]:
    """What becomes of `told`, which is said between two values that are well."""
    well = bench.numbered(2, since=told.at + NIGHT)
    async with bench.at_ward() as (rig, ward):
        said = messages(rig, [well[0], told, well[1]])
        async with ward.reading(rig.source):
            for each in said:
                rig.send(each)
            missing = await bench.in_record(ward, well)
            await bench.until(lambda: answered(rig))
        expect(not missing, "what was said before and after it is missing")
        expect(answered(rig), "the device still waits for an answer")
        kept = [each for each in await ward.kept() if each.time == told.at]
        return kept, await ward.letters()


@RULES.add(
    "What can not be read lies among the dead letters, and all else in the record.",
    "yield `Rejected` and go on; one message must not take another with it",
)
async def _dead_letters(bench: Bench) -> None:
    said = bench.numbered(10)
    async with bench.at_ward() as (rig, ward):
        damaged = list(rig.damaged(SECRET))
        async with ward.reading(rig.source):
            for each in said:
                send(rig, [each])
                if damaged:
                    rig.send(damaged.pop())
            await bench.in_record(ward, said)
            await bench.until(lambda: answered(rig))
        exactly(await ward.kept(), said)
        letters = await ward.letters()
        few = len(letters) >= len(rig.damaged(SECRET))
        expect(few, "a damaged message is not among the dead letters")
        quoted = any(SECRET in each for each in letters)
        expect(not quoted, "the reason of a dead letter quotes the message")


@RULES.add(
    "A burst of several patients is kept, each value once.",
    "yield one batch a message, and let many be on their way at once",
)
async def _burst(bench: Bench) -> None:
    begin = bench.began()
    said = [
        each
        for n in range(30)
        for who in _BEDS
        for each in bench.numbered(1, who, first=n, since=begin)
    ]
    await _stands(bench, said)


@RULES.add(
    "Cut again and again, nothing that the device keeps is lost, and nothing stands twice.",
    "acknowledge in `Batch.acknowledge` alone, and drop what is half read with the line",
)
async def _cuts(bench: Bench) -> None:
    said = bench.numbered(FLOW)
    async with bench.at_ward() as (rig, ward):
        told = messages(rig, said)
        async with ward.reading(rig.source):
            for number, each in enumerate(told, 1):
                rig.send(each)
                await anyio.sleep(FLOW_EVERY_S)
                if number % (FLOW // 4) == 0:
                    await rig.cut()
            await _all_told(bench, rig, ward, said)
        _as_far_as_it_waits(rig, await ward.kept(), said, "cuts")


@RULES.add(
    "Killed again and again (SIGKILL), nothing that was acknowledged is missing or stands twice.",
    "acknowledge in `Batch.acknowledge` alone, and take time and source from the message",
)
async def _kills(bench: Bench) -> None:
    said = bench.numbered(FLOW)
    async with bench.at_ward() as (rig, ward):
        told = messages(rig, said)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_flow, rig, told)
            for _ in range(KILLS):
                before = len(await ward.kept())
                async with ward.running(rig.source):
                    await _more_than(ward, before)
        async with ward.reading(rig.source):
            await _all_told(bench, rig, ward, said)
        _as_far_as_it_waits(rig, await ward.kept(), said, "kills")


async def _flow(rig: Rig, told: Sequence[bytes]) -> None:
    for each in told:
        rig.send(each)
        await anyio.sleep(FLOW_EVERY_S)


async def _more_than(ward: Ward, before: int) -> None:
    """Until more stands in the records than did."""
    with anyio.move_on_after(_AFTER_A_KILL_S) as waited:
        while len(await ward.kept()) <= before:  # noqa: ASYNC110 - a store tells no one
            await anyio.sleep(LOOK_EVERY_S)
    expect(not waited.cancelled_caught, "a process of its own read nothing")


async def _all_told(bench: Bench, rig: Rig, ward: Ward, said: Sequence[Said]) -> None:
    """Until all is answered and kept; what a device does not keep is not waited for as long."""
    within = _AFTER_A_KILL_S if rig.waits else 2.0
    await bench.in_record(ward, said, within)
    await bench.until(lambda: answered(rig), within)


def _as_far_as_it_waits(rig: Rig, kept: list[Kept], said: list[Said], what: str) -> None:
    lost = absent(kept, said)
    if lost and not rig.waits:
        stood = [each for each in said if each not in lost]
        exactly(kept, stood)
        raise Remark(
            f"{len(lost)} of {len(said)} values were lost with {what}: it waits for nothing"
        )
    exactly(kept, said)
    expect(answered(rig), "the device still waits for an answer")
