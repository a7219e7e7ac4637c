"""The pages of ``kratomlaw serve`` in a real Chromium: asked without scripts, by keyboard, on a phone, in the dark."""

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from browsing import IN_CHROMIUM, IN_EVERY_SIZE_AND_LIGHT, chromium, logged, requested, violations

PAGES = ("/", "/?place=Denver,+CO&on=2026-11-23&age=30", "/?place=Springfield", "/docs")

pytestmark = IN_CHROMIUM


def test_the_form_answers_by_keyboard_without_javascript(server: str) -> None:
    with chromium(script=False) as browser:
        browser.get(f"{server}/")
        browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        assert browser.switch_to.active_element.text == "Skip to the content"
        Select(browser.find_element(By.ID, "product")).select_by_visible_text("7-OH")
        browser.find_element(By.ID, "place").send_keys("New Orleans, LA", Keys.ENTER)
        WebDriverWait(browser, 20).until(lambda b: b.find_elements(By.CLASS_NAME, "verdict"))
        assert "7-OH on" in browser.find_element(By.CLASS_NAME, "verdict").text
        assert "banned" in browser.find_element(By.CLASS_NAME, "verdict").text
        assert browser.find_element(By.ID, "decision").text.startswith("REFUSE: ship 7-OH to New Orleans")
        assert browser.find_element(By.ID, "place").get_attribute("value") == "New Orleans, LA"
        assert Select(browser.find_element(By.ID, "product")).first_selected_option.text == "7-OH"
        browser.find_element(By.CSS_SELECTOR, "details summary").click()
        assert browser.find_element(By.CSS_SELECTOR, "details li").is_displayed()
        assert logged(browser, "browser") == []


def test_an_ambiguous_place_is_chosen_by_a_link(server: str) -> None:
    with chromium(script=False) as browser:
        browser.get(f"{server}/?place=Springfield&on=2026-11-23")
        browser.find_element(By.PARTIAL_LINK_TEXT, "US-IL").click()
        assert "Illinois" in browser.find_element(By.ID, "answer").text


@IN_EVERY_SIZE_AND_LIGHT
def test_everybody_can_use_the_pages_and_nothing_comes_from_elsewhere(width: int, dark: bool, server: str) -> None:
    with chromium(width=width, dark=dark) as browser:
        for page in PAGES:
            browser.get(server + page)
            for summary in browser.find_elements(By.CSS_SELECTOR, "summary")[:3]:
                summary.click()
            assert (page, violations(browser)) == (page, [])
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, page
            paper = browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
            assert ("255, 255, 255" in paper) != dark, "the style sheet was loaded, and follows the screen"
        assert {url for url in requested(browser) if not url.startswith((server, "data:"))} == set()
        # The answer to "Springfield" is the question which one is meant, with the status 422.
        assert [entry for entry in logged(browser, "browser") if "Springfield" not in entry["message"]] == []
