"""What do HTTP and MCP ask in the same way? The settings of a policy, the stops of a trip, ages."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, cast

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from ..errors import InvalidQueryError
from ..law.policy import Policy

__all__ = ["POLICY", "Age", "Arguments", "Day", "PolicyArgument", "StopArgument", "Text", "policy_of"]

Text = Annotated[str, Field(min_length=1, max_length=200)]
"""A name, a code or a part of an address."""
Day = Annotated[str, Field(min_length=1, max_length=40, json_schema_extra={"format": "date"})]
"""A day; the library reads it."""
Age = Annotated[int, Field(strict=True, ge=0, le=150)]
"""An age in JSON: a number, not a text."""

_MOST_ARGUMENTS = 60
"""More than any question has, so that a misspelt one is still found and named."""


class Arguments(BaseModel):
    """Arguments of a question; one that is not listed is refused: ``prodct`` must not be answered for the leaf."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_many(cls, given: object) -> object:
        # Each of thousands of unknown names would become an error of its own.
        names = _names(given)
        if len(names) > _MOST_ARGUMENTS:
            unknown = next(str(name) for name in names if name not in cls.model_fields)
            raise InvalidQueryError(
                f"There are {len(names)} names, such as {unknown[:40]!r}.",
                hint=f"The known ones are {', '.join(cls.model_fields) or 'none'}.",
            )
        return given


def _names(given: object) -> Mapping[object, object]:
    return cast("Mapping[object, object]", given) if isinstance(given, Mapping) else {}


class StopArgument(Arguments):
    """A stop of a trip."""

    place: Text = Field(description="A place, as for a lookup.", examples=["Denver, CO"])
    on: Day = Field(description="The day of arrival there, YYYY-MM-DD.", examples=["2026-12-01"])


def policy_of(settings: object) -> Policy | None:
    """Make a policy of its settings as JSON has them; None for the default one.

    Raises:
        InvalidQueryError: It is no object, or a setting is unknown or has an invalid value.

    Example:
        >>> policy_of({"unknown": "review"}).unknown
        <Outcome.REVIEW: 'review'>
    """
    if settings is None or isinstance(settings, Policy):
        return settings
    if not isinstance(settings, Mapping):
        raise InvalidQueryError(
            "The policy is not an object of settings.",
            hint='Write one such as {"unknown": "review", "meets": ["age"]}.',
        )
    meets = cast("Mapping[object, object]", settings).get("meets")
    if isinstance(meets, list) and len(cast("list[object]", meets)) > _MOST_ARGUMENTS:
        raise InvalidQueryError("meets has more items than there are kinds of conditions.", hint="List each kind once.")
    return Policy(**cast("Mapping[str, str]", settings))  # type: ignore[arg-type]  # checked when it is made


PolicyArgument = Annotated[Policy | None, PlainValidator(policy_of, json_schema_input_type=Policy | None)]
"""A policy in JSON; None for the default one."""
POLICY = (
    "What each finding leads to; settings that are left out have their defaults, which refuse what is prohibited or "
    "unknown and review what is in doubt."
)
"""What a policy is for."""
