"""What a person sees on a terminal of 80 columns, and what a file or a pipe gets."""

import io
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import pytest

import kratomlaw
from cli_commands import run
from kratomlaw import Answer, Product, Status
from kratomlaw.cli import tables
from kratomlaw.cli.answer import LINES, show_answer
from kratomlaw.cli.lookup import Asked, lookup
from kratomlaw.cli.screen import show_rows

COLUMNS = 80
DAY = "2026-11-23"
BOXES = set("─│╭╮╰╯━┃┏┓")


class Terminal(io.StringIO):
    """A standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], list[str]]:
    """Runs something, and returns the lines that a terminal of 80 columns without colours shows."""
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    monkeypatch.setenv("NO_COLOR", "1")

    def shown(action: Callable[[], object]) -> list[str]:
        with monkeypatch.context() as patch:
            terminal = Terminal()
            patch.setattr(sys, "stdout", terminal)
            action()
        return terminal.getvalue().splitlines()

    return shown


Screen = Callable[[Callable[[], object]], list[str]]


def assert_fits(lines: list[str], about: object) -> None:
    longest = max(lines, key=len)
    assert len(longest) <= COLUMNS, f"{about}: a line of {len(longest)} columns: {longest}"


def words(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in text.split())


@pytest.mark.parametrize("product", Product)
def test_an_answer_for_any_place_fits_one_screen(product: Product, screen: Screen) -> None:
    """Stale data and the line on the states of a country are the most that an answer may have to say."""
    counties = sorted(kratomlaw.jurisdictions(all_counties=True), key=lambda place: len(str(place)))[-20:]
    with kratomlaw.at_one_version() as view:
        for place in (*view.jurisdictions(), *counties):
            answer = replace(view.lookup(place, on=DAY, product=product), stale=True)
            lines = screen(partial(show_answer, answer, states=dict.fromkeys(Status, 19)))
            assert_fits(lines, answer)
            assert len(lines) <= LINES, f"{answer}: {len(lines)} lines:\n" + "\n".join(lines)
            text = " ".join(" ".join(lines).split())
            assert f"{place}: {answer.status.upper()}" in text
            assert "sale" in text
            assert "how sure" in text
            assert "--full" in text
            assert lines[-1] == "This is information, not legal advice."


@pytest.mark.parametrize(
    "asked",
    [
        "Nashville, TN",
        "San Deigo, CA",
        "IL 62002",
        "42223, USA",
        "123 Main St, Alton, IL 62002",
        "A Town With A Very Long Name In The Middle Of Nowhere At All, Illinois",
        "Springfeld, Massachusetts",
    ],
)
@pytest.mark.parametrize("product", Product)
def test_an_answer_for_a_town_or_a_zip_code_fits_one_screen(asked: str, product: Product, screen: Screen) -> None:
    answer = replace(kratomlaw.lookup(asked, on=DAY, product=product), stale=True)
    lines = screen(lambda: show_answer(answer))
    assert_fits(lines, asked)
    assert len(lines) <= LINES
    assert ("may lie in" in "\n".join(lines)) == bool(answer.candidates)


def test_a_full_answer_has_every_source_and_condition(screen: Screen) -> None:
    answer = kratomlaw.lookup("Denver, CO", on=DAY)
    text = " ".join(" ".join(screen(lambda: show_answer(answer, full=True))).split())
    for citation in answer.citations:
        assert " ".join(citation.supports.split()) in text
    for condition in answer.conditions:
        assert " ".join(condition.text.split()) in text
    assert answer.disclaimer in text


def test_a_question_about_leaf_shows_no_steps_on_other_products(screen: Screen) -> None:
    lines = screen(lambda: lookup(Asked(["New Orleans, LA"], on=DAY)))
    assert "7-OH" not in "\n".join(line for line in lines if line.startswith("coming"))
    lines = screen(lambda: lookup(Asked(["New Orleans, LA"], on=DAY, product="7-oh")))
    assert any(line.startswith("coming") and "pending" in line for line in lines)


@pytest.mark.parametrize("product", Product)
def test_a_country_is_answered_with_how_many_of_its_states_differ(product: Product, screen: Screen) -> None:
    text = " ".join(" ".join(screen(lambda: lookup(Asked(["USA"], on=DAY, product=product)))).split())
    federal = kratomlaw.lookup("US", on=DAY, product=product)
    states = Counter(
        kratomlaw.lookup(place, on=DAY, product=product).status
        for place in kratomlaw.jurisdictions(within="US", level="state")
    )
    differ = sum(states.values()) - states[federal.status]
    assert f"{differ} of {sum(states.values())} states and territories differ" in text
    assert f"{states[Status.BANNED]} ban it" in text
    if federal.is_unknown:
        assert "Whether there is a federal ban of" in text
    else:
        assert f"There is {'a' if federal.is_banned else 'no'} federal ban of" in text


def test_a_country_of_one_law_says_nothing_about_states(screen: Screen) -> None:
    assert "differ" not in "\n".join(screen(lambda: lookup(Asked(["Thailand"], on=DAY))))


def test_a_list_fits_and_cuts_no_word(screen: Screen) -> None:
    places = kratomlaw.jurisdictions(all_counties=True)
    answers = [kratomlaw.lookup(place, on=DAY) for place in places]
    lines = screen(lambda: tables.show_list(answers))
    assert_fits(lines, "list")
    missing = words(str(place) for place in places) - words(lines)
    assert not missing, f"cut in two: {list(missing)[:5]}"


@pytest.mark.parametrize("product", Product)
def test_changes_fit_and_cut_no_word(product: Product, screen: Screen) -> None:
    found = kratomlaw.changes("1900-01-01", product=product)
    assert_fits(screen(lambda: tables.show_changes(found)), "changes")
    lines = screen(lambda: tables.show_changes(found, full=True))
    assert_fits(lines, "changes --full")
    missing = words(f"{change.jurisdiction}: {change.summary}" for change in found) - words(lines)
    assert not missing, f"cut in two: {list(missing)[:5]}"


@pytest.mark.parametrize("product", Product)
def test_every_timeline_fits_and_cuts_no_word(product: Product, screen: Screen) -> None:
    with kratomlaw.at_one_version() as view:
        for place in view.jurisdictions():
            periods = view.timeline(place, product=product)
            lines = screen(partial(tables.show_timeline, place, product, periods))
            assert_fits(lines, place)
            shown = words(lines)
            assert periods == () or not words([periods[-1].summary]) - shown, place
            assert kratomlaw.DISCLAIMER in " ".join(" ".join(lines).split())


@pytest.mark.parametrize("columns", ["20", "40", "79", "100", "200", "0", "x", "²"])
def test_every_width_of_a_terminal_is_kept(columns: str, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr("os.get_terminal_size", lambda _: type("Size", (), {"columns": 0}))
    monkeypatch.setattr(Terminal, "fileno", lambda _: 1)
    answer = kratomlaw.lookup("US-CO", on=DAY)
    limit = max(int(columns) if columns.isdecimal() and int(columns) else 80, 40)
    assert max(map(len, screen(lambda: show_answer(answer)))) <= limit


@pytest.mark.parametrize(
    "arguments",
    [
        ("lookup", "US-CO"),
        ("lookup", "US-CO", "--full"),
        ("list", "--within", "USA"),
        ("timeline", "Thailand"),
        ("changes", "--since", "2026-01-01"),
        ("decide", "Denver, CO", "--age", "30"),
        ("trip", "US-TX=2026-12-01", "--age", "30"),
        ("info",),
    ],
    ids=" ".join,
)
def test_a_pipe_gets_plain_lines_without_boxes(arguments: tuple[str, ...]) -> None:
    printed = run(*arguments, COLUMNS="40", TERM="xterm-256color").stdout
    assert not BOXES & set(printed)
    assert "\x1b" not in printed
    assert "…" not in printed, "nothing is cut where there is no width"


def test_each_row_of_a_list_is_one_line_in_a_pipe() -> None:
    header, *rows, last = run("list", "--within", "USA", "--on", DAY).stdout.splitlines()
    assert header.split("\t") == ["code", "place", "level", "status", "sale", "possession", "since", "confidence"]
    assert all(len(row.split("\t")) == len(header.split("\t")) for row in rows)
    assert last.startswith(f"{len(rows)} places.")
    code, _, _, status, *_ = next(row for row in rows if row.startswith("US-LA\t")).split("\t")
    assert (code, status) == ("US-LA", "banned")


def test_the_answer_in_a_pipe_has_one_line_for_each_fact() -> None:
    lines = run("lookup", "US-LA", "--on", DAY).stdout.splitlines()
    answer: Answer = kratomlaw.lookup("US-LA", on=DAY)
    assert answer.summary in lines
    assert any(line.split() == ["since", str(answer.since)] for line in lines)


def test_days_of_which_only_the_year_is_known_are_during_it(screen: Screen) -> None:
    answer = kratomlaw.lookup("US-KY", on="2027-04-18")
    assert answer.since == answer.until
    assert any(line.split() == ["during", "2027"] for line in screen(partial(show_answer, answer)))


def test_a_tab_or_a_line_end_in_a_text_makes_no_column_and_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows(("place", "what"), [("New\tTown", "first\nsecond \x1b[2J")])
    assert capsys.readouterr().out == "place\twhat\nNew Town\tfirst second <U+001B>[2J\n"
