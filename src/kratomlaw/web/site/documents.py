"""What does a program read from the static site? JSON documents for each place, an index of them, and their schema."""

import json
from collections.abc import Mapping
from datetime import date

from pydantic.json_schema import models_json_schema

from ...data.facts import DatasetCounts
from ...data.validated import Model
from ...law.answers import DISCLAIMER, AnswerAdvisory, AnswerPending, Change, EffectivePeriod
from ...law.words import Jurisdiction, Level, Product, Standing, Status

__all__ = ["IndexDocument", "IndexEntry", "PlaceDocument", "document_name", "documents_schema", "write_document"]


class IndexEntry(Model):
    """One place of the index."""

    code: str
    """The place's code."""
    name: str
    """The usual English name."""
    level: Level
    """Its administrative level."""
    parent: str | None
    """The code of the place whose law reaches it; None when there is no higher one."""
    statuses: dict[Product, Status]
    """The status of each product on the day on which the data was made."""
    standings: dict[Product, Standing | None]
    """Whether the law of each product is proven or only reported; null where the status is unknown."""
    document: str
    """Where the place's document is, relative to the index."""


class IndexDocument(Model):
    """All places, and which data they come from: ``v1/index.json``."""

    dataset_version: str
    """The version of the data."""
    built_on: date
    """The day on which the data was made."""
    sha256: str
    """The hash of the data's bytes, in hexadecimal digits."""
    counts: DatasetCounts
    """How much the data holds."""
    places: tuple[IndexEntry, ...]
    """All places, in the order of their codes."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


class PlaceDocument(Model):
    """What is known of the law in one place: ``v1/us-la.json``, ``v1/us-ca/san-diego.json``.

    To answer for a day, take the last period in ``timelines`` whose ``first_day`` is not after it. If there is none,
    the answer is unknown, which never means legal.
    """

    dataset_version: str
    """The version of the data."""
    built_on: date
    """The day on which the data was made; later periods are law as it was scheduled then."""
    jurisdiction: Jurisdiction
    """The place."""
    chain: tuple[Jurisdiction, ...]
    """The place and those above it, the country first."""
    timelines: dict[Product, tuple[EffectivePeriod, ...]]
    """For each product the effective periods, oldest first; empty when no recorded law reaches the place."""
    changes: dict[Product, tuple[Change, ...]]
    """For each product the changes of the place's own law, oldest first."""
    advisories: tuple[AnswerAdvisory, ...]
    """Statements of regulators, and higher laws that do not reach down to the place."""
    pending: tuple[AnswerPending, ...]
    """Bills and rulemakings. They never change an answer."""
    below: tuple[Jurisdiction, ...]
    """The places below it, in the order of their codes."""
    disclaimer: str = DISCLAIMER
    """That this is information, not legal advice."""


def document_name(code: str) -> str:
    """Return the name of a place's document and page, without its ending.

    Example:
        >>> document_name("US-CA/san-diego")
        'us-ca/san-diego'
    """
    return code.lower()


def documents_schema() -> Mapping[str, object]:
    """Return the JSON Schema of all documents: an index or a place.

    Example:
        >>> sorted(documents_schema())
        ['$defs', '$schema', 'anyOf', 'title']
    """
    _, schema = models_json_schema(
        [(IndexDocument, "serialization"), (PlaceDocument, "serialization")],
        title="The documents of kratomlaw's static site",
    )
    either = [{"$ref": "#/$defs/IndexDocument"}, {"$ref": "#/$defs/PlaceDocument"}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "anyOf": either}


def write_document(document: Model | Mapping[str, object]) -> bytes:
    """Write a document as JSON, the same bytes for the same content."""
    content = document.model_dump(mode="json") if isinstance(document, Model) else document
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
