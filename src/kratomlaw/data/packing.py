"""How are the tables of places written in the package? Shorter than they are read: like stands beside like.

Each function takes one entry of a table, since a question needs few of them. What packs is used by ``tools/places.py``;
what unpacks gives back exactly what was packed. An archive's compression finds more in names beside names and numbers
beside numbers than in both by turns, and nothing in what the entry before says already.
"""

from collections import Counter
from itertools import pairwise, takewhile

from ..places.postal import DIGITS, ZipPrefix

__all__ = [
    "PackedPrefix",
    "pack_names",
    "pack_prefix",
    "pack_towns",
    "unpack_names",
    "unpack_prefix",
    "unpack_towns",
]

PackedPrefix = tuple[str, int, int, int, int, str, str, str, str]
"""A ``ZipPrefix`` whose last text is parted: the numbers of all its counties, the most frequent first; then of all its
ZIP codes the last two digits, the three signs that say where each is, and its counties, a sign of ``DIGITS`` each."""

_LONGEST = 26
"""How many letters that a name shares with the one before it can be told with one capital letter."""


def pack_prefix(prefix: ZipPrefix) -> PackedPrefix:
    """Pack what is bundled on the ZIP codes of one prefix.

    Example:
        >>> pack_prefix(("KY", 380152, -835605, 79, 105, "01^}3019 089|14Pw%019"))[5:]
        ('019 089', '0114', '^}3Pw%', '#$|#')
    """
    states, south, west, rows, columns, entries = prefix
    parts = entries.split("|") if entries else []
    counted = Counter(number for part in parts for number in part[5:].split())
    numbers = [number for number, _ in counted.most_common()]
    signs = dict(zip(numbers, DIGITS, strict=False))
    return (
        states,
        south,
        west,
        rows,
        columns,
        " ".join(numbers),
        "".join(part[:2] for part in parts),
        "".join(part[2:5] for part in parts),
        "|".join("".join(signs[number] for number in part[5:].split()) for part in parts),
    )


def unpack_prefix(packed: PackedPrefix) -> ZipPrefix:
    """Give back what ``pack_prefix`` packed.

    Example:
        >>> unpack_prefix(("KY", 380152, -835605, 79, 105, "019 089", "0114", "^}3Pw%", "#$|#"))[5]
        '01^}3019 089|14Pw%019'
    """
    states, south, west, rows, columns, numbers, endings, places, counties = packed
    by_sign = dict(zip(DIGITS, numbers.split(), strict=False))
    parts = [
        f"{endings[2 * at : 2 * at + 2]}{places[3 * at : 3 * at + 3]}{' '.join(by_sign[sign] for sign in signs)}"
        for at, signs in enumerate(counties.split("|") if endings else ())
    ]
    return states, south, west, rows, columns, "|".join(parts)


def pack_towns(line: str) -> str:
    """Pack the towns of a state: first the ZIP codes of all its groups, then the names of all.

    Example:
        >>> pack_towns(" 62002,alton|24,eastalton,alton")
        ' 62002|24;alton|eastalton,alton'
    """
    groups = [group.partition(",") for group in line.split("|")]
    return f"{'|'.join(digits for digits, _, _ in groups)};{'|'.join(names for _, _, names in groups)}"


def unpack_towns(packed: str) -> str:
    """Give back what ``pack_towns`` packed.

    Example:
        >>> unpack_towns(" 62002|24;alton|eastalton,alton")
        ' 62002,alton|24,eastalton,alton'
    """
    digits, _, names = packed.partition(";")
    return "|".join(map("{},{}".format, digits.split("|"), names.split("|")))


def pack_names(line: str, between: str) -> str:
    """Pack names in their order: a capital letter stands for as many letters as the name shares with the one before.

    Args:
        line: The names; none begins with a capital letter.
        between: What stands between them.

    Example:
        >>> pack_names("aach,aachen,zwolle", ",")
        'aach,Den,zwolle'
    """
    names = line.split(between)
    packed = names[:1]
    for before, name in pairwise(names):
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, name, strict=False)))
        same = min(same, _LONGEST)
        packed.append(chr(64 + same) + name[same:] if same else name)
    return between.join(packed)


def unpack_names(packed: str, between: str) -> str:
    """Give back what ``pack_names`` packed.

    Example:
        >>> unpack_names("aach,Den,zwolle", ",")
        'aach,aachen,zwolle'
    """
    names: list[str] = []
    name = ""
    for part in packed.split(between):
        name = name[: ord(part[0]) - 64] + part[1:] if "A" <= part[:1] <= "Z" else part
        names.append(name)
    return between.join(names)
