"""Vital signs from Bluetooth LE devices: `ble:ADDRESS?patient=env:NAME`.

`fields` reads numbers of IEEE 11073 and times, `measurements` characteristics, `meaning` tells what
they are in the vocabulary, `dating` when they were measured, `records` what a device has stored.
`radio` is the way to bleak, `session` a connection, `device` the connector; see
docs/connectors/ble.md.
"""

from connectors.ble.device import OPTIONS, Device, open_ble

__all__ = ["OPTIONS", "Device", "open_ble"]
