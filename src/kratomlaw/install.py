"""How is kratomlaw installed? What messages tell people to type stands here alone."""

__all__ = ["ON_INDEX", "REINSTALL", "UPGRADE", "install"]

ON_INDEX = False
"""Whether the index of Python packages has the name. Until it has, messages say what works in a clone."""

_WHAT, _WHERE, _BEFORE = ("kratomlaw", "", "") if ON_INDEX else (".", " in a clone", ", after git pull")

UPGRADE = f"python -m pip install --upgrade {_WHAT}{_WHERE}{_BEFORE}"
"""What installs a newer version."""
REINSTALL = f"python -m pip install --force-reinstall {_WHAT}{_WHERE}"
"""What replaces damaged files."""


def install(extra: str) -> str:
    """Say what installs kratomlaw with an extra.

    Args:
        extra: Its name, as in ``pyproject.toml``.

    Example:
        >>> install("web")
        "python -m pip install '.[web]' in a clone"
    """
    return f"python -m pip install '{_WHAT}[{extra}]'{_WHERE}"
