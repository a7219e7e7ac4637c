"""What has a maintainer to look at? The inbox: one file for each lead, which is taken, dismissed or settled.

A lead is written once. What another source says of the same thing is added to it as a source:

- a bill: the same step, or an earlier one, within half a year; or a report that names no step, within two weeks;
- a document or an entry of a feed: the same number or address;
- a page: the same state of its text.

A lead that was dismissed stays dismissed. A lead never changes a record.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, cast

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as validated_dataclass

from ...errors import DataError, InvalidQueryError
from ...law.records import Record
from ...law.words import Problem
from ..records.compile import path_of
from .known import Known
from .model import Hit, Step, bill_rank

__all__ = ["FOLDER", "Inbox", "Lead", "LeadSource", "LeadStatus", "read_inbox", "settled_leads"]

FOLDER = "inbox"
"""The folder of the leads, in the data folder."""
_SAME_STEP = timedelta(days=200)
"""For how long the same step of a bill is the same event: the next session brings a new one."""
_SAME_NEWS = timedelta(days=14)
_MOST_DIFF = 400
_MOST_TITLE = 200


class LeadStatus(StrEnum):
    """What became of a lead."""

    OPEN = "open"
    """Nobody looked at it yet."""
    TAKEN = "taken"
    """Somebody works on it."""
    DISMISSED = "dismissed"
    """It needs no change, for the reason that it gives."""
    SETTLED = "settled"
    """The records were checked or changed since."""


@validated_dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class LeadSource:
    """Who says so."""

    name: str
    """Its name."""
    url: str = ""
    """Where it says so."""


@validated_dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Lead:
    """Something that a maintainer has to look at; one file of the inbox."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=120)]
    """Its name, and that of its file."""
    status: LeadStatus
    """What became of it."""
    found_on: date
    """The day on which it was found."""
    subject: str
    """What it is about, the same from every source."""
    step: Step
    """What happened."""
    version: str = ""
    """Which state of a page or text it is about."""
    happened_on: date | None = None
    """The day on which it happened, if a source says one."""
    title: str
    """What it is, in a few words."""
    what: str
    """What happened."""
    diff: str = ""
    """The beginning of the change in words, of a page."""
    places: tuple[str, ...]
    """The codes of the records that it bears on."""
    pending: tuple[str, ...] = ()
    """The titles of the pending steps that it bears on."""
    record_says: tuple[str, ...] = ()
    """What the records said when it was found."""
    last_checks: tuple[date, ...] = ()
    """When the record of each of ``places`` had last been checked then; empty where one had no record."""
    edit: str = ""
    """The command that starts the edit."""
    reason: str = ""
    """Why it was dismissed."""
    sources: tuple[LeadSource, ...]
    """Who says so."""

    @property
    def is_active(self) -> bool:
        """Whether there is still something to do."""
        return self.status in (LeadStatus.OPEN, LeadStatus.TAKEN)


_LEAD: TypeAdapter[Lead] = TypeAdapter(Lead)


def read_inbox(folder: Path) -> tuple[tuple[Lead, ...], tuple[Problem, ...]]:
    """Read all leads.

    Args:
        folder: The folder of the inbox; without it there are none.

    Returns:
        The leads in the order of their keys; and what is wrong with files that cannot be read.

    Example:
        >>> read_inbox(Path("no-such-folder"))
        ((), ())
    """
    leads: list[Lead] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.toml")):
        where = f"{FOLDER}/{file.name}"
        try:
            lead = _LEAD.validate_python(tomllib.loads(file.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as cause:
            problems.append(Problem(file=where, key="", message=f"It cannot be read: {cause}.", fix="Correct it."))
            continue
        except ValidationError as invalid:
            error = invalid.errors(include_url=False, include_context=False, include_input=False)[0]
            key = ".".join(map(str, error["loc"]))
            problems.append(Problem(file=where, key=key, message=f"{error['msg']}.", fix="Correct it."))
            continue
        if lead.key != file.stem:
            message = f"The lead {lead.key!r} is in the file of another."
            problems.append(Problem(file=where, key="key", message=message, fix="Rename the file."))
            continue
        leads.append(lead)
    return tuple(leads), tuple(problems)


class Inbox:
    """The leads of a folder.

    Args:
        folder: The folder; it is made with the first lead.

    Attributes:
        problems: What is wrong with files that could not be read; they are left alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        leads, problems = read_inbox(folder)
        self.problems: tuple[Problem, ...] = problems
        self._leads = {lead.key: lead for lead in leads}
        self._by_subject: dict[str, list[str]] = {}
        for lead in leads:
            self._by_subject.setdefault(lead.subject, []).append(lead.key)

    @property
    def leads(self) -> tuple[Lead, ...]:
        """All leads, in the order of their keys."""
        return tuple(self._leads[key] for key in sorted(self._leads))

    def receive(self, hit: Hit, known: Known) -> tuple[Lead, bool]:
        """Take in what a watch found.

        Args:
            hit: What it found.
            known: The records.

        Returns:
            The lead, written to its file; and whether it is new.
        """
        source = LeadSource(name=hit.source, url=hit.url)
        same = next(iter(self._same(hit, known.today)), None)
        if same is not None:
            lead = self._with_source(same, source, hit)
            if lead != same:
                self._keep(lead)
            return lead, False
        key = _key(hit, known.today)
        patch = f"git apply data/{FOLDER}/{key}.patch" if hit.proposal else ""
        lead = Lead(
            key=key,
            status=LeadStatus.OPEN,
            found_on=known.today,
            subject=hit.subject,
            step=hit.step,
            version=hit.version,
            happened_on=hit.happened_on,
            title=_tidy(hit.title)[:_MOST_TITLE],
            what=_tidy(hit.what),
            diff=_cut(_tidy(hit.diff), _MOST_DIFF),
            places=hit.places,
            pending=hit.pending,
            record_says=tuple(said for place in hit.places for said in known.says(place, hit.pending)),
            last_checks=known.last_checks(hit.places),
            edit=patch or _edit(hit.places),
            sources=(source,),
        )
        self._keep(lead)
        self._by_subject.setdefault(lead.subject, []).append(lead.key)
        return lead, True

    def get(self, key: str) -> Lead:
        """A lead.

        Raises:
            InvalidQueryError: There is no such lead.
        """
        lead = self._leads.get(key)
        if lead is None:
            raise InvalidQueryError(f"There is no lead {key!r}.", hint="kratomlaw data inbox lists them.")
        return lead

    def take(self, key: str) -> Lead:
        """Note that somebody works on a lead."""
        return self._set(key, LeadStatus.TAKEN, "")

    def dismiss(self, key: str, reason: str) -> Lead:
        """Note that a lead needs no change.

        Args:
            key: The lead.
            reason: Why, so that the next maintainer need not find out again.

        Raises:
            InvalidQueryError: There is no such lead, or no reason.
        """
        if not reason.strip():
            raise InvalidQueryError("A lead is dismissed with a reason.", hint="Add --because.")
        return self._set(key, LeadStatus.DISMISSED, reason.strip())

    def settle(self, key: str) -> Lead:
        """Note that nothing is left to do about a lead.

        Raises:
            InvalidQueryError: There is no such lead.
        """
        return self._set(key, LeadStatus.SETTLED, "")

    def settle_checked(self, records: Iterable[Record]) -> tuple[Lead, ...]:
        """Settle the leads whose records were all checked since.

        Args:
            records: The records.

        Returns:
            The leads that were settled now.
        """
        settled = settled_leads(self.leads, records)
        return tuple(self.settle(lead.key) for lead in settled)

    def file(self, key: str, ending: str = "toml") -> Path:
        """The file of a lead, or one beside it."""
        return self._folder / f"{key}.{ending}"

    def _set(self, key: str, status: LeadStatus, reason: str) -> Lead:
        lead = replace(self.get(key), status=status, reason=reason)
        self._keep(lead)
        return lead

    def _same(self, hit: Hit, today: date) -> Iterator[Lead]:
        """The leads that are about the same event, the newest first."""
        leads = [self._leads[key] for key in self._by_subject.get(hit.subject, ())]
        for lead in sorted(leads, key=lambda lead: (lead.found_on, lead.key), reverse=True):
            if _is_same(lead, hit, today):
                yield lead

    def _with_source(self, lead: Lead, source: LeadSource, hit: Hit) -> Lead:
        if not lead.is_active:
            return lead
        sources = lead.sources if source in lead.sources else (*lead.sources, source)
        # A report says less than the register that it reports on.
        if lead.step is Step.NEWS and bill_rank(hit.step) >= 0:
            return replace(
                lead,
                sources=sources,
                step=hit.step,
                title=_tidy(hit.title)[:_MOST_TITLE],
                what=_tidy(hit.what),
                happened_on=hit.happened_on or lead.happened_on,
                pending=tuple(dict.fromkeys((*lead.pending, *hit.pending))),
            )
        return replace(lead, sources=sources)

    def _keep(self, lead: Lead) -> None:
        path = self.file(lead.key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_text(_toml(lead), "utf-8", newline="\n")
            os.replace(part, path)
        except OSError as cause:
            raise DataError(f"{path} cannot be written: {cause.strerror}.", hint="Name another inbox.") from None
        self._leads[lead.key] = lead


def settled_leads(leads: Iterable[Lead], records: Iterable[Record]) -> tuple[Lead, ...]:
    """The active leads whose records were all checked since the lead was found.

    Args:
        leads: The leads.
        records: The records.

    Returns:
        The leads that nobody has to look at any more. A check of the day on which a lead was found counts where the
        record had not been checked on that day before.
    """
    checked = {record.code: record.verified_on for record in records}
    return tuple(lead for lead in leads if lead.is_active and lead.places and _is_checked(lead, checked))


def _is_checked(lead: Lead, checked: Mapping[str, date]) -> bool:
    for index, place in enumerate(lead.places):
        now = checked.get(place)
        before = lead.last_checks[index] if index < len(lead.last_checks) else lead.found_on
        if now is None or now < lead.found_on or (now == lead.found_on and before >= lead.found_on):
            return False
    return True


def _is_same(lead: Lead, hit: Hit, today: date) -> bool:
    """Whether a hit is about the event of a lead on the same subject."""
    if bill_rank(lead.step) < 0 and lead.step is not Step.NEWS:
        return lead.step is hit.step and lead.version == hit.version
    if hit.subject.startswith("news/"):
        return True
    apart = abs((hit.happened_on or today) - (lead.happened_on or lead.found_on))
    if hit.step is Step.NEWS:
        return apart <= _SAME_NEWS
    if lead.step is Step.NEWS:
        # What was dismissed as a report is no dismissal of what happens.
        return lead.is_active and apart <= _SAME_NEWS
    return bill_rank(hit.step) >= 0 and bill_rank(hit.step) <= bill_rank(lead.step) and apart <= _SAME_STEP


def _key(hit: Hit, today: date) -> str:
    """A name that says what it is, and is the same for the same hit."""
    kind, _, rest = hit.subject.partition("/")
    day = hit.happened_on or today
    if kind == "bill":
        ending = f"-{hit.version}" if hit.version else ""
        return _slug(f"{rest}-{hit.step}-{day}{ending}")
    if kind == "document":
        return _slug(f"federal-register-{rest}")
    digest = sha256(f"{hit.subject} {hit.version}".encode()).hexdigest()[:8]
    first = hit.places[0] if hit.places else kind
    return _slug(f"{first}-{kind}-{_slug(hit.source)[:40]}-{digest}")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:110].strip("-")


def _edit(places: Sequence[str]) -> str:
    files = " ".join(f"data/{path_of(place)}" for place in places[:5])
    return f"${{EDITOR:-vi}} {files}" if files else ""


def _tidy(text: str) -> str:
    """Text of others on one line, without characters that are not seen."""
    visible = "".join(character if character.isprintable() else " " for character in text)
    return re.sub(r"\s+", " ", visible).strip()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 2].rsplit(' ', 1)[0]} …"


def _toml(lead: Lead) -> str:
    """A lead as TOML; JSON writes texts as TOML reads them."""
    lines: list[str] = []
    written = cast("dict[str, str | list[str] | None]", _LEAD.dump_python(lead, mode="json"))
    for name, value in written.items():
        if name == "sources" or value in (None, "", []):
            continue
        if isinstance(value, list):
            items = "".join(f"  {_text(item)},\n" for item in value)
            lines.append(f"{name} = [{_text(value[0])}]" if len(value) == 1 else f"{name} = [\n{items}]")
        else:
            lines.append(f"{name} = {_text(value)}")
    for source in lead.sources:
        lines += ["", "[[sources]]", f"name = {_text(source.name)}"]
        if source.url:
            lines.append(f"url = {_text(source.url)}")
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
