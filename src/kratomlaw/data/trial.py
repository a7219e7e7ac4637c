"""Can everything that may be asked of data be answered? It is tried before the data is trusted.

Records that are right one by one may be wrong together: two territories that are each other's parent have a chain
without an end. The bundled data was tried when it was packed, and does not pay for it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from ..errors import InvalidDataError, PlaceError
from ..law.engine import ChainLink
from ..law.records import Record
from ..law.words import Problem, Product
from ..places.localities import LocalPlace
from .checks import check_parents
from .dataset import Dataset
from .derived import Derived

__all__ = ["try_out"]

_MOST_RECORDS = 5_000
"""How many records a dataset may have, eight times as many as today."""
_MOST_NAMES = 2_000
"""How many names the places of one state may have, ten times as many as today: one that is misspelled is compared with
all of them."""
_MOST_WORK = 1_500_000
"""How much work the timelines of all places may be, in the unit of ``_work_of``: eight times as much as today's."""
_RULES = "data-that-answers"


def try_out(dataset: Dataset, overlay: Mapping[str, Record] | None = None) -> None:
    """Ask a dataset once for everything that can be asked of it.

    Args:
        dataset: The dataset; each of its records keeps the rules of the codebook.
        overlay: An organisation's own records. With them, only what they reach is asked: the rest was tried before.

    Raises:
        InvalidDataError: A question cannot be answered, or the answers would take too much work; its problems name
            the records and their keys.
    """
    own = overlay or {}
    problems = tuple(_wrong_together(dataset, own) or _wrong_answers(dataset, own))
    if problems:
        raise InvalidDataError(
            f"The data was tried and cannot be used; the first of {len(problems)} problems: {problems[0]}",
            problems=problems,
            hint="Correct the record of that place.",
        )


def _wrong_together(dataset: Dataset, own: Mapping[str, Record]) -> list[Problem]:
    """What is wrong with the records beside one another, found without following a chain."""
    codes = {*dataset.codes(), *own}
    parents = {code: parent for code in dataset.codes() if (parent := dataset.parent(code))}
    parents |= {code: record.parent for code, record in own.items() if record.parent}
    found = [_problem(code, "parent", message, fix) for code, message, fix in check_parents(parents)]
    if len(codes) > _MOST_RECORDS:
        fix = f"There may be at most {_MOST_RECORDS:,}."
        found.append(_problem(min(codes), "", f"It is one of {len(codes):,} records.", fix))
    names: Counter[str] = Counter()
    places: list[LocalPlace | Record] = [*dataset.local_places(), *own.values()]
    for place in places:
        state = place.code.partition("/")[0]
        names[state] += 1 + len(place.aliases) + len(place.localities)
        if names[state] > _MOST_NAMES:
            message = f"With it, the places of {state} have more than {_MOST_NAMES:,} names."
            return [*found, _problem(place.code, "aliases", message, "Leave names out.")]
    return found


def _wrong_answers(dataset: Dataset, own: Mapping[str, Record]) -> list[Problem]:
    derived = Derived(dataset, dataset.built_on, 0.0, 0.0, timedelta.max, own)
    codes = _reached(derived, own) if own else derived.places.codes()
    found: list[Problem] = []
    work = 0
    for code in codes:
        key = "parent"
        try:
            chain = derived.chain(code)
            work += _work_of(chain)
            if work > _MOST_WORK:
                message = "The answers up to this place take more work than those of any honest data."
                return [*found, _problem(code, "periods", message, "Leave out periods and citations.")]
            key = "name"
            _ask_for(derived, code)
            key = "periods"
            _ask_about(derived, code)
        # Whatever goes wrong here would go wrong in a user's question: RecursionError, OverflowError, KeyError …
        except Exception as cause:
            message = f"A question about it fails with {type(cause).__name__}."
            found.append(_problem(code, key, message, "Correct what is unusual there."))
    return found


def _reached(derived: Derived, own: Collection[str]) -> Iterable[str]:
    """The places that an organisation's own records reach: their own, and those below them."""
    for code in derived.places.codes():
        if any(link.code in own for link in derived.places.chain(code)):
            yield code


def _work_of(chain: Collection[ChainLink]) -> int:
    """How much work the timeline of a place is: on each day on which anything may change, all of its chain is read."""
    periods = [period for link in chain if link.record for period in link.record.periods]
    items = sum(1 + len(period.conditions) + len(period.citations) for period in periods)
    return (1 + len(periods)) * (len(chain) + items)


def _ask_for(derived: Derived, code: str) -> None:
    """Ask for a place by its names and by its code."""
    record = derived.record(code)
    state = code.partition("/")[0]
    derived.resolver.resolve_code(code)
    if record is None or state == code:
        return
    for name in (record.name, *record.aliases):
        try:
            derived.resolver.resolve_text(f"{name}, {state}")
        except PlaceError:  # a name that two places share is an answer too
            continue


def _ask_about(derived: Derived, code: str) -> None:
    """Ask for the law of a place through time, and for its answers on each day on which its own law changes."""
    for product in Product:
        derived.timeline(code, product)
        derived.own_changes(code, product)
    record = derived.record(code)
    days = {date.min, derived.today, date.max}
    if record is not None:  # on other days answers are combined of laws that were tried higher up
        days |= {moment.earliest for period in record.periods for moment in (period.since, period.until) if moment}
        days |= {advisory.since.earliest for advisory in record.advisories}
        days |= {pending.on.earliest for pending in record.pending}
    for day in days:
        derived.answer_for(code, None, Product.LEAF, day)


def _problem(code: str, key: str, message: str, fix: str) -> Problem:
    return Problem(file=code, key=key, message=message, fix=fix, rule=_RULES)
