"""Do the links of the documents lead somewhere, and do they name commands that exist?"""

import re
from pathlib import Path

import pytest

from helpers import ROOT

DOCUMENTS = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*.md")))


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(file: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", file.read_text("utf-8"), flags=re.DOTALL)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if link and not link.startswith("mailto:") and not (file.parent / link).exists()]
    assert not missing, f"{file.relative_to(ROOT).as_posix()} links to files that are not there: {missing}"


def test_every_example_of_python_is_one_that_runs() -> None:
    # As a session of an interpreter, which doctest repeats.
    for file in DOCUMENTS:
        assert "```python\n" not in file.read_text("utf-8"), file.name


def test_every_session_of_the_noxfile_that_a_document_names_exists() -> None:
    sessions = set(re.findall(r"(?m)^def (\w+)\(session", (ROOT / "noxfile.py").read_text("utf-8")))
    for file in DOCUMENTS:
        for named in re.findall(r"nox -s ([a-z][a-z ]*)", file.read_text("utf-8")):
            assert {*named.split()} <= sessions, f"{file.name} names {named}, noxfile.py has {sorted(sessions)}"
