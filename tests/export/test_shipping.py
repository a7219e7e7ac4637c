"""Where a shop may send to: every row against ``decide``, and the files read back by the engines that shops have."""

import csv
import json
import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pandas
import polars
import pytest
from typer.testing import CliRunner

import kratomlaw
from kratomlaw import InvalidQueryError, Outcome, Policy
from kratomlaw.cli.app import app
from kratomlaw.data.bundled import every_zip_code
from kratomlaw.export import ShippingArea, ShippingList, ShippingRow, shipping_list

ON = date(2026, 12, 1)
MET = ("age", "labelling", "testing", "packaging", "adulterants", "alkaloid-cap", "marketing")
STRICT = Policy(meets=MET, projected="review", old_evidence="refuse", low_confidence="refuse")
SHOP = Policy(meets=MET)
CASES = [("leaf", 30, SHOP), ("7-oh", None, Policy()), ("extract", 19, STRICT)]
TABLES = {"shipping-countries": "country", "shipping-provinces": "code", "shipping-zip-codes": "zip_code"}
BASIS = ["product", "age", "day", "policy_id", "dataset_version"]


def decided(row: ShippingRow, listed: ShippingList, on: date) -> kratomlaw.Decision:
    """What ``decide`` says where nothing but the code or the ZIP code is known."""
    basis = listed.basis
    code, zip_code = (None, row.code) if row.area is ShippingArea.ZIP_CODE else (row.code, None)
    return kratomlaw.decide(
        code=code, postal_code=zip_code, on=on, product=basis.product, age=basis.age, policy=basis.policy
    )


@cache
def listed_for(case: int) -> ShippingList:
    product, age, policy = CASES[case]
    return shipping_list(product=product, age=age, policy=policy, on=ON)


@pytest.fixture(params=range(len(CASES)), ids=["leaf", "7-oh", "extract, strict"])
def listed(request: pytest.FixtureRequest) -> ShippingList:
    return listed_for(request.param)


@pytest.fixture
def shop() -> ShippingList:
    return listed_for(0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command wrote, over what was there."""
    made = tmp_path_factory.mktemp("shop")
    policy = made / "policy.json"
    policy.write_text(json.dumps({"meets": MET[:2], "local_law": "review"}))
    (made / "shipping.json").write_text("of another day")
    out = ("export", str(made), "--format", "shipping", "--age", "30", "--on", ON.isoformat())
    done = CliRunner().invoke(
        app, [*out, "--policy", str(policy), "--meets", ",".join(MET[2:]), "--set", "stale=review"]
    )
    policy.unlink()
    assert done.exit_code == 0, done.output
    assert {Path(line).name for line in done.output.splitlines()} == {file.name for file in made.iterdir()}
    return made


class TestRows:
    def test_all_countries_and_provinces_and_a_sample_of_zip_codes_are_as_decided(self, listed: ShippingList) -> None:
        zip_codes = random.Random(16).sample(listed.of(ShippingArea.ZIP_CODE), 300)  # noqa: S311
        for row in (*listed.of(ShippingArea.COUNTRY), *listed.of(ShippingArea.PROVINCE), *zip_codes):
            decision = decided(row, listed, ON)
            found = (row.verdict.outcome, row.verdict.reasons, row.verdict.because)
            codes = tuple(dict.fromkeys(reason.code for reason in decision.reasons))
            assert found == (decision.outcome, codes, decision.reasons[0].text), row.code

    def test_an_outcome_holds_on_every_day_before_its_last(self, listed: ShippingList) -> None:
        rows = random.Random(5).sample(listed.rows, 12)  # noqa: S311
        rows += [row for row in listed.rows if row.verdict.until][:: max(1, len(listed.rows) // 10)]
        for row in rows:
            for days in range(0, 500, 3):
                self.check(row, listed, ON + timedelta(days=days))

    def test_on_the_day_itself_and_the_day_before(self, listed: ShippingList) -> None:
        limited = [row for row in listed.rows if row.verdict.until]
        for row in random.Random(7).sample(limited, min(60, len(limited))):  # noqa: S311
            assert row.verdict.until is not None
            self.check(row, listed, row.verdict.until - timedelta(days=1))
            assert decided(row, listed, row.verdict.until).outcome is not row.verdict.outcome, row.code

    def check(self, row: ShippingRow, listed: ShippingList, day: date) -> None:
        if row.verdict.until is None or day < row.verdict.until:
            assert decided(row, listed, day).outcome is row.verdict.outcome, (row.code, day)

    def test_every_place_and_every_zip_code_has_one_row(self, shop: ShippingList) -> None:
        codes = [row.code for row in shop.rows]
        places = kratomlaw.jurisdictions(level="country") + kratomlaw.jurisdictions(level="state")
        zip_codes = [zip_code for zip_code, _ in every_zip_code()]
        assert codes == [*(place.code for place in places), *zip_codes]
        assert len({*codes}) == len(codes)

    def test_scheduled_law_is_the_end_of_what_holds_today(self, shop: ShippingList) -> None:
        kentucky = next(row for row in shop.rows if row.code == "US-KY")
        assert (kentucky.verdict.outcome, kentucky.verdict.until) == (Outcome.REVIEW, date(2027, 1, 1))

    def test_a_zip_code_that_reaches_several_places_has_the_strictest(self, shop: ShippingList) -> None:
        alton = next(row for row in shop.rows if row.code == "62002")
        assert alton.provinces == ("IL",)
        assert alton.verdict.outcome is Outcome.REFUSE
        assert "Alton, Illinois" in alton.verdict.because

    def test_evidence_that_gets_too_old_ends_an_outcome(self) -> None:
        policy = Policy(meets=MET, old_evidence="refuse", max_evidence_age_days=400)
        listed = shipping_list(age=30, policy=policy, on=ON, zip_codes=False)
        rows = [row for row in listed.rows if row.verdict.until]
        assert rows
        assert any(
            kratomlaw.DecisionCode.OLD_EVIDENCE
            in {reason.code for reason in decided(row, listed, row.verdict.until or ON).reasons}
            for row in rows
        )

    def test_an_evidence_that_never_gets_too_old_ends_nothing(self) -> None:
        policy = Policy(meets=MET, old_evidence="refuse", max_evidence_age_days=9_999_999)
        assert shipping_list(age=30, policy=policy, on=ON, zip_codes=False).rows

    @pytest.mark.parametrize("wrong", [{"product": "tea bag"}, {"age": -1}, {"on": "tomorrow"}])
    def test_what_decide_refuses_is_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(InvalidQueryError):
            shipping_list(**wrong)  # type: ignore[arg-type]

    def test_equal_policies_have_one_id_and_others_another(self) -> None:
        ids = [
            shipping_list(policy=policy, on=ON, zip_codes=False).basis.policy_id
            for policy in (SHOP, Policy.from_json(SHOP.to_json()), STRICT)
        ]
        assert ids[0] == ids[1] != ids[2]


class TestFiles:
    def rows_of(self, shop: ShippingList, area: ShippingArea) -> dict[str, tuple[str, str | None]]:
        return {row.code: (row.verdict.outcome.value, self.day(row.verdict.until)) for row in shop.of(area)}

    def day(self, value: object) -> str | None:
        return None if value is None or value != value or value == "" else str(value)[:10]  # noqa: PLR0124  # NaN

    @pytest.mark.parametrize(("table", "key"), TABLES.items())
    def test_each_engine_reads_the_same_back(self, table: str, key: str, shop: ShippingList, folder: Path) -> None:
        file = folder / f"{table}.csv"
        wanted = self.rows_of(shop, list(ShippingArea)[[*TABLES].index(table)])
        with file.open(encoding="utf-8", newline="") as stream:
            read = [(row[key], row["outcome"], row["until"]) for row in csv.DictReader(stream)]
        assert {code: (outcome, self.day(until)) for code, outcome, until in read} == wanted
        for rows in (
            duckdb.execute(
                f"SELECT {key}, outcome, until FROM read_csv('{file}', types = {{'{key}': 'VARCHAR'}})"  # noqa: S608
            ).fetchall(),
            polars.read_csv(file, schema_overrides={key: polars.String}).select(key, "outcome", "until").rows(),
            pandas.read_csv(file, dtype={key: str}, keep_default_na=False)[[key, "outcome", "until"]].to_numpy(),
        ):
            assert {code: (outcome, self.day(until)) for code, outcome, until in rows} == wanted

    @pytest.mark.parametrize("table", TABLES)
    def test_every_row_says_what_it_rests_on(self, table: str, shop: ShippingList, folder: Path) -> None:
        with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
            found = {tuple(row[name] for name in BASIS) for row in csv.DictReader(stream)}
        assert found == {("leaf", "30", "2026-12-01", shop.basis.policy_id, kratomlaw.dataset().version)}

    def test_json_leads_from_a_code_to_its_verdict(self, shop: ShippingList, folder: Path) -> None:
        read = json.loads((folder / "shipping.json").read_bytes())
        for key, area in zip(("countries", "provinces", "zip_codes"), ShippingArea, strict=True):
            verdicts = {code: read["verdicts"][position] for code, position in read[key].items()}
            assert {code: (each["outcome"], each["until"]) for code, each in verdicts.items()} == self.rows_of(
                shop, area
            )
        assert Policy.from_json(json.dumps(read["basis"]["policy"])) == SHOP
        assert read["basis"]["disclaimer"] == kratomlaw.DISCLAIMER


class TestCommand:
    def run(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["export", *arguments])
        return done.exit_code, done.output

    @pytest.mark.parametrize(
        "options", [("--age", "30"), ("--product", "7-oh"), ("--on", "2026-12-01"), ("--meets", "age"),
                    ("--since", "."), ("--format", "shipping", "--exact"), ("--format", "xlsx")]
    )  # fmt: skip
    def test_options_that_would_be_ignored_are_refused(self, options: tuple[str, ...], tmp_path: Path) -> None:
        code, said = self.run(str(tmp_path / "out"), *options)
        assert code == 2
        assert "shipping" in said
        assert not (tmp_path / "out").exists()
