"""May it be sent, sold or held there? One question, a trip, and many questions in one body."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Generic, NamedTuple, TypeVar

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from ...client import KratomLaw
from ...data.snapshot import Snapshot
from ...errors import InvalidQueryError, PlaceError
from ...law.answers import DISCLAIMER, Answer
from ...law.decisions import Decision, TripDecision
from ...law.policy import Policy
from ...serving.brief import BriefDecision, BriefTrip
from ...serving.clock import today_in_utc
from ...serving.texts import text_of
from .asking import Law, about, answered, form_asked, question_of, refuse_repeated, written
from .parameters import (
    DecideBody,
    DecideQuestion,
    DecisionQuestion,
    DecisionsBody,
    DoingQuestion,
    LookupsBody,
    PlaceQuestion,
    TripBody,
)
from .problems import Asked, ProblemDetails, problem_of
from .responses import DecidedOutcomes, LookupOutcomes

__all__ = ["router"]

router: APIRouter = APIRouter(dependencies=[Depends(refuse_repeated)])
_Q = TypeVar("_Q", bound=PlaceQuestion)


@router.get("/v1/decide", response_model=Decision | BriefDecision, tags=["decisions"])
async def decide(request: Request, law: Law, question: Annotated[DecideQuestion, Query()]) -> Response:
    """May kratom be sent to, sold in or held in a place?

    Closed by default: what is prohibited, unknown or under age is refused. The other parameters are the settings of the
    policy, which can make it stricter or, for doubts, milder.
    """
    now = today_in_utc()
    about(request, question.on or now, question.product)
    form = form_asked(Decision, question.detail, question.fields)
    with law.at_one_version() as view:
        decision = _decide(view, question, now, age=question.age, policy=question.policy)
    return answered(request, decision, form, decision.dataset_version, today_is=None if question.on else now)


@router.post("/v1/decide", response_model=Decision | BriefDecision, tags=["decisions"])
async def decide_with_policy(request: Request, law: Law, question: Annotated[DecideBody, Body()]) -> Response:
    """May kratom be sent to, sold in or held in a place? The same as with GET, with the policy as an object."""
    now = today_in_utc()
    about(request, question.on or now, question.product)
    form = form_asked(Decision, question.detail, question.fields)
    with law.at_one_version() as view:
        decision = _decide(view, question, now, age=question.age, policy=question.policy)
    return _given(text_of(decision, form))


@router.post("/v1/decide-trip", response_model=TripDecision | BriefTrip, tags=["decisions"])
def decide_trip(request: Request, law: Law, question: Annotated[TripBody, Body()]) -> Response:
    """May kratom be carried on a trip through several places?

    Each stop is judged for possession, every day until the day of the next one.
    """
    about(request, today_in_utc(), question.product)
    form = form_asked(TripDecision, question.detail, question.fields)
    with law.at_one_version() as view:
        trip = view.decide_trip(
            [(stop.place, stop.on) for stop in question.stops],
            product=question.product,
            age=question.age,
            policy=question.policy,
        )
    return _given(text_of(trip, form))


@router.post("/v1/lookups", response_model=LookupOutcomes, tags=["law"])
async def lookup_many(request: Request, law: Law, body: Annotated[LookupsBody, Body()]) -> Response:
    """Is kratom legal, restricted or banned in these places? Up to 500 questions, each with an answer or a problem."""
    form = form_asked(Answer, body.detail, body.fields)
    now = today_in_utc()

    def answer(view: Snapshot, question: PlaceQuestion) -> bytes:
        return text_of(view.ask(question_of(question, now)), form)

    many = _Many("answer", PlaceQuestion, answer, request.url.path, now)
    return await run_in_threadpool(many.outcomes, law, body.questions)


@router.post("/v1/decisions", response_model=DecidedOutcomes, tags=["decisions"])
async def decide_many(request: Request, law: Law, body: Annotated[DecisionsBody, Body()]) -> Response:
    """May kratom be sent to these places? Up to 500 questions, each with a decision or a problem."""
    form = form_asked(Decision, body.detail, body.fields)
    now = today_in_utc()

    def answer(view: Snapshot, question: DecisionQuestion) -> bytes:
        policy = question.policy or body.policy
        return text_of(_decide(view, question, now, age=question.age, policy=policy), form)

    many = _Many("decision", DecisionQuestion, answer, request.url.path, now)
    return await run_in_threadpool(many.outcomes, law, body.questions)


def _decide(
    view: Snapshot, question: DoingQuestion, today: date, *, age: int | None, policy: Policy | None
) -> Decision:
    place = question_of(question, today)
    return view.decide(
        place.place,
        code=place.code,
        country=place.country,
        state=place.state,
        county=place.county,
        city=place.city,
        postal_code=place.postal_code,
        act=question.act,
        on=place.on,
        arrives=question.arrives,
        product=question.product,
        age=age,
        policy=policy,
    )


class _Many(NamedTuple, Generic[_Q]):
    """How the questions of one body are answered."""

    name: str
    """What the result of one is called."""
    kind: type[_Q]
    """What one may ask."""
    answer: Callable[[Snapshot, _Q], bytes]
    """The result of one, as JSON."""
    path: str
    """The path that was asked."""
    today: date
    """The day of questions without one."""

    def outcomes(self, law: KratomLaw, questions: Sequence[object]) -> Response:
        """Answer each question by itself, all from one version of the data."""
        results: list[bytes] = []
        failed = 0
        with law.at_one_version() as view:
            data = view.dataset()
            for asked in questions:
                found = self._outcome(view, asked)
                if isinstance(found, ProblemDetails):
                    failed += 1
                    results += self._begin, b"null", b',"problem":', found.model_dump_json().encode(), b"}"
                else:
                    results += self._begin, found, b',"problem":null}'
        about_all = written(
            {"failed": failed, "dataset_version": data.version, "stale": data.stale, "disclaimer": DISCLAIMER}
        )
        # Each result begins with a comma; the first one's is that after nothing.
        return _given(b'{"results":[' + b"".join(results)[1:] + b"]," + about_all[1:])

    @property
    def _begin(self) -> bytes:
        return f',{{"{self.name}":'.encode()

    def _outcome(self, view: Snapshot, asked: object) -> bytes | ProblemDetails:
        try:
            question = self.kind.model_validate(asked)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            return ProblemDetails.of_parameters(found, self.path, list(self.kind.model_fields))
        try:
            return self.answer(view, question)
        except (InvalidQueryError, PlaceError) as error:
            return problem_of(error, self.path, view, Asked(question.on or self.today, question.product))


def _given(body: bytes) -> Response:
    """An answer to a POST, which no cache keeps."""
    return Response(body, media_type="application/json", headers={"cache-control": "no-store"})
