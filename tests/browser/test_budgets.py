"""What may a page cost whoever opens it? Bytes, requests and shifts of its layout: ``nox -s budgets`` prints them.

Packed are the bytes as a server with gzip sends them. A shift is what Chromium calls the cumulative layout shift: 0 is
a page on which nothing moves while it is loaded and read to its end; Lighthouse calls 0.1 good.
"""

import gzip
from typing import NamedTuple

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from browsing import IN_CHROMIUM, chromium, clock_of, requested
from kratomlaw import KratomLaw

pytestmark = IN_CHROMIUM


class Budget(NamedTuple):
    """The most that a page may need."""

    page: str
    packed: int
    """Bytes, with everything that it loads."""
    requests: int


SITE = (
    Budget("index.html", 140_000, 5),
    Budget("places/us-la.html", 25_000, 3),
    Budget("places/us-il.html", 25_000, 3),
    Budget("places/us.html", 25_000, 3),
    Budget("places/aq.html", 15_000, 3),
    Budget("places.html", 25_000, 3),
    Budget("changes.html", 40_000, 3),
)
SERVER = (
    Budget("/", 6_000, 2),
    Budget("/?place=Denver,+CO&on=2026-11-23&age=30", 12_000, 2),
    Budget("/?place=Springfield", 8_000, 2),
    Budget("/docs", 15_000, 2),
)
MOST_SHIFT = 0.01
WATCH = """
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) {
        const moved = [...one.sources].map(({ node }) => node?.id || node?.className || node?.nodeName || "?");
        if (!one.hadRecentInput) { window.shifts.push([one.value, moved.join(" ")]); }
      }
    }).observe({type: "layout-shift", buffered: true});"""
READ_TO_THE_END = """
    const done = arguments[0];
    const frame = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    (async () => {
      await document.fonts.ready;
      for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) { scrollTo(0, y); await frame(); }
      await frame();
      done(window.shifts);
    })();"""


@pytest.mark.parametrize(
    "width", [pytest.param(390, id="phone"), pytest.param(1440, id="screen", marks=pytest.mark.soak)]
)
def test_no_page_costs_more_than_its_budget(
    width: int, address: str, server: str, law: KratomLaw, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []
    over: list[str] = []
    with chromium(width=width) as browser:
        # On the day of the data: old data is said at the top, which moves what is below.
        source = f"{clock_of(law.dataset().built_on)}\n{WATCH}"
        browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
        browser.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": True})
        for root, budgets in ((address, SITE), (server, SERVER)):
            for budget in budgets:
                shifts, loaded = opened(browser, root + budget.page)
                packed = sum(len(gzip.compress(httpx.get(url, trust_env=False).content)) for url in loaded)
                shift = sum(by for by, _ in shifts)
                line = (
                    f"{width:5} px  {packed:8,} of {budget.packed:8,} bytes  {len(loaded)} of {budget.requests} requests  "
                    f"shift {shift:.3f}  {budget.page}"
                )
                lines.append(line)
                if packed > budget.packed or len(loaded) > budget.requests or shift > MOST_SHIFT:
                    over.append(f"{line} {[moved for _, moved in shifts]}")
    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201  # what somebody asks for who runs this test alone
    assert over == []


def opened(browser: webdriver.Chrome, url: str) -> tuple[list[tuple[float, str]], set[str]]:
    """Open a page and read it to its end: by how much it shifted and what moved, and what was loaded for it."""
    browser.get("about:blank")
    requested(browser)
    browser.get(url)
    WebDriverWait(browser, 20).until(lambda b: b.execute_script("return document.readyState") == "complete")
    shifts = [(by, moved) for by, moved in browser.execute_async_script(READ_TO_THE_END)]
    return shifts, {each for each in requested(browser) if each.startswith("http")}
