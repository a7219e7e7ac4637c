"""``kratomlaw decide`` and ``kratomlaw trip``: the outcome as a word and as an exit status, every setting, every error."""

import io
import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import kratomlaw
from cli_commands import COMMAND, Printed, run, run_here
from helpers import validated
from kratomlaw import ConditionKind, Decision, Outcome, Policy, TripDecision
from kratomlaw.cli.answer import LINES
from kratomlaw.cli.decide import EXIT_CODES

DAY = "2026-11-23"
DENVER = ("decide", "Denver, CO", "--age", "30", "--on", DAY)
ASKED = {
    Outcome.ALLOW: ("decide", "US-AK", "--act", "possess", "--age", "30", "--on", DAY),
    Outcome.REVIEW: DENVER,
    Outcome.REFUSE: ("decide", "New Orleans, LA", "--on", DAY),
}


@pytest.mark.parametrize(("outcome", "code"), [(Outcome.ALLOW, 0), (Outcome.REVIEW, 3), (Outcome.REFUSE, 4)])
def test_the_outcome_is_the_first_word_and_the_exit_status(outcome: Outcome, code: int) -> None:
    done = run(*ASKED[outcome])
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.split()[0] == f"{outcome.upper()}:"
    assert f"data {kratomlaw.dataset().version}" in done.stdout
    assert "evidence to" in done.stdout
    assert "not legal advice" in done.stdout


def test_reasons_come_strongest_first_with_who_set_them_and_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked in ASKED.values():
        printed = run_here(monkeypatch, *asked).out
        decision = validated(Decision, json.loads(run_here(monkeypatch, *asked, "--json").out))
        places = [printed.index(reason.text) for reason in decision.reasons]
        assert places == sorted(places)
        for reason in decision.reasons:
            if reason.set_by:
                since = f", since {reason.since}" if reason.since else ""
                assert f"{reason.text} [{reason.set_by}{since}]" in printed


@pytest.mark.parametrize("outcome", Outcome)
def test_json_is_the_whole_decision(monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> None:
    printed = run_here(monkeypatch, *ASKED[outcome], "--json")
    assert (printed.code, printed.err) == (EXIT_CODES[outcome], "")
    decision = Decision.from_json(printed.out)
    assert decision.outcome is outcome
    if outcome is Outcome.REVIEW:
        assert decision == kratomlaw.decide("Denver, CO", age=30, on=DAY)


def test_full_has_every_requirement_and_every_source(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, *DENVER, "--full").out
    decision = kratomlaw.decide("Denver, CO", age=30, on=DAY)
    assert decision.requirements
    assert all(each.text in printed for each in decision.requirements)
    assert all(cited.title in printed for reason in decision.reasons for cited in reason.citations)


def test_the_days_and_parts_are_those_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("--country", "US", "--state", "KY", "--act", "sell", "--on", "2026-12-01", "--arrives", "2028-06-01")
    printed = run_here(monkeypatch, "decide", *asked, "--product", "extract", "--age", "30", "--json")
    expected = kratomlaw.decide(
        country="US", state="KY", act="sell", on="2026-12-01", arrives="2028-06-01", product="extract", age=30
    )
    assert Decision.from_json(printed.out) == expected


def policy_of(monkeypatch: pytest.MonkeyPatch, *options: str) -> Policy:
    printed = run_here(monkeypatch, "decide", "--print-policy", *options)
    assert (printed.code, printed.err) == (0, "")
    return Policy.from_json(printed.out)


@pytest.mark.parametrize("name", [field.name for field in fields(Policy)])
def test_every_setting_of_a_policy_can_be_reached(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if name == "meets":
        options = [f"--meets={kind}" for kind in ConditionKind]
        expected = Policy(meets=ConditionKind)
    elif name == "max_evidence_age_days":
        options, expected = ["--set", f"{name}=30"], Policy(max_evidence_age_days=30)
        assert policy_of(monkeypatch, "--max-evidence-age", "30") == expected
    else:
        # The other settings in the mildest form, so that any outcome of this one is valid.
        others = {field.name: "review" for field in fields(Policy) if field.type is Outcome or field.type == "Outcome"}
        value = "allow" if getattr(Policy(), name) is Outcome.REVIEW and name != "local_law" else "review"
        wanted = {**others, name: value}
        options = [word for key, each in wanted.items() for word in ("--set", f"{key}={each}")]
        expected = Policy(**wanted)  # type: ignore[arg-type]
    assert policy_of(monkeypatch, *options) == expected


def test_a_policy_comes_from_a_file_and_options_change_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(Policy(meets={"age"}, old_evidence="refuse").to_json(), "utf-8")
    found = policy_of(
        monkeypatch, "--policy", str(file), "--meets", "testing,labelling", "--set", "low-confidence=refuse"
    )
    assert found == Policy(meets={"age", "testing", "labelling"}, old_evidence="refuse", low_confidence="refuse")
    everything = [f"--meets={kind}" for kind in ConditionKind]
    assert run_here(monkeypatch, *DENVER, *everything).code == 0


def test_a_policy_can_be_piped_in() -> None:
    done = subprocess.run(
        [*COMMAND, "decide", "--policy", "-", "--print-policy"],
        input='{"unknown": "review"}', capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Policy.from_json(done.stdout) == Policy(unknown="review")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--age", "-3"), "--age 21"),
        (("--age", "old"), "--age"),
        (("--on", "2026-11-23", "--arrives", "2026-11-22"), "Exchange --on and --arrives"),
        (("--arrives", "soon"), "YYYY-MM-DD"),
        (("--act", "eat"), "ship, sell, possess"),
        (("--product", "coffee"), "leaf"),
        (("--set", "unknow=review"), "Did you mean unknown?"),
        (("--set", "unknown"), "--set unknown=review"),
        (("--set", "unknown=maybe"), "allow, review, refuse"),
        (("--set", "banned=review"), "--set prohibited=review"),
        (("--meets", "luck"), "labelling"),
        (("--max-evidence-age", "-1"), "365"),
    ],
    ids=str,
)
def test_bad_input_is_refused_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    printed = run_here(monkeypatch, "decide", "US-CO", *options)
    assert (printed.code, printed.out) == (2, "")
    assert said in " ".join(printed.err.split())


@pytest.mark.parametrize("content", ["", "[]", "{", '{"unknow": "review"}', '{"banned": "allow"}', "\udcff"])
def test_a_file_that_is_no_policy_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    printed = run_here(monkeypatch, *DENVER, "--policy", str(file))
    assert (printed.code, printed.out, printed.err.count("\n")) == (2, "", 1), printed
    missing = run_here(monkeypatch, *DENVER, "--policy", str(tmp_path / "none.json"))
    assert (missing.code, missing.out) == (1, "")
    assert "none.json" in missing.err


def test_a_file_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_bytes(b"{}" + b" " * 1_000_000)
    printed = run_here(monkeypatch, *DENVER, "--policy", str(file))
    assert (printed.code, printed.out) == (2, "")
    assert "longer than 1,000,000 bytes" in printed.err


def test_of_several_places_the_worst_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    def code(*places: str) -> int:
        return run_here(monkeypatch, "decide", *places, "--act", "possess", "--age", "30", "--on", DAY).code

    assert code("US-AK", "US-LA") == 4
    assert code("US-AK", "US-CA") == 3
    assert code("US-AK", "Xyzzyville") == 2
    assert code("Xyzzyville", "US-LA", "US-AK") == 2, "a place that was not judged outranks a refusal"


def test_decisions_on_several_places_are_a_list_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, "decide", "US-AK", "Xyzzyville", "US-LA", "--on", DAY, "--json")
    found = json.loads(printed.out)
    assert [each.get("error") for each in found] == [None, "UnknownPlaceError", None]
    assert validated(Decision, found[2]) == kratomlaw.decide("US-LA", on=DAY)
    assert (printed.code, "message" in json.loads(printed.err)) == (2, True)


TRIP = ("trip", f"US-AK={DAY}", "US-TN=2026-11-25", "US-AK=2026-11-27")


def test_a_trip_is_judged_stop_by_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, *TRIP, "--age", "30")
    assert printed.code == 4
    assert printed.out.startswith("REFUSE: carry kratom leaf through 3 stops\n")
    outcomes = [line.partition(":")[0] for line in printed.out.splitlines() if "(US-" in line and ": " in line]
    assert [each for each in outcomes if each in ("ALLOW", "REFUSE")] == ["ALLOW", "REFUSE", "ALLOW"]
    assert "2026-11-25 to 2026-11-27" in printed.out
    full = run_here(monkeypatch, *TRIP, "--age", "30", "--full").out
    assert "Sources" in full


def test_a_trip_as_json_is_the_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, *TRIP, "--age", "30", "--meets", "age", "--json")
    stops = [("US-AK", DAY), ("US-TN", "2026-11-25"), ("US-AK", "2026-11-27")]
    assert TripDecision.from_json(printed.out) == kratomlaw.decide_trip(stops, age=30, policy=Policy(meets={"age"}))


@pytest.mark.parametrize(
    ("stops", "said"),
    [
        (("Denver, CO",), '"Denver, CO=2026-12-01"'),
        (("Denver, CO=soon",), "YYYY-MM-DD"),
        (("=2026-12-01",), "place"),
        (("US-TX=2026-12-02", "US-CO=2026-12-01"), "order of the trip"),
        (("Xyzzyville=2026-12-01",), "Xyzzyville"),
        (("Springfield=2026-12-01",), '"Springfield, Missouri"'),
        ((), "PLACE=DAY"),
    ],
)
def test_a_wrong_trip_is_refused_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, stops: tuple[str, ...], said: str
) -> None:
    printed = run_here(monkeypatch, "trip", *stops)
    assert (printed.code, printed.out) == (2, "")
    assert said in printed.err


@pytest.mark.parametrize("product", kratomlaw.Product)
def test_a_decision_on_any_place_fits_one_screen(monkeypatch: pytest.MonkeyPatch, product: kratomlaw.Product) -> None:
    from kratomlaw.cli.decision import show_decision

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    with kratomlaw.at_one_version() as view:
        for place in view.jurisdictions():
            decision = view.decide(place, on=DAY, arrives="2027-02-01", product=product)
            terminal = Terminal()
            with monkeypatch.context() as patch:
                patch.setattr(sys, "stdout", terminal)
                show_decision(decision)
            lines = terminal.getvalue().splitlines()
            assert max(map(len, lines)) <= 80, decision
            assert len(lines) <= LINES, f"{decision}: {len(lines)} lines:\n" + "\n".join(lines)


def test_the_help_says_what_the_exit_status_means(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(printed: Printed) -> str:
        return " ".join(printed.out.split())

    assert "exit status 0 for allow, 3 for review, 4 for refuse" in said(run_here(monkeypatch, "decide", "--help"))
    assert "0 for allow, 3 for review, 4 for refuse" in said(run_here(monkeypatch, "trip", "--help"))
