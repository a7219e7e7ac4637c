"""How does a person write the dataset, or a shop's list of where it may send to, to files? ``kratomlaw export``."""

from pathlib import Path
from typing import Annotated

import typer

import kratomlaw

from ..export import Format, export_shipping
from ..export import export as write_tables
from .options import DAY, AgeOption, MeetsOption, PolicyOption, ProductOption, SetOption
from .output import reporting, say
from .policies import policy_of

__all__ = ["SHIPPING", "export"]

SHIPPING = "shipping"
"""The format that answers for a shop, beside those of the dataset."""


def export(
    out: Annotated[Path, typer.Argument(help="The folder to write to; it is created if it does not exist.")],
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="|".join((*Format, SHIPPING)), help="What to write.")
    ] = "csv",
    exact: Annotated[
        bool, typer.Option("--exact", help="Leave texts in CSV as they are, also those that a spreadsheet would run.")
    ] = False,
    product: ProductOption = "leaf",
    age: AgeOption = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar=DAY, help="The day on which it is sent and arrives; today by default.")
    ] = None,
    policy: PolicyOption = None,
    meets: MeetsOption = None,
    settings: SetOption = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", metavar="FOLDER", help="An earlier list for shops: write what is decided otherwise than there."
        ),
    ] = None,
) -> None:
    """Write the whole dataset as flat tables, or where a shop may send to.

    Tables come with a data dictionary. With --format shipping: for every country, province and ZIP code allow, review
    or refuse, and until when, in forms that shops import. --product, --age, --on and the options of the policy are as
    of decide; they and --since are for this format only.
    """
    with reporting():
        if form == SHIPPING and not exact:
            applied = policy_of(policy, meets or (), settings or ())
            files = export_shipping(out, product=product, age=age, policy=applied, on=on, since=since)
        elif form not in tuple(Format):
            hint = f"Choose one of {', '.join((*Format, SHIPPING))}, the last without --exact."
            raise kratomlaw.InvalidQueryError(f"{form[:40]!r} is not a format of that kind.", hint=hint)
        elif product != "leaf" or any((age is not None, on, policy, meets, settings, since)):
            raise kratomlaw.InvalidQueryError(
                f"The tables of the dataset hold every product and day: --format {form} takes no option on them.",
                hint="Leave out --product, --age, --on, --since and those of the policy, or add --format shipping.",
            )
        else:
            files = write_tables(out, form, exact=exact)
        for file in files:
            say(file)
