"""What of older releases may go? A page that is still open somewhere loads what was made for it, but not for ever."""

import re
import shutil
from pathlib import Path

__all__ = ["ASSETS", "drop_old_assets"]

ASSETS = "assets"
"""The folder in which each release has a folder for what its pages load."""
_KEPT = 2
"""How many releases keep theirs: the newest, and the one before, whose pages may be open or in a cache."""


def drop_old_assets(out: Path) -> None:
    """Remove the folders of scripts and styles that no page of the last two releases loads.

    Args:
        out: The folder of a site; without one nothing happens.

    Example:
        >>> drop_old_assets(Path("no-such-folder"))
    """
    folders = [path for path in (out / ASSETS).glob("*") if re.fullmatch("[0-9a-f]{8}", path.name)]
    start = out / "index.html"
    current = re.search(rb"assets/([0-9a-f]{8})/", start.read_bytes()) if start.is_file() else None
    if current is None:
        return
    name = current[1].decode()
    folders.sort(key=lambda path: (path.name == name, path.stat().st_mtime_ns), reverse=True)
    for path in folders[_KEPT:]:
        shutil.rmtree(path)
