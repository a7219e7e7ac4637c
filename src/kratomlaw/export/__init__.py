"""How does the whole dataset come into a database or a notebook? As four flat tables with a data dictionary."""

from .tables import FlatColumn, FlatTable, Kind, flat_tables
from .writers import Format, export

__all__ = ["FlatColumn", "FlatTable", "Format", "Kind", "export", "flat_tables"]
