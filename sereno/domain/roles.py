"""Who acts, what an account's role allows, and what a program's key opens."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account is for. Every role sees every patient."""

    CLINICIAN = "clinician"  # acknowledges, charts and orders
    VIEWER = "viewer"  # looks: a screen on the wall, a student

    @property
    def acts(self) -> bool:
        """Whether it may change what is recorded of a patient, or done about an alarm."""
        return self is Role.CLINICIAN


class Scope(StrEnum):
    """What a program's key opens. One never opens what another does."""

    MODEL = "model"  # text of the model, at /v1
    FHIR = "fhir"  # to read patients and what is known of them, at /fhir
    FHIR_EXPORT = "fhir-export"  # to take all of that away at once


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a change: an account, or at the command line the operating system's user."""

    name: str
    role: Role = Role.CLINICIAN
