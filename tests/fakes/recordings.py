"""Small recordings written with other people's libraries, for the replay connectors to read."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import numpy as np


def write_record(
    folder: Path,
    name: str,
    signals: Mapping[str, tuple[str, Sequence[float]]],
    *,
    rate: float,
    begins: tuple[date, time] | None = None,
    comments: Sequence[str] = (),
    per_frame: Sequence[int] | None = None,
) -> Path:
    """A single-segment WFDB record: `signals` maps a name to its unit and values."""
    import wfdb

    columns = [np.asarray(values, dtype=float) for _, values in signals.values()]
    more: dict[str, Any] = (
        {"p_signal": np.column_stack(columns)}
        if per_frame is None
        else {"e_p_signal": columns, "samps_per_frame": list(per_frame)}
    )
    wfdb.wrsamp(
        name,
        fs=rate,
        units=[unit for unit, _ in signals.values()],
        sig_name=list(signals),
        fmt=["16"] * len(signals),
        adc_gain=[10.0] * len(signals),
        baseline=[0] * len(signals),
        base_date=begins[0] if begins else None,
        base_time=begins[1] if begins else None,
        comments=list(comments),
        write_dir=str(folder),
        **more,
    )
    return folder / name


def write_parquet(path: Path, columns: Mapping[str, Any]) -> Path:
    """A Parquet file of `columns`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(dict(columns)), path)
    return path
