"""Pages: a changed law is found once, in every language and form, and no change of layout is ever mistaken for one."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from kratomlaw.maintain.watch.model import Watch
from watched import Reply, Site, html_page, pdf_file

MakeWatch = Callable[..., Watch]
LANGUAGES = {
    "en": ("Kratom may be sold to adults.", "No sale to people under 18 years.", "No sale to people under 21 years."),
    "de": (
        "Kratom darf verkauft werden.",
        "Die Abgabe an Personen unter 18 Jahren ist verboten.",
        "Die Abgabe an alle Personen ist verboten.",
    ),
    "es": (
        "El kratom puede venderse.",
        "Se prohíbe la venta a menores de 18 años.",
        "Se prohíbe toda venta al público.",
    ),
    "ru": ("Кратом разрешён к продаже.", "Продажа лицам моложе 18 лет запрещена.", "Продажа любым лицам запрещена."),
    "th": (
        "กระท่อม (Mitragyna speciosa) ขายได้",
        "ห้ามขายแก่ผู้มีอายุต่ำกว่าสิบแปดปี ตามมาตรา ๒๔ ของกฎหมาย นี้",
        "ห้ามขายแก่ผู้มีอายุต่ำกว่ายี่สิบปี ตามมาตรา ๒๔ ของกฎหมาย นี้",
    ),
    "zh": ("卡痛（帽柱木）可以销售。", "禁止向 未满 十八 岁 的人 销售。", "禁止向 未满 二十一 岁 的人 销售。"),
}
STATUTE = (
    "Section 1. This chapter may be cited as the Kratom Consumer Protection Act.",
    "Section 2. A person shall not sell a kratom product to an individual under 18 years of age.",
    "Section 3. A kratom product shall not contain more than 2 % of 7-hydroxymitragynine in its alkaloids.",
    "Section 4. A person who violates this chapter is subject to a civil penalty of $500 for each violation.",
    "Section 5. This chapter takes effect on July 1, 2026.",
)
CHANGES = (
    (1, "under 18", "under 21"),
    (2, "2 %", "1 %"),
    (3, "$500", "$5,000"),
    (3, "a civil penalty", "imprisonment"),
    (4, "July 1, 2026", "January 1, 2027"),
    (1, "shall not sell", "may sell"),
)


def _seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # the same pages in every run


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_law_is_found_once_in_each_language(desk: Any, site: Site, page: MakeWatch, language: str) -> None:
    first, old, new = LANGUAGES[language]
    site.pages["/law"] = html_page(first, old, language=language)
    assert not desk.watch(page()).new
    site.pages["/law"] = html_page(first, new, language=language)
    (lead,) = desk.watch(page()).new
    assert lead.places == ("US-MI",)
    assert "[-" in lead.diff, lead.diff
    assert not desk.watch(page()).new, "the same change became a second lead"
    assert desk.leads == (lead,)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r"])
def test_the_encoding_is_that_of_the_server_or_the_page(desk: Any, site: Site, page: MakeWatch, encoding: str) -> None:
    text = html_page(*LANGUAGES["ru"][:2], language="ru").replace("utf-8", encoding)
    site.pages["/law"] = Reply(text.encode(encoding), kind=f"text/html; charset={encoding}")
    desk.watch(page())
    # The same text in another encoding, which only the page itself names.
    site.pages["/law"] = Reply(text.replace(encoding, "windows-1251").encode("windows-1251"), kind="text/html")
    assert not desk.watch(page()).new


@pytest.mark.parametrize(("index", "old", "new"), CHANGES)
def test_each_change_of_the_law_is_found(
    desk: Any, site: Site, page: MakeWatch, index: int, old: str, new: str
) -> None:
    site.pages["/law"] = html_page(*STATUTE)
    desk.watch(page())
    changed = list(STATUTE)
    changed[index] = changed[index].replace(old, new)
    assert changed[index] != STATUTE[index]
    # A new layout at the same time hides nothing.
    site.pages["/law"] = cosmetic(_seeded(index), changed)
    (lead,) = desk.watch(page()).new
    assert new.lower().split()[-1].strip("$") in lead.diff.replace("-]{+", " "), lead.diff


def test_no_false_alarm_in_cosmetic_changes(desk: Any, site: Site, page: MakeWatch) -> None:
    _no_false_alarm(desk, site, page, changes=30)


@pytest.mark.soak
def test_no_false_alarm_in_500_cosmetic_changes(desk: Any, site: Site, page: MakeWatch) -> None:
    _no_false_alarm(desk, site, page, changes=500)


def _no_false_alarm(desk: Any, site: Site, page: MakeWatch, *, changes: int) -> None:
    watches = [page(f"/law-{number}") for number in range(changes)]
    for number, watch in enumerate(watches):
        site.pages[f"/law-{number}"] = cosmetic(_seeded(-number - 1), STATUTE)
        assert watch.url
    desk.watch(*watches)
    for number in range(changes):
        site.pages[f"/law-{number}"] = cosmetic(_seeded(number), STATUTE)
    report = desk.watch(*watches)
    assert report.looked == changes
    alarms = {site.pages[lead.sources[0].url.removeprefix(site.url)]: lead.diff for lead in report.new}
    assert not alarms


def cosmetic(choice: Random, paragraphs: Any) -> str:
    """The same law on a page of another layout, with other advertisements, counters, dates and menus."""
    words = ["Buy the best kratom here, 20 % off until Sunday!", "7-OH tablets, free shipping on all orders over $75"]
    advertisement = choice.choice(
        [
            f'<div class="ad ad-{choice.randint(1, 99)}"><p>{choice.choice(words)}</p></div>',
            f'<div class="banner-{choice.randint(1, 9)}">{choice.choice(words)}</div>',
            f"<aside><h3>Sponsored</h3><p>{choice.choice(words)}</p></aside>",
            f'<p><a href="https://shop.example/?c={choice.random()}">{choice.choice(words)}</a></p>',
            f'<ins class="adsbygoogle">{choice.choice(words)}</ins>',
            "<script>document.write('kratom " + str(choice.random()) + "')</script>",
            "<!-- kratom -->",
            "",
        ]
    )
    dates = choice.choice(
        [
            f"<p>Last updated on November {choice.randint(1, 30)}, 2026 at {choice.randint(1, 12)}:15 p.m.</p>",
            f"<div>{choice.randint(10, 99_999):,} views</div>",
            f"<p>Printed {choice.randint(1, 28)}/11/2026</p>",
            f"<footer>Copyright {choice.randint(2020, 2030)} The State. All rights reserved.</footer>",
            "",
        ]
    )

    def styled(text: str) -> str:
        if choice.random() < 0.3:
            text = text.replace(
                "kratom", choice.choice(["<b>kratom</b>", "<em class='x'>kratom</em>", "krat<span>om</span>"])
            )
        if choice.random() < 0.3:
            text = text.replace(" ", choice.choice(["&nbsp;", "  ", "\n"]), choice.randint(1, 4))
        if choice.random() < 0.2:
            text = text.replace("sell", "se&shy;ll")
        if choice.random() < 0.2:
            text = text.replace("7-hydroxy", "7&#8209;hydroxy")
        if choice.random() < 0.2:
            text = text.replace("Section", "SECTION")
        return text

    texts = [styled(paragraph) for paragraph in paragraphs]
    layout = choice.randrange(6)
    if layout == 0:
        inside = "".join(f"<p>{text}</p>{advertisement if choice.random() < 0.3 else ''}" for text in texts)
    elif layout == 1:
        inside = "<ol>" + "".join(f"<li id='s{choice.random()}'>{text}</li>" for text in texts) + "</ol>"
    elif layout == 2:
        inside = "<div>" + "<br><br>".join(texts) + "</div>"
    elif layout == 3:
        inside = "<table>" + "".join(f"<tr><td>{text}</td></tr>" for text in texts) + "</table>"
    elif layout == 4:
        inside = "<form id='aspnetForm'><div>" + "<br>\n".join(texts) + "</div></form>"
    else:
        inside = "".join(
            f"<div class='c{choice.randint(1, 999)}'><div><span>{text}</span></div></div>" for text in texts
        )
    wrapped = choice.choice(
        ["<main>{}</main>", "<div id='content' class='has-sidebar'>{}</div>", "<article>{}</article>", "{}"]
    )
    related = choice.choice(
        [
            "<div class='related-articles'><h3>Related</h3><ul><li>Ohio bans kratom</li></ul></div>",
            f"<ul><li><a href='/{choice.random()}'>Kratom bill of {choice.randint(1, 99)} passes the house of somewhere</a></li></ul>",
            "",
        ]
    )
    menu = (
        f"<nav><a href='/'>Home</a><a href='/{choice.randint(1, 9)}'>Kratom laws</a></nav>"
        if choice.random() < 0.7
        else ""
    )
    cookie = '<div id="cookie-consent">We use cookies. Kratom.</div>' if choice.random() < 0.4 else ""
    body = f"{menu}{cookie}{wrapped.format(f'<h1>Code</h1>{inside}{dates}')}{advertisement}{related}"
    return f"<!doctype html><html><head><title>{choice.random()}</title></head><body>{body}</body></html>"


def test_a_pdf_is_read_and_its_page_numbers_are_not(desk: Any, site: Site, page: MakeWatch) -> None:
    def printed(lines: tuple[str, ...], first: int, last: int) -> Reply:
        texts = (lines, *((f"Section {number}. Nothing else is changed by it.",) for number in (6, 7, 8)))
        pages = [(f"Gazette {first + i}", *text, f"Page {first + i} of {last}") for i, text in enumerate(texts)]
        return Reply(pdf_file(*pages), kind="application/pdf")

    site.pages["/law"] = printed(STATUTE, 1, 4)
    desk.watch(page())
    site.pages["/law"] = printed(STATUTE, 6, 9)._replace(kind="application/octet-stream")
    assert not desk.watch(page()).new
    site.pages["/law"] = printed(tuple(line.replace("under 18", "under 21") for line in STATUTE), 6, 9)
    (lead,) = desk.watch(page()).new
    assert "[-18-]{+21+}" in lead.diff


def test_a_broken_pdf_is_a_finding_and_the_rest_goes_on(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/broken"] = Reply(b"%PDF-1.7\nnothing", kind="application/pdf")
    site.pages["/law"] = html_page(*STATUTE)
    report = desk.watch(page("/broken"), page("/law"))
    (problem,) = report.problems
    assert (problem.file, problem.key, "PDF" in problem.message) == ("us/mi.toml", "page-broken", True)
    assert report.looked == 1


def test_a_conditional_request_costs_no_page(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = Reply(html_page(*STATUTE), headers=(("ETag", '"one"'),))
    desk.watch(page())
    desk.watch(page())
    sent = [
        {name.lower(): value for name, value in asked.headers.items()} for asked in site.asked if asked.path == "/law"
    ]
    assert [headers.get("if-none-match") for headers in sent] == [None, '"one"']


def test_a_page_that_moved_is_said_and_still_compared(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = html_page(*STATUTE)
    desk.watch(page())
    site.pages["/law"] = Reply("", 301, headers=(("Location", "/new-law"),))
    site.pages["/new-law"] = html_page(*STATUTE).replace("under 18", "under 21")
    report = desk.watch(page())
    assert [lead.step for lead in report.new] == ["page-changed"]
    assert f"{site.url}/new-law" in report.problems[0].message


@pytest.mark.parametrize("gone", [404, 410, 500])
def test_a_page_that_is_gone_is_a_finding_and_no_change(desk: Any, site: Site, page: MakeWatch, gone: int) -> None:
    site.pages["/law"] = html_page(*STATUTE)
    desk.watch(page())
    site.pages["/law"] = Reply("no kratom here", gone)
    report = desk.watch(page())
    assert not report.new
    assert str(gone) in report.problems[0].message
    site.pages["/law"] = html_page(*STATUTE)
    assert not desk.watch(page()).new


def test_a_gate_says_nothing_about_the_law(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = html_page(*STATUTE)
    desk.watch(page())
    site.pages["/law"] = "<html><body><p>Just a moment... verify you are human</p></body></html>"
    for _ in range(3):
        report = desk.watch(page())
        assert not report.new
        assert "asks for a person" in report.problems[0].message


def test_a_repeal_is_believed_at_the_second_look(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = html_page(*STATUTE)
    desk.watch(page())
    site.pages["/law"] = html_page("This chapter was repealed by the legislature in its last session.")
    first = desk.watch(page())
    assert not first.new
    assert "any more" in first.problems[0].message
    (lead,) = desk.watch(page()).new
    assert lead.diff.startswith("[-")
    assert not desk.watch(page()).new


def test_a_bad_day_of_the_server_is_no_repeal(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = html_page(*STATUTE)
    desk.watch(page())
    site.pages["/law"] = html_page("The service is not available at the moment. Please come back later.")
    assert not desk.watch(page()).new
    site.pages["/law"] = html_page(*STATUTE)
    assert not desk.watch(page()).new
    assert not desk.watch(page()).new


def test_a_list_of_notices_is_compared_with_its_links(desk: Any, site: Site, page: MakeWatch) -> None:
    notices = "<ul><li><a href='/1'>Notice 1: kratom products are recalled</a></li>{}</ul>"
    site.pages["/law"] = f"<html><body><h1>Notices</h1>{notices.format('')}</body></html>"
    desk.watch(page())
    more = "<li><a href='/2'>Notice 2: emergency order puts kratom into Schedule I</a></li>"
    site.pages["/law"] = f"<html><body><h1>Notices</h1>{notices.format(more)}</body></html>"
    (lead,) = desk.watch(page()).new
    assert "emergency order" in lead.diff


def test_a_page_without_the_terms_asks_for_terms_of_its_own(desk: Any, site: Site, page: MakeWatch) -> None:
    site.pages["/law"] = html_page("Schedule I: biak and other leaves are controlled substances.")
    assert "none of the terms" in desk.watch(page()).problems[0].message
    own = page("/law", key="own", terms=("biak",))
    assert not desk.watch(own).problems
    site.pages["/law"] = html_page("Schedule II: biak and other leaves are controlled substances.")
    assert len(desk.watch(own).new) == 1


def test_a_page_that_goes_back_and_forth_is_told_twice_and_not_for_ever(desk: Any, site: Site, page: MakeWatch) -> None:
    old, new = html_page(*STATUTE), html_page(*STATUTE).replace("under 18", "under 21")
    site.pages["/law"] = old
    desk.watch(page())
    found = []
    for number in range(8):
        site.pages["/law"] = new if number % 2 == 0 else old
        found.append(len(desk.watch(page()).new))
    assert found == [1, 1, 0, 0, 0, 0, 0, 0]


def test_the_text_of_others_is_not_kept_in_the_repository(desk: Any, site: Site, page: MakeWatch) -> None:
    long = tuple(f"Section {number}. Kratom rule number {number} about {'many words ' * 20}." for number in range(30))
    site.pages["/law"] = html_page(*long)
    desk.watch(page())
    site.pages["/law"] = html_page(*(text.replace("rule", "order") for text in long))
    (lead,) = desk.watch(page()).new
    assert len(lead.diff) <= 400
    assert not list(desk.data.rglob("*.sqlite3"))
