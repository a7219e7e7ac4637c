"""Do the citations say what they are cited for? Draws some of them by a seed, and counts what a checker found.

The same seed draws the same citations from the same records on every machine: a citation's place in the draw is the
hash of the seed and of what it is, so that a record that is added or changed moves no other.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast

from ...errors import DataError, InvalidQueryError
from ...law.records import Citation, Record
from .evidence_rules import all_citations

__all__ = [
    "FILE",
    "DrawnCitation",
    "SampleResult",
    "Verdict",
    "draw",
    "read_results",
    "result_of",
    "result_toml",
    "sheet",
    "sheet_json",
]

FILE = "samples.toml"
"""The results of earlier checks, in the data folder."""
_Z = 1.96
"""The quantile of the normal distribution for an interval of 95 percent."""


class Verdict(StrEnum):
    """What a checker found in one citation."""

    SAYS_IT = "says-it"
    """The page says what it is cited for."""
    IN_PART = "in-part"
    """It says part of it, or not quite that."""
    FALSE = "false"
    """It says something else."""
    WRONG_KIND = "wrong-kind"
    """It says it, and is another kind of text than its citation says."""
    NOT_FOUND = "not-found"
    """It could not be opened, here or in an archive."""


class DrawnCitation(NamedTuple):
    """One citation to be checked."""

    code: str
    """The record."""
    key: str
    """Where in the record, as in ``periods[0].citations[1]``."""
    citation: Citation
    """The citation; ``supports`` is the claim."""


class SampleResult(NamedTuple):
    """What the check of one sample found."""

    on: date
    """The day of the check."""
    seed: int | None
    """The seed that it was drawn by; None where it was drawn otherwise."""
    counts: Mapping[Verdict, int]
    """How many citations got each verdict."""

    @property
    def size(self) -> int:
        """How many citations were checked."""
        return sum(self.counts.values())

    @property
    def opened(self) -> int:
        """How many of them could be opened."""
        return self.size - self.counts[Verdict.NOT_FOUND]

    @property
    def faulty(self) -> int:
        """How many of those are wrong in any way."""
        return self.opened - self.counts[Verdict.SAYS_IT]

    def share(self, count: int) -> tuple[float, float, float]:
        """A share of the citations that were opened, with its interval of 95 percent (Wilson's).

        Args:
            count: How many of them.

        Returns:
            The share, the lower and the upper end of the interval, each from 0 to 1.

        Example:
            >>> counts = Counter({Verdict.SAYS_IT: 9, Verdict.FALSE: 1})
            >>> [round(part, 2) for part in SampleResult(date(2026, 11, 30), 1, counts).share(1)]
            [0.1, 0.02, 0.4]
        """
        total = self.opened
        if not total:
            return 0.0, 0.0, 1.0
        share = count / total
        centre = share + _Z**2 / (2 * total)
        spread = _Z * (share * (1 - share) / total + _Z**2 / (4 * total**2)) ** 0.5
        scale = 1 + _Z**2 / total
        return share, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def draw(records: Iterable[Record], *, seed: int, size: int) -> tuple[DrawnCitation, ...]:
    """Draw citations by a seed.

    Args:
        records: The records.
        seed: Any whole number; the same one draws the same citations.
        size: How many to draw; all of them where there are fewer.

    Returns:
        The citations in the order in which they were drawn, so that the first of a larger sample are the smaller one.

    Raises:
        InvalidQueryError: The size is not positive.

    Example:
        >>> import kratomlaw
        >>> [drawn.code for drawn in draw([kratomlaw.record("US-LA")], seed=1, size=2)]
        ['US-LA', 'US-LA']
    """
    if size < 1:
        raise InvalidQueryError("A sample has at least one citation.", hint="Write --size 70.")
    found = [DrawnCitation(record.code, key, citation) for record in records for key, citation in all_citations(record)]
    return tuple(sorted(found, key=lambda drawn: _rank(drawn, seed))[:size])


def _rank(drawn: DrawnCitation, seed: int) -> tuple[bytes, str]:
    cited = drawn.citation
    what = "\n".join((str(seed), drawn.code, cited.title, cited.url or "", cited.supports))
    return sha256(what.encode()).digest(), drawn.key


def sheet(drawn: Sequence[DrawnCitation], *, seed: int, version: str) -> str:
    """Write a sheet that a checker fills in, as Markdown.

    Args:
        drawn: The citations.
        seed: The seed that drew them.
        version: The version of the data.

    Returns:
        The sheet: for each citation the record, the claim, the citation, its address, and room for the verdict.
    """
    lines = [
        f"# {len(drawn)} citations of data {version}, drawn with seed {seed}",
        "",
        "Open each address and read whether the page says the claim. Write one verdict after each, and why:",
        "",
        *(f"- `{verdict}`: {_MEANINGS[verdict]}" for verdict in Verdict),
        "",
    ]
    for number, (code, key, cited) in enumerate(drawn, 1):
        published = f", {cited.published}" if cited.published else ""
        host = f", host {cited.host}" if cited.host else ""
        lines += [
            f"## {number}. `{code}` {key}",
            "",
            f"- Claim: {cited.supports}",
            f"- Citation: {cited.title} ({cited.kind}{published}{host})",
            f"- Address: {cited.url or 'none'}",
            "- Verdict: ",
            "",
        ]
    return "\n".join(lines)


_MEANINGS = {
    Verdict.SAYS_IT: "the page says what it is cited for",
    Verdict.IN_PART: "it says part of it, or not quite that",
    Verdict.FALSE: "it says something else",
    Verdict.WRONG_KIND: "it says it, and is another kind of text than the citation says",
    Verdict.NOT_FOUND: "it could not be opened, here or in an archive",
}


def sheet_json(drawn: Sequence[DrawnCitation], *, seed: int, version: str) -> str:
    """Write the sheet as JSON, with ``"verdict": null`` to be filled in; ``result_of`` counts it then.

    Args:
        drawn: The citations.
        seed: The seed that drew them.
        version: The version of the data.
    """
    rows = [
        {
            "record": code,
            "key": key,
            "claim": cited.supports,
            "title": cited.title,
            "kind": cited.kind.value,
            "published": str(cited.published) if cited.published else None,
            "host": cited.host.value if cited.host else None,
            "address": cited.url,
            "verdict": None,
            "note": None,
        }
        for code, key, cited in drawn
    ]
    content = {"seed": seed, "dataset_version": version, "verdicts": [*map(str, Verdict)], "citations": rows}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def result_of(filled: str, *, on: date) -> SampleResult:
    """Count the verdicts of a sheet that was filled in.

    Args:
        filled: The JSON that ``sheet_json`` wrote, with a verdict for each citation.
        on: The day of the check.

    Raises:
        DataError: It is no such sheet, or a verdict is missing or unknown.
    """
    hint = "Write one of " + ", ".join(Verdict) + ' after "verdict" of every citation.'
    try:
        content = cast("Mapping[str, object]", json.loads(filled))
        rows = cast("Sequence[Mapping[str, object]]", content["citations"])
        counts = Counter(Verdict(str(row["verdict"])) for row in rows)
        return SampleResult(on, cast("int", content["seed"]), counts)
    except (ValueError, KeyError, TypeError) as cause:
        raise DataError(f"The sheet cannot be counted: {cause}.", hint=hint) from None


def result_toml(result: SampleResult) -> str:
    """Write a result as it stands in ``samples.toml``.

    Args:
        result: The result.

    Example:
        >>> result_toml(SampleResult(date(2026, 11, 30), 7, Counter({Verdict.SAYS_IT: 2}))).splitlines()[:4]
        ['[[samples]]', 'on = "2026-11-30"', 'seed = 7', 'says-it = 2']
    """
    seed = [] if result.seed is None else [f"seed = {result.seed}"]
    counts = [f"{verdict} = {result.counts[verdict]}" for verdict in Verdict]
    return "\n".join(("[[samples]]", f'on = "{result.on}"', *seed, *counts, ""))


def read_results(data: Path) -> tuple[SampleResult, ...]:
    """Read the results of earlier checks, the newest first.

    Args:
        data: The data folder; one without the file has none.

    Raises:
        DataError: The file is not valid.

    Example:
        >>> read_results(Path("data"))[-1].size
        70
    """
    path = data / FILE
    if not path.is_file():
        return ()
    try:
        rows = cast("Sequence[Mapping[str, object]]", tomllib.loads(path.read_text("utf-8"))["samples"])
        found = [
            SampleResult(
                date.fromisoformat(str(row["on"])),
                cast("int | None", row.get("seed")),
                Counter({verdict: cast("int", row.get(verdict.value, 0)) for verdict in Verdict}),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise DataError(f"{FILE} cannot be read: {cause}.", hint="See section 5 of data/CODEBOOK.md.") from None
    return tuple(sorted(found, key=lambda result: result.on, reverse=True))
