"""What needs no extra: ``python -m kratomlaw.maintain build | schema | places``; the rest is ``kratomlaw data``."""

import argparse
import sys
from pathlib import Path

from ..errors import InvalidDataError
from . import schema
from .compile import build

_DATA = Path("data")
_PACKAGE_DATA = Path("src/kratomlaw/_data")


def main(arguments: list[str] | None = None) -> int:
    """Run one command in the root of a clone.

    Args:
        arguments: The command line; None for that of the process.

    Returns:
        The exit code: 0 when all is well, 1 when there are problems.
    """
    parser = argparse.ArgumentParser(prog="python -m kratomlaw.maintain", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    compile_ = commands.add_parser("build", help="compile data/ into the dataset of the package")
    compile_.add_argument("--data", type=Path, default=_DATA, help="the data folder")
    compile_.add_argument("--out", type=Path, default=_PACKAGE_DATA, help="where to write")
    commands.add_parser("schema", help="write the JSON Schema of a record")
    places = commands.add_parser("places", help="generate the bundled names of places")
    places.add_argument("subdivisions", type=Path, help="folder «subdivisions» of cldr-subdivisions-full")
    options = parser.parse_args(arguments)

    if options.command == "build":
        try:
            count = build(options.data, options.out)
        except InvalidDataError as error:
            _print(error.problems)
            print(error, file=sys.stderr)
            return 1
        print(f"{count} records compiled")
    elif options.command == "schema":
        schema.write(_DATA / "schema/record.schema.json")
    else:
        from .places import generate  # needs the extra «dev»

        generate(_DATA / "places/aliases.toml", options.subdivisions, _PACKAGE_DATA)
    return 0


def _print(problems: tuple[object, ...]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
