"""How is what a program finds wrong said to somebody who knows law? Messages about form, in plain words."""

import re
from typing import NamedTuple

__all__ = ["plain"]


class _Saying(NamedTuple):
    """A message in plain words."""

    begin: str
    """How the message of the model begins."""
    message: str
    mend: str


_SAYINGS = (
    _Saying("Field required", "The key is missing.", "Add it."),
    _Saying("Extra inputs are not permitted", "There is no such key here.", "Check the spelling, or remove it."),
    _Saying("String should have at least 1 character", "It is empty.", "Fill it in."),
    _Saying(r"String should match pattern '\S'", "It is empty.", "Fill it in."),
    _Saying("String should match pattern '^https", "It is not an address.", "Begin it with https://, without spaces."),
    _Saying("String should match pattern '^[A-Z]", "It is not a code.", "Write it as in section 1 of the codebook."),
    _Saying("Tuple should have at least 1 item", "There has to be at least one.", "Add one."),
    _Saying("Input should be a valid tuple", "It has to be a list.", "Write it in square brackets."),
    _Saying("Input should be a valid string", "It has to be text.", "Write it in quotes."),
    _Saying("Input should be a valid dictionary", "It has to be a table.", "Write keys and values in braces."),
    _Saying("Input should be a valid boolean", "It has to be true or false.", "Write it without quotes."),
    _Saying("Input should be a valid integer", "It has to be a whole number.", "Write it in digits, without quotes."),
    _Saying("Input should be a valid date", "It is not a day.", 'Write "YYYY-MM-DD".'),
    _Saying("Datetimes provided to dates", "It is not a day.", 'Write "YYYY-MM-DD".'),
)


def plain(message: str, mend: str) -> tuple[str, str]:
    """Say a message about form in plain words.

    Args:
        message: What was found wrong.
        mend: How to mend it.

    Returns:
        The message and the remedy; as they were when there is nothing plainer to say.

    Example:
        >>> plain("Field required.", "See this key in data/CODEBOOK.md.")
        ('The key is missing.', 'Add it. See this key in data/CODEBOOK.md.')
        >>> plain("Value error, write the date in quotes.", "Correct it.")
        ('Write the date in quotes.', 'Correct it.')
    """
    for saying in _SAYINGS:
        if message.startswith(saying.begin):
            return saying.message, f"{saying.mend} {mend}"
    return re.sub(r"^Value error, (.)", lambda found: found.group(1).upper(), message), mend
