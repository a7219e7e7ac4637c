"""How do you get the whole dataset into a database or a notebook, or into a shop? As flat tables and lists in files."""

from .dataset_tables import flat_tables
from .flat import FlatColumn, FlatTable, Kind
from .shipping import ShippingArea, ShippingBasis, ShippingList, ShippingRow, ShippingVerdict, shipping_list
from .shipping_files import export_shipping
from .writers import Format, export

__all__ = [
    "FlatColumn",
    "FlatTable",
    "Format",
    "Kind",
    "ShippingArea",
    "ShippingBasis",
    "ShippingList",
    "ShippingRow",
    "ShippingVerdict",
    "export",
    "export_shipping",
    "flat_tables",
    "shipping_list",
]
