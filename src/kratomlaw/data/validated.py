"""What do all classes share that pydantic validates when they are made? Manifests, reports and other written input."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

__all__ = ["Model"]


class Model(BaseModel):
    """A frozen pydantic model that refuses unknown keys; its validator is built when it is first needed."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, validate_by_name=True, serialize_by_alias=True
    )
