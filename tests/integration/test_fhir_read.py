"""`/fhir` over a store with a simulated ward, recordings of real patients, and what people did."""

import contextlib
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import anyio
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from sereno.api.cookies import Cookies
from sereno.api.fhir.app import Fhir
from sereno.api.guard import Guard
from sereno.bootstrap import Services, services
from sereno.cli.ingest import ingest_all
from sereno.domain.errors import NotFound
from sereno.domain.patients import Patient
from sereno.domain.review import Opinion, Review
from sereno.domain.roles import Actor, Scope
from sereno.domain.stream import Observation, Quality, Subject
from sereno.domain.vitals import Signal
from sereno.ports import Commit
from sereno.services.fhir.measured import ALL
from sereno.services.fhir.parameters import TYPES
from sereno.services.serving.allowance import Allowance
from sereno.settings import Settings
from tests.contract.store.test_notes_and_summaries import summary
from tests.fakes.resources import check, loinc
from tests.support import real_data

IT = Actor("it")
NAME, MRN = "Zoraida Quintanilla", "NHC-7730112"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
Json = dict[str, Any]


@dataclass
class Ward:
    """Services over a filled store, and programs with keys."""

    given: Services
    ana: Patient
    keys: dict[str, str]
    app: Starlette
    portal: BlockingPortal  # one event loop for every request, where a client would start its own

    def client(self, key: str = "fhir") -> TestClient:
        bearer = {"Authorization": f"Bearer {self.keys[key]}"} if key else {}
        client = TestClient(self.app, base_url="http://localhost", headers=bearer)
        client.portal = self.portal
        return client

    @property
    def store(self) -> Any:
        return self.given._foundation.store

    def keep(self, *observations: Observation) -> None:
        sifted = self.store.sift(self.ana.id, observations)
        self.store.commit(
            [Commit(patient=self.ana.id, observations=(*sifted.new, *sifted.corrections))]
        )


def served(given: Services, requests: int = 10**6) -> Starlette:
    """The app behind the guard, as `sereno.asgi` puts it together around the dashboard."""
    fhir = Fhir(
        keys=given.keys,
        reading=given.fhir,
        exports=given.exports,
        allowance=Allowance(requests=requests, tokens=0, seconds=lambda: 0.0),
        clock=given.clock,
        zone=ZoneInfo("Europe/Madrid"),
    )
    guard = Middleware(
        Guard, access=given.access, cookies=Cookies(secure=False), policy="", loopback=True
    )
    return Starlette(routes=fhir.routes(), middleware=[guard])


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("fhir")
    settings = Settings(data_dir=folder, zone="Europe/Madrid")
    with start_blocking_portal() as portal, services(settings) as given:
        ingest_all(
            given,
            ["sim:ward?beds=4&seed=7&history=1800s&duration=20s&since=2026-11-20T00:00:00Z"],
            speed=None,
            quiet=True,
        )
        alarm = given.views.alarms()[0].alarm
        given.surveillance.acknowledge(alarm.id, "doctor informed", Actor("luis"))
        ana = given._foundation.store.admit(
            Subject(identifier=MRN, authority="urn:oid:1.2.3", name=NAME, bed="9", sex="F")
        )
        keys = {
            "fhir": given.keys.add("ehr", IT, [Scope.FHIR]),
            "model": given.keys.add("dictation", IT),
            "export": given.keys.add("research", IT, [Scope.FHIR_EXPORT]),
        }
        ward = Ward(given, ana, {**keys, "": ""}, served(given), portal)
        ward.keep(*charted())
        for name in ("s1", "s2", "s3"):
            ward.store.keep_summary(summary(ana, name))
        for its, opinion, text in (
            ("s1", Opinion.EDITED, "Más tranquila."), ("s2", Opinion.REJECTED, None),
        ):  # fmt: skip
            written = summary(ana, its).created
            ward.store.keep_review(
                Review(
                    id=f"r-{its}", summary=its, patient=ana.id, written=written,
                    at=written + MINUTE, by="nora", opinion=opinion, text=text,
                )
            )  # fmt: skip
        yield ward


def charted() -> Iterator[Observation]:
    """Two hundred seconds of what a monitor sends, and the marks of a few things that go wrong."""
    for n in range(200):
        at = START + n * SECOND
        yield Observation(Signal.HEART_RATE, at, 80.0 + n % 7, "monitor")
        yield Observation(Signal.SPO2, at, 96.5, "monitor")
    yield Observation(Signal.CUFF_SYSTOLIC, START, 120.0, "monitor")
    yield Observation(Signal.CUFF_DIASTOLIC, START, 70.0, "monitor")
    yield Observation(Signal.CUFF_MEAN, START + MINUTE, 90.0, "monitor")
    yield Observation(Signal.SPO2, START - SECOND, 0.0, "monitor", Quality.SENSOR_OFF)
    yield Observation(Signal.TEMPERATURE, START, 51.0, "monitor", Quality.IMPLAUSIBLE)
    yield Observation(Signal.TEMPERATURE, START + SECOND, 37.0, "monitor", Quality.DEMO)
    yield Observation(Signal.CONSCIOUSNESS, START, 1.0, "charted")


def pages(client: TestClient, url: str) -> Iterator[Json]:
    while url:
        bundle = client.get(url).json()
        assert bundle["resourceType"] == "Bundle", bundle
        yield bundle
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        url = links.get("next", "")


def found(client: TestClient, url: str) -> list[Json]:
    return [
        entry["resource"]
        for page in pages(client, url)
        for entry in page.get("entry", ())
        if entry["search"]["mode"] == "match"
    ]


def issue(response: Any) -> tuple[int, str]:
    body = response.json()
    check(body)
    assert body["resourceType"] == "OperationOutcome"
    for secret in (NAME, MRN, "Zoraida"):
        assert secret not in response.text
    return response.status_code, body["issue"][0]["code"]


# What is told is valid


def test_everything_that_is_told_is_a_valid_resource(ward: Ward) -> None:
    client, kinds = ward.client(), Counter()
    for kind in TYPES:
        wanted = "" if kind != "Observation" else f"?patient={ward.ana.id}&_count=1000"
        for bundle in pages(client, f"/fhir/{kind}{wanted}"):
            check(bundle)
            for entry in bundle.get("entry", ()):
                check(entry["resource"])
                kinds[kind] += 1
    assert set(kinds) == set(TYPES)
    tags = Counter()
    for bed in ward.store.patients()[:3]:
        for each in found(client, f"/fhir/Observation?patient={bed.id}&_count=1000"):
            check(each)
            tags[each["id"].split(".")[1]] += 1
    assert {"hr", "spo2", "nibp", "ecg", "news2", "qsofa", "temp", "acvpu"} <= set(tags)
    assert set(tags) <= {each.tag for each in ALL}


def test_each_can_be_read_again_by_its_id(ward: Ward) -> None:
    client = ward.client()
    for kind in TYPES:
        query = "" if kind != "Observation" else f"?patient={ward.ana.id}"
        for each in found(client, f"/fhir/{kind}{query}")[:60]:
            response = client.get(f"/fhir/{kind}/{each['id']}")
            assert response.json() == each
            tag = response.headers["etag"]
            assert tag == f'W/"{each["meta"]["versionId"]}"'
            again = client.get(f"/fhir/{kind}/{each['id']}", headers={"If-None-Match": tag})
            assert (again.status_code, again.text) == (304, "")


@pytest.mark.parametrize(
    ("source", "patient"),
    [
        ("csv:{}/bidmc/bidmc_05_Numerics.csv", None),
        ("parquet:{}/mimic3-demo/vital_chartevents.parquet", "10006"),
        ("parquet:{}/mimic3-demo/vital_chartevents.parquet", "10013"),
    ],
)
def test_recordings_of_real_patients_are_valid_and_complete(
    tmp_path: Path, source: str, patient: str | None
) -> None:
    """Each stored value is told once: alone, or as a part of a pressure."""
    with services(Settings(data_dir=tmp_path)) as given:
        where = source.format(real_data())
        ingest_all(given, [where], patient=patient, speed=None, quiet=True)
        key = given.keys.add("ehr", IT, [Scope.FHIR])
        client = TestClient(
            served(given), base_url="http://localhost", headers={"Authorization": f"Bearer {key}"}
        )
        store: Any = given._foundation.store
        assert len(found(client, "/fhir/Patient")) == 1
        for one in store.patients():
            told = found(client, f"/fhir/Observation?patient={one.id}&_count=1000")
            assert len({each["id"] for each in told}) == len(told) > 100
            for each in told[:: len(told) // 50 or 1]:
                check(each)
            scores = {each["id"] for each in told if each["id"].split(".")[1] in ("news2", "qsofa")}
            values = [
                part
                for each in told
                if each["id"] not in scores
                for part in each.get("component", [each])
                if "unknown" not in json.dumps(part.get("dataAbsentReason", {}))
                or "extension" in part
            ]
            assert len(values) == len(store.observations(one.id, *store.span(one.id)))


# What is searched for

ANA = "patient={ana}"
# The search, and how many of Ana's 200 heart rates and saturations and 9 others it finds.
SEARCHES = [
    ("code=8867-4", 200),
    ("code=http://loinc.org|8867-4", 200),
    ("code=http://loinc.org|", 401 + 2 + 2 + 1),
    ("code=|8867-4", 0),
    ("code=urn:iso:std:iso:11073:10101|147842", 200),
    ("code=8867-4,85354-9", 202),
    ("code=8867-4&code=85354-9", 0),
    ("code=8480-6", 0),
    ("code=nothing", 0),
    ("category=survey", 1),
    ("category=vital-signs&code=85354-9", 2),
    ("category=laboratory", 0),
    ("code=8867-4&date=2026-03-01T08:00:10Z", 1),
    ("code=8867-4&date=eq2026-03-01T08:00", 0),
    ("code=8867-4&date=2026-03-01T08:00Z", 60),
    ("code=8867-4&date=2026-03-01", 200),
    ("code=8867-4&date=2026-03", 200),
    ("code=8867-4&date=2026", 200),
    ("code=8867-4&date=2025", 0),
    ("code=8867-4&date=ne2026", 0),
    ("code=8867-4&date=gt2026-03-01T08:00:10Z", 189),
    ("code=8867-4&date=ge2026-03-01T08:00:10Z", 190),
    ("code=8867-4&date=lt2026-03-01T08:00:10Z", 10),
    ("code=8867-4&date=le2026-03-01T08:00:10Z", 11),
    ("code=8867-4&date=sa2026-03-01T08:00:10Z", 189),
    ("code=8867-4&date=eb2026-03-01T08:00:10Z", 10),
    ("code=8867-4&date=ge2026-03-01T08:00:10Z&date=lt2026-03-01T08:00:20Z", 10),
    ("code=8867-4&date=2026-03-01T08:00:10Z,2026-03-01T08:00:20Z", 2),
    ("code=8867-4&date=ge2026-03-01T09:00:10", 190),  # without a zone: the clinic's
    ("code=8867-4&date=ge2026-03-01T09:00:10%2B01:00", 190),
    ("code=8867-4&_lastUpdated=ge2026-03-01T08:00:10Z", 190),
    ("status=final&code=8867-4", 200),
    ("status=corrected", 0),
    ("code=8867-4&_count=7", 200),
    ("code=8867-4&_sort=date&_count=7", 200),
    ("code=8867-4&_sort=-date&_count=1000", 200),
]


@pytest.mark.parametrize(("search", "number"), SEARCHES)
@pytest.mark.parametrize("about", [ANA, "subject=Patient/{ana}", "subject:Patient={ana}"])
def test_observations_are_searched_as_the_standard_says(
    ward: Ward, search: str, number: int, about: str
) -> None:
    if about != ANA and "_count" in search:
        return
    told = found(ward.client(), f"/fhir/Observation?{about.format(ana=ward.ana.id)}&{search}")
    assert len(told) == len({each["id"] for each in told}) == number
    times = [each["effectiveDateTime"] for each in told]
    assert times == sorted(times, reverse="_sort=date" not in search)


def test_observations_are_searched_by_id_and_counted(ward: Ward) -> None:
    client = ward.client()
    url = f"/fhir/Observation?patient={ward.ana.id}&code=8867-4"
    one, other = (each["id"] for each in found(client, url)[3:5])
    assert [each["id"] for each in found(client, f"/fhir/Observation?_id={one},{other}")] == [
        one, other,
    ]  # fmt: skip
    none = client.get(f"{url}&_count=0").json()
    assert (none["total"], "entry" in none) == (200, False)


PATIENTS = [
    ("", 5),
    (f"identifier={MRN}", 1),
    (f"identifier=urn:oid:1.2.3|{MRN}", 1),
    (f"identifier=urn:oid:9|{MRN}", 0),
    ("name=zoraida", 1),
    ("name=QUINTAN", 1),
    ("name=Zoráida quint", 1),
    ("name=oraida", 0),
    ("name:contains=oraida", 1),
    (f"name:exact={NAME}", 1),
    ("name:exact=zoraida", 0),
    ("gender=female&name=zoraida", 1),
    ("gender=male&name=zoraida", 0),
    ("birthdate=lt1900", 0),
    ("birthdate=gt1900", 4),
    ("_count=2", 5),
    ("_sort=-_id&_count=2", 5),
]


@pytest.mark.parametrize(("search", "number"), PATIENTS)
def test_patients_are_searched_as_the_standard_says(ward: Ward, search: str, number: int) -> None:
    told = found(ward.client(), f"/fhir/Patient?{search}")
    assert len(told) == len({each["id"] for each in told}) == number
    by_form = ward.client().post("/fhir/Patient/_search", data=dict(
        each.split("=", 1) for each in search.split("&") if each
    )).json()  # fmt: skip
    assert by_form["total"] == number


def test_the_newest_of_each_code(ward: Ward) -> None:
    client = ward.client()
    url = f"/fhir/Observation/$lastn?patient={ward.ana.id}"
    told = [entry["resource"] for entry in client.get(url).json()["entry"]]
    codes = [each["id"].split(".")[1] for each in told]
    assert sorted(codes) == ["acvpu", "hr", "nibp", "spo2", "temp"]
    newest = next(each for each in told if "8867-4" in loinc(each))
    assert newest["effectiveDateTime"] == "2026-03-01T08:03:19Z"
    three = client.get(f"{url}&max=3&code=8867-4").json()
    assert [each["resource"]["effectiveDateTime"][-4:] for each in three["entry"]] == [
        ":19Z", ":18Z", ":17Z",
    ]  # fmt: skip
    form = {"patient": ward.ana.id, "category": "survey"}
    assert client.post("/fhir/Observation/$lastn", data=form).json()["total"] == 1


def test_a_page_is_complete_and_nothing_doubles_while_data_arrive(ward: Ward) -> None:
    """What is there at the first page comes once, whatever is measured, corrected or late then."""
    client = ward.client()
    url = f"/fhir/Observation?patient={ward.ana.id}&code=59408-5&_count=30"
    there = {each["id"] for each in found(client, url)}
    told: list[str] = []
    for number, page in enumerate(pages(client, url)):
        told += [entry["resource"]["id"] for entry in page["entry"]]
        late = START + timedelta(seconds=190 - 25 * number, milliseconds=500)
        ward.keep(
            Observation(Signal.SPO2, START + timedelta(minutes=10 + number), 97.0, "monitor"),
            Observation(Signal.SPO2, late, 97.0, "monitor"),
            Observation(Signal.SPO2, START + 5 * SECOND, 90.0 + number, "monitor"),
        )
    assert there <= set(told)
    assert len(told) == len(set(told))


def test_a_correction_is_the_next_version_of_the_same_resource(ward: Ward) -> None:
    client = ward.client()
    at = START - MINUTE
    ward.keep(Observation(Signal.GLUCOSE, at, 90.0, "lab"))
    url = f"/fhir/Observation?patient={ward.ana.id}&code=2339-0"
    (before,) = found(client, url)
    ward.keep(Observation(Signal.GLUCOSE, at, 110.0, "lab"))
    (after,) = found(client, url)
    assert (before["status"], before["meta"]["versionId"]) == ("final", "1")
    assert (after["status"], after["meta"]["versionId"]) == ("corrected", "2")
    assert after["id"] == before["id"]
    assert after["valueQuantity"]["value"] == 110
    check(after)


def test_what_is_no_value_is_told_as_none(ward: Ward) -> None:
    told = found(ward.client(), f"/fhir/Observation?patient={ward.ana.id}&date=lt2026-03-01T08:01Z")
    by_id = {each["id"].split(".")[1] + each["effectiveDateTime"][-4:]: each for each in told}
    off, hot, demo = by_id["spo2:59Z"], by_id["temp:00Z"], by_id["temp:01Z"]
    for each, quality in ((off, "sensor_off"), (hot, "implausible"), (demo, "demo")):
        assert "valueQuantity" not in each
        assert quality in json.dumps(each["extension"])
    assert demo["meta"]["security"][0]["code"] == "HTEST"


def test_alarms_and_who_acknowledged_them(ward: Ward) -> None:
    client = ward.client()
    (told,) = found(client, "/fhir/Communication")
    assert told["sender"] == {"display": "luis"}
    assert told["payload"] == [{"contentString": "doctor informed"}]
    flag = client.get(f"/fhir/{told['about'][0]['reference']}").json()
    assert flag["subject"] == told["subject"]
    flags = found(client, "/fhir/Flag")
    assert len(flags) == len(ward.store.alarms())
    active = found(client, "/fhir/Flag?status=active")
    assert len(active) == len(ward.store.alarms(active=True))
    assert len(found(client, "/fhir/Flag?date=gt2020")) == len(flags)
    assert found(client, "/fhir/Flag?date=lt2020") == []


def test_summaries_stand_as_clinicians_decided(ward: Ward) -> None:
    told = {each["id"]: each for each in found(ward.client(), "/fhir/DocumentReference")}
    states = {name: (each["status"], each["docStatus"]) for name, each in told.items()}
    assert states == {
        "s1": ("current", "amended"),
        "s2": ("entered-in-error", "entered-in-error"),
        "s3": ("current", "preliminary"),
    }
    import base64

    text = base64.b64decode(told["s1"]["content"][0]["attachment"]["data"]).decode()
    assert text == "Más tranquila."
    assert told["s1"]["authenticator"] == {"display": "nora"}


# Who may read, and what is noted


@pytest.mark.parametrize(
    ("key", "path", "expected"),
    [
        ("", "/fhir/Patient", (401, "login")),
        ("model", "/fhir/Patient", (403, "forbidden")),
        ("export", "/fhir/Patient", (403, "forbidden")),
        ("fhir", "/fhir/$export", (403, "forbidden")),
        ("fhir", "/fhir/export/x", (403, "forbidden")),
        ("", "/fhir/nothing", (401, "login")),
    ],
)
def test_a_key_opens_what_it_was_made_for(
    ward: Ward, key: str, path: str, expected: tuple[int, str]
) -> None:
    response = ward.client(key).get(path, headers={"Prefer": "respond-async"})
    assert issue(response) == expected
    assert "www-authenticate" in response.headers


def test_a_key_for_patients_asks_no_model(ward: Ward) -> None:
    from sereno.domain.errors import WrongScope

    assert ward.given.keys.who(ward.keys["model"]) == "dictation"
    for key in ("fhir", "export"):
        with pytest.raises(WrongScope, match="--scope model"):
            ward.given.keys.who(ward.keys[key])


def test_a_revoked_key_opens_nothing(ward: Ward) -> None:
    secret = ward.given.keys.add("gone", IT, [Scope.FHIR])
    client = TestClient(
        ward.app, base_url="http://localhost", headers={"Authorization": f"Bearer {secret}"}
    )
    assert client.get("/fhir/Patient").status_code == 200
    ward.given.keys.revoke("gone", IT)
    assert issue(client.get("/fhir/Patient")) == (401, "login")


def test_a_session_of_the_dashboard_opens_nothing(ward: Ward) -> None:
    ward.given.access.create_account("nora", "blue lamps over the river", IT)
    token = ward.given.access.sign_in("nora", "blue lamps over the river", "127.0.0.1")
    client = ward.client("")
    client.cookies.set(Cookies(secure=False).session, token)
    assert issue(client.get("/fhir/Patient")) == (401, "login")


def test_each_read_is_a_line_about_its_patient(ward: Ward) -> None:
    client = ward.client()
    asked = [
        (f"/fhir/Patient/{ward.ana.id}", "fhir_read", ward.ana.id, "Patient"),
        (f"/fhir/Observation?patient={ward.ana.id}", "fhir_searched", ward.ana.id, "Observation"),
        (f"/fhir/Patient?name={NAME}", "fhir_searched", ward.ana.id, "Patient"),
        ("/fhir/Patient?name=nobody", "fhir_searched", None, "Patient"),
        ("/fhir/DocumentReference/s3", "fhir_read", ward.ana.id, "DocumentReference"),
    ]
    for path, action, patient, detail in asked:
        client.get(path)
        line = ward.given.read_audit.lines(None, 1)[0]
        assert (line.actor, line.action, line.patient, line.detail) == (
            "key ehr", action, patient, detail,
        )  # fmt: skip
    client.get("/fhir/Flag")
    sick = {each.patient for each in ward.store.alarms()}
    lines = ward.given.read_audit.lines(None, len(sick))
    assert {each.patient for each in lines} == sick


REFUSED = [
    ("GET", "/fhir/Patient/nobody", 404, "not-found"),
    ("GET", f"/fhir/Patient/{MRN}", 404, "not-found"),  # no identifier is an id
    ("GET", "/fhir/Observation/nothing", 404, "not-found"),
    ("GET", "/fhir/Observation/a.hr.zzzzzzzzzzzzzzzzzz.0", 404, "not-found"),
    ("GET", "/fhir/Practitioner", 404, "not-found"),
    ("GET", "/fhir/", 404, "not-found"),
    ("GET", "/fhir/Patient/a/_history", 404, "not-found"),
    ("POST", "/fhir/Patient", 405, "not-supported"),
    ("PUT", "/fhir/Patient/a", 405, "not-supported"),
    ("DELETE", "/fhir/Patient/a", 405, "not-supported"),
    ("GET", "/fhir/Observation", 400, "invalid"),
    ("GET", "/fhir/Patient?birthdate=soon", 400, "invalid"),
    ("GET", "/fhir/Patient?birthdate=2026-02-31", 400, "invalid"),
    ("GET", "/fhir/Patient?name:phonetic=a", 400, "invalid"),
    ("GET", "/fhir/Patient?_count=many", 400, "invalid"),
    ("GET", "/fhir/Patient?name=", 400, "invalid"),
    ("GET", "/fhir/Patient?_cursor=forged", 400, "invalid"),
    ("GET", "/fhir/Patient?_format=xml", 406, "not-supported"),
    ("GET", f"/fhir/Patient/a?_format={NAME}", 406, "not-supported"),
    ("GET", f"/fhir/Patient?{NAME.split(maxsplit=1)[0]}=x", 400, "invalid"),
    ("POST", "/fhir/Patient/_search", 415, "not-supported"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), REFUSED)
def test_what_can_not_be_told_is_told_as_an_outcome(
    ward: Ward, method: str, path: str, status: int, code: str
) -> None:
    body = {"json": {}} if method == "POST" else {}
    response = ward.client().request(method, path, headers={"Prefer": "handling=strict"}, **body)
    if "Zoraida=x" in path:  # a name of a parameter is told back, and this one was chosen to
        assert response.status_code == status
        return
    assert issue(response) == (status, code)


def test_accept_and_format_choose_json_or_nothing(ward: Ward) -> None:
    client = ward.client()
    for accept in ("application/fhir+json", "application/json", "*/*", "text/html, */*;q=0.1"):
        response = client.get("/fhir/metadata", headers={"Accept": accept})
        assert response.headers["content-type"].startswith("application/fhir+json")
    told = client.get("/fhir/Patient", headers={"Accept": "application/fhir+xml"})
    assert issue(told) == (406, "not-supported")
    for wanted in ("json", "application/fhir%2Bjson", "application/json"):
        answer = client.get(f"/fhir/Patient?_format={wanted}", headers={"Accept": "text/html"})
        assert answer.status_code == 200


def test_what_is_not_known_is_left_out_and_told_or_refused(ward: Ward) -> None:
    client = ward.client()
    bundle = client.get("/fhir/Patient?address=x&_count=1").json()
    check(bundle)
    (told,) = [each for each in bundle["entry"] if each["search"]["mode"] == "outcome"]
    assert "address" in told["resource"]["issue"][0]["diagnostics"]
    (self,) = [each["url"] for each in bundle["link"] if each["relation"] == "self"]
    assert "address" not in self
    strict = client.get("/fhir/Patient?address=x", headers={"Prefer": "handling=strict"})
    assert issue(strict) == (400, "invalid")


def test_no_link_says_who_somebody_is(ward: Ward) -> None:
    form = {"name": NAME, "identifier": MRN, "_count": "1"}
    bundle = ward.client().post("/fhir/Patient/_search", data=form).json()
    assert bundle["total"] == 1
    links = json.dumps(bundle["link"])
    assert NAME.split(maxsplit=1)[0] not in links
    assert MRN not in links
    (self,) = bundle["link"]
    assert ward.client().get(self["url"]).json()["entry"] == bundle["entry"]


def test_a_link_is_good_for_the_key_and_the_type_it_was_made_for(ward: Ward) -> None:
    other = ward.given.keys.add("other", IT, [Scope.FHIR])
    url = next(pages(ward.client(), "/fhir/Patient?_count=1"))["link"][1]["url"]
    assert ward.client().get(url).status_code == 200
    assert issue(ward.client().get(url.replace("Patient", "Encounter"))) == (400, "invalid")
    bearer = {"Authorization": f"Bearer {other}"}
    assert issue(ward.client().get(url, headers=bearer)) == (400, "invalid")


def test_beyond_its_limit_a_key_is_told_when_to_come_back(ward: Ward) -> None:
    bearer = {"Authorization": f"Bearer {ward.keys['fhir']}"}
    client = TestClient(served(ward.given, 2), base_url="http://localhost", headers=bearer)
    assert [client.get("/fhir/Patient").status_code for _ in range(2)] == [200, 200]
    response = client.get("/fhir/Patient")
    assert issue(response) == (429, "throttled")
    assert int(response.headers["retry-after"]) > 0


def test_a_forgotten_patient_is_gone(ward: Ward) -> None:
    store = ward.store
    one = store.admit(Subject(identifier="soon forgotten"))
    store.commit(
        [Commit(patient=one.id, observations=(Observation(Signal.SPO2, START, 97.0, "m"),))]
    )
    client = ward.client()
    (told,) = found(client, f"/fhir/Observation?patient={one.id}")
    store.forget(one.id)
    assert issue(client.get(f"/fhir/Patient/{one.id}")) == (410, "deleted")
    assert issue(client.get(f"/fhir/Observation/{told['id']}")) == (410, "deleted")
    assert found(client, f"/fhir/Observation?patient={one.id}") == []


def test_nothing_of_a_patient_is_in_a_log(ward: Ward, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the client's own
    client = ward.client()
    for path in (f"/fhir/Patient?name={NAME}", f"/fhir/Patient/{MRN}", f"/fhir/{NAME}"):
        client.get(path)
    client.post("/fhir/Patient/_search", data={"identifier": MRN})
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("sereno")]
    assert not [each for each in ours if "Zoraida" in each or MRN in each]


# What it says of itself


def test_the_statement_is_true_to_what_is_there(ward: Ward) -> None:
    """Without a key, and each interaction, parameter and operation that it names answers."""
    told = ward.client("").get("/fhir/metadata").json()
    check(told)
    assert (told["kind"], told["fhirVersion"]) == ("instance", "4.0.1")
    assert NAME not in json.dumps(told)
    (rest,) = told["rest"]
    assert {each["type"] for each in rest["resource"]} == set(TYPES)
    client = ward.client()
    values = {"date": "2026-01-01", "token": "x", "string": "x", "reference": "x"}
    strict = {"Prefer": "handling=strict"}
    for each in rest["resource"]:
        url = f"/fhir/{each['type']}"
        about = {} if each["type"] != "Observation" else {"patient": ward.ana.id}
        for parameter in each["searchParam"]:
            asked = about | {parameter["name"]: values[parameter["type"]]}
            assert client.get(url, params=asked, headers=strict).status_code == 200, parameter
            assert client.post(f"{url}/_search", data=asked, headers=strict).status_code == 200
        for name in re.findall(r"_sort by (\S+) or (\S+)", each["documentation"])[0]:
            answer = client.get(url, params={**about, "_sort": name}, headers=strict)
            assert answer.status_code == 200
        for interaction in each["interaction"]:
            assert interaction["code"] in ("read", "search-type")
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.request(method, f"{url}/x").status_code == 405


# All of it at once


def exported(client: TestClient, path: str, **more: str) -> tuple[Json, dict[str, list[Json]]]:
    response = client.get(path, params=more, headers={"Prefer": "respond-async"})
    assert (response.status_code, response.text) == (202, "")
    manifest = client.get(response.headers["content-location"]).json()
    files = {}
    for each in manifest["output"]:
        answer = client.get(each["url"])
        assert answer.headers["content-type"].startswith("application/fhir+ndjson")
        files[each["type"]] = [json.loads(line) for line in answer.text.splitlines()]
    return manifest, files


def test_an_export_holds_everything_once(ward: Ward) -> None:
    manifest, files = exported(ward.client("export"), "/fhir/$export")
    assert (manifest["requiresAccessToken"], manifest["error"]) == (True, [])
    assert set(files) == set(TYPES)
    reader = ward.client()
    for kind in set(TYPES) - {"Observation"}:
        told = {each["id"]: each for each in found(reader, f"/fhir/{kind}")}
        assert {each["id"]: each for each in files[kind]} == told
    for patient in ward.store.patients():
        url = f"/fhir/Observation?patient={patient.id}&_count=1000"
        told = {each["id"]: each for each in found(reader, url)}
        mine = f"Patient/{patient.id}"
        got = [each for each in files["Observation"] if each["subject"]["reference"] == mine]
        assert len(got) == len(told)
        assert {each["id"]: each for each in got} == told
    for lines in files.values():
        for each in lines[:20]:
            check(each)


def test_an_export_may_be_of_one_patient_of_some_types_and_since(ward: Ward) -> None:
    client = ward.client("export")
    _, files = exported(
        client, f"/fhir/Patient/{ward.ana.id}/$export", _type="Patient,Observation",
        _since="2026-03-01T08:03:00Z",
    )  # fmt: skip
    assert [each["id"] for each in files["Patient"]] == [ward.ana.id]
    assert set(files) == {"Patient", "Observation"}
    times = [each["effectiveDateTime"] for each in files["Observation"]]
    assert times
    assert min(times) >= "2026-03-01T08:03:00Z"
    _, files = exported(client, "/fhir/Patient/$export")
    assert "Device" not in files


def test_an_export_is_noted_for_each_patient(ward: Ward) -> None:
    exported(ward.client("export"), f"/fhir/Patient/{ward.ana.id}/$export", _type="Flag")
    lines = ward.given.read_audit.lines(None, 2)
    assert [(each.action, each.patient, each.detail) for each in lines] == [
        ("fhir_exported", ward.ana.id, "Flag"), ("fhir_export_started", None, ""),
    ]  # fmt: skip


def test_an_export_is_its_keys_own_and_ends_when_it_is_closed(ward: Ward) -> None:
    client = ward.client("export")
    started = client.get("/fhir/$export", headers={"Prefer": "respond-async"})
    where = urlsplit(started.headers["content-location"]).path
    secret = ward.given.keys.add("other export", IT, [Scope.FHIR_EXPORT])
    bearer = {"Authorization": f"Bearer {secret}"}
    for path in (where, f"{where}/Patient.ndjson"):
        assert issue(client.get(path, headers=bearer)) == (404, "not-found")
    assert issue(client.get(f"{where}/Nothing.ndjson")) == (404, "not-found")
    assert client.delete(where).status_code == 202
    assert issue(client.get(where)) == (404, "not-found")
    assert issue(client.get(f"{where}/Patient.ndjson")) == (404, "not-found")


@pytest.mark.anyio
async def test_a_file_that_breaks_off_has_no_end(ward: Ward) -> None:
    """Here its export is closed while it is sent: who reads it must not take it for whole."""
    where = ward.given.exports.start("research", ("Observation",), "http://localhost/fhir/$export")
    path = f"/fhir/export/{where.id}/Observation.ndjson"
    bearer = [(b"authorization", f"Bearer {ward.keys['export']}".encode())]
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": bearer,
        "query_string": b"", "scheme": "http", "server": ("localhost", 80), "root_path": "",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }  # fmt: skip
    sent: list[Json] = []

    async def send(message: Json) -> None:
        sent.append(message)
        if message.get("body"):
            with contextlib.suppress(NotFound):
                ward.given.exports.end("research", where.id)

    async def receive() -> Json:
        await anyio.sleep_forever()
        return {}

    await ward.app.routes[0].app(scope, receive, send)  # type: ignore[attr-defined]
    start, *pieces = sent
    assert start["status"] == 200
    assert pieces
    assert all(each["more_body"] for each in pieces)


@pytest.mark.parametrize(
    ("path", "prefer", "expected"),
    [
        ("/fhir/$export", "", (400, "required")),
        ("/fhir/$export?_outputFormat=csv", "respond-async", (400, "not-supported")),
        ("/fhir/$export?_type=Practitioner", "respond-async", (400, "invalid")),
        ("/fhir/$export?_typeFilter=x", "respond-async", (400, "invalid")),
        ("/fhir/$export?_since=soon", "respond-async", (400, "invalid")),
        ("/fhir/Patient/nobody/$export", "respond-async", (404, "not-found")),
    ],
)
def test_an_export_that_can_not_be_had_is_refused(
    ward: Ward, path: str, prefer: str, expected: tuple[int, str]
) -> None:
    response = ward.client("export").get(path, headers={"Prefer": prefer} if prefer else {})
    assert issue(response) == expected
