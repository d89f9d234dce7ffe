"""An address of a broker, and what is wrong with one that is none."""

from pathlib import Path

import pytest

from connectors import open_source
from connectors.mqtt import Subscriber
from sereno.domain.errors import SourceError
from sereno.ports import Reachable
from tests.fakes.certificates import write_certificates
from tests.fakes.clock import FakeClock


def connect(source: str) -> Subscriber:
    opened = open_source(source, clock=FakeClock())
    assert isinstance(opened, Subscriber)
    assert isinstance(opened, Reachable)
    return opened


@pytest.mark.parametrize(
    ("source", "topic", "asked"),
    [
        ("mqtt://h/ward/#", "ward/#", "ward/#"),
        ("mqtt://h/ward/+/vitals", "ward/+/vitals", "ward/+/vitals"),
        ("mqtt://h/#", "#", "#"),
        ("mqtt://h/ward%20two/4", "ward two/4", "ward two/4"),
        ("mqtt://h/%2Fward", "/ward", "/ward"),
        ("mqtt://h/a/#?group=g&client_id=c", "a/#", "$share/g/a/#"),
        ("mqtt://h/$share/g/a/#?client_id=c", "a/#", "$share/g/a/#"),
    ],
)
def test_the_topic_stands_behind_the_host(source: str, topic: str, asked: str) -> None:
    wanted = connect(source)._subscription
    assert (wanted.topic, wanted.filter) == (topic, asked)


def test_ports_follow_the_scheme() -> None:
    assert connect("mqtt://h/a")._endpoint.port == 1883
    assert connect("mqtts://h/a")._endpoint.port == 8883
    assert connect("mqtts://h:99/a")._endpoint.port == 99
    assert connect("mqtt://h/a")._endpoint.tls is None
    assert connect("mqtts://h/a")._endpoint.tls is not None


def test_the_session_is_the_same_each_time_and_another_for_another_topic() -> None:
    first, again, other = (connect(f"mqtt://h/{topic}") for topic in ("a", "a", "b"))
    assert first._endpoint.client_id == again._endpoint.client_id != other._endpoint.client_id
    assert first.name == again.name != other.name
    assert not first._endpoint.clean
    assert first._endpoint.session == 24 * 3600
    assert connect("mqtt://h/a?session=0")._endpoint.clean


def test_a_name_tells_nothing_of_user_topic_and_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERENO_TEST", "hidden")
    connector = connect("mqtts://ana@h/ward/ana?password=env:SERENO_TEST")
    assert connector._endpoint.user == "ana"
    assert connector._endpoint.password == "hidden"
    assert "ana" not in connector.name
    assert "hidden" not in repr(connector._endpoint)


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        ("mqtt://h", "write it behind the host"),
        ("mqtt://h/", "write it behind the host"),
        ("mqtt://h/a/#/b", "# for all that follow"),
        ("mqtt://h/a/b#", "# for all that follow"),
        ("mqtt://h/a+/b", "with + for one level"),
        ("mqtt://h/" + "a" * 1001, "no topic"),
        ("mqtt:ward/4", "an address is written mqtt://HOST"),
        ("mqtt://ana:hidden@h/a", "password=file:/PATH"),
        ("mqtt://h/a?password=env:HOME", "write USER@ before the host"),
        ("mqtt://u@h/a?password=hidden", "write password=file:/PATH"),
        ("mqtt://u@h/a?password=env:HOME", "write mqtts://"),
        ("mqtt://u@10.0.0.5/a?password=env:HOME", "write mqtts://"),
        ("mqtt://h/a?qos=2", "qos must be a number from 0 to 1"),
        ("mqtt://h/a?in_flight=0", "in_flight must be a number from 1 to 65535"),
        ("mqtt://h/a?template=none", "sparkplug-b"),
        ("mqtt://h/a?topic=a", "knows no option 'topic'"),
        ("mqtt://h/a?group=g", "add client_id=NAME"),
        ("mqtt://h/a?group=g%2Fh&client_id=c", "check group="),
        ("mqtt://h/a?client_id=" + "c" * 65, "check client_id="),
        ("mqtt://h/a?tls_ca=/etc/hostname", "write mqtts:// instead"),
        ("mqtts://h/a?tls_ca=/no/such/file", "check tls_ca="),
        ("mqtts://h/a?tls_ca=/etc/hostname", "tls_ca holds no certificate"),
    ],
)
def test_what_is_no_address_of_a_broker_says_how_to_write_one(source: str, remedy: str) -> None:
    with pytest.raises(SourceError) as caught:
        connect(source)
    assert remedy in str(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_password_to_this_machine_needs_no_tls(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERENO_TEST", "hidden")
    endpoint = connect(f"mqtt://ana@{host}/a?password=env:SERENO_TEST")._endpoint
    assert (endpoint.password, endpoint.tls) == ("hidden", None)


def test_a_certificate_and_a_key_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    write_certificates(tmp_path)
    pair = f"tls_certificate={tmp_path}/client.pem&tls_key={tmp_path}/server.key"
    with pytest.raises(SourceError, match="can not be read or do not fit"):
        connect(f"mqtts://h/a?{pair}")


def test_a_message_that_was_timed_by_its_arrival_is_not_timed_by_being_read_again(
    tmp_path: Path,
) -> None:
    template = tmp_path / "band.toml"
    template.write_text(
        'subject.patient = "$.id"\ntime.arrival = true\n'
        '[[values]]\nsignal = "heart_rate"\npath = "$.hr"\nunit = "/min"\n'
    )
    connector = connect(f"mqtt://h/a?template={template}")
    (batch,) = connector.reread(b'a\n{"id": "1", "hr": 72}')
    assert not batch.observations
    (letter,) = batch.rejected
    assert "no time of its own" in letter.reason
