"""What can happen to a simulated patient, as effects on a few hidden causes.

The sizes are chosen so that the vital signs end up in the columns of the NEWS2 chart (Royal
College of Physicians, 2017) where the named condition is usually found; they are no model of any
one patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sereno.domain.vitals import Consciousness


@dataclass(frozen=True, slots=True, kw_only=True)
class Causes:
    """Hidden causes at one severity.

    `loss` is the part of blood volume lost, `dilation` how far vessels are open (0 to 1), `fever`
    in degrees C, `shunt` the part of blood that passes the lungs without oxygen, `drive` the
    strength of breathing (1 is normal), `acid` metabolic acidosis (0 to 1), `pain` 0 to 1.
    """

    loss: float = 0.0
    dilation: float = 0.0
    fever: float = 0.0
    shunt: float = 0.0
    drive: float = 1.0
    acid: float = 0.0
    pain: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A condition: what it does at full severity, and what stands at the bedside.

    `mind` is the consciousness charted from a severity of 0.6 on. `oxygen` is in L/min before
    the onset, `rescue` after it. `arterial_line` and `capnograph` tell what is attached.
    """

    causes: Causes = Causes()
    mind: Consciousness = Consciousness.ALERT
    oxygen: float = 0.0
    rescue: float = 0.0
    saturation: float = 97.0  # % at rest
    breathing: float = 15.0  # /min at rest
    pulse: float = 76.0  # /min at rest
    arterial_line: bool = False
    capnograph: bool = False
    irregular: bool = False  # atrial fibrillation from the onset on
    falls_off: bool = False  # the oximeter's probe
    moves: bool = False  # bursts of movement artefact
    scale_2: bool = False  # a clinician would order SpO2 scale 2


SCENARIOS: Mapping[str, Scenario] = {
    "stable": Scenario(),
    "post_operative": Scenario(
        causes=Causes(pain=0.9, fever=0.9, loss=0.05, shunt=0.05), oxygen=2, rescue=2,
        saturation=96, pulse=82, capnograph=True,
    ),
    "sepsis": Scenario(
        causes=Causes(dilation=0.75, fever=2.3, shunt=0.22, acid=0.8, loss=0.06),
        mind=Consciousness.NEW_CONFUSION, rescue=4, pulse=84, arterial_line=True,
    ),
    "copd": Scenario(
        causes=Causes(shunt=0.2, acid=0.35, pain=0.3), mind=Consciousness.NEW_CONFUSION,
        oxygen=1, rescue=2, saturation=90, breathing=19, pulse=84, scale_2=True,
    ),
    "haemorrhage": Scenario(
        causes=Causes(loss=0.36, acid=0.6), mind=Consciousness.NEW_CONFUSION, rescue=10,
        pulse=80, arterial_line=True,
    ),
    "opioid": Scenario(
        causes=Causes(drive=0.36), mind=Consciousness.VOICE, rescue=6, capnograph=True, pulse=70,
    ),
    "atrial_fibrillation": Scenario(causes=Causes(pain=0.25), irregular=True, pulse=78),
    "sensor_off": Scenario(falls_off=True),
    "motion": Scenario(moves=True),
}  # fmt: skip

# A ward of varied patients: whatever its size, something happens in the first beds.
MIXED = (
    "sepsis", "stable", "copd", "post_operative", "opioid", "atrial_fibrillation", "stable",
    "haemorrhage", "sensor_off", "motion", "stable", "post_operative",
)  # fmt: skip
