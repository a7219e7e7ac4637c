"""Is the documentation complete, and does it show what the repository holds?

The last tests look at the pages as they are built: ``nox -s docs`` names their folder, else they are built here.
"""

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sphinx.util.inventory import InventoryFile

from cli_commands import all_commands
from docs_pages import PUBLIC_MODULES, SHOWN, commands, fields, page_text, with_links
from help_texts import help_texts
from helpers import ROOT
from kratomlaw import Certainty, CitationKind, ConditionKind, Confidence, Level, Permission, Product, Reason, Status
from kratomlaw.export import flat_tables

DOCS = ROOT / "docs"
PUBLIC = sorted(f"{room}.{name}" for room in PUBLIC_MODULES for name in import_module(room).__all__)
WORDS: tuple[type[StrEnum], ...] = (
    Certainty, CitationKind, ConditionKind, Confidence, Level, Permission, Product, Reason, Status,
)  # fmt: skip


def test_the_reference_documents_every_public_name_once() -> None:
    pages = "\n".join(file.read_text("utf-8") for file in sorted((DOCS / "reference/api").glob("*.md")))
    assert sorted(re.findall(r"(?m)^\.\. auto\w+:: ([\w.]+)", pages)) == PUBLIC


def test_the_reference_knows_the_modules_that_are_promised() -> None:
    promised = (DOCS / "stability.md").read_text("utf-8").partition("## Public")[2].partition("##")[0]
    lists = "\n".join(line for line in promised.splitlines() if "__all__" in line).replace(".__all__", "")
    assert set(re.findall(r"`(kratomlaw[\w.]*)`", lists)) == set(PUBLIC_MODULES)


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_the_reference_describes_every_command(words: tuple[str, ...]) -> None:
    section = commands().partition(f"\n## kratomlaw {' '.join(words)}\n")[2].partition("\n## ")[0]
    shown = help_texts()[f"kratomlaw-{'-'.join(words)}.txt"]
    options = set(re.findall(r"(?m)^  (--[\w-]+)", shown))
    assert "```sh\nkratomlaw " in section
    assert options == set(re.findall(r"(?m)^- `(--[\w-]+)", section))


def test_the_reference_describes_every_field_and_every_word() -> None:
    page = fields()
    lines = page.splitlines()
    for table in flat_tables():
        described = lines[lines.index(f"## {table.name}") :]
        for column in table.columns:
            assert any(re.match(rf"\| `{column.name}`( \(key\))? \| {column.kind} \| \w", line) for line in described)
    missing = [word for words in WORDS for word in words if f"`{word}`" not in page]
    assert not missing


README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_is_short_and_says_first_how_far_it_can_be_relied_on() -> None:
    assert len(README.encode()) <= 6 * 1024
    before = README.partition("pip install")[0]
    for limit in ("not legal advice", "Unknown is not legal", "Coverage", "Age"):
        assert limit in before


def test_the_checks_run_the_commands_of_the_readme() -> None:
    run = (ROOT / ".ci/run").read_text("utf-8").replace(" --quiet --disable-pip-version-check", "")
    (command,) = [line for line in README.splitlines() if line.endswith("-m pytest")]
    assert "\n".join(command.split(" && ")) in run


@pytest.mark.parametrize(("file", "page"), SHOWN.items())
def test_a_file_from_elsewhere_is_a_page(file: str, page: str) -> None:
    if page != "index.md":  # which says the same as the README in its own words
        heading = next(line for line in (ROOT / file).read_text("utf-8").splitlines() if line.startswith("# "))
        assert heading in page_text(DOCS / page).splitlines()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[code](../data/CODEBOOK.md#6-second-reading)", "[code](data/codebook.md#6-second-reading)"),
        ("[`watch`](watch.md) and [law](https://law.example.org)", "[`watch`](watch.md) and [law](https://law.example.org)"),
        ("[the updates](../src/kratomlaw/updates)", "the updates"),
        ("![map](pictures/map-us.svg)", "![map](pictures/map-us.svg)"),
        ("`[a](../b.md)`", "`[a](../b.md)`"),
        ("```toml\nx = [[a](../b.md)]\n```", "```toml\nx = [[a](../b.md)]\n```"),
    ],
)  # fmt: skip
def test_a_link_leads_to_the_page_that_shows_its_file(written: str, shown: str) -> None:
    page = DOCS / "watch.md"
    assert with_links(written, page, page) == shown


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built pages."""
    named = os.environ.get("KRATOMLAW_TEST_DOCUMENTATION")
    if named:
        return Path(named)
    out = tmp_path_factory.mktemp("documentation")
    options = ["--builder", "html", "--fail-on-warning", "--nitpicky", "--keep-going", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "docs", out], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out


class _Page(HTMLParser):
    """What a page loads, where it leads, and which places in it have a name."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors.update(filter(None, (found.get("id"), found.get("name"))))
        if tag == "a":
            self.links.append(found.get("href", ""))
        else:
            self.loads += [found[name] for name in ("href", "src", "data", "srcset") if found.get(name)]


def _pages(built: Path) -> Iterator[tuple[Path, _Page]]:
    for file in sorted(built.rglob("*.html")):
        yield file, _Page(file)


def _named(name: str) -> object:
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def _members(found: object) -> list[str]:
    fields = [field.name for field in dataclasses.fields(found)] if dataclasses.is_dataclass(found) else []
    return [*fields, *getattr(found, "__members__", ())]


@pytest.mark.soak
def test_the_built_reference_has_every_public_name(built: Path) -> None:
    inventory = InventoryFile.loads((built / "objects.inv").read_bytes(), uri="")
    documented = {name for kind in inventory.data.values() for name in kind}
    assert set(PUBLIC) <= documented
    members = {f"{name}.{member}" for name in PUBLIC for member in _members(_named(name))}
    assert not members - documented


@pytest.mark.soak
def test_a_built_page_loads_nothing_from_third_parties(built: Path) -> None:
    for file, page in _pages(built):
        assert not [each for each in page.loads if urlsplit(each).netloc], file.name
    for style in built.rglob("*.css"):
        addresses = re.findall(r"url\(['\"]?([^)'\"]+)|@import\s+['\"]([^'\"]+)", style.read_text("utf-8"))
        assert not [each for found in addresses for each in found if urlsplit(each).netloc], style.name


@pytest.mark.soak
def test_every_link_of_a_built_page_leads_somewhere(built: Path) -> None:
    pages = dict(_pages(built))
    broken: list[str] = []
    for file, page in pages.items():
        for link in page.links:
            to = urlsplit(link)
            if to.scheme or to.netloc or not link:
                continue
            there = (file.parent / unquote(to.path)).resolve() if to.path else file
            found = pages[there].anchors if there in pages else set() if there.is_file() else None
            if found is None or (to.fragment and there in pages and unquote(to.fragment) not in found):
                broken.append(f"{file.relative_to(built)}: {link}")
    assert not broken
