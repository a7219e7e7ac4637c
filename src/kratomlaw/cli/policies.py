"""Which policy do the options of a command make?"""

import sys
from collections.abc import Sequence
from pathlib import Path

import kratomlaw

__all__ = ["policy_of"]

_MAX_BYTES = 1_000_000
"""How many bytes a policy may have: no device and no wrong file fills the memory."""


def policy_of(
    file: str | None, meets: Sequence[str], settings: Sequence[str], max_evidence_age: int | None = None
) -> kratomlaw.Policy:
    """The policy of a command: that of the file, or the default one, with what the options say otherwise."""
    base = kratomlaw.Policy.from_json(_read(file)) if file else kratomlaw.Policy()
    values = base.to_dict()
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name == "meets":
            raise kratomlaw.InvalidQueryError(
                f"{setting[:40]!r} is not a setting of the policy.",
                hint="Write it as in --set unknown=review; for conditions that are met, --meets.",
            )
        values[name.replace("-", "_")] = int(value) if value.isdecimal() else value
    if max_evidence_age is not None:
        values["max_evidence_age_days"] = max_evidence_age
    values["meets"] = [*base.meets, *(kind.strip() for given in meets for kind in given.split(","))]
    return kratomlaw.Policy(**values)  # type: ignore[arg-type]  # checked when it is made


def _read(file: str) -> bytes:
    if file == "-":
        content = sys.stdin.buffer.read(_MAX_BYTES + 1)
    else:
        with Path(file).open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise kratomlaw.InvalidQueryError(f"The policy is longer than {_MAX_BYTES:,} bytes.", hint="Name another file.")
    return content
