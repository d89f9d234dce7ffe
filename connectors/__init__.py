"""Where streams come in and go out: one folder a kind, all opened by `open_source`.

Or, for those who are told, by `open_destination`.

A source is written `scheme:rest`, for example `wfdb:PATH`, `csv:PATH?map=FILE` or
`sim:ward?beds=12`; so is a destination. Those from outside register under the entry point groups
`sereno.connectors` and `sereno.destinations`; each passes the suite in tests/contract/connectors.
"""

from connectors.opening import (
    TOLD_OF_RECORDINGS,
    Address,
    Opening,
    known_destinations,
    known_schemes,
    open_destination,
    open_source,
    place_of,
)

__all__ = [
    "TOLD_OF_RECORDINGS",
    "Address",
    "Opening",
    "known_destinations",
    "known_schemes",
    "open_destination",
    "open_source",
    "place_of",
]
