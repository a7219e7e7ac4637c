"""How does a seller or a traveller ask what he may do? ``kratomlaw decide`` and ``kratomlaw trip``."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

import typer

import kratomlaw

from .options import (
    DAY,
    AgeOption,
    CityOption,
    CodeOption,
    CountryOption,
    CountyOption,
    FullOption,
    JsonOption,
    MeetsOption,
    PlacesArgument,
    PolicyOption,
    ProductOption,
    SetOption,
    StateOption,
    ZipOption,
)
from .output import Form, print_json, reporting, say
from .policies import policy_of
from .several import ask_each, places_in

__all__ = ["EXIT_CODES", "decide", "trip"]

EXIT_CODES: Mapping[kratomlaw.Outcome, int] = {
    kratomlaw.Outcome.ALLOW: 0,
    kratomlaw.Outcome.REVIEW: 3,
    kratomlaw.Outcome.REFUSE: 4,
}
"""The exit code of each outcome; 1 and 2 are those of errors."""


def decide(
    place: PlacesArgument = None,
    code: CodeOption = None,
    country: CountryOption = None,
    state: StateOption = None,
    county: CountyOption = None,
    city: CityOption = None,
    postal_code: ZipOption = None,
    act: Annotated[
        str, typer.Option(metavar="|".join(kratomlaw.Act), help="Send it to a buyer there, sell it there, or have it.")
    ] = "ship",
    age: AgeOption = None,
    on: Annotated[
        str | None, typer.Option(metavar=DAY, help="The first day, that of dispatch; today by default.")
    ] = None,
    arrives: Annotated[
        str | None, typer.Option(metavar=DAY, help="The last day, that of arrival; the first day by default.")
    ] = None,
    product: ProductOption = "leaf",
    policy: PolicyOption = None,
    meets: MeetsOption = None,
    settings: SetOption = None,
    max_evidence_age: Annotated[
        int | None, typer.Option(metavar="DAYS", help="How old the evidence may be; 365 days by default.")
    ] = None,
    print_policy: Annotated[
        bool, typer.Option("--print-policy", help="Print the policy as JSON, for a file, and decide nothing.")
    ] = False,
    full: FullOption = False,
    as_json: JsonOption = False,
) -> None:
    """Decide whether it may be shipped to, sold in or held in a place.

    Ends with exit status 0 for allow, 3 for review, 4 for refuse; with 2 when the question is wrong or one of the
    places is not known, and with 1 when something is wrong with the data. Of several places the worst decides.
    """

    def decision_on(text: str | None) -> kratomlaw.Decision:
        return kratomlaw.decide(
            text,
            code=code,
            country=country,
            state=state,
            county=county,
            city=city,
            postal_code=postal_code,
            act=act,
            on=on,
            arrives=arrives,
            product=product,
            age=age,
            policy=applied,
        )

    def show(decision: kratomlaw.Decision) -> None:
        from .decision import show_decision

        show_decision(decision, full=full)

    holds = partial(kratomlaw.lookup, on=on, product=product)
    with reporting(as_json=as_json, holds=holds):
        applied = policy_of(policy, meets or (), settings or (), max_evidence_age)
        if print_policy:
            say(applied.to_json(indent=2), form=Form.JSON)
            raise typer.Exit
        content = kratomlaw.Decision.to_dict
        decisions = ask_each(places_in(place or ()), decision_on, show, content, as_json=as_json, holds=holds)
    raise typer.Exit(max(EXIT_CODES[decision.outcome] for decision in decisions))


def trip(
    stops: Annotated[
        list[str],
        typer.Argument(metavar="PLACE=DAY…", help='The stops in order, each in quotes: "Denver, CO=2026-12-01".'),
    ],
    age: AgeOption = None,
    product: ProductOption = "leaf",
    policy: PolicyOption = None,
    meets: MeetsOption = None,
    settings: SetOption = None,
    full: FullOption = False,
    as_json: JsonOption = False,
) -> None:
    """Decide whether it may be carried through several places.

    A stop lasts from its day until that of the next one. Exit status as of decide: 0 for allow, 3 for review, 4 for
    refuse, 2 when the question is wrong, 1 when something is wrong with the data.
    """
    with reporting(as_json=as_json, holds=partial(kratomlaw.lookup, product=product)):
        applied = policy_of(policy, meets or (), settings or ())
        decision = kratomlaw.decide_trip(map(_stop, stops), product=product, age=age, policy=applied)
        if as_json:
            print_json(decision)
        else:
            from .decision import show_trip

            show_trip(decision, full=full)
    raise typer.Exit(EXIT_CODES[decision.outcome])


def _stop(text: str) -> tuple[str, str]:
    place, equals, day = text.rpartition("=")
    if not equals:
        raise kratomlaw.InvalidQueryError(
            f"The stop {text[:60]!r} has no day.", hint='Write it in quotes, as in "Denver, CO=2026-12-01".'
        )
    return place.strip(), day.strip()
