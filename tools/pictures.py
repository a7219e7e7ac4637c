"""Where do the pictures of the documents come from? Two maps and a terminal session, made from the bundled data.

``python tools/pictures.py`` writes them into ``docs/pictures``. The same data gives the same bytes: the maps show the
day on which it was made, the session asks for fixed days.
"""

import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kratomlaw.client import KratomLaw
from kratomlaw.web import map_svg

__all__ = ["draw_pictures", "main"]

_COLUMNS = 100
_SESSION = (
    ("lookup", "New Orleans, Louisiana", "--on", "2026-01-15"),
    ("timeline", "Rhode Island"),
)


def draw_pictures(out: Path) -> tuple[Path, ...]:
    """Write the pictures; needs the extras ``cli`` and ``web`` and a system with pseudo-terminals.

    Args:
        out: The folder; it is made if it is not there.

    Returns:
        The files.

    Raises:
        CalledProcessError: A command of the session failed.
    """
    day = KratomLaw(offline=True).dataset().built_on
    pictures = {
        "map-us.svg": map_svg("us", on=day),
        "map-world.svg": map_svg("world", on=day),
        "terminal.svg": _terminal(_SESSION),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, content in pictures.items():
        (out / name).write_text(content, "utf-8", newline="\n")
    return tuple(out / name for name in pictures)


def _terminal(session: Sequence[Sequence[str]]) -> str:
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=_COLUMNS, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    with console.file:
        for words in session:
            console.print(Text.assemble(("$ ", "bold green"), f"kratomlaw {shlex.join(words)}"))
            console.print(Text.from_ansi(_printed(words)))
        # A picture asks nobody for a font.
        plain = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
        return console.export_svg(title="kratomlaw", code_format=plain, unique_id="kratomlaw")


def _printed(words: Sequence[str]) -> str:
    """What a real command prints on a real terminal."""
    primary, secondary = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KRATOMLAW_")}
    environment.pop("NO_COLOR", None)
    environment |= {"TERM": "xterm-256color", "COLUMNS": str(_COLUMNS), "KRATOMLAW_MAX_AGE": "99999"}
    command = [sys.executable, "-m", "kratomlaw", *words]
    process = subprocess.Popen(command, stdout=secondary, stderr=secondary, env=environment)  # noqa: S603
    os.close(secondary)
    printed = b""
    while True:
        try:
            part = os.read(primary, 4096)
        except OSError:  # Linux says so when the other side is closed
            break
        if not part:
            break
        printed += part
    os.close(primary)
    if process.wait() != 0:
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return printed.decode().replace("\r\n", "\n")


def main() -> None:
    """Write the pictures; run it in the root of a clone."""
    draw_pictures(Path("docs/pictures"))


if __name__ == "__main__":
    main()
