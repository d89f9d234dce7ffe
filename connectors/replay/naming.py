"""Names of sources that say nothing about a patient."""

import os
from hashlib import blake2s
from pathlib import Path

_LENGTH = 4  # bytes: enough to tell the few sources of a clinic apart


def name_of(scheme: str, path: Path) -> str:
    """`scheme` and a digest of the file's name, such as `csv:5f0c1d2e`.

    A file is often called after its patient, and a source's name stands in logs. The folder
    counts for nothing, so that a file that was moved stays the same source.
    """
    return f"{scheme}:{blake2s(os.fsencode(path.name), digest_size=_LENGTH).hexdigest()}"
