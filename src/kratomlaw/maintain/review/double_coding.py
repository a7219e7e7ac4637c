"""Do two codings of the same law agree? Compares them field by field, and reads the log of second readings.

Policy surveillance codes every law twice, the second time from the sources without a look at the first coding, and
publishes how often the two differ. The log is ``data/readings.toml``; ``kratomlaw data quality`` counts it.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from ...data.bundled import bundled_names
from ...data.validated import Model
from ...data.validation import problems_of
from ...errors import DataError, InvalidDataError
from ...law.dates import PartialDate
from ...law.engine import position_of
from ...law.records import Period, Record
from ...law.words import Code, Product, Text
from ..records.compile import path_of

__all__ = [
    "LOG",
    "Divergence",
    "Doubt",
    "Log",
    "Reading",
    "Resolution",
    "as_toml",
    "compare",
    "compare_files",
    "read_log",
]

LOG = "readings.toml"
"""The file of the log in the data folder."""
_NOTHING = "none"
_NEAR_DAYS = 400
"""Two codings of one law seldom date it further apart than this; two laws of one kind seldom follow sooner."""


_Places = tuple[int | None, int | None]
"""The places of two paired periods in their codings; None where a coding lacks the period."""


class Resolution(StrEnum):
    """Which of two codings the sources bear out."""

    FIRST = "first"
    """The record was right."""
    SECOND = "second"
    """The second coding was right, and the record was changed."""
    BOTH = "both"
    """Both say it, in other ways."""
    OPEN = "open"
    """It could not be settled; the record's note says so."""


class Divergence(Model):
    """One field in which two codings differ."""

    period: Text
    """The begin of the period, as the record has it; as the second coding has it when the record lacks it."""
    field: Text
    """Which field it is: one of those that ``compare`` names."""
    first: Text
    """What the record said."""
    second: Text
    """What the second coding says."""
    resolution: Resolution
    """Which of them the sources bear out."""
    reason: Text
    """Why, in one sentence."""


class Reading(Model):
    """One record that was coded a second time."""

    code: Code
    """The record."""
    on: date
    """The day of the second coding."""
    agreed: Mapping[str, Annotated[int, Field(ge=1)]]
    """How often each field was compared and found the same."""
    divergences: tuple[Divergence, ...] = ()
    """The fields that differed."""


class Doubt(Model):
    """What is not settled and would change an answer."""

    code: Code
    """The record."""
    text: Text
    """What is not known, and what it would change."""


class Log(Model):
    """The content of the log."""

    readings: tuple[Reading, ...] = ()
    """The second readings, in the order of the codes."""
    rechecks: tuple[Reading, ...] = ()
    """Later second codings of the law in force alone, without its conditions, in the order of the codes."""
    doubts: tuple[Doubt, ...] = ()
    """What stays in doubt, the most dangerous first."""


class _Compared(NamedTuple):
    """One field of two periods that stand for the same law."""

    field: str
    first: str
    second: str
    same: bool


def compare(first: Record, second: Record, *, on: date) -> tuple[dict[str, int], tuple[Divergence, ...]]:
    """Find the fields in which two codings of one record agree or differ.

    Periods are paired in their order, by status and begin. A period that only one coding has differs in the field
    ``period``. Of a pair are compared: ``from`` (a month agrees with its days; not where both only date their
    oldest evidence), ``until`` and ``temporary`` (where either has them), ``status``, ``sale``, ``possession``,
    ``min_age``, the status of ``extract`` and ``7-oh``, and each kind of condition. Texts are not compared.

    Args:
        first: The record.
        second: The second coding.
        on: The day of the second coding.

    Returns:
        How often each field agreed; and the divergences, still open and without a reason.

    Example:
        >>> import kratomlaw
        >>> record = kratomlaw.record("LU")
        >>> compare(record, record, on=date(2026, 11, 23))[1]
        ()
    """
    agreed: Counter[str] = Counter()
    differing: list[Divergence] = []
    for mine, theirs in _pairs(first.periods, second.periods):
        known = mine or theirs
        assert known is not None  # noqa: S101  # a pair has at least one side
        for compared in _fields(mine, theirs):
            if compared.same:
                agreed[compared.field] += 1
            else:
                differing.append(
                    Divergence(
                        period=str(known.since),
                        field=compared.field,
                        first=compared.first,
                        second=compared.second,
                        resolution=Resolution.OPEN,
                        reason=f"Compared on {on}.",
                    )
                )
    return dict(agreed), tuple(differing)


def compare_files(files: Iterable[Path], *, data: Path, on: date) -> str:
    """Compare second codings with the records.

    Args:
        files: The second codings, each in the form of a record file.
        data: The data folder.
        on: The day of the second codings.

    Returns:
        The entries for the log, as TOML; each divergence still has to be resolved and explained.

    Raises:
        DataError: A file is not a record, or there is no record of its code.
    """
    readings: list[Reading] = []
    for file in files:
        second = _record(file)
        first = _record(data / path_of(second.code))
        agreed, divergences = compare(first, second, on=on)
        readings.append(Reading(code=second.code, on=on, agreed=agreed, divergences=divergences))
    return as_toml(Log(readings=tuple(readings)))


def _record(file: Path) -> Record:
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except OSError as cause:
        raise DataError(f"{file} cannot be read: {cause.strerror}.", hint="Name the file of a record.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise DataError(f"{file} is not valid TOML: {cause}.", hint="Correct that line.") from None
    record, problems = problems_of(raw, str(file), bundled_names())
    if record is None:
        raise InvalidDataError(f"{file} is not a record.", problems=problems, hint="Write it as data/CODEBOOK.md says.")
    return record


def read_log(data: Path) -> Log:
    """Read the log of second readings.

    Args:
        data: The data folder.

    Returns:
        Its content; empty when the folder has no log.

    Raises:
        DataError: It is not valid, or reads one record twice.
    """
    file = data / LOG
    if not file.exists():
        return Log()
    try:
        log = Log.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise DataError(f"{file.name} is not valid: {cause}", hint="Correct it by hand.") from None
    for readings in (log.readings, log.rechecks):
        twice = [code for code, times in Counter(reading.code for reading in readings).items() if times > 1]
        if twice:
            raise DataError(f"{file.name} reads {', '.join(twice)} twice.", hint="Keep the newer reading.")
    return log


def as_toml(log: Log) -> str:
    """Write a log.

    Args:
        log: The readings and doubts.

    Returns:
        TOML, the readings in the order of their codes; ``read_log`` reads it again.

    Example:
        >>> print(as_toml(Log(readings=(Reading(code="LU", on=date(2026, 11, 23), agreed={"status": 1}),))), end="")
        [[readings]]
        code = "LU"
        on = "2026-11-23"
        agreed = { status = 1 }
    """
    blocks = [
        "".join(_reading(reading, table))
        for table, readings in (("readings", log.readings), ("rechecks", log.rechecks))
        for reading in sorted(readings, key=lambda reading: reading.code)
    ]
    blocks += [f"[[doubts]]\ncode = {_text(doubt.code)}\ntext = {_text(doubt.text)}\n" for doubt in log.doubts]
    return "\n".join(blocks)


def _reading(reading: Reading, table: str) -> Iterator[str]:
    counts = ", ".join(f"{field} = {count}" for field, count in reading.agreed.items())
    yield f"[[{table}]]\ncode = {_text(reading.code)}\non = {_text(str(reading.on))}\nagreed = {{ {counts} }}\n"
    for divergence in reading.divergences:
        yield f"\n  [[{table}.divergences]]\n"
        for key, value in divergence.model_dump(mode="json").items():
            yield f"  {key} = {_text(value)}\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML one


def _pairs(first: Sequence[Period], second: Sequence[Period]) -> Iterator[tuple[Period | None, Period | None]]:
    """Pair the periods in their order so that they fit best, as texts are aligned; what fits nothing stays alone."""

    @cache
    def best(i: int, j: int) -> tuple[int, tuple[_Places, ...]]:
        if i == len(first) or j == len(second):
            alone: list[_Places] = [(place, None) for place in range(i, len(first))]
            return 0, (*alone, *((None, place) for place in range(j, len(second))))
        options: list[tuple[int, tuple[_Places, ...]]] = [
            (best(i + 1, j)[0], ((i, None), *best(i + 1, j)[1])),
            (best(i, j + 1)[0], ((None, j), *best(i, j + 1)[1])),
        ]
        fit = _fit(first[i], second[j])
        if fit:
            score, rest = best(i + 1, j + 1)
            options.insert(0, (score + fit, ((i, j), *rest)))
        return max(options, key=lambda option: option[0])

    for i, j in best(0, 0)[1]:
        yield (None if i is None else first[i]), (None if j is None else second[j])


def _fit(one: Period, other: Period) -> int:
    """How well two periods fit as codings of one law; 0 when they do not."""
    days = abs((one.since.earliest - other.since.earliest).days)
    same_day = _agree(one.since, other.since)
    if one.status is not other.status:
        return 2 if same_day or (one.began_earlier and other.began_earlier) else 0
    return 4 if same_day else 3 if days <= _NEAR_DAYS else 1


def _fields(mine: Period | None, theirs: Period | None) -> Iterator[_Compared]:
    if mine is None or theirs is None:
        yield _Compared("period", _in_words(mine), _in_words(theirs), same=False)
        return
    yield _Compared("period", _in_words(mine), _in_words(theirs), same=True)
    if not (mine.began_earlier and theirs.began_earlier):
        yield _Compared("from", _begin(mine), _begin(theirs), same=_agree(mine.since, theirs.since))
    if mine.until or theirs.until:
        same = mine.until is not None and theirs.until is not None and _agree(mine.until, theirs.until)
        yield _Compared("until", str(mine.until or _NOTHING), str(theirs.until or _NOTHING), same=same)
    if mine.temporary or theirs.temporary:
        yield _equal("temporary", str(mine.temporary).lower(), str(theirs.temporary).lower())
    yield _equal("status", mine.status, theirs.status)
    yield _equal("sale", mine.sale, theirs.sale)
    yield _equal("possession", mine.possession, theirs.possession)
    yield _equal("min_age", str(mine.min_age or _NOTHING), str(theirs.min_age or _NOTHING))
    for product in (Product.EXTRACT, Product.SEVEN_OH):
        yield _equal(product.value, position_of(mine, product).status, position_of(theirs, product).status)
    kinds, others = ({condition.kind.value for condition in period.conditions} for period in (mine, theirs))
    for kind in sorted(kinds | others):
        yield _equal("conditions", kind if kind in kinds else _NOTHING, kind if kind in others else _NOTHING)


def _equal(field: str, first: str, second: str) -> _Compared:
    return _Compared(field, str(first), str(second), same=first == second)


def _agree(one: PartialDate, other: PartialDate) -> bool:
    """Whether one date may be the other, given more exactly."""
    narrow, wide = sorted((one, other), key=lambda moment: moment.latest - moment.earliest)
    return wide.earliest <= narrow.earliest and narrow.latest <= wide.latest


def _begin(period: Period) -> str:
    return f"before {period.since}" if period.began_earlier else str(period.since)


def _in_words(period: Period | None) -> str:
    return f"{period.status} from {_begin(period)}" if period else _NOTHING
