"""How does a dataset become a web site? Pages, maps, a feed and JSON documents that any static server can serve."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ... import presentation
from ...data.facts import DatasetInfo
from ...data.snapshot import LawReader, Snapshot
from ...errors import DataError, UnknownPlaceError
from ...law.answers import DISCLAIMER, Answer, Change, status_word
from ...law.engine import period_on
from ...law.words import Jurisdiction, Level, Product, Status
from ..maps.colours import style_sheet
from ..maps.map_data import MapData, MapEntry, describe_place, is_local, map_data
from ..maps.map_svg import dot, draw, fill, tiled, unplaced
from ..maps.png import png
from ..maps.shapes import Region, shapes_of
from ..maps.timeline_svg import draw_timeline, law_runs
from ..templates import SITE_ASSETS, templates
from .brief import Brief, Listed, Row, brief_of, grouped, rows_of, short_status
from .documents import IndexDocument, IndexEntry, PlaceDocument, document_name, documents_schema, write_document
from .feed import Entry, atom, sitemap
from .script_data import Timelines, script_data
from .search import SearchPlace, search_files
from .sharing import FAVICON, ROBOTS_MARK, breadcrumbs, card, dataset_data, robots

__all__ = ["SiteReport", "check_ready", "write_site"]

_MARK = b'<meta name="generator" content="kratomlaw">'
MAP_PARTS: Mapping[Region, Mapping[str, str]] = {
    Region.US: {
        "Northeast": "770 90 205 215",
        "Midwest": "365 110 380 310",
        "South": "430 320 470 350",
        "West": "15 70 400 460",
        "Alaska and Hawaii": "0 510 350 160",
    },
    Region.WORLD: {
        "Africa": "405 100 240 280",
        "Asia": "540 40 330 270",
        "Caribbean": "225 135 110 70",
        "Europe": "420 5 190 140",
        "North America": "80 5 330 210",
        "Oceania": "690 150 310 270",
        "South America": "215 185 190 250",
    },
}
"""Parts of the maps that a visitor can choose, as view boxes: left, top, width and height."""
_ENTRIES_OF_FEED = 200
_ALL_DAYS = "0001-01-01"


class SiteReport(NamedTuple):
    """What was written."""

    pages: int
    """How many HTML pages."""
    files: int
    """How many files in all."""
    size: int
    """How many bytes."""


class _ListedChange(NamedTuple):
    """One change as the page of changes lists it: products with the same change together."""

    change: Change
    products: tuple[Product, ...]
    page: str

    @property
    def title(self) -> str:
        """One line without the date."""
        before = self.change.before.status if self.change.before else "not recorded"
        after = self.change.after
        age = f" from age {after.buyer_age}" if after.buyer_age else ""
        word = status_word(after.status, self.change.standing)
        what = "conditions change" if self.change.before == after else f"{before} → {word}{age}"
        return f"{self.change.jurisdiction.name}, {self.product_names}: {what}"

    @property
    def product_names(self) -> str:
        """What it is about."""
        return "all products" if len(self.products) == len(Product) else ", ".join(map(str, self.products))


class _Place(NamedTuple):
    """Everything that the site says about one place."""

    jurisdiction: Jurisdiction
    answers: Mapping[Product, Answer]
    timelines: Timelines
    changes: Mapping[Product, tuple[Change, ...]]
    below: tuple[Jurisdiction, ...]
    aliases: tuple[str, ...]
    note: str | None

    @property
    def leaf(self) -> Answer:
        """The answer for the leaf on the day of the data."""
        return self.answers[Product.LEAF]


def write_site(
    out: Path,
    law: LawReader,
    *,
    address: str | None = None,
    calendars: Mapping[str, bytes] | None = None,
    spellings: Iterable[str] = (),
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> SiteReport:
    """Write the static site of a dataset into a folder; what else is there stays.

    The same dataset gives the same bytes: no clock is read, and the site shows the law of the day
    on which the data was made.

    Args:
        out: The folder; it is made if it is not there.
        law: The instance whose data is shown.
        address: The site's complete address, for the sitemap and the feed; None for neither a sitemap nor a link
            from the page for addresses that do not exist. Everything else has relative links and works in any folder.
        calendars: Calendars of what is due, by name (``calendar.ics``, ``calendar.json``, ``feeds/us-la.ics``), which
            are written too and linked to from the page of changes and from those of their places.
        spellings: How towns are written, for the search: lines of ``data/places/spellings.txt``. Without them a town
            is shown as one word.
        on_progress: Called with the files that are done and all that will be written.

    Returns:
        What was written.

    Raises:
        KratomLawError: The package jinja2 is not installed.
        DataError: The data cannot be used, the folder cannot be written, or it has a start page of somebody else.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from kratomlaw import KratomLaw
        >>> with TemporaryDirectory() as folder:
        ...     report = write_site(Path(folder), KratomLaw())
        ...     Path(folder, "places/us-la.html").is_file()
        True
    """
    check_ready(out)
    with law.at_one_version() as view:
        site = _Site(view, _Pages(address), address, calendars or {}, spellings)
    size = done = written_pages = 0
    for name, content in site.files():
        if name == "robots.txt" and _is_of_others(out / name):
            site.total -= 1
            continue
        try:
            _put(out / name, content)
        except OSError as cause:
            raise DataError(f"{out / name} cannot be written: {cause.strerror}.", hint="Check the folder.") from None
        size += len(content)
        done += 1
        written_pages += name.endswith(".html")
        on_progress(done, site.total)
    return SiteReport(pages=written_pages, files=done, size=size)


def _is_of_others(path: Path) -> bool:
    return path.is_file() and not path.read_bytes().startswith(ROBOTS_MARK)


def check_ready(out: Path) -> None:
    """Check, before anything is written, that a site can be written into a folder.

    Args:
        out: The folder.

    Raises:
        KratomLawError: The package jinja2 is not installed.
        DataError: The folder has a start page of somebody else.

    Example:
        >>> check_ready(Path("no-such-folder-yet"))
    """
    _Pages(None)
    start = out / "index.html"
    if start.exists() and _MARK not in start.read_bytes():
        raise DataError(
            f"{start} exists already and is not ours.",
            hint="Choose another folder, or leave the site out with --no-site.",
        )


class _Pages:
    """The templates."""

    def __init__(self, address: str | None) -> None:
        self._templates = templates(
            purpose="write the site",
            instead=", or leave the site out with --no-site",
            shared={"address": address, "document_name": document_name},
        )

    def page(self, template: str, values: Mapping[str, object], *, depth: int) -> bytes:
        """Fill a template; ``depth`` says how many folders the page lies below the start page."""
        filled = self._templates.get_template(template).render({**values, "root": "../" * depth})
        return filled.encode()


class _Site:
    """All files of the site, made one after the other."""

    def __init__(
        self,
        law: Snapshot,
        pages: _Pages,
        address: str | None,
        calendars: Mapping[str, bytes],
        spellings: Iterable[str],
    ) -> None:
        self._law = law
        self._pages = pages
        self._address = address
        self._calendars = calendars
        self._info: DatasetInfo = law.dataset()
        self._day = self._info.built_on
        self._codes = {place.code: None for place in law.jurisdictions()}
        self._places = tuple(self._collected())
        self._by_code = {place.jurisdiction.code: place for place in self._places}
        self._assets = self._made_assets(spellings)
        self._assets_folder = f"assets/{_version_of(self._assets.values())}"
        self._base = f"{address.rstrip('/')}/" if address else ""
        self._with_feed = [code for code in self._codes if "/" not in code]
        of_place = 3 if address else 2
        self.total = (
            of_place * len(self._codes)
            + 8
            + 2 * bool(address)
            + len(calendars)
            + len(self._assets)
            + len(self._with_feed)
        )

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The files by name; the start page last, so that everything it links to is there before it."""
        for name, content in self._assets.items():
            yield f"{self._assets_folder}/{name}", content
        pages = ["index.html", "places.html", "changes.html"]
        for place in self._places:
            name = document_name(place.jurisdiction.code)
            pages.append(f"places/{name}.html")
            yield f"v1/{name}.json", write_document(self._document(place))
            yield f"places/{name}.html", self._place_page(place)
            if self._address:
                yield f"pictures/{name}.png", self._picture(place)
        yield "v1/schema.json", write_document(documents_schema())
        yield "v1/index.json", write_document(self._index_document())
        yield from self._calendars.items()
        listed_changes = self._listed_changes()
        coming = [one for one in listed_changes if one.change.on.earliest > self._day]
        past = [one for one in listed_changes if one.change.on.earliest <= self._day]
        yield "changes.html", self._page("changes.html", title="Changes of law", coming=coming[::-1], past=past)
        yield "changes.atom", self._feed(listed_changes)
        yield from self._feeds(listed_changes)
        yield "places.html", self._page("places.html", title="All places", groups=self._groups())
        yield "robots.txt", robots(self._address)
        style = self._style()
        yield "404.html", self._page("404.html", title="Not found", style=style, style_hash=_hash(style))
        if self._address:
            yield "pictures/map.png", png(draw(map_data(Region.US, on=self._day, law=self._law)), width=1200)
            yield "sitemap.xml", sitemap(pages, built_on=self._day, address=self._address)
        yield "index.html", self._start_page()

    def _made_assets(self, spellings: Iterable[str]) -> dict[str, bytes]:
        """What pages load, for a folder named after its content: no page meets the script of another release."""
        shown = {place.jurisdiction.code: place for place in self._places}
        places = [
            SearchPlace(
                place.jurisdiction,
                short_status(place.leaf),
                ", ".join(higher.name for higher in place.leaf.chain[-2::-1] if higher.code in shown),
                place.aliases,
            )
            for place in self._places
        ]
        own = {name: (SITE_ASSETS / name).read_bytes() for name in ("site.css", "site.js", "search.js", "map.js")}
        own["site.css"] += style_sheet().encode()
        own["favicon.svg"] = FAVICON
        return own | search_files(places, self._law, spellings)

    def _picture(self, place: _Place) -> bytes:
        brief = self._brief(place)
        said = [f"{line.label}: {line.text} {line.word}".rstrip() for line in brief.lines[:2]]
        return png(card(place.jurisdiction, place.leaf, [f"{brief.lead}.", *said], self._day), width=600)

    def _brief(self, place: _Place) -> Brief:
        below = self._below(place)
        return brief_of(
            place.answers,
            [pair for pair in below if is_local(pair[0])],
            [pair for pair in below if pair[0].level is Level.STATE],
        )

    def _below(self, place: _Place) -> list[Listed]:
        return [(other, self._by_code[other.code].leaf) for other in sorted(place.below, key=lambda other: other.name)]

    def _page(
        self, template: str, /, *, depth: int = 0, page: str = "", picture: str = "map", **values: object
    ) -> bytes:
        shared = {
            "info": self._info,
            "calendars": self._calendars,
            "assets": self._assets_folder,
            "base": self._base,
            "page": page or template,
            "shared_picture": f"{self._base}pictures/{picture}.png" if self._base else "",
        }
        return self._pages.page(template, {**values, **shared}, depth=depth)

    def _collected(self) -> Iterator[_Place]:
        answers = {
            code: {
                # Whether data is old depends on the day on which the site is read: its script says so, not its pages.
                product: replace(self._law.lookup(code=code, on=self._day, product=product), stale=False)
                for product in Product
            }
            for code in self._codes
        }
        below: dict[str, list[Jurisdiction]] = {}
        for listed in answers.values():
            *above, place = listed[Product.LEAF].chain
            for higher in above:
                below.setdefault(higher.code, []).append(place)
        changes: dict[Product, dict[str, list[Change]]] = {product: {} for product in Product}
        for product in Product:
            for change in self._law.changes(_ALL_DAYS, product=product):
                changes[product].setdefault(change.jurisdiction.code, []).append(change)
        for code, listed in answers.items():
            place = listed[Product.LEAF].jurisdiction
            aliases, note = self._of_record(code)
            yield _Place(
                jurisdiction=place,
                answers=listed,
                timelines={product: self._law.timeline(place, product=product) for product in Product},
                changes={product: tuple(changes[product].get(code, ())) for product in Product},
                below=tuple(below.get(code, ())),
                aliases=aliases,
                note=note,
            )

    def _of_record(self, code: str) -> tuple[tuple[str, ...], str | None]:
        try:
            record = self._law.record(code)
        except UnknownPlaceError:  # most places have none
            return (), None
        return record.aliases, record.note

    def _document(self, place: _Place) -> PlaceDocument:
        return PlaceDocument(
            dataset_version=self._info.version,
            built_on=self._day,
            jurisdiction=place.jurisdiction,
            chain=place.leaf.chain,
            timelines={product: tuple(periods) for product, periods in place.timelines.items()},
            changes=dict(place.changes),
            advisories=place.leaf.advisories,
            pending=place.leaf.pending,
            below=place.below,
            disclaimer=DISCLAIMER,
        )

    def _index_document(self) -> IndexDocument:
        return IndexDocument(
            dataset_version=self._info.version,
            built_on=self._day,
            sha256=self._info.sha256,
            counts=self._info.counts,
            places=tuple(
                IndexEntry(
                    code=place.jurisdiction.code,
                    name=place.jurisdiction.name,
                    level=place.jurisdiction.level,
                    parent=place.jurisdiction.parent,
                    statuses={product: answer.status for product, answer in place.answers.items()},
                    standings={product: answer.standing for product, answer in place.answers.items()},
                    document=f"{document_name(place.jurisdiction.code)}.json",
                )
                for place in self._places
            ),
        )

    def _place_page(self, place: _Place) -> bytes:
        code = place.jurisdiction.code
        below = self._below(place)
        differing = [product for product in Product if product is Product.LEAF or not _alike(place, product)]
        local = [pair for pair in below if is_local(pair[0])]
        states = [pair for pair in below if pair[0].level is Level.STATE]
        histories: dict[tuple[Row, ...], list[Product]] = {}
        for product in differing:
            histories.setdefault(rows_of(law_runs(place.timelines[product])), []).append(product)
        return self._page(
            "place.html",
            title=place.jurisdiction.name,
            page=_page_of(code),
            picture=document_name(code),
            breadcrumbs=self._breadcrumbs(place),
            brief=brief_of(place.answers, local, states),
            groups=grouped(place.jurisdiction, local),
            depth=1 + code.count("/"),
            place=place.jurisdiction,
            leaf=place.leaf,
            answers=place.answers,
            cautions=dict.fromkeys(said for answer in place.answers.values() for said in presentation.cautions(answer)),
            shared=dict.fromkeys(
                fact for answer in place.answers.values() for fact in presentation.facts(answer) if fact.shared
            ),
            differing=differing,
            histories=[(products, rows) for rows, products in histories.items()],
            timeline=draw_timeline(place.jurisdiction, place.timelines, self._day),
            states=states,
            local=local,
            note=place.note,
            codes=self._codes,  # a county in which a recorded city lies may have neither record nor page
        )

    def _breadcrumbs(self, place: _Place) -> str:
        root = self._base or "../" * (1 + place.jurisdiction.code.count("/"))
        steps = [("World", f"{root}index.html")]
        steps += [(one.name, root + _page_of(one.code) if one.code in self._codes else "") for one in place.leaf.chain]
        return breadcrumbs(steps)

    def _listed_changes(self) -> list[_ListedChange]:
        """All changes, newest first; those that are the same for several products once."""
        found: dict[tuple[object, ...], tuple[Change, list[Product]]] = {}
        for place in self._places:
            for product, changes in place.changes.items():
                for change in changes:
                    key = (change.jurisdiction.code, str(change.on), change.before, change.after, change.summary)
                    found.setdefault(key, (change, []))[1].append(product)
        listed_changes = [
            _ListedChange(change, tuple(products), _page_of(change.jurisdiction.code))
            for change, products in found.values()
        ]
        listed_changes.sort(key=lambda one: one.change.jurisdiction.code)
        return sorted(listed_changes, key=lambda one: one.change.on.earliest, reverse=True)

    def _feeds(self, listed_changes: list[_ListedChange]) -> Iterator[tuple[str, bytes]]:
        """A feed of each country and state: the changes in it and in the places below it."""
        by_place: dict[str, list[_ListedChange]] = {code: [] for code in self._with_feed}
        for one in listed_changes:
            state = one.change.jurisdiction.code.partition("/")[0]
            for code in dict.fromkeys((state, state.partition("-")[0])):
                by_place[code].append(one)
        names = {place.jurisdiction.code: place.jurisdiction.name for place in self._places}
        for code, listed_here in by_place.items():
            name = f"feeds/{document_name(code)}.atom"
            title = f"Changes of kratom law in {names[code]}"
            yield name, self._feed(listed_here, name=name, title=title, page=_page_of(code))

    def _feed(self, listed_changes: list[_ListedChange], **about: str) -> bytes:
        entries = [
            Entry(
                key=f"{one.change.jurisdiction.code} {one.change.on} {' '.join(one.products)}",
                title=f"{one.change.on}: {one.title}",
                summary=one.change.summary or one.title,
                page=one.page,
                on=one.change.on.earliest,
            )
            for one in listed_changes[:_ENTRIES_OF_FEED]
        ]
        return atom(entries, built_on=self._day, address=self._address, **about)

    def _groups(self) -> list[tuple[str, list[_Place]]]:
        """The places of the list: countries; then for each country its states, each with its localities."""
        names = {place.jurisdiction.code: place.jurisdiction.name for place in self._places}
        groups: dict[str, list[_Place]] = {"Countries and territories": []}
        for place in self._places:
            code = place.jurisdiction.code
            if place.jurisdiction.level is Level.COUNTRY:
                groups["Countries and territories"].append(place)
            elif place.jurisdiction.level is Level.STATE:
                groups.setdefault(names[code[:2]], []).append(place)
            else:
                state = code.partition("/")[0]
                groups.setdefault(f"Local rules in {names[state]}", []).append(place)
        for listed in groups.values():
            listed.sort(key=lambda place: place.jurisdiction.name)
        return list(groups.items())

    def _start_page(self) -> bytes:
        shown_by = {region: map_data(region, on=self._day, law=self._law) for region in Region}
        shown = {code for region in Region for code in shapes_of(region).codes}
        places = [
            (place.jurisdiction, place.timelines)
            for place in self._places
            if place.jurisdiction.code in shown
            or is_local(place.jurisdiction)
            or place.jurisdiction.level is Level.STATE
        ]
        maps: list[tuple[Region, MapData, str, list[MapEntry], list[Jurisdiction]]] = []
        for region, found in shown_by.items():
            every = (*found.entries, *found.local, *found.dormant)
            picture = draw(found, prefix=f"{region}-", address=_page_of, caption=False, tiles=False)
            missing = [one.place for one in unplaced((*found.local, *found.dormant))]
            maps.append((region, found, picture, sorted(every, key=lambda one: str(one.place)), missing))
        return self._page(
            "index.html",
            title="Kratom law",
            maps=maps,
            small={region: [self._chip(code) for code in tiled(region)] for region in Region},
            differing=self._differing_countries(),
            parts=MAP_PARTS,
            data=script_data(places, built_on=self._day),
            dataset=dataset_data(
                self._info, self._base, {"v1/index.json": "application/json", "changes.atom": "application/atom+xml"}
            ),
            statuses=list(Status),
            dot=dot,
            fill=fill,
        )

    def _chip(self, code: str) -> tuple[Jurisdiction, Answer, str]:
        """A place, its answer for the leaf, and what a map says of it."""
        place = self._by_code[code]
        period = period_on(place.timelines[Product.LEAF], self._day)
        return place.jurisdiction, place.leaf, describe_place(place.jurisdiction, period)

    def _differing_countries(self) -> list[tuple[Jurisdiction, str, list[tuple[Jurisdiction, Answer, str]]]]:
        """The countries whose states do not all have the same law, but the United States, which have a map."""
        found: list[tuple[Jurisdiction, str, list[tuple[Jurisdiction, Answer, str]]]] = []
        for place in self._places:
            states = [self._chip(below.code) for below in place.below if below.level is Level.STATE]
            statuses = [answer.status for _, answer, _ in states]
            laws = {(answer.status, answer.sale, answer.possession, answer.min_age) for _, answer, _ in states}
            if place.jurisdiction.code != "US" and len(laws) > 1:
                counts = ", ".join(f"{statuses.count(status)} {status}" for status in Status if status in statuses)
                found.append((place.jurisdiction, counts, states))
        return found

    def _style(self) -> str:
        """The style sheet itself, for the page that may be shown at any depth and can link to nothing."""
        return (SITE_ASSETS / "site.css").read_text("utf-8")


def _page_of(code: str) -> str:
    """Where the page of a place is, as seen from the start page."""
    return f"places/{document_name(code)}.html"


def _alike(place: _Place, product: Product) -> bool:
    """Whether the law of a product is, in all periods, that of the leaf."""
    ours, leaf = place.timelines[product], place.timelines[Product.LEAF]
    return len(ours) == len(leaf) and all(
        (a.law, a.first_day, a.conditions) == (b.law, b.first_day, b.conditions)
        for a, b in zip(ours, leaf, strict=True)
    )


def _version_of(contents: Iterable[bytes]) -> str:
    """A short name for some contents, another one when any of them changes."""
    digest = sha256()
    for content in contents:
        digest.update(sha256(content).digest())
    return digest.hexdigest()[:8]


def _hash(style: str) -> str:
    """The name of a style sheet in a content security policy."""
    return f"sha256-{b64encode(sha256(style.encode()).digest()).decode()}"


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole; one that is the same already is left alone."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
