"""The Federal Register and feeds: each document and entry once, from whichever source, and broken answers are findings."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kratomlaw.maintain.watch.model import Watch, WatchKind
from watched import FederalRegister, Reply, Site, rss_feed

TERM = Watch(key="fr-kratom", kind=WatchKind.FEDERAL_REGISTER, places=("US",), file="watch/f.toml", query="kratom")
DOCKET = Watch(key="fr-1570", kind=WatchKind.FEDERAL_REGISTER, places=("US",), file="watch/f.toml", docket="DEA-1570")
FEDERAL = """
code = "US"
name = "United States"
verified_on = "2026-10-01"

[[periods]]
from = "2014"
status = "restricted"
sale = "restricted"
possession = "allowed"
confidence = "high"
summary = "See FR Doc. 2026-17429."

  [[periods.citations]]
  title = "Order, FR Doc. 2026-17429"
  kind = "order"
  supports = "All of it."

[[pending]]
title = "DEA-1570: 7-OH into Schedule I (FR Doc. 2026-20943)"
step = "Notice filed."
on = "2026-10-09"
effect = "Would schedule 7-OH."

  [[pending.citations]]
  title = "Notice"
  kind = "regulator"
  supports = "All of it."
"""
PENDING = ("DEA-1570: 7-OH into Schedule I (FR Doc. 2026-20943)",)
ENTRY = ("Kratom order", "https://news.example/a?utm_source=x", "An order on kratom.", "Wed, 02 Dec 2026 08:00:00 GMT")


@pytest.fixture(autouse=True)
def _federal(desk: Any) -> None:
    desk.put_record("countries/us.toml", FEDERAL)


def _feed(site: Site, **more: Any) -> Watch:
    feed = Watch(key="feed", kind=WatchKind.FEED, places=("US",), file="watch/f.toml", url=f"{site.url}/feed")
    return replace(feed, **more)


def test_a_docket_with_a_new_document_is_found_once(desk: Any, register: FederalRegister) -> None:
    register.put("2026-17429", docket="DEA-1644", day="2026-10-02")
    assert not desk.watch(TERM, DOCKET).new, "the record names this document"
    register.put("2026-23456", docket="DEA-1570", text="7-OH and kratom", day="2026-12-03")
    (lead,) = desk.watch(TERM, DOCKET).new
    assert (lead.key, lead.pending) == ("federal-register-2026-23456", PENDING)
    assert {source.name for source in lead.sources} == {"Federal Register"}
    assert not desk.watch(TERM, DOCKET).new


def test_a_document_is_one_lead_from_inspection_to_publication_and_in_the_news(
    desk: Any, register: FederalRegister, site: Site
) -> None:
    site.pages["/feed"] = rss_feed()
    desk.watch(TERM, DOCKET, _feed(site))
    register.put("2026-02345", docket="DEA-1570", day="2026-12-09", filed=True)
    (lead,) = desk.watch(DOCKET).new
    assert "public inspection" in lead.what
    # Published, its number has lost a zero.
    register.put("2026-2345", docket="DEA-1570", day="2026-12-09")
    link = "https://www.federalregister.gov/documents/2026/12/09/2026-2345/schedules"
    site.pages["/feed"] = rss_feed(("New rule", link, "On kratom.", "Wed, 09 Dec 2026 08:00:00 GMT"))
    assert not desk.watch(TERM, DOCKET, _feed(site)).new
    assert len(desk.leads) == 1
    assert [source.name for source in desk.leads[0].sources].count("www.federalregister.gov") == 1


def test_documents_on_many_pages_are_all_found(desk: Any, register: FederalRegister) -> None:
    for number in range(7):
        register.put(f"2026-3000{number}", day="2026-11-20")
    assert len(desk.watch(TERM).new) == 7


def test_what_the_api_refuses_is_a_finding(desk: Any, register: FederalRegister) -> None:
    register.CONDITIONS = frozenset({"docket_id"})
    report = desk.watch(TERM, DOCKET)
    assert {problem.key for problem in report.problems} >= {"fr-kratom"}
    assert any("is not a valid field" in problem.message for problem in report.problems)


def test_a_next_page_elsewhere_is_not_followed(desk: Any, register: FederalRegister) -> None:
    page = {"count": 9, "results": [{"document_number": "2026-1"}], "next_page_url": "http://127.0.0.1:9/page2"}
    register.pages["/api/v1/documents.json"] = Reply(page)
    assert "another host" in desk.watch(TERM).problems[0].message


def test_cfr_parts_are_asked_of_documents_only(desk: Any, register: FederalRegister) -> None:
    register.put("2026-30001", day="2026-11-20")
    part = Watch(
        key="cfr", kind=WatchKind.FEDERAL_REGISTER, places=("US",), file="watch/f.toml", query="kratom", cfr="21:1308"
    )
    report = desk.watch(part)
    assert len(report.new) == 1
    assert not report.problems
    assert set(register.counts()) == {"/api/v1/documents.json"}


def test_an_entry_is_found_once_and_old_ones_never(desk: Any, site: Site) -> None:
    old = ("Kratom of old", "https://news.example/old", "Old.", "Wed, 02 Sep 2026 08:00:00 GMT")
    site.pages["/feed"] = rss_feed(old, ("Other", "https://news.example/o", "Nothing.", ENTRY[3]))
    assert not desk.watch(_feed(site)).new
    site.pages["/feed"] = rss_feed(old, ENTRY)
    (lead,) = desk.watch(_feed(site)).new
    assert lead.subject == "news/news.example/a"
    assert not desk.watch(_feed(site)).new


def test_two_feeds_with_one_story_are_one_lead(desk: Any, site: Site) -> None:
    site.pages["/feed"] = rss_feed(ENTRY)
    again = ("Kratom: the order", "http://www.news.example/a/?utm_medium=feed", "Kratom.", ENTRY[3])
    site.pages["/other"] = rss_feed(again)
    other = _feed(site, key="other", url=f"{site.url}/other")
    assert len(desk.watch(_feed(site), other).new) == 1


def test_an_atom_feed_is_read_too(desk: Any, site: Site) -> None:
    site.pages["/feed"] = Reply(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><id>x</id><entry><id>tag:1</id>'
        '<title type="html">&lt;b&gt;Kratom&lt;/b&gt; rule</title><link href="/rule"/>'
        "<updated>2026-12-01T10:00:00Z</updated><summary>New.</summary></entry></feed>",
        kind="application/atom+xml",
    )
    (lead,) = desk.watch(_feed(site)).new
    assert (lead.title, lead.sources[0].url) == ("Kratom rule", f"{site.url}/rule")


def test_broken_xml_is_read_as_far_as_it_goes(desk: Any, site: Site) -> None:
    site.pages["/feed"] = rss_feed(ENTRY).replace("</item>", "<oops & </item>").replace("</rss>", "")
    assert len(desk.watch(_feed(site)).new) == 1


@pytest.mark.parametrize(
    "broken", ["<html><body>kratom</body></html>", "", "<rss><chan", "not a feed", '{"items": []}', "\x00\x01"]
)
def test_what_is_no_feed_is_a_finding(desk: Any, site: Site, broken: str) -> None:
    site.pages["/feed"] = Reply(broken.encode(), kind="application/xml")
    report = desk.watch(_feed(site))
    assert not report.new
    assert [problem.key for problem in report.problems] == ["feed"]


def test_a_conditional_request_of_a_feed(desk: Any, site: Site) -> None:
    site.pages["/feed"] = Reply(rss_feed(ENTRY), headers=(("ETag", '"1"'),))
    assert len(desk.watch(_feed(site)).new) == 1
    report = desk.watch(_feed(site))
    assert (report.looked, report.problems) == (1, ())


def test_an_entry_bears_on_the_places_that_it_names(desk: Any, site: Site) -> None:
    for code, name in (("US-VA", "Virginia"), ("US-WV", "West Virginia"), ("US-OH", "Ohio")):
        desk.put_place(code, name, f"us/{code[3:].lower()}.toml")
    places = ("US", "US-MI", "US-OH", "US-VA", "US-WV")
    entries = (
        ("West Virginia rules on kratom", "https://news.example/1", "Also Ohio.", ENTRY[3]),
        ("Kratom in two states", "https://news.example/2", "Ohio and Michigan act.", ENTRY[3]),
        ("Kratom in general", "https://news.example/3", "Nothing in particular.", ENTRY[3]),
    )
    site.pages["/feed"] = rss_feed(*entries)
    found = {lead.title: lead.places for lead in desk.watch(_feed(site, places=places)).new}
    assert found == {
        "West Virginia rules on kratom": ("US-WV",),
        "Kratom in two states": ("US-MI", "US-OH"),
        "Kratom in general": ("US",),
    }


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Wed, 09 Dec 2026 23:30:00 -0500", date(2026, 12, 9)),
        ("Wed, 09 Dec 2026 21:00:00 AKST", date(2026, 12, 9)),
        ("2026-12-09T23:30:00-05:00", date(2026, 12, 9)),
        ("2026-12-09", date(2026, 12, 9)),
        ("2026/12/09", None),
        ("2026-12-32", None),
        ("Thu, 31 Nov 2026 10:00:00 GMT", None),
        ("soon", None),
    ],
)
def test_an_entry_bears_the_day_that_is_written_in_it_or_none(
    desk: Any, site: Site, written: str, day: date | None
) -> None:
    """Feedparser alone says 10 December in UTC, and 1 December of "2026/12/09"."""
    site.pages["/feed"] = rss_feed()
    desk.watch(_feed(site))
    site.pages["/feed"] = rss_feed(("Kratom", "https://news.example/a", "On kratom.", written))
    (lead,) = desk.watch(_feed(site)).new
    assert lead.happened_on == day, written
