"""How answers show themselves in a notebook: HTML that says what the answer says, and never runs what the data says."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

import kratomlaw
from kratomlaw import AnswerCitation, Product

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
    assert "No recorded law" in Page(html_of(kratomlaw.Timeline())).text


def test_a_timeline_is_still_a_tuple() -> None:
    periods = kratomlaw.timeline("Rhode Island")
    assert isinstance(periods, tuple)
    assert periods == tuple(periods)
    assert hash(periods) == hash(tuple(periods))


def test_a_period_and_a_change_show_themselves() -> None:
    assert "banned" in Page(html_of(kratomlaw.timeline("US-LA")[-1])).text
    (change,) = kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")
    assert "restricted 18+ → banned" in Page(html_of(change)).text


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
