"""What does the documentation show that is not written in ``docs``? Other files of the repository, and the code.

Sphinx asks for each page (``docs/conf.py``):

- An ``{include}`` of a file outside ``docs`` is that file. A link out of ``docs`` leads to the page that shows the
  file, or, where none does, is its words alone: the same Markdown is read in the repository and on the site.
- ``<!-- generated: commands -->`` is a reference, made from the code.
- A type in a signature leads to its public name, wherever it is defined.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from typer.main import get_command

import kratomlaw
from help_texts import described, parameters
from kratomlaw.cli.app import app
from kratomlaw.cli.lazy import LazyGroup
from kratomlaw.export import flat_tables
from kratomlaw.export.dictionary import data_dictionary

if TYPE_CHECKING:
    from docutils.nodes import Element, TextElement
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

__all__ = ["GENERATED", "PUBLIC_MODULES", "SHOWN", "commands", "fields", "page_text", "setup", "with_links"]

PUBLIC_MODULES = ("kratomlaw", "kratomlaw.frames", "kratomlaw.web", "kratomlaw.export", "kratomlaw.mcp_server")
"""What ``docs/stability.md`` calls public."""
_OTHERS = {"fastapi", "mcp", "narwhals"}
"""Packages whose types our signatures name. The site loads no index of theirs: they are words without a link."""
_INSIDE = {"cited_in", "numbered"}
"""Members of public classes that are not for users: how JSON is written."""
_WORDS_ALONE = {"Path", "Listing", "kratomlaw.frames.timeline_frame._FrameT", "kratomlaw.settings.SettingsArguments"}
"""Types that have no page: what they stand for is said beside them."""

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

SHOWN = {
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "README.md": "index.md",
    "SECURITY.md": "project/security.md",
    "data/CODEBOOK.md": "data/codebook.md",
    "data/QUALITY.md": "data/quality.md",
    "data/README.md": "data/records.md",
    "docs/decisions/README.md": "project/decisions.md",
}
"""The files that a page of another name shows."""

_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_INCLUDE = re.compile(r"^```\{include\} (\S+)\n```$", re.MULTILINE)
_GENERATED = re.compile(r"^<!-- generated: (\w+) -->$", re.MULTILINE)
_LAST_BLANK_LINE = re.compile(r"\n\n```$", re.MULTILINE)  # it tells doctest where the output ends, and readers nothing
_LINK = re.compile(r"(!?)\[([^\]\[]*(?:`[^`]*`)?[^\]\[]*)\]\(([^()\s]+)\)")


def page_text(file: Path) -> str:
    """Read a page as Sphinx shall read it.

    Args:
        file: A Markdown file below ``docs``.

    Returns:
        The text of the page, with what it includes and what is generated.
    """
    text = with_links(file.read_text("utf-8"), file, file)
    text = _LAST_BLANK_LINE.sub("\n```", text)
    text = _INCLUDE.sub(lambda found: _included((file.parent / found[1]).resolve(), file), text)
    return _GENERATED.sub(lambda found: GENERATED[found[1]](), text)


def commands() -> str:
    """Describe every command in Markdown, in the words of its ``--help``.

    Example:
        >>> "## kratomlaw data validate" in commands().splitlines()
        True
    """
    found = _commands(("kratomlaw",), get_command(app))
    return "\n".join(line for words, command in found for line in _described(words, command))


def _commands(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, listed in getattr(command, "commands", {}).items():
        yield from _commands((*words, name), command.load(name) if isinstance(command, LazyGroup) else listed)


def _described(words: tuple[str, ...], command: Any) -> Iterator[str]:
    yield from (f"## {' '.join(words)}", "", _literal(command.help or ""), "")
    for title, listed in parameters(command):
        yield from (f"{title}:", "")
        for parameter in listed:
            written, help_text = described(parameter)
            yield f"- `{written}`: {_literal(help_text)}"
        yield ""
    title, _, examples = (command.epilog or "").partition("\n\n")
    if title == "Examples:":
        yield from ("```sh", *examples.split("\n\n"), "```", "")


def _literal(text: str) -> str:
    """Plain text as Markdown."""
    return re.sub(r"([\\`*_<\[\]|])", r"\\\1", text)


def fields() -> str:
    """Describe every column of the flat tables in Markdown, and their words.

    Example:
        >>> "## periods" in fields().splitlines()
        True
    """
    tables = tuple(flat_tables())
    text = data_dictionary(tables, kratomlaw.dataset())
    return text.partition("\n\n")[2]  # the page has a title


GENERATED: dict[str, Callable[[], str]] = {"commands": commands, "fields": fields}
"""What ``<!-- generated: NAME -->`` stands for."""


def _included(source: Path, page: Path) -> str:
    return with_links(source.read_text("utf-8"), source, page)


def with_links(text: str, source: Path, page: Path) -> str:
    """Lead the links of a text to where they lead on the page that shows it; code has none.

    Args:
        text: Markdown.
        source: The file that it was read from.
        page: The page that shows it.

    Returns:
        The text for the page.
    """
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\0{len(kept) - 1}\0"

    text = _LINK.sub(lambda found: _link(found, source, page), _CODE.sub(keep, text))
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text)


def _link(found: re.Match[str], source: Path, page: Path) -> str:
    mark, words, address = found.groups()
    target, _, anchor = address.partition("#")
    if not target or "://" in target or target.startswith("mailto:"):
        return found[0]
    file = Path(os.path.normpath(source.parent / target))
    shown = SHOWN.get(file.relative_to(ROOT).as_posix())
    if shown:
        file = DOCS / shown
    elif not file.is_relative_to(DOCS):
        return words
    there = Path(os.path.relpath(file, page.parent)).as_posix()
    return f"{mark}[{words}]({there}{'#' if anchor else ''}{anchor})"


def setup(app: "Sphinx") -> dict[str, bool]:
    """Let Sphinx ask here."""
    app.connect("source-read", _read)
    app.connect("autodoc-process-docstring", _keep_field, priority=400)
    app.connect("autodoc-process-docstring", _put_field_back, priority=600)
    app.connect("autodoc-skip-member", lambda app, what, name, *_: True if name in _INSIDE else None)
    app.connect("missing-reference", _resolve)
    for name in kratomlaw.__all__:
        _without_limits(getattr(kratomlaw, name))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _read(app: "Sphinx", docname: str, source: list[str]) -> None:
    source[0] = page_text(Path(app.env.doc2path(docname)))


def _keep_field(app: "Sphinx", what: str, name: str, found: object, options: object, lines: list[str]) -> None:
    """Take the text about a field from the reader of Google's form: it would take words before a colon for a type."""
    if what in ("attribute", "property"):
        _FIELDS[name] = list(lines)


def _put_field_back(app: "Sphinx", what: str, name: str, found: object, options: object, lines: list[str]) -> None:
    lines[:] = _FIELDS.pop(name, lines)


_FIELDS: dict[str, list[str]] = {}


def _without_limits(found: object) -> None:
    """Show the type of a field without what only pydantic reads."""
    if getattr(found, "__module__", "") == "kratomlaw.law.records":
        hints = get_type_hints(found)
        found.__annotations__ = {name: hints[name] for name in found.__annotations__}


@cache
def _public_names() -> dict[str, str]:
    """``kratomlaw.law.answers.Answer`` is documented as ``kratomlaw.Answer``."""
    names: dict[str, str] = {}
    for room in PUBLIC_MODULES:
        module = import_module(room)
        for name in module.__all__:
            found = getattr(module, name)
            if hasattr(found, "__qualname__"):
                names[f"{found.__module__}.{found.__qualname__}"] = f"{room}.{name}"
    return names


def _resolve(app: "Sphinx", env: "BuildEnvironment", node: "pending_xref", words: "TextElement") -> "Element | None":
    target = str(node.get("reftarget", ""))
    if node.get("refdomain") != "py":
        return None
    if target in _WORDS_ALONE or target.partition(".")[0] in sys.stdlib_module_names | _OTHERS:
        return words
    public = _public_names().get(target)
    domain = env.domains["py"]
    return public and domain.resolve_xref(env, node["refdoc"], app.builder, "obj", public, node, words)
