"""How does a maintainer compare, release and publish data? ``kratomlaw data diff | release | publish | keygen``."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ...errors import InvalidQueryError
from ...maintain.release.publish import DEFAULT_LIFETIME
from ..output import Form, note_left_out, reporting, say
from . import site
from .options import DATA, PACKAGE_DATA, DataOption, JsonOption

__all__ = ["diff", "keygen", "publish", "release"]

AdoptOption = Annotated[
    bool, typer.Option("--adopt", help="List older datasets although their manifest is not signed with this key.")
]


def diff(
    before: Annotated[
        str, typer.Argument(help="The older state: a git revision, version, file, folder, SITE@VERSION or `bundled`.")
    ] = "HEAD",
    after: Annotated[str, typer.Argument(help="The newer state; `worktree` is the data folder as it is.")] = "worktree",
    folder: DataOption = DATA,
    source: Annotated[Path | None, typer.Option(help="The folder of a source in which to look for versions.")] = None,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the comment for a pull request.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when the law changed.")] = False,
) -> None:
    """Show which answers change, and separately which changes affect only the evidence."""
    with reporting(as_json=as_json):
        from ...maintain.release import news, revisions
        from ...maintain.release.diff import compare

        old = revisions.load(before, data=folder, source=source, partial=True)
        new = revisions.load(after, data=folder, source=source, partial=True)
        note_left_out((*old.left_out, *new.left_out))
        found = compare(*revisions.without_left_out(old, new))
        found = replace(found, before=str(old), after=str(new), left_out=revisions.left_out_files(old, new))
        write = news.as_json if as_json else news.as_markdown if markdown else news.as_text
        say(write(found), form=Form.JSON if as_json else Form.TEXT)
    raise typer.Exit(exit_code and bool(found.law or found.removed))


def release(
    out: Annotated[Path, typer.Argument(help="The folder of the source that the release is added to.")],
    version: Annotated[
        str | None, typer.Option(help="The version; that of dataset.toml, or today, by default.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="The release before; the newest that is known by default.")] = None,
    key: Annotated[Path | None, typer.Option(help="The private key to sign with.")] = None,
    days: Annotated[
        int, typer.Option(min=1, help="For how many days users trust the manifest.")
    ] = DEFAULT_LIFETIME.days,
    adopt: AdoptOption = False,
    with_site: site.SiteOption = True,
    address: site.AddressOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compute and show everything, write nothing.")] = False,
    folder: DataOption = DATA,
    package: Annotated[Path, typer.Option(help="The folder of the package's dataset.")] = PACKAGE_DATA,
    changelog: Annotated[Path, typer.Option(help="The changelog.")] = Path("CHANGELOG.md"),
) -> None:
    """Make a release of the data: all of its steps, or nothing.

    Validates and compiles the records, raises the version, writes the news and the changelog, and publishes.
    """
    with reporting(interrupted="Interrupted. What was there before is there again."):
        from ...maintain.release import plan as releases
        from ...maintain.release.publish import read_key

        if with_site:
            site.check(out)
        planned = releases.plan(
            releases.Paths(folder, package, changelog, out),
            now=datetime.now(UTC),
            version=version,
            since=since,
            key=read_key(key) if key else None,
            lifetime=timedelta(days=days),
            adopt=adopt,
            write_site=partial(site.write, address=address, data=folder) if with_site else None,
            on_step=lambda name, found: say(f"{name:<10} {found}"),
        )
        if dry_run:
            say("\nIt would write:")
            below = {path for path in planned.files if path.parent != out and path.is_relative_to(out)}
            for path, content in planned.files.items():
                if path not in below:
                    say(f"  {path} ({len(content):,} bytes)")
            if below:
                say(f"  {len(below)} files in the folders of the site")
            say(f"\n{planned.news}")
        else:
            releases.carry_out(planned, tidy=site.tidy)
            say(f"{'write':<10} {len(planned.files)} files")
            say(f"Commit them, and tag the commit {planned.tag}.")


def publish(
    out: Annotated[Path, typer.Argument(help="The folder of the source.")],
    key: Annotated[Path | None, typer.Option(help="The private key to sign with.")] = None,
    days: Annotated[
        int, typer.Option(min=1, help="For how many days users trust the manifest.")
    ] = DEFAULT_LIFETIME.days,
    adopt: AdoptOption = False,
    with_site: site.SiteOption = True,
    address: site.AddressOption = None,
    folder: DataOption = DATA,
) -> None:
    """Write a source that any static web server can serve.

    Adds the release to a source that is there already; older versions stay. A web site of the data is written too.
    The folder is replaced in one step, so that a reader never meets two releases mixed.
    """
    with reporting():
        from ...maintain.release import publish as publishing
        from ...maintain.release.swap import replaced_in_one_step

        signer = publishing.read_key(key) if key else None
        if with_site:
            site.check(out)
        with replaced_in_one_step(out) as part:
            manifest = publishing.publish(folder, part, key=signer, lifetime=timedelta(days=days), adopt=adopt)
            written = site.write(part, manifest, address, folder) if with_site else ""
            site.tidy(part)
        say(
            f"version {manifest.version} in {out}, {'signed' if key else 'not signed'}, "
            f"trusted until {manifest.expires:%Y-%m-%d}"
        )
        if with_site:
            say(f"site in {out}: {written}")


def keygen(path: Annotated[Path, typer.Argument(help="The file for the private key.")]) -> None:
    """Make a key pair: write the private key, print the public one."""
    with reporting():
        from ...maintain.release.publish import make_key

        try:
            say(make_key(path))
        except FileExistsError:
            raise InvalidQueryError(f"{path} is there already.", hint="Choose another name.") from None
