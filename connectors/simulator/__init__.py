"""A ward of beds that never were: plausible, correlated physiology from one seed.

`sim:ward?beds=12&scenario=mixed&seed=7`; see docs/reference/connectors.md.
"""

from connectors.simulator.ward import Ward, open_ward

__all__ = ["Ward", "open_ward"]
