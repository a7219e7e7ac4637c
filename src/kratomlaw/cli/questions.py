"""How does a person ask a question? ``kratomlaw lookup``, ``list``, ``timeline`` and ``changes``."""

from datetime import date
from functools import partial
from typing import Annotated

import typer

import kratomlaw

from .lookup import Asked
from .lookup import lookup as answer
from .options import (
    DAY,
    CityOption,
    CodeOption,
    CountryOption,
    CountyOption,
    FullOption,
    JsonOption,
    OnOption,
    PlacesArgument,
    ProductOption,
    StateOption,
    WithinOption,
    ZipOption,
)
from .output import print_json, reporting
from .several import ask_each, places_in

__all__ = ["changes", "list_", "lookup", "timeline"]


def lookup(
    place: PlacesArgument = None,
    code: CodeOption = None,
    country: CountryOption = None,
    state: StateOption = None,
    county: CountyOption = None,
    city: CityOption = None,
    postal_code: ZipOption = None,
    on: OnOption = None,
    product: ProductOption = "leaf",
    full: FullOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer for one place on one day, or for several places.

    The short answer fits one screen; --full has conditions, penalty, advisories, what is pending, and every source.
    """
    answer(Asked(place, code, country, state, county, city, postal_code, on, product, as_json, full))


def list_(
    within: WithinOption = None,
    level: Annotated[str | None, typer.Option(metavar="|".join(kratomlaw.Level), help="Only this level.")] = None,
    status: Annotated[str | None, typer.Option(metavar="|".join(kratomlaw.Status), help="Only this status.")] = None,
    on: OnOption = None,
    product: ProductOption = "leaf",
    everything: Annotated[
        bool, typer.Option("--all", help="Include places without a record, US counties too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List places with the law in each of them.

    Countries and states are listed, and the counties, cities and reservations that have a record. A file or pipe gets
    more columns, separated by tabs.
    """
    with reporting(as_json=as_json, holds=partial(kratomlaw.lookup, on=on, product=product)):
        places = kratomlaw.jurisdictions(
            within=within, level=level, status=status, on=on, product=product, all_counties=everything
        )
        answers = [kratomlaw.lookup(place, on=on, product=product) for place in places]
        if not everything:
            answers = [answer for answer in answers if answer.reason is not kratomlaw.Reason.NO_RECORD]
        if as_json:
            print_json(answers)
        else:
            from .tables import show_list

            show_list(answers)


def timeline(
    place: PlacesArgument = None,
    product: ProductOption = "leaf",
    as_json: JsonOption = False,
) -> None:
    """Show how the law that applies in a place changed, and will change.

    A file or pipe gets one line for each period, separated by tabs.
    """

    def periods_of(text: str | None) -> tuple[str | None, kratomlaw.Timeline]:
        return text, kratomlaw.timeline(text or "", product=product)

    def show(found: tuple[str | None, kratomlaw.Timeline]) -> None:
        from .tables import show_timeline

        text, periods = found
        show_timeline(kratomlaw.find(text or ""), kratomlaw.lookup(text, product=product).product, periods)

    def content(found: tuple[str | None, kratomlaw.Timeline]) -> object:
        return [period.to_dict() for period in found[1]]

    holds = partial(kratomlaw.lookup, product=product)
    with reporting(as_json=as_json, holds=holds):
        ask_each(places_in(place or ()), periods_of, show, content, as_json=as_json, holds=holds)


def changes(
    since: Annotated[str | None, typer.Option(metavar=DAY, help="The first day; a year ago by default.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar=DAY, help="The day after the last one; no end by default.")
    ] = None,
    within: WithinOption = None,
    product: ProductOption = "leaf",
    full: FullOption = False,
    as_json: JsonOption = False,
) -> None:
    """List changes of law, future ones included.

    A file or pipe gets one line for each change, separated by tabs.
    """
    with reporting(as_json=as_json, holds=partial(kratomlaw.lookup, product=product)):
        found = kratomlaw.changes(since or _a_year_ago(), until, within=within, product=product)
        if as_json:
            print_json(found)
        else:
            from .tables import show_changes

            show_changes(found, full=full)


def _a_year_ago() -> date:
    today = date.today()
    return date(today.year - 1, today.month, min(today.day, 28))
