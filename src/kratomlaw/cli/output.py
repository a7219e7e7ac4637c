"""How do commands speak? JSON, errors, warnings and exit codes, the same way in all of them."""

import codecs
import errno
import json
import os
import sys
import unicodedata
import warnings
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import NamedTuple, TextIO, TypeAlias

from ..errors import (
    AmbiguousPlaceError,
    InvalidDataError,
    InvalidQueryError,
    KratomLawCacheWarning,
    KratomLawError,
    KratomLawSourceWarning,
    KratomLawStaleWarning,
    NoSourceError,
    PlaceError,
    UnknownPlaceError,
)
from ..law.answers import Answer
from ..law.plain import Plain
from ..law.texts import harmless, harmless_json, harmless_lines
from ..law.words import Jurisdiction

__all__ = [
    "EXTRA_OF",
    "INTERRUPTED",
    "USUAL_WIDTH",
    "WRONG_QUESTION",
    "Form",
    "Holds",
    "abandon_output",
    "described",
    "exit_code",
    "is_colourful",
    "make_printable",
    "note_left_out",
    "print_json",
    "report_error",
    "reporting",
    "say",
    "to_json",
    "width",
]

INTERRUPTED = 130
"""The exit code of a command that was interrupted, as shells have it."""
USUAL_WIDTH = 80
"""The columns of a terminal that does not know its own."""
_NARROWEST = 40
WRONG_QUESTION = 2
"""The exit code of a command whose question or options are wrong."""
Holds: TypeAlias = "Callable[[Jurisdiction | str], Answer] | None"
"""What holds in a place, for the day and the product of a question; None for today and the leaf."""
_USAGE = (InvalidQueryError, PlaceError, NoSourceError)


class _LeftOutWarning(UserWarning):
    """A record could not be read, and a command went on without it."""


_OURS = (KratomLawStaleWarning, KratomLawCacheWarning, KratomLawSourceWarning, _LeftOutWarning)
EXTRA_OF = {
    "tomlkit": "maintain",
    "cryptography": "signing",
    "fastapi": "web",
    "uvicorn": "web",
    "jinja2": "web",
    "mcp": "mcp",
    "feedparser": "watch",
    "icalendar": "watch",
    "lxml": "watch",
    "protego": "watch",
    "pypdf": "watch",
}
"""Which extra brings a package that only some commands need."""
_PLAIN = {
    "→": "->",
    "←": "<-",
    "–": "-",
    "—": "-",
    "−": "-",
    "•": "*",
    "…": "...",
    "≤": "<=",
    "≥": ">=",
    "×": "x",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‘": "'",
    "’": "'",
    "§": "Sec.",
    "·": "-",
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
}
"""What stands for a character that a terminal cannot show."""


class _Failure(NamedTuple):
    """Why a command ends early."""

    code: int
    content: dict[str, object]
    """What is printed where JSON was asked for."""
    problems: tuple[str, ...] = ()
    """What is wrong with the data, one line each."""
    lines: tuple[str, ...] = ()
    """What may have been meant, one line each."""


def exit_code(error: KratomLawError) -> int:
    """The exit code of a command that ends with an error, the same in all commands.

    Args:
        error: The error.

    Returns:
        2 when the question or the command is wrong: asking in another way helps. 1 for everything else: something is
        wrong with the data, the source or a file. Commands that look for something to do (``validate``, ``links``,
        ``coverage``) end with 1 too when they found it, and ``refresh`` when the old data had to be kept.

    Example:
        >>> from kratomlaw import DataError
        >>> exit_code(InvalidQueryError("No such day.")), exit_code(DataError("Not a dataset."))
        (2, 1)
    """
    return WRONG_QUESTION if isinstance(error, _USAGE) else 1


@contextmanager
def reporting(
    *, as_json: bool = False, interrupted: str = "Interrupted.", holds: Holds = None
) -> Generator[None, None, None]:
    """Turn errors, warnings, a missing package and Ctrl-C into messages on standard error and an exit code.

    Args:
        as_json: Whether standard error gets JSON; it is then empty or one JSON object, warnings included.
        interrupted: What to say after Ctrl-C.
        holds: What holds in a place that may be meant.

    Raises:
        SystemExit: The command failed.
    """
    failure: _Failure | None = None
    with warnings.catch_warnings(record=True) as caught:
        for category in _OURS:
            warnings.simplefilter("always", category)
        try:
            yield
        except (KratomLawError, ModuleNotFoundError, OSError, KeyboardInterrupt) as error:
            failure = _failure_of(error, interrupted, holds)
            if failure is None:
                raise
    said: list[str] = []
    for warning in caught:
        if not issubclass(warning.category, _OURS):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
        elif str(warning.message) not in said:
            said.append(str(warning.message))
    if as_json:
        _report_as_json(failure, said)
    else:
        _report(failure, said)
    if failure:
        sys.exit(failure.code)


def _failure_of(error: BaseException, interrupted: str = "", holds: Holds = None) -> _Failure | None:
    """What to say about an error; None when it is a fault of the program, whose traceback is needed."""
    if isinstance(error, KratomLawError):
        problems = tuple(map(str, error.problems)) if isinstance(error, InvalidDataError) else ()
        return _Failure(exit_code(error), described(error), problems, _places_meant(error, holds))
    if isinstance(error, KeyboardInterrupt):
        return _Failure(INTERRUPTED, _content("Interrupted", interrupted))
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or "").partition(".")[0]
        if package not in EXTRA_OF:
            return None
        from ..install import install

        hint = f"Install it: {install(EXTRA_OF[package])}"
        return _Failure(2, _content("MissingPackage", f"The package {package} is not installed.", hint))
    # What cannot be written to standard output is for ``abandon_output``, which has to give up the stream.
    if not isinstance(error, OSError) or error.filename is None:
        return None
    return _Failure(1, _content("OSError", f"{error.filename}: {error.strerror}."))


def _in_the_terminal(hint: str) -> str:
    if not hint:
        return ""
    from .hints import hint_in_the_terminal

    return hint_in_the_terminal(hint)


def _places_meant(error: KratomLawError, holds: Holds) -> tuple[str, ...]:
    if not isinstance(error, AmbiguousPlaceError):
        return ()
    from .hints import candidate_lines

    return tuple(candidate_lines(error, holds))


def abandon_output(error: OSError) -> int:
    """End a command whose output cannot be written: one line, or none where the reader has seen enough.

    Args:
        error: Why it cannot be written.

    Returns:
        The exit code.
    """
    # Python writes what is left when it ends, and would say once more that it cannot.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if error.errno != errno.EPIPE:
        say(f"The output cannot be written: {error.strerror}.", err=True)
    return 1


def _report_as_json(failure: _Failure | None, warned: Sequence[str]) -> None:
    content = (failure.content if failure else {}) | ({"warnings": list(warned)} if warned else {})
    if content:
        say(to_json(content, sys.stderr), err=True, form=Form.JSON)


def _report(failure: _Failure | None, warned: Sequence[str]) -> None:
    for warning in warned:
        _say("Warning:", _in_the_terminal(warning), "1;33")
    if failure:
        for problem in failure.problems:
            say(harmless(problem), err=True)
        _say(str(failure.content["message"]), str(failure.content["hint"]), "1;31")
        for line in failure.lines:
            say(line, err=True)


def report_error(error: KratomLawError, holds: Holds = None) -> None:
    """Print an error on standard error, where the command goes on.

    Args:
        error: The error.
        holds: What holds in a place that may be meant.
    """
    _report(_failure_of(error, holds=holds), ())


def note_left_out(problems: Iterable[object]) -> None:
    """Warn of records that could not be read and are left out; ``reporting`` prints it.

    Args:
        problems: What is wrong with them.
    """
    for problem in problems:
        warnings.warn(f"Left out, it cannot be read: {problem}", _LeftOutWarning, stacklevel=2)


class Form(Enum):
    """What kind of text is printed, which decides what is done to text of others in it."""

    TEXT = "text"
    """Lines for a person: they are shortened, and cannot move the cursor."""
    JSON = "json"
    """JSON for a program: nothing is lost."""
    STYLED = "styled"
    """Lines whose text was made harmless before colours were added."""


_HARMLESS: Mapping[Form, Callable[[str], str]] = {
    Form.TEXT: harmless_lines,
    Form.JSON: harmless_json,
    Form.STYLED: str,
}


def say(text: object, *, err: bool = False, nl: bool = True, form: Form = Form.TEXT) -> None:
    """Print a text. Whatever a command prints goes through here.

    Not by ``typer.echo``, which writes UTF-8 to a terminal of ASCII.

    Args:
        text: What to print.
        err: Whether it goes to standard error.
        nl: Whether a line end follows.
        form: What kind of text it is.
    """
    stream = sys.stderr if err else sys.stdout
    shown = _HARMLESS[form](str(text))
    stream.write(f"{shown}\n" if nl else shown)
    stream.flush()


def print_json(value: Plain | Sequence[Plain]) -> None:
    """Print an answer, or a list of them, as JSON on standard output."""
    content: object = value.to_dict() if isinstance(value, Plain) else [item.to_dict() for item in value]
    say(to_json(content, sys.stdout), form=Form.JSON)


def is_colourful(stream: TextIO) -> bool:
    """Whether to write in colour: on a terminal that knows how, unless the user does not want it (``NO_COLOR``)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    return sys.platform != "win32" or "WT_SESSION" in os.environ


def width(stream: TextIO) -> int | None:
    """The columns of the terminal, as ``shutil.get_terminal_size`` has them, whose import takes longer than all this.

    Args:
        stream: Where is written.

    Returns:
        The columns, at least 40; None where it is a file or a pipe, whose lines are not wrapped.
    """
    if not stream.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")
    known = int(columns) if columns.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    return max(known or USUAL_WIDTH, _NARROWEST)


def to_json(content: object, stream: TextIO) -> str:
    """Write JSON for a stream: what its encoding lacks is escaped, so that nothing is lost."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(content, indent=2)
    return text


def make_printable(*streams: TextIO) -> None:
    """Let streams print all text: characters that their encoding lacks are replaced, as in ``->`` for an arrow."""
    codecs.register_error("kratomlaw", _replace)
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # a stream that an application put there may be of another kind
            reconfigure(errors="kratomlaw")


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_replaced, error.object[error.start : error.end])), error.end


def _replaced(character: str) -> str:
    """The nearest ASCII text: "ã" is "a", "→" is "->", and what nothing is near to is "?"."""
    base = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _PLAIN.get(character) or base or ("" if unicodedata.combining(character) else "?")


def described(error: KratomLawError) -> dict[str, object]:
    """Write an error as an object for JSON, with a hint that a user of the terminal can follow."""
    content = _content(type(error).__name__, error.message, _in_the_terminal(error.hint))
    if isinstance(error, UnknownPlaceError):
        content["suggestions"] = [place.to_dict() for place in error.suggestions]
    if isinstance(error, AmbiguousPlaceError):
        content["candidates"] = [place.to_dict() for place in error.candidates]
        content["laws"] = [law.to_dict() for law in error.laws]
    if isinstance(error, InvalidDataError):
        content["problems"] = [each.to_dict() for each in error.problems]
    return content


def _content(error: str, message: str, hint: str = "") -> dict[str, object]:
    return {"error": error, "message": message, "hint": hint}


def _say(first: str, rest: str, colour: str) -> None:
    """Print a text on standard error; where a person looks, wrapped at words, and its first part in colour."""
    first, rest = harmless(first), harmless(rest)
    text = f"{first} {rest}".rstrip()
    columns = width(sys.stderr)
    if columns is not None:
        import textwrap

        text = "\n".join(textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False))
    if is_colourful(sys.stderr):
        # The wrapped text is as long as the plain one: a line end has the place of a blank.
        text = f"\x1b[{colour}m{text[: len(first)]}\x1b[0m{text[len(first) :]}"
    say(text, err=True, form=Form.STYLED)
