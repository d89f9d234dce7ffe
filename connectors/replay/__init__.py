"""Recordings played back as if they came from the bedside: WFDB records, CSV and Parquet."""
