"""What do the docstrings under the fields of our classes say? They are not kept at run time, so the source is read."""

import ast
import inspect
import sys
from functools import cache

__all__ = ["docstring_of", "field_docstrings", "first_paragraph"]


@cache
def field_docstrings(module: str) -> dict[tuple[str, str], str]:
    """Read the docstrings under the fields and members of the classes of a module.

    Args:
        module: The full name of a module that is imported.

    Returns:
        The docstrings on one line, by the names of class and field.

    Example:
        >>> field_docstrings("kratomlaw.law.words")["Status", "BANNED"]
        'A binding instrument prohibits its sale or its possession.'
    """
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, text in zip(node.body, node.body[1:], strict=False):
            name = _name_of(field)
            if name and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                found[node.name, name] = " ".join(str(text.value.value).split())
    return found


def _name_of(field: ast.stmt) -> str | None:
    """The name that a statement in the body of a class gives a value to."""
    targets = (
        field.targets if isinstance(field, ast.Assign) else [field.target] if isinstance(field, ast.AnnAssign) else []
    )
    return next((target.id for target in targets if isinstance(target, ast.Name)), None)


def docstring_of(kind: type, name: str) -> str:
    """Read the docstring under a field of a class or of those it inherits from, or under a member of an enumeration.

    Raises:
        KeyError: There is none.

    Example:
        >>> from kratomlaw import Product
        >>> docstring_of(Product, "LEAF")
        'Natural leaf, powder or tea.'
    """
    for owner in kind.__mro__:
        if owner.__module__ in sys.modules and owner.__module__ != "builtins":
            found = field_docstrings(owner.__module__).get((owner.__name__, name))
            if found is not None:
                return found
    raise KeyError(name)


def first_paragraph(kind: type) -> str:
    """The first paragraph of a class's docstring, on one line.

    Example:
        >>> from kratomlaw import Citation
        >>> first_paragraph(Citation)
        'Where a fact is written.'
    """
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())
