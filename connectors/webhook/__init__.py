"""Messages to a program of the house: JSON, signed, one HTTP request each."""

from connectors.webhook.sender import open_webhook

__all__ = ["open_webhook"]
