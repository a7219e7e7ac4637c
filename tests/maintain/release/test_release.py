"""A release in a real git repository that is a small copy of the data: all of it, or nothing and a reason."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kratomlaw import DataError, IntegrityError, InvalidDataError, InvalidQueryError, Permission
from kratomlaw.cli.app import app
from kratomlaw.data.validation import open_file
from kratomlaw.maintain.release import revisions
from kratomlaw.maintain.release.plan import Paths, Plan, carry_out, next_version, plan
from kratomlaw.maintain.release.publish import make_key, read_key
from kratomlaw.maintain.review.quality import quality
from kratomlaw.updates.manifest import Manifest
from kratomlaw.updates.trust import Trust

RECORDS = ("us/la.toml", "us/co.toml", "countries/us.toml", "countries/lu.toml")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
CHANGELOG = "# Changelog\n\n## Code\n\n### [Unreleased]\n- Something.\n\n## Data\n\n### 2020.01.01\n- First records.\n"
STEPS = ["state", "validate", "version", "compare", "news", "changelog", "build", "publish"]


def git(*arguments: str, clone: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *settings, *arguments], cwd=clone, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def commit(clone: Path) -> None:
    git("add", "--all", clone=clone)
    git("commit", "--quiet", "--message", "A change", clone=clone)


@pytest.fixture
def clone(tmp_path: Path, root: Path) -> Path:
    """A repository with four real records, released as 2020.01.01."""
    made = tmp_path / "clone"
    for path in RECORDS:
        target = made / "data" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "data" / path, target)
    (made / "data/dataset.toml").write_text('# The version of the data.\nversion = "2020.01.01"\n')
    (made / "package").mkdir()
    (made / "package/dataset.json").write_text("old\n")
    (made / "CHANGELOG.md").write_text(CHANGELOG)
    git("init", "--quiet", "--initial-branch", "main", clone=made)
    commit(made)
    git("tag", "data-2020.01.01", clone=made)
    return made


def trusting(public_key: str) -> Trust:
    """What believes in one publisher, at the time of the releases here."""
    return Trust(public_keys=(public_key,), library_version="0.1.0", now=NOW)


def paths(clone: Path) -> Paths:
    return Paths(clone / "data", clone / "package", clone / "CHANGELOG.md", clone.parent / "site")


def change_the_law(clone: Path) -> None:
    """Luxembourg's possession is unknown from now on; committed."""
    replace(clone, "countries/lu.toml", 'possession = "prohibited"', 'possession = "unknown"')
    commit(clone)


def replace(clone: Path, path: str, old: str, new: str) -> None:
    file = clone / "data" / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def release(clone: Path, **more: object) -> Plan:
    planned = plan(paths(clone), **{"now": NOW, **more})  # type: ignore[arg-type]
    carry_out(planned)
    return planned


def test_a_release_writes_version_news_changelog_dataset_and_source(clone: Path) -> None:
    change_the_law(clone)
    planned = release(clone)
    assert (planned.version, planned.tag) == ("2026.12.01", "data-2026.12.01")
    assert (clone / "data/dataset.toml").read_text() == '# The version of the data.\nversion = "2026.12.01"\n'
    assert "stays banned (possession prohibited → unknown)" in (clone / "data/news/2026.12.01.md").read_text("utf-8")
    assert json.loads((clone / "package/manifest.json").read_text())["version"] == "2026.12.01"
    assert json.loads((clone.parent / "site/manifest.json").read_text())["version"] == "2026.12.01"


def test_the_counts_of_the_quality_are_those_of_the_new_version(clone: Path) -> None:
    (clone / "data/QUALITY.md").write_text("old\n")
    change_the_law(clone)
    release(clone)
    assert "Of data version 2026.12.01." in (clone / "data/QUALITY.md").read_text("utf-8")
    assert (clone / "data/QUALITY.md").read_text("utf-8") == quality(clone / "data")


def test_the_changelog_gets_a_section_before_the_older_ones(clone: Path) -> None:
    change_the_law(clone)
    release(clone)
    assert (clone / "CHANGELOG.md").read_text("utf-8") == CHANGELOG.replace(
        "### 2020.01.01",
        "### 2026.12.01\n"
        "- LU from 2012-08-03: stays banned (possession prohibited → unknown).\n"
        "- All of it: [`data/news/2026.12.01.md`](data/news/2026.12.01.md).\n\n"
        "### 2020.01.01",
    )


def test_what_is_published_is_what_the_package_holds(clone: Path) -> None:
    change_the_law(clone)
    release(clone)
    published = clone.parent / "site/dataset-2026.12.01.json"
    assert published.read_bytes() == (clone / "package/dataset.json").read_bytes()
    record = open_file(published).record("LU")
    assert record is not None
    assert record.periods[-1].possession is Permission.UNKNOWN


def test_each_step_is_reported_by_its_name(clone: Path) -> None:
    change_the_law(clone)
    told: list[str] = []
    plan(paths(clone), now=NOW, on_step=lambda name, _: told.append(name))
    assert told == STEPS


def test_a_plan_writes_nothing(clone: Path) -> None:
    change_the_law(clone)
    before = contents(clone.parent)
    plan(paths(clone), now=NOW)
    assert contents(clone.parent) == before


def test_a_signed_release_is_accepted_with_its_key_alone(clone: Path, tmp_path: Path) -> None:
    change_the_law(clone)
    public_key, other_key = make_key(tmp_path / "key.pem"), make_key(tmp_path / "other.pem")
    release(clone, key=read_key(tmp_path / "key.pem"))
    manifest = (clone.parent / "site/manifest.json").read_bytes()
    assert trusting(public_key).read_manifest(manifest).manifest.version == "2026.12.01"
    with pytest.raises(IntegrityError):
        trusting(other_key).read_manifest(manifest)


def refused(clone: Path, match: str, **more: object) -> None:
    """A release is refused with that reason, and nothing is written."""
    before = contents(clone.parent)
    with pytest.raises(DataError, match=match) as caught:
        release(clone, **more)
    assert caught.value.hint
    assert contents(clone.parent) == before


def test_changes_that_are_not_committed_are_refused(clone: Path) -> None:
    replace(clone, "countries/lu.toml", 'possession = "prohibited"', 'possession = "unknown"')
    refused(clone, r"Not everything is committed: data/countries/lu\.toml")


def test_a_record_that_git_does_not_know_is_refused(clone: Path) -> None:
    change_the_law(clone)
    (clone / "data/countries/at.toml").write_text("")
    refused(clone, r"Not everything is committed: data/countries/at\.toml")


def test_an_unchanged_state_is_refused(clone: Path) -> None:
    refused(clone, r"Nothing changed since 2020\.01\.01")


def test_records_that_break_the_rules_are_refused_with_every_problem(clone: Path) -> None:
    replace(clone, "countries/lu.toml", 'status = "banned"', 'status = "legal"')
    commit(clone)
    with pytest.raises(InvalidDataError) as caught:
        plan(paths(clone), now=NOW)
    assert {problem.file for problem in caught.value.problems} == {"countries/lu.toml"}


def test_a_removed_record_is_refused(clone: Path) -> None:
    (clone / "data/countries/lu.toml").unlink()
    commit(clone)
    refused(clone, "Records were removed: LU")


def test_a_folder_that_is_no_clone_is_refused(clone: Path) -> None:
    shutil.rmtree(clone / ".git")
    refused(clone, "git status failed")


def test_a_shallow_clone_is_refused_for_its_releases_cannot_be_known(clone: Path) -> None:
    change_the_law(clone)
    shallow = clone.parent / "shallow"
    git("clone", "--quiet", "--depth=1", "--no-tags", f"file://{clone}", str(shallow), clone=clone.parent)
    refused(shallow, "The clone is shallow")


def test_a_changelog_without_section_for_the_data_is_refused(clone: Path) -> None:
    (clone / "CHANGELOG.md").write_text("# Changelog\n")
    change_the_law(clone)
    refused(clone, "no section `## Data`")


def test_a_source_that_holds_a_newer_version_is_refused(clone: Path) -> None:
    change_the_law(clone)
    release(clone)
    commit(clone)
    refused(clone, r"site holds 2026\.12\.01, which is newer", since="data-2020.01.01", version="2026.11.20")


def test_other_bytes_under_a_published_version_are_refused(clone: Path) -> None:
    change_the_law(clone)
    release(clone)
    replace(clone, "us/la.toml", 'possession = "prohibited"', 'possession = "unknown"')
    commit(clone)
    refused(clone, r"site holds version 2026\.12\.01 with other bytes", since="data-2020.01.01")


def test_a_second_release_on_one_day_is_numbered(clone: Path) -> None:
    change_the_law(clone)
    release(clone)
    replace(clone, "us/la.toml", 'possession = "prohibited"', 'possession = "unknown"')
    commit(clone)
    assert release(clone).version == "2026.12.01.1"
    assert (clone.parent / "site/dataset-2026.12.01.json").is_file()


def test_the_first_release_lists_its_records_and_leaves_a_written_changelog_alone(clone: Path) -> None:
    git("tag", "--delete", "data-2020.01.01", clone=clone)
    planned = release(clone)
    assert (planned.version, "The first release." in planned.news) == ("2020.01.01", True)
    assert (clone / "CHANGELOG.md").read_text("utf-8") == CHANGELOG


def test_when_a_file_cannot_be_written_what_was_there_is_there_again(clone: Path) -> None:
    change_the_law(clone)
    planned = plan(paths(clone), now=NOW)
    before = contents(clone)
    # A folder stands where the manifest belongs: everything but the last step works.
    (clone.parent / "site/manifest.json").mkdir(parents=True)
    with pytest.raises(DataError, match=r"manifest\.json cannot be written"):
        carry_out(planned)
    assert contents(clone) == before
    assert contents(clone.parent / "site") == {}


@pytest.mark.parametrize("writes", range(8))
def test_ctrl_c_during_a_release_puts_everything_back(
    clone: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    change_the_law(clone)
    planned = plan(paths(clone), now=NOW)
    assert len(planned.files) == 8
    before = contents(clone.parent)
    moved = 0

    def move(part: Path, path: Path) -> None:
        nonlocal moved
        if moved == writes:
            raise KeyboardInterrupt
        moved += 1
        part.replace(path)

    monkeypatch.setattr("kratomlaw.maintain.release.plan.move_there", move)
    with pytest.raises(KeyboardInterrupt):
        carry_out(planned)
    assert contents(clone.parent) == before


def test_a_release_needs_no_archive_of_git_and_no_tarfile(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Python 3.11.2, as Debian 12 has it, extracts without the argument `filter`; nothing is extracted any more.
    monkeypatch.setitem(sys.modules, "tarfile", None)
    change_the_law(clone)
    assert release(clone).version == "2026.12.01"


def test_the_diff_sees_a_record_that_git_attributes_would_hide(clone: Path) -> None:
    replace(clone, "countries/lu.toml", 'possession = "prohibited"', 'possession = "unknown"')
    (clone / "data/.gitattributes").write_text("countries/lu.toml export-ignore\nus/*.toml export-subst\n")
    commit(clone)
    code, printed, _ = run(clone, "diff", "HEAD~1", "HEAD")
    assert (code, "LU from 2012-08-03: stays banned (possession prohibited → unknown)" in printed) == (0, True)
    assert "removed" not in printed


def test_a_record_that_becomes_a_link_is_named_and_not_followed(clone: Path) -> None:
    (clone / "data/countries/lu.toml").unlink()
    (clone / "data/countries/lu.toml").symlink_to("us.toml")
    commit(clone)
    code, printed, said = run(clone, "diff", "HEAD~1", "HEAD", "--markdown")
    assert (code, "countries/lu.toml" in printed, "It is a link" in said) == (0, True, True)
    assert "removed" not in printed


def test_an_unfinished_record_does_not_stop_the_diff_of_the_others(clone: Path) -> None:
    replace(clone, "us/la.toml", 'possession = "prohibited"', 'possession = "unknown"')
    replace(clone, "countries/lu.toml", 'status = "banned"', "status =")
    code, printed, said = run(clone, "diff")
    assert (code, "US-LA" in printed, "removed" not in printed) == (0, True, True)
    assert "countries/lu.toml" in said
    assert "countries/lu.toml" in run(clone, "diff", "--markdown")[1].replace("\\", "")
    assert json.loads(run(clone, "diff", "--json")[1])["left_out"] == ["countries/lu.toml"]


@pytest.mark.parametrize("command", ["stale", "quality"])
def test_an_unfinished_record_does_not_stop_other_reports(clone: Path, command: str) -> None:
    replace(clone, "countries/lu.toml", 'status = "banned"', "status =")
    code, printed, said = run(clone, command)
    assert (code, bool(printed), "countries/lu.toml" in said) == (0, True, True)


def test_an_unfinished_record_stops_a_release(clone: Path) -> None:
    replace(clone, "countries/lu.toml", 'status = "banned"', "status =")
    commit(clone)
    refused(clone, r"problems? in")


def test_a_site_is_written_with_the_release_or_not_at_all(clone: Path) -> None:
    def write_site(out: Path, manifest: Manifest) -> str:
        (out / "places").mkdir()
        for name in ("index.html", "places/us-la.html"):
            (out / name).write_text(manifest.version)
        return "2 pages"

    change_the_law(clone)
    before = contents(clone.parent)
    planned = plan(paths(clone), now=NOW, write_site=write_site)
    assert contents(clone.parent) == before
    names = [path.relative_to(clone.parent / "site").as_posix() for path in planned.files if "site" in path.parts]
    assert (len(names), names[-2:]) == (5, ["index.html", "manifest.json"])
    # A folder stands where the manifest belongs: everything but the last step works.
    (clone.parent / "site/manifest.json").mkdir(parents=True)
    with pytest.raises(DataError, match=r"manifest\.json cannot be written"):
        carry_out(planned)
    assert contents(clone.parent) == before


@pytest.mark.parametrize(
    ("written", "before", "wanted", "version"),
    [
        ("2020.01.01", None, None, "2020.01.01"),
        ("2026.11.30", "2020.01.01", None, "2026.11.30"),
        ("2020.01.01", "2020.01.01", None, "2026.12.01"),
        ("2020.01.01", "2026.12.01", None, "2026.12.01.1"),
        ("2026.12.01.1", "2026.12.01.1", None, "2026.12.01.2"),
        ("2020.01.01", "2020.01.01", "2026.11.28", "2026.11.28"),
    ],
)
def test_the_version_follows_from_what_is_written_and_what_was_released(
    written: str, before: str | None, wanted: str | None, version: str
) -> None:
    assert next_version(written, before, today=date(2026, 12, 1), wanted=wanted) == version


@pytest.mark.parametrize(
    ("written", "before", "wanted", "reason"),
    [
        ("2020.01.01", "2020.01.01", "2020.01.01", "not newer"),
        ("2020.01.01", "2026.12.05", None, "not newer"),
        ("2026.12.05", "2020.01.01", None, "a day to come"),
        ("2020.01.01", "2020.01.01", "1.0", "not a data version"),
    ],
)
def test_a_version_that_does_not_follow_is_refused(written: str, before: str, wanted: str | None, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        next_version(written, before, today=date(2026, 12, 1), wanted=wanted)


# --- the commands ---------------------------------------------------------------------------------------------------


def run(clone: Path, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["data", *arguments, "--data", str(clone / "data")])
    return done.exit_code, done.stdout, done.stderr


def release_arguments(clone: Path) -> list[str]:
    where = paths(clone)
    options = ["--package", str(where.package), "--changelog", str(where.changelog), "--no-site"]
    return ["release", str(where.source), *options]


def test_the_command_shows_a_dry_run_and_writes_nothing(clone: Path) -> None:
    change_the_law(clone)
    before = contents(clone.parent)
    code, printed, _ = run(clone, *release_arguments(clone), "--dry-run")
    assert (code, contents(clone.parent) == before) == (0, True)
    assert [line.split()[0] for line in printed.splitlines()[: len(STEPS)]] == STEPS
    assert "possession prohibited → unknown" in printed


def test_the_command_releases_and_says_what_is_left_to_do(clone: Path) -> None:
    change_the_law(clone)
    code, printed, _ = run(clone, *release_arguments(clone))
    assert code == 0
    assert printed.splitlines()[-1].startswith("Commit them, and tag the commit data-")


def test_the_command_writes_the_site_of_the_new_data_beside_it(clone: Path) -> None:
    change_the_law(clone)
    code, printed, _ = run(clone, *release_arguments(clone), "--site", "--address", "https://law.example.org/")
    site = clone.parent / "site"
    index = json.loads((site / "v1/index.json").read_text("utf-8"))
    assert (code, index["dataset_version"]) == (0, json.loads((site / "manifest.json").read_text())["version"])
    assert "https://law.example.org/places/us-la.html" in (site / "sitemap.xml").read_text("utf-8")
    assert [line.split()[0] for line in printed.splitlines()[: len(STEPS) + 1]] == [*STEPS, "site"]


def test_without_site_the_command_writes_data_alone(clone: Path) -> None:
    change_the_law(clone)
    assert run(clone, *release_arguments(clone))[0] == 0
    assert {path.suffix for path in (clone.parent / "site").iterdir()} == {".json"}


def test_a_start_page_that_is_not_ours_is_refused_and_nothing_is_written(clone: Path) -> None:
    change_the_law(clone)
    (clone.parent / "site").mkdir()
    (clone.parent / "site/index.html").write_text("<h1>My shop</h1>")
    before = contents(clone.parent)
    code, _, said = run(clone, *release_arguments(clone), "--site")
    assert (code, "is not ours" in said, contents(clone.parent) == before) == (1, True, True)


def test_the_command_refuses_with_1_after_the_steps_that_went_well(clone: Path) -> None:
    code, printed, said = run(clone, *release_arguments(clone))
    assert (code, printed.splitlines()[-1].split()[0]) == (1, "version")
    assert "Nothing changed" in said


def test_the_diff_of_a_commit_and_the_folder_is_what_is_not_committed(clone: Path) -> None:
    replace(clone, "countries/lu.toml", 'possession = "prohibited"', 'possession = "unknown"')
    code, printed, _ = run(clone, "diff")
    assert (code, "LU from 2012-08-03: stays banned (possession prohibited → unknown)" in printed) == (0, True)


def test_the_diff_of_two_revisions_ends_with_1_when_asked_to(clone: Path) -> None:
    change_the_law(clone)
    code, printed, _ = run(clone, "diff", "HEAD~1", "HEAD", "--json", "--exit-code")
    assert (code, len(json.loads(printed)["law"])) == (1, 1)


def test_the_diff_of_evidence_alone_ends_with_0(clone: Path) -> None:
    (day,) = re.findall("verified_on = .*", (clone / "data/countries/lu.toml").read_text("utf-8"))
    replace(clone, "countries/lu.toml", day, 'verified_on = "2026-12-24"')
    code, printed, _ = run(clone, "diff", "--markdown", "--exit-code")
    assert (code, printed.splitlines()[0]) == (0, "### What this does to the law: nothing")


def test_a_tagged_version_is_found(clone: Path) -> None:
    git("tag", "data-2026.11.01", clone=clone)
    assert revisions.load("2026.11.01", data=clone / "data").name == "2026.11.01"
    assert revisions.data_tags(clone / "data") == ("2026.11.01", "2020.01.01")


def test_a_name_that_is_a_path_and_a_branch_is_refused(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone)
    git("branch", "data", clone=clone)
    with pytest.raises(InvalidQueryError, match="a path and a git revision"):
        revisions.load("data", data=Path("data"))
    assert set(revisions.load("git:data", data=Path("data")).dataset.codes()) == {"LU", "US", "US-CO", "US-LA"}
    assert revisions.load("./data", data=Path("data")).dataset.version == "2020.01.01"


def test_a_revision_that_is_not_there_ends_with_2(clone: Path) -> None:
    code, _, said = run(clone, "diff", "no-such-branch")
    assert (code, "no-such-branch" in said) == (2, True)
