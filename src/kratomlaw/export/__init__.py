"""How do you get the whole dataset into a database or a notebook? As four flat tables with a data dictionary."""

from .dataset_tables import FlatColumn, FlatTable, Kind, flat_tables
from .writers import Format, export

__all__ = ["FlatColumn", "FlatTable", "Format", "Kind", "export", "flat_tables"]
