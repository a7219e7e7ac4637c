"""Where does the JSON Schema of a record come from? ``python tools/schema.py`` writes it from the record models."""

from pathlib import Path

from kratomlaw.maintain.records.schema import write

__all__ = ["main"]

_SCHEMA = Path("data/schema/record.schema.json")


def main() -> None:
    """Write ``data/schema/record.schema.json``; run it in the root of a clone."""
    write(_SCHEMA)


if __name__ == "__main__":
    main()
