"""What does a lookup return? Answers, effective periods, changes of law, facts about the dataset.

Every model is frozen, hashable and survives a round trip through JSON.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from .citing import CITATIONS, FURTHER, AnswerCitation, Citing
from .dates import PartialDate
from .plain import plain
from .records import Citation, Condition, Pending
from .returned import Listed, Returned
from .words import Code, Confidence, Jurisdiction, Level, Permission, Product, Standing, Status

__all__ = [
    "DISCLAIMER",
    "Answer",
    "AnswerAdvisory",
    "AnswerCitation",
    "AnswerCondition",
    "AnswerPending",
    "Certainty",
    "Change",
    "Changes",
    "EffectivePeriod",
    "Jurisdictions",
    "LegalPosition",
    "Reason",
    "Timeline",
    "status_word",
]

DISCLAIMER = (
    "This is information, not legal advice: it may be incomplete or out of date. "
    "Read the cited law or ask a lawyer before you act on it."
)
"""The sentence that every answer carries."""


class Certainty(StrEnum):
    """How far an answer follows from the data."""

    EXACT = "exact"
    """The records decide the question."""
    PROJECTED = "projected"
    """The date lies after today, or after the making of data that is stale by now: the answer is the law as it is
    scheduled."""
    APPROXIMATE = "approximate"
    """The date falls inside an imprecise date of law, part of the law is not known, or the place was assumed: then the
    strictest reading is given. Or a locality without a record lies where places below have law of their own, and it is
    not known which of it reaches the locality."""


class Reason(StrEnum):
    """Why a status is unknown."""

    NO_RECORD = "no-record"
    """Nobody has recorded this place yet."""
    BEFORE_COVERAGE = "before-coverage"
    """The date lies before the first evidence."""
    LAPSED = "lapsed"
    """A temporary rule ended, and nothing newer is recorded."""
    NO_EVIDENCE = "no-evidence"
    """The law was searched for, and the evidence does not decide."""


@plain
class AnswerCondition(Condition):
    """A condition together with the jurisdiction that set it."""

    set_by: Code
    """The code of the jurisdiction whose rule it is."""
    from_overlay: bool = False
    """Whether the record is the asking organisation's own, see ``KratomLaw(overlay=…)``."""


@plain
class AnswerAdvisory(Returned):
    """A regulator's statement short of binding law, or a higher law that does not reach down to the place."""

    numbered: ClassVar[tuple[str, ...]] = (CITATIONS,)

    set_by: Code
    """The code of the jurisdiction in which it was made."""
    since: PartialDate
    """When it was first made."""
    until: PartialDate | None = None
    """When it was withdrawn; None when it stands."""
    issuer: str
    """Who made it."""
    text: str
    """What it says, in our own words."""
    citations: tuple[Citation, ...]
    """Where it is written."""
    from_overlay: bool = False
    """Whether the record is the asking organisation's own, see ``KratomLaw(overlay=…)``."""


@plain
class AnswerPending(Pending):
    """A bill or rulemaking together with the jurisdiction in which it is pending."""

    numbered: ClassVar[tuple[str, ...]] = (CITATIONS,)

    set_by: Code
    """The code of the jurisdiction in which it is pending."""
    lapsed: bool = False
    """Whether its session or term was over by the day that was asked for, so that it is pending no longer."""
    from_overlay: bool = False
    """Whether the record is the asking organisation's own, see ``KratomLaw(overlay=…)``."""


@plain
class LegalPosition(Returned):
    """The core of an answer: what a law says of one product."""

    status: Status
    """The status."""
    sale: Permission
    """Whether it may be sold."""
    possession: Permission
    """Whether it may be possessed."""
    min_age: int | None = None
    """The least age of a buyer in years; None when the law sets none, and where nobody may buy. Beside a sale that is
    only reported to be prohibited, it is that of the laws that are proven."""

    @property
    def buyer_age(self) -> int | None:
        """The least age of a buyer as it is shown beside the status: not where the sale is prohibited."""
        return None if self.sale is Permission.PROHIBITED else self.min_age

    def __str__(self) -> str:
        age = f", {self.buyer_age}+" if self.buyer_age else ""
        return f"{self.status}{age} (sale {self.sale}, possession {self.possession})"


def status_word(status: Status, standing: Standing | None) -> str:
    """Say a status in a word or two, so that a law that is only reported cannot be taken for a proven one.

    Args:
        status: The status.
        standing: Whether the law is proven; None where it is unknown.

    Example:
        >>> status_word(Status.BANNED, Standing.PROVEN), status_word(Status.BANNED, Standing.REPORTED)
        ('banned', 'reported ban, not proven')
    """
    if standing is not Standing.REPORTED:
        return status.value
    what = {Status.BANNED: "ban", Status.RESTRICTED: "restriction"}.get(status, status.value)
    return f"reported {what}, not proven"


@plain
class EffectivePeriod(LegalPosition):
    """A half-open span of days in which all the law that reaches a place gives one answer.

    ``first_day`` and ``end_day`` are exact, so that spans never overlap; ``since`` and ``until`` are as precise as
    the evidence. Where a law began "in 2019", the days of 2019 are a span of their own, ``certainty`` approximate.
    """

    numbered: ClassVar[tuple[str, ...]] = (CITATIONS,)

    product: Product
    """The product."""
    since: PartialDate | None
    """What the span begins with, as precise as the evidence: this law, or a rule beside it. None when the law is older
    than the oldest evidence."""
    until: PartialDate | None
    """What the span ends with, as precise as the evidence; None when no end is known."""
    first_day: date
    """The first day of the span."""
    end_day: date | None
    """The first day after the span; None when no end is known."""
    decided_by: Jurisdiction | None
    """The broadest jurisdiction that alone gives the status; None when the status is unknown."""
    conditions: tuple[AnswerCondition, ...]
    """The conditions of all the law that applies."""
    penalty: str | None
    """The penalty in short, of the deciding jurisdiction; None when it was not read."""
    citations: tuple[AnswerCitation, ...]
    """The evidence of all the law that applies, the deciding jurisdiction's first."""
    confidence: Confidence | None
    """How well the status is evidenced; None when there is no evidence."""
    certainty: Certainty
    """Exact, or approximate where dates are imprecise or part of the law is not known."""
    reason: Reason | None
    """Why the status is unknown; None when it is known."""
    temporary: bool
    """Whether the deciding rule ends by itself."""
    summary: str
    """One or two plain sentences on the deciding law; empty when the status is unknown without a record."""
    verified_on: date | None
    """The oldest day on which the records behind it were last checked; None when there is no record."""
    evidence_through: PartialDate | None = None
    """The date of the newest source that shows the law in force, of several laws the oldest of theirs; None where one
    has no dated source."""
    sale_in_practice: Permission | None = None
    """The sale as the authorities apply the law, where that is stricter than ``sale``; None where it is not."""
    sale_partly_unknown: bool = False
    """Whether a law that reaches the place is not known as far as sale goes, so that it may be stricter."""
    possession_partly_unknown: bool = False
    """Whether a law that reaches the place is not known as far as possession goes, so that it may be stricter."""
    standing: Standing | None = None
    """Whether the law is proven, or only reported, which is to be obeyed all the same: no proven law prohibits a part
    of it. None where the status is unknown."""

    @property
    def word(self) -> str:
        """The status in a word or two: ``banned``, or ``reported ban, not proven`` where a list alone says so."""
        return status_word(self.status, self.standing)

    @property
    def law(self) -> LegalPosition:
        """What it says, without dates and evidence."""
        return LegalPosition(status=self.status, sale=self.sale, possession=self.possession, min_age=self.min_age)


class Timeline(Listed[EffectivePeriod]):
    """The effective periods of one place and product, oldest first: a tuple that shows itself well in a notebook.

    Example:
        >>> import kratomlaw
        >>> str(kratomlaw.timeline("US-LA")[-1].status)
        'banned'
    """

    __slots__ = ()

    def _line(self, each: EffectivePeriod) -> str:
        return f"{each.first_day} to {each.end_day or 'no known end'}: {each}"


class Jurisdictions(Listed[Jurisdiction]):
    """Places, in the order of their codes: a tuple that shows itself well in a notebook.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.jurisdictions(within="AE")
        <Jurisdictions of 0>
        >>> kratomlaw.jurisdictions(level="country")[:2]
        <Jurisdictions of 2
          Andorra (AD)
          United Arab Emirates (AE)>
    """

    __slots__ = ()


@plain
class Change(Returned):
    """A change of law."""

    numbered: ClassVar[tuple[str, ...]] = (CITATIONS,)

    on: PartialDate
    """When it took or takes effect, as precise as the evidence."""
    jurisdiction: Jurisdiction
    """Where."""
    product: Product
    """The product."""
    before: LegalPosition | None
    """The law until then; None when it is not recorded."""
    after: LegalPosition
    """The law from then on. Equal to ``before`` when only the conditions changed."""
    decided_by: Jurisdiction | None
    """The jurisdiction whose law it is; None when the law is unknown from then on."""
    summary: str
    """One or two plain sentences on the new law."""
    citations: tuple[AnswerCitation, ...]
    """Where it is written."""
    standing: Standing | None = None
    """Whether the new law is proven, or only reported; None where it is unknown."""

    def __str__(self) -> str:
        before = self.before.status if self.before else "not recorded"
        what = "conditions change" if self.before == self.after else f"{before} → {self.after}"
        reported = " [reported, not proven]" if self.standing is Standing.REPORTED else ""
        return f"{self.on}: {self.jurisdiction}, {self.product}: {what}{reported}"


class Changes(Listed[Change]):
    """Changes of law, oldest first: a tuple that shows itself well in a notebook.

    Example:
        >>> import kratomlaw
        >>> kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")
        <Changes of 1
          2025-08-01: Louisiana (US-LA), leaf: restricted → banned (sale prohibited, possession prohibited)>
    """

    __slots__ = ()


@plain
class Answer(LegalPosition, Citing):
    """Whether a product is legal in a place on a date, and which law says so.

    ``str(answer)`` is one line that a person can read. An answer has no truth value, because ``if lookup(…)`` is
    always a mistake: ask ``answer.is_banned`` and its like.

    Example:
        >>> import kratomlaw
        >>> answer = kratomlaw.lookup("US-LA", on="2025-09-01")
        >>> answer.status, answer.is_banned, answer.decided_by.name
        (<Status.BANNED: 'banned'>, True, 'Louisiana')
    """

    numbered: ClassVar[tuple[str, ...]] = (CITATIONS,)
    cited_in: ClassVar[str] = FURTHER

    product: Product
    """The product that was asked for."""
    on: date
    """The day that was asked for."""
    jurisdiction: Jurisdiction
    """The place at whose level the question is answered."""
    matched_level: Level
    """The level of that place."""
    unmatched: str | None
    """The locality in the question that has no record of its own; None when there is none."""
    did_you_mean: tuple[Jurisdiction, ...]
    """Places with rules of their own that are spelt like ``unmatched``; never used for the answer."""
    candidates: tuple[Jurisdiction, ...] = ()
    """The places in which a ZIP code may lie, the counties first; the answer is that of the strictest. Empty where the
    question said more than a ZIP code."""
    decided_by: Jurisdiction | None
    """The broadest jurisdiction that alone gives the status; None when the status is unknown."""
    chain: tuple[Jurisdiction, ...]
    """The place and those above it, the country first."""
    since: PartialDate | None
    """When the deciding law began to say this, as precise as the evidence; None when it is older than the oldest
    evidence, or not known."""
    until: PartialDate | None
    """When other law decides or it says something else, as precise as the evidence; None when that is not known."""
    conditions: tuple[AnswerCondition, ...]
    """The conditions of all the law that applies."""
    penalty: str | None
    """The penalty in short, of the deciding jurisdiction; None when it was not read."""
    advisories: tuple[AnswerAdvisory, ...]
    """Statements of regulators, and higher laws that do not reach down to the place."""
    pending: tuple[AnswerPending, ...]
    """Bills and rulemakings whose last known step is not after ``on``. They never change an answer."""
    next_change: Change | None
    """The next change of law after ``on`` that is enacted; None when none is known."""
    local_rules: int
    """How many places below ``jurisdiction`` have records of their own: states, counties, cities, reservations."""
    citations: tuple[AnswerCitation, ...]
    """The evidence of all the law that applies, the deciding jurisdiction's first."""
    confidence: Confidence | None
    """How well the status is evidenced; None when there is no evidence."""
    certainty: Certainty
    """How far the answer follows from the data."""
    reason: Reason | None
    """Why the status is unknown; None when it is known."""
    summary: str
    """One or two plain sentences on the deciding law; empty when there is no record."""
    verified_on: date | None
    """The oldest day on which the records behind it were last checked; None when there is no record."""
    evidence_through: PartialDate | None = None
    """The date of the newest source that shows the law in force, of several laws the oldest of theirs; None where one
    has no dated source."""
    sale_in_practice: Permission | None = None
    """The sale as the authorities apply the law, where that is stricter than ``sale``; None where it is not."""
    sale_partly_unknown: bool = False
    """Whether a law that reaches the place is not known as far as sale goes, so that it may be stricter."""
    possession_partly_unknown: bool = False
    """Whether a law that reaches the place is not known as far as possession goes, so that it may be stricter."""
    standing: Standing | None = None
    """Whether the law is proven, or only reported, which is to be obeyed all the same: no proven law prohibits a part
    of it. None where the status is unknown."""
    dataset_version: str
    """The version of the data."""
    overlaid: tuple[Jurisdiction, ...] = ()
    """The places of the chain whose record is the asking organisation's own, not ours."""
    stale: bool
    """Whether the data is older than ``max_age``."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""

    @property
    def word(self) -> str:
        """The status in a word or two: ``banned``, or ``reported ban, not proven`` where a list alone says so."""
        return status_word(self.status, self.standing)

    @property
    def is_reported(self) -> bool:
        """Whether the deciding law is only reported. Obey it all the same: a report may well be right."""
        return self.standing is Standing.REPORTED

    @property
    def is_legal(self) -> bool:
        """Whether the status is legal. False for unknown."""
        return self.status is Status.LEGAL

    @property
    def is_restricted(self) -> bool:
        """Whether the status is restricted."""
        return self.status is Status.RESTRICTED

    @property
    def is_banned(self) -> bool:
        """Whether the status is banned. False for unknown, so ask ``is_unknown`` too."""
        return self.status is Status.BANNED

    @property
    def is_unknown(self) -> bool:
        """Whether the status is unknown."""
        return self.status is Status.UNKNOWN

    def __bool__(self) -> bool:
        raise TypeError("an answer has no truth value; ask answer.is_banned, .is_legal, .is_restricted or .is_unknown")

    def __str__(self) -> str:
        where = f"{self.unmatched}, {self.jurisdiction}" if self.unmatched else str(self.jurisdiction)
        age = f", from age {self.buyer_age}" if self.buyer_age else ""
        since = f", since {self.since}" if self.since else ""
        because = f" ({self.reason})" if self.reason else f" (decided by {self.decided_by})"
        certainty = "" if self.certainty is Certainty.EXACT else f" [{self.certainty}]"
        stale = " [stale data]" if self.stale else ""
        stale += " [own records]" if self.overlaid else ""
        return (
            f"{where}, {self.product}, {self.on}: {self.word.upper()}{age}; sale {self.sale}, "
            f"possession {self.possession}{since}{because}{certainty}{stale}"
        )
