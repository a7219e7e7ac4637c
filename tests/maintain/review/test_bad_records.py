"""Bad records: each is found with its file, line, key, weight, what is wrong and how to fix it."""

import json
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from helpers import GOOD_RECORD, ROOT, write_record
from kratomlaw import InvalidQueryError
from kratomlaw.maintain.records.compile import data_version, version_day
from kratomlaw.maintain.records.layout import canonical
from kratomlaw.maintain.review.findings import Finding, Severity, as_github, as_json, as_text, worst
from kratomlaw.maintain.review.lint import validate

TODAY = date(2026, 11, 24)

FUTURE = """
[[periods]]
from = "2027-01-01"
status = "banned"
sale = "prohibited"
possession = "allowed"
confidence = "{confidence}"
summary = "{summary}"
note = "Newest source read is dated 2026-08-11. The act was searched for."

  [[periods.citations]]
  title = "HB 26-9"
  url = "https://leg.colorado.gov/bills/hb26-9"
  kind = "{kind}"
  published = "2026-04-01"
  supports = "Sale forbidden."
"""
COUNTRY = """\
code = "US"
name = "United States"
verified_on = "2026-11-23"

[[periods]]
from = "2020-01-01"
status = "banned"
sale = "prohibited"
possession = "prohibited"
confidence = "high"
evidence_through = "2026-11-20"
summary = "Banned."
note = "Newest source read is dated 2026-08-11."

  [[periods.citations]]
  title = "Act 1"
  url = "https://www.govinfo.gov/act-1"
  kind = "statute"
  published = "2019"
  supports = "All of it."
"""

LOCAL = """\
code = "US-IL/alton"
name = "Alton"
level = "city"
counties = ["US-IL/madison-county"]
verified_on = "2026-11-23"

[[periods]]
from = "2020-01-01"
status = "banned"
sale = "prohibited"
possession = "prohibited"
confidence = "high"
evidence_through = "2026-11-20"
summary = "Banned."
note = "Newest source read is dated 2026-08-11."

  [[periods.citations]]
  title = "Ordinance 1"
  url = "https://www.cityofalton.com/ordinance-1"
  kind = "ordinance"
  published = "2019"
  supports = "All of it."
"""
COUNTY = (
    LOCAL.replace("US-IL/alton", "US-IL/madison-county")
    .replace('"Alton"', '"Madison County"')
    .replace('"city"\ncounties = ["US-IL/madison-county"]', '"county"')
)

ERROR, WARNING, HINT = Severity


class Bad(NamedTuple):
    """One way to spoil the good record, and what has to be found then."""

    old: str
    new: str
    key: str
    message: str
    at: str
    """The beginning of the line that the finding points at."""
    severity: Severity = ERROR


PERIOD = "periods[1]"
CITED = "periods[1].citations[0]"
BAD: dict[str, Bad] = {
    # Form: keys and types.
    "a key that does not exist": Bad('name = "Colorado"', 'name = "Colorado"\ncolour = "red"', "colour", "no such key", "colour"),
    "a misspelt key of a period": Bad("penalty = ", "penalties = ", f"{PERIOD}.penalties", "no such key", "penalties"),
    "a key that a condition does not have": Bad('kind = "age"', 'kind = "age"\nnumber = 21', f"{PERIOD}.conditions[0].number", "no such key", "number"),
    "a key that a citation does not have": Bad('kind = "statute"', 'kind = "statute"\nread = true', f"{CITED}.read", "no such key", "read"),
    "a product that does not exist": Bad('{ "7-oh" =', "{ tea =", f"{PERIOD}.products.tea", "no such key", "products = { tea"),
    "no code": Bad('code = "US-CO"\n', "", "code", "missing", "#:schema"),
    "no name": Bad('name = "Colorado"\n', "", "name", "missing", "#:schema"),
    "no verified_on": Bad('verified_on = "2026-11-23"\n', "", "verified_on", "missing", "#:schema"),
    "no begin": Bad('from = "2024-07-01"\n', "", f"{PERIOD}.from", "missing", "[[periods]] @2"),
    "no status": Bad('status = "restricted"\n', "", f"{PERIOD}.status", "missing", "[[periods]] @2"),
    "no sale": Bad('sale = "restricted"\n', "", f"{PERIOD}.sale", "missing", "[[periods]] @2"),
    "no possession": Bad('possession = "allowed"\n', "", f"{PERIOD}.possession", "missing", "[[periods]] @2"),
    "no confidence": Bad('confidence = "high"\n', "", f"{PERIOD}.confidence", "missing", "[[periods]] @2"),
    "no summary": Bad('summary = "Sold to adults."\n', "", f"{PERIOD}.summary", "missing", "[[periods]] @2"),
    "a citation without title": Bad('  title = "SB 25-072"\n', "", f"{PERIOD}.citations[1].title", "missing", "[[periods.citations]] @3"),
    "a citation without kind": Bad('  kind = "statute"\n', "", f"{CITED}.kind", "missing", "[[periods.citations]] @2"),
    "a citation that supports nothing": Bad('  supports = "All of it."\n', "", f"{CITED}.supports", "missing", "[[periods.citations]] @2"),
    "a condition without text": Bad('  text = "21 and older."\n', "", f"{PERIOD}.conditions[0].text", "missing", "[[periods.conditions]]"),
    "an advisory without issuer": Bad('issuer = "Department of Health"\n', "", "advisories[0].issuer", "missing", "[[advisories]]"),
    "a pending bill without step": Bad('step = "Introduced."\n', "", "pending[0].step", "missing", "[[pending]]"),
    "an empty text": Bad('summary = "Sold to adults."', 'summary = ""', f"{PERIOD}.summary", "empty", 'summary = ""'),
    "a text of spaces": Bad('note = "State level."', 'note = "  "', "note", "empty", 'note = "  "'),
    "a number for a text": Bad('name = "Colorado"', "name = 5", "name", "has to be text", "name = 5"),
    "a list for a text": Bad('penalty = "Fine up to $500 for the seller."', 'penalty = ["Fine"]', f"{PERIOD}.penalty", "has to be text", "penalty"),
    "a text for a list": Bad('products = ["leaf"]', 'products = "leaf"', f"{PERIOD}.conditions[0].products", "has to be a list", 'products = "leaf"'),
    "a text for a number": Bad("min_age = 21", 'min_age = "old"', f"{PERIOD}.min_age", "whole number", "min_age"),
    "an age that nobody reaches": Bad("min_age = 21", "min_age = 210", f"{PERIOD}.min_age", "99 or less", "min_age"),
    "an age of zero": Bad("min_age = 21", "min_age = 0", f"{PERIOD}.min_age", "1 or more", "min_age"),
    "a text for true": Bad("min_age = 21", 'cascades = "perhaps"', f"{PERIOD}.cascades", "true or false", "cascades"),
    "a list for a table": Bad('{ "7-oh" = { status = "banned", sale = "prohibited", possession = "unknown" } }', '["7-oh"]', f"{PERIOD}.products", "has to be a table", "products"),
    # Form: words and addresses.
    "a status that does not exist": Bad('status = "restricted"', 'status = "forbidden"', f"{PERIOD}.status", "'legal', 'restricted'", 'status = "forbidden"'),
    "a permission that does not exist": Bad('sale = "restricted"', "sale = false", f"{PERIOD}.sale", "'allowed', 'restricted'", "sale = false"),
    "a confidence that does not exist": Bad('confidence = "high"', 'confidence = "sure"', f"{PERIOD}.confidence", "'high', 'medium'", 'confidence = "sure"'),
    "a kind of citation that does not exist": Bad('kind = "statute"', 'kind = "blog"', f"{CITED}.kind", "'statute', 'regulation'", 'kind = "blog"'),
    "a kind of condition that does not exist": Bad('kind = "age"', 'kind = "colour"', f"{PERIOD}.conditions[0].kind", "'age', 'licence'", 'kind = "colour"'),
    "a condition on an unknown product": Bad('products = ["leaf"]', 'products = ["leaf", "tea"]', f"{PERIOD}.conditions[0].products[1]", "'leaf', 'extract'", 'products = ["leaf", "tea"]'),
    "an address without scheme": Bad('url = "https://leg.colorado.gov/18-13-132"', 'url = "leg.colorado.gov"', f"{CITED}.url", "not an address", "url = \"leg.colorado.gov\""),
    "an address with a space": Bad("https://leg.colorado.gov/18-13-132", "https://leg.colorado.gov/18 13", f"{CITED}.url", "not an address", 'url = "https://leg.colorado.gov/18 13'),
    # Form: dates.
    "a date without quotes": Bad('from = "2024-07-01"', "from = 2024-07-01", f"{PERIOD}.from", "in quotes", "from = 2024-07-01"),
    "a month that does not exist": Bad('from = "2024-07-01"', 'from = "2024-13"', f"{PERIOD}.from", "Month must be in 1..12", 'from = "2024-13"'),
    "a day that does not exist": Bad('on = "2026-02-01"', 'on = "2026-02-30"', "pending[0].on", "Day is out of range", "on = "),
    "a date in another order": Bad('published = "2024-06-01"', 'published = "06/01/2024"', f"{CITED}.published", "not a date", 'published = "06/01/2024"'),
    "a check that was made on no day": Bad('verified_on = "2026-11-23"', 'verified_on = "2026-11"', "verified_on", "not a day", "verified_on"),
    # The file and the place.
    "an unfinished text": Bad('name = "Colorado"', 'name = "Colorado', "", "not valid TOML", "name = "),
    "a key that is written twice": Bad("min_age = 21", "min_age = 21\nmin_age = 18", "", "not valid TOML", "min_age = 18"),
    "a code of another form": Bad('code = "US-CO"', 'code = "Colorado"', "code", "not a code", "code"),
    "a country that does not exist": Bad('code = "US-CO"', 'code = "ZZ"', "code", "no country or state ZZ", "code"),
    "a state that does not exist": Bad('code = "US-CO"', 'code = "US-ZZ"', "code", "no country or state US-ZZ", "code"),
    "the code of another file": Bad('code = "US-CO"', 'code = "US-TX"', "code", "belongs in us/tx.toml", "code"),
    "another name than elsewhere": Bad('name = "Colorado"', 'name = "Colorada"', "name", "called 'Colorado'", "name"),
    "a level for a state": Bad('note = "State level."', 'level = "state"', "level", "code of a country or state", "level"),
    "aliases of a state": Bad('note = "State level."', 'aliases = ["Colo."]', "aliases", "elsewhere", "aliases"),
    "a parent of a state": Bad('note = "State level."', 'parent = "US"', "parent", "dependent territory", "parent"),
    "a successor of a place that exists": Bad('note = "State level."', 'successor = "US-NM"', "successor", "retired", "successor"),
    # Periods.
    "a period that ends before it begins": Bad('from = "2024-07-01"', 'from = "2024-07-01"\nuntil = "2024-06-30"', f"{PERIOD}.until", "ends before it begins", 'until = "2024-06-30"'),
    "periods in the wrong order": Bad('from = "2024-07-01"', 'from = "2021"', f"{PERIOD}.from", "not after the one before", 'from = "2021"'),
    "periods that overlap": Bad('from = "2024-07-01"', 'from = "2024-01-01"', f"{PERIOD}.from", "before the one before it ends", 'from = "2024-01-01"'),
    "an old begin in the middle": Bad("min_age = 21", "began_earlier = true", f"{PERIOD}.began_earlier", "Only the first period", "began_earlier"),
    "an advisory that ends before it begins": Bad('until = "2021-01"', 'until = "2019"', "advisories[0].until", "ends before it begins", 'until = "2019"'),
    "a temporary rule without end": Bad("min_age = 21", "temporary = true", f"{PERIOD}.temporary", "must say when it ends", "temporary"),
    "a ban that forbids nothing": Bad('status = "restricted"', 'status = "banned"', f"{PERIOD}.status", "prohibits sale or possession", 'status = "banned"'),
    "a restriction that forbids the sale": Bad('sale = "restricted"', 'sale = "prohibited"', f"{PERIOD}.status", "cannot be restricted", 'status = "restricted"'),
    "a legal product that may not be had": Bad('status = "restricted"\nsale = "restricted"\npossession = "allowed"', 'status = "legal"\nsale = "allowed"\npossession = "restricted"', f"{PERIOD}.status", "sale and possession are allowed", 'status = "legal"'),
    "a legal law with conditions": Bad('status = "restricted"\nsale = "restricted"', 'status = "legal"\nsale = "allowed"', f"{PERIOD}.status", "restricted, not legal", 'status = "legal"'),
    "a ban of a product that forbids nothing": Bad('sale = "prohibited", possession = "unknown"', 'sale = "restricted", possession = "allowed"', f"{PERIOD}.products.7-oh", "prohibits sale or possession", "products"),
    # Evidence.
    "high confidence without the law": Bad('kind = "statute"', 'kind = "news"', f"{PERIOD}.confidence", "no primary source", 'confidence = "high"'),
    "no primary source and no word about it": Bad('note = "It was searched for and not found."\n', "", "periods[0].citations", "note does not say why", "[[periods.citations]]"),
    "a check before the newest period": Bad('verified_on = "2026-11-23"', 'verified_on = "2024-06-30"', "verified_on", "older than the newest period, which began on 2024-07-01", "verified_on", WARNING),
    "a check in the future": Bad('verified_on = "2026-11-23"', 'verified_on = "2026-11-25"', "verified_on", "has not come yet", "verified_on"),
    "a source of the future": Bad('published = "2024-06-01"', 'published = "2027"', f"{CITED}.published", "has not come yet", 'published = "2027"'),
    "law of the future that nobody enacted": Bad("\n[[advisories]]", FUTURE.format(kind="news", summary="To be banned.", confidence="low") + "\n[[advisories]]", "periods[2].from", "nothing says that it was enacted", 'from = "2027'),
    "law of the future that is only reported": Bad("\n[[advisories]]", FUTURE.format(kind="news", summary="Signed on 1 April.", confidence="low") + "\n[[advisories]]", "periods[2].from", "known from reports alone", 'from = "2027', WARNING),
    "a bill that is coded as law of the future": Bad("\n[[advisories]]", FUTURE.format(kind="bill", summary="To be banned.", confidence="low") + "\n[[advisories]]", "periods[2].citations", "only instrument that is cited is a bill", "[[periods.citations]] @4"),
    "an enacted bill that is cited as a bill": Bad("\n[[advisories]]", FUTURE.format(kind="bill", summary="Signed on 1 April.", confidence="low") + "\n[[advisories]]", "periods[2].citations", "the law is of the future", "[[periods.citations]] @4", WARNING),
    "high confidence in a bill": Bad("\n[[advisories]]", FUTURE.format(kind="bill", summary="Signed.", confidence="high") + "\n[[advisories]]", "periods[2].confidence", "no primary source", 'confidence = "high" @2'),
    "a statute that was read in a shop": Bad("https://leg.colorado.gov/18-13-132", "https://www.kratomshop.com/law", f"{CITED}.url", "was read at www.kratomshop.com", 'url = "https://www.kratomshop', WARNING),
    "a regulator that was read in a blog": Bad("https://cdphe.colorado.gov/warning", "https://leafy.wordpress.com/warning", "advisories[0].citations[0].url", "was read at leafy.wordpress.com", 'url = "https://leafy', WARNING),
    # Hints.
    "no age of the sources": Bad('note = "Newest source read is dated 2026-08-11."\n', "", f"{PERIOD}.note", "does not say how old its sources are", "[[periods]] @2", HINT),
    "the age of the sources left to be filled in": Bad("is dated 2026-08-11.", "is dated YYYY-MM-DD.", f"{PERIOD}.note", "does not say how old", 'note = "Newest', HINT),
    "a bill that has not moved": Bad('on = "2026-02-01"', 'on = "2025-05-24"', "pending[0].on", "18 months old", "on = ", HINT),
    "a bill that nobody has read": Bad('effect = "', 'effect = "NOT READ YET, read the bill: ', "pending[0].effect", "Nobody has read", "effect = "),
    "a shortened address": Bad("https://leg.colorado.gov/18-13-132", "https://bit.ly/3xyz", f"{CITED}.url", "shortened", 'url = "https://bit.ly', HINT),
    "an address on one's own machine": Bad("https://leg.colorado.gov/18-13-132", "http://localhost:8000/law", f"{CITED}.url", "cannot be reached", 'url = "http://localhost', HINT),
    "an address in a private network": Bad("https://leg.colorado.gov/18-13-132", "http://192.168.1.7/law", f"{CITED}.url", "cannot be reached", 'url = "http://192', HINT),
    "an address that was cut off": Bad("https://leg.colorado.gov/18-13-132", "https://leg.colorado.gov/18-13-...", f"{CITED}.url", "cut off", 'url = "https://leg.colorado.gov/18-13-...', HINT),
    "an address of a search": Bad("https://leg.colorado.gov/18-13-132", "https://leg.colorado.gov/find?q=kratom", f"{CITED}.url", "a search", 'url = "https://leg.colorado.gov/find', HINT),
    "an address of one visit": Bad("https://leg.colorado.gov/18-13-132", "https://leg.colorado.gov/a;jsessionid=1", f"{CITED}.url", "one visit", 'url = "https://leg.colorado.gov/a', HINT),
    "a front page": Bad("https://leg.colorado.gov/18-13-132", "https://leg.colorado.gov/", f"{CITED}.url", "front page", 'url = "https://leg.colorado.gov/"', HINT),
    # Values of conditions, ends of bills, evidence.
    "an age in the text alone": Bad("  age = 21\n", "", f"{PERIOD}.conditions[0].text", "what belongs in a value: age", 'text = "21 and older."', HINT),
    "a percentage in the text alone": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "alkaloid-cap"\n  text = "7-OH at most 2 % of the alkaloids; 21 and older."', f"{PERIOD}.conditions[0].text", "what belongs in a value: max", 'text = "7-OH', HINT),
    "milligrams in the text alone": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "serving"\n  text = "At most 5 mg a day; 21 and older."', f"{PERIOD}.conditions[0].text", "what belongs in a value: max", 'text = "At most', HINT),
    "a register without its name": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "registration"\n  text = "Products are registered."', f"{PERIOD}.conditions[0].text", "what belongs in a value: authority", 'text = "Products', HINT),
    "a register in a rule of another kind": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "other"\n  text = "Made in a registered plant."', f"{PERIOD}.conditions[0].text", "what belongs in a value: authority", 'text = "Made', HINT),
    "a fee in the text alone": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "licence"\n  text = "A licence for $500."', f"{PERIOD}.conditions[0].text", "what belongs in a value: fee", 'text = "A licence', HINT),
    "an age that the text does not show": Bad("  age = 21\n", "  age = 20\n", f"{PERIOD}.conditions[0].age", "does not show it", "age = 20", WARNING),
    "a share of what the text does not say": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "alkaloid-cap"\n  text = "7-OH at most 2 %."\n  alkaloid = "7-oh"\n  max = 2\n  unit = "percent"\n  basis = "alkaloids"', f"{PERIOD}.conditions[0].basis", "does not show it", 'basis = "alkaloids"', WARNING),
    "a figure that the text does not show": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "alkaloid-cap"\n  text = "7-OH at most 2 % of the alkaloids."\n  alkaloid = "7-oh"\n  max = 1\n  unit = "percent"\n  basis = "alkaloids"', f"{PERIOD}.conditions[0].max", "does not show it", "max = 1", WARNING),
    "a fee that the text does not show": Bad('kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21', 'kind = "licence"\n  text = "A licence for $500."\n  fee = 50\n  currency = "USD"', f"{PERIOD}.conditions[0].fee", "does not show it", "fee = 50", WARNING),
    "a bill without an end": Bad('lapses_on = "2027-05-12"\n', "", "pending[0].title", "when the bill lapses", "title = \"HB 26-1\"", HINT),
    "a check far ahead of the evidence": Bad('evidence_through = "2026-11-20"', 'evidence_through = "2026-08-24"', "verified_on", "91 days newer", "verified_on", WARNING),
    "keys in another order": Bad('code = "US-CO"\nname = "Colorado"', 'name = "Colorado"\ncode = "US-CO"', "", "canonical form", "name", HINT),
}  # fmt: skip


def spoilt(bad: Bad) -> str:
    """The good record with one mistake; what both periods have is spoilt in the second, which is the law of today."""
    begin = GOOD_RECORD.index('[[periods]]\nfrom = "2024-07-01"')
    if bad.old not in GOOD_RECORD[begin:]:
        begin = 0
    return GOOD_RECORD[:begin] + GOOD_RECORD[begin:].replace(bad.old, bad.new, 1)


def line_of(text: str, begin: str) -> int:
    """The line that begins so; «@2» at the end says the second."""
    begin, _, number = begin.partition(" @")
    lines = [line for line, content in enumerate(text.split("\n"), 1) if content.strip().startswith(begin)]
    return lines[int(number or 1) - 1]


def found(data: Path) -> tuple[Finding, ...]:
    return validate(data, today=TODAY)


def test_the_good_record_is_good(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD)
    assert found(tmp_path) == ()


def test_there_are_at_least_sixty_bad_records() -> None:
    assert len(BAD) >= 60


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_record_is_found_with_its_line(tmp_path: Path, bad: Bad) -> None:
    text = spoilt(bad)
    assert text != GOOD_RECORD
    write_record(tmp_path, text)
    same = [finding for finding in found(tmp_path) if finding.key == bad.key and bad.message in finding.message]
    assert [(finding.severity, finding.line) for finding in same] == [(bad.severity, line_of(text, bad.at))], found(
        tmp_path
    )
    assert same[0].file == (tmp_path / "us/co.toml").as_posix()
    assert same[0].fix


@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in BAD.items() if bad.severity is not ERROR])
def test_what_is_only_doubtful_is_no_error(tmp_path: Path, bad: Bad) -> None:
    write_record(tmp_path, spoilt(bad))
    assert worst(found(tmp_path)) is bad.severity


def test_a_bill_that_is_coded_as_law_of_today_is_a_warning(tmp_path: Path) -> None:
    text = GOOD_RECORD.replace('kind = "statute"', 'kind = "bill"').replace('confidence = "high"', 'confidence = "low"')
    write_record(tmp_path, text)
    ((level, key, line),) = [(finding.severity, finding.key, finding.line) for finding in found(tmp_path)]
    assert (level, key, line) == (WARNING, "periods[1].citations", line_of(text, "[[periods.citations]] @2"))


def test_a_bill_that_is_younger_than_the_law_is_no_bill_coded_as_law(tmp_path: Path) -> None:
    later = GOOD_RECORD.replace('kind = "statute"', 'kind = "news"').replace(
        'confidence = "high"', 'confidence = "low"'
    )
    write_record(tmp_path, later)
    assert found(tmp_path) == ()


def test_a_state_more_lenient_than_its_country_is_a_warning(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD)
    write_record(tmp_path, COUNTRY, "countries/us.toml")
    assert [(finding.severity, finding.key, finding.line) for finding in found(tmp_path)] == [
        (WARNING, "periods[1].status", line_of(GOOD_RECORD, 'status = "restricted"'))
    ]


def test_a_lower_age_than_the_country_s_is_a_warning(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD.replace("age = 21", "age = 18").replace("21 and", "18 and"))
    restricted = COUNTRY.replace('"banned"', '"restricted"').replace('"prohibited"', '"restricted"')
    write_record(tmp_path, restricted.replace("confidence", "min_age = 21\nconfidence"), "countries/us.toml")
    assert [finding.key for finding in found(tmp_path)] == ["periods[1].status"]


def test_a_product_more_lenient_than_in_its_country_is_a_warning(tmp_path: Path) -> None:
    write_record(
        tmp_path,
        GOOD_RECORD.replace('status = "banned", sale = "prohibited", possession = "unknown"', 'status = "legal"'),
    )
    products = 'cascades = false\nproducts = { "7-oh" = { status = "banned", cascades = true } }\nconfidence'
    write_record(tmp_path, canonical(COUNTRY.replace("confidence", products)), "countries/us.toml")
    assert [finding.key for finding in found(tmp_path) if finding.severity is WARNING] == ["periods[1].products.7-oh"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('summary = "Banned."', 'cascades = false\nsummary = "Banned."'),
        ('from = "2020-01-01"', 'from = "2020-01-01"\nuntil = "2022-01-01"'),
        ('"2020-01-01"', '"2026-12-01"'),
    ],
    ids=["does not cascade", "ended before", "begins after the state's law has ended"],
)
def test_a_country_whose_law_does_not_reach_a_period_leaves_it_alone(tmp_path: Path, old: str, new: str) -> None:
    ended = GOOD_RECORD.replace('from = "2024-07-01"', 'from = "2024-07-01"\nuntil = "2026-11-01"')
    write_record(tmp_path, ended)
    write_record(tmp_path, canonical(COUNTRY.replace(old, new, 1)), "countries/us.toml")
    assert [finding for finding in found(tmp_path) if finding.severity is not HINT] == []


def test_one_instrument_with_two_dates_is_a_warning_in_both_records(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD)
    other = GOOD_RECORD.replace("US-CO", "US-TX").replace('"Colorado"', '"Texas"').replace('"2024-06-01"', '"2023"')
    write_record(tmp_path, other, "us/tx.toml")
    assert [(finding.severity, Path(finding.file).name, finding.key) for finding in found(tmp_path)] == [
        (WARNING, name, f"{CITED}.published") for name in ("co.toml", "tx.toml")
    ]


def test_one_instrument_with_a_rougher_date_elsewhere_is_in_order(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD)
    other = GOOD_RECORD.replace("US-CO", "US-TX").replace('"Colorado"', '"Texas"').replace('"2024-06-01"', '"2024"')
    write_record(tmp_path, other, "us/tx.toml")
    assert found(tmp_path) == ()


def test_law_of_the_future_needs_no_check_yet(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD + FUTURE.format(kind="statute", summary="To be banned.", confidence="high"))
    assert [finding for finding in found(tmp_path) if finding.severity is not HINT] == []


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    write_record(tmp_path, "").write_bytes(b'code = "US-CO"\nname = "\xff"\n')
    assert [(finding.severity, finding.key) for finding in found(tmp_path)] == [(ERROR, "")]


def test_two_records_of_one_place_are_an_error(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD)
    write_record(tmp_path, GOOD_RECORD, "us/colorado.toml")
    assert {Path(finding.file).name for finding in found(tmp_path) if finding.severity is ERROR} == {"colorado.toml"}


def test_chosen_files_are_judged_beside_all_others(tmp_path: Path) -> None:
    chosen = write_record(tmp_path, GOOD_RECORD)
    write_record(tmp_path, COUNTRY.replace("confidence", "colour = 1\nconfidence"), "countries/us.toml")
    write_record(tmp_path, COUNTRY.replace("US", "TH").replace("United States", "Siam"), "countries/th.toml")
    assert validate(tmp_path, [chosen], today=TODAY) == ()


def test_a_file_elsewhere_is_refused(tmp_path: Path) -> None:
    elsewhere = write_record(tmp_path / "elsewhere", GOOD_RECORD)
    (tmp_path / "data").mkdir()
    with pytest.raises(InvalidQueryError, match="is not in the folder"):
        validate(tmp_path / "data", [elsewhere], today=TODAY)


def test_the_records_of_this_dataset_have_no_errors() -> None:
    # Only more time makes a day of the past; a clock that is behind the data is no fault of the records.
    today = max(date.today(), version_day(data_version(ROOT / "data")))
    assert [str(finding) for finding in validate(ROOT / "data", today=today) if finding.severity is ERROR] == []


@pytest.mark.parametrize(
    ("path", "text", "key", "message", "fix"),
    [
        ("il/alton", LOCAL.replace('counties = ["US-IL/madison-county"]\n', ""), "counties", "in which county", "US-IL/"),
        ("il/alton", LOCAL.replace("madison-county", "madson-county"), "counties[0]", "no county", "US-IL/madison-county"),
        ("il/alton", LOCAL.replace("US-IL/madison-county", "US-MO/madison-county"), "counties[0]", "no county", "whole name"),
        (
            "il/alton",
            LOCAL.replace('"US-IL/madison-county"', '"US-IL/madison-county", "US-IL/madison-county"'),
            "counties[1]",
            "twice",
            "Remove",
        ),
        ("il/alton", LOCAL.replace("verified_on", 'localities = ["Godfrey"]\nverified_on'), "localities", "Only a county", ""),
        ("il/madison-county", COUNTY.replace("verified_on", 'counties = ["US-IL/bond-county"]\nverified_on'), "counties", "Only a city", ""),
        ("il/madison-county", COUNTY.replace('"Madison County"', '"Madison"'), "name", "called 'Madison County'", "Use that name"),
        ("il/madson-county", COUNTY.replace("madison-county", "madson-county"), "code", "no county", "US-IL/madison-county"),
        (
            "va/richmond",
            LOCAL.replace("US-IL/alton", "US-VA/richmond").replace("US-IL/madison", "US-VA/henrico"),
            "counties",
            "in no county",
            "Remove",
        ),
    ],
)  # fmt: skip
def test_a_local_record_in_the_wrong_place_is_found(
    tmp_path: Path, path: str, text: str, key: str, message: str, fix: str
) -> None:
    write_record(tmp_path, text, f"us/{path}.toml")
    same = [finding for finding in found(tmp_path) if finding.key == key and message in finding.message]
    assert [finding.severity for finding in same] == [ERROR], found(tmp_path)
    assert fix in same[0].fix


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("il/alton", LOCAL),
        ("il/madison-county", COUNTY.replace("verified_on", 'localities = ["Cottage Hills"]\nverified_on')),
        (
            "va/richmond",
            LOCAL.replace("US-IL/alton", "US-VA/richmond").replace('counties = ["US-IL/madison-county"]\n', ""),
        ),
        ("la/rapides-parish", COUNTY.replace("US-IL/madison-county", "US-LA/rapides-parish").replace("Madison County", "Rapides Parish")),
    ],
)  # fmt: skip
def test_a_good_local_record_is_good(tmp_path: Path, path: str, text: str) -> None:
    write_record(tmp_path, text, f"us/{path}.toml")
    assert found(tmp_path) == ()


def test_a_city_more_lenient_than_its_county_is_a_warning(tmp_path: Path) -> None:
    write_record(
        tmp_path, LOCAL.replace('"banned"', '"restricted"').replace('"prohibited"', '"restricted"'), "us/il/alton.toml"
    )
    write_record(tmp_path, COUNTY, "us/il/madison-county.toml")
    assert [(finding.severity, finding.key) for finding in found(tmp_path)] == [(WARNING, "periods[0].status")]
    write_record(tmp_path, COUNTY.replace("confidence", "cascades = false\nconfidence"), "us/il/madison-county.toml")
    assert found(tmp_path) == ()


def test_a_city_without_a_rule_of_its_own_is_not_more_lenient_than_its_county(tmp_path: Path) -> None:
    legal = LOCAL.replace('"banned"', '"legal"').replace('"prohibited"', '"allowed"')
    write_record(tmp_path, legal, "us/il/alton.toml")
    write_record(tmp_path, COUNTY, "us/il/madison-county.toml")
    assert found(tmp_path) == ()


MEDIUM = GOOD_RECORD.replace('confidence = "high"', 'confidence = "medium"')
SECOND_SOURCE = """
  [[periods.citations]]
  title = "SB 25-072"
  url = "https://leg.colorado.gov/bills/sb25-072"
  kind = "bill"
  published = "2025"
  supports = "What would change."
"""


def test_medium_confidence_on_two_sources_is_in_order(tmp_path: Path) -> None:
    write_record(tmp_path, MEDIUM)
    assert found(tmp_path) == ()


@pytest.mark.parametrize(
    "second", ["", SECOND_SOURCE.replace("What would", "Against: it would")], ids=["no second source", "one against it"]
)
def test_medium_confidence_on_one_source_is_a_warning(tmp_path: Path, second: str) -> None:
    write_record(tmp_path, MEDIUM.replace(SECOND_SOURCE, second))
    assert [(finding.severity, finding.key) for finding in found(tmp_path)] == [(WARNING, "periods[1].confidence")]


def test_the_unknown_is_never_known_with_confidence(tmp_path: Path) -> None:
    write_record(tmp_path, GOOD_RECORD.replace('confidence = "low"', 'confidence = "medium"'))
    assert [(finding.severity, finding.key) for finding in found(tmp_path)] == [(WARNING, "periods[0].confidence")]


@pytest.mark.parametrize("rule", ['"restricted"', '{ status = "restricted", sale = "restricted" }'])
def test_a_product_with_the_law_of_the_leaf_is_left_out(tmp_path: Path, rule: str) -> None:
    old = '{ status = "banned", sale = "prohibited", possession = "unknown" }'
    write_record(tmp_path, GOOD_RECORD.replace(old, rule))
    assert [(finding.severity, finding.key) for finding in found(tmp_path)] == [(HINT, "periods[1].products.7-oh")]


def test_a_product_whose_rule_alone_reaches_further_is_named(tmp_path: Path) -> None:
    old = '{ "7-oh" = { status = "banned", sale = "prohibited", possession = "unknown" } }'
    narrow = GOOD_RECORD.replace(
        f"products = {old}", 'cascades = false\nproducts = { "7-oh" = { status = "restricted", cascades = true } }'
    )
    write_record(tmp_path, canonical(narrow))
    assert found(tmp_path) == ()


GAPLESS = [
    {"kind": "age", "text": "21 and older.", "unread": True},
    {"kind": "alkaloid-cap", "text": "No fully synthetic alkaloid.", "alkaloid": "synthetic", "unread": True},
    {
        "kind": "alkaloid-cap",
        "text": "No synthetic alkaloids.",
        "alkaloid": "synthetic",
        "max": 0,
        "unit": "percent",
        "basis": "product",
    },
    {"kind": "age", "text": "No distribution to minors.", "age": 18},
    {"kind": "point-of-sale", "text": "Not within 1,000 feet of a school.", "channels": ["distance"]},
    {"kind": "tax", "text": "Excise tax of 25 %."},
    {"kind": "point-of-sale", "text": "Shops with 25 % of their stock in kratom."},
    {"kind": "registration", "text": "Fee of $1,500.", "authority": "The Department", "fee": 1500, "currency": "USD"},
]


@pytest.mark.parametrize("condition", GAPLESS, ids=lambda condition: condition["text"])
def test_a_condition_whose_values_say_what_its_text_says_is_in_order(
    tmp_path: Path, condition: dict[str, object]
) -> None:
    """What was not read, none at all, minors, distances, taxes and shares of a stock are no figures that are missing."""
    lines = "\n".join(f"  {key} = {json.dumps(value)}" for key, value in condition.items())
    old = '  kind = "age"\n  text = "21 and older."\n  products = ["leaf"]\n  age = 21'
    write_record(tmp_path, GOOD_RECORD.replace(old, lines))
    assert found(tmp_path) == ()


def test_law_without_a_dated_source_is_a_warning_and_unknown_law_is_none(tmp_path: Path) -> None:
    undated = GOOD_RECORD.replace('evidence_through = "2026-11-20"\n', "").replace('published = "2024-06-01"\n  ', "")
    undated = re.sub(r'(?m)^  published = ".*"\n', "", undated)
    write_record(tmp_path, undated)
    warned = [finding for finding in found(tmp_path) if finding.rule == "checked-far-ahead-of-the-evidence"]
    assert [finding.severity for finding in warned] == [WARNING]
    unknown = COUNTRY.replace('"banned"', '"unknown"').replace('"prohibited"', '"unknown"').replace('"high"', '"low"')
    write_record(tmp_path, unknown.replace('evidence_through = "2026-11-20"\n', ""), "countries/us.toml")
    assert [finding.file for finding in found(tmp_path) if finding.rule == "checked-far-ahead-of-the-evidence"] == [
        (tmp_path / "us/co.toml").as_posix()
    ]


def test_very_many_findings_of_one_rule_do_not_hide_the_others() -> None:
    """A person reads five of them and how many more there are; a program gets all, and no error is ever left out."""

    def finding(number: int, rule: str, severity: Severity = WARNING) -> Finding:
        return Finding(severity=severity, rule=rule, file=f"{number}.toml", line=1, key="", message=".", fix="")

    many = [finding(number, "old") for number in range(30)]
    errors = [finding(number, "bad", ERROR) for number in range(30)]
    few = [finding(number, "rare") for number in range(20)]
    text = as_text([*many, *errors, *few])
    assert (text.count(": old:"), text.count(": bad:"), text.count(": rare:")) == (5, 30, 20)
    assert text.endswith("25 more of old: name a file, or use --json, to see them.")
    assert as_github([*many, *few]).endswith("::notice title=old::25 more of this rule")
    assert len(json.loads(as_json(many, files=30))["findings"]) == 30
