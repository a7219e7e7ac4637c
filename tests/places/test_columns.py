"""Columns of addresses: the tables decide what the resolver decides, address by address."""

import random
from collections.abc import Iterator

import pytest

import kratomlaw
from kratomlaw import KratomLawError
from kratomlaw.data.bundled import bundled_tables
from kratomlaw.places.columns import AddressColumns, AddressParts
from kratomlaw.places.match import Match
from kratomlaw.places.resolver import PlaceResolver
from long_versions import sized

Address = tuple[str | None, ...]
PARTS = ("country", "state", "county", "city", "postal_code")
TOWNS = bundled_tables().towns


@pytest.fixture(scope="module")
def resolver() -> Iterator[PlaceResolver]:
    with kratomlaw.KratomLaw().at_one_version() as view:
        yield view.resolver


@pytest.fixture(scope="module")
def one_by_one() -> Iterator[PlaceResolver]:
    """A resolver that asks no table."""
    with pytest.MonkeyPatch.context() as patch, kratomlaw.KratomLaw().at_one_version() as view:
        patch.setattr(view.resolver._us, "_in_table", lambda *_: None)  # of this one alone
        yield view.resolver


def all_towns() -> list[Address]:
    """Every town of the United States with every ZIP code of its own."""
    return [
        (None, state[3:], None, name, zip_code)
        for state in TOWNS.states
        for name in TOWNS.names(state)
        for zip_code in TOWNS.zips(state, name)
    ]


def broken(chance: random.Random, address: Address) -> Address:
    """The same as shops have it: other spellings, other parts, parts of another address."""
    _, state, _, city, zip_code = map(str, address)
    cities = [city.upper(), city.title(), f" {city} ", f"{city} city", f"{city} county", f"St. {city}", f"The {city}"]
    cities += [city[:3] + " " + city[3:], city[1:], f"{city}\t", f"{city}\x1c", f"{city} Beach", f"Ft {city}", ""]
    cities += [
        f"county of {city}",
        f"{city}  county ",
        f"{city}, {state}",
        f"{city} {zip_code}",
        "x" * 300,
        "東京",
        "5",
    ]
    zips = [f"{zip_code}-1234", f"{zip_code}1234", f" {zip_code}", zip_code[:4], zip_code[::-1], "00000", "", "09012"]
    states = [f"US-{state}", state.lower(), f" {state}", "", "AE", "Ontario", "zz", chance.choice(list(TOWNS.states))]
    found = [None, state, None, city, zip_code]
    for _ in range(chance.choice((1, 1, 2))):
        part = chance.randrange(5)
        counties = (f"{city} county", "Madison", "", " ", "29510")
        choices = (("US", "USA", "", "DE", "Canada", "United States"), states, counties, cities, zips)
        found[part] = chance.choice((*choices[part], None))
    return tuple(found)


def assert_same(resolver: PlaceResolver, one_by_one: PlaceResolver, addresses: list[Address]) -> None:
    resolved = AddressColumns(resolver).resolve(AddressParts(*zip(*addresses, strict=True)))
    for address, match, unmatched in zip(addresses, resolved.matches, resolved.unmatched, strict=True):
        try:
            expected = one_by_one.resolve_parts(**dict(zip(PARTS, address, strict=True)))
        except KratomLawError as error:
            assert (type(match), str(match)) == (type(error), str(error)), address
        else:
            assert match == expected.without_locality(), address
            assert unmatched == (expected.unmatched or None), address


@sized("number", 2_000, 20_000)
def test_towns_with_their_own_zip_codes_mean_what_the_resolver_says(
    resolver: PlaceResolver, one_by_one: PlaceResolver, number: int
) -> None:
    chance = random.Random(16)  # noqa: S311  # not for secrets
    assert_same(resolver, one_by_one, chance.sample(all_towns(), number))


@pytest.mark.soak
def test_all_towns_with_all_their_zip_codes_mean_what_the_resolver_says(
    resolver: PlaceResolver, one_by_one: PlaceResolver
) -> None:
    assert_same(resolver, one_by_one, all_towns())


@sized("number", 2_000, 20_000)
def test_broken_addresses_mean_what_the_resolver_says(
    resolver: PlaceResolver, one_by_one: PlaceResolver, number: int
) -> None:
    chance = random.Random(17)  # noqa: S311  # not for secrets
    towns = chance.sample(all_towns(), number)
    assert_same(resolver, one_by_one, [broken(chance, town) for town in towns])


@sized("number", 1_000, 10_000)
def test_an_address_means_the_same_whether_a_table_decides_it_or_the_long_way(
    resolver: PlaceResolver, one_by_one: PlaceResolver, number: int
) -> None:
    chance = random.Random(19)  # noqa: S311  # not for secrets
    towns = chance.sample(all_towns(), number)
    addresses = [*towns, *(broken(chance, town) for town in towns)]
    for address in addresses:
        parts = dict(zip(PARTS, address, strict=True))
        text = ", ".join(part for part in ("1 Main St", address[3], f"{address[1]} {address[4]}", address[0]) if part)
        for ask in ("resolve_parts", "resolve_text"):
            asked: dict[str, str | None] = {"text": text} if ask == "resolve_text" else parts
            assert meant(resolver, ask, asked) == meant(one_by_one, ask, asked), address


def test_towns_that_mean_one_place_have_one_match_and_each_its_own_name(resolver: PlaceResolver) -> None:
    cities = ("Nashville", "Memphis", None)
    resolved = AddressColumns(resolver).resolve(
        AddressParts(("US",) * 3, ("TN",) * 3, (None,) * 3, cities, (None,) * 3)
    )
    assert resolved.unmatched == list(cities)
    one, other, whole = resolved.matches
    assert one == other != whole == Match("US-TN")


def meant(resolver: PlaceResolver, ask: str, asked: dict[str, str | None]) -> object:
    """The match of a question, or what its error says."""
    try:
        return getattr(resolver, ask)(**asked)
    except KratomLawError as error:
        return type(error), str(error)


def test_most_real_addresses_are_decided_by_the_tables(
    resolver: PlaceResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    resolve = resolver.resolve_parts

    def counted(**parts: str | None) -> Match:
        asked.append(parts)
        return resolve(**parts)

    monkeypatch.setattr(resolver, "resolve_parts", counted)
    chance = random.Random(18)  # noqa: S311  # not for secrets
    addresses = [("US", *rest) for _, *rest in chance.sample(all_towns(), 2_000)]
    AddressColumns(resolver).resolve(AddressParts(*zip(*addresses, strict=True)))
    assert len(asked) < 200
