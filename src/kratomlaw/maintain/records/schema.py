"""What does an editor check while a record is written? The JSON Schema of a record, with its descriptions."""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ...law.records import Record

__all__ = ["record_schema", "write"]


def record_schema() -> dict[str, Any]:
    """The JSON Schema of a record file; the descriptions are the docstrings under the fields."""
    schema = TypeAdapter(Record).json_schema(by_alias=True, mode="validation")
    return {**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"}


def write(out: Path) -> None:
    """Write the schema to a file."""
    out.write_text(json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")
