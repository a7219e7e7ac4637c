"""Which word of ours does an argument mean? Products, levels and statuses, as a caller may write them."""

from enum import StrEnum
from typing import TypeVar

from ..errors import InvalidQueryError
from .words import Product

__all__ = ["parse_product", "parse_word"]

_W = TypeVar("_W", bound=StrEnum)

_OTHER_NAMES = {
    Product.LEAF: ("leaf powder", "leaves", "natural leaf", "powder", "tea", "capsule", "capsules", "kratom"),
    Product.EXTRACT: ("extracts", "leaf extract", "kratom extract"),
    Product.SEVEN_OH: ("7oh", "7 oh", "7-hydroxymitragynine", "7 hydroxymitragynine"),
}
_BY_NAME = {name: product for product, names in _OTHER_NAMES.items() for name in (product.value, *names)}


def parse_product(value: Product | str) -> Product:
    """Answer which product an argument means.

    Args:
        value: A ``Product``, or a text in any case: ``"leaf"`` (also powder, tea, capsules), ``"extract"`` or
            ``"7-oh"`` (also 7-hydroxymitragynine).

    Returns:
        The product.

    Raises:
        InvalidQueryError: There is no such product.

    Example:
        >>> parse_product("7-OH"), parse_product("Capsules")
        (<Product.SEVEN_OH: '7-oh'>, <Product.LEAF: 'leaf'>)
    """
    if isinstance(value, Product):
        return value
    if isinstance(value, str):
        name = " ".join(value.lower().split())
        known = _BY_NAME.get(name) or _BY_NAME.get(name.removeprefix("kratom ")) or _BY_NAME.get(name.replace(" ", "-"))
        if known:
            return known
    return parse_word(Product, value)


def parse_word(kind: type[_W], value: _W | str) -> _W:
    """Answer which member of a vocabulary an argument means.

    Args:
        kind: The vocabulary, such as ``Level``.
        value: A member, or its text.

    Returns:
        The member.

    Raises:
        InvalidQueryError: There is no such member.

    Example:
        >>> from kratomlaw import Level
        >>> parse_word(Level, "county")
        <Level.COUNTY: 'county'>
    """
    try:
        return kind(value)
    except ValueError:
        name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).strip()
        article = "an" if name[0] in "aeiou" else "a"
        raise InvalidQueryError(
            f"{str(value)[:40]!r} is not {article} {name}.", hint=f"Ask for one of {', '.join(kind)}."
        ) from None
