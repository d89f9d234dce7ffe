"""The stream in: sources are read, and what they bring is kept, scored and alarmed on.

`ingestion` runs the loop, `sources` read, `roster` says whom this process watches, `writer` works
out what one `transaction` keeps, `commands` are carried out in between, and `stay` says who is to
be watched no more, or again.
"""

from sereno.services.ingestion.ingestion import IngestBounds, Ingestion, Retention
from sereno.services.ingestion.tally import Tally

__all__ = ["IngestBounds", "Ingestion", "Retention", "Tally"]
