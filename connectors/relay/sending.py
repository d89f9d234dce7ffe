"""The edge box's side: a Destination that is another Sereno."""

import json
import logging
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from socket import gaierror
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread

from connectors.opening import Opening, is_loopback
from connectors.relay import wire
from connectors.serving import SHORTEST_TOKEN
from sereno.domain.errors import RefusedByPeer, SourceError
from sereno.domain.patients import Patient
from sereno.ports import Clock, Outgoing, Topic
from sereno.scoring.limits import MOST_AHEAD

if TYPE_CHECKING:
    import httpx2

OPTIONS: Final = ("secret", "tls_ca")
PORT: Final = 8444
MOST: Final = 192  # told at a time
PORTION: Final = 4 << 20  # bytes of a message before compression, about
_LEAST_PORTION: Final = 64 << 10
_CONNECT_WAIT: Final = 10.0  # s
_STEP_WAIT: Final = 30.0  # s to send or receive a piece
_ANSWER_WAIT: Final = 50.0  # s for the answer: longer than the hospital itself waits
_IDLE: Final = 15.0  # s a connection is kept: less than the hospital keeps it
_MOST_KNOWN: Final = 4096  # patients
_LARGEST_ANSWER: Final = 64 << 10  # bytes
_REFUSED: Final = frozenset({400, 422})  # with an `error`: without, another one said so
_MOST_CAUSES: Final = 10
_LONGEST_REASON: Final = 200  # characters

NOBODY: Final = (
    "nobody listens at that address; check the host and the port, and that Sereno runs there with "
    "a source relay:"
)
NO_HOST: Final = "no machine has that name; check the host, and the network's name service"
NO_WAY: Final = "the hospital can not be reached; check the network, and the firewalls between"
NO_ANSWER: Final = "the hospital does not answer in time; it is told again"
CUT: Final = "the connection was cut; it is told again"
ENDED: Final = (
    "what answers there ends the connection at once; check that the hospital's Sereno runs behind "
    "it"
)
NO_TLS: Final = (
    "what answers there does not speak TLS as it should; check the port, and that the hospital's "
    "relay: has tls_certificate= and tls_key="
)
OTHER_NAME: Final = (
    "the hospital's certificate is for another name; write the host as the certificate has it"
)
OUT_OF_DATE: Final = (
    "the hospital's certificate is not valid today; renew it, or set this machine's clock"
)
NO_AUTHORITY: Final = (
    "the hospital's certificate is signed by nobody known here; add tls_ca=FILE with the "
    "certificate of the authority that signed it"
)
NOT_KNOWN: Final = (
    "the hospital does not know this secret; check secret= here and secret= or edges= there"
)
NO_RELAY: Final = (
    "what answers there takes nothing from edge boxes; check the host and the port of relay:"
)
OLDER: Final = "the hospital's Sereno reads other messages; upgrade it before the edge box"
SMALL: Final = (
    "something between takes no messages of this size; raise what the proxy there allows to 16 MB"
)
BUSY: Final = "the hospital can take no more for now; it is told again"
BETWEEN: Final = (
    "something before the hospital's Sereno refuses what is told; see the log of the proxy there, "
    "and whether it asks for a certificate"
)


def open_sending(opening: Opening) -> "Sending":
    """`sereno+https://HOST:8444?secret=file:/PATH`."""
    opening.allow_options(*OPTIONS)
    address = opening.address(PORT)
    plain = opening.scheme == "sereno+http"
    if address.user:
        raise SourceError("an address holds no user; write secret=file:/PATH")
    if plain and not is_loopback(address.host):
        raise SourceError("what is measured must travel encrypted; write sereno+https://")
    secret = opening.secret("secret")
    if secret is None:
        raise SourceError("the hospital takes nothing without a secret; add secret=file:/PATH")
    if len(secret) < SHORTEST_TOKEN or not secret.isascii():
        raise SourceError(f"the secret is {SHORTEST_TOKEN} letters and digits or more; check it")
    host = f"[{address.host}]" if ":" in address.host else address.host
    place = f"{address.rest.strip('/')}/relay".lstrip("/")
    peer = Peer(
        url=f"{'http' if plain else 'https'}://{host}:{address.port}/{place}",
        secret=secret,
        authority=opening.existing("tls_ca"),
    )
    return Sending(f"sereno:{address.host}", peer, opening.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The Sereno that is told. `authority` holds certificates; None is for those of the machine."""

    url: str
    secret: str = field(repr=False)
    authority: Path | None = None


class Sending:
    """A Destination: another Sereno, which is told all that is measured and who has gone."""

    topics = frozenset({Topic.MEASURED, Topic.STAY})
    live_first = True
    most = MOST

    def __init__(self, name: str, peer: Peer, clock: Clock) -> None:
        for quiet in ("httpx2", "httpcore2"):
            logging.getLogger(quiet).setLevel(logging.WARNING)
        self.name = name
        self._peer = peer
        self._clock = clock
        self._portion = PORTION
        self._newest: dict[str, tuple[int, Patient]] = {}
        self._kept: httpx2.AsyncClient | None = None

    async def deliver(self, told: Sequence[Outgoing]) -> None:
        """Tell it, in this order; see `sereno.ports.Destination`."""
        if self._kept is None:
            self._kept = self._client()
        for portion in wire.portions(list(map(self._as_known, told)), self._portion):
            await self._tell(self._kept, portion)

    async def check(self) -> str:
        """Whether it would take what it is told. Raises SourceError."""
        async with self._client() as client:
            status, answer = await self._ask(client, "GET")
        _judge(status)
        if answer.get("sereno") != "relay":
            raise SourceError(NO_RELAY)
        if answer.get("version") != wire.VERSION:
            raise SourceError(OLDER)
        apart = _apart(answer.get("time"), self._clock.now())
        return f"the hospital answers and calls this box {_line(answer.get('edge'))}; {apart}"

    async def close(self) -> None:
        """Let go of the connection."""
        client, self._kept = self._kept, None
        if client is not None:
            await client.aclose()

    def _as_known(self, one: Outgoing) -> Outgoing:
        """One told, about its patient as known last: what has waited must move nobody back."""
        who = one.patient.id
        number, known = self._newest.pop(who, (one.number, one.patient))
        if number <= one.number:
            number, known = one.number, one.patient
        self._newest[who] = number, known
        if len(self._newest) > _MOST_KNOWN:
            del self._newest[next(iter(self._newest))]
        return one if known is one.patient else replace(one, patient=known)

    async def _tell(self, client: "httpx2.AsyncClient", portion: list[Outgoing]) -> None:
        """Tell one portion; in smaller ones where it is too large, or one of it is not understood.

        What is told twice by that the hospital knows once.
        """
        message = wire.Message(self._clock.now(), tuple(portion))
        content = await anyio.to_thread.run_sync(wire.encode, message)
        status, answer = await self._ask(client, "POST", content)
        weight = sum(map(wire.weight, portion))
        if status == 413 and weight > _LEAST_PORTION:
            self._portion = max(_LEAST_PORTION, min(self._portion, weight) // 2)
            smaller = list(wire.portions(portion, self._portion))
        elif status in _REFUSED and not isinstance(answer.get("error"), str):
            raise SourceError(BETWEEN)
        elif status == 400 and len(portion) > 1:
            smaller = [[each] for each in portion]
        elif status in _REFUSED:
            raise _refused(answer, portion)
        else:
            _judge(status)
            return
        for each in smaller:
            await self._tell(client, each)

    async def _ask(
        self, client: "httpx2.AsyncClient", method: str, content: bytes | None = None
    ) -> tuple[int, dict[str, Any]]:
        """The status and what is told with it. Raises SourceError where there is no answer."""
        import httpx2

        try:
            async with client.stream(method, self._peer.url, content=content) as response:
                return response.status_code, await _told(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as exc:
            raise SourceError(_why(exc)) from exc

    def _client(self) -> "httpx2.AsyncClient":
        import httpx2

        verify: ssl.SSLContext | bool = True
        if self._peer.authority is not None:
            try:
                verify = ssl.create_default_context(cafile=self._peer.authority)
            except (OSError, ValueError) as exc:
                raise SourceError(
                    "tls_ca holds no certificate of an authority; check tls_ca="
                ) from exc
        headers = {"Authorization": f"Bearer {self._peer.secret}", "Content-Type": wire.MEDIA}
        return httpx2.AsyncClient(
            verify=verify,
            headers=headers,
            timeout=httpx2.Timeout(_STEP_WAIT, connect=_CONNECT_WAIT, read=_ANSWER_WAIT),
            limits=httpx2.Limits(max_connections=2, keepalive_expiry=_IDLE),
            follow_redirects=False,
            trust_env=False,
        )


async def _told(response: "httpx2.Response") -> dict[str, Any]:
    """What an answer holds; nothing where that is nothing of ours."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > _LARGEST_ANSWER:
            return {}
        pieces.append(piece)
    try:
        found = json.loads(b"".join(pieces))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _judge(status: int) -> None:
    """Raise SourceError where the answer is not that all is taken."""
    if status == 200:
        return
    if status in {401, 403}:
        raise SourceError(NOT_KNOWN)
    if status in {404, 405} or 300 <= status < 400:
        raise SourceError(NO_RELAY)
    if status == 413:
        raise SourceError(SMALL)
    if status == 415:
        raise SourceError(OLDER)
    if status in {408, 429, 502, 503, 504}:
        raise SourceError(BUSY)
    raise SourceError(f"the hospital answered {status}; see its log")


def _refused(answer: dict[str, Any], portion: list[Outgoing]) -> SourceError:
    """Which of them will never be taken, and why."""
    key = portion[0].key if len(portion) == 1 else answer.get("key")
    if key not in {each.key for each in portion}:
        return SourceError("the hospital refuses something and does not say what; see its log")
    return RefusedByPeer(str(key), f"the hospital refused it: {_line(answer.get('error'))}")


def _line(told: object) -> str:
    """What somebody else said, as a part of a line."""
    said = "".join(each for each in str(told) if each.isprintable())
    return said[:_LONGEST_REASON] if told else "it does not say"


def _apart(told: object, now: datetime) -> str:
    """How far the clocks are apart. Raises SourceError where that is too far."""
    try:
        theirs = datetime.fromisoformat(str(told)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise SourceError(NO_RELAY) from exc
    ahead = now - theirs
    if abs(ahead) > MOST_AHEAD:
        way = "ahead of" if ahead.total_seconds() > 0 else "behind"
        raise SourceError(
            f"this machine's clock is {abs(ahead.total_seconds()):.0f} s {way} the hospital's; set "
            "both by the network (NTP), or values are taken for old ones, or not believed"
        )
    return f"the clocks are {abs(ahead.total_seconds()):.1f} s apart"


def _why(error: BaseException) -> str:
    """Why there is no answer, in plain words."""
    import httpx2

    causes = list(_causes(error))
    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            return _CERTIFICATE.get(each.verify_code, NO_AUTHORITY)
    for kind, why in (
        (ssl.SSLEOFError, ENDED),
        (ssl.SSLError, NO_TLS),
        (gaierror, NO_HOST),
        (ConnectionRefusedError, NOBODY),
        ((httpx2.ConnectError, httpx2.ConnectTimeout), NO_WAY),
        (httpx2.TimeoutException, NO_ANSWER),
    ):
        if any(isinstance(each, kind) for each in causes):
            return why
    return CUT


# X509_V_ERR_... of OpenSSL's x509_vfy.h
_CERTIFICATE: Final = {9: OUT_OF_DATE, 10: OUT_OF_DATE, 62: OTHER_NAME, 64: OTHER_NAME}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from."""
    for _ in range(_MOST_CAUSES):
        if error is None:
            return
        yield error
        if isinstance(error, BaseExceptionGroup):
            for each in error.exceptions:
                yield from _causes(each)
        error = error.__cause__ or error.__context__
