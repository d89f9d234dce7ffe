"""Whether resources are what FHIR R4 and its vital-signs profiles ask for."""

import re
from typing import Any

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# hl7.org/fhir/R4/observation-vitalsigns.html: the code that each profile demands, and its unit.
PROFILES = {
    "heartrate": ("8867-4", "/min"),
    "resprate": ("9279-1", "/min"),
    "oxygensat": ("2708-6", "%"),
    "bodytemp": ("8310-5", "Cel"),
}


def check(resource: dict[str, Any]) -> None:
    """Fail where a resource is no valid one. R4B is R4 in all that is checked of these types."""
    from fhir.resources.R4B import get_fhir_model_class

    get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    if "id" in resource:
        assert ID.fullmatch(resource["id"]), resource["id"]
    if resource["resourceType"] == "Observation":
        check_observation(resource)
    if resource["resourceType"] == "DocumentReference":
        check_document(resource)


def check_observation(one: dict[str, Any]) -> None:
    """The rules of an observation, and of the vital-signs profiles where it says that it keeps."""
    assert INSTANT.fullmatch(one["meta"]["lastUpdated"])
    values = [name for name in one if name.startswith("value")]
    assert not (values and "dataAbsentReason" in one), "obs-6"
    assert values or "dataAbsentReason" in one or one.get("component"), "vs-2"
    for profile in one["meta"].get("profile", ()):
        check_vital_sign(one, profile.rpartition("/")[2])


def check_document(one: dict[str, Any]) -> None:
    """What US Core demands of a clinical note."""
    categories = [c["code"] for concept in one["category"] for c in concept["coding"]]
    assert categories == ["clinical-note"]
    assert loinc({"code": one["type"]})
    assert one["author"]
    assert INSTANT.fullmatch(one["date"])
    for content in one["content"]:
        assert content["attachment"]["contentType"].startswith("text/plain")
        assert "data" in content["attachment"]


def check_vital_sign(one: dict[str, Any], profile: str) -> None:
    (category,) = [c["code"] for concept in one["category"] for c in concept["coding"]]
    assert category == "vital-signs"
    assert one["subject"]["reference"].startswith("Patient/")
    assert INSTANT.fullmatch(one["effectiveDateTime"]), "vs-1: at least to the day"
    for part in (one, *one.get("component", ())):
        assert part["code"]["coding"], "vs-3"
        if quantity := part.get("valueQuantity"):
            assert quantity["system"] == UCUM
            assert quantity["code"]
            assert quantity["unit"]
    if profile in PROFILES:
        code, unit = PROFILES[profile]
        assert code in loinc(one)
        assert "component" not in one
        # US Core's pulse oximetry has the code of the method beside R4's.
        assert profile != "oxygensat" or "59408-5" in loinc(one)
        if quantity := one.get("valueQuantity"):
            assert quantity["code"] == unit
    if profile == "bp":
        assert "85354-9" in loinc(one)
        assert "valueQuantity" not in one
        parts = {code: part for part in one["component"] for code in loinc(part)}
        for demanded in ("8480-6", "8462-4"):
            assert ("valueQuantity" in parts[demanded]) != ("dataAbsentReason" in parts[demanded])


def loinc(part: dict[str, Any]) -> set[str]:
    """The LOINC codes of an observation or a component."""
    return {each["code"] for each in part["code"]["coding"] if each["system"] == LOINC}
