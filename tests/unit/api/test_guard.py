"""Nothing passes without a session; what passes is protected; sockets end with their session."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from sereno.api.cookies import Cookies
from sereno.api.guard import RECHECK_S, SIGNED_OUT, Guard, LiveSockets, asks_for_rerun
from sereno.api.headers import dashboard_policy
from sereno.api.health import Health
from sereno.api.sign_in import SignIn, safe_next
from sereno.domain.errors import StorageError
from sereno.domain.roles import Actor
from sereno.ports import Account
from sereno.services.access import Access
from sereno.services.views import SystemView
from tests.fakes.books import Diary, Ledger
from tests.fakes.clock import START, Hands

PASSWORD = "blue lamps over the river"
HERE = "http://localhost"
STREAM = "ws://localhost/_stcore/stream"
NAVIGATION = {"sec-fetch-mode": "navigate", "accept": "text/html"}
MINUTE = timedelta(minutes=1)


async def page(_: Request) -> Response:
    return PlainTextResponse("vital signs")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    async for frame in socket.iter_bytes():
        await socket.send_bytes(frame)


class Signs:
    """Signs of life that a test sets."""

    def __init__(self) -> None:
        self.ages: dict[str, timedelta | None] = {"ingest": timedelta(seconds=1), "model": None}
        self.broken = False

    def system(self) -> SystemView:
        if self.broken:
            raise StorageError("the database does not answer")
        return SystemView(START, self.ages, written={"model": 7, "refused": 1})


class Web:
    """The guard around a tiny app, with a browser in front of it."""

    def __init__(
        self, *, secure: bool = False, loopback: bool = True, recheck_s: float = RECHECK_S
    ) -> None:
        self.clock, self.ledger, self.signs = Hands(), Ledger(), Signs()
        self.ledger.add(Account(name="nora", secret="x"))
        self.access = Access(
            self.ledger,
            self.clock,
            Diary(),
            idle_timeout=15 * MINUTE,
            session_length=timedelta(hours=12),
            verify=lambda password, kept: password == PASSWORD and kept is not None,
        )
        cookies, sockets = Cookies(secure=secure), LiveSockets()
        sign_in = SignIn(
            access=self.access,
            cookies=cookies,
            sockets=sockets,
            clock=self.clock,
            session_length=timedelta(hours=12),
        )
        guard = Middleware(
            Guard,
            access=self.access,
            cookies=cookies,
            sockets=sockets,
            policy=dashboard_policy(["'sha256-x'"]),
            loopback=loopback,
            recheck_s=recheck_s,
        )
        app = Starlette(
            routes=[
                *sign_in.routes(),
                *Health(self.signs).routes(),
                Route("/", page, methods=["GET", "POST"]),
                Route("/static/js/index.js", page),
                Route("/v1/models", page),
                Route("/fhir/Patient", page),
                WebSocketRoute("/_stcore/stream", stream),
            ],
            middleware=[guard],
        )
        scheme = "https" if secure else "http"
        self.browser = TestClient(
            app, base_url=f"{scheme}://localhost", follow_redirects=False, client=("127.0.0.1", 5)
        )

    def sign_in(self, **fields: str) -> Response:
        form = self.browser.get("/sign-in", headers=NAVIGATION).text
        ticket = form.split('name="ticket" value="')[1].split('"')[0]
        data = {"name": "nora", "password": PASSWORD, "ticket": ticket, "next": "/"} | fields
        origin = str(self.browser.base_url).rstrip("/")
        answer: Response = self.browser.post("/sign-in", data=data, headers={"origin": origin})
        return answer


@pytest.fixture
def web() -> Iterator[Web]:
    ward = Web()
    with ward.browser:
        yield ward


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("POST", "/"),
        ("GET", "/static/js/index.js"),
        ("GET", "/_stcore/health"),
        ("GET", "/session"),
        ("POST", "/session/touch"),
        ("POST", "/sign-out"),
        ("GET", "/sign-in/../"),
        ("GET", "//sign-in"),
    ],
)
def test_without_a_session_everything_is_refused(web: Web, method: str, path: str) -> None:
    answer = web.browser.request(method, path)
    assert answer.status_code == 401
    assert "vital" not in answer.text


def test_a_page_that_is_navigated_to_leads_to_the_form_and_back(web: Web) -> None:
    answer = web.browser.get("/?id=p1", headers=NAVIGATION)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Fid%3Dp1"
    assert web.sign_in(next="/?id=p1").headers["location"] == "/?id=p1"


@pytest.mark.parametrize(
    ("token", "why"),
    [("", "empty"), ("guess", "never given"), ("x" * 4000, "long")],
)
def test_a_cookie_of_ones_own_making_opens_nothing(web: Web, token: str, why: str) -> None:
    web.browser.cookies.set("sereno-session", token)
    assert web.browser.get("/").status_code == 401, why


def test_signing_in_opens_the_pages_with_a_cookie_that_scripts_can_not_read(web: Web) -> None:
    answer = web.sign_in()
    assert answer.status_code == 303
    cookie = next(
        c for c in answer.headers.get_list("set-cookie") if c.startswith("sereno-session")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert web.browser.get("/").text == "vital signs"


def test_under_tls_cookies_are_secure_and_bound_to_the_host() -> None:
    web = Web(secure=True)
    with web.browser:
        answer = web.sign_in()
        cookie = next(c for c in answer.headers.get_list("set-cookie") if "session=" in c)
        assert cookie.startswith("__Host-sereno-session=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        page = web.browser.get("/")
    assert page.text == "vital signs"
    assert page.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        ({"password": "not it"}, 401, "wrong password"),
        ({"name": "nobody"}, 401, "no such name"),
        ({"ticket": ""}, 403, "no ticket"),
        ({"ticket": "00" * 32}, 403, "a ticket that was not signed for this browser"),
        ({"ticket": "\u00e9"}, 403, "a ticket that is no hexadecimal"),
        ({"name": "n" * 9000}, 403, "a form too large to be ours"),
    ],
)
def test_a_form_that_is_not_right_opens_no_session(
    web: Web, change: dict[str, str], status: int, why: str
) -> None:
    answer = web.sign_in(**change)
    assert answer.status_code == status, why
    assert not web.ledger.sessions


def test_a_role_that_nobody_knows_is_told_with_its_remedy(web: Web) -> None:
    web.ledger.add(Account(name="nora", secret="x", role="physician"))
    answer = web.sign_in()
    assert answer.status_code == 403
    assert "sereno accounts password NAME --role clinician" in answer.text
    assert not web.ledger.sessions


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://localhost:9", "x:["]
)
def test_a_form_sent_from_elsewhere_is_refused(web: Web, origin: str | None) -> None:
    form = web.browser.get("/sign-in").text
    ticket = form.split('name="ticket" value="')[1].split('"')[0]
    headers = {"origin": origin} if origin else {}
    data = {"name": "nora", "password": PASSWORD, "ticket": ticket}
    assert web.browser.post("/sign-in", data=data, headers=headers).status_code == 403
    assert not web.ledger.sessions


def test_a_ticket_works_only_in_the_browser_that_asked_for_it(web: Web) -> None:
    form = web.browser.get("/sign-in").text
    ticket = form.split('name="ticket" value="')[1].split('"')[0]
    web.browser.cookies.clear()
    web.browser.get("/sign-in")
    data = {"name": "nora", "password": PASSWORD, "ticket": ticket}
    assert web.browser.post("/sign-in", data=data, headers={"origin": HERE}).status_code == 403


def test_too_many_attempts_are_told_so_with_when_to_try_again(web: Web) -> None:
    for _ in range(5):
        assert web.sign_in(password="a guess").status_code == 401
    answer = web.sign_in()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/patient?id=p1", "/patient?id=p1"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/%2Fevil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nset-cookie: a=b", "/"),
        ("/sign-in", "/"),
        ("/" + "x" * 600, "/"),
    ],
)
def test_after_signing_in_one_stays_in_the_app(wanted: str | None, there: str) -> None:
    assert safe_next(wanted) == there


def test_what_the_form_was_given_comes_back_escaped(web: Web) -> None:
    form = web.browser.get("/sign-in", params={"next": '/"><script>alert(1)</script>'}).text
    assert "<script>" not in form


def test_the_form_speaks_the_browsers_language_until_told_otherwise(web: Web) -> None:
    spanish = {"accept-language": "ca;q=0.5, es-ES, en;q=0.8"}
    assert "Contraseña" in web.browser.get("/sign-in", headers=spanish).text
    assert "Password" in web.browser.get("/sign-in?lang=en", headers=spanish).text
    assert "Password" in web.browser.get("/sign-in", headers={"accept-language": "xx"}).text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/healthz", "/nowhere"])
def test_every_answer_tells_the_browser_to_be_strict(web: Web, path: str) -> None:
    headers = web.browser.get(path).headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "["])
def test_bound_to_this_machine_no_other_name_is_answered(web: Web, host: str) -> None:
    assert web.browser.get("/healthz", headers={"host": host}).status_code == 421


def test_bound_to_the_network_any_name_is_answered() -> None:
    web = Web(loopback=False)
    assert web.browser.get("/healthz", headers={"host": "ward.clinic"}).status_code == 200


def test_health_says_which_processes_are_down_and_nothing_else(web: Web) -> None:
    answer = web.browser.get("/healthz")
    assert answer.json() == {
        "status": "degraded",
        "processes": {"ingest": "up", "model": "down"},
        "failing_sources": 0,
    }
    web.signs.broken = True
    assert web.browser.get("/healthz").status_code == 503


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ({}, 200, "this machine"),
        ({"x-forwarded-for": "10.0.0.1"}, 401, "a proxy speaks for someone elsewhere"),
        ({"forwarded": "for=10.0.0.1"}, 401, "as above, in RFC 7239's words"),
    ],
)
def test_metrics_are_for_this_machine(
    web: Web, headers: dict[str, str], status: int, why: str
) -> None:
    answer = web.browser.get("/metrics", headers=headers)
    assert answer.status_code == status, why
    assert status != 200 or 'sereno_last_sign_seconds{process="ingest"} 1.0' in answer.text


def test_programs_have_keys_and_no_sessions_but_the_host_must_be_known(web: Web) -> None:
    for path, others in (("/v1/models", ("/v1", "/v1x")), ("/fhir/Patient", ("/fhir", "/fhirx"))):
        assert web.browser.get(path).status_code == 200
        assert web.browser.get(path, headers={"host": "evil.example"}).status_code == 421
        assert [web.browser.get(other).status_code for other in others] == [401, 401]


def test_metrics_tell_how_many_summaries_the_verifier_refused(web: Web) -> None:
    assert 'sereno_summaries{outcome="refused"} 1.0' in web.browser.get("/metrics").text


def test_metrics_are_for_who_is_signed_in_from_elsewhere(web: Web) -> None:
    web.sign_in()
    assert web.browser.get("/metrics", headers={"via": "proxy"}).status_code == 200


def rerun(*, auto: bool = False) -> bytes:
    message = BackMsg()
    message.rerun_script.is_auto_rerun = auto
    message.rerun_script.query_string = ""
    return bytes(message.SerializeToString())


def heartbeat() -> bytes:
    message = BackMsg()
    message.app_heartbeat = True
    return bytes(message.SerializeToString())


@pytest.mark.parametrize(
    ("frame", "is_input", "why"),
    [
        (rerun(), True, "a widget was used"),
        (rerun(auto=True), False, "a fragment's timer"),
        (heartbeat(), False, "the connection's own sign of life"),
        (b"", False, "nothing"),
        (b"\xff\xfe", False, "not of the protocol"),
    ],
)
def test_input_is_told_from_what_a_page_sends_by_itself(
    frame: bytes, is_input: bool, why: str
) -> None:
    assert asks_for_rerun(frame) is is_input, why


def last_input(web: Web) -> object:
    return next(iter(web.ledger.sessions.values())).last_input


@pytest.mark.parametrize(
    ("frames", "counts", "why"),
    [
        ([rerun(), rerun(auto=True), heartbeat()], False, "connecting and timers are no input"),
        ([rerun(), rerun()], True, "a click after connecting is"),
    ],
)
def test_only_input_over_the_socket_puts_the_time_out_off(
    web: Web, frames: list[bytes], counts: bool, why: str
) -> None:
    web.sign_in()
    before = last_input(web)
    web.clock.time += 5 * MINUTE
    with web.browser.websocket_connect(STREAM, headers={"origin": HERE}) as socket:
        for frame in frames:
            socket.send_bytes(frame)
            assert socket.receive_bytes() == frame
    assert (last_input(web) != before) is counts, why


@pytest.mark.parametrize(
    ("signed_in", "headers", "why"),
    [
        (False, {"origin": HERE}, "nobody is signed in"),
        (True, {"origin": "http://evil.example"}, "another site opened it"),
        (True, {}, "no browser opened it"),
        (True, {"origin": HERE, "host": "evil.example"}, "under another name"),
    ],
)
def test_a_socket_needs_a_session_and_our_own_page(
    web: Web, signed_in: bool, headers: dict[str, str], why: str
) -> None:
    if signed_in:
        web.sign_in()
    with (
        pytest.raises(WebSocketDisconnect),
        web.browser.websocket_connect(STREAM, headers=headers),
    ):
        pytest.fail(why)


def test_signing_out_closes_this_sessions_sockets_and_no_others(web: Web) -> None:
    web.sign_in()
    first = dict(web.browser.cookies)
    origin = {"origin": HERE}
    with web.browser.websocket_connect(STREAM, headers=origin) as ours:
        web.browser.cookies.clear()
        web.sign_in()
        with web.browser.websocket_connect(STREAM, headers=origin) as theirs:
            web.browser.cookies.clear()
            web.browser.cookies.update(first)
            assert web.browser.post("/sign-out", headers=origin).status_code == 204
            with pytest.raises(WebSocketDisconnect) as closed:
                ours.receive_bytes()
            assert closed.value.code == SIGNED_OUT
            theirs.send_bytes(b"still here")
            assert theirs.receive_bytes() == b"still here"
    assert web.browser.get("/").status_code == 401
    assert len(web.ledger.sessions) == 1


def test_a_new_password_refuses_another_browser_at_its_next_request(web: Web) -> None:
    web.sign_in()
    assert web.browser.get("/").text == "vital signs"
    web.access.set_password("nora", PASSWORD, Actor("root"))
    assert web.browser.get("/").status_code == 401
    assert web.browser.post("/session/touch", headers={"origin": HERE}).status_code == 401


def test_a_new_password_closes_live_sockets() -> None:
    """It is given by the command line, in another process: the socket finds out by looking."""
    web = Web(recheck_s=0.02)
    with web.browser:
        web.sign_in()
        with web.browser.websocket_connect(STREAM, headers={"origin": HERE}) as socket:
            web.access.set_password("nora", PASSWORD, Actor("root"))
            with pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_bytes()
    assert closed.value.code == SIGNED_OUT


@pytest.mark.parametrize("path", ["/sign-out", "/session/touch"])
def test_another_site_can_neither_sign_out_nor_keep_awake(web: Web, path: str) -> None:
    web.sign_in()
    before = dict(web.ledger.sessions)
    web.clock.time += MINUTE
    answer = web.browser.post(path, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert web.ledger.sessions == before


def test_the_page_may_ask_how_long_it_has_without_prolonging_it(web: Web) -> None:
    web.sign_in()
    web.clock.time += 14 * MINUTE
    assert web.browser.get("/session").json() == {"left_s": 60}
    assert web.browser.get("/session").json() == {"left_s": 60}
    web.browser.post("/session/touch", headers={"origin": HERE})
    assert web.browser.get("/session").json() == {"left_s": 900}
    web.clock.time += 15 * MINUTE
    assert web.browser.get("/session").status_code == 401


def test_turning_to_a_page_is_input_and_fetching_its_parts_is_not(web: Web) -> None:
    web.sign_in()
    before = last_input(web)
    web.clock.time += MINUTE
    web.browser.get("/static/js/index.js", headers={"sec-fetch-mode": "cors"})
    assert last_input(web) == before
    web.browser.get("/", headers=NAVIGATION)
    assert last_input(web) != before
