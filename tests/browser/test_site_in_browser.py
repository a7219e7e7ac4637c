"""The site as visitors meet it, in a real Chromium: search, map, slider, pages, keyboard, phone, dark screens."""

import gzip
import os
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from browsing import IN_CHROMIUM, IN_EVERY_SIZE_AND_LIGHT, chromium, clock_of, logged, requested, violations
from kratomlaw import KratomLaw, Level, Product
from kratomlaw.data.bundled import every_town
from kratomlaw.law.engine import period_on
from kratomlaw.web.maps.map_data import describe_place, is_local, own_law_holds
from kratomlaw.web.maps.map_svg import map_html
from kratomlaw.web.maps.shapes import Region, shapes_of

PAGES = (
    "index.html",
    "places/us-la.html",
    "places/us.html",
    "places/us-il.html",
    "places/aq.html",
    "places.html",
    "changes.html",
    "404.html",
)
SCREENSHOTS = os.environ.get("KRATOMLAW_TEST_SCREENSHOTS")
"""A folder in which the pages are kept as pictures, for people to look at."""

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def shared() -> Iterator[webdriver.Chrome]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(shared: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """A browser that must end without a message on its console."""
    shared.get("about:blank")  # else an address with another #fragment would go on with the page of the test before
    yield shared
    assert logged(shared, "browser") == []


def find(browser: webdriver.Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def label(browser: webdriver.Chrome, code: str) -> str:
    return str(find(browser, f'[data-region="us"] a[data-code="{code}"]').get_attribute("aria-label"))


def set_value(browser: webdriver.Chrome, selector: str, value: str) -> None:
    """What a browser does when a person has chosen a value."""
    change = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))"
    browser.execute_script(change, find(browser, selector), value)


def test_the_slider_shows_the_ban_of_louisiana_begin(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    slider = find(browser, "#slider")
    set_value(browser, "#day", "2025-07-31")
    assert label(browser, "US-LA").startswith("Louisiana: restricted")
    slider.send_keys(Keys.ARROW_RIGHT)
    assert slider.get_attribute("aria-valuetext") == "2025-08-01"
    assert label(browser, "US-LA").startswith("Louisiana: banned since 2025-08-01")
    area = find(browser, '[data-region="us"] a[data-code="US-LA"] .area')
    assert area.get_attribute("fill") == "url(#us-banned)"
    assert "Louisiana (restricted → banned)" in find(browser, "#shown").text
    assert find(browser, "#us-title").get_attribute("textContent") == "Kratom leaf in the United States on 2025-08-01"


def test_the_product_can_be_switched(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}index.html#on=2026-10-01")
    assert label(browser, "US-CO").startswith("Colorado: restricted")
    find(browser, 'input[value="7-oh"]').click()
    assert label(browser, "US-CO").startswith("Colorado: banned")


def test_a_view_can_be_linked_to(browser: webdriver.Chrome, address: str) -> None:
    browser.get(f"{address}index.html#on=2025-08-01&product=7-oh")
    browser.refresh()
    assert find(browser, "#shown").text.startswith("7-OH on 2025-08-01.")
    assert find(browser, 'input[value="7-oh"]').is_selected()


def typed(browser: webdriver.Chrome, words: str) -> list[tuple[str, str, str]]:
    """Type into the search box, and return what is listed: name, what is said of it, and its page."""
    box = find(browser, "#query")
    box.clear()
    box.send_keys(words)
    # The script says "Searching …" first, and is loaded when the box is used.
    WebDriverWait(browser, 20).until(lambda b: (find(b, "#found").text or "Searching")[:9] != "Searching")
    read = """return [...document.querySelectorAll("#results a")].map((link) => [
        link.querySelector("b").textContent,
        link.querySelector(".quiet").textContent.trim() + ", " + link.querySelector(".status").textContent,
        link.getAttribute("href")])"""
    return [(name, said, page) for name, said, page in browser.execute_script(read)]


@pytest.mark.parametrize(
    "words", ["louisiana", "Deutschland", "US-LA", "ประเทศไทย", "côte d'ivoire", "st lucia", "maycomb", "Denver, CO"]
)
def test_search_finds_a_place_and_enter_opens_it(
    browser: webdriver.Chrome, address: str, words: str, law: KratomLaw
) -> None:
    expected = {"maycomb": "us-ms/maycomb"}.get(words) or law.find(words).code.lower()
    browser.get(address)
    find(browser, "#query").send_keys(words, Keys.ENTER)  # at once, before the names are loaded
    WebDriverWait(browser, 20).until(lambda b: b.current_url.endswith(f"/places/{expected}.html"))


@pytest.mark.parametrize(
    ("words", "name", "page"),
    [
        ("Chicago", "Chicago", "us-il"),
        ("Denver, CO", "Denver", "us-co/denver"),
        ("denver co", "Denver", "us-co/denver"),
        ("Bangkok", "Bangkok", "th"),
        ("กรุงเทพ", "กรุงเทพ", "th"),
        ("New Orleans", "New Orleans", "us-la"),
        ("new orl", "New Orleans", "us-la"),
        ("Tenessee", "Tennessee", "us-tn"),
        ("San Deigo, CA", "San Diego", "us-ca/san-diego"),
        ("München", "München", "de"),
        ("sao paulo", "São Paulo", "br"),
        ("Berlin, DE", "Berlin", "de"),
        ("Dover, DE", "Dover", "us-de"),
        ("St. Louis, MO", "St. Louis", "us-mo/st-charles-county"),
        ("123 Main St, Denver, CO", "Denver", "us-co/denver"),
        ("12345 Main St, Denver, CO", "Denver", "us-co/denver"),
        ("62002", "Alton", "us-il/alton"),
        ("62002-1234", "Alton", "us-il/alton"),
        ("1 Third St, Alton, IL 62002, USA", "Alton", "us-il/alton"),
        ("Cook County, IL", "Cook County", "us-il"),
    ],
)
def test_search_answers_what_people_type(
    browser: webdriver.Chrome, address: str, words: str, name: str, page: str
) -> None:
    browser.get(address)
    assert [(found, link) for found, _, link in typed(browser, words)][:1] == [(name, f"places/{page}.html")]


def test_every_place_of_a_name_is_listed_with_its_status(
    browser: webdriver.Chrome, address: str, law: KratomLaw
) -> None:
    browser.get(address)
    listed = [entry for entry in typed(browser, "Springfield") if entry[0] == "Springfield"]
    states = {state for state, name, _ in every_town() if name == "springfield"}
    assert len(states) > 20
    assert {page.removeprefix("places/").partition(".")[0].partition("/")[0].upper() for *_, page in listed} == states
    for _, said, page in listed:
        place = law.lookup(code=page.removeprefix("places/").removesuffix(".html").upper()[:5])
        assert said.endswith(f", {place.status}{f' {place.min_age}+' if place.min_age else ''}") or "/" in page
    find(browser, "#query").send_keys(Keys.ENTER)
    assert browser.current_url == address, "of several places none is opened unasked"
    WebDriverWait(browser, 5).until(lambda b: b.switch_to.active_element.tag_name == "a")
    browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ARROW_UP)
    assert browser.switch_to.active_element.get_attribute("id") == "query"


def test_a_zip_code_lists_the_places_in_which_it_may_lie(
    browser: webdriver.Chrome, address: str, law: KratomLaw
) -> None:
    browser.get(address)
    pages = [page.removeprefix("places/").removesuffix(".html") for *_, page in typed(browser, "62002")]
    answer = law.lookup(postal_code="62002", country="US")
    recorded = {place.code.lower() for place in answer.candidates if place.level is Level.CITY}
    assert pages[0] == answer.jurisdiction.code.lower()
    assert set(pages) == recorded | {"us-il"}
    assert "ZIP code 62002 touches places with rules of their own" in find(browser, "#found").text
    assert typed(browser, "62099") == []
    assert find(browser, "#found").text == "There is no ZIP code 62099."


def test_search_says_when_nothing_is_found(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    assert typed(browser, "Xyzzyqq") == []
    assert "No such place is known." in find(browser, "#found").text


def test_the_index_is_loaded_when_the_box_is_used(address: str, site: Path) -> None:
    with chromium() as browser:
        browser.get(address)
        assert not [url for url in requested(browser) if "places.js" in url or "towns-" in url]
        typed(browser, "springfield")
        loaded = [url for url in requested(browser) if re.search(r"(search|places|towns-\w+)\.js$", url)]
    assert sorted(url.rpartition("/")[2] for url in loaded) == ["places.js", "search.js", "towns-s.js"]
    packed = {file.name: len(gzip.compress(file.read_bytes())) for file in site.glob("assets/*/*.js")}
    towns = max(size for name, size in packed.items() if name.startswith("towns-"))
    assert packed["places.js"] + packed["search.js"] + towns <= 250_000


def test_a_click_on_a_state_opens_its_page(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    find(browser, '[data-region="us"] a[data-code="US-TX"] .area').click()
    WebDriverWait(browser, 10).until(lambda b: b.current_url == f"{address}places/us-tx.html")
    assert find(browser, "h1").text.startswith("Kratom law in Texas")


def test_the_keyboard_reaches_the_map(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    find(browser, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the content"
    link = find(browser, '[data-region="us"] a[data-code="US-TX"]')
    browser.execute_script("arguments[0].focus()", link)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(browser, 10).until(lambda b: b.current_url.endswith("/places/us-tx.html"))


def test_a_mark_appears_when_its_rule_begins(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    mark = find(browser, 'a.local[data-code="US-MS/maycomb"]')
    set_value(browser, "#day", "2019-12-31")
    assert "off" in str(mark.get_attribute("class"))
    before = sum(marks(browser).values())
    set_value(browser, "#day", "2020-01-01")
    assert "off" not in str(mark.get_attribute("class"))
    assert sum(marks(browser).values()) > before


def marks(browser: webdriver.Chrome) -> dict[str, int]:
    """The targets for local rules on the map of the United States: how many rules each stands for, by the first."""
    read = """
        const found = {};
        const region = document.querySelector('[data-region="us"]');
        for (const link of region.querySelectorAll("a.local:not(.off):not(.together)")) { found[link.dataset.code] = 1; }
        for (const one of region.querySelectorAll(".cluster")) {
          found[one.dataset.key] = Number(one.querySelector("text").textContent);
        }
        return found;"""
    found: dict[str, int] = browser.execute_script(read)
    return found


TARGETS = """
    const boxes = [];
    const region = document.querySelector(`[data-region="${arguments[0]}"]`);
    for (const one of region.querySelectorAll(
      "a.local:not(.off):not(.together) .hit, .cluster, .chips a, .tools button, .tools select"
    )) {
      const box = one.getBoundingClientRect();
      if (box.width) { boxes.push([one.closest("[data-code]")?.dataset.code ?? one.className, box.width, box.height]); }
    }
    return boxes;"""


@pytest.mark.parametrize("width", [390, 1440])
def test_what_is_touched_on_a_map_is_as_large_as_a_finger(address: str, law: KratomLaw, width: int) -> None:
    with chromium(width=width) as browser:
        browser.get(address)
        local = [p for p in law.jurisdictions(within="US") if "/" in p.code]
        shown = {place.code for place in local if own_law_holds(place, period_on(law.timeline(place), date.today()))}
        centred = browser.execute_script("return [...document.querySelectorAll('a.local:not(.off)')].length")
        assert sum(marks(browser).values()) == centred <= len(shown)
        for region in ("us", "world"):
            for zooms in range(3):
                targets = browser.execute_script(TARGETS, region)
                assert len(targets) > 10
                assert [one for one in targets if min(one[1:]) < 24] == [], (region, zooms)
                browser.execute_script(f"document.querySelector('[data-region={region}] .in').click()")
        assert logged(browser, "browser") == []


def test_close_marks_are_one_circle_that_zooms_in_and_lists_them(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    circles = marks(browser)
    chicago = next(code for code, count in circles.items() if code.startswith("US-IL/") and count > 20)
    assert any(count > 20 for code, count in circles.items() if code.startswith("US-MA/")), "Boston"
    circle = find(browser, f'.cluster[data-key="{chicago}"]')
    browser.execute_script("arguments[0].focus()", circle)
    circle.send_keys(Keys.ENTER)
    links = browser.find_elements(By.CSS_SELECTOR, '[data-region="us"] .members a')
    assert len(links) == circles[chicago]
    assert len(marks(browser)) > len(circles) or max(marks(browser).values()) < circles[chicago]
    find(browser, '[data-region="us"] .part').send_keys("whole")
    assert marks(browser) == circles
    links[0].click()
    WebDriverWait(browser, 10).until(lambda b: "/places/us-il/" in b.current_url)


@pytest.mark.parametrize(
    ("region", "part", "code"), [("world", "Europe", "DE"), ("world", "Africa", "TZ"), ("us", "South", "US-TN")]
)
def test_a_part_of_a_map_can_be_shown(
    browser: webdriver.Chrome, address: str, region: str, part: str, code: str
) -> None:
    browser.get(address)
    size = "return document.querySelector(`[data-region=${arguments[0]}] a[data-code=${arguments[1]}] .area`).getBoundingClientRect().width"
    before = browser.execute_script(size, region, code)
    find(browser, f"[data-region={region}] .part").send_keys(part)
    assert browser.execute_script(size, region, code) > 1.5 * before
    area = find(browser, f"[data-region={region}] a[data-code={code}] .area").rect
    frame = find(browser, f"[data-region={region}] .canvas").rect
    assert frame["x"] <= area["x"] + area["width"] / 2 <= frame["x"] + frame["width"]
    assert frame["y"] <= area["y"] + area["height"] / 2 <= frame["y"] + frame["height"]


@pytest.mark.parametrize("region", list(Region))
def test_no_legend_is_cut_off(browser: webdriver.Chrome, region: Region, law: KratomLaw, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    page.write_text(map_html(region, law=law), "utf-8")
    browser.get(page.as_uri())
    right, width = browser.execute_script("""
        const legend = document.querySelector("svg .legend").getBBox();
        return [legend.x + legend.width, document.querySelector("svg").viewBox.baseVal.width]""")
    assert right <= width


def test_a_finger_on_a_small_place_zooms_in(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    touch = """
        const area = document.querySelector(`[data-region=world] a[data-code=${arguments[0]}] .area`);
        area.dispatchEvent(new PointerEvent("click", {bubbles: true, cancelable: true, pointerType: "touch"}));"""
    browser.execute_script(touch, "XK" if not browser.find_elements(By.CSS_SELECTOR, "a[data-code=SI]") else "SI")
    assert browser.current_url == address
    assert "zoomed" in str(find(browser, "[data-region=world] .canvas").get_attribute("class"))
    browser.execute_script(touch, "RU")
    WebDriverWait(browser, 10).until(lambda b: b.current_url.endswith("/places/ru.html"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_start_page_prints_in_a_megabyte(address: str, script: bool) -> None:
    with chromium(script=script) as browser:
        for page in ("index.html", "places/us-il.html", "changes.html"):
            browser.get(address + page)
            printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
            assert len(b64decode(printed)) <= 1_000_000, (page, len(b64decode(printed)))


def test_the_legend_names_the_look_of_what_is_only_reported_on_the_screen_and_on_paper(address: str) -> None:
    with chromium() as browser:
        browser.get(address)
        legends = browser.find_elements(By.CSS_SELECTOR, ".legend")
        assert all("Hatched: reported" in legend.text for legend in legends), [legend.text for legend in legends]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        assert all("Broken edge: reported" in legend.text for legend in legends), [legend.text for legend in legends]
        edges = browser.execute_script("""
            const reported = document.querySelectorAll(".map [fill*=reported], .legend [fill*=reported]");
            return Array.from(reported, shape => getComputedStyle(shape).strokeDasharray);""")
        assert edges, "nothing on the maps is only reported"
        assert "none" not in edges


def test_every_place_says_what_lookup_answers_on_many_days(
    browser: webdriver.Chrome, address: str, law: KratomLaw
) -> None:
    browser.get(address)
    shown = {code for region in Region for code in shapes_of(region).codes}
    places = [place for place in law.jurisdictions() if place.code in shown or place.code == "US-MS/maycomb"]
    begins = sorted({period.first_day for place in places for period in law.timeline(place)})
    days = [day for first in begins[:: max(1, len(begins) // 12)] for day in (first - timedelta(days=1), first)]
    read = """
        const said = {};
        for (const link of document.querySelectorAll("svg a")) {
          said[link.dataset.code] = link.getAttribute("aria-label") + (link.classList.contains("off") ? " (hidden)" : "");
        }
        return said;
    """
    for product in Product:
        find(browser, f'input[value="{product}"]').click()
        for day in (*days, date(2031, 5, 5)):
            set_value(browser, "#day", str(day))
            said = browser.execute_script(read)
            for place in places:
                period = period_on(law.timeline(place, product=product), day)
                hidden = " (hidden)" if is_local(place) and not own_law_holds(place, period) else ""
                assert said[place.code] == describe_place(place, period) + hidden, (day, product)
                assert law.lookup(place, on=day, product=product).word in said[place.code]


def test_the_table_and_the_counts_follow_the_slider(browser: webdriver.Chrome, address: str, law: KratomLaw) -> None:
    browser.get(f"{address}index.html#on=2025-08-01")
    find(browser, "#us-table summary").click()
    row = find(browser, '#us-table tr[data-code="US-LA"]')
    assert row.text.split() == ["Louisiana", "(US-LA)", "banned", "2025-08-01", "prohibited", "prohibited"]
    banned = [code for code in shapes_of(Region.US).codes if law.lookup(code=code, on="2025-08-01").is_banned]
    assert find(browser, '[data-region="us"] .count[data-status="banned"]').text == str(len(banned))


def test_nothing_is_asked_of_anybody_else(address: str) -> None:
    with chromium() as browser:
        for page in PAGES:
            browser.get(address + page)
        browser.get(address)
        typed(browser, "thai")
        assert {url for url in requested(browser) if not url.startswith((address, "data:"))} == set()


def test_it_works_from_a_disk(browser: webdriver.Chrome, site: Path) -> None:
    browser.get((site / "index.html").as_uri())
    set_value(browser, "#day", "2025-08-01")
    assert label(browser, "US-LA").startswith("Louisiana: banned")
    assert typed(browser, "Chicago")[0][2] == "places/us-il.html"
    find(browser, "#query").clear()
    find(browser, "#query").send_keys("louisiana", Keys.ENTER)
    WebDriverWait(browser, 20).until(lambda b: b.current_url.endswith("/places/us-la.html"))


def test_the_first_screen_of_a_phone_says_it_all(address: str, law: KratomLaw) -> None:
    states = [place.code.lower() for place in law.jurisdictions(within="US") if "/" not in place.code]
    with chromium(width=390) as browser:
        for code in states:
            browser.get(f"{address}places/{code}.html")
            bottoms = browser.execute_script("""return [".brief", "#local"].map(
                (one) => document.querySelector(one)?.getBoundingClientRect().bottom ?? 0)""")
            assert bottoms[0] <= 700, (code, bottoms)
            assert bottoms[1] <= 844, (code, bottoms)


def test_local_rules_can_be_filtered(browser: webdriver.Chrome, address: str, law: KratomLaw) -> None:
    browser.get(f"{address}places/us-il.html")
    shown = "return [...document.querySelectorAll('.local li')].filter((one) => one.offsetHeight).length"
    everything = browser.execute_script(shown)
    assert everything == law.lookup(code="US-IL").local_rules
    find(browser, ".filter .name").send_keys("alton")
    assert browser.execute_script(shown) == 2
    assert find(browser, ".filter [role=status]").text == f"2 of {everything}"
    find(browser, ".filter .name").clear()
    find(browser, ".filter .name").send_keys("Madison")
    assert find(browser, ".group:not([hidden]) h3").text == "Madison County"
    find(browser, ".filter .name").clear()
    find(browser, ".filter .kind").send_keys("restricted")
    assert 0 < browser.execute_script(shown) < everything


def test_old_data_is_said_at_the_top(address: str, law: KratomLaw) -> None:
    built_on = law.dataset().built_on
    with chromium() as browser:
        for days, said in ((10, False), (120, True)):
            fake = clock_of(built_on + timedelta(days=days))
            script = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": fake})
            browser.get(f"{address}places/us-la.html")
            note = find(browser, ".old")
            assert note.is_displayed() is said
            if said:
                assert f"{days} days ago: newer law may be missing" in note.text
                assert note.location["y"] < find(browser, "h1").location["y"]
            browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_without_javascript_the_day_of_the_data_is_shown(address: str, law: KratomLaw) -> None:
    with chromium(script=False) as browser:
        browser.get(address)
        assert (
            find(browser, "#us-title").get_attribute("textContent")
            == f"Kratom leaf in the United States on {law.dataset().built_on}"
        )
        assert not find(browser, "#controls").is_displayed()
        find(browser, "noscript a").click()
        assert find(browser, "h1").text == "All places"


@pytest.mark.parametrize("page", PAGES)
def test_without_javascript_every_page_is_whole_and_nothing_on_it_is_dead(page: str, address: str) -> None:
    with chromium(width=390, script=False) as browser:
        browser.get(address + page)
        assert find(browser, "h1").is_displayed()
        assert len(find(browser, "main").text) > 40
        dead = browser.find_elements(By.CSS_SELECTOR, "#search, #controls, .tools, .filter, .old, .due")
        assert [one.get_attribute("class") for one in dead if one.is_displayed()] == []
        unused = browser.find_elements(By.CSS_SELECTOR, "#search, #controls, .tools, .filter")
        assert {one.value_of_css_property("display") for one in unused} <= {"none"}, "nor is room kept for it"


WHERE_THE_KEYBOARD_IS = """
    const one = document.activeElement;
    const box = (one.querySelector(".area, .dot, rect") ?? one).getBoundingClientRect();
    const style = getComputedStyle(one);
    const drawn = one.querySelector(".area, .dot, rect");
    return {
      name: one.id || one.textContent.trim().slice(0, 30) || one.getAttribute("aria-label"),
      away: one === document.body,
      seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      marked: style.outlineStyle !== "none" || (drawn && parseFloat(getComputedStyle(drawn).strokeWidth) > 2)
    };"""


@pytest.mark.parametrize("page", ["index.html", "places/us-il.html", "places.html", "changes.html"])
def test_who_uses_the_keyboard_sees_where_it_is(browser: webdriver.Chrome, address: str, page: str) -> None:
    browser.get(address + page)
    reached: list[str] = []
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        where = browser.execute_script(WHERE_THE_KEYBOARD_IS)
        if where["away"]:
            break
        reached.append(where["name"])
        assert (where["name"], where["seen"], where["marked"]) == (where["name"], True, True)
    assert len(set(reached)) > 8, reached


@IN_EVERY_SIZE_AND_LIGHT
def test_everybody_can_use_every_page(width: int, dark: bool, address: str) -> None:
    """The checks of axe-core, the width of a phone, and a silent console."""
    with chromium(width=width, dark=dark) as browser:
        for page in PAGES:
            browser.get(address + page)
            if page == "index.html":
                for summary in browser.find_elements(By.CSS_SELECTOR, "summary"):
                    summary.click()
            assert (page, violations(browser)) == (page, [])
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, page
            if SCREENSHOTS:
                height = browser.execute_script("return document.documentElement.scrollHeight")
                size = {"width": width, "height": min(height, 6000), "deviceScaleFactor": 1, "mobile": False}
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                name = f"{re.sub('[/.]', '-', page)}-{width}-{'dark' if dark else 'light'}.png"
                browser.save_screenshot(str(Path(SCREENSHOTS, name)))
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "height": 1000})
        assert [entry for entry in logged(browser, "browser") if "404.html" not in entry["message"]] == []
