"""What is kept, told to others: from the outbox, to each destination, until it has it."""

from sereno.services.delivery.deliverer import Bounds, Named
from sereno.services.delivery.delivery import Delivery
from sereno.services.delivery.health import DestinationState

__all__ = ["Bounds", "Delivery", "DestinationState", "Named"]
