"""Values as Parquet files in a folder, for whoever analyses them."""

from connectors.parquet.folder import open_folder

__all__ = ["open_folder"]
