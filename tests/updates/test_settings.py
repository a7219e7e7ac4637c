"""Which settings are read, from where, and which are refused?"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kratomlaw import InvalidQueryError
from kratomlaw.settings import DEFAULT_MAX_AGE, Settings, read_settings

KEY, OTHER = "0a" * 32, "0b" * 32


class TestPublicKeys:
    @pytest.mark.parametrize(
        ("given", "keys"),
        [
            (KEY, (KEY,)),
            (KEY.upper(), (KEY,)),
            ([KEY, OTHER], (KEY, OTHER)),
            ((key for key in (OTHER, KEY)), (OTHER, KEY)),
            (None, ()),
        ],
    )
    def test_one_or_several_are_accepted(self, given: str | Iterable[str] | None, keys: tuple[str, ...]) -> None:
        assert read_settings(public_key=given).public_keys == keys

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "0a",
            KEY[:-1],
            f"{KEY} {OTHER}",
            f" {KEY}",
            "g" * 64,
            "٠" * 64,
            [KEY, ""],
            [KEY, None],
            KEY.encode(),
            [bytes.fromhex(KEY)],
            pytest.param([], id="no key at all, which would mean that unsigned data is used"),
        ],
    )
    def test_what_is_not_a_key_is_refused(self, given: Any) -> None:
        with pytest.raises(InvalidQueryError) as caught:
            read_settings(public_key=given)
        assert "64 hexadecimal digits" in caught.value.hint

    @pytest.mark.parametrize(
        ("text", "keys"), [("", ()), (f" {KEY} ", (KEY,)), (f"{KEY}  {OTHER.upper()}\n", (KEY, OTHER))]
    )
    def test_the_environment_separates_several_with_spaces(
        self, monkeypatch: pytest.MonkeyPatch, text: str, keys: tuple[str, ...]
    ) -> None:
        monkeypatch.setenv("KRATOMLAW_PUBLIC_KEY", text)
        assert read_settings().public_keys == keys

    def test_the_environment_is_checked_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KRATOMLAW_PUBLIC_KEY", f"{KEY},{OTHER}")
        with pytest.raises(InvalidQueryError) as caught:
            read_settings()
        assert "spaces" in caught.value.hint

    def test_an_argument_replaces_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KRATOMLAW_PUBLIC_KEY", "nonsense")
        assert read_settings(public_key=KEY).public_keys == (KEY,)


class TestOthers:
    def test_without_any_all_is_as_by_default(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("KRATOMLAW_MAX_AGE")
        assert asdict(read_settings()) == asdict(Settings())
        assert Settings().max_age == DEFAULT_MAX_AGE

    def test_they_are_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, text in {
            "SOURCE_URL": "https://a.example/manifest.json  folder/ ",
            "CACHE_DIR": " cache ",
            "OFFLINE": "Yes",
            "MAX_AGE": "7",
            "OVERLAY": "own",
        }.items():
            monkeypatch.setenv(f"KRATOMLAW_{name}", text)
        expected = Settings(
            sources=("https://a.example", "folder"),
            cache_dir=Path("cache"),
            offline=True,
            max_age=timedelta(days=7),
            overlay=Path("own"),
        )
        assert asdict(read_settings()) == asdict(expected)

    def test_arguments_come_before_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("SOURCE_URL", "CACHE_DIR", "OFFLINE", "MAX_AGE", "OVERLAY"):
            monkeypatch.setenv(f"KRATOMLAW_{name}", "ftp://nonsense")
        read_settings(source=(), cache_dir="c", offline=False, max_age=timedelta(1), overlay="o")

    @pytest.mark.parametrize(
        ("variable", "text"),
        [("OFFLINE", "maybe"), ("MAX_AGE", "-1"), ("MAX_AGE", "a week"), ("SOURCE_URL", "ftp://x")],
    )
    def test_what_is_wrong_in_the_environment_is_named(
        self, monkeypatch: pytest.MonkeyPatch, variable: str, text: str
    ) -> None:
        monkeypatch.setenv(f"KRATOMLAW_{variable}", text)
        with pytest.raises(InvalidQueryError) as caught:
            read_settings()
        assert text in str(caught.value)
        assert caught.value.hint

    @pytest.mark.parametrize("name", ["max_age", "min_interval"])
    def test_a_negative_span_is_refused(self, name: str) -> None:
        wrong: dict[str, Any] = {name: timedelta(-1)}
        with pytest.raises(InvalidQueryError, match=name):
            read_settings(**wrong)
