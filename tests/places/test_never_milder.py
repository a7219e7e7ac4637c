"""No question is answered more mildly than the strictest law of the places that remain possible.

Real addresses are cut, misspelled and mixed up in every way that forms and people do it. An answer may be refused; where
one is given, it must be at least as strict as the law of the place that the address was about, unless what was asked
names another place by now. The law is read from the records, so that a change of law changes no test.
"""

import random
import string
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
import zipcodes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kratomlaw
from kratomlaw import Answer, KratomLawError, Level, Status
from kratomlaw.data.bundled import bundled_counties, bundled_names, bundled_tables
from kratomlaw.places.localities import spellings
from kratomlaw.places.names import compact_name, normalize_name
from long_versions import sized

ON = "2026-11-23"
STRICTER = (Status.LEGAL, Status.RESTRICTED, Status.BANNED)
SLOTS = ("country", "state", "county", "city", "postal_code")
COUNTRY = ("US", "USA", "United States", "United States of America", "U.S.")
TABLES = bundled_tables()


class Address(NamedTuple):
    """A real address, and the place whose law holds there at least."""

    city: str
    county: str
    state: str
    zip_code: str
    code: str

    @property
    def state_code(self) -> str:
        return f"US-{self.state}"


@cache
def law_of(code: str) -> Answer:
    return kratomlaw.lookup(code=code, on=ON)


def is_at_least_as_strict(answer: Answer, code: str) -> bool:
    """Whether an answer is no milder than the law of a place; unknown is never milder."""
    there = law_of(code)
    if answer.is_unknown or there.is_unknown:
        return True
    return STRICTER.index(answer.status) >= STRICTER.index(there.status)


@cache
def recorded() -> tuple[Address, ...]:
    """The local places with a record, each with all ZIP codes of its name."""
    found: list[Address] = []
    for place in kratomlaw.jurisdictions(within="US"):
        if "/" not in place.code:
            continue
        state = place.code[3:5]
        if place.level is Level.COUNTY:
            found.append(Address("", place.name, state, "", place.code))
            continue
        counties = [link.name for link in law_of(place.code).chain if link.level is Level.COUNTY]
        zips = TABLES.towns.zips(f"US-{state}", compact_name(place.name)) or ("",)
        found += (Address(place.name, next(iter(counties), ""), state, each, place.code) for each in zips)
    return tuple(found)


@cache
def mailed() -> tuple[Address, ...]:
    """The addresses of the post office in counties with a record: a town, its county and its ZIP code."""
    codes = {place.code for place in kratomlaw.jurisdictions(within="US", level="county")}
    found: list[Address] = []
    for entry in zipcodes.list_all():  # type: ignore[no-untyped-call]
        code = COUNTIES.get((entry["state"], compact_name(entry["county"])))
        # The post office's "Sarasota" is more than the city: the city is no witness for the county around it.
        named = TABLES.towns.knows(f"US-{entry['state']}", compact_name(entry["city"]))
        if code in codes and named and not is_recorded_city(f"US-{entry['state']}", entry["city"]):
            found.append(Address(entry["city"], entry["county"], entry["state"], entry["zip_code"], code))
    return tuple(found)


COUNTIES = {
    (place.code[3:5], compact_name(place.name)): place.code
    for place in kratomlaw.jurisdictions(within="US", level="county", all_counties=True)
}


@cache
def city_names() -> frozenset[tuple[str, str]]:
    return frozenset(
        (place.code[:5], compact_name(place.name))
        for place in kratomlaw.jurisdictions(within="US")
        if place.level in (Level.CITY, Level.RESERVATION)
    )


def is_recorded_city(state: str, city: str) -> bool:
    return any((state, compact_name(spelling)) in city_names() for spelling in spellings(normalize_name(city)))


def misspelled(name: str, chance: random.Random) -> str:
    """A name with one letter left out, doubled, changed or swapped, or cut short at one of its ends."""
    if not name:
        return name
    at = chance.randrange(len(name))
    letter = chance.choice(string.ascii_lowercase)
    return chance.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + name[at : at + 1] + name[at:],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
            name[: at + 1],
            name[at:],
        )
    )


def bare(county: str) -> str:
    return county.removesuffix(" County").removesuffix(" Parish")


def names_another_place(address: Address, text: str) -> bool:
    """Whether a changed name is, by chance, that of another town, county or state."""
    names = [compact_name(spelling) for spelling in spellings(normalize_name(text))]
    # "Peoria Heights" cut to "Peoria" is another town, though its county is called so too.
    own = {address.city} if address.city else {address.county, bare(address.county)}
    if {compact_name(name) for name in own}.intersection(names):
        return False
    counties = {
        compact_name(name)
        for county in bundled_counties(address.state_code).values()
        for name in (county.name, bare(county.name))
    }
    return (
        len("".join(names)) < 3  # what is left of it may be of any name
        or text.casefold().endswith(" st")  # "Carol St" is a street
        or normalize_name(text) in bundled_names().names
        or any(TABLES.towns.states_with(name) or TABLES.world.places_with(name) for name in names)
        or not counties.isdisjoint(names)
    )


def changed(address: Address, name: str, chance: random.Random) -> str:
    """A name, as it is or changed so that it names no other place."""
    written = misspelled(name, chance) if chance.random() < 0.5 else name
    if chance.random() < 0.2:
        written = written.upper()
    return written if not names_another_place(address, written) else name


def as_text(address: Address, chance: random.Random) -> str:
    state = law_of(address.state_code).jurisdiction.name
    city = changed(address, address.city or address.county, chance)
    city = chance.choice(
        (city, city, f"{city} city", f"12 Main St, {city}", f"{chance.randrange(1, 9999)} Main St {city}")
    )
    if not address.city or (city.endswith(" city") and names_another_place(address, city)):  # "San D city"
        city = address.city or address.county
    written = chance.choice((address.state, address.state, state, address.state.lower(), state.replace(" ", "")))
    zip_code = chance.choice(("", address.zip_code, address.zip_code, address.zip_code and f"{address.zip_code}-0001"))
    country = chance.choice(COUNTRY)
    county = chance.choice((address.county, bare(address.county)))
    forms = [
        f"{city}, {written} {zip_code}",
        f"{city} {written} {zip_code}",
        f"{city}, {written} {zip_code}, {country}",
        f"{city}, {written}, {zip_code}, {country}",
        f"{city}, {zip_code} {written}",
        f"{city},{written},{zip_code}",
        f"{city} {written} {zip_code} {country}",
    ]
    if address.city and address.county:
        forms += [f"{city}, {county}, {written} {zip_code}", f"{city}, {county}, {written}, {country}"]
    return chance.choice(forms).strip(", ")


def in_parts(address: Address, chance: random.Random) -> dict[str, str]:
    state = law_of(address.state_code).jurisdiction.name
    parts = {
        "city": changed(address, address.city, chance),
        "county": chance.choice(("", "", address.county, bare(address.county), bare(address.county).upper())),
        "state": chance.choice((address.state, address.state, state, address.state_code)),
        "country": chance.choice(("", *COUNTRY, address.state)),
        "postal_code": chance.choice(("", address.zip_code, address.zip_code and f"{address.zip_code}-1234")),
    }
    if not address.city:
        parts["county"] = address.county
    for slot in SLOTS:
        if chance.random() < 0.15:
            parts[slot] = ""
    if chance.random() < 0.4:
        one, other = chance.sample(SLOTS, 2)
        parts[one], parts[other] = parts[other], chance.choice((parts[one], parts[other], ""))
    return {slot: text for slot, text in parts.items() if text}


def is_in_country(country: str, city: str) -> bool:
    """Whether a country of two letters has a city of that name."""
    return len(country) == 2 and TABLES.world.has_city(country, compact_name(city))


def parts_name_another_place(address: Address, parts: dict[str, str]) -> bool:
    """Whether the parts ask for something else by now: a state or a county as such, or a place that is called so."""
    city, county = parts.get("city", ""), parts.get("county", "")
    own_county = {address.county, bare(address.county), bare(address.county).upper()}
    if not city and "postal_code" not in parts:
        return bool(address.city) or county != address.county  # only the county or the state is left
    if not address.city:
        return county != address.county or bool(city)
    if county and county not in own_county:  # another slot's text, which may be a county's name
        return True
    if city != address.city and city and names_another_place(address, city):
        return True  # a city slot is never a state: "LA" is Los Angeles; nor a county: that is a town's name there
    own_state = {address.state, address.state_code, law_of(address.state_code).jurisdiction.name}
    country = parts.get("country", "")
    if "state" not in parts and country in own_state and (city != address.city or is_in_country(country, city)):
        return True  # what is left of a name may be in the country of these letters; Canada has a Half Moon Bay too
    return not {parts.get("state"), parts.get("country")} & own_state and "postal_code" not in parts


def milder(address: Address, *place: str, **parts: str) -> str | None:
    """What is too mild about the answer to a question; None where nothing is, or where it is refused."""
    try:
        answer = kratomlaw.lookup(*place, on=ON, **parts)
    except KratomLawError:
        return None
    if is_at_least_as_strict(answer, address.code):
        return None
    return f"{place or parts} was answered {answer!r}; {address} is {law_of(address.code).status} in {address.code}"


def addresses() -> st.SearchStrategy[Address]:
    return st.one_of(st.sampled_from(recorded()), st.sampled_from(mailed()))


def ways(address: Address, seed: int) -> Iterator[str]:
    """What is too mild about the answers to one address in one text and in one set of parts."""
    chance = random.Random(seed)  # noqa: S311  # not for secrets
    text = as_text(address, chance)
    parts = in_parts(address, chance)
    found = milder(address, text)
    if found:
        yield found
    if parts and not parts_name_another_place(address, parts):
        found = milder(address, **parts)
        if found:
            yield found


def try_often(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@sized("examples", 1_500, 5_000)
def test_an_address_that_was_cut_misspelled_or_mixed_up_is_not_answered_more_mildly(examples: int) -> None:
    @try_often(examples)
    @given(addresses(), st.integers(0, 10**9))
    def no_way_is_milder(address: Address, seed: int) -> None:
        assert not list(ways(address, seed))

    no_way_is_milder()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2))
def test_many_thousand_addresses_are_not_answered_more_mildly(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # not for secrets
    every = (*recorded(), *mailed())
    found = [each for _ in range(12_500) for each in ways(chance.choice(every), chance.randrange(10**9))]
    assert not found, f"{len(found)} of 12,500, such as:\n" + "\n".join(found[:20])


@sized("examples", 300, 1_000)
def test_a_zip_code_of_a_place_is_not_milder_than_the_place(examples: int) -> None:
    @try_often(examples)
    @given(st.sampled_from([address for address in recorded() if address.zip_code]))
    def its_zip_code_is_not_milder(address: Address) -> None:
        assert not milder(address, postal_code=address.zip_code)
        assert not milder(address, postal_code=address.zip_code, state=address.state)
        assert not milder(address, postal_code=address.zip_code, county=address.county)

    its_zip_code_is_not_milder()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"county": "Saline", "state": "IL", "postal_code": "62930"}, "US-IL/eldorado"),
        ({"county": "Orange", "postal_code": "92660"}, "US-CA/newport-beach"),
        ({"county": "DeKalb", "state": "IL", "postal_code": "60115-1234"}, "US-IL/dekalb"),
        ({"place": "Lake County, IL 60037"}, "US-IL/highland-park"),
        ({"place": "1824 Main St Taylorville, Christian, Illinois"}, "US-IL/taylorville"),
        ({"place": "Bartonivlle, Peoria, IL"}, "US-IL/bartonville"),
        ({"place": "Canyon Lake, Riverside, California"}, "US-CA/canyon-lake"),
        ({"place": "Chhesterfield, St. Louis, Missouri"}, "US-MO/chesterfield"),
        ({"place": "Monument, El Paso, CO"}, "US-CO/monument"),
        ({"place": "12 Main St, Albany County, NewYork, US"}, "US-NY/albany-county"),
        ({"place": "Rolla, US"}, "US-KS/morton-county"),
        ({"place": "Denver, USA"}, "US-IN"),
        ({"place": "Sarasota, FL 34241"}, "US-FL/sarasota-county"),
        ({"city": "Frankfort", "county": "Franklin County", "state": "IL"}, "US-IL/west-frankfort"),
        ({"city": "Sterling", "county": "Macomb", "postal_code": "48314"}, "US-MI/sterling-heights"),
        ({"city": "USA", "county": "Denton", "state": "TX", "postal_code": "75068"}, "US-TX/oak-point"),
        ({"place": "Vall, NewYork"}, "US-NY/nassau-county"),
        ({"place": "ST.JOSEPH, Buchanan, MO"}, "US-MO/st-joseph"),
        ({"place": "San D, CA"}, "US-CA/san-diego"),
        ({"place": "Pearl city, IL"}, "US-IL/pike-county"),
        ({"place": "Peral city, IL"}, "US-IL/pike-county"),
        ({"place": "2541 Main St Kasas City, Jackson, Missouri"}, "US-MO/kansas-city"),
        ({"city": "Glenmont", "county": "New York", "state": "NY"}, "US-NY/albany-county"),
        ({"county": "US-IL", "country": "US", "postal_code": "61611"}, "US-IL/east-peoria"),
    ],
)  # fmt: skip
def test_what_was_found_in_this_way_stays_found(asked: dict[str, str], code: str) -> None:
    assert is_at_least_as_strict(kratomlaw.lookup(on=ON, **asked), code)


@pytest.mark.parametrize(
    "asked",
    [
        {"country": "CO", "postal_code": "80132", "county": "Monument"},
        {"country": "CO", "state": "CO", "city": "Monument", "county": "El Paso"},
        {"country": "CO", "state": "US", "city": "Greenwood Village"},
        {"country": "CA", "postal_code": "91362"},
        {"country": "CA", "city": "Dana Piont"},
        {"country": "CA", "county": "San Mateo County"},
        {"country": "CA", "postal_code": "Newport Beach"},
        {"country": "IL", "state": "IL", "city": "Alton", "postal_code": "62002"},
        {"country": "Georgia", "city": "Atlanta"},
    ],
)
def test_the_letters_of_a_state_in_the_place_of_the_country_are_questioned(asked: dict[str, str]) -> None:
    with pytest.raises(kratomlaw.AmbiguousPlaceError) as caught:
        kratomlaw.lookup(on=ON, **asked)
    assert any(place.code.startswith("US-") for place in caught.value.candidates)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"country": "DE", "postal_code": "19055", "city": "Schwerin"}, "DE"),
        ({"country": "DE", "postal_code": "19417", "city": "Warin"}, "DE"),
        ({"country": "DE", "state": "DE"}, "DE"),
        ({"country": "IL", "city": "Haifa", "postal_code": "3100000"}, "IL"),
        ({"country": "CA", "city": "Toronto", "postal_code": "M5V 2T6"}, "CA"),
        ({"country": "CO", "state": "ANT", "city": "Medellín", "postal_code": "050001"}, "CO"),
        ({"country": "AR", "state": "C", "city": "Buenos Aires", "postal_code": "1001"}, "AR"),
        ({"country": "Georgia", "city": "Batumi"}, "GE"),
    ],
)
def test_an_address_of_such_a_country_is_not(asked: dict[str, str], code: str) -> None:
    assert kratomlaw.lookup(on=ON, **asked).jurisdiction.code.startswith(code)


@pytest.mark.parametrize(
    "asked", [{"city": "Atlantic City", "postal_code": "80401"}, {"place": "Atlantic City 80401, USA"}]
)
def test_a_city_that_its_zip_code_s_state_does_not_have_is_a_contradiction(asked: dict[str, str]) -> None:
    with pytest.raises(kratomlaw.UnknownPlaceError, match="contradict"):
        kratomlaw.lookup(on=ON, **asked)


def test_a_bare_county_between_a_city_and_a_zip_code_may_be_meant() -> None:
    """Riverside is a city too; the record of Jurupa Valley, in Riverside County, is the stricter one."""
    answer = kratomlaw.lookup("Jurupa Valley, Riverside, California 91752", on="2026-11-23")
    assert {place.code for place in answer.candidates} >= {"US-CA/jurupa-valley", "US-CA/riverside"}
    assert answer.is_banned
