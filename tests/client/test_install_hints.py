"""Does what messages and documents tell people to install work where they are?"""

import re
import tomllib
from pathlib import Path

import pytest

from helpers import ROOT
from kratomlaw.cli.output import EXTRA_OF
from kratomlaw.install import ON_INDEX, REINSTALL, UPGRADE, install

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {*PROJECT["optional-dependencies"]}
SOURCES = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in (ROOT / "src").rglob("*.py")}
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*.md")]


def test_a_message_names_an_extra_that_exists() -> None:
    named = {extra for text in SOURCES.values() for extra in re.findall(r"\binstall\(['\"](\w+)['\"]\)", text)}
    assert named >= {"cli", "frames", "signing", "web"}
    assert {*named, *EXTRA_OF.values()} <= EXTRAS


def test_what_messages_tell_to_install_is_written_in_one_place() -> None:
    # Beside it, a package of others is named, and a server leaves out what nobody can type there.
    elsewhere = {"src/kratomlaw/export/packages.py", "src/kratomlaw/serving/hints.py"}
    assert {name for name, text in SOURCES.items() if "pip install" in text} == {"src/kratomlaw/install.py", *elsewhere}


@pytest.mark.skipif(ON_INDEX, reason="the index has the name")
def test_nobody_is_told_to_install_from_an_index_that_has_not_the_name() -> None:
    for hint in (install("web"), UPGRADE, REINSTALL):
        assert re.search(r"install (--[\w-]+ )?'?\.", hint)
        assert "in a clone" in hint
    for file in DOCUMENTS:
        if file.name != "CHANGELOG.md":
            assert not re.search(r"pip install (-\S+ )*['\"]?kratomlaw", file.read_text("utf-8"))


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_document_names_extras_that_exist(file: Path) -> None:
    for extras in re.findall(r"install [^`\n]*\[([\w,]+)\]'", file.read_text("utf-8")):
        assert {*extras.split(",")} <= EXTRAS
