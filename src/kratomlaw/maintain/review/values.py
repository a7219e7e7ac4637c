"""Do the text and the values of a condition say the same? Which figures stand in one of them alone.

A program compares values and a person reads texts: a figure in one of them only is a gap, or a slip of the pen.
"""

import re
from collections.abc import Iterator

from ...data.checks import KINDS_WITH
from ...law.records import Condition, Period
from ...law.words import Basis, ConditionKind

__all__ = ["can_have_values", "has_values", "missing_values", "stray_values"]

_AMOUNT = re.compile(r"\d ?(?:%|percent\b|ppm\b|(?:mg|mcg|g|ml|milligrams?|grams?)\b)", re.IGNORECASE)
_AGE = re.compile(r"\b(?:under[- ]|over |from |age of |aged? )?(1[4-9]|2[0-5])\b(?! ?(?:%|mg|ppm|feet|metres|months))")
_AGE_LIMIT = re.compile(r"\bunder[- ](?:1[4-9]|2[0-5])|\b(?:1[4-9]|2[0-5])(?:\+| (?:or|and) (?:over|older))")
_REGISTRATION = re.compile(r"\bregist(?:er|ered|ration)\b(?!ed mail)", re.IGNORECASE)
_FEE = re.compile(r"(?:[$€£]|\b(?:USD|EUR|CZK|THB)) ?\d")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_OF_WHAT = {Basis.ALKALOIDS: "alkaloid", Basis.DRY_WEIGHT: "dry", Basis.MITRAGYNINE: "mitragynine"}
"""The word without which a text does not say of what a share is one."""
_REGISTERS = (ConditionKind.REGISTRATION, ConditionKind.LICENCE)


def has_values(condition: Condition) -> bool:
    """Whether a condition says anything that a program can compare.

    Example:
        >>> has_values(Condition(kind=ConditionKind.AGE, text="Adults only.", age=18))
        True
    """
    return any(getattr(condition, value) not in (None, ()) for value in KINDS_WITH)


def can_have_values(kind: ConditionKind) -> bool:
    """Whether the codebook has a value for a kind of condition; a tax and a test have none.

    Example:
        >>> can_have_values(ConditionKind.AGE), can_have_values(ConditionKind.TAX)
        (True, False)
    """
    return any(kind in kinds for kinds in KINDS_WITH.values())


def missing_values(period: Period, condition: Condition) -> Iterator[str]:
    """Name the values that a text has in words and the condition lacks; none where it says that they were not read.

    Args:
        period: The law that sets it: an age in a rule of another kind is no gap where the law has a rule on age.
        condition: The condition.

    Yields:
        The keys: ``max``, ``age``, ``authority``, ``fee``.
    """
    if condition.unread:
        return
    kind, text = condition.kind, condition.text
    if kind in KINDS_WITH["max"] and condition.max is None and _AMOUNT.search(text):
        yield "max"
    if condition.age is None:
        elsewhere = not any(other.kind is ConditionKind.AGE for other in period.conditions)
        if (kind is ConditionKind.AGE and _AGE.search(text)) or (elsewhere and _AGE_LIMIT.search(text)):
            yield "age"
    if kind is ConditionKind.REGISTRATION:
        if condition.authority is None:
            yield "authority"
    elif _REGISTRATION.search(text) and not any(other.kind in _REGISTERS for other in period.conditions):
        yield "authority"
    if kind in _REGISTERS and condition.fee is None and _FEE.search(text):
        yield "fee"


def stray_values(condition: Condition) -> Iterator[str]:
    """Name the values of a condition that its text does not show.

    Args:
        condition: The condition.

    Yields:
        The keys: ``max``, ``basis``, ``age``, ``fee``. None at all is ``max = 0`` and needs no figure; of what a share
        is one has to be said; minors need no number.
    """
    numbers = {float(number) for number in _NUMBER.findall(condition.text.replace(",", ""))}
    if condition.max and condition.max not in numbers:
        yield "max"
    word = _OF_WHAT.get(condition.basis) if condition.basis else None
    if condition.max and word and word not in condition.text.lower():
        yield "basis"
    if condition.age and condition.age not in numbers and "minor" not in condition.text.lower():
        yield "age"
    if condition.fee and condition.fee not in numbers:
        yield "fee"
