#!/usr/bin/env bash
# Versions:  pydantic 2.14.4 (Python 3.11)
# Expected:  a standard-library dataclass whose __get_pydantic_core_schema__ wraps handler(source) in a "before" validator
#            (so that a bare text stands for the object) is validated alike wherever it is used as a field.
# Seen:      only the first field of that type goes through the wrapper. The second refers to the inner schema by its name:
#            there a bare text is refused. A marker in Annotated, on each field, works for both.
# Output:    hook first: Rule(status='banned')
#            hook second: dataclass_type
#            marker first: Rule(status='banned')
#            marker second: Rule(status='banned')
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
environment/bin/python -m pip install --quiet --disable-pip-version-check pydantic==2.14.4 2>/dev/null

cat > one.py <<'PYTHON'
from dataclasses import dataclass
from typing import Annotated

from pydantic import TypeAdapter, ValidationError
from pydantic_core import core_schema


def wrapped(source, handler):
    def short_form(value):
        return {"status": value} if isinstance(value, str) else value

    return core_schema.no_info_before_validator_function(short_form, handler(source))


class Marker:
    def __get_pydantic_core_schema__(self, source, handler):
        return wrapped(source, handler)


def rules(hook):
    @dataclass
    class Rule:
        status: str

    if hook:
        Rule.__get_pydantic_core_schema__ = classmethod(lambda cls, source, handler: wrapped(source, handler))
    field = Rule if hook else Annotated[Rule, Marker()]

    @dataclass
    class Rules:
        first: field
        second: field

    return TypeAdapter(Rules)


whole = {"status": "legal"}
for name, adapter in (("hook", rules(True)), ("marker", rules(False))):
    for place in ("first", "second"):
        try:
            made = getattr(adapter.validate_python({"first": whole, "second": whole, place: "banned"}), place)
            print(f"{name} {place}: {repr(made).rpartition('.')[2]}")
        except ValidationError as error:
            print(f"{name} {place}: {error.errors()[0]['type']}")
PYTHON

environment/bin/python one.py > seen
cat seen

diff - seen <<'EXPECTED' || { echo "This is no longer what is seen." >&2; exit 1; }
hook first: Rule(status='banned')
hook second: dataclass_type
marker first: Rule(status='banned')
marker second: Rule(status='banned')
EXPECTED
