"""Which bills does Open States find, and how far are they? A search of one legislature with the actions of each bill.

Follows the Open States API v3 as its own source gives it, read on 2026-11-30: repositories openstates/api-v3 at commit
820f7fa of 2025-01-10 (``api/bills.py``, ``api/pagination.py``, ``api/auth.py``, ``api/schemas.py``) and
openstates/openstates-core at commit 1d4d594 of 2026-05-09 (``openstates/data/common.py``: the words for actions), and
the page docs.openstates.org/api-v3 as stored.

- ``GET /bills?jurisdiction=mi&q=…&include=actions&sort=updated_desc&page=1&per_page=20`` answers ``results`` and
  ``pagination`` (``max_page``); at most 20 a page; a page that does not exist is refused with 404.
- ``updated_since`` and ``action_since`` narrow it. ``q`` is read like a web search: ``OR``, quotes.
- The key goes into the header ``X-API-KEY``. 403 without one, 401 for a wrong one, 429 beyond 10 requests a minute or
  250 a day.
- Unclear in what is stored: whether the limits of the running service are still those of its source, and whether 429
  comes with ``Retry-After``. Without one, the service is left alone for the rest of the run.
"""

from datetime import date, timedelta
from hashlib import sha256
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from .bills import bill_number
from .fetching import BudgetSpentError, NotFetchedError, Web
from .known import Known, bill_subject
from .model import Bill, Hit, Looked, Step, Watch, bill_rank
from .services import OPEN_STATES_KEY, ApiReply, Services, parsed, recalled

__all__ = ["look"]

_NAME = "Open States"
_PER_PAGE = 20
_MOST_PAGES = 15
_FIRST_LOOK = timedelta(days=400)
"""How far back the first look goes: about one session."""
_MARGIN = timedelta(days=3)
_STEPS = {
    "filing": Step.INTRODUCED,
    "introduction": Step.INTRODUCED,
    "referral": Step.REFERRED,
    "referral-committee": Step.REFERRED,
    "committee-passage": Step.REPORTED,
    "committee-passage-favorable": Step.REPORTED,
    "committee-passage-unfavorable": Step.REPORTED,
    "reported-out-of-committee": Step.REPORTED,
    "enrolled": Step.PASSED,
    "executive-receipt": Step.PASSED,
    "executive-veto": Step.VETOED,
    "veto-override-passage": Step.OVERRIDDEN,
    "executive-signature": Step.LAW,
    "became-law": Step.LAW,
    "failure": Step.FAILED,
    "withdrawal": Step.FAILED,
}


class _Organization(ApiReply):
    classification: str = ""


class _Action(ApiReply):
    description: str = ""
    on: str = Field("", alias="date")
    classification: tuple[str, ...] = ()
    organization: _Organization | None = None

    @property
    def day(self) -> date | None:
        """Its day; the service may write a moment."""
        try:
            return date.fromisoformat(self.on[:10])
        except ValueError:
            return None


class _Bill(ApiReply):
    id: str
    session: str
    identifier: str
    title: str
    classification: tuple[str, ...] = ()
    openstates_url: str = ""
    actions: tuple[_Action, ...] | None = None

    @property
    def history(self) -> tuple[_Action, ...]:
        """Its actions, oldest first; those of one day in their order."""
        return tuple(sorted(self.actions or (), key=lambda action: action.on[:10]))

    @property
    def step(self) -> Step:
        """How far it is."""
        steps, passed_by = [Step.INTRODUCED], set[str]()
        for action in self.history:
            steps += [_STEPS[word] for word in action.classification if word in _STEPS]
            if "passage" in action.classification:
                passed_by.add(action.organization.classification if action.organization else "")
        if passed_by:
            # A legislature of one chamber passes a bill once.
            both = len(passed_by) > 1 or "legislature" in passed_by
            steps.append(Step.PASSED if both else Step.PASSED_ONE_CHAMBER)
        return max(steps, key=bill_rank)


class _Pagination(ApiReply):
    page: int
    max_page: int


class _Page(ApiReply):
    results: tuple[_Bill, ...]
    pagination: _Pagination


class _SeenBill(BaseModel):
    step: Step
    actions: str


class _Memory(BaseModel):
    bills: dict[str, _SeenBill] = {}
    looked_on: date | None = None


async def look(watch: Watch, memory: str | None, web: Web, known: Known, services: Services) -> Looked:
    """Search the bills of one legislature.

    Args:
        watch: The search; its place is the legislature's.
        memory: What the last look remembered; None at the first.
        web: The internet.
        known: The records.
        services: Where the API is, and its key.

    Returns:
        A hit for each bill that no record knows, and for each that took a step.

    Raises:
        NotFetchedError: There is no key, or the API did not answer as documented.
    """
    key = services.open_states_key
    if key is None:
        raise NotFetchedError(f"no key: set {OPEN_STATES_KEY}", repeated=True)
    place = watch.places[0]
    remembered = recalled(_Memory, memory) or _Memory()
    bills, hits = dict(remembered.bills), list[Hit]()
    since = remembered.looked_on
    wanted = {
        "jurisdiction": place.removeprefix("US-").lower(),
        "q": watch.query,
        "include": "actions",
        "sort": "updated_desc",
        "per_page": str(_PER_PAGE),
    }
    wanted |= (
        {"updated_since": (since - _MARGIN).isoformat()}
        if since
        else {"action_since": (known.today - _FIRST_LOOK).isoformat()}
    )
    try:
        for number in range(1, _MOST_PAGES + 1):
            url = f"{services.open_states}/bills?{urlencode({**wanted, 'page': str(number)})}"
            fetched = await web.get(url, key=key, robots=False)
            if fetched.status in (401, 403):
                web.close(services.open_states, f"{_NAME} refuses the key (HTTP {fetched.status})")
            page = parsed(_Page, fetched, service=_NAME, key=key)
            for bill in page.results:
                hits += _hits(watch, bill, bills.get(bill.id), known)
                bills[bill.id] = _SeenBill(step=bill.step, actions=_digest(bill))
            if number >= page.pagination.max_page:
                break
    except BudgetSpentError:
        return Looked(memory=_Memory(bills=bills, looked_on=since).model_dump_json(), hits=tuple(hits), complete=False)
    return Looked(memory=_Memory(bills=bills, looked_on=known.today).model_dump_json(), hits=tuple(hits))


def _digest(bill: _Bill) -> str:
    return sha256("\n".join(f"{action.on} {action.description}" for action in bill.history).encode()).hexdigest()[:16]


def _hits(watch: Watch, bill: _Bill, seen: _SeenBill | None, known: Known) -> list[Hit]:
    """What is new about a bill."""
    if seen is not None and seen.step is bill.step:
        return []
    place = watch.places[0]
    number = bill_number(bill.identifier, place=place)
    history = bill.history
    last = history[-1] if history else None
    days = [action.day.year for action in history if action.day]
    first_year, last_year = (min(days), max(days)) if days else (known.today.year - 1, known.today.year)
    pending = known.pending_bill(place, number, first_year=first_year, last_year=last_year)
    if seen is None:
        if pending is not None and not (last and last.day and last.day > pending.on.latest):
            return []
        if pending is None and known.knows_bill(place, number, first_year=first_year, last_year=last_year):
            return []
        law = not bill.classification or bool({"bill", "constitutional amendment"} & set(bill.classification))
        if (pending is None and bill.step is Step.FAILED) or not law:
            return []
    proposal = None
    if seen is None and pending is None and bill.step is not Step.LAW:
        proposal = Bill(
            number=bill.identifier,
            title=bill.title,
            session=bill.session,
            last_step=last.description if last else str(bill.step),
            on=last.day if last else None,
            url=bill.openstates_url,
        )
    action = f" Last entry: {last.description}" + (f" ({last.day})" if last.day else "") + "." if last else ""
    return [
        Hit(
            subject=bill_subject(place, bill.identifier),
            step=bill.step,
            places=watch.places,
            title=f"{bill.identifier} ({bill.session}), {bill.title}"[:200],
            what=f"{known.name(place)}: {bill.identifier} is now: {bill.step}.{action}",
            url=bill.openstates_url,
            source=_NAME,
            happened_on=last.day if last else None,
            pending=(pending.title,) if pending else (),
            proposal=proposal,
        )
    ]
