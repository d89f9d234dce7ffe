"""HL7 v2 over MLLP: bedside monitors, gateways and the hospital's ADT feed.

`framing` and `parsing` turn bytes into segments, `reading` segments into batches, `answers` and
`writing` are the way back, and `listener` is the Connector.
"""

from connectors.mllp.listener import open_mllp

__all__ = ["open_mllp"]
