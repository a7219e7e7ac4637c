"""Does a shop that imports the zones decide as the shipping list does? Addresses sent through the rules of each shop."""

import csv
import json
import random
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import kratomlaw
from kratomlaw import Outcome, Policy
from kratomlaw.export import ShippingArea, ShippingList, export_shipping, shipping_list
from kratomlaw.export.shipping import ShippingRow
from kratomlaw.export.shop_codes import SHOPIFY, WOOCOMMERCE, in_codes_of
from kratomlaw.export.shopify import shopify_zones
from kratomlaw.export.woocommerce import WooZone, woocommerce_zones

ON = date(2026, 12, 1)
MET = ("age", "labelling", "testing", "packaging", "adulterants", "alkaloid-cap", "marketing")
TERRITORIES = ("AS", "GU", "MP", "PR", "UM", "VI")
SHOPIFY_PROVINCES = {
    "AU": "ACT NSW NT QLD SA TAS VIC WA",
    "CA": "AB BC MB NB NL NT NS NU ON PE QC SK YT",
    "ID": "AC BA BB BT BE GO JK JA JB JT JI KB KS KT KI KU KR LA MA MU SU NB NT PA PB RI SS SR SN ST SG SA SB YO",
    "IN": "AN AP AR AS BR CH CG DN DD DL GA GJ HR HP JK JH KA KL LA LD MP MH MN ML MZ NL OR PY PB RJ SK TN TS TR UP UK WB",
    "MY": "JHR KDH KTN KUL LBN MLK NSN PHG PNG PRK PLS PJY SBH SWK SGR TRG",
    "US": "AL AK AS AZ AR CA CO CT DE DC FM FL GA GU HI ID IL IN IA KS KY LA ME MH MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND MP OH OK OR PW PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY AA AE AP",  # codespell:ignore
}
"""The provinces of Shopify (github.com/Shopify/worldwide, data/regions), for the countries whose provinces we know."""


@cache
def shop() -> ShippingList:
    return shipping_list(age=30, policy=Policy(meets=MET), on=ON)


def zone_of(zones: tuple[WooZone, ...], country: str, state: str, postcode: str) -> WooZone | None:
    """The zone in which WooCommerce puts an address.

    The first in their order in which the country or the state is listed; where postal codes are listed too, one of them
    has to fit as well. One with an asterisk fits all that begin so, without it only the whole text.
    """
    for zone in zones:
        listed = {(each["type"], each["code"]) for each in zone.locations}
        codes = {code for kind, code in listed if kind == "postcode"}
        fits = postcode in codes or any(postcode[:length] + "*" in codes for length in range(len(postcode) + 1))
        if (("country", country) in listed or ("state", f"{country}:{state}") in listed) and (fits or not codes):
            return zone
    return None


def outcomes(area: ShippingArea) -> dict[str, Outcome]:
    return {row.code: row.verdict.outcome for row in shop().of(area)}


class TestWooCommerce:
    def test_an_address_is_refused_where_its_zip_code_is_and_else_follows_its_state(self) -> None:
        states = outcomes(ShippingArea.PROVINCE)
        zones = woocommerce_zones(shop())
        rows = [row for row in shop().of(ShippingArea.ZIP_CODE) if row.country == "US"]
        for row in random.Random(3).sample(rows, 1_500):  # noqa: S311
            for state in row.provinces:
                country = state if state in TERRITORIES else "US"
                refused = row.verdict.outcome is Outcome.REFUSE
                wanted = Outcome.REFUSE if refused else states[f"US-{state}"]
                for postcode in (row.code, f"{row.code}-1234"):
                    zone = zone_of(zones, country, "" if country != "US" else state, postcode)
                    assert zone is not None
                    assert zone.outcome is wanted, (row.code, state)

    def test_every_refused_zip_code_is_in_a_zone_that_refuses(self) -> None:
        zones = woocommerce_zones(shop())
        listed = {each["code"] for each in zones[0].locations if each["type"] == "postcode"}
        refusing = {each["code"] for zone in zones[1:] if zone.outcome is Outcome.REFUSE for each in zone.locations}
        for row in shop().of(ShippingArea.ZIP_CODE):
            if row.verdict.outcome is Outcome.REFUSE and f"{row.code}*" not in listed:
                assert all(f"US:{state}" in refusing or state in refusing for state in row.provinces or (row.country,))

    def test_only_what_differs_from_its_state_is_listed(self) -> None:
        states = outcomes(ShippingArea.PROVINCE)
        rows = {f"{row.code}*": row for row in shop().of(ShippingArea.ZIP_CODE)}
        listed = [each["code"] for each in woocommerce_zones(shop())[0].locations if each["type"] == "postcode"]
        assert 0 < len(listed) < 5_000
        assert all(
            any(states[f"US-{state}"] is not Outcome.REFUSE for state in rows[code].provinces) for code in listed
        )

    def test_the_same_digits_elsewhere_in_the_world_are_not_refused_for_them(self) -> None:
        zone = zone_of(woocommerce_zones(shop()), "DE", "", "62002")
        assert zone is not None
        assert zone.key.endswith("countries")

    def test_every_country_and_province_is_in_one_zone(self) -> None:
        zones = woocommerce_zones(shop())[1:]
        counted = Counter(each["code"] for zone in zones for each in zone.locations)
        assert set(counted.values()) == {1}
        provinces = {
            f"{country}:{code}" for country, code in in_codes_of(WOOCOMMERCE, shop().of(ShippingArea.PROVINCE))
        }
        countries = {row.code for row in shop().of(ShippingArea.COUNTRY)}
        assert {*counted} == (provinces - {f"US:{code}" for code in TERRITORIES}) | countries | {*TERRITORIES}

    def test_a_state_that_is_allowed_has_no_place_with_law_of_its_own(self) -> None:
        """Why ZIP codes that are to be reviewed need not be listed."""
        for row in shop().of(ShippingArea.PROVINCE):
            if row.verdict.outcome is Outcome.ALLOW:
                assert kratomlaw.lookup(code=row.code, on=ON).local_rules == 0, row.code


class TestShopify:
    def test_every_province_of_shopify_is_in_one_zone(self) -> None:
        zones = shopify_zones(shop())["zones"]
        found: dict[str, list[str]] = {}
        whole: list[str] = []
        for zone in json.loads(json.dumps(zones)):
            for country in zone["countries"]:
                if country.get("includeAllProvinces"):
                    whole.append(country["code"])
                else:
                    found.setdefault(country["code"], []).extend(each["code"] for each in country["provinces"])
        assert {code: sorted(provinces) for code, provinces in found.items()} == {
            code: sorted(provinces.split()) for code, provinces in SHOPIFY_PROVINCES.items()
        }
        countries = {row.code for row in shop().of(ShippingArea.COUNTRY)}
        assert sorted(whole) == sorted((countries - {*SHOPIFY_PROVINCES, "FM", "MH", "PW", "AQ"}) | {"UM"})

    def test_the_table_has_the_outcomes_of_our_provinces(self, tmp_path: Path) -> None:
        export_shipping(tmp_path, age=30, policy=Policy(meets=MET), on=ON)
        with (tmp_path / "shopify-provinces.csv").open(encoding="utf-8", newline="") as stream:
            found = {(row["country"], row["province"]): row for row in csv.DictReader(stream)}
        ours = outcomes(ShippingArea.PROVINCE) | outcomes(ShippingArea.COUNTRY)
        for (country, province), code in {
            ("US", "LA"): "US-LA", ("US", "PR"): "US-PR", ("US", "MH"): "MH", ("US", "AE"): "US", ("MY", "JHR"): "MY-01",
            ("IN", "DN"): "IN-DH", ("CA", "ON"): "CA-ON", ("TH", ""): "TH", ("UM", ""): "US-UM",
        }.items():  # fmt: skip
            assert found[country, province]["outcome"] == ours[code].value
        assert int(found["US", "IL"]["refused_zip_codes"]) > 100
        self.check_files(tmp_path)

    def check_files(self, folder: Path) -> None:
        """What is beside the table: each zone of WooCommerce as its API takes it, and a list of them."""
        described = json.loads((folder / "woocommerce-zones.json").read_bytes())
        assert described["basis"]["dataset_version"] == kratomlaw.dataset().version
        zones = woocommerce_zones(shop())
        assert [each["order"] for each in described["zones"]] == [*range(1, len(zones) + 1)]
        for each, zone in zip(described["zones"], zones, strict=True):
            assert json.loads((folder / each["locations"]).read_bytes()) == list(zone.locations)
            assert described["basis"]["dataset_version"] in each["name"]
        pasted = (folder / "woocommerce-1-refuse-zip-codes.txt").read_text("utf-8").split()
        assert pasted == [each["code"] for each in zones[0].locations if each["type"] == "postcode"]


def test_the_strictest_of_several_provinces_stands_for_one_of_a_shop() -> None:
    rows = {row.code: row for row in shop().of(ShippingArea.PROVINCE)}

    def with_outcome(code: str, outcome: Outcome) -> ShippingRow:
        return rows[code]._replace(verdict=rows[code].verdict._replace(outcome=outcome))

    papua = [
        with_outcome("ID-PA", Outcome.ALLOW),
        with_outcome("ID-PE", Outcome.REFUSE),
        with_outcome("ID-PS", Outcome.REVIEW),
    ]
    for shop_codes in (SHOPIFY, WOOCOMMERCE):
        for order in (papua, papua[::-1]):
            assert in_codes_of(shop_codes, order)["ID", "PA"].verdict.outcome is Outcome.REFUSE


def test_zones_that_list_nothing_are_there_all_the_same() -> None:
    """Else the file of an earlier export would stay beside those of this one."""
    nothing = ShippingList(shop().basis, shop().of(ShippingArea.PROVINCE) + shop().of(ShippingArea.COUNTRY))
    assert [zone.key for zone in woocommerce_zones(nothing)] == [zone.key for zone in woocommerce_zones(shop())]
    assert woocommerce_zones(nothing)[0].locations == ()
