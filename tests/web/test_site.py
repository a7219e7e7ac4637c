"""The static site: complete, self-contained, safe, the same every time, and it says what lookup says."""

import json
import re
import shutil
import struct
import subprocess
import sys
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from helpers import ROOT, with_local
from kratomlaw import DataError, KratomLaw, Product
from kratomlaw.install import install
from kratomlaw.web.site.pages import SiteReport, write_site
from kratomlaw.web.site.sharing import robots

EVIL = 'Jackson </script><script>alert("1")</script>'
ADDRESS = "https://law.example.org/kratom"


class Page(HTMLParser):
    """What a page links to, loads and says."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.handlers: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.policy = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        elif "src" in given or (tag == "link" and "href" in given):
            self.loaded.append(given.get("src") or given["href"])
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> KratomLaw:
    """The bundled data with a reservation and a city more, which has a name that means harm."""
    return with_local(tmp_path_factory.mktemp("records"), jackson=EVIL, nation="Our Nation")


@pytest.fixture(scope="module")
def report(law: KratomLaw, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SiteReport]:
    out = tmp_path_factory.mktemp("site")
    return out, write_site(out, law)


@pytest.fixture(scope="module")
def site(report: tuple[Path, SiteReport]) -> Path:
    return report[0]


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {file: Page(file.read_text("utf-8")) for file in site.rglob("*.html")}


def test_every_place_has_a_page_and_a_document(site: Path, law: KratomLaw) -> None:
    names = {place.code.lower() for place in law.jurisdictions()}
    for folder, ending in (("places", "html"), ("v1", "json")):
        written = {
            file.relative_to(site / folder).with_suffix("").as_posix() for file in (site / folder).rglob(f"*.{ending}")
        }
        assert names == written - {"index", "schema"}


def test_the_report_counts_what_is_there(report: tuple[Path, SiteReport]) -> None:
    site, told = report
    files = [file for file in site.rglob("*") if file.is_file()]
    assert (told.files, told.pages, told.size) == (
        len(files),
        sum(file.suffix == ".html" for file in files),
        sum(file.stat().st_size for file in files),
    )


def test_the_same_data_gives_the_same_bytes(site: Path, law: KratomLaw, tmp_path: Path) -> None:
    write_site(tmp_path, law)
    for file in site.rglob("*"):
        if file.is_file():
            assert (tmp_path / file.relative_to(site)).read_bytes() == file.read_bytes()


def test_every_link_within_the_site_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    for file, page in pages.items():
        for link in {*page.links, *page.loaded}:
            parts = urlsplit(link)
            if not parts.scheme and parts.path:
                assert (file.parent / parts.path).is_file(), f"{file.relative_to(site)} links to {link}"
            elif not parts.scheme:
                assert parts.fragment in page.ids, f"{file.relative_to(site)} links to {link}"


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page]) -> None:
    loaded = {address for page in pages.values() for address in page.loaded}
    assert not [address for address in loaded if "//" in address]


def test_links_out_go_to_the_web_only(pages: dict[Path, Page]) -> None:
    schemes = {urlsplit(link).scheme for page in pages.values() for link in page.links}
    assert schemes <= {"", "https", "http"}


def test_no_page_has_handlers_or_styles_in_its_text(pages: dict[Path, Page]) -> None:
    assert not [handler for page in pages.values() for handler in page.handlers]


def test_every_page_has_a_strict_policy(pages: dict[Path, Page]) -> None:
    for page in pages.values():
        assert page.policy.startswith("default-src 'none'; ")
        assert "unsafe" not in page.policy
        assert "//" not in page.policy.replace("sha256-", "").partition("style-src 'self'")[2]


def test_every_page_has_one_heading_and_no_id_twice(pages: dict[Path, Page]) -> None:
    for file, page in pages.items():
        assert page.tags.count("h1") == 1
        assert len(page.ids) == len(set(page.ids)), file


def brief_on(site: Path, name: str) -> dict[str, str]:
    """The lines of the first screen of a page."""
    found = re.search('<dl class="brief">(.*?)</dl>', (site / name).read_text("utf-8"), re.DOTALL)
    assert found, name
    lines = re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", found[1])
    return {label: re.sub(r"\s+", " ", re.sub("<.*?>", "", text)).strip() for label, text in lines}


def test_the_first_screen_says_what_a_visitor_came_for(site: Path, law: KratomLaw) -> None:
    illinois = law.lookup(code="US-IL", on=law.dataset().built_on)
    said = brief_on(site, "places/us-il.html")
    assert list(said) == ["Extract and 7-OH", "Local rules", "Changes next", "Evidence", "How sure"]
    assert said["Extract and 7-OH"] == "the same as the leaf"
    assert re.fullmatch(
        rf"{illinois.local_rules}; the strictest, in \d+( \(\d+ only reported\))?: banned", said["Local rules"]
    )
    assert said["Evidence"] == f"to {str(illinois.evidence_through)[:7]}; last checked {illinois.verified_on}"
    assert said["How sure"].startswith(f"{illinois.confidence}: ")
    colorado = brief_on(site, "places/us-co.html")
    assert colorado["Extract and 7-OH"] == "extract the same as the leaf, 7-OH: banned"
    assert "States" in brief_on(site, "places/us.html")
    for state in law.jurisdictions(within="US", level="state"):
        change = law.lookup(state, on=law.dataset().built_on).next_change
        begin = f"on {change.on}:" if change else "nothing is enacted"
        assert brief_on(site, f"places/{state.code.lower()}.html")["Changes next"].startswith(begin), state


def test_every_page_of_a_place_begins_with_the_answer_and_tells_history_last(site: Path, law: KratomLaw) -> None:
    codes = {place.code for place in law.jurisdictions()}
    for place in law.jurisdictions():
        page = (site / f"places/{place.code.lower()}.html").read_text("utf-8")
        answer = law.lookup(code=place.code, on=law.dataset().built_on)
        assert re.search(rf'<p class="verdict">.*status-{answer.status}', page), place
        parts = [page.find(f'id="{part}"') for part in ("now", "states", "local", "detail", "history")]
        assert [part for part in parts if part >= 0] == sorted(part for part in parts if part >= 0), place
        if "/" not in place.code:
            below = any(code.startswith((f"{place.code}/", f"{place.code}-")) and "/" in code for code in codes)
            assert ('id="local"' in page) is below, place


def test_local_rules_are_grouped_by_county(site: Path) -> None:
    page = (site / "places/us-il.html").read_text("utf-8")
    groups = re.findall(r"<h3>([^<]*)</h3>\s*<ul>(.*?)</ul>", page, re.DOTALL)
    names = {name: re.findall(r'href="[^"]*">([^<]*)</a>', listed) for name, listed in groups}
    assert "Alton" in names["Madison County"]
    assert names["Jackson County"][0] == "Jackson County", "a county stands before its cities"
    assert list(names) == sorted(names, key=lambda name: (name.startswith("In no"), name))


def test_history_rows_that_say_the_same_are_one(site: Path) -> None:
    for file in (site / "places").rglob("*.html"):
        for table in re.findall(r'<table class="history".*?</table>', file.read_text("utf-8"), re.DOTALL):
            rows = re.findall(r'<tr role="row">\s*(<td.*?)</tr>', table, re.DOTALL)
            said = [re.sub(r'<td role="cell" data-label="(From|Until)">.*?</td>', "", row) for row in rows]
            said = [re.sub(r' <span class="quiet">not exact</span>', "", row) for row in said]
            assert all(one != other for one, other in pairwise(said)), file.relative_to(site)


def test_names_are_escaped_everywhere(site: Path) -> None:
    for file in (site / "index.html", site / "places.html", site / "changes.html", site / "places/us-ms/jackson.html"):
        content = file.read_text("utf-8")
        assert "Jackson" in content
        assert "<script>alert" not in content


def test_a_page_says_what_lookup_answers(site: Path, law: KratomLaw) -> None:
    page = (site / "places/us-la.html").read_text("utf-8")
    answer = law.lookup(code="US-LA", on=law.dataset().built_on)
    for text in (
        answer.summary.partition("'")[0],
        str(answer.since),
        str(answer.verified_on),
        answer.disclaimer,
        str(answer.citations[0].url),
    ):
        assert text in page


def test_an_unknown_place_is_said_to_be_unknown(site: Path) -> None:
    page = (site / "places/aq.html").read_text("utf-8")
    assert "<strong>Unknown never means legal.</strong>" in page


def test_documents_follow_their_schema(site: Path) -> None:
    schema = json.loads((site / "v1/schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for name in ("index", "us", "us-la", "us-ms/jackson", "th", "aq", "us-oh"):
        assert not list(validator.iter_errors(json.loads((site / f"v1/{name}.json").read_text("utf-8")))), name


def test_a_document_has_the_timelines_of_the_library(site: Path, law: KratomLaw) -> None:
    for code in ("US-LA", "TH", "US-OH", "US-MS/jackson"):
        document = json.loads((site / f"v1/{code.lower()}.json").read_text("utf-8"))
        expected = {
            product: [period.to_dict() for period in law.timeline(code, product=product)] for product in Product
        }
        assert document["timelines"] == expected


def test_the_index_has_the_status_of_every_place(site: Path, law: KratomLaw) -> None:
    index = json.loads((site / "v1/index.json").read_text("utf-8"))
    day = law.dataset().built_on
    for entry in index["places"]:
        assert entry["statuses"] == {
            product: law.lookup(code=entry["code"], on=day, product=product).status for product in Product
        }
        assert (site / "v1" / entry["document"]).is_file()


def test_the_feed_names_changes_once_and_newest_first(site: Path) -> None:
    feed = ElementTree.parse(site / "changes.atom").getroot()  # noqa: S314  # our own
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    ids = [entry.findtext(f"{atom}id") for entry in entries]
    titles = [str(entry.findtext(f"{atom}title")) for entry in entries]
    assert len(set(ids)) == len(ids) > 50
    assert "2025-08-01: Louisiana, all products: restricted → banned" in titles
    years = [title[:4] for title in titles]
    assert years == sorted(years, reverse=True)


def test_without_an_address_there_is_no_sitemap_and_no_guess(site: Path) -> None:
    assert not (site / "sitemap.xml").exists()
    assert not Page((site / "404.html").read_text("utf-8")).links


def read_xml(file: Path) -> ElementTree.Element:
    return ElementTree.fromstring(file.read_bytes())  # noqa: S314  # our own


class Addressed(NamedTuple):
    """A site whose address is known."""

    folder: Path
    report: SiteReport
    told: list[tuple[int, int]]


@pytest.fixture(scope="module")
def addressed(law: KratomLaw, tmp_path_factory: pytest.TempPathFactory) -> Addressed:
    out = tmp_path_factory.mktemp("addressed")
    (out / "robots.txt").write_text("User-agent: *\nDisallow: /mine\n")
    told: list[tuple[int, int]] = []
    calendars = {"calendar.ics": b"BEGIN:VCALENDAR", "calendar.json": b"[]", "feeds/us-la.ics": b"BEGIN:VCALENDAR"}
    report = write_site(
        out,
        law,
        address=f"{ADDRESS}/",
        calendars=calendars,
        on_progress=lambda done, total: told.append((done, total)),
    )
    return Addressed(out, report, told)


def test_progress_ends_with_everything_done(addressed: Addressed) -> None:
    assert addressed.told[-1] == (addressed.report.files, addressed.report.files)


def test_with_an_address_the_page_of_the_lost_has_the_navigation_of_the_others(addressed: Addressed) -> None:
    start, lost = (Page((addressed.folder / name).read_text("utf-8")) for name in ("index.html", "404.html"))
    navigation = [f"{ADDRESS}/{link}" for link in start.links[1:7]]
    assert lost.links[:7] == ["#main", *navigation]


def test_with_an_address_the_sitemap_lists_every_page(addressed: Addressed) -> None:
    site = addressed.folder
    listed = set(re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8")))
    written = {f"{ADDRESS}/{file.relative_to(site).as_posix()}" for file in site.rglob("*.html")}
    assert listed == written - {f"{ADDRESS}/404.html"}
    assert f"{ADDRESS}/index.html" in Page((site / "404.html").read_text("utf-8")).links
    assert f'rel="self" type="application/atom+xml" href="{ADDRESS}/changes.atom"' in (site / "changes.atom").read_text(
        "utf-8"
    )


def test_a_shared_link_has_a_picture_and_says_the_status(addressed: Addressed, law: KratomLaw) -> None:
    for file in addressed.folder.rglob("*.html"):
        if file.name == "404.html":
            continue
        page = file.read_text("utf-8")
        given = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
        name = file.relative_to(addressed.folder).as_posix()
        assert given["url"] == f"{ADDRESS}/{name}"
        assert f'<link rel="canonical" href="{ADDRESS}/{name}">' in page
        picture = addressed.folder / given["image"].removeprefix(f"{ADDRESS}/")
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG"), picture
        if name.startswith("places/"):
            assert picture.relative_to(addressed.folder / "pictures").with_suffix(".html").as_posix() in name
            assert struct.unpack(">II", content[16:24]) == (600, 315)
    illinois = (addressed.folder / "places/us-il.html").read_text("utf-8")
    status = law.lookup(code="US-IL", on=law.dataset().built_on).status
    assert f'<meta property="og:title" content="Kratom in Illinois: {status} from age 18">' in illinois


def test_search_engines_find_structured_data(addressed: Addressed, law: KratomLaw) -> None:
    def data(name: str) -> dict[str, object]:
        page = (addressed.folder / name).read_text("utf-8")
        (found,) = re.findall('<script type="application/ld\\+json">(.*?)</script>', page)
        read: dict[str, object] = json.loads(found)
        assert read["@context"] == "https://schema.org"
        return read

    dataset = data("index.html")
    assert (dataset["@type"], dataset["version"]) == ("Dataset", law.dataset().version)
    downloads = [one["contentUrl"] for one in dataset["distribution"]]  # type: ignore[attr-defined]
    assert all((addressed.folder / url.removeprefix(f"{ADDRESS}/")).is_file() for url in downloads)
    trail = data("places/us-il.html")
    assert trail["@type"] == "BreadcrumbList"
    assert [(one["position"], one["name"], one["item"].removeprefix(ADDRESS)) for one in trail["itemListElement"]] == [  # type: ignore[attr-defined]
        (1, "World", "/index.html"),
        (2, "United States", "/places/us.html"),
        (3, "Illinois", "/places/us-il.html"),
    ]
    assert EVIL in str(data("places/us-ms/jackson.html")), "a name that means harm ends no element"


def test_robots_of_others_stay_and_ours_name_the_sitemap(addressed: Addressed, site: Path) -> None:
    assert "Disallow: /mine" in (addressed.folder / "robots.txt").read_text()
    assert (site / "robots.txt").read_text().splitlines()[1:3] == ["User-agent: *", "Allow: /"]
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in robots(ADDRESS).decode()


def test_each_country_and_state_has_a_feed(addressed: Addressed, site: Path, law: KratomLaw) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    for place in law.jurisdictions():
        if "/" not in place.code:
            feed = read_xml(site / f"feeds/{place.code.lower()}.atom")
            for link in feed.iter(f"{atom}link"):
                assert (site / "feeds" / link.attrib["href"]).resolve().is_file(), place
    changes = law.changes("0001-01-01", within="US-LA")
    entries = read_xml(site / "feeds/us-la.atom").findall(f"{atom}entry")
    assert 0 < len(entries) <= len(changes) * len(Product)
    assert {change.jurisdiction.code.lower() for change in changes} >= {
        entry.find(f"{atom}link").attrib["href"].removeprefix("../places/").removesuffix(".html")  # type: ignore[union-attr]
        for entry in entries
    }
    ids = [read_xml(file).findtext(f"{atom}id") for file in (site / "feeds").glob("*.atom")]
    assert len(set(ids)) == len(ids)
    page = (addressed.folder / "places/us-la.html").read_text("utf-8")
    assert "../feeds/us-la.ics" in page
    assert "calendar.ics" in (addressed.folder / "changes.html").read_text("utf-8")
    assert ".ics" not in (site / "places/us-la.html").read_text("utf-8"), "without a calendar nothing links to one"


def test_countries_whose_states_differ_list_them(site: Path, law: KratomLaw) -> None:
    page = (site / "index.html").read_text("utf-8")
    listed = {name.strip() for name in re.findall(r"<summary>States differ in ([^<(]*)", page)}
    for code in ("AU", "CA", "ID", "IN", "MY"):
        country = law.find(code) if code in ("AU", "MY") else law.lookup(code=code).jurisdiction
        states = [p for p in law.jurisdictions(within=country) if p.code.startswith(f"{code}-") and "/" not in p.code]
        answers = [law.lookup(state, on=law.dataset().built_on) for state in states]
        laws = {(answer.status, answer.sale, answer.possession, answer.min_age) for answer in answers}
        assert (country.name in listed) is (len(laws) > 1), country


def test_a_start_page_that_is_not_ours_stays(law: KratomLaw, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>Mine</h1>")
    with pytest.raises(DataError, match="is not ours"):
        write_site(tmp_path, law)
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A data folder with a few records."""
    data = tmp_path / "data"
    (data / "us").mkdir(parents=True)
    for name in ("dataset.toml", "us/la.toml", "us/tn.toml"):
        shutil.copy(ROOT / "data" / name, data / name)
    return data


def publish(*arguments: str | Path, cwd: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    program = f"{code}\nimport sys; sys.argv[0] = 'kratomlaw'; from kratomlaw.cli import run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, "data", "publish", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def test_publishing_writes_the_source_and_its_site(records: Path, tmp_path: Path) -> None:
    done = publish("out", "--address", ADDRESS, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"manifest.json", "index.html", "sitemap.xml", "changes.atom"} <= {
        file.name for file in (tmp_path / "out").iterdir()
    }
    assert re.search(r"site in out: \d+ pages, \d+ files", done.stdout)
    law = KratomLaw(dataset=next((tmp_path / "out").glob("dataset-*.json")), max_age=timedelta(days=99_999))
    assert law.dataset().version in (tmp_path / "out/index.html").read_text("utf-8")


def test_publishing_twice_changes_nothing_of_the_site(records: Path, tmp_path: Path) -> None:
    publish("out", cwd=tmp_path)
    first = {file: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("*.html")}
    publish("out", cwd=tmp_path)
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("*.html")} == first


def test_the_site_can_be_left_out(records: Path, tmp_path: Path) -> None:
    assert publish("out", "--no-site", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "out/index.html").exists()


def test_without_the_extra_it_says_what_to_install_and_writes_nothing(records: Path, tmp_path: Path) -> None:
    missing = "import sys; sys.modules['jinja2'] = None"
    done = publish("out", cwd=tmp_path, code=missing)
    assert (done.returncode, (tmp_path / "out").exists()) == (1, False)
    assert install("web") in done.stderr
    assert "--no-site" in done.stderr
    assert publish("out", "--no-site", cwd=tmp_path, code=missing).returncode == 0


def test_an_organisations_own_records_stay_off_a_published_site(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    with_local(tmp_path / "own", counsel="Our Secret Reading")
    monkeypatch.setenv("KRATOMLAW_OVERLAY", str(tmp_path / "own"))
    assert publish("out", cwd=tmp_path).returncode == 0
    assert "Our Secret Reading" not in (tmp_path / "out/places.html").read_text("utf-8")
