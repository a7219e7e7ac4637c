"""How do bytes become records? The dataset: bundled or from a file, checked, and read as far as it is needed."""

import hashlib
from collections.abc import Callable, Mapping, Set
from datetime import date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from .answers import DatasetCounts, Origin
from .counties import CountyTable
from .dates import PartialDate
from .errors import DataError, IntegrityError, InvalidDataError, SchemaVersionError
from .localities import LocalPlace
from .models import SCHEMA, Level, Problem, Record
from .places import PlaceNames
from .postal import PostalTable, ZipCodes
from .rules import check_record

__all__ = [
    "Dataset",
    "bundled",
    "bundled_cities",
    "bundled_counties",
    "bundled_names",
    "bundled_zip_codes",
    "open_file",
    "parse",
    "problems_of",
]

_FOLDER = Path(__file__).with_name("_data")
_RECORDS = b'"records":{\n'
_REINSTALL = "Install kratomlaw anew: python -m pip install --force-reinstall kratomlaw"
_M = TypeVar("_M", bound=BaseModel)


class Dataset:
    """All records of one data version, each made when it is first asked for.

    Args:
        version: The version of the data.
        built_on: The day on which it was made.
        origin: Where it comes from.
        sha256: The hash of its bytes.
        lines: The JSON text of each record, by code.
        fetched_at: When it was fetched, if it was.
    """

    def __init__(
        self,
        *,
        version: str,
        built_on: date,
        origin: Origin,
        sha256: str,
        lines: Mapping[str, bytes],
        fetched_at: datetime | None = None,
    ) -> None:
        self.version = version
        self.built_on = built_on
        self.origin = origin
        self.sha256 = sha256
        self.fetched_at = fetched_at
        self._lines = lines
        self._records: dict[str, Record] = {}

    def codes(self) -> Set[str]:
        """The codes of all places with a record."""
        return self._lines.keys()

    def record(self, code: str) -> Record | None:
        """The record of a code, or None when there is none."""
        known = self._records.get(code)
        if known is None and code in self._lines:
            known = self._records[code] = _construct(Record, from_json(self._lines[code]))
        return known

    def local_places(self) -> list[LocalPlace]:
        """The counties, cities and reservations with a record, without making their records."""
        heads = (_head(line) for code, line in self._lines.items() if "/" in code)
        return [
            LocalPlace(
                head["code"],
                head["name"],
                Level(head["level"]),
                tuple(head.get("aliases", ())),
                tuple(head.get("counties", ())),
                tuple(head.get("localities", ())),
            )
            for head in heads
        ]

    def parents(self) -> dict[str, str]:
        """The parents of the dependent territories that have one."""
        heads = (_head(line) for line in self._lines.values() if b'"parent":' in line)
        return {head["code"]: head["parent"] for head in heads if "parent" in head}

    def counts(self) -> DatasetCounts:
        """How much it holds."""
        codes = self.codes()
        local = sum("/" in code for code in codes)
        states = sum("-" in code for code in codes) - local
        return DatasetCounts(records=len(codes), countries=len(codes) - states - local, states=states, local=local)


def bundled() -> Dataset:
    """Read the dataset in the package; its records were checked when it was compiled.

    Raises:
        IntegrityError: Its bytes are not those that were packed.
    """
    try:
        manifest = from_json((_FOLDER / "manifest.json").read_bytes())
        content = (_FOLDER / "dataset.json").read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != manifest["sha256"]:
            raise IntegrityError("The dataset in the package is damaged.", hint=_REINSTALL)
        lines = _entries(content[content.index(_RECORDS) + len(_RECORDS) :])
        return Dataset(
            version=manifest["version"],
            built_on=date.fromisoformat(manifest["built_on"]),
            origin=Origin.BUNDLED,
            sha256=sha256,
            lines=lines,
        )
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise IntegrityError("The dataset in the package cannot be read.", hint=_REINSTALL) from cause


def open_file(path: Path) -> Dataset:
    """Read and check a dataset that was compiled elsewhere.

    Args:
        path: A file that ``python -m kratomlaw.maintain build`` wrote.

    Raises:
        DataError: It cannot be read, is written in another schema, or breaks the rules of the codebook.
    """
    try:
        content = path.read_bytes()
    except OSError as cause:
        raise DataError(f"{path.name} cannot be read: {cause.strerror}.", hint="Check the path.") from cause
    return parse(content, name=path.name, origin=Origin.FILE)


def parse(
    content: bytes, *, name: str, origin: Origin, fetched_at: datetime | None = None, lenient: bool = False
) -> Dataset:
    """Check a whole dataset that comes from outside the package.

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
        InvalidDataError: Records break the rules of the codebook; every problem is listed.
    """
    try:
        document = from_json(content)
        if document["schema"] != SCHEMA:
            raise SchemaVersionError(
                f"{name} has schema {str(document['schema'])[:20]}, this library reads {SCHEMA}.",
                hint="Upgrade kratomlaw: python -m pip install --upgrade kratomlaw",
            )
        version, built_on = str(document["version"]), date.fromisoformat(document["built_on"])
        records: dict[str, object] = {str(code): raw for code, raw in document["records"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise IntegrityError(f"{name} is not a kratomlaw dataset.", hint="Build or fetch it anew.") from cause
    names = bundled_names()
    found: list[Problem] = []
    lines: dict[str, bytes] = {}
    for code, raw in records.items():
        record, problems = problems_of(raw, code, names, lenient=lenient)
        found += problems
        if record is not None and record.code != code:
            message = f"{record.code} stands in the place of {code}."
            found.append(Problem(file=code, key="code", message=message, mend="Build the dataset anew."))
        elif record is not None:
            # In the form that the compiler writes, so that all of it was checked and none is in short form.
            lines[record.code] = record.model_dump_json(exclude_defaults=True).encode()
    if found:
        raise InvalidDataError(
            f"{name} has {len(found)} problems; the first: {found[0]}",
            problems=tuple(found),
            hint="Correct the records and build it anew, or upgrade kratomlaw if the data is newer.",
        )
    sha256 = hashlib.sha256(content).hexdigest()
    return Dataset(version=version, built_on=built_on, origin=origin, sha256=sha256, lines=lines, fetched_at=fetched_at)


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
        record = Record.model_validate(raw, extra="ignore" if lenient else None)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False, include_context=False, include_input=False)
        return None, tuple(
            Problem(
                file=file,
                key=_key(error["loc"]),
                message=error["msg"][:1].upper() + error["msg"][1:].rstrip(".") + ".",
                mend="See this key in data/CODEBOOK.md.",
            )
            for error in errors
            # A list whose items were refused is also called too short; only the items are to be mended.
            if not (
                error["type"] == "too_short"
                and any(other["loc"][:-1][: len(error["loc"])] == error["loc"] for other in errors)
            )
        )
    counties = None if lenient else bundled_counties
    return record, check_record(record, file=file, known=names.places.__contains__, counties=counties)


def bundled_names() -> PlaceNames:
    """Read the names of all countries and states."""
    content = _bundled_json("places.json")
    return PlaceNames(**content)


def bundled_cities() -> Callable[[str], frozenset[str]]:
    """Make a reader of the gazetteer; it opens the file when it is first asked, and reads only what it is asked for."""

    @cache
    def cities(code: str) -> frozenset[str]:
        line = _bundled_lines("gazetteer.json").get(code)
        return frozenset(from_json(line)) if line else frozenset()

    return cities


@cache
def bundled_counties(state: str) -> CountyTable:
    """Read the counties of a US state; the file is opened when a state is first asked for. Empty for other places."""
    line = _bundled_lines("counties.json").get(state)
    return CountyTable(state, from_json(line) if line else {})


def bundled_zip_codes() -> ZipCodes:
    """Make a reader of ZIP codes; it opens its files when it is first asked, and reads only what it is asked for."""
    return ZipCodes(_postal_table, bundled_counties)


@cache
def _postal_table(prefix: str) -> PostalTable | None:
    line = _bundled_lines("postal.json").get(prefix)
    return PostalTable(**from_json(line)) if line else None


@cache
def _bundled_lines(name: str) -> dict[str, bytes]:
    """The entries of a bundled file, each to be parsed when it is needed."""
    try:
        return _entries((_FOLDER / name).read_bytes())
    except OSError as cause:
        raise IntegrityError(f"{name} in the package cannot be read.", hint=_REINSTALL) from cause


def _entries(content: bytes) -> dict[str, bytes]:
    """The entries of a JSON object that was written one entry a line, without parsing them."""
    return {
        line[1 : line.index(b'"', 1)].decode(): line[line.index(b":") + 1 :].rstrip(b",")
        for line in content.split(b"\n")
        if line.startswith(b'"')
    }


def _head(line: bytes) -> dict[str, Any]:
    """The part of a record that says which place it is about; in its JSON, what follows begins with the check."""
    return cast("dict[str, Any]", from_json(line[: line.index(b',"verified_on":')] + b"}"))


def _bundled_json(name: str) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", from_json((_FOLDER / name).read_bytes()))
    except (OSError, ValueError) as cause:
        raise IntegrityError(f"{name} in the package cannot be read.", hint=_REINSTALL) from cause


def _key(location: tuple[int | str, ...]) -> str:
    key = ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}"
    return key.removeprefix(".")


def _construct(model: type[_M], raw: Mapping[str, Any]) -> _M:
    """Make a model from content that was checked before.

    Building pydantic's validators takes longer than a first answer may (DESIGN §12), and the check has been done:
    by the compiler, and by the hash. A test proves that the outcome equals that of validation.
    """
    values: dict[str, Any] = {}
    for key, field, convert in _plan(model):
        if key in raw:
            value = raw[key]
            values[field] = value if convert is None else convert(value)
    return model.model_construct(**values)


_Converter = Callable[[Any], Any]


@cache
def _plan(model: type[BaseModel]) -> tuple[tuple[str, str, _Converter | None], ...]:
    return tuple(
        (field.alias or name, name, _converter(field.annotation)) for name, field in model.model_fields.items()
    )


def _converter(annotation: Any) -> _Converter | None:
    """How a checked JSON value becomes the value of a field; None when it is that value already."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _converter(get_args(annotation)[0])
    if origin is tuple:
        inner = _converter(get_args(annotation)[0])
        return tuple if inner is None else lambda values: tuple(map(inner, values))
    if origin is UnionType or (origin is not None and NoneType in get_args(annotation)):
        (present,) = (part for part in get_args(annotation) if part is not NoneType)
        return _converter(present)
    if isinstance(annotation, type):
        if issubclass(annotation, BaseModel):
            return lambda raw: _construct(annotation, raw)
        if issubclass(annotation, (Enum, PartialDate)):
            return annotation
        if issubclass(annotation, date):
            return date.fromisoformat
    return None
