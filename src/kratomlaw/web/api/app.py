"""Which questions does the HTTP API answer? Those of ``KratomLaw``, for programs in any language.

>>> from kratomlaw.web import create_app
>>> sorted(create_app().openapi()["paths"])[-4:]
['/v1/lookup', '/v1/lookups', '/v1/records/{code}', '/v1/timeline']

Run it with ``kratomlaw serve``, with ``uvicorn --factory kratomlaw.web:create_app``, or inside another application with
``app.mount("/kratom", create_app())``.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from ...client import KratomLaw
from ...data.facts import DatasetInfo
from ...errors import InvalidQueryError, KratomLawError
from ...law.answers import DISCLAIMER, Answer, Change, EffectivePeriod
from ...law.dates import parse_on
from ...law.records import Record
from ...serving.brief import BriefAnswer, brief_change, fitting
from ...serving.clock import REFRESH_EVERY, today_in_utc
from ...serving.texts import MOST_BYTES, Detail
from ...settings import read_settings
from ...updates.background import Background
from ...version import __version__
from .asking import Law, about, answered, form_asked, question_of, refuse_repeated, respond
from .deciding import router as deciding
from .middleware import SafetyMiddleware
from .openapi import DescribedAPI
from .pages import router as pages
from .parameters import ChangesQuestion, JurisdictionsQuestion, LookupQuestion, NoQuestion, TimelineQuestion
from .problems import handle_problems
from .responses import (
    BriefChangeList,
    BriefTimelineResult,
    ChangeList,
    Health,
    JurisdictionList,
    Readiness,
    TimelineResult,
    brief_changes,
    brief_timeline,
)

__all__ = ["create_app"]

_log = logging.getLogger("kratomlaw.web")
_ABOUT = f"""\
Answers give a status with its dates, conditions and citations, or `unknown`, which never means legal. {DISCLAIMER}

A question without a day is about today in UTC. Every response to a GET has a strong `ETag`; ask again with
`If-None-Match`. Parameters that are not listed, or given twice, are refused. Errors are problem details (RFC 9457): an
unknown place is 404 with suggestions, an ambiguous one 422 with candidates and what holds in each.

Three dates say how old an answer is: `dataset_version`, the day on which the data was made; `verified_on`, the day on
which somebody last checked the law; `evidence_through`, how far the sources reach.

In answers, decisions and lists each citation is written once. Where a list `citations` holds numbers, they are
positions in the `citations` of the whole document, from 0; in an answer they go on through its `further_citations`."""


def create_app(
    law: KratomLaw | None = None,
    *,
    refresh_every: timedelta | None = REFRESH_EVERY,
    cors_origins: Sequence[str] = (),
) -> FastAPI:
    """Make the HTTP API, to be served by itself or mounted in another application.

    Args:
        law: The instance that answers; None for one with the settings of the ``KRATOMLAW_…`` variables. Yours is
            refreshed as you made it, see ``KratomLaw(auto_refresh=…)``.
        refresh_every: How often an instance made here asks its source while the application runs, if a source is
            configured; None for never. A mounted application runs only if the outer one runs its lifespan: pass
            ``law`` instead.
        cors_origins: The web sites whose pages may ask, as ``https://shop.example``, or ``*`` for all; none by
            default.

    Returns:
        The application. It shares nothing with others.

    Raises:
        InvalidQueryError: A setting or an origin is invalid.

    Example:
        >>> from fastapi import FastAPI
        >>> app = FastAPI()
        >>> app.mount("/kratom", create_app(KratomLaw(), cors_origins=["https://shop.example"]))
    """
    for origin in cors_origins:
        if origin != "*" and not re.fullmatch(r"https?://[^\s/?#]+", origin):
            raise InvalidQueryError(
                f"{origin[:60]!r} is not the origin of a web site.", hint="Write https://shop.example, without a path."
            )
    if law is not None or not read_settings().may_ask:
        refresh_every = None
    app = DescribedAPI(
        title="kratomlaw",
        summary="Is kratom legal, restricted or banned in a place on a date, and which law says so?",
        description=_ABOUT,
        version=__version__,
        lifespan=_lifespan(refresh_every),
        docs_url=None,  # the framework's pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.law = law or KratomLaw()
    app.include_router(_router)
    app.include_router(deciding)
    app.include_router(pages)
    handle_problems(app)
    if cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=cors_origins,
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["If-None-Match", "Content-Type"],
            expose_headers=["ETag", "Retry-After"],
        )
    app.add_middleware(SafetyMiddleware, vary_by_origin=bool(cors_origins) and "*" not in cors_origins)
    return app


def _operation_id(route: APIRoute) -> str:
    """The name of the function that answers: what generated clients call their methods."""
    return route.name


def _lifespan(refresh_every: timedelta | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Read all data before the first question, and keep it fresh until the application ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        law: KratomLaw = app.state.law
        try:
            await asyncio.to_thread(law.preload)
        except KratomLawError as error:  # a refresh may bring data that can be used; until then we are not ready
            _log.error("kratomlaw is not ready: %s", error)
        background = Background(law, refresh_every) if refresh_every is not None else None
        try:
            yield
        finally:
            if background is not None:
                await asyncio.to_thread(background.close)

    return lifespan


_router = APIRouter(dependencies=[Depends(refuse_repeated)])


@_router.get("/v1/lookup", response_model=Answer | BriefAnswer, tags=["law"])
async def lookup(request: Request, law: Law, question: Annotated[LookupQuestion, Query()]) -> Response:
    """Is kratom legal, restricted or banned in a place on a date?

    Say the place in one of three ways: as text, by exact code, or in parts.
    """
    now = today_in_utc()
    about(request, question.on or now, question.product)
    form = form_asked(Answer, question.detail, question.fields)
    answer = law.ask(question_of(question, now))
    return answered(request, answer, form, answer.dataset_version, today_is=None if question.on else now)


@_router.get("/v1/timeline", response_model=TimelineResult | BriefTimelineResult, tags=["law"])
async def timeline(request: Request, law: Law, question: Annotated[TimelineQuestion, Query()]) -> Response:
    """How has the law that reaches a place changed, and how will it change?"""
    now = today_in_utc()
    about(request, now, question.product)
    form = form_asked(EffectivePeriod, question.detail, question.fields)
    with law.at_one_version() as view:
        answer = view.lookup(
            question.place,
            code=question.code,
            country=question.country,
            state=question.state,
            county=question.county,
            city=question.city,
            on=now,
            product=question.product,
        )
        # The text itself may say more: in which of its counties a city lies, or a ZIP code of several places.
        periods = view.timeline(question.place or answer.jurisdiction, product=question.product)
    found = TimelineResult(
        jurisdiction=answer.jurisdiction,
        unmatched=answer.unmatched,
        did_you_mean=answer.did_you_mean,
        product=question.product,
        periods=periods,
        dataset_version=answer.dataset_version,
        stale=answer.stale,
    )
    if form.detail is Detail.BRIEF:
        return respond(request, brief_timeline(found), found.dataset_version)
    return respond(request, form.of_list(found, "periods"), found.dataset_version)


@_router.get("/v1/jurisdictions", response_model=JurisdictionList, tags=["places"])
def jurisdictions(request: Request, law: Law, question: Annotated[JurisdictionsQuestion, Query()]) -> Response:
    """Which places are known, and which of them have a status?"""
    now = today_in_utc()
    day = parse_on(question.on, today=now)
    about(request, day, question.product)
    with law.at_one_version() as view:
        data = view.dataset()
        found = view.jurisdictions(
            within=question.within,
            level=question.level,
            status=question.status,
            on=day,
            product=question.product,
            all_counties=question.all_counties,
        )
    shown = found[question.offset : question.offset + question.limit]
    part = JurisdictionList(
        on=day,
        product=question.product,
        jurisdictions=shown,
        total=len(found),
        limit=question.limit,
        offset=question.offset,
        next=_next(request, len(found), question.offset + len(shown)),
        dataset_version=data.version,
        stale=data.stale,
    )
    return respond(request, part.to_dict(), data.version, today_is=None if question.on else now)


@_router.get("/v1/changes", response_model=ChangeList | BriefChangeList, tags=["law"])
def changes(request: Request, law: Law, question: Annotated[ChangesQuestion, Query()]) -> Response:
    """Which changes of law are there in a span of days, future ones included?"""
    about(request, today_in_utc(), question.product)
    form = form_asked(Change, question.detail, question.fields)
    with law.at_one_version() as view:
        data = view.dataset()
        found = view.changes(question.since, question.until, within=question.within, product=question.product)
    page = found[question.offset : question.offset + question.limit]
    part = ChangeList(
        product=question.product,
        changes=page,
        total=len(found),
        limit=question.limit,
        offset=question.offset,
        next=_next(request, len(found), question.offset + len(page)),
        dataset_version=data.version,
        stale=data.stale,
    )
    if form.detail is Detail.FULL:
        return respond(request, form.of_list(part, "changes"), data.version)
    fits = fitting([brief_change(change) for change in page], MOST_BYTES - 1_000)
    following = _next(request, len(found), question.offset + len(fits))
    return respond(request, brief_changes(part, fits, following), data.version)


@_router.get("/v1/records/{code:path}", response_model=Record, tags=["places"])
async def record(
    request: Request,
    law: Law,
    code: Annotated[str, Path(description="An exact code.", examples=["US-LA", "US-CA/san-diego"], max_length=200)],
    _: Annotated[NoQuestion, Query()],
) -> Response:
    """What is recorded of a jurisdiction's own law, with all its evidence?"""
    with law.at_one_version() as view:
        return respond(request, view.record(code).to_dict(), view.dataset().version)


@_router.get("/v1/dataset", response_model=DatasetInfo, tags=["data"])
async def dataset(request: Request, law: Law, _: Annotated[NoQuestion, Query()]) -> Response:
    """Which data is in use, and how old is it?"""
    info = law.dataset()
    return respond(request, info.to_dict(), info.version, today_is=today_in_utc())


@_router.get("/health", tags=["server"])
async def health(_: Annotated[NoQuestion, Query()]) -> Health:
    """Does the server run?"""
    return Health()


@_router.get("/ready", tags=["server"])
async def ready(law: Law, _: Annotated[NoQuestion, Query()]) -> Readiness:
    """Can the server answer? A server that cannot says so with 503."""
    info = law.dataset()
    return Readiness(dataset_version=info.version, dataset_age_days=info.age_days, stale=info.stale)


def _next(request: Request, total: int, offset: int) -> str | None:
    """The address of the next part of a list, relative to this one."""
    if offset >= total or offset == 0:
        return None
    return "?" + urlencode([*dict(request.query_params, offset=offset).items()])
