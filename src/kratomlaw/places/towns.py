"""Which towns does the world know? Those of the United States with their ZIP codes, and the larger cities of the world.

Pure: the tables are handed in, line by line. Towns are names, not governments: what the post office, the Census Bureau
and GeoNames call a place.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

__all__ = ["Subdivisions", "Towns", "WorldCities"]


_ENDS = (3, 2)
"""By how many letters at their ends names are found that may be misspelled."""


class Towns:
    """The towns, quarters and post offices of each state of the United States.

    Args:
        read: Reads the line of a state: " 62002,alton|24,eastalton| 618010203,champaign". The last two digits of each
            ZIP code, with all five and a blank before them where its first three are not those of the one before; then
            the names. Empty where nothing is known.
        states: The codes of all states that have a line.
    """

    def __init__(self, read: Callable[[str], str], states: Collection[str]) -> None:
        self._read = read
        self.states = states
        """The codes of all states that have a line."""
        self._by_state: dict[str, Mapping[str, str]] = {}
        self._ends: dict[str, Mapping[str, list[str]]] = {}
        self._last_states: tuple[str, tuple[str, ...]] = ("", ())

    def zips(self, state: str, name: str) -> tuple[str, ...]:
        """The ZIP codes of a town.

        Args:
            state: The code of the state.
            name: The compact name.

        Returns:
            None or more: a town may be known and have no ZIP code of its own.
        """
        return _zip_list(self._of(state).get(name, ""))

    def has_zip(self, state: str, name: str, zip_code: str) -> bool:
        """Whether a town has a ZIP code."""
        prefix, ending = zip_code[:3], zip_code[3:]
        for run in self._of(state).get(name, "").split():
            if run.startswith(prefix):
                at = run.find(ending, 3)
                while at > 0 and at % 2 == 0:  # found across two ZIP codes: "0123" has no 12
                    at = run.find(ending, at + 1)
                if at > 0:
                    return True
        return False

    def knows(self, state: str, name: str) -> bool:
        """Whether a state has a town of that compact name."""
        return name in self._of(state)

    def all_of(self, state: str) -> Mapping[str, tuple[str, ...]]:
        """The ZIP codes of each town of a state, by its compact name."""
        return {name: _zip_list(digits) for name, digits in self._of(state).items()}

    def names(self, state: str) -> Collection[str]:
        """The compact names of all towns of a state."""
        return self._of(state).keys()

    def states_with(self, name: str) -> tuple[str, ...]:
        """The codes of the states that have a town of that compact name, without reading all of them."""
        asked, found = self._last_states  # asked twice where no other place is called so
        if asked != name:
            found = tuple(state for state in self.states if _has_name(self._read(state), f",{name}"))
            self._last_states = (name, found)
        return found

    def has_cut(self, state: str, text: str) -> bool:
        """Whether the compact name of a town of a state begins or ends with a text, so that the text may be a part."""
        line = self._read(state)
        return f",{text}" in line or f"{text}," in line or f"{text}|" in line or line.endswith(text)

    def misspelled(self, state: str, name: str) -> tuple[str, ...]:
        """The compact names of towns of a state that differ from a name by one letter: more, less, other or swapped."""
        size = next((size for size in _ENDS if len(name) > 2 * size), 0)
        close: Iterable[str] = self._of(state)
        if size:  # one mistake cannot be at both ends of a name
            ends = self._ends.get(state)
            if ends is None:
                ends = self._ends[state] = _by_ends(close)
            close = {*ends.get(f"{name[:size]}*", ()), *ends.get(f"*{name[-size:]}", ())}
        return tuple(sorted(known for known in close if _is_one_letter_off(name, known)))

    def _of(self, state: str) -> Mapping[str, str]:
        known = self._by_state.get(state)
        if known is None:
            known = self._by_state[state] = _by_name(self._read(state))
        return known


def _has_name(line: str, start: str) -> bool:
    """Whether the line of a state has a name, with the comma before it; most lines are read once for that."""
    return start in line and (f"{start}," in line or f"{start}|" in line or line.endswith(start))


def _by_ends(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by their first letters ("al*") and by their last ("*on")."""
    found: dict[str, list[str]] = {}
    for name in names:
        for size in _ENDS:
            found.setdefault(f"{name[:size]}*", []).append(name)
            found.setdefault(f"*{name[-size:]}", []).append(name)
    return found


def _is_one_letter_off(text: str, name: str) -> bool:
    """Whether a text is a name with one letter more, less or changed, or with two of them swapped."""
    longer = len(text) - len(name)
    if not -1 <= longer <= 1:
        return False
    at = 0
    for one, other in zip(text, name, strict=False):
        if one != other:
            break
        at += 1
    if longer:
        return text[at + (longer > 0) :] == name[at + (longer < 0) :]
    return text[at + 1 :] == name[at + 1 :] or (
        text[at + 2 :] == name[at + 2 :] and text[at : at + 2] == name[at : at + 2][::-1]
    )


def _by_name(line: str) -> dict[str, str]:
    """The ZIP codes of each name, still in their short form but with five digits first."""
    found: dict[str, str] = {}
    before = ""
    for group in line.split("|"):
        digits, *names = group.split(",")
        if digits[:1] != " ":
            digits = f" {before}{digits}"
        before = digits[digits.rindex(" ") + 1 :][:3] if digits.strip() else ""
        found.update(dict.fromkeys(names, digits))
    return found


def _zip_list(digits: str) -> tuple[str, ...]:
    """The ZIP codes of a group: " 618010203 62002" is 61801, 61802, 61803 and 62002."""
    found: list[str] = []
    for run in digits.split():
        found += [run[:3] + run[at : at + 2] for at in range(3, len(run), 2)]
    return tuple(found)


class WorldCities:
    """The cities of the world from 15,000 people, and smaller ones where an abbreviation has two readings.

    Args:
        read: Reads the line of all names that begin with two signs: "ndon,GB,CA-ON|ndrina,BR".
        read_small: Reads the names of the smaller cities of a place: "aach,aachen".
    """

    def __init__(self, read: Callable[[str], str], read_small: Callable[[str], str]) -> None:
        self._read = read
        self._read_small = read_small
        self._small: dict[str, frozenset[str]] = {}

    def places_with(self, name: str) -> tuple[str, ...]:
        """The codes of the states, or countries where states make no law, that have a city of that compact name.

        The one with the largest of them comes first. "US" among them stands for smaller towns in other states than the
        one, which may be meant as well.
        """
        if not name:
            return ()
        line = f"|{self._read(name[:2])}|"
        at = line.find(f"|{name[2:]},")
        if at < 0:
            return ()
        return tuple(line[at + 1 : line.index("|", at + 1)].split(",")[1:])

    def beginning(self, two: str) -> tuple[str, ...]:
        """The compact names of all cities that begin with two signs."""
        line = self._read(two)
        return tuple(two + entry.partition(",")[0] for entry in line.split("|")) if line else ()

    def has_city(self, code: str, name: str) -> bool:
        """Whether a country or state has a city of that compact name."""
        if any(place == code or place.startswith(f"{code}-") for place in self.places_with(name)):
            return True
        known = self._small.get(code)
        if known is None:
            known = self._small[code] = frozenset(self._read_small(code).split(","))
        return name in known


class Subdivisions:
    """The ISO 3166-2 subdivisions of the countries whose subdivisions make no law on kratom.

    Args:
        read: Reads the line of a country: "MI,milan,milano|TO,torino,turin".
        countries: The codes of all countries that have a line.
    """

    def __init__(self, read: Callable[[str], str], countries: Collection[str]) -> None:
        self._read = read
        self._countries = countries

    def has(self, country: str, name: str) -> bool:
        """Whether a country has a subdivision of that compact name, or of that code after the hyphen."""
        line = self._read(country)
        if not line or not name:
            return False
        return f"|{name.upper()}," in f"|{line}|".replace("|", ",|") or _is_listed(name, line)

    def countries_with(self, name: str) -> tuple[str, ...]:
        """The codes of the countries that have a subdivision of that compact name."""
        return tuple(country for country in self._countries if _is_listed(name, self._read(country)))


def _is_listed(name: str, line: str) -> bool:
    return f",{name}," in f"{line.replace('|', ',|')},"
