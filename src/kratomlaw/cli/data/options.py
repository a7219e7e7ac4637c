"""Which options do the commands for maintainers share?"""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["DATA", "PACKAGE_DATA", "DataOption", "DayOption", "JsonOption"]

DATA = Path("data")
PACKAGE_DATA = Path("src/kratomlaw/data/_bundled")

DataOption = Annotated[Path, typer.Option("--data", help="The data folder of a clone.")]
DayOption = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day; today by default.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
