"""What does an editor check while a record is written? The JSON Schema of the record model, with its descriptions."""

import inspect
import json
from pathlib import Path
from typing import Any

from ...export.docstrings import field_docstrings
from ...law import records as models

__all__ = ["record_schema", "write"]


def record_schema() -> dict[str, Any]:
    """The JSON Schema of a record file; the descriptions are the docstrings under the fields of the models."""
    schema = models.Record.model_json_schema(by_alias=True, mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    described = field_docstrings(models.__name__)
    for title, definition in {**schema["$defs"], "Record": schema}.items():
        model = getattr(models, title)
        definition["description"] = (inspect.getdoc(model) or "").partition("\n\n")[0].replace("\n", " ")
        # A model that may also be written as a bare value is one of several alternatives.
        for table in definition.get("anyOf", [definition]):
            for (owner, name), text in described.items():
                if owner == title and "properties" in table:
                    table["properties"][model.model_fields[name].alias or name]["description"] = text
    return schema


def write(out: Path) -> None:
    """Write the schema to a file."""
    out.write_text(json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n", "utf-8", newline="\n")
