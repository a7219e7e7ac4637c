"""Are these bytes a dataset that obeys the codebook? Everything from outside the package is validated here, once."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from ..errors import DataError, IntegrityError, InvalidDataError, SchemaVersionError
from ..install import UPGRADE
from ..law.records import SCHEMA_VERSION, Record
from ..law.texts import harmless
from ..law.words import Problem
from ..places.gazetteer import PlaceNames
from .bundled import bundled_counties, bundled_names
from .checks import check_record
from .dataset import Dataset, Origin
from .files import read_file
from .messages import to_plain_message
from .trial import try_out
from .versions import day_of, require_data_version

__all__ = ["open_file", "parse", "problems_of", "read_record", "record_json", "schema_error"]

_MAX_FILE = 100_000_000
"""How many bytes a dataset file that the user names may have: the limits for sources are lower."""
_LONGEST_KEY = 80
"""How many characters of a key that a record should not have are shown."""
_MANY = 100
"""With more problems than this in one record, it is not listed what is wrong: a source could send millions."""


def open_file(path: Path) -> Dataset:
    """Read and check a dataset that was compiled elsewhere.

    Args:
        path: A file that ``kratomlaw data build`` wrote.

    Raises:
        DataError: It cannot be read, is written in another schema, breaks the rules of the codebook, or was not built
            on the day of its version.
    """
    try:
        content = read_file(path, _MAX_FILE)
    except OSError as cause:
        raise DataError(f"{path.name} cannot be read: {cause.strerror}.", hint="Check the path.") from cause
    dataset = parse(content, name=path.name, origin=Origin.FILE)
    if dataset.built_on != day_of(dataset.version):
        raise IntegrityError(
            f"{path.name} is version {dataset.version}, but was built on {dataset.built_on}.", hint="Build it again."
        )
    return dataset


def parse(
    content: bytes, *, name: str, origin: Origin, fetched_at: datetime | None = None, lenient: bool = False
) -> Dataset:
    """Check a whole dataset that comes from outside the package, and try whether it can answer all questions.

    Args:
        content: Its bytes.
        name: How to call it in a message.
        origin: Where it comes from.
        fetched_at: When it was fetched, if it was.
        lenient: Whether keys and counties that this library does not know are passed over, as a newer publisher may
            write them.

    Raises:
        SchemaVersionError: It is written in another schema.
        IntegrityError: It is not a dataset.
        InvalidDataError: Records break the rules of the codebook, and every problem is listed; or questions about
            them cannot be answered.
    """
    try:
        document = from_json(content)  # of pydantic: it refuses nesting too deep for Python, which json does not
        if document["schema"] != SCHEMA_VERSION:
            raise schema_error(name, document["schema"])
        version, built_on = require_data_version(document["version"]), date.fromisoformat(document["built_on"])
        records: dict[str, object] = {str(code): raw for code, raw in document["records"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise IntegrityError(f"{name} is not a kratomlaw dataset.", hint="Build or fetch it again.") from cause
    names = bundled_names()
    found: list[Problem] = []
    lines: dict[str, bytes] = {}
    for code, raw in records.items():
        record, problems = problems_of(raw, harmless(code, limit=_LONGEST_KEY), names, lenient=lenient)
        found += problems
        if record is not None and record.code != code:
            place = harmless(code, limit=_LONGEST_KEY)
            message = f"{record.code} stands in the place of {place}."
            found.append(Problem(file=place, key="code", message=message, fix="Rebuild the dataset."))
        elif record is not None:
            # In the form that the compiler writes, so that all of it was checked and none is in short form.
            lines[record.code] = record_json(record)
        if len(found) > 10 * _MANY:
            break
    if found:
        at_least = "at least " if len(found) > 10 * _MANY else ""
        raise InvalidDataError(
            f"{name} has {at_least}{len(found)} problems; the first: {found[0]}",
            problems=tuple(found),
            hint="Correct the records and build it again, or upgrade kratomlaw if the data is newer.",
        )
    sha256 = hashlib.sha256(content).hexdigest()
    made = Dataset(version=version, built_on=built_on, origin=origin, sha256=sha256, lines=lines, fetched_at=fetched_at)
    try_out(made)
    return made


def schema_error(name: str, schema: object) -> SchemaVersionError:
    """The error that something is written in another schema than this library reads, and which way leads on.

    Example:
        >>> schema_error("The dataset", 0).hint
        'It is older than this library: refresh the data, or read it with an older kratomlaw.'
    """
    older = type(schema) is int and schema < SCHEMA_VERSION
    return SchemaVersionError(
        f"{name} has schema {str(schema)[:20]}, this library reads {SCHEMA_VERSION}.",
        hint="It is older than this library: refresh the data, or read it with an older kratomlaw."
        if older
        else f"Upgrade kratomlaw: {UPGRADE}",
    )


def problems_of(
    raw: object, file: str, names: PlaceNames, *, lenient: bool = False
) -> tuple[Record | None, tuple[Problem, ...]]:
    """Check one record as it was read from TOML or JSON.

    Args:
        raw: The content.
        file: How to call its file in a message.
        names: The countries and states that exist.
        lenient: Whether unknown keys and counties are passed over.

    Returns:
        The record, or None when its form is wrong; and every problem that was found.
    """
    try:
        record = _records().validate_python(raw, extra="ignore" if lenient else None)
    except ValidationError as invalid:
        if invalid.error_count() > _MANY:
            message = f"It has {invalid.error_count():,} problems: it is not a record."
            return None, (Problem(file=file, key="", message=message, fix="Write it in the form of a record."),)
        errors = invalid.errors(include_url=False, include_input=False)
        return None, tuple(
            Problem(file=file, key=_key(error["loc"]), message=message, fix=fix, rule=error["type"].replace("_", "-"))
            for error in errors
            for message, fix in (to_plain_message(error),)
            # A list whose items were refused is also called too short; only the items have to be fixed.
            if not (
                error["type"] == "too_short"
                and any(other["loc"][:-1][: len(error["loc"])] == error["loc"] for other in errors)
            )
        )
    counties = None if lenient else bundled_counties
    return record, check_record(record, file=file, known=names.places.__contains__, counties=counties)


def _key(location: tuple[int | str, ...]) -> str:
    key = ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{harmless(part, limit=_LONGEST_KEY)}"
    return key.removeprefix(".")


def read_record(raw: object) -> Record:
    """Make a record of what was written, as far as types go.

    Args:
        raw: The content as it was read from TOML or JSON.

    Raises:
        ValueError: A key is unknown or missing, or a value is none of those that it may be.
    """
    return _records().validate_python(raw)


def record_json(record: Record) -> bytes:
    """Write a record in the form that datasets have: on one line, without what is as by default.

    Args:
        record: The record.

    Returns:
        JSON in UTF-8; ``construct(Record, json.loads(…))`` gives the record back.
    """
    return _records().dump_json(record, exclude_defaults=True)


@cache
def _records() -> TypeAdapter[Record]:
    """What validates and writes records; made once, when a record from outside the package is first met."""
    return TypeAdapter(Record)
