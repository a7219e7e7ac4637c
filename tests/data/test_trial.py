"""Data is tried before it is trusted: it is refused with record and key, or all questions have answers."""

import copy
import hashlib
import json
import operator
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kratomlaw
from helpers import ROOT
from kratomlaw import IntegrityError, InvalidDataError, KratomLaw, KratomLawCacheWarning, PlaceError, Product
from kratomlaw.data import trial
from kratomlaw.data.dataset import Origin
from kratomlaw.data.validation import parse
from kratomlaw.export import flat_tables
from kratomlaw.updates.manifest import Manifest, dataset_name, write_manifest
from long_versions import sized

BUNDLED: dict[str, Any] = json.loads((ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_bytes())
VERSION: str = BUNDLED["version"]
LATER = f"{VERSION[:10]}.{int(VERSION[11:] or 0) + 1}"
CODES = (
    "US", "US-IL", "US-IL/alton", "US-MS", "US-MS/lee-county", "US-LA", "US-CA", "US-CA/san-diego", "US-NE", "FR", "GP",
    "YT", "GB", "TH", "AU", "AU-QLD", "AE",
)  # fmt: skip
SMALL: dict[str, Any] = BUNDLED | {"records": {code: BUNDLED["records"][code] for code in CODES}}
"""Real records of every level, with a territory, products, advisories, pending steps and imprecise dates."""

Path_ = tuple[str | int, ...]
Change = Callable[[dict[str, Any]], object]


def changed(change: Change, version: str = LATER) -> bytes:
    document = copy.deepcopy(SMALL) | {"version": version}
    change(document["records"])
    return json.dumps(document, ensure_ascii=False).encode()


def give(key: str, value: object) -> Change:
    """A change of one value: ``give("US.periods.0.from", "9999")``."""
    path = tuple(int(part) if part.isdigit() else part for part in key.split("."))

    def change(records: dict[str, Any]) -> None:
        at(records, path[:-1])[path[-1]] = value

    return change


def at(document: Any, path: Path_) -> Any:
    """The value at a path in a document."""
    return reduce(lambda value, part: value[part], path, document)


def both(*changes: Change) -> Change:
    return lambda records: [change(records) for change in changes]


def long_circle(records: dict[str, Any]) -> None:
    for code, parent in (("FR", "GB"), ("GB", "TH"), ("TH", "AE"), ("AE", "FR")):
        records[code]["parent"] = parent


BAD: dict[str, tuple[Change, str, str]] = {
    "parents in a circle": (both(give("US.parent", "GB"), give("GB.parent", "US")), "GB", "parent"),
    "parents in a long circle": (long_circle, "AE", "parent"),
    "its own parent": (give("GB.parent", "GB"), "GB", "parent"),
    "a parent with a parent": (give("FR.parent", "US"), "GP", "parent"),
    "a state as the parent of a country": (give("GB.parent", "US-LA"), "GB", "parent"),
    "a place as the parent of a country": (give("GB.parent", "US-IL/alton"), "GB", "parent"),
    "the last day of the calendar": (give("TH.periods.0.from", "9999-12-31"), "TH", "periods[0].from"),
    "the last year of the calendar": (give("TH.periods.0.from", "9999"), "TH", "periods[0].from"),
    "the first day of the calendar": (give("TH.periods.0.from", "0001-01-01"), "TH", "periods[0].from"),
    "an end beyond all": (give("TH.periods.0.until", "9999-12"), "TH", "periods[0].until"),
    "a check on the last day": (give("TH.verified_on", "9999-12-31"), "TH", "verified_on"),
    "a source of the last year": (
        give("TH.periods.0.citations.0.published", "9999"),
        "TH",
        "periods[0].citations[0].published",
    ),
    "a county of another state": (give("US-IL/alton.counties", ["US-LA/x"]), "US-IL/alton", "counties[0]"),
    "a country as the county": (give("US-IL/alton.counties", ["GB"]), "US-IL/alton", "counties[0]"),
    "more counties than there are": (
        give("US-IL/alton.counties", [f"US-IL/x{number}" for number in range(31)]),
        "US-IL/alton",
        "counties",
    ),
    "itself as the county": (give("US-IL/alton.counties", ["US-IL/alton"]), "US-IL/alton", "counties[0]"),
    "a name of nothing": (give("US-IL/alton.name", "— …"), "US-IL/alton", "name"),
    "an alias of nothing": (give("US-IL/alton.aliases", ["Alton", "?"]), "US-IL/alton", "aliases[1]"),
    "a name without end": (give("US-IL/alton.name", "Alton " * 50), "US-IL/alton", "name"),
    "a text that clears the screen": (give("TH.periods.0.summary", "A ban\x1b[2J."), "TH", "periods[0].summary"),
    "a text that runs backwards": (
        give("TH.periods.0.citations.0.title", "\u202edennab"),
        "TH",
        "periods[0].citations[0].title",
    ),
    "a text of two lines": (give("TH.periods.0.summary", "A ban.\n::error::x"), "TH", "periods[0].summary"),
    "an address with a bell": (
        give("TH.periods.0.citations.0.url", "https://law.example.org/\x07"),
        "TH",
        "periods[0].citations[0].url",
    ),
    "a name that breaks XML": (give("US-IL/alton.name", "Al\uffffton"), "US-IL/alton", "name"),
    "a text without end": (give("TH.periods.0.summary", "x" * 6_000), "TH", "periods[0].summary"),
    "a list without end": (
        lambda records: records["TH"]["periods"][0]["citations"].extend(records["TH"]["periods"][0]["citations"] * 999),
        "TH",
        "periods[0].citations",
    ),
}


OF_EACH_KIND = {
    name: BAD[name]
    for name in ("parents in a circle", "a state as the parent of a country", "the last day of the calendar")
}


class TestIsRefusedWithRecordAndKey:
    @pytest.mark.parametrize(("change", "code", "key"), BAD.values(), ids=BAD)
    def test_in_a_file(self, tmp_path: Path, change: Change, code: str, key: str) -> None:
        file = tmp_path / "dataset.json"
        file.write_bytes(changed(change))
        with pytest.raises(InvalidDataError) as caught:
            KratomLaw(dataset=file).lookup("US-LA")
        assert (code, key) in {(problem.file, problem.key) for problem in caught.value.problems}
        assert caught.value.hint

    @pytest.mark.parametrize(("change", "code", "key"), OF_EACH_KIND.values(), ids=OF_EACH_KIND)
    def test_from_a_source_and_the_data_in_use_stays(self, tmp_path: Path, change: Change, code: str, key: str) -> None:
        law = KratomLaw(source=publish(tmp_path, changed(change)), cache_dir=tmp_path / "cache")
        report = law.refresh(allow_shrink=True)
        assert (report.outcome, report.version) == ("kept", VERSION)
        assert report.problem is not None
        assert f"{code}: {key}: " in report.problem.message
        assert law.lookup("US-LA", on="2026-01-01").is_banned
        assert KratomLaw(source=tmp_path, cache_dir=tmp_path / "cache").lookup("US-LA", on="2026-01-01").is_banned

    @pytest.mark.parametrize(("change", "code", "key"), OF_EACH_KIND.values(), ids=OF_EACH_KIND)
    def test_in_a_cache_also_after_a_restart(self, tmp_path: Path, change: Change, code: str, key: str) -> None:
        content = changed(change)
        sha256 = hashlib.sha256(content).hexdigest()
        (tmp_path / f"dataset-{sha256}.json").write_bytes(content)
        (tmp_path / f"manifest-{LATER}.json").write_bytes(manifest_of(content))
        for _ in range(2):
            law = KratomLaw(cache_dir=tmp_path)
            with pytest.warns(KratomLawCacheWarning, match="is not used"):
                assert law.lookup("US-LA", on="2026-01-01").is_banned
            assert law.dataset().version == VERSION
            forget_warnings()


def forget_warnings() -> None:
    """As in a process of its own, which warns again."""
    from kratomlaw.updates import cache

    cache._warn.cache_clear()  # pyright: ignore[reportPrivateUsage]


@pytest.fixture(autouse=True)
def warns_again() -> None:
    forget_warnings()


def manifest_of(content: bytes) -> bytes:
    sha256 = hashlib.sha256(content).hexdigest()
    return write_manifest(
        Manifest(schema=1, version=LATER, size=len(content), sha256=sha256, created=datetime.now(UTC))
    )


def publish(folder: Path, content: bytes) -> Path:
    (folder / dataset_name(LATER)).write_bytes(content)
    (folder / "manifest.json").write_bytes(manifest_of(content))
    return folder


OWN = """
code = "{code}"
name = "{name}"
verified_on = "2026-11-23"
{more}
[[periods]]
from = "2020-01-01"
status = "unknown"
sale = "unknown"
possession = "unknown"
confidence = "low"
summary = "Ours."
note = "Ours."
[[periods.citations]]
title = "Ours"
kind = "news"
supports = "Ours."
"""


def overlay(folder: Path, **parents: str) -> Path:
    folder.mkdir(exist_ok=True)
    for code, parent in parents.items():
        text = OWN.format(code=code, name=kratomlaw.find(code).name, more=f'parent = "{parent}"')
        (folder / f"{code}.toml").write_text(text, "utf-8")
    return folder


class TestOwnRecords:
    def test_in_a_circle_are_refused(self, tmp_path: Path) -> None:
        law = KratomLaw(overlay=overlay(tmp_path, US="GB", GB="US"))
        with pytest.raises(InvalidDataError) as caught:
            law.lookup("US-LA")
        assert [(problem.file, problem.key) for problem in caught.value.problems] == [
            ("GB", "parent"),
            ("US", "parent"),
        ]

    def test_that_are_wrong_only_beside_ours_are_refused(self, tmp_path: Path) -> None:
        law = KratomLaw(overlay=overlay(tmp_path, FR="GB"))  # Guadeloupe's parent is France
        with pytest.raises(InvalidDataError, match="BL: parent: Its parent FR is itself a territory of GB") as caught:
            law.lookup("US-LA")
        assert "GP" in {problem.file for problem in caught.value.problems}

    def test_keep_newer_data_out_that_does_not_fit_them(self, tmp_path: Path) -> None:
        own = overlay(tmp_path / "own", AE="GB")
        source = publish(tmp_path, changed(give("GB.parent", "US")))
        law = KratomLaw(source=source, cache_dir=tmp_path / "cache", overlay=own)
        assert law.lookup("US-LA", on="2026-01-01").is_banned
        report = law.refresh(allow_shrink=True)
        assert (report.outcome, report.version) == ("kept", VERSION)
        assert report.problem is not None
        assert "AE: parent" in report.problem.message
        assert law.lookup("AE").overlaid

    def test_a_territory_may_be_given_a_country(self, tmp_path: Path) -> None:
        law = KratomLaw(overlay=overlay(tmp_path, AE="GB"))
        assert [place.code for place in law.lookup("AE").chain] == ["GB", "AE"]


def test_what_only_a_question_shows_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check may be forgotten. Whatever then fails in a question is found when the data is tried."""
    monkeypatch.setattr(trial, "check_parents", lambda parents: ())
    with pytest.raises(InvalidDataError) as caught:
        parse(changed(BAD["parents in a circle"][0]), name="It", origin=Origin.FILE)
    assert ("US-LA", "parent") in {(problem.file, problem.key) for problem in caught.value.problems}
    assert "RecursionError" in str(caught.value)


def test_data_that_would_take_an_age_is_refused() -> None:
    def many(records: dict[str, Any]) -> None:
        (period,) = copy.deepcopy(records["US"]["periods"][-1:])
        for year in range(150):
            days = (f"{1600 + year}-{month:02d}-01" for month in range(1, 2))
            records["US"]["periods"] = [
                *(period | {"from": day, "citations": period["citations"] * 20} for day in days),
                *records["US"]["periods"],
            ]
        records["US"]["periods"].sort(key=operator.itemgetter("from"))

    with pytest.raises(InvalidDataError, match="more work than those of any honest data") as caught:
        parse(changed(many), name="It", origin=Origin.FILE)
    assert caught.value.problems[0].key == "periods"


def test_names_that_every_misspelled_question_would_be_compared_with_are_counted() -> None:
    aliases = [f"Town {number}" for number in range(190)]

    def name(records: dict[str, Any]) -> None:
        for number in range(20):
            code = f"US-IL/town-{number}"
            records[code] = records["US-IL/alton"] | {"code": code, "name": f"Town {number}", "aliases": aliases}

    with pytest.raises(
        InvalidDataError, match="US-IL/town-10: aliases: With it, the places of US-IL have more than 2,000"
    ):
        parse(changed(name), name="It", origin=Origin.FILE, lenient=True)


def test_the_bundled_data_passes_and_does_not_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (ROOT / "src/kratomlaw/data/_bundled/dataset.json").read_bytes()
    parse(content, name="The bundled data", origin=Origin.FILE)

    def never(*_: object) -> None:
        raise AssertionError("the bundled data was tried again")

    monkeypatch.setattr(trial, "try_out", never)
    KratomLaw().lookup("US-LA")


def places_in(value: object, path: Path_ = ()) -> Iterator[Path_]:
    """The paths of all values in a document."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from places_in(inside, (*path, key))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from places_in(inside, (*path, index))


PATHS = tuple(places_in(SMALL["records"]))
TEXTS = sorted({text for path in PATHS if isinstance(text := at(SMALL["records"], path), str)})
ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["9999-12-31", "9999", "0001-01-01", "1500", "2199-12-31", "2024-02-29", "2026-13", "", " ", "a\x1b[2Jb", "\u202e",
     "x" * 200, "US", "GB", "US-LA", "US-IL/alton", "US-ZZ", None, True, 0, -1, 1e308, [], {}, [{}], "7-oh", "unknown"]
)  # fmt: skip
VALUES = st.one_of(ODD, st.sampled_from(TEXTS), st.sampled_from(PATHS))
KEYS = st.sampled_from(["parent", "level", "counties", "until", "cascades", "preempts_local", "products", "retired",
                        "successor", "aliases", "localities", "temporary", "odd"])  # fmt: skip


def apply(records: dict[str, Any], step: tuple[Path_, str, Any, str]) -> None:
    """One change somewhere in real data: replace, add, double or remove a value, or copy one from elsewhere."""
    path, what, value, key = step
    with suppress(KeyError, IndexError, TypeError):
        # A copy, since two steps may bring the same list, and one inside itself is no JSON.
        value = copy.deepcopy(at(records, value) if isinstance(value, tuple) else value)
        holder: Any = at(records, path[:-1])
        if what == "remove":
            del holder[path[-1]]
        elif what == "add" and isinstance(holder[path[-1]], dict):
            operator.setitem(holder[path[-1]], key, value)
        elif what == "double" and isinstance(holder, list):
            holder.insert(int(path[-1]), copy.deepcopy(holder[int(path[-1])]))
        elif what == "move" and isinstance(holder, list):
            holder.append(holder.pop(int(path[-1])))
        else:
            operator.setitem(holder, path[-1], value)


def ask_everything(law: KratomLaw) -> None:
    """Every question that a user can ask, of every place and product; none may fail but for places that are none."""
    days = (date.min, date(1999, 12, 31), date(2026, 7, 1), date.max)
    for place in law.jurisdictions():
        for product in Product:
            law.timeline(place, product=product)
        for day in days:
            json.loads(law.lookup(place, on=day).to_json())
        law.decide(place, on="2026-07-01", age=30)
        with suppress(PlaceError):  # no record, or a name that two places share
            if law.record(place.code):
                law.find(f"{place.name}, {place.code.partition('/')[0]}")
    law.changes("1900-01-01", "2199-01-01")
    law.preload()
    flat_tables(law)
    for text in (
        "Alton, IL",
        "62002",
        "Altn, IL",
        "San Diego, CA",
        "Guadeloupe",
        "Madison County, Illinois",
        "Nowhere",
    ):
        with suppress(PlaceError):
            law.lookup(text)


@sized("examples", 60, 150)
def test_mutated_data_is_refused_with_record_and_key_or_answers_everything(tmp_path: Path, examples: int) -> None:
    outcomes = {"refused": 0, "answers": 0}
    file = tmp_path / "dataset.json"

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(PATHS), st.sampled_from(["replace", "add", "double", "move", "remove"]), VALUES, KEYS
            ),
            min_size=1,
            max_size=3,
        )
    )
    def check(steps: list[Any]) -> None:
        document = copy.deepcopy(SMALL)
        for step in steps:
            apply(document["records"], step)
        file.write_text(json.dumps(document), "utf-8")
        law = KratomLaw(dataset=file, max_age=timedelta.max)
        try:
            law.lookup("US", on="2026-01-01")
        except InvalidDataError as error:
            outcomes["refused"] += 1
            assert error.problems
            for problem in error.problems:
                assert problem.file in document["records"], problem
                assert problem.key or not isinstance(document["records"][problem.file], dict), problem
                assert str(problem).isprintable()
        except IntegrityError:
            assert not isinstance(document["records"], dict)
        else:
            outcomes["answers"] += 1
            ask_everything(law)

    check()
    assert min(outcomes.values()) > examples / 10, outcomes
