"""How does a person ask a question? ``kratomlaw lookup``, ``list``, ``timeline`` and ``changes``."""

from datetime import date
from typing import Annotated

import typer

import kratomlaw

from .lookup import Asked
from .lookup import lookup as answer
from .output import print_json, reporting

__all__ = ["changes", "list_", "lookup", "timeline"]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day; today by default.")]
ProductOption = Annotated[
    str, typer.Option("--product", "-p", metavar="|".join(kratomlaw.Product), help="The product.")
]
WithinOption = Annotated[str | None, typer.Option("--within", help="Only this place and the places in it.")]


def lookup(
    place: Annotated[list[str] | None, typer.Argument(help='A name or a code, as in "Nashville, TN".')] = None,
    code: Annotated[str | None, typer.Option(help='An exact code, never a name: "DE" is Germany here.')] = None,
    country: Annotated[str | None, typer.Option(help="A country's name or code.")] = None,
    state: Annotated[str | None, typer.Option(help="A state's name or code.")] = None,
    county: Annotated[str | None, typer.Option(help="A county's name.")] = None,
    city: Annotated[str | None, typer.Option(help="A city's name.")] = None,
    postal_code: Annotated[
        str | None, typer.Option("--zip", "--postal-code", help="A ZIP code; other countries: a postal code.")
    ] = None,
    on: OnOption = None,
    product: ProductOption = "leaf",
    as_json: JsonOption = False,
) -> None:
    """Answer for one place on one day."""
    answer(Asked(place, code, country, state, county, city, postal_code, on, product, as_json))


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

    Countries and states are listed, and the counties, cities and reservations that have a record.
    """
    with reporting(as_json=as_json):
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
    place: Annotated[list[str], typer.Argument(help="A name or a code.")],
    product: ProductOption = "leaf",
    as_json: JsonOption = False,
) -> None:
    """Show how the law that applies in a place changed, and will change."""
    with reporting(as_json=as_json):
        text = " ".join(place)
        periods = kratomlaw.timeline(text, product=product)
        if as_json:
            print_json(periods)
        else:
            from .tables import show_timeline

            show_timeline(kratomlaw.find(text), kratomlaw.Product(product), periods)


def changes(
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The first day; a year ago by default.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The day after the last one; no end by default.")
    ] = None,
    within: WithinOption = None,
    product: ProductOption = "leaf",
    as_json: JsonOption = False,
) -> None:
    """List changes of law, future ones included."""
    with reporting(as_json=as_json):
        found = kratomlaw.changes(since or _a_year_ago(), until, within=within, product=product)
        if as_json:
            print_json(found)
        else:
            from .tables import show_changes

            show_changes(found)


def _a_year_ago() -> date:
    today = date.today()
    return date(today.year - 1, today.month, min(today.day, 28))
