"""What is written and read around a run: the files of watches, the plan, the inbox, issues, the calendar."""

import json
import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from helpers import ROOT
from kratomlaw import InvalidQueryError, Record
from kratomlaw.maintain.records.compile import read_records, record_files
from kratomlaw.maintain.review.calendar import DueKind, as_icalendar, as_json, as_text, calendar_files, due
from kratomlaw.maintain.watch.files import WatchFiles, read_watch_files
from kratomlaw.maintain.watch.issues import actions, as_json_lines, dismissed_by_people, issue_body, read_issues
from kratomlaw.maintain.watch.known import Known, citations_of
from kratomlaw.maintain.watch.leads import Inbox, Lead
from kratomlaw.maintain.watch.model import Hit, Step, WatchKind
from kratomlaw.maintain.watch.plan import by_key, page_watches, unwatched, watched_address

TODAY = date(2026, 11, 30)
STATES = (
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR "
    "PA RI SC SD TN TX UT VA VT WA WI WV WY"
)


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    """All records of the clone."""
    found, _ = read_records(record_files(ROOT / "data"), ROOT / "data")
    return found


@pytest.fixture(scope="module")
def written(records: dict[str, Record]) -> WatchFiles:
    """What is written in data/watch."""
    pending = [(code, step.title) for code, record in records.items() for step in record.pending]
    return read_watch_files(ROOT / "data", places=records.keys(), pending=pending)


def test_the_files_of_watches_are_in_order(written: WatchFiles) -> None:
    assert written.problems == ()


def test_every_state_has_a_search_of_bills(written: WatchFiles) -> None:
    wanted = {f"US-{state}" for state in STATES.split()}
    searched = {kind: {w.places[0] for w in written.watches if w.kind is kind} for kind in WatchKind}
    assert searched[WatchKind.LEGISCAN] == wanted | {"US"}
    assert searched[WatchKind.OPEN_STATES] == wanted | {"US-PR"}


def test_every_pending_step_and_primary_citation_has_a_watch(records: dict[str, Record], written: WatchFiles) -> None:
    watches = list(by_key([*written.watches, *page_watches(records.values())]).values())
    missing = unwatched(records.values(), watches)
    # A local step may be known from a fixed version alone, until somebody finds a feed; ``--plan`` lists it.
    assert [each for each in missing if each.what.startswith("pending") and "/" not in each.place] == []
    cited = {
        citation.url
        for record in records.values()
        for citation in citations_of(record)
        if citation.url and citation.kind.is_primary and not record.retired
    }
    left = {match[0] for each in missing for match in re.finditer(r"https?://\S+", each.why)}
    watched = {watch.url for watch in watches if watch.url}
    assert {url for url in cited if not {url, watched_address(url)} & watched} == left
    # Two databases, a folder and a file of bytes: nothing that can be compared as text.
    assert len(left) <= 3, left
    assert len({watch.key for watch in watches}) == len(watches)


@pytest.mark.parametrize(
    ("cited", "watched"),
    [
        ("https://code.example/kratom", "https://code.example/kratom"),
        (f"https://github.com/o/r/blob/{'a' * 40}/law/x.md#L3", "https://raw.githubusercontent.com/o/r/HEAD/law/x.md"),
        (f"https://raw.githubusercontent.com/o/r/{'a' * 40}/x.md", "https://raw.githubusercontent.com/o/r/HEAD/x.md"),
        ("https://web.archive.org/web/20250102030405id_/http://a.example/b?c=d", "http://a.example/b?c=d"),
        (f"https://github.com/o/r/tree/{'a' * 40}/law", ""),
        (f"https://github.com/o/r/blob/{'a' * 40}/law.db", ""),
        ("https://archive.ph/abcde", ""),
    ],
)
def test_a_copy_is_watched_where_it_can_change(cited: str, watched: str) -> None:
    assert watched_address(cited) == watched


def test_a_written_watch_replaces_the_derived_one(desk: Any) -> None:
    derived = page_watches(desk.records.values())
    (desk.data / "watch").mkdir()
    (desk.data / "watch" / "pages.toml").write_text(
        f'[[watches]]\nkey = "own"\nkind = "page"\nplaces = ["US-MI"]\nurl = "{derived[0].url}"\nterms = ["biak"]\n'
    )
    files = read_watch_files(desk.data, places=["US-MI"])
    assert files.problems == ()
    assert list(by_key([*files.watches, *derived])) == ["own"]


@pytest.mark.parametrize(
    ("toml", "key", "said"),
    [
        ("kind = 'page", "", "not valid TOML"),
        ("[[watch]]\nkey = 'x'", "watch", "no such key"),
        ("[[watches]]\nkey = 'a'\nkind = 'telegraph'\nplaces = ['US-MI']", "watches[0].kind", "no such kind"),
        ("[[watches]]\nkey = 'a'\nkind = 'page'\nplaces = ['US-MI']", "watches[0].url", "needs it"),
        (
            "[[watches]]\nkey = 'a'\nkind = 'page'\nplaces = ['US-ZZ']\nurl = 'https://x.example/'",
            "watches[0].places[0]",
            "no record",
        ),
        (
            "[[watches]]\nkey = 'a'\nkind = 'page'\nplaces = []\nurl = 'https://x.example/'",
            "watches[0].places",
            "at least 1",
        ),
        (
            "[[watches]]\nkey = 'a'\nkind = 'page'\nplaces = ['US-MI']\nurl = 'file:///etc/passwd'",
            "watches[0].url",
            "match",
        ),
        ("[[watches]]\nkey = 'a'\nkind = 'legiscan'\nplaces = ['US-MI']", "watches[0].query", "needs it"),
        (
            "[[watches]]\nkey = 'a'\nkind = 'legiscan'\nplaces = ['TH']\nquery = 'x'",
            "watches[0].places[0]",
            "no legislature",
        ),
        (
            "[[watches]]\nkey = 'a'\nkind = 'legiscan'\nplaces = ['US-PR']\nquery = 'x'",
            "watches[0].places[0]",
            "no bills",
        ),
        (
            "[[watches]]\nkey = 'a'\nkind = 'page'\nplaces = ['US-MI']\nurl = 'https://x.example/'\nkeey = 1",
            "watches[0].keey",
            "no such key",
        ),
        ("[[watches]]\nkey = 'a'\nkind = 'federal-register'\nplaces = ['US']", "watches[0]", "every document"),
        (
            "[[watches]]\nkey = 'a'\nkind = 'feed'\nplaces = ['US']\nurl = 'https://x.example/'\npending = ['No']",
            "watches[0].pending[0]",
            "pending step",
        ),
        (
            "[[sessions]]\nplace = 'US-ZZ'\nname = 'x'\nends = 2027-01-01\nread_in = 'x'",
            "sessions[0].place",
            "no record",
        ),
        ("[[sessions]]\nplace = 'US-MI'\nname = 'x'\nends = 'soon'\nread_in = 'x'", "sessions[0].ends", "date"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_goes_on(desk: Any, toml: str, key: str, said: str) -> None:
    folder = desk.data / "watch"
    folder.mkdir()
    (folder / "bad.toml").write_text(toml)
    (folder / "good.toml").write_text(
        "[[watches]]\nkey = 'good'\nkind = 'page'\nplaces = ['US-MI']\nurl = 'https://x.example/'\n"
    )
    files = read_watch_files(desk.data, places=["US-MI", "US", "TH", "US-PR"])
    assert [watch.key for watch in files.watches] == ["good"]
    problem = files.problems[0]
    assert (problem.file, problem.key) == ("watch/bad.toml", key)
    assert said in problem.message
    assert problem.fix


def test_one_name_is_one_watch(desk: Any) -> None:
    folder = desk.data / "watch"
    folder.mkdir()
    one = "[[watches]]\nkey = 'a'\nkind = 'page'\nplaces = ['US-MI']\nurl = 'https://x.example/'\n"
    (folder / "a.toml").write_text(one * 2)
    files = read_watch_files(desk.data, places=["US-MI"])
    assert (len(files.watches), files.problems[0].key) == (1, "watches[1].key")


def _hit(**more: Any) -> Hit:
    values: dict[str, Any] = {
        "subject": "news/x.example/1",
        "step": Step.NEWS,
        "places": ("US-MI",),
        "title": "Kratom",
        "what": "News.",
        "url": "https://x.example/1",
        "source": "x.example",
        "happened_on": TODAY,
    }
    return Hit(**(values | more))


def _received(desk: Any, **more: Any) -> Lead:
    inbox: Inbox = desk.inbox
    lead, is_new = inbox.receive(_hit(**more), Known(desk.records, today=TODAY))
    assert is_new
    return lead


def test_a_lead_says_all_that_a_maintainer_needs(desk: Any) -> None:
    lead = _received(desk, pending=("HB 5537 (2025-26), ban of kratom",))
    content = tomllib.loads((desk.data / "inbox" / f"{lead.key}.toml").read_text("utf-8"))
    assert content["status"] == "open"
    assert content["places"] == ["US-MI"]
    assert content["found_on"] == "2026-11-30"
    assert content["sources"] == [{"name": "x.example", "url": "https://x.example/1"}]
    assert content["record_says"][0] == "US-MI: legal since 2020, last checked on 2026-10-01."
    assert "HB 5537" in content["record_says"][1]
    assert content["edit"] == "${EDITOR:-vi} data/us/mi.toml"
    assert desk.inbox.get(lead.key) == lead


def test_leads_are_no_records(desk: Any) -> None:
    _received(desk)
    assert list(desk.records) == ["US-MI"]


def test_leads_are_taken_dismissed_and_settled(desk: Any) -> None:
    key = _received(desk).key
    assert desk.inbox.take(key).status == "taken"
    with pytest.raises(InvalidQueryError, match="with a reason"):
        desk.inbox.dismiss(key, "  ")
    with pytest.raises(InvalidQueryError, match="no lead"):
        desk.inbox.take("nothing")
    assert desk.inbox.settle_checked(desk.records.values()) == ()
    path = desk.data / "us/mi.toml"
    path.write_text(path.read_text("utf-8").replace("2026-10-01", "2026-12-01"), "utf-8")
    assert [lead.key for lead in desk.inbox.settle_checked(desk.records.values())] == [key]
    assert not desk.inbox.get(key).is_active


def test_a_check_in_the_hour_in_which_a_lead_was_found_settles_it(desk: Any) -> None:
    """The weekly hour: watch, read, verify and settle on one day."""
    key = _received(desk).key
    path = desk.data / "us/mi.toml"
    path.write_text(path.read_text("utf-8").replace("2026-10-01", str(TODAY)), "utf-8")
    later = _received(desk, subject="news/x.example/2", url="https://x.example/2").key
    assert [lead.key for lead in desk.inbox.settle_checked(desk.records.values())] == [key]
    assert desk.inbox.get(later).is_active, "the record was checked before this lead was found"
    assert desk.inbox.get(later).last_checks == (TODAY,), "it is read back from its file"


@pytest.mark.parametrize("broken", ["x = ", "key = 'other'", "\xff", ""])
def test_a_broken_lead_is_named_and_left_alone(desk: Any, broken: str) -> None:
    _received(desk)
    path = desk.data / "inbox" / "broken.toml"
    path.write_bytes(broken.encode("latin-1"))
    inbox = Inbox(desk.data / "inbox")
    assert len(inbox.leads) == 1
    assert inbox.problems[0].file == "inbox/broken.toml"
    assert path.read_bytes() == broken.encode("latin-1")


def test_each_lead_has_one_issue_that_is_closed_when_it_is_settled(desk: Any) -> None:
    lead = _received(desk, title="Kratom", what="@all <b>Kratom</b> [link](javascript:x) `code` & #1")
    (opened,) = actions(desk.inbox.leads, [])
    assert (opened.do, opened.key) == ("open", lead.key)
    assert "@all" not in opened.body
    assert "<b>" not in opened.body.replace("<!--", "")
    issues = read_issues(json.dumps([{"number": 7, "state": "OPEN", "body": issue_body(lead)}]))
    assert actions(desk.inbox.leads, issues) == ()
    desk.inbox.dismiss(lead.key, "Not about law.")
    (closed,) = actions(desk.inbox.leads, issues)
    assert json.loads(as_json_lines([closed]))["number"] == 7
    assert closed.body == "Dismissed: Not about law."


def test_an_issue_that_somebody_closed_stays_closed(desk: Any) -> None:
    lead = _received(desk)
    issues = read_issues(json.dumps([{"number": 7, "state": "CLOSED", "body": issue_body(lead)}]))
    assert actions(desk.inbox.leads, issues) == ()
    assert dismissed_by_people(desk.inbox.leads, issues) == ((lead, 7),)


def test_the_calendar_lists_what_is_due(records: dict[str, Record], written: WatchFiles) -> None:
    today = max(record.verified_on for record in records.values())
    found = due(records.values(), today=today, sessions=written.sessions)
    assert list(found) == sorted(found, key=lambda item: item.on)
    assert all(today <= item.on < today + timedelta(days=365) for item in found)
    old = {item.code for item in found if item.kind is DueKind.EVIDENCE_OLD}
    assert old == {code for code, record in records.items() if not record.retired}
    assert {item["code"] for item in json.loads(as_json(found))} >= old


def test_the_calendar_of_one_record(desk: Any) -> None:
    text = (desk.data / "us/mi.toml").read_text("utf-8")
    coming = text.replace("[[pending]]", _COMING + "\n[[pending]]")
    desk.put_record("us/mi.toml", coming)
    found = due(desk.records.values(), today=TODAY, days=400)
    assert [(str(item.on), str(item.kind)) for item in found] == [
        ("2026-12-30", "evidence-old"),
        ("2027-03-01", "law-begins"),
        ("2027-08-01", "order-lapses"),
        ("2027-09-15", "pending-sleeps"),
    ]
    assert "Monday" in as_text(found)
    assert as_text(due(desk.records.values(), today=date(2030, 1, 1))).count("2030-01-01") == 1


def test_a_pending_step_that_lapses_on_a_day(desk: Any) -> None:
    path = desk.data / "us/mi.toml"
    path.write_text(path.read_text("utf-8").replace('on = "2026-09-15"', 'on = "2026-09-15"\nlapses_on = "2026-12-31"'))
    for today, on in ((TODAY, "2026-12-31"), (date(2027, 3, 1), "2027-03-01")):
        found = due(desk.records.values(), today=today)
        assert [str(item.on) for item in found if item.kind is DueKind.PENDING_LAPSES] == [on]
        assert not any(item.kind is DueKind.PENDING_SLEEPS for item in found)


def test_each_country_and_state_has_a_calendar_of_its_own(records: dict[str, Record], written: WatchFiles) -> None:
    files = calendar_files(records.values(), today=date(2026, 11, 30), sessions=written.sessions)
    assert {"calendar.ics", "calendar.json", "feeds/us.ics", "feeds/us-ny.ics", "feeds/th.ics"} <= files.keys()
    everything = {str(event["summary"]) for event in Calendar.from_ical(files["calendar.ics"]).walk("VEVENT")}
    for code in ("US", "US-NY"):
        of_place = {
            str(event["summary"]) for event in Calendar.from_ical(files[f"feeds/{code.lower()}.ics"]).walk("VEVENT")
        }
        assert of_place < everything
        assert any(text.startswith("New York: restricted") for text in of_place), "it holds what is due in its places"
        assert not any("read again" in text for text in of_place), "that is work for maintainers"


def test_calendar_programs_can_read_it(records: dict[str, Record]) -> None:
    today = max(record.verified_on for record in records.values())
    found = due(records.values(), today=today)
    made_at = datetime(2026, 11, 30, tzinfo=UTC)
    content = as_icalendar(found, made_at=made_at)
    events = list(Calendar.from_ical(content).walk("VEVENT"))
    uids = {str(event["uid"]) for event in events}
    assert len(uids) == len(events)
    assert len(events) < len(found), "old evidence is one entry a day"
    assert content == as_icalendar(found, made_at=made_at)
    tomorrow = as_icalendar(due(records.values(), today=today + timedelta(days=1)), made_at=made_at)
    kept = {str(event["uid"]) for event in Calendar.from_ical(tomorrow).walk("VEVENT")}
    assert len(uids & kept) > len(uids) * 0.6, "entries change their identity from day to day"


_COMING = """
[[periods]]
from = "2027-03-01"
until = "2027-08-01"
status = "banned"
sale = "prohibited"
possession = "prohibited"
temporary = true
confidence = "high"
summary = "Emergency rule."

  [[periods.citations]]
  title = "Rule"
  kind = "regulation"
  supports = "All of it."
"""


def test_the_commands(desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    commands = pytest.importorskip("kratomlaw.cli.data.watch")
    import typer
    from typer.testing import CliRunner

    app = typer.Typer()
    app.command("watch")(commands.watch)
    app.command("calendar")(commands.calendar)
    app.add_typer(commands.inbox, name="inbox")
    key = _received(desk).key
    folder = ["--data", str(desk.data)]
    monkeypatch.delenv("LEGISCAN_API_KEY", raising=False)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, list(words))
        assert result.exit_code == 0, result.output
        return result.output

    assert "1 watch: 0 written" in run("watch", "--plan", *folder)
    assert key in run("inbox", *folder)
    assert "to edit:" in run("inbox", *folder, "take", key)
    assert "[taken]" in run("inbox", *folder, "show", key, "--state", str(tmp_path / "none.sqlite3"))
    issues = tmp_path / "issues.json"
    issues.write_text("[]")
    assert json.loads(run("inbox", *folder, "issues", str(issues)))["do"] == "open"
    run("inbox", *folder, "dismiss", key, "--because", "Nothing new.")
    assert "The inbox is empty." in run("inbox", *folder)
    ics = tmp_path / "due.ics"
    assert "evidence-old" in run("calendar", "--on", "2026-11-30", "--ics", str(ics), *folder)
    assert ics.read_bytes().startswith(b"BEGIN:VCALENDAR")
    state = ["--state", str(tmp_path / "w.sqlite3")]
    monkeypatch.setattr("kratomlaw.maintain.watch.plan.page_watches", lambda records: ())
    assert "0 watches looked at" in run("watch", *folder, *state)
