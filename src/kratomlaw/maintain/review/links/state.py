"""What is kept between two runs? The suppressions that people write, and the results of earlier runs."""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ....data.messages import to_plain_message
from ....errors import DataError, InvalidDataError
from ....law.words import Problem, Text
from .model import LinkResult, Suppression, Verdict

__all__ = ["Journal", "read_journal", "read_suppressions"]


class _WrittenSuppression(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Text
    reason: Text
    until: date


class _SuppressionFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    suppressions: tuple[_WrittenSuppression, ...] = ()


def read_suppressions(path: Path) -> tuple[Suppression, ...]:
    """Read ``data/links.toml``.

    Args:
        path: The file; when it is not there, nothing is suppressed.

    Returns:
        The suppressions, in the order of the file.

    Raises:
        InvalidDataError: A suppression lacks its address, its reason or its end, or an address is there twice.

    Example:
        >>> read_suppressions(Path("no-such-file.toml"))
        ()
    """
    try:
        content = path.read_text("utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{path.name} cannot be read.", hint="Check the file.") from None
    try:
        written = _SuppressionFile.model_validate(tomllib.loads(content)).suppressions
    except tomllib.TOMLDecodeError as cause:
        raise DataError(f"{path.name} is not valid TOML: {cause}.", hint="Correct that line.") from None
    except ValidationError as invalid:
        problems = tuple(
            Problem(
                file=path.name,
                key=_key(error["loc"]),
                message=to_plain_message(error)[0],
                fix="Each of [[suppressions]] has url, reason and until.",
            )
            for error in invalid.errors(include_url=False, include_input=False)
        )
        raise _invalid(path, problems) from None
    urls = [suppression.url for suppression in written]
    twice = tuple(
        Problem(file=path.name, key=f"suppressions[{index}].url", message="It is there twice.", fix="Keep one.")
        for index, url in enumerate(urls)
        if url in urls[:index]
    )
    if twice:
        raise _invalid(path, twice)
    return tuple(Suppression(url=each.url, reason=each.reason, until=each.until) for each in written)


_RESULT: TypeAdapter[LinkResult] = TypeAdapter(LinkResult)


class Journal:
    """The file of the results, one a line: a run that is cut off loses at most the line that it was writing.

    Args:
        path: The file; None to keep nothing.
        kept: The results of earlier runs that still count.

    Raises:
        DataError: The file cannot be written.
    """

    def __init__(self, path: Path | None, kept: Iterable[LinkResult]) -> None:
        self._file = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_text("".join(f"{result.to_json()}\n" for result in kept), "utf-8")
            part.replace(path)
            self._file = path.open("a", encoding="utf-8")
        except OSError as cause:
            raise DataError(
                f"{path} cannot be written: {cause.strerror}.", hint="Name another file with --state."
            ) from None

    def write(self, result: LinkResult) -> None:
        """Write one result, at once."""
        if self._file:
            try:
                self._file.write(f"{result.to_json()}\n")
                self._file.flush()
            except OSError as cause:
                raise DataError(f"{self._file.name} cannot be written: {cause.strerror}.") from None

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def read_journal(path: Path, *, oldest: datetime) -> dict[str, LinkResult]:
    """The results of earlier runs that still count."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{path} cannot be read.", hint="Remove it, or name another file with --state.") from None
    found: dict[str, LinkResult] = {}
    for line in lines:
        try:
            result = _RESULT.validate_json(line)
        except ValidationError:  # the line that was being written when the run was cut off: its link is requested again
            continue
        if result.checked_at >= oldest and result.status is not None and result.verdict is not Verdict.INCONCLUSIVE:
            found[result.url] = result
    return found


def _invalid(path: Path, problems: tuple[Problem, ...]) -> InvalidDataError:
    return InvalidDataError(
        f"{path.name} has {len(problems)} problems; the first: {problems[0]}",
        problems=problems,
        hint="A link is left unchecked only with a reason that others can judge.",
    )


def _key(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
