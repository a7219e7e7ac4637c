#!/usr/bin/env bash
# Versions:  typer 0.25.1 and 0.26.0, with click 8.4.0 and 8.5.0 (Python 3.11)
# Expected:  the help text of a typer.Argument stands in --help with every click that typer's own requirement allows.
# Seen:      typer 0.25.1 accepts click 8.5.0, but with it the help texts of arguments are gone: --help still lists the
#            argument, without a word of warning; those of options stay. With click 8.4.0, and from typer 0.26.0 on, both
#            are shown. A program that allows "typer>=0.16" loses them on the day click is updated.
# Output:    typer 0.25.1 click 8.4.0: argument shown, option shown
#            typer 0.25.1 click 8.5.0: argument lost, option shown
#            typer 0.26.0 click 8.5.0: argument shown, option shown
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment

cat > program.py <<'PYTHON'
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def main(
    place: Annotated[str, typer.Argument(help="A town and its state.")],
    on: Annotated[str, typer.Option(help="A day, as in 2026-11-30.")] = "",
) -> None:
    print(place, on)


app()
PYTHON

shown() { if grep -q "$1" help.txt; then echo shown; else echo lost; fi; }

try_with() { # the requirements
  environment/bin/python -m pip install --quiet --disable-pip-version-check "$@" 2>/dev/null
  environment/bin/python program.py --help > help.txt
  echo "${*//==/ }: argument $(shown "A town and its state"), option $(shown "A day, as in")"
}

{
  try_with typer==0.25.1 click==8.4.0
  try_with typer==0.25.1 click==8.5.0
  try_with typer==0.26.0 click==8.5.0
} | tee output.txt

diff output.txt - <<'EXPECTED'
typer 0.25.1 click 8.4.0: argument shown, option shown
typer 0.25.1 click 8.5.0: argument lost, option shown
typer 0.26.0 click 8.5.0: argument shown, option shown
EXPECTED
