"""The pages of ``kratomlaw serve``: a form with its answer, and what may be asked, without scripts or third parties."""

import asyncio
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
import pytest
from fastapi import FastAPI

import kratomlaw
from kratomlaw import KratomLaw, Product
from kratomlaw.serving.hints import hint_for_name
from kratomlaw.web import create_app
from kratomlaw.web.api.parameters import QUESTIONS, PageQuestion
from servers import serving

ON = "2026-11-23"
PAGES = ("/", f"/?place=Denver,+CO&on={ON}&age=30", "/?place=Springfield", "/?place=Tenessee", "/docs")


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._text: list[str] = []
        self.feed(html)
        self.text = " ".join(" ".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.elements if tag == "a"]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serving() as (made, _):
        yield made


def test_the_start_page_is_a_form_with_links_and_limits(client: httpx.Client) -> None:
    asked = client.get("/")
    assert (asked.status_code, asked.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = Page(asked.text)
    fields = {attributes["name"] for tag, attributes in page.elements if tag in ("input", "select")}
    assert fields == {"place", "product", "on", "act", "age"} <= set(PageQuestion.model_fields)
    products = [attributes["value"] for tag, attributes in page.elements if tag == "option"]
    assert set(products) >= set(Product)
    assert {"docs", "openapi.json", "v1/dataset"} <= set(page.links())
    for words in (kratomlaw.dataset().version, kratomlaw.DISCLAIMER, "Unknown never means legal"):
        assert words in page.text


@pytest.mark.parametrize(("place", "product"), [("Denver, CO", "leaf"), ("New Orleans, LA", "7-oh"), ("AQ", "leaf")])
def test_the_page_says_what_the_library_says(client: httpx.Client, place: str, product: str) -> None:
    asked = client.get("/", params={"place": place, "on": ON, "product": product, "act": "sell", "age": "30"})
    page = Page(asked.text)
    answer = kratomlaw.lookup(place, on=ON, product=product)
    decision = kratomlaw.decide(place, on=ON, product=product, act="sell", age=30)
    assert asked.status_code == 200
    for said in (str(answer.jurisdiction), answer.status, answer.summary, *(one.title for one in answer.citations)):
        assert " ".join(str(said).split()) in page.text
    assert f"{decision.outcome.upper()}: sell" in page.text
    for reason in decision.reasons:
        assert reason.text in page.text
    beside_the_status = page.text.count("Unknown never means legal.") - 1  # the last one stands at the end of each page
    assert beside_the_status == answer.is_unknown
    (as_json,) = [link for link in page.links() if link.startswith("v1/lookup")]
    assert client.get(f"/{as_json}").json() == answer.to_dict()


def test_fields_that_were_left_empty_are_not_asked(client: httpx.Client) -> None:
    without = client.get("/", params={"place": "US-LA", "on": ON})
    asked = client.get("/", params={"place": "US-LA", "on": ON, "age": "", "product": "leaf"})
    assert (asked.status_code, Page(asked.text).text) == (200, Page(without.text).text)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("zip=62002", 422, "zip: There is no such parameter. Did you mean postal_code?"),
        ("place=US-LA&date=2026-01-15", 422, "Did you mean on?"),
        ("q=Denver", 422, "Did you mean place?"),
        ("place=US-LA&on=2026-99-01", 422, "2026-99-01 is not a day of the calendar."),
        ("place=US-LA&age=old", 422, "age: Input should be a valid integer"),
        ("place=US-LA&product=tea-party", 422, "product:"),
        ("place=US-LA&place=US-TX", 422, "'place' is given more than once. Give every parameter once."),
        ("place=Nowhere+at+all", 404, "There is no place called 'Nowhere at all'."),
        ("place=Denver,+CO&detail=brief", 422, "detail: There is no such parameter."),
    ],
)
def test_an_error_is_said_on_the_page_with_the_hint_of_the_api(
    client: httpx.Client, query: str, status: int, said: str
) -> None:
    asked = client.get(f"/?{query}")
    assert (asked.status_code, said in Page(asked.text).text) == (status, True), Page(asked.text).text
    assert asked.headers["cache-control"] == "no-store"
    problem = client.get(f"/v1/decide?{query}").json()
    if problem.get("status") == status:
        assert problem["hint"] in Page(asked.text).text


def test_an_ambiguous_place_lists_what_holds_where_and_leads_on(client: httpx.Client) -> None:
    asked = client.get("/", params={"place": "Springfield", "product": "7-oh", "on": ON})
    problem = client.get("/v1/lookup", params={"place": "Springfield", "product": "7-oh", "on": ON}).json()
    links = [link for link in Page(asked.text).links() if link.startswith("?place=")]
    assert len(links) == len(problem["candidates"]) > 10
    for link, candidate in zip(links, problem["candidates"], strict=True):
        page = Page(client.get(urljoin("/", link)).text)
        assert f"7-OH on {ON}: {candidate['status']}" in page.text, "the product and the day are kept"
        assert candidate["code"] in page.text


def test_a_misspelt_place_is_led_to_what_is_like_it(client: httpx.Client) -> None:
    links = Page(client.get("/", params={"place": "Tenessee", "on": ON}).text).links()
    (link, *_) = [link for link in links if link.startswith("?code=")]
    assert "Tennessee (US-TN)" in Page(client.get(urljoin("/", link)).text).text


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_loaded_but_the_style_sheet(client: httpx.Client, address: str) -> None:
    asked = client.get(address)
    page = Page(asked.text)
    loaded = [
        attributes.get("src") or attributes["href"]
        for tag, attributes in page.elements
        if "src" in attributes or tag == "link"
    ]
    assert loaded == ["data:,", "site.css"]
    assert not {tag for tag, _ in page.elements} & {"script", "style", "img", "iframe", "object"}
    assert not [
        name for _, attributes in page.elements for name in attributes if name.startswith("on") and name != "on"
    ]
    policy = asked.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in policy
    assert len(asked.content) < 60_000
    style = client.get("/site.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_data_keeps_its_stricter_policy(client: httpx.Client) -> None:
    assert client.get("/v1/dataset").headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_texts_of_others_are_harmless(client: httpx.Client) -> None:
    hostile = "<script>alert(1)</script>\"'\x1b"
    page = Page(client.get("/", params={"place": hostile, "on": hostile, "<b>": hostile}).text)
    assert not {tag for tag, _ in page.elements} & {"script", "b"}
    assert dict(next(attributes for tag, attributes in page.elements if attributes.get("id") == "place"))["value"].startswith("<script>")  # fmt: skip


def test_a_page_that_is_still_valid_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get(PAGES[1])
    again = client.get(PAGES[1], headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(PAGES[1])
    assert (head.status_code, head.content) == (200, b"")


def test_the_documentation_has_every_question_parameter_and_field(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    page = Page(client.get("/docs").text)
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page.text
    for question in QUESTIONS.values():
        for name in question.model_fields:
            assert name in page.text
    for model in ("Answer", "Decision", "TripDecision", "DatasetInfo", "Record"):
        for name in described["components"]["schemas"][model]["properties"]:
            assert name in page.text
    assert "`" not in page.text
    assert not re.search(r"(?<!-)\bNone\b", page.text)


def test_every_link_of_the_pages_leads_somewhere(client: httpx.Client) -> None:
    links = {link for address in PAGES for link in Page(client.get(address).text).links()}
    inside = {link for link in links if "://" not in link}
    assert len([link for link in inside if link.startswith("v1/")]) >= 7
    for link in inside:
        assert client.get(urljoin("/docs", link)).status_code == 200, link


def test_the_pages_are_not_part_of_the_described_api(client: httpx.Client) -> None:
    assert not {"/", "/docs", "/site.css"} & set(client.get("/openapi.json").json()["paths"])


@pytest.mark.parametrize("place", ["US-LA", "Springfield"])
def test_inside_another_application_links_stay_inside(place: str) -> None:
    outer = FastAPI()
    outer.mount("/kratom", create_app(KratomLaw()))

    async def asked(address: str) -> httpx.Response:
        transport = httpx.ASGITransport(outer)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(address)

    page = Page(asyncio.run(asked(f"/kratom/?place={place}&on={ON}")).text)
    followed = [urljoin("/kratom/", link) for link in page.links() if "://" not in link]
    followed += [urljoin("/kratom/", attributes["href"]) for tag, attributes in page.elements if attributes.get("rel") == "stylesheet"]  # fmt: skip
    assert len(followed) > 5
    for address in followed:
        assert asyncio.run(asked(address)).status_code == 200, address
    (form,) = [attributes for tag, attributes in page.elements if tag == "form"]
    assert urljoin("/kratom/", form["action"]) == "/kratom/"


TRIED = {
    ("GET", "/v1/lookup"): {
        "zip": "postal_code", "zipCode": "postal_code", "date": "on", "asOf": "on", "ship-date": "on", "q": "place",
        "name": "place", "location": "place", "region": "state", "province": "state", "state_code": "state",
        "country_code": "country", "town": "city", "parish": "county", "iso": "code", "fips": "code",
        "substance": "product", "Product": "product", "format": "Known parameters",
    },
    ("GET", "/v1/timeline"): {"zip": "place", "date": "Known parameters", "q": "place", "state_code": "state"},
    ("GET", "/v1/changes"): {
        "from": "since", "start_date": "since", "to": "until", "end_date": "until", "state": "within", "zip": "within",
        "country": "within", "place": "within", "q": "within", "on": "since", "date": "since", "page": "offset",
        "per_page": "limit",
    },
    ("GET", "/v1/jurisdictions"): {"state": "within", "parent": "within", "date": "on", "skip": "offset", "size": "limit"},
    ("GET", "/v1/decide"): {
        "buyer_age": "age", "customer_age": "age", "delivery_date": "arrives", "arrival": "arrives", "action": "act",
        "date": "on", "zip": "postal_code",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "tried", "right"),
    [(question, name, right) for question, names in TRIED.items() for name, right in names.items()],
)
def test_names_that_people_try_are_answered_with_the_right_one(
    question: tuple[str, str], tried: str, right: str
) -> None:
    hint = hint_for_name(tried, QUESTIONS[question].model_fields)
    assert hint.startswith(right) if right == "Known parameters" else hint == f"Did you mean {right}?"
