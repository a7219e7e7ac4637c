"""Which arguments and options do several commands share? Each with one name, one form and one help text."""

from typing import Annotated

import typer

import kratomlaw

__all__ = [
    "DAY",
    "AgeOption",
    "CityOption",
    "CodeOption",
    "CountryOption",
    "CountyOption",
    "FullOption",
    "JsonOption",
    "MeetsOption",
    "OnOption",
    "PlacesArgument",
    "PolicyOption",
    "ProductOption",
    "SetOption",
    "StateOption",
    "WithinOption",
    "ZipOption",
]

DAY = "YYYY-MM-DD"
"""How a day is written."""

PlacesArgument = Annotated[
    list[str] | None,
    typer.Argument(help='A name or a code, as in "Nashville, TN"; several, each in quotes.', show_default=False),
]
CodeOption = Annotated[str | None, typer.Option("--code", help='An exact code, never a name: "DE" is Germany here.')]
CountryOption = Annotated[str | None, typer.Option("--country", help="A country's name or code.")]
StateOption = Annotated[str | None, typer.Option("--state", help="A state's name or code.")]
CountyOption = Annotated[str | None, typer.Option("--county", help="A county's name.")]
CityOption = Annotated[str | None, typer.Option("--city", help="A city's name.")]
ZipOption = Annotated[
    str | None, typer.Option("--zip", "--postal-code", help="A ZIP code; other countries: a postal code.")
]
OnOption = Annotated[str | None, typer.Option("--on", metavar=DAY, help="The day; today by default.")]
ProductOption = Annotated[
    str, typer.Option("--product", "-p", metavar="|".join(kratomlaw.Product), help="The product.")
]
WithinOption = Annotated[str | None, typer.Option("--within", help="Only this place and the places in it.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text.")]
FullOption = Annotated[bool, typer.Option("--full", help="Show all of it, with every source.")]

AgeOption = Annotated[
    int | None,
    typer.Option("--age", metavar="YEARS", help="The age of the buyer, or of whoever has it; unknown by default."),
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy", metavar="FILE", help="A JSON file of settings; - for standard input. See --print-policy of decide."
    ),
]
MeetsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--meets",
        metavar="KIND",
        help="The kinds of conditions that you are known to meet, separated by commas. "
        f"One of {', '.join(kratomlaw.ConditionKind)}.",
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SETTING=VALUE",
        help="A setting of the policy, as in unknown=review; may be repeated. Values are allow, review or refuse; "
        "--print-policy of decide lists the settings.",
    ),
]
