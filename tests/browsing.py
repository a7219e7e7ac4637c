"""A real Chromium for tests of pages: in any width, light or dark, with and without scripts, and what axe finds."""

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import axe_playwright_python
import pytest
from selenium import webdriver

__all__ = ["IN_CHROMIUM", "IN_EVERY_SIZE_AND_LIGHT", "chromium", "clock_of", "logged", "requested", "violations"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs Chromium and its driver"),
]
IN_EVERY_SIZE_AND_LIGHT = pytest.mark.parametrize(
    ("width", "dark"),
    [
        pytest.param(390, True, id="phone-dark"),
        pytest.param(1440, False, id="screen-light"),
        pytest.param(390, False, id="phone-light", marks=pytest.mark.soak),
        pytest.param(1440, True, id="screen-dark", marks=pytest.mark.soak),
    ],
)


@contextmanager
def chromium(*, width: int = 1280, dark: bool = False, script: bool = True) -> Generator[webdriver.Chrome, None, None]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    browser.set_script_timeout(120)  # axe reads every row of a long table, on a busy machine too
    try:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        yield browser
    finally:
        browser.quit()


def logged(browser: webdriver.Chrome, kind: str) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = browser.get_log(kind)  # type: ignore[no-untyped-call]
    return entries


def requested(browser: webdriver.Chrome) -> set[str]:
    messages = [json.loads(entry["message"])["message"] for entry in logged(browser, "performance")]
    return {
        str(message["params"]["request"]["url"])
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }


def violations(browser: webdriver.Chrome) -> list[tuple[str, str]]:
    """What keeps people from using the page: the rule of axe, and the first element that breaks it."""
    browser.execute_script(AXE)
    found = browser.execute_async_script("const done = arguments[0]; axe.run().then(done)")
    assert len(found["passes"]) > 10
    return [
        (one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] in ("serious", "critical")
    ]


def clock_of(day: date) -> str:
    """A script that makes it noon of a day, in the browser's time zone, for the pages that are opened after it."""
    noon = f"new now({day.year}, {day.month - 1}, {day.day}, 12).getTime()"
    return f"const now = Date; Date = class extends now {{ constructor(...a) {{ a.length ? super(...a) : super({noon}); }} }};"
