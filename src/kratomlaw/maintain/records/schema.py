"""What does an editor check while a record is written? The JSON Schema of a record, with its descriptions."""

import json
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter

from ...law.records import Record

__all__ = ["record_schema", "write"]


def record_schema() -> dict[str, Any]:
    """The JSON Schema of a record file; the descriptions are the docstrings under the fields."""
    schema = TypeAdapter(Record).json_schema(by_alias=True, mode="validation")
    _write_days_in_quotes(schema)
    del schema["$defs"]["Citation"]["properties"]["host"]  # worked out when records are compiled, never written
    return {**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}


def _write_days_in_quotes(schema: object) -> None:
    """Say of days what they look like: editors take ``"format": "date"`` for TOML's own dates without quotes."""
    if isinstance(schema, list):
        for part in cast("list[object]", schema):
            _write_days_in_quotes(part)
    elif isinstance(schema, dict):
        table = cast("dict[str, object]", schema)
        if table.get("format") == "date":
            del table["format"]
            table["pattern"] = r"^\d{4}-\d{2}-\d{2}$"
        for part in table.values():
            _write_days_in_quotes(part)


def write(out: Path) -> None:
    """Write the schema to a file."""
    out.write_text(json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")
