"""Where streams come in: one folder a source, all opened by `open_source`.

A source is written `scheme:rest`, for example `wfdb:PATH`, `csv:PATH?map=FILE` or
`sim:ward?beds=12`. Connectors from outside register under the entry point group
`sereno.connectors`; every connector passes the suite in tests/contract/connectors.
"""

from connectors.opening import Address, Opening, known_schemes, open_source

__all__ = ["Address", "Opening", "known_schemes", "open_source"]
