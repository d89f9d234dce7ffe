"""The chain that makes a removed or altered line of the audit log show.

Each line's link is a keyed hash of the line and of the link before it: without the key nobody can
make a chain that holds. The newest link is noted in the key store, so that a log cut off at its
end, or an old one put back, shows too.
"""

import hmac
from typing import Final

from privacy.envelope import identity

FIRST_LINK: Final = bytes(32)


def link(key: bytes, previous: bytes, number: int, time: int, sealed: bytes) -> bytes:
    """The link of line `number`, written at `time` (microseconds since 1970), after `previous`."""
    return hmac.digest(key, identity("audit", previous, number, time, sealed), "sha256")
