"""Bills: each step is found once, from whichever service; a bill that no record knows is proposed as a patch."""

import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kratomlaw.maintain.watch.bills import bill_number, named_bills
from kratomlaw.maintain.watch.model import Watch, WatchKind
from kratomlaw.maintain.watch.state import State
from watched import LegiScan, OpenStates, Reply, Site, rss_feed

LEGISCAN = Watch(
    key="bills", kind=WatchKind.LEGISCAN, places=("US-MI",), file="watch/bills.toml", query="kratom OR mitragynine"
)
OPEN = Watch(
    key="open", kind=WatchKind.OPEN_STATES, places=("US-MI",), file="watch/bills.toml", query="kratom OR mitragynine"
)
INTRODUCED = ("2026-09-01", "Introduced", ("introduction",), "lower")
SIGNED = (
    ("2026-10-01", "Passed House", ("passage",), "lower"),
    ("2026-11-01", "Passed Senate", ("passage",), "upper"),
    ("2026-12-01", "Approved by the Governor", ("executive-signature", "became-law"), "executive"),
)


@pytest.mark.parametrize(
    ("written", "place", "number"),
    [
        ("HB 5537", "US-MI", "H5537"),
        ("HB05537", "US-MI", "H5537"),
        ("H.B. 5537", "US-MI", "H5537"),
        ("A09156", "US-NY", "H9156"),
        ("A9156-B", "US-NY", "H9156"),
        ("S 59", "US-NC", "S59"),
        ("SF 12", "US-MN", "S12"),
        ("H.R. 77", "US", "H77"),
        ("HR 77", "US-MI", "HR77"),
        ("LD 1", "US-ME", "LD1"),
    ],
)
def test_a_bill_has_one_number_in_all_spellings(written: str, place: str, number: str) -> None:
    assert bill_number(written, place=place) == number


def test_words_are_no_bills() -> None:
    text = "A 2026 bill caps it at a 2 % share; section 5 of Act 12, in h 3"
    assert [named.number for named in named_bills(text, place="US-MI")] == []


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("House Substitute 1 for HB 332 (153rd General Assembly)", "H332"),
        ("House Bill 328 (2025-26), hemp and kratom", "H328"),
        ("P. del S. 108 (2025), Ley para la Protección", "S108"),
        ("S. 5383 (119th Congress), permanent Schedule I", "S5383"),
        ("A9156-B / S8925-A (2025-2026)", "H9156"),
    ],
)
def test_titles_of_records_name_their_bills(title: str, number: str) -> None:
    assert next(named_bills(title)).number == number


def test_a_new_bill_is_proposed_as_a_patch_that_fits(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "SB0044", title='Kratom; "sale"; regulate')
    (lead,) = desk.watch(LEGISCAN).new
    assert lead.key == "us-mi-s44-introduced-2026-09-01"
    assert lead.edit == f"git apply data/inbox/{lead.key}.patch"
    clone = desk.data.parent
    subprocess.run(["git", "init", "-q", clone], check=True)
    patch = desk.data / "inbox" / f"{lead.key}.patch"
    subprocess.run(["git", "apply", "--check", patch], cwd=clone, check=True)
    subprocess.run(["git", "apply", patch], cwd=clone, check=True)
    pending = tomllib.loads((desk.data / "us/mi.toml").read_text("utf-8"))["pending"]
    assert pending[-1]["title"] == "SB 44 (2025-2026)"
    assert pending[-1]["effect"].startswith("NOT READ YET")
    assert desk.records["US-MI"].pending[-1].citations[0].url == "https://legislature.example/SB0044"
    assert not desk.watch(LEGISCAN).new, "a bill that the record knows now became a second lead"


def test_a_run_that_was_killed_between_a_lead_and_its_patch(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "SB 44")
    (lead,) = desk.watch(LEGISCAN).new
    patch = desk.data / "inbox" / f"{lead.key}.patch"
    patch.unlink()
    desk.state.unlink()
    assert not desk.watch(LEGISCAN).new
    assert patch.exists()


def test_a_state_of_another_version_is_a_first_look(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "SB 44")
    assert len(desk.watch(LEGISCAN).new) == 1
    with State(desk.state) as state:
        state.remember(LEGISCAN.key, '{"bills": "of old"}', None)
    report = desk.watch(LEGISCAN)
    assert (report.looked, report.new, report.problems) == (1, (), ())


def test_a_lead_never_changes_a_record(desk: Any, legiscan: LegiScan) -> None:
    before = (desk.data / "us/mi.toml").read_bytes()
    legiscan.put(1, "SB 44")
    assert desk.watch(LEGISCAN).new
    assert (desk.data / "us/mi.toml").read_bytes() == before


def test_a_known_bill_is_news_only_when_it_took_a_later_step(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "HB5537")
    assert not desk.watch(LEGISCAN).new
    legiscan.put(1, "HB5537", sponsors=9)
    assert not desk.watch(LEGISCAN).new, "a new sponsor is no step"
    steps = (("2026-09-01", 1), ("2026-12-08", 10), ("2026-12-10", 2))
    legiscan.put(1, "HB5537", status=2, progress=steps, history=(("2026-12-10", "Passed House"),))
    (lead,) = desk.watch(LEGISCAN).new
    assert (lead.step, lead.pending) == ("passed-one-chamber", ("HB 5537 (2025-26), ban of kratom",))
    assert any("In the House committee." in said for said in lead.record_says)
    assert not desk.watch(LEGISCAN).new


def test_a_bill_that_jumps_from_introduced_to_signed_is_one_lead(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "HB5537")
    desk.watch(LEGISCAN)
    steps = (("2026-09-01", 1), ("2026-12-01", 2), ("2026-12-02", 3), ("2026-12-03", 4), ("2026-12-03", 8))
    legiscan.put(1, "HB5537", status=4, progress=steps, history=(("2026-12-03", "Assigned PA 9'26"),))
    (lead,) = desk.watch(LEGISCAN).new
    assert (lead.step, str(lead.happened_on)) == ("law", "2026-12-03")
    assert not desk.watch(LEGISCAN).new


@pytest.mark.parametrize(
    ("status", "events", "step"),
    [
        (0, (12,), "introduced"),
        (1, (1, 9), "referred"),
        (1, (1, 9, 10), "reported"),
        (3, (1, 2, 3), "passed"),
        (5, (1, 2, 3, 5), "vetoed"),
        (5, (1, 2, 3, 5, 7), "veto-overridden"),
        (6, (1, 9, 11), "failed"),
    ],
)
def test_status_and_progress_codes(
    desk: Any, legiscan: LegiScan, status: int, events: tuple[int, ...], step: str
) -> None:
    legiscan.put(1, "HB5537", progress=(), history=())
    desk.watch(LEGISCAN)
    progress = tuple(("2026-12-01", event) for event in events)
    legiscan.put(1, "HB5537", status=status, progress=progress, history=(("2026-12-01", "Step"),), sponsors=2)
    report = desk.watch(LEGISCAN)
    assert [lead.step for lead in report.new] == ([] if step == "introduced" else [step])


def test_a_new_text_of_a_bill_is_news(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "HB5537")
    desk.watch(LEGISCAN)
    for texts in (2, 3):
        legiscan.put(1, "HB5537", texts=texts, history=(("2026-12-01", "Substitute H-2"),))
        assert [lead.step for lead in desk.watch(LEGISCAN).new] == ["new-text"]
    assert len(desk.leads) == 2


def test_a_bill_lapses_with_its_session(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "HB5537")
    desk.watch(LEGISCAN)
    legiscan.put(1, "HB5537", over=True, found=False)
    (lead,) = desk.watch(LEGISCAN).new
    assert lead.step == "failed"
    assert not desk.watch(LEGISCAN).new
    before = len(legiscan.asked)
    desk.watch(LEGISCAN)
    assert len(legiscan.asked) == before + 1, "a bill of a session that is over is asked for again"


def test_the_same_number_in_the_next_session_is_another_bill(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "HB5537", years=(2027, 2028), history=(("2027-01-10", "Introduced"),))
    (lead,) = desk.watch(LEGISCAN).new
    assert lead.edit.startswith("git apply")


def test_resolutions_and_dead_bills_are_left_out(desk: Any, legiscan: LegiScan) -> None:
    legiscan.put(1, "HR 7", kind="R")
    legiscan.put(2, "SB 8", status=6)
    assert not desk.watch(LEGISCAN).new


def test_all_pages_of_a_search_are_read_and_each_bill_once(desk: Any, legiscan: LegiScan) -> None:
    for number in range(1, 61):
        legiscan.put(number, f"SB {number}")
    report = desk.watch(LEGISCAN)
    assert len(report.new) == 60
    assert report.requests == 2 + 60
    assert desk.watch(LEGISCAN).requests == 2, "bills whose change_hash is the same were asked for again"


def test_the_budget_ends_a_run_and_the_next_continues(desk: Any, legiscan: LegiScan) -> None:
    for number in range(1, 31):
        legiscan.put(number, f"SB {number}")
    found = [len(desk.watch(LEGISCAN, budget=12).new) for _ in range(4)]
    assert found == [11, 11, 8, 0]
    assert len(desk.leads) == 30


def test_a_dead_key_is_one_finding_and_one_request(desk: Any, legiscan: LegiScan) -> None:
    legiscan.locked = f"API key {legiscan.key} has been locked"
    desk.put_place("US-OH", "Ohio", "us/oh.toml")
    ohio = Watch(key="ohio", kind=WatchKind.LEGISCAN, places=("US-OH",), file="watch/bills.toml", query="kratom")
    third = Watch(key="third", kind=WatchKind.LEGISCAN, places=("US-MI",), file="watch/bills.toml", query="ketum")
    report = desk.watch(LEGISCAN, ohio, third)
    assert len(legiscan.asked) == 1
    assert "has been locked" in report.problems[0].message
    assert legiscan.key not in str(report)
    assert any("more watches say the same" in problem.message for problem in report.problems)


def test_without_a_key_the_watches_are_left_out(desk: Any) -> None:
    report = desk.watch(LEGISCAN, OPEN)
    assert {
        "LEGISCAN_API_KEY" in problem.message or "OPENSTATES_API_KEY" in problem.message for problem in report.problems
    } == {True}
    assert report.requests == 0


@pytest.mark.parametrize("watch", [LEGISCAN, OPEN], ids=["legiscan", "open-states"])
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("<html>maintenance</html>"), "web page instead of data"),
        (Reply({"unexpected": True}), "otherwise than it is documented"),
        (Reply([1, 2]), "otherwise than it is documented"),
        (Reply(b'{"status": "OK", ', kind="application/json"), "otherwise than it is documented"),
        (Reply("oops", 500), "HTTP 500"),
        (Reply("", 302, headers=(("Location", "http://127.0.0.1:9/stolen"),)), "leads to another address"),
    ],
    ids=["html", "object", "list", "cut", "500", "redirect"],
)
def test_an_api_that_answers_otherwise_is_a_finding(
    desk: Any, legiscan: LegiScan, open_states: OpenStates, watch: Watch, reply: Reply, said: str
) -> None:
    legiscan.pages["/"] = open_states.pages["/bills"] = reply
    report = desk.watch(watch)
    (problem,) = report.problems
    assert said in problem.message
    assert (problem.file, problem.key) == ("watch/bills.toml", watch.key)
    assert desk.watch(watch, everything=True).looked == 0


def test_open_states_finds_each_step_once(desk: Any, open_states: OpenStates) -> None:
    open_states.put("HB 5537", INTRODUCED)
    open_states.put("SB 44", INTRODUCED)
    for number in range(1, 45):
        open_states.put(f"SB {100 + number}", INTRODUCED)
    assert len(desk.watch(OPEN).new) == 45
    open_states.put("HB 5537", INTRODUCED, *SIGNED, updated="2026-12-02")
    (lead,) = desk.watch(OPEN).new
    assert (lead.step, lead.pending) == ("law", ("HB 5537 (2025-26), ban of kratom",))
    assert not desk.watch(OPEN).new


@pytest.mark.parametrize(("taken", "step"), [(1, "passed-one-chamber"), (2, "passed"), (3, "law")])
def test_actions_of_open_states(desk: Any, open_states: OpenStates, taken: int, step: str) -> None:
    open_states.put("HB 5537", INTRODUCED)
    desk.watch(OPEN)
    open_states.put("HB 5537", INTRODUCED, *SIGNED[:taken], updated="2026-12-02")
    assert [lead.step for lead in desk.watch(OPEN).new] == [step]


def test_a_wrong_key_of_open_states_is_a_finding(desk: Any, open_states: OpenStates) -> None:
    open_states.key = "another"
    report = desk.watch(OPEN)
    assert "401" in report.problems[0].message
    assert "k3y-of-open-states" not in str(report)


@pytest.fixture
def newspaper() -> Iterator[Site]:
    server = Site()
    yield server
    server.close()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_same_event_from_three_sources_is_one_lead(
    desk: Any, legiscan: LegiScan, open_states: OpenStates, newspaper: Site, order: tuple[int, ...]
) -> None:
    feed = Watch(key="feed", kind=WatchKind.FEED, places=("US-MI",), file="watch/f.toml", url=f"{newspaper.url}/feed")
    watches = [LEGISCAN, OPEN, feed]
    legiscan.put(1, "HB5537")
    open_states.put("HB 5537", INTRODUCED)
    newspaper.pages["/feed"] = rss_feed()
    desk.watch(*watches)
    steps = (("2026-09-01", 1), ("2026-12-01", 4))
    legiscan.put(1, "HB5537", status=4, progress=steps, history=(("2026-12-01", "Signed"),))
    open_states.put("HB 5537", INTRODUCED, *SIGNED, updated="2026-12-02")
    newspaper.pages["/feed"] = rss_feed(
        (
            "Governor signs kratom ban",
            "https://news.example/1",
            "House Bill 5537 bans kratom.",
            "Wed, 02 Dec 2026 08:00:00 GMT",
        )
    )
    new = 0
    for index in order:
        report = desk.watch(watches[index])
        new += len(report.new)
    (lead,) = desk.leads
    assert new == 1
    assert lead.step == "law"
    assert lead.pending == ("HB 5537 (2025-26), ban of kratom",)
    assert {source.name for source in lead.sources} == {"LegiScan", "Open States", "news.example"}


def test_a_slow_service_that_is_behind_adds_no_lead(desk: Any, legiscan: LegiScan, open_states: OpenStates) -> None:
    legiscan.put(1, "HB5537")
    open_states.put("HB 5537", INTRODUCED)
    desk.watch(LEGISCAN, OPEN)
    legiscan.put(1, "HB5537", status=4, progress=(("2026-12-01", 4),), history=(("2026-12-01", "Signed"),))
    assert len(desk.watch(LEGISCAN).new) == 1
    open_states.put("HB 5537", INTRODUCED, *SIGNED[:2], updated="2026-12-02")
    assert not desk.watch(OPEN).new
    open_states.put("HB 5537", INTRODUCED, *SIGNED, updated="2026-12-20")
    assert not desk.watch(OPEN).new


def test_what_was_dismissed_stays_dismissed(desk: Any, legiscan: LegiScan, open_states: OpenStates) -> None:
    legiscan.put(1, "SB 44")
    (lead,) = desk.watch(LEGISCAN).new
    desk.inbox.dismiss(lead.key, "It only names kratom in a list.")
    open_states.put("SB 44", INTRODUCED)
    assert not desk.watch(OPEN).new
    desk.state.unlink()
    assert not desk.watch(LEGISCAN, OPEN).new, "a lost state brought a dismissed lead back"
    assert [(each.status, each.reason) for each in desk.leads] == [("dismissed", "It only names kratom in a list.")]
    steps = (("2026-12-20", 2),)
    legiscan.put(1, "SB 44", status=2, progress=steps, history=(("2026-12-20", "Passed Senate"),))
    assert [each.step for each in desk.watch(LEGISCAN).new] == ["passed-one-chamber"]


def test_a_dismissed_report_does_not_hide_the_law(desk: Any, legiscan: LegiScan, newspaper: Site) -> None:
    feed = Watch(key="feed", kind=WatchKind.FEED, places=("US-MI",), file="watch/f.toml", url=f"{newspaper.url}/feed")
    legiscan.put(1, "HB5537")
    newspaper.pages["/feed"] = rss_feed(
        ("Rumour on kratom", "https://news.example/1", "HB 5537 may pass.", "Wed, 02 Dec 2026 08:00:00 GMT")
    )
    desk.watch(LEGISCAN)
    (rumour,) = desk.watch(feed).new
    desk.inbox.dismiss(rumour.key, "A rumour.")
    legiscan.put(1, "HB5537", status=4, progress=(("2026-12-05", 4),), history=(("2026-12-05", "Signed"),))
    assert [lead.step for lead in desk.watch(LEGISCAN).new] == ["law"]


def test_words_of_others_stay_words(desk: Any, legiscan: LegiScan) -> None:
    evil = 'Kratom"\n[[periods]]\nstatus = "legal" @everyone <script>\u202e'
    legiscan.put(1, "SB 44", title=evil, history=(("2026-09-01", evil),))
    (lead,) = desk.watch(LEGISCAN).new
    assert tomllib.loads((desk.data / f"inbox/{lead.key}.toml").read_text("utf-8"))["title"] == lead.title
    assert "\n" not in lead.title
    patch = (desk.data / "inbox" / f"{lead.key}.patch").read_text("utf-8")
    added = "\n".join(line[1:] for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++"))
    assert list(tomllib.loads(added)) == ["pending"]
    assert Path(desk.data / "us/mi.toml").is_file()
