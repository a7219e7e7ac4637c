"""Where may a product be sent, country by country, state by state and ZIP code by ZIP code, and until when?"""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ..client import default_instance
from ..data.bundled import every_zip_code
from ..data.snapshot import LawReader, Snapshot
from ..law.answers import DISCLAIMER
from ..law.arguments import parse_product
from ..law.dates import parse_on
from ..law.decisions import Act, Decision, DecisionCode, decide, parse_age, parse_policy
from ..law.policy import Outcome, Policy, severity
from ..law.words import Level, Product
from ..places.match import Match

__all__ = ["ShippingArea", "ShippingBasis", "ShippingList", "ShippingRow", "ShippingVerdict", "shipping_list"]

_ONE_DAY = timedelta(days=1)
_DIGEST = 12
"""How many digits of the hash of a policy tell it from another one."""


class ShippingArea(StrEnum):
    """What a row of a shipping list is about."""

    COUNTRY = "country"
    """A country or a territory with a country code of its own."""
    PROVINCE = "province"
    """A state, province or territory of a country whose states make law on kratom."""
    ZIP_CODE = "zip-code"
    """A ZIP code of the United States."""


class ShippingVerdict(NamedTuple):
    """What is decided for a parcel that is sent and arrives on one day."""

    outcome: Outcome
    """Allow, review or refuse."""
    until: date | None
    """The first day on which the outcome is another; None where no such day is known."""
    reasons: tuple[DecisionCode, ...]
    """What the decision rests on, the strongest first."""
    because: str
    """The strongest reason, as a sentence."""


class ShippingRow(NamedTuple):
    """A country, a province or a ZIP code, with what is decided for it."""

    area: ShippingArea
    """Which of the three it is."""
    country: str
    """The country, ISO 3166-1 alpha-2."""
    provinces: tuple[str, ...]
    """The province as the part of our code after the hyphen; of a ZIP code all in which it may lie, and none in
    countries that have no provinces of ours."""
    code: str
    """Our code of the place, or the five digits of the ZIP code."""
    name: str
    """The name of the place; the digits again for a ZIP code."""
    verdict: ShippingVerdict
    """What is decided."""

    @property
    def codes_above(self) -> tuple[str, ...]:
        """Our codes of the provinces of a ZIP code; of the country where there are none."""
        return tuple(f"{self.country}-{province}" for province in self.provinces) or (self.country,)


class ShippingBasis(NamedTuple):
    """What the rows of a shipping list rest on."""

    dataset_version: str
    """The version of the data."""
    product: Product
    """What is sent."""
    age: int | None
    """The age of the buyer in years; None where it is not known."""
    day: date
    """The day that was judged."""
    policy: Policy
    """What each finding led to."""

    @property
    def policy_id(self) -> str:
        """Twelve digits that tell the policy from any other; equal for equal policies."""
        return hashlib.sha256(self.policy.to_json().encode()).hexdigest()[:_DIGEST]

    def to_dict(self) -> dict[str, object]:
        """All of it as plain data for JSON, with the sentence that it is no legal advice."""
        return {
            "dataset_version": self.dataset_version,
            "act": Act.SHIP.value,
            "product": self.product.value,
            "age": self.age,
            "day": self.day.isoformat(),
            "policy_id": self.policy_id,
            "policy": self.policy.to_dict(),
            "disclaimer": DISCLAIMER,
        }


class ShippingList(NamedTuple):
    """What is decided for every country, every province and every ZIP code.

    Example:
        >>> listed = shipping_list(on="2026-12-01", age=30, zip_codes=False)
        >>> [(row.code, row.verdict.outcome.value) for row in listed.rows if row.code in ("TH", "US-LA")]
        [('TH', 'review'), ('US-LA', 'refuse')]
    """

    basis: ShippingBasis
    """Version of the data, product, age, day and policy."""
    rows: tuple[ShippingRow, ...]
    """Countries, then provinces, then ZIP codes, each in the order of their codes."""

    def of(self, area: ShippingArea) -> tuple[ShippingRow, ...]:
        """The rows that are about countries, provinces or ZIP codes."""
        return tuple(row for row in self.rows if row.area is area)


def shipping_list(
    law: LawReader | None = None,
    *,
    product: Product | str = "leaf",
    age: int | None = None,
    policy: Policy | None = None,
    on: date | str | None = None,
    zip_codes: bool = True,
) -> ShippingList:
    """Decide for every country, every province and every ZIP code whether a product may be sent there.

    Args:
        law: The instance to ask; None for the default instance.
        product: ``"leaf"``, ``"extract"`` or ``"7-oh"``.
        age: The buyer's age in whole years; None where it is not known.
        policy: What each finding leads to; None for the default policy.
        on: The day on which it is sent and arrives; None for today.
        zip_codes: Whether ZIP codes are listed too. There are 42,000 of them, which takes some seconds.

    Returns:
        One row for each, all from one version of the data. A row has what ``kratomlaw.decide`` says of its code or of
        its ZIP code alone: of all places in which a ZIP code may lie the strictest counts.

    Raises:
        InvalidQueryError: The product, the age, the policy or the day is invalid.
        DataError: The data cannot be used.
    """
    with (law or default_instance()).at_one_version() as view:
        basis = ShippingBasis(
            dataset_version=view.dataset().version,
            product=parse_product(product),
            age=parse_age(age),
            day=parse_on(on, today=view.today, zone=view.zone),
            policy=parse_policy(policy),
        )
        judge = _Judge(view, basis)
        rows = [*_places(view, judge)]
        if zip_codes:
            rows += _zip_codes(view, judge)
    return ShippingList(basis, tuple(rows))


def _places(view: Snapshot, judge: "_Judge") -> Iterator[ShippingRow]:
    for level, area in ((Level.COUNTRY, ShippingArea.COUNTRY), (Level.STATE, ShippingArea.PROVINCE)):
        for place in view.jurisdictions(level=level):
            country, _, province = place.code.partition("-")
            verdict = judge.verdict(view.resolver.resolve_code(place.code))
            yield ShippingRow(area, country, (province,) if province else (), place.code, place.name, verdict)


def _zip_codes(view: Snapshot, judge: "_Judge") -> Iterator[ShippingRow]:
    for zip_code, lies_in in every_zip_code():
        country = lies_in.states[0].partition("-")[0]
        provinces = tuple(state.partition("-")[2] for state in lies_in.states if "-" in state)
        verdict = judge.verdict(view.resolver.resolve_parts(postal_code=zip_code))
        yield ShippingRow(ShippingArea.ZIP_CODE, country, provinces, zip_code, zip_code, verdict)


class _Judge:
    """Decides on places, each once: many ZIP codes may lie in the same ones."""

    def __init__(self, view: Snapshot, basis: ShippingBasis) -> None:
        self._view = view
        self._basis = basis
        self._known: dict[Match, ShippingVerdict] = {}

    def verdict(self, match: Match) -> ShippingVerdict:
        """What is decided for the place that a question means."""
        known = self._known.get(match)
        if known is None:
            first = self._decide(match, self._basis.day)
            known = self._known[match] = ShippingVerdict(
                outcome=first.outcome,
                until=self._until(match, first),
                reasons=tuple(dict.fromkeys(reason.code for reason in first.reasons)),
                because=first.reasons[0].text,
            )
        return known

    def _decide(self, match: Match, day: date) -> Decision:
        answer = self._view.answer_to(match, on=day, product=self._basis.product)
        return decide((answer,), act=Act.SHIP, age=self._basis.age, policy=self._basis.policy)

    def _until(self, match: Match, first: Decision) -> date | None:
        """The first later day on which the outcome is another.

        Between two days on which the law changes, an outcome changes only because a day is no longer known, or because
        the evidence is then too old. The policy says whether either makes it stricter than it is.
        """
        policy, begin = self._basis.policy, self._basis.day
        changes = sorted(day for day in self._view.days_of_change(match, self._basis.product) if day > begin)
        if policy.projected is not Outcome.ALLOW and self._view.known_through >= begin:
            changes = sorted({*changes, self._view.known_through + _ONE_DAY})
        decision = first
        for start, end in zip((begin, *changes), (*changes, date.max), strict=True):
            if start > begin:
                decision = self._decide(match, start)
                if decision.outcome is not first.outcome:
                    return start
            if severity(policy.old_evidence) > severity(first.outcome):
                aged = _too_old_on(decision, policy)
                if aged and start < aged < end:
                    return aged
        return None


def _too_old_on(decision: Decision, policy: Policy) -> date | None:
    """The first day on which the evidence of an answer is too old; None where it has no date, or never is."""
    through = decision.answers[0].evidence_through
    if through is None:
        return None
    try:
        return through.earliest + timedelta(days=policy.max_evidence_age_days) + _ONE_DAY
    except OverflowError:  # more days than the calendar has
        return None
