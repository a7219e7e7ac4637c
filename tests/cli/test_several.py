"""Several places in one command: each has its answer, one by one, and an error for one does not lose the others."""

import json

import pytest

import kratomlaw
from cli_commands import run_here
from helpers import validated
from kratomlaw.cli.several import places_in

DAY = "2026-11-23"


@pytest.mark.parametrize(
    ("words", "places"),
    [
        (["Nashville, TN", "Alton, IL"], ["Nashville, TN", "Alton, IL"]),
        (["Nashville,TN", "Alton,IL"], ["Nashville,TN", "Alton,IL"]),
        (["New", "Orleans,", "Louisiana"], ["New Orleans, Louisiana"]),
        (["New", "York"], ["New York"]),
        (["Denver", "Colorado"], ["Denver Colorado"]),
        (["Nashville", "Tennessee"], ["Nashville Tennessee"]),
        (["St.", "Louis,MO"], ["St. Louis,MO"]),
        (["Tennessee", "Ohio"], ["Tennessee", "Ohio"]),
        (["US-TN", "Thailand"], ["US-TN", "Thailand"]),
        (["US-TN", "US-IL/alton"], ["US-TN", "US-IL/alton"]),
        (["US-TN", "Xyzzyville", "US-LA"], ["US-TN", "Xyzzyville", "US-LA"]),
        (["Xyzzyville", "Nowhere"], ["Xyzzyville Nowhere"]),
        (["New Orleans", "Louisiana"], ["New Orleans", "Louisiana"]),
        (["Nashville, TN"], ["Nashville, TN"]),
        ([], []),
    ],
    ids=str,
)
def test_quoted_arguments_are_places_and_bare_words_one_place(words: list[str], places: list[str]) -> None:
    assert list(places_in(words)) == places


def test_each_place_has_its_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, "lookup", "Nashville, TN", "Alton, IL", "--on", DAY)
    assert (printed.code, printed.err) == (0, "")
    titles = [line for line in printed.out.splitlines() if line.endswith(": BANNED")]
    assert titles == ["Nashville, Tennessee (US-TN): BANNED", "Alton (US-IL/alton): BANNED"]


@pytest.mark.parametrize("places", [("Xyzzyville, Q", "Alton, IL"), ("Alton, IL", "Georgia", "Xyzzyville, Q")])
def test_an_error_for_one_does_not_lose_the_others(monkeypatch: pytest.MonkeyPatch, places: tuple[str, ...]) -> None:
    printed = run_here(monkeypatch, "lookup", *places, "--on", DAY)
    assert printed.code == 2
    assert "Alton (US-IL/alton): BANNED" in printed.out
    assert "Xyzzyville" in printed.err
    assert ("'Georgia' may be" in printed.err) == ("Georgia" in places)


def test_answers_as_json_are_a_list_with_an_error_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, "lookup", "Alton, IL", "Georgia", "US-LA", "--on", DAY, "--json")
    alton, georgia, louisiana = json.loads(printed.out)
    assert validated(kratomlaw.Answer, alton) == kratomlaw.lookup("Alton, IL", on=DAY)
    assert validated(kratomlaw.Answer, louisiana) == kratomlaw.lookup("US-LA", on=DAY)
    assert (georgia["place"], georgia["error"], len(georgia["candidates"])) == ("Georgia", "AmbiguousPlaceError", 2)
    assert (printed.code, json.loads(printed.err)["message"]) == (2, "1 of 3 places has no answer.")


def test_timelines_of_several_places(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, "timeline", "Nashville, TN", "Alton, IL")
    assert {line.partition("\t")[0] for line in printed.out.splitlines() if "\t" in line} >= {"US-TN", "US-IL/alton"}
    found = json.loads(run_here(monkeypatch, "timeline", "US-TN", "US-IL/alton", "--json").out)
    assert [len(periods) for periods in found] == [
        len(kratomlaw.timeline("US-TN")),
        len(kratomlaw.timeline("US-IL/alton")),
    ]


def test_what_is_wrong_with_the_question_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run_here(monkeypatch, "lookup", "Nashville, TN", "Alton, IL", "--on", "soon")
    assert (printed.code, printed.out, printed.err.count("\n")) == (2, "", 1)


def test_the_places_that_may_be_meant_are_listed_with_what_holds_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(kratomlaw.AmbiguousPlaceError) as ambiguous:
        kratomlaw.lookup("Springfield")
    printed = run_here(monkeypatch, "lookup", "Springfield", "--on", DAY, "--product", "7-oh")
    assert printed.code == 2
    _, *lines = printed.err.splitlines()
    assert len(lines) == len(ambiguous.value.candidates)
    assert all(f"(7-oh, {DAY})" in line for line in lines), "for the product and the day of the question"
    for line in lines:
        written = line.strip().partition("  ")[0]
        answered = run_here(monkeypatch, "lookup", written.strip('"'), "--on", DAY, "--product", "7-oh", "--json")
        assert answered.code == 0, f"what is offered leads on: {written}"
        assert json.loads(answered.out)["status"] in line


@pytest.mark.parametrize("asked", ["Georgia", "DE", "Union"])
def test_what_is_offered_for_an_ambiguous_name_leads_on(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    _, *lines = run_here(monkeypatch, "lookup", asked).err.splitlines()
    assert len(lines) >= 2
    for line in lines:
        written = line.strip().partition("  ")[0].strip('"')
        assert run_here(monkeypatch, "lookup", written).code == 0, line
        timeline = run_here(monkeypatch, "timeline", written)  # timeline has no --code
        if timeline.code:  # a town that may lie in several places, which are offered in turn
            assert "may lie in" in timeline.err, line
            for offered in timeline.err.splitlines()[1:]:
                text = offered.strip().partition("  ")[0].strip('"')
                assert run_here(monkeypatch, "timeline", text).code == 0, offered
