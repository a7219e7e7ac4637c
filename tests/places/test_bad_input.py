"""Whatever is put into any part of a question, the answer is a ``KratomLawError`` with a hint, and it comes quickly."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kratomlaw
from kratomlaw import KratomLawError
from long_versions import sized

ON = "2026-11-23"
PARTS = ("place", "code", "country", "state", "county", "city", "postal_code")
BESIDE: dict[str, dict[str, str]] = {
    "state": {"country": "US"},
    "county": {"state": "IL", "postal_code": "62002"},
    "city": {"state": "IL", "county": "Madison", "postal_code": "62002"},
    "postal_code": {"country": "US", "state": "IL", "city": "Alton"},
}
"""What stands beside a part, so that it is looked at."""
BAD = {
    "control character": "Al\x01ton",
    "null": "Alton\x00",
    "line break": "Alton\nIL",
    "carriage return": "Alton\r\n",
    "tab": "\tAlton",
    "line separator": "Alton\u2028IL",
    "vertical tab": "Alton\x0bIL",
    "escape": "\x1b[31mAlton",
    "lone surrogate": "Alton\ud800",
    "direction override": "\u202eAlton",
    "million commas": "," * 1_000_000,
    "million spaces": " " * 1_000_000,
    "million digits": "6" * 1_000_000,
    "5 MB of letters": "a" * 5_000_000,
    "5 MB of words": "Alton " * 900_000,
    "5 MB of marks": "e\u0301" * 2_500_000,
    "5 MB of brackets": "(" * 5_000_000,
    "5 MB of hyphens": "- " * 2_500_000,
    "not Latin digits": "६२००२",
    "emoji": "🌿",
    "nothing visible": "\u200b\u200f",
}


def refused_or_answered(**parts: str) -> KratomLawError | None:
    """The error that was raised; None where there was an answer. Anything else fails the test."""
    try:
        kratomlaw.lookup(on=ON, **parts)
    except KratomLawError as error:
        assert error.hint, f"{type(error).__name__} without a hint: {error.message[:100]}"
        assert len(str(error)) < 1_500
        assert not set(str(error)) & set("\x00\x01\x0b\x1b\n\r\t\u2028\u202e\ud800"), (
            f"a message would break a line: {error!r:.200}"
        )
        return error
    return None


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_bad_characters_and_endless_texts_are_refused_quickly(part: str, text: str) -> None:
    begin = time.process_time()
    error = refused_or_answered(**(BESIDE.get(part, {}) | {part: text}))
    assert time.process_time() - begin < 2, "a caller could stop a server with such a text"
    if len(text) > 200 and text.strip():
        assert error is not None


@sized("number", 2_000, 20_000)
def test_garbage_is_refused_or_answered(number: int) -> None:
    chance = random.Random(13)  # noqa: S311  # not for secrets
    pieces = [
        "US", "USA", "IL", "62002", "62002-1234", "Alton", "Madison County", "de", "Georgia", "St.", "county of", "city",
        ",", ",,", " ", "-", "/", "(", ")", "'", '"', "[", "]", "&", ".", "\\", "%", "ocd-division/country:", "us/", ":",
        "00000", "99999", "1", "ß", "İ", "ﬁ", "東京", "عمان", "\u0301", "\u200d", "🌿", "x" * 50, "\t", "\n", "\x00", "null", "NaN",
    ]  # fmt: skip
    for _ in range(number):
        texts = {
            part: "".join(chance.choices(pieces, k=chance.randrange(1, 7)))
            for part in chance.sample(PARTS[2:], chance.randrange(1, 5))
        }
        refused_or_answered(
            **(texts if chance.random() < 0.5 else {chance.choice(PARTS[:2]): " ".join(texts.values())})
        )


@given(st.dictionaries(st.sampled_from(PARTS[2:]), st.text(max_size=40), min_size=1))
def test_any_text_in_any_part_is_refused_or_answered(parts: dict[str, str]) -> None:
    refused_or_answered(**parts)
