"""What do unknown law, old evidence and unmet conditions lead to? The settings of a decision."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self, cast

from ..errors import InvalidQueryError
from .arguments import parse_word
from .plain import Limits, Plain, plain, plain_fields
from .returned import Returned
from .words import ConditionKind

__all__ = ["Outcome", "Policy", "severity", "strictest"]


class Outcome(StrEnum):
    """What a decision says, the mildest first."""

    ALLOW = "allow"
    """Nothing that the data knows stands against it."""
    REVIEW = "review"
    """A person has to look at it."""
    REFUSE = "refuse"
    """It must not be done."""


_SEVERITY = {outcome: severity for severity, outcome in enumerate(Outcome)}


def severity(outcome: Outcome) -> int:
    """How severe an outcome is: 0 for allow, 1 for review, 2 for refuse.

    Example:
        >>> severity(Outcome.REVIEW)
        1
    """
    return _SEVERITY[outcome]


def strictest(outcomes: Iterable[Outcome]) -> Outcome:
    """The strictest of several outcomes; allow where there are none.

    Example:
        >>> strictest([Outcome.REVIEW, Outcome.ALLOW])
        <Outcome.REVIEW: 'review'>
    """
    return max(outcomes, key=_SEVERITY.__getitem__, default=Outcome.ALLOW)


_NEVER_ALLOWED = ("banned", "prohibited", "before_arrival", "reported_ban", "unknown", "under_age", "local_law")
"""The settings that cannot be "allow"."""

_DOUBTS = (
    "unlawful_purchase",
    "approximate",
    "stale",
    "missing_age",
    "unmet_conditions",
    "unlisted_conditions",
    "low_confidence",
    "old_evidence",
    "projected",
)
"""The settings for law that lets something pass, but not without a doubt."""

_NOT_BELOW = {
    "banned": ("prohibited", "reported_ban", "unknown", "under_age", *_DOUBTS),
    "prohibited": ("unknown", "under_age", *_DOUBTS),
    "before_arrival": _DOUBTS,
    "reported_ban": ("unknown", *_DOUBTS),
}
"""What a prohibition may not weigh less than.

Where a law turns into a ban, its age, its conditions and the doubts about it are gone; no outcome may become milder by
that."""


@plain
class Policy(Returned):
    """What each finding leads to. The default refuses what is prohibited or unknown, and reviews what is in doubt.

    A policy is plain data: ``to_json`` writes it, ``Policy.from_json`` reads it and refuses settings that it does not
    know, ``dataclasses.replace`` changes single settings. No policy lets pass what is banned or reported to be,
    prohibited, unknown or under age, and none judges a ban more mildly than a doubt.

    Args:
        settings: The fields below by name; outcomes and kinds of conditions also as their text, ``meets`` as any
            collection.

    Raises:
        InvalidQueryError: A setting is unknown, has an invalid value, or would judge a ban more mildly than a doubt.

    Example:
        >>> policy = Policy(meets={"age", "labelling"}, old_evidence="allow")
        >>> policy.meets, policy.unknown
        ((<ConditionKind.AGE: 'age'>, <ConditionKind.LABELLING: 'labelling'>), <Outcome.REFUSE: 'refuse'>)
        >>> Policy.from_json(policy.to_json()) == policy
        True
    """

    banned: Outcome = Outcome.REFUSE
    """The product is banned."""
    prohibited: Outcome = Outcome.REFUSE
    """The act is prohibited though the product is not banned: in practice, or sale at a distance only."""
    before_arrival: Outcome = Outcome.REFUSE
    """It becomes banned, prohibited, unknown or under age after the first day, and not after the last."""
    reported_ban: Outcome = Outcome.REFUSE
    """A tracker or list says that the product is banned, and it is not proven. It cannot weigh less than ``unknown``:
    for a review of both, set both."""
    unknown: Outcome = Outcome.REFUSE
    """The law on the act is not known, or that of one of the places whose law applies."""
    under_age: Outcome = Outcome.REFUSE
    """The buyer is younger than the law asks for."""
    local_law: Outcome = Outcome.REVIEW
    """The place may be one of several, or a place below it may have stricter law."""
    unlawful_purchase: Outcome = Outcome.REVIEW
    """Possession is allowed, and sale is prohibited."""
    approximate: Outcome = Outcome.REVIEW
    """The place or a date of law is not known exactly; the strictest reading was taken."""
    stale: Outcome = Outcome.REVIEW
    """The data is older than ``max_age`` of the instance that is asked."""
    missing_age: Outcome = Outcome.REVIEW
    """The law asks for an age, and that of the buyer was not given."""
    unmet_conditions: Outcome = Outcome.REVIEW
    """The law sets conditions that are not in ``meets``."""
    unlisted_conditions: Outcome = Outcome.REVIEW
    """The act is restricted, and no condition for it is recorded."""
    low_confidence: Outcome = Outcome.REVIEW
    """The evidence is one secondary source, or contradicts itself."""
    old_evidence: Outcome = Outcome.REVIEW
    """The evidence is older than ``max_evidence_age_days``, or has no date."""
    projected: Outcome = Outcome.ALLOW
    """A day lies in the future: the answer is the law as it is scheduled."""
    max_evidence_age_days: Annotated[int, Limits(ge=0)] = 365
    """How many days before the day in question the evidence may end."""
    meets: tuple[ConditionKind, ...] = ()
    """The kinds of conditions that whoever asks is known to meet, sorted."""

    if TYPE_CHECKING:  # at run time it is the one below, which refuses what it does not know with our own error

        def __init__(
            self,
            *,
            banned: Outcome | str = ...,
            prohibited: Outcome | str = ...,
            before_arrival: Outcome | str = ...,
            reported_ban: Outcome | str = ...,
            unknown: Outcome | str = ...,
            under_age: Outcome | str = ...,
            local_law: Outcome | str = ...,
            unlawful_purchase: Outcome | str = ...,
            approximate: Outcome | str = ...,
            stale: Outcome | str = ...,
            missing_age: Outcome | str = ...,
            unmet_conditions: Outcome | str = ...,
            unlisted_conditions: Outcome | str = ...,
            low_confidence: Outcome | str = ...,
            old_evidence: Outcome | str = ...,
            projected: Outcome | str = ...,
            max_evidence_age_days: int = ...,
            meets: Iterable[ConditionKind | str] = ...,
        ) -> None: ...

    else:

        def __init__(self, **settings):
            Plain.__init__(self, **{name: _checked(name, value) for name, value in settings.items()})
            self.__post_init__()

    def __post_init__(self) -> None:
        """Check the settings together; pydantic calls it too, where a decision is read back."""
        object.__setattr__(self, "meets", tuple(sorted({*self.meets})))
        for name in _NEVER_ALLOWED:
            if getattr(self, name) is Outcome.ALLOW:
                raise InvalidQueryError(
                    f"The setting {name} cannot be allow: it would let pass what may be prohibited.",
                    hint="Set it to review or refuse.",
                )
        for name, others in _NOT_BELOW.items():
            for other in others:
                if severity(getattr(self, name)) < severity(getattr(self, other)):
                    raise InvalidQueryError(
                        f"{name} = {getattr(self, name)} would judge a ban more mildly than {other} = "
                        f"{getattr(self, other)}.",
                        hint=f"Set {other} to {getattr(self, name)} too, or {name} to {getattr(self, other)}.",
                    )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a policy; settings that are left out have their defaults.

        Args:
            text: A JSON object of settings, as text or as UTF-8 bytes.

        Returns:
            The policy.

        Raises:
            InvalidQueryError: The text is not a JSON object, a setting is unknown, or its value invalid.

        Example:
            >>> Policy.from_json('{"unknown": "review"}').unknown
            <Outcome.REVIEW: 'review'>
        """
        import json

        hint = 'Write an object such as {"unknown": "review", "meets": ["age"]}.'
        try:
            settings: object = json.loads(text)
        except ValueError:
            raise InvalidQueryError("The policy is not JSON.", hint=hint) from None
        if not isinstance(settings, dict):
            raise InvalidQueryError("The policy is not a JSON object.", hint=hint)
        return cls(**cast("Mapping[str, str]", settings))  # type: ignore[arg-type]  # checked when it is made


def _checked(name: str, value: object) -> object:
    """The value of a setting, as its field has it.

    Raises:
        InvalidQueryError: There is no such setting, or it does not take that value.
    """
    names = [field.name for field in plain_fields(Policy)]
    if name not in names:
        from difflib import get_close_matches

        close = get_close_matches(name, names, n=1)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise InvalidQueryError(
            f"A policy has no setting {name[:40]!r}.", hint=f"{meant}The settings are {', '.join(names)}."
        )
    if name == "meets":
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise InvalidQueryError(
                "meets is not a collection of kinds of conditions.", hint="Write a list, such as age and labelling."
            )
        return tuple(parse_word(ConditionKind, each) for each in cast("Iterable[str]", value))
    if name == "max_evidence_age_days":
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise InvalidQueryError(
                f"max_evidence_age_days cannot be {value!r:.40}.", hint="Write whole days, such as 365."
            )
        return value
    return parse_word(Outcome, cast("str", value))
