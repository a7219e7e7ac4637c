"""What needs no extra: ``python -m kratomlaw.maintain build | schema | places | compare | shapes | pictures``.

The rest is ``kratomlaw data``.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from ..errors import DataError, InvalidDataError
from .records import schema
from .records.compile import build
from .review.double_coding import compare_files

_DATA = Path("data")
_PACKAGE_DATA = Path("src/kratomlaw/data/_bundled")


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
    second = commands.add_parser("compare", help="compare second codings with the records, for data/readings.toml")
    second.add_argument("files", type=Path, nargs="+", help="second codings, in the form of record files")
    second.add_argument("--data", type=Path, default=_DATA, help="the data folder")
    second.add_argument("--on", type=date.fromisoformat, required=True, help="the day of the second coding")
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
    elif options.command == "compare":
        try:
            print(compare_files(options.files, data=options.data, on=options.on), end="")
        except DataError as error:
            print(f"{error.message} {error.hint}", file=sys.stderr)
            return 1
    return 0


def _print(problems: tuple[object, ...]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
