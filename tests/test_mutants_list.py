"""Is every mutant that is listed as one without effect still about a line that there is?"""

import tomllib

from helpers import ROOT

LISTED = tomllib.loads((ROOT / "tools/mutants.toml").read_text("utf-8"))["without-effect"]


def test_each_is_about_a_line_of_today_and_has_a_reason() -> None:
    for each in LISTED:
        written = (ROOT / "src/kratomlaw" / each["file"]).read_text("utf-8")
        assert each["line"] in " ".join(map(str.strip, written.splitlines())), each
        assert len(each["reason"].split()) > 3, each
