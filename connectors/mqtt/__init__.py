"""Vital signs from an MQTT 5 broker: `mqtt://USER@HOST/TOPIC/#?template=NAME`.

`packets` is the protocol, `link` a connection, `template` what a message means, `decoding` the
meaning compiled, `subscriber` the connector; see docs/connectors/mqtt.md.
"""

from connectors.mqtt.subscriber import Subscriber, open_mqtt

__all__ = ["Subscriber", "open_mqtt"]
