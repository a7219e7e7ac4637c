"""How results show themselves in a notebook: HTML that says what they say, and never runs what the data says.

``nox -s notebooks`` looks at the same in JupyterLab and marimo.
"""

import copy
import json
import pickle
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import kratomlaw
from kratomlaw import AnswerCitation, Changes, Jurisdictions, Product, Timeline
from kratomlaw.web import SvgText, map_svg, timeline_svg

ON = "2026-11-23"
STOPS = [("US-TX", "2026-10-01"), ("US-LA", "2026-10-03"), ("US-OH", "2026-10-05")]

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
VOID = {"br", "img"}


class Page(HTMLParser):
    """The elements and the text of a piece of HTML; an element that is not closed is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def html_of(value: object) -> str:
    """What a notebook asks an object for."""
    html = value._repr_html_()  # type: ignore[attr-defined]
    assert isinstance(html, str)
    return html


def test_an_answer_shows_status_evidence_age_and_the_disclaimer() -> None:
    answer = kratomlaw.lookup("New Orleans, Louisiana", on="2026-01-15")
    page = Page(html_of(answer))
    for words in ("New Orleans", "US-LA", "banned", "2026-01-15", "2025-08-01", "medium", "not legal advice"):
        assert words in page.text
    for citation in answer.citations:
        assert citation.title in page.text
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert links == [citation.url for citation in answer.citations if citation.url]


@pytest.mark.parametrize("product", Product)
def test_every_answer_and_every_timeline_is_well_formed(product: Product) -> None:
    for place in kratomlaw.jurisdictions():
        Page(html_of(kratomlaw.lookup(place, on="2026-11-23", product=product)))
        Page(html_of(kratomlaw.timeline(place, product=product)))


def test_a_timeline_shows_every_period() -> None:
    periods = kratomlaw.timeline("Rhode Island")
    page = Page(html_of(periods))
    assert [tag for tag, _ in page.elements].count("tr") == len(periods) + 1
    for words in ("during 2017", "2026-04-01", "restricted 21+"):
        assert words in page.text


def test_a_timeline_without_law_says_so() -> None:
    assert "No recorded law" in Page(html_of(Timeline())).text
    assert "No change of law" in Page(html_of(Changes())).text
    assert "No such place" in Page(html_of(Jurisdictions())).text


def test_a_timeline_is_still_a_tuple() -> None:
    periods = kratomlaw.timeline("Rhode Island")
    assert isinstance(periods, tuple)
    assert periods == tuple(periods)
    assert hash(periods) == hash(tuple(periods))


def test_a_period_and_a_change_show_themselves() -> None:
    assert "banned" in Page(html_of(kratomlaw.timeline("US-LA")[-1])).text
    (change,) = kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")
    assert "restricted 21+ → banned" in Page(html_of(change)).text


def test_text_of_the_data_is_never_html() -> None:
    answer = kratomlaw.lookup("US-LA", on="2026-01-15")
    citation = replace(answer.citations[0], title=HOSTILE, supports=HOSTILE)
    hostile = replace(
        answer,
        unmatched=HOSTILE,
        summary=HOSTILE,
        penalty=HOSTILE,
        disclaimer=HOSTILE,
        citations=(citation,),
        conditions=tuple(replace(rule, text=HOSTILE) for rule in answer.conditions),
        advisories=tuple(replace(said, text=HOSTILE) for said in answer.advisories),
    )
    page = Page(html_of(hostile))
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "style"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert HOSTILE in page.text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", " https://x.example", "HTTP:x", None])
def test_only_addresses_of_the_web_become_links(address: str | None) -> None:
    answer = kratomlaw.lookup("US-LA", on="2026-01-15")
    citation: AnswerCitation = replace(answer.citations[0], url=address)
    page = Page(html_of(replace(answer, citations=(citation,))))
    assert "a" not in [tag for tag, _ in page.elements]


def test_nothing_is_fetched_by_showing() -> None:
    page = Page(html_of(kratomlaw.lookup("Denver, CO", on="2026-10-01", product="7-oh")))
    assert not [attributes for _, attributes in page.elements if "src" in attributes or "background" in attributes]


def test_a_decision_shows_its_outcome_its_reasons_and_what_is_required() -> None:
    decision = kratomlaw.decide("Denver, CO", on=ON, age=30)
    page = Page(html_of(decision))
    assert page.text.startswith("review ship kratom leaf to Denver (US-CO/denver)")
    for reason in decision.reasons:
        assert reason.text in page.text
    for condition in decision.requirements:
        assert condition.text in page.text
    assert "the buyer is 30" in page.text
    assert decision.disclaimer in page.text


def test_a_trip_shows_every_stop_with_its_first_reason() -> None:
    page = Page(html_of(kratomlaw.decide_trip(STOPS, age=30)))
    assert page.text.startswith("refuse carry kratom leaf through 3 stops")
    for words in ("Texas", "Louisiana", "Ohio", "2026-10-03 to 2026-10-05", "Kratom leaf is banned in Louisiana"):
        assert words in page.text


CHANGES = kratomlaw.changes("1900-01-01")
PLACES = kratomlaw.jurisdictions(all_counties=True)
LISTS: dict[str, tuple[object, ...]] = {
    "timeline": kratomlaw.timeline("Rhode Island"),
    "changes": CHANGES,
    "jurisdictions": PLACES,
    "nothing": Changes(),
}


@pytest.mark.parametrize("name", LISTS)
def test_what_lists_things_is_a_tuple_in_all_it_does(name: str) -> None:
    found = LISTS[name]
    plain = tuple(found)
    assert isinstance(found, tuple)
    assert (found == plain, plain == found, hash(found) == hash(plain)) == (True, True, True)
    assert (found[:2], found[::-1], found + plain, list(found)) == (plain[:2], plain[::-1], plain * 2, list(plain))
    assert type(found[:2]) is type(found), "a part of it shows itself too"
    assert json.dumps(found, default=str) == json.dumps(plain, default=str)
    for kept in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), copy.copy(found)):  # noqa: S301  # our own
        assert (kept, type(kept)) == (found, type(found))


def test_an_item_is_found_by_its_number() -> None:
    found = kratomlaw.jurisdictions(within="US", level="state")
    assert (found[0].code, found[-1], found.index(found[3])) == ("US-AK", tuple(found)[-1], 3)
    with pytest.raises(IndexError):
        found[len(found)]


def test_a_long_list_shows_its_beginning_and_its_end_and_counts_the_rest() -> None:
    found = CHANGES
    page = Page(html_of(found))
    assert page.text.startswith(f"{len(found)} changes of law (leaf)")
    assert f"and {len(found) - 12} more" in page.text
    for shown in (found[0], found[5], found[-6], found[-1]):
        assert shown.jurisdiction.name in page.text
    assert [tag for tag, _ in page.elements].count("tr") == 1 + 12 + 1
    assert f"and {len(PLACES) - 12:,} more" in Page(html_of(PLACES)).text


@pytest.mark.parametrize("name", LISTS)
def test_the_repr_is_short(name: str) -> None:
    lines = repr(LISTS[name]).splitlines()
    assert lines[0].startswith(f"<{type(LISTS[name]).__name__} of {len(LISTS[name]):,}")
    assert len(lines) <= 12
    assert max(map(len, lines)) <= 125
    if len(LISTS[name]) > 10:
        assert f"… and {len(LISTS[name]) - 10:,} more …" in repr(LISTS[name])


def test_what_is_shown_of_anything_is_small() -> None:
    decided = [kratomlaw.decide(place, on=ON, product=product) for place in ("Denver, CO", "Chicago, IL", "AQ") for product in Product]  # fmt: skip
    trip = kratomlaw.decide_trip([(code, f"2026-10-{1 + day:02}") for day, code in enumerate(["US-TX", "US-LA"] * 15)])
    for shown in (*LISTS.values(), *decided, trip):
        html = html_of(shown)
        page = Page(html)
        assert len(html) < 30_000
        assert not {tag for tag, _ in page.elements} & {"script", "style", "img", "iframe", "link"}


def test_sums_of_money_are_no_formulas() -> None:
    """JupyterLab and nbviewer set what lies between two dollars as TeX, but for what has these classes."""
    answer = kratomlaw.lookup("US-LA", on="2026-01-15")
    assert str(answer.penalty).count("$") > 1
    first = Page(html_of(answer)).elements[0][1]
    assert set(str(first["class"]).split()) == {"tex2jax_ignore", "mathjax_ignore"}


def test_texts_of_others_are_harmless_in_lists_and_decisions() -> None:
    change = replace(CHANGES[0], summary=HOSTILE)
    decision = kratomlaw.decide("US-LA", on="2026-01-15")
    hostile = replace(decision, reasons=tuple(replace(reason, text=HOSTILE) for reason in decision.reasons), unmatched=HOSTILE)  # fmt: skip
    place = replace(kratomlaw.find("US-LA"), name=HOSTILE)
    for shown in (
        Changes((change,)),
        hostile,
        Jurisdictions((place,)),
        Changes((replace(change, jurisdiction=place),)),
    ):
        page = Page(html_of(shown))
        assert HOSTILE in page.text
        assert not {tag for tag, _ in page.elements} & {"script", "img"}
    turned = replace(place, name="Loui\x1b[2Jsiana\u202e")
    assert repr(Jurisdictions((turned,))) == "<Jurisdictions of 1\n  Loui<U+001B>[2Jsiana<U+202E> (US-LA)>"


@pytest.mark.parametrize("draw", [map_svg, timeline_svg])
def test_a_drawing_is_text_that_is_shown_as_a_picture(draw: "type[SvgText]") -> None:
    svg = draw("us")
    assert isinstance(svg, str)
    assert svg._repr_svg_() == svg == str(svg) == f"{svg}"
    assert (type(str(svg)), json.dumps(svg), svg.encode()) == (str, json.dumps(str(svg)), str(svg).encode())
    assert repr(svg) == f"<SvgText of {len(svg):,} characters>"
    assert pickle.loads(pickle.dumps(svg)) == svg  # noqa: S301  # our own
