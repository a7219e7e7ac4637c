"""Which commands are there, and what do they print? Each has a table for people and ``--json`` for programs."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated

import typer

import kratomlaw
from kratomlaw.law.plain import Plain

from . import tables
from .data import data
from .export import export
from .map import map_
from .serve import mcp, serve

__all__ = ["app"]

app: typer.Typer = typer.Typer(
    name="kratomlaw",
    help="Is kratom legal, restricted or banned in a place on a date, and which law says so?",
    epilog=kratomlaw.DISCLAIMER,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(data, name="data")
app.command()(export)
app.command("map")(map_)
app.command()(serve)
app.command()(mcp)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day; today by default.")]
ProductOption = Annotated[
    str, typer.Option("--product", "-p", metavar="|".join(kratomlaw.Product), help="The product.")
]
WithinOption = Annotated[str | None, typer.Option("--within", help="Only in this place and below it.")]


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the versions of the package and the data.")] = False,
) -> None:
    """Is kratom legal, restricted or banned in a place on a date, and which law says so?"""
    if version:
        with _errors(as_json=False):
            typer.echo(f"kratomlaw {kratomlaw.__version__}, data {kratomlaw.dataset().version}")
        raise typer.Exit


@app.command()
def lookup(
    place: Annotated[list[str] | None, typer.Argument(help="A name or a code, as in «Nashville, TN».")] = None,
    code: Annotated[str | None, typer.Option(help="An exact code: «DE» is Germany here.")] = None,
    country: Annotated[str | None, typer.Option(help="A country's name or code.")] = None,
    state: Annotated[str | None, typer.Option(help="A state's name or code.")] = None,
    county: Annotated[str | None, typer.Option(help="A county's name.")] = None,
    city: Annotated[str | None, typer.Option(help="A city's name.")] = None,
    postal_code: Annotated[
        str | None, typer.Option("--zip", "--postal-code", help="A ZIP code; alone it needs the extra «zip».")
    ] = None,
    on: OnOption = None,
    product: ProductOption = "leaf",
    as_json: JsonOption = False,
) -> None:
    """Answer for one place on one day."""
    with _errors(as_json):
        answer = kratomlaw.lookup(
            " ".join(place) if place else None,
            code=code,
            country=country,
            state=state,
            county=county,
            city=city,
            postal_code=postal_code,
            on=on,
            product=product,
        )
        if as_json:
            _print_json(answer)
        else:
            tables.show_answer(answer)


@app.command("list")
def list_(
    within: WithinOption = None,
    level: Annotated[str | None, typer.Option(metavar="|".join(kratomlaw.Level), help="Only of this level.")] = None,
    status: Annotated[str | None, typer.Option(metavar="|".join(kratomlaw.Status), help="Only of this status.")] = None,
    on: OnOption = None,
    product: ProductOption = "leaf",
    everything: Annotated[bool, typer.Option("--all", help="Also places without a record, US counties too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List places with what holds there: countries, states, and the local places that have a record."""
    with _errors(as_json):
        places = kratomlaw.jurisdictions(
            within=within, level=level, status=status, on=on, product=product, all_counties=everything
        )
        answers = [kratomlaw.lookup(place, on=on, product=product) for place in places]
        if not everything:
            answers = [answer for answer in answers if answer.reason is not kratomlaw.Reason.NO_RECORD]
        if as_json:
            _print_json(answers)
        else:
            tables.show_list(answers)


@app.command()
def timeline(
    place: Annotated[list[str], typer.Argument(help="A name or a code.")],
    product: ProductOption = "leaf",
    as_json: JsonOption = False,
) -> None:
    """Show how the law that reaches a place changed, and will change."""
    with _errors(as_json):
        text = " ".join(place)
        periods = kratomlaw.timeline(text, product=product)
        if as_json:
            _print_json(periods)
        else:
            tables.show_timeline(kratomlaw.find(text), kratomlaw.Product(product), periods)


@app.command()
def changes(
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The first day; a year ago by default.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The first day after the span.")] = None,
    within: WithinOption = None,
    product: ProductOption = "leaf",
    as_json: JsonOption = False,
) -> None:
    """List changes of law, future ones included."""
    with _errors(as_json):
        found = kratomlaw.changes(since or _a_year_ago(), until, within=within, product=product)
        if as_json:
            _print_json(found)
        else:
            tables.show_changes(found)


@app.command()
def info(
    versions: Annotated[bool, typer.Option("--versions", help="List the versions at hand instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell which data is in use, and how old it is."""
    with _errors(as_json):
        found = kratomlaw.versions() if versions else kratomlaw.dataset()
        if as_json:
            _print_json(found)
        else:
            tables.show_info(found)


@app.command()
def refresh(
    source: Annotated[str | None, typer.Option(help="The source; KRATOMLAW_SOURCE_URL by default.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Ask although it was asked a short while ago.")] = False,
    allow_shrink: Annotated[bool, typer.Option("--allow-shrink", help="Accept far fewer records.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for any one step.")] = 10.0,
    as_json: JsonOption = False,
) -> None:
    """Fetch newer data from the source; ends with 1 when the old data had to be kept."""
    with _errors(as_json):
        if source:
            kratomlaw.configure(source=source)
        with tables.progress_bar() as on_progress:
            report = kratomlaw.refresh(force=force, allow_shrink=allow_shrink, timeout=timeout, on_progress=on_progress)
        if as_json:
            _print_json(report)
        else:
            tables.show_report(report)
    raise typer.Exit(report.outcome is kratomlaw.RefreshOutcome.KEPT)


def _a_year_ago() -> date:
    today = date.today()
    return date(today.year - 1, today.month, min(today.day, 28))


def _print_json(value: Plain | Sequence[Plain]) -> None:
    content: object = value.to_dict() if isinstance(value, Plain) else [item.to_dict() for item in value]
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


@contextmanager
def _errors(as_json: bool) -> Generator[None, None, None]:
    """Turn our errors into a message on standard error and an exit code."""
    try:
        yield
    except kratomlaw.KratomLawError as error:
        if as_json:
            content: dict[str, object] = {
                "error": type(error).__name__,
                "message": error.message,
                "hint": error.hint,
            }
            if isinstance(error, kratomlaw.UnknownPlaceError):
                content["suggestions"] = [place.to_dict() for place in error.suggestions]
            if isinstance(error, kratomlaw.AmbiguousPlaceError):
                content["candidates"] = [place.to_dict() for place in error.candidates]
            typer.echo(json.dumps(content, ensure_ascii=False, indent=2), err=True)
        else:
            tables.show_error(error)
        raise typer.Exit(1 if isinstance(error, kratomlaw.DataError) else 2) from error
