"""Columns of addresses: the tables decide what the resolver decides, address by address."""

import random
from collections.abc import Iterator

import pytest

import kratomlaw
from helpers import sized
from kratomlaw import KratomLawError
from kratomlaw.data.bundled import bundled_tables
from kratomlaw.places.columns import AddressColumns, AddressParts
from kratomlaw.places.match import Match
from kratomlaw.places.resolver import PlaceResolver

Address = tuple[str | None, ...]
TOWNS = bundled_tables().towns


@pytest.fixture(scope="module")
def resolver() -> Iterator[PlaceResolver]:
    with kratomlaw.KratomLaw().at_one_version() as view:
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


def assert_same(resolver: PlaceResolver, addresses: list[Address]) -> None:
    resolved = AddressColumns(resolver).resolve(AddressParts(*zip(*addresses, strict=True)))
    parts = ("country", "state", "county", "city", "postal_code")
    for address, match, unmatched in zip(addresses, resolved.matches, resolved.unmatched, strict=True):
        try:
            expected = resolver.resolve_parts(**dict(zip(parts, address, strict=True)))
        except KratomLawError as error:
            assert (type(match), str(match)) == (type(error), str(error)), address
        else:
            assert match == expected.without_locality(), address
            assert unmatched == (expected.unmatched or None), address


def test_towns_with_their_own_zip_codes_mean_what_the_resolver_says(resolver: PlaceResolver) -> None:
    chance = random.Random(16)  # noqa: S311  # not for secrets
    assert_same(resolver, chance.sample(all_towns(), sized(2_000, soak=20_000)))


@pytest.mark.soak
def test_all_towns_with_all_their_zip_codes_mean_what_the_resolver_says(resolver: PlaceResolver) -> None:
    assert_same(resolver, all_towns())


def test_broken_addresses_mean_what_the_resolver_says(resolver: PlaceResolver) -> None:
    chance = random.Random(17)  # noqa: S311  # not for secrets
    towns = chance.sample(all_towns(), sized(2_000, soak=20_000))
    assert_same(resolver, [broken(chance, town) for town in towns])


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
