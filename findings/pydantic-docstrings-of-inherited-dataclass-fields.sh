#!/usr/bin/env bash
# Versions:  pydantic 2.14.4 (Python 3.11)
# Expected:  with use_attribute_docstrings the text under a field becomes its description in the JSON Schema of the class and
#            of those that inherit the field, for dataclasses of the standard library as for models.
# Seen:      a model that inherits a field keeps its description. A dataclass that inherits one loses it, without a warning:
#            only fields of its own body are described.
# Output:    model {'a': 'first', 'b': 'second'}
#            dataclass {'a': None, 'b': 'second'}
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check pydantic==2.14.4 2>/dev/null

cat > one.py <<'PYTHON'
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter


class Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    a: int
    """first"""


class LaterModel(Model):
    b: int
    """second"""


@dataclass
class Data:
    __pydantic_config__ = {"use_attribute_docstrings": True}

    a: int
    """first"""


@dataclass
class LaterData(Data):
    b: int
    """second"""


for name, kind in (("model", LaterModel), ("dataclass", LaterData)):
    fields = TypeAdapter(kind).json_schema()["properties"]
    print(name, {field: described.get("description") for field, described in fields.items()})
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
model {'a': 'first', 'b': 'second'}
dataclass {'a': None, 'b': 'second'}
EXPECTED
