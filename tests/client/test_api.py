"""What a developer who imports the library relies on."""

import inspect
import pickle
from dataclasses import FrozenInstanceError
from datetime import date

import pytest

import kratomlaw
from kratomlaw import Answer, Certainty, KratomLaw, KratomLawError, Level, Product, Reason, Status

ON = "2026-11-23"


class TestAnswer:
    def test_it_has_no_truth_value(self) -> None:
        with pytest.raises(TypeError, match="is_banned"):
            bool(kratomlaw.lookup("US-LA", on=ON))

    def test_it_is_frozen(self) -> None:
        with pytest.raises(FrozenInstanceError):
            kratomlaw.lookup("US-LA", on=ON).status = Status.LEGAL  # type: ignore[misc]

    def test_it_prints_as_one_line_that_names_place_status_and_law(self) -> None:
        text = str(kratomlaw.lookup("New Orleans, Louisiana", on=ON))
        assert "\n" not in text
        for part in ("New Orleans", "US-LA", "BANNED", "2025-08-01"):
            assert part in text

    @pytest.mark.parametrize("product", Product)
    def test_every_answer_survives_json_and_can_be_a_key(self, product: Product) -> None:
        for place in kratomlaw.jurisdictions():
            answer = kratomlaw.lookup(place, on=ON, product=product)
            again = Answer.from_json(answer.to_json())
            assert again == answer
            assert len({again, answer}) == 1

    def test_it_carries_its_age_and_the_disclaimer(self) -> None:
        answer = kratomlaw.lookup("US-LA", on=ON)
        assert answer.dataset_version == kratomlaw.dataset().version
        assert answer.verified_on is not None
        assert "not legal advice" in answer.disclaimer

    def test_exactly_one_of_the_four_questions_is_true(self) -> None:
        for place in kratomlaw.jurisdictions():
            answer = kratomlaw.lookup(place, on=ON)
            assert [answer.is_legal, answer.is_restricted, answer.is_banned, answer.is_unknown].count(True) == 1


class TestDates:
    def test_louisiana_changed_on_the_first_of_august_2025(self) -> None:
        assert kratomlaw.lookup("US-LA", on="2025-07-31").status is not Status.BANNED
        assert kratomlaw.lookup("US-LA", on=date(2025, 8, 1)).status is Status.BANNED

    def test_before_any_law_it_is_unknown(self) -> None:
        assert kratomlaw.lookup("US-TN", on="0001-01-01").reason is Reason.BEFORE_COVERAGE

    def test_far_in_the_future_it_is_projected(self) -> None:
        assert kratomlaw.lookup("US-AL", on="9999-12-31").certainty is Certainty.PROJECTED

    def test_no_date_means_today(self) -> None:
        assert kratomlaw.lookup("US-AL").on == date.today()


class TestTimelineAndChanges:
    def test_lookup_agrees_with_the_timeline_everywhere(self) -> None:
        for place in kratomlaw.jurisdictions():
            for product in Product:
                for period in kratomlaw.timeline(place, product=product):
                    answer = kratomlaw.lookup(place, on=period.first_day, product=product)
                    assert (answer.status, answer.sale, answer.possession) == (
                        period.status,
                        period.sale,
                        period.possession,
                    ), f"{place} on {period.first_day}"

    def test_the_ban_of_louisiana_is_a_change(self) -> None:
        (change,) = kratomlaw.changes("2025-08-01", "2025-08-02", within="US-LA")
        assert change.before is not None
        assert (change.jurisdiction.code, change.after.status) == ("US-LA", Status.BANNED)

    def test_changes_are_in_order_and_inside_the_span(self) -> None:
        found = kratomlaw.changes("2025-01-01", "2026-01-01")
        assert [c.on.earliest for c in found] == sorted(c.on.earliest for c in found)
        assert all(c.on.latest >= date(2025, 1, 1) and c.on.earliest < date(2026, 1, 1) for c in found)

    def test_changes_within_a_country_include_its_states(self) -> None:
        codes = {c.jurisdiction.code for c in kratomlaw.changes("2026-01-01", within="USA")}
        assert {"US-CT", "US-TN"} <= codes
        assert not {code for code in codes if not code.startswith("US")}


class TestJurisdictions:
    @pytest.mark.parametrize("status", Status)
    def test_exactly_those_of_a_status_are_listed(self, status: Status) -> None:
        states = [place for place in kratomlaw.jurisdictions(within="US") if place.level is Level.STATE]
        expected = [place for place in states if kratomlaw.lookup(place, on=ON).status is status]
        assert [*kratomlaw.jurisdictions(within="US", level="state", status=status, on=ON)] == expected

    def test_by_status_they_agree_with_lookup(self) -> None:
        for place in kratomlaw.jurisdictions(status="banned", on=ON):
            assert kratomlaw.lookup(place, on=ON).status is Status.BANNED

    def test_a_place_without_record_is_unknown_not_legal(self) -> None:
        for place in kratomlaw.jurisdictions(status="legal", on=ON):
            assert kratomlaw.lookup(place, on=ON).citations, f"{place} is legal without evidence"

    @pytest.mark.parametrize("arguments", [{"level": "planet"}, {"status": "fine"}, {"on": "x", "status": "legal"}])
    def test_a_filter_without_meaning_is_refused(self, arguments: dict[str, str]) -> None:
        with pytest.raises(kratomlaw.InvalidQueryError):
            kratomlaw.jurisdictions(**arguments)  # type: ignore[arg-type]


class TestRecord:
    def test_it_has_the_evidence_of_each_period(self) -> None:
        assert all(period.citations for period in kratomlaw.record("US-LA").periods)

    @pytest.mark.parametrize("code", ["CA-ON", "DE-BY", "US-ZZ"])
    def test_a_place_without_record_is_refused(self, code: str) -> None:
        with pytest.raises(kratomlaw.UnknownPlaceError):
            kratomlaw.record(code)


class TestInstances:
    def test_the_module_functions_have_the_arguments_of_the_class(self) -> None:
        for name in (
            "lookup",
            "timeline",
            "find",
            "jurisdictions",
            "record",
            "changes",
            "dataset",
            "preload",
            "configure",
        ):
            function, method = getattr(kratomlaw, name), getattr(KratomLaw, name)
            parameters = list(inspect.signature(method).parameters.values())[1:]
            assert list(inspect.signature(function).parameters.values()) == parameters, name
            assert f"``kratomlaw.{name}``" in (method.__doc__ or ""), (
                f"{name}: the method says where its arguments are explained"
            )
            assert "Args:" in (function.__doc__ or "") or not parameters, f"{name}: hover shows the arguments"

    def test_the_environment_sets_the_greatest_age(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KRATOMLAW_MAX_AGE", "soon")
        with pytest.raises(kratomlaw.InvalidQueryError, match="KRATOMLAW_MAX_AGE"):
            KratomLaw()

    def test_preload_makes_no_difference_to_answers(self) -> None:
        law = KratomLaw()
        law.preload()
        assert law.lookup("US-TN", on=ON) == kratomlaw.lookup("US-TN", on=ON)


class TestErrors:
    def test_every_error_is_ours_has_a_hint_and_survives_a_process_pool(self) -> None:
        for text in ("Georgia", "Tennesee", "x" * 999):
            with pytest.raises(KratomLawError) as caught:
                kratomlaw.lookup(text)
            again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own bytes
            assert (type(again), str(again), again.hint) == (type(caught.value), str(caught.value), caught.value.hint)
            assert again.__dict__ == caught.value.__dict__
