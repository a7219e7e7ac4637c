"""When are two spellings the same name? Case, accents, punctuation and "St." are set aside."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from functools import lru_cache
from unicodedata import category

from .patterns import lazy_pattern

__all__ = [
    "by_letter_pair",
    "compact_name",
    "letter_pairs",
    "names_sharing_pairs",
    "normalize_name",
    "plain_compact_name",
    "slug",
    "split_parts",
]

_MARKS = lazy_pattern("[\u0300-\u036f]")
_INVISIBLE = lazy_pattern("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_ABBREVIATION_DOT = lazy_pattern(r"(?<=\b\w)\.\s?(?=\w\b)")
_SHORT_FORM_DOT = lazy_pattern(r"\b(ste?|mt|ft)\.(?=\w)")
_JOINED = lazy_pattern("['’‘ʻʼ`´.]")
_SEPARATOR = lazy_pattern(r"[\x00-\x2f:-@\[-`{-\x7f]+")
_COMMA = lazy_pattern("[,،，、]")
_KEPT = frozenset("'’‘ʻʼ`´.&")
_POSTAL_WORDS = {
    "bch": "beach",
    "ctr": "center",
    "cty": "city",
    "hbr": "harbor",
    "hgts": "heights",
    "hts": "heights",
    "is": "island",
    "jct": "junction",
    "lk": "lake",
    "mtn": "mountain",
    "pk": "park",
    "pt": "point",
    "spg": "spring",
    "spgs": "springs",
    "sprgs": "springs",
    "vlg": "village",
    "vly": "valley",
}
"""The words that the post office shortens, so that a name has no more than thirteen letters."""
_LONG_FORMS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "twp": "township"}
_SHORT_FORMS = frozenset(_LONG_FORMS)
_NOT_PLAIN = frozenset(("the", *_POSTAL_WORDS, *_LONG_FORMS))
"""The words that are not compared as they are written."""


@lru_cache(maxsize=4_096)  # the parts of one address are compared several times
def normalize_name(text: str) -> str:
    """Reduce a name to the form in which names are compared.

    Case, accents, punctuation, invisible marks and spacing are dropped, "&" becomes "and", a leading "the" goes, and
    "St.", "Mt.", "Ft.", "Twp." are written out. Two names that come out alike are the same name.

    Args:
        text: Any text.

    Returns:
        Lower-case words with one space between them; empty when no letter or digit is left.

    Example:
        >>> normalize_name("  St. John’s "), normalize_name("ST.JOHNS"), normalize_name("N. Y.")
        ('saint johns', 'saint johns', 'ny')
    """
    if text.isascii():
        plain = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
        composed = unicodedata.normalize("NFC", _MARKS.sub("", decomposed)).casefold()
        # Vowel signs of Indic scripts and Thai are marks: part of a name, though not of Python's \w.
        plain = "".join(c if c.isalnum() or c in _KEPT or category(c)[0] == "M" else " " for c in composed)
    words = plain.split()
    if not (text.isascii() and "".join(words).isalnum()):  # most names are plain letters, for which this is quick
        if "." in plain:
            plain = _ABBREVIATION_DOT.sub("", _SHORT_FORM_DOT.sub(r"\1 ", plain))
        words = _SEPARATOR.sub(" ", _JOINED.sub("", plain.replace("&", " and "))).split()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    if len(words) > 1 and not _SHORT_FORMS.isdisjoint(words):
        words = [_LONG_FORMS.get(word, word) for word in words]
    return " ".join(words)


@lru_cache(maxsize=4_096)
def compact_name(text: str) -> str:
    """Reduce a name further, to one word, so that "De Kalb" and "DeKalb", "MC LEANSBORO" and "McLeansboro" are one.

    Example:
        >>> compact_name("MC LEANSBORO"), compact_name("Elk Grove Vlg"), compact_name("SPOKANE VLY")
        ('mcleansboro', 'elkgrovevillage', 'spokanevalley')
    """
    words = normalize_name(text).split()
    if len(words) > 1 and not _POSTAL_WORDS.keys().isdisjoint(words):
        words = [_POSTAL_WORDS.get(word, word) for word in words]
    return "".join(words)


def plain_compact_name(text: str, but: Set[str] = frozenset()) -> str | None:
    """The compact name of a text that is nothing but plain words, many times as fast; None for any other text.

    Args:
        text: The text.
        but: Words that are not plain for the caller.

    Example:
        >>> plain_compact_name("East Alton"), plain_compact_name("St. Louis"), plain_compact_name("Ft Worth")
        ('eastalton', None, None)
    """
    if not (text.isascii() and text.isprintable()):
        return None
    words = text.lower().split(" ")
    joined = "".join(words) if len(words) > 1 else words[0]
    return joined if joined.isalpha() and _NOT_PLAIN.isdisjoint(words) and but.isdisjoint(words) else None


def slug(name: str) -> str:
    """Write a name as the last part of a code.

    Args:
        name: The English name; "St." stays "st".

    Returns:
        Lower-case letters and digits without accents, with a hyphen between words.

    Example:
        >>> slug("St. Clair County"), slug("Doña Ana County"), slug("Prince George's County")
        ('st-clair-county', 'dona-ana-county', 'prince-georges-county')
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", name)).lower()
    return "-".join(re.findall("[a-z0-9]+", _JOINED.sub("", plain)))


def split_parts(text: str) -> tuple[str, ...]:
    """Split a qualified name at its commas, the narrowest part first.

    Args:
        text: A name such as ``"Nashville, Tennessee, USA"``. Arabic, Chinese and Japanese commas count too.

    Returns:
        The parts that are not empty.

    Example:
        >>> split_parts("Nashville, Tennessee, USA")
        ('Nashville', 'Tennessee', 'USA')
    """
    parts = text.split(",") if text.isascii() else _COMMA.split(text)
    return tuple([part for part in map(str.strip, parts) if part])


def letter_pairs(name: str) -> set[str]:
    """The pairs of letters next to one another in a name: names that are spelled alike have many in common.

    Example:
        >>> sorted(letter_pairs("alton"))
        ['al', 'lt', 'on', 'to']
    """
    return {name[index : index + 2] for index in range(len(name) - 1)}


def by_letter_pair(names: Iterable[str]) -> dict[str, list[str]]:
    """The names in which each pair of letters stands.

    Example:
        >>> by_letter_pair(["alton", "dalton"])["al"]
        ['alton', 'dalton']
    """
    found: dict[str, list[str]] = {}
    for name in names:
        for pair in letter_pairs(name):
            found.setdefault(pair, []).append(name)
    return found


def names_sharing_pairs(pairs: Iterable[str], names: Mapping[str, list[str]]) -> Counter[str]:
    """How many of some pairs of letters each name has.

    Args:
        pairs: The pairs.
        names: The names in which each pair stands, as ``by_letter_pair`` lists them.

    Example:
        >>> names_sharing_pairs(letter_pairs("altn"), by_letter_pair(["alton", "dalton", "reno"]))
        Counter({'alton': 2, 'dalton': 2})
    """
    return Counter(name for pair in pairs for name in names.get(pair, ()))
