"""Which bills does LegiScan find, and how far are they? A search of one legislature, and each bill that changed.

Follows the LegiScan API User Manual v1.85, revision 2022-01-08, and the page legiscan.com/fulltext-search as stored,
both read on 2026-11-30. A newer manual (v1.91 of 2025-03-17) is known to exist and was not at hand.

- ``GET /?key=…&op=getSearch&state=MI&query=…&year=2&page=1`` answers ``searchresult`` with ``summary`` (``page_total``)
  and the results under "0", "1", …; 50 a page; year 2 is the current session. Each has ``bill_id`` and ``change_hash``.
- ``op=getBill&id=…`` is asked only for a bill whose ``change_hash`` is new. ``status`` is 0 pre-filed, 1 introduced,
  2 engrossed, 3 enrolled, 4 passed, 5 vetoed, 6 failed ("limited support based on state"); ``progress`` has these and
  7 override, 8 chaptered, 9 refer, 10 report pass, 11 report do not pass, 12 draft.
- An answer has ``status`` OK, or ERROR with ``alert.message``. A search may be repeated after an hour, a bill after
  three; 30,000 requests a month are free.
- Unclear: which HTTP status goes with ERROR, and whether 429 is ever sent. Any ERROR ends the questions to LegiScan
  for this run, because a locked key would only be locked longer. "Passed" (4) is read as law unless the manual's
  "chaptered" says so first: the manual defines no further step.
"""

from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from pydantic import BaseModel, field_validator, model_validator

from .bills import bill_number
from .fetching import BudgetSpentError, NotFetchedError, Web
from .known import Known, bill_subject
from .model import Bill, Hit, Looked, Step, Watch, bill_rank
from .services import LEGISCAN_KEY, ApiReply, Services, parsed, recalled

__all__ = ["look"]

_NAME = "LegiScan"
_MOST_PAGES = 10
_STATUS = {
    0: Step.INTRODUCED,
    1: Step.INTRODUCED,
    2: Step.PASSED_ONE_CHAMBER,
    3: Step.PASSED,
    4: Step.LAW,
    5: Step.VETOED,
    6: Step.FAILED,
    7: Step.OVERRIDDEN,
    8: Step.LAW,
    9: Step.REFERRED,
    10: Step.REPORTED,
    11: Step.REPORTED,
    12: Step.INTRODUCED,
}
_ENDS = (Step.LAW, Step.FAILED)
_NO_LAW = {"R", "CR", "M", "C", "CM", "P", "JM", "A"}
"""Types of what a legislature decides without making law: resolutions, memorials, commendations, addresses."""


class _Dated(ApiReply):
    date_: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _day(cls, raw: Any) -> Any:
        """LegiScan writes 0000-00-00 for a day that it does not know."""
        if isinstance(raw, dict):
            raw = dict(cast("dict[str, Any]", raw))
            given = str(raw.get("date") or "")
            raw["date_"] = None if not given or given.startswith("0000") else given
        return raw


class _Progress(_Dated):
    event: int


class _History(_Dated):
    action: str = ""


class _Session(ApiReply):
    year_start: int
    year_end: int
    sine_die: int = 0
    prior: int = 0


class _Text(ApiReply):
    doc_id: int
    type: str = ""


class _Bill(ApiReply):
    bill_id: int
    change_hash: str
    bill_number: str
    bill_type: str = "B"
    title: str = ""
    url: str = ""
    state_link: str = ""
    status: int | None = 0
    session: _Session
    progress: tuple[_Progress, ...] = ()
    history: tuple[_History, ...] = ()
    texts: tuple[_Text, ...] = ()

    @field_validator("progress", "history", "texts", mode="before")
    @classmethod
    def _listed(cls, raw: Any) -> Any:
        """An empty list may be missing or null."""
        return raw or ()

    @property
    def step(self) -> Step:
        """How far it is."""
        steps = [_STATUS.get(self.status or 0, Step.INTRODUCED)]
        steps += [_STATUS[progress.event] for progress in self.progress if progress.event in _STATUS]
        if self.status == 6:
            return Step.FAILED
        return max(steps, key=bill_rank)


class _Reply(ApiReply):
    """Any answer: it says first whether it is one."""

    status: str
    alert: dict[str, Any] | None = None
    bill: _Bill | None = None
    searchresult: dict[str, Any] | None = None


class _Found(ApiReply):
    bill_id: int
    change_hash: str


class _SeenBill(BaseModel):
    hash: str
    number: str
    step: Step
    texts: int = 0
    ended: bool = False


class _Memory(BaseModel):
    bills: dict[int, _SeenBill] = {}


async def look(watch: Watch, memory: str | None, web: Web, known: Known, services: Services) -> Looked:
    """Search the bills of one legislature, and read those that changed.

    Args:
        watch: The search; its place is the legislature's.
        memory: What the last look remembered; None at the first.
        web: The internet.
        known: The records.
        services: Where the API is, and its key.

    Returns:
        A hit for each bill that no record knows, and for each that took a step or has a new text. When the budget of
        requests ends in between, what was read counts, and the rest is left to the next run.

    Raises:
        NotFetchedError: There is no key, or the API did not answer as documented.
    """
    place = watch.places[0]
    remembered = recalled(_Memory, memory) or _Memory()
    bills, hits, complete = dict(remembered.bills), list[Hit](), True
    try:
        found = await _search(place.removeprefix("US-"), watch.query, web, services)
        changed = [bill for bill, digest in found.items() if bill not in bills or bills[bill].hash != digest]
        # A bill that is not found any more may be of a session that has ended.
        lost = [bill for bill, seen in bills.items() if bill not in found and not seen.ended]
        for bill_id in (*changed, *lost):
            reply = await _ask({"op": "getBill", "id": str(bill_id)}, web, services)
            if reply.bill is None:
                raise NotFetchedError(f"{_NAME} answered without the bill {bill_id}")
            bill = reply.bill
            over = bool(bill.session.sine_die or bill.session.prior)
            step = Step.FAILED if over and bill_id in lost and bill.step is not Step.LAW else bill.step
            hits += _hits(watch, bill, step, bills.get(bill_id), known)
            bills[bill_id] = _SeenBill(
                hash=found.get(bill_id, bill.change_hash),
                number=bill.bill_number,
                step=step,
                texts=len(bill.texts),
                ended=step in _ENDS or over,
            )
    except BudgetSpentError:
        complete = False
    return Looked(memory=_Memory(bills=bills).model_dump_json(), hits=tuple(hits), complete=complete)


async def _search(state: str, query: str, web: Web, services: Services) -> dict[int, str]:
    """The hash of each bill that a search finds."""
    found: dict[int, str] = {}
    for page in range(1, _MOST_PAGES + 1):
        wanted = {"op": "getSearch", "state": state, "query": query, "year": "2", "page": str(page)}
        result = (await _ask(wanted, web, services)).searchresult
        if result is None:
            raise NotFetchedError(f"{_NAME} answered a search without results")
        for name, raw in result.items():
            if name != "summary":
                item = _Found.model_validate(raw)
                found[item.bill_id] = item.change_hash
        summary = cast("dict[str, Any]", result.get("summary") or {})
        if page >= int(summary.get("page_total") or 1):
            break
    return found


async def _ask(parameters: dict[str, str], web: Web, services: Services) -> _Reply:
    key = services.legiscan_key
    if key is None:
        raise NotFetchedError(f"no key: set {LEGISCAN_KEY}", repeated=True)
    url = f"{services.legiscan}?{urlencode(parameters)}"
    reply = parsed(_Reply, await web.get(url, key=key, robots=False), service=_NAME, key=key)
    if reply.status != "OK":
        said = key.hidden(str((reply.alert or {}).get("message", "no reason given")))[:300]
        web.close(services.legiscan, f"{_NAME} refuses: {said}")
        raise NotFetchedError(f"{_NAME} refuses: {said}")
    return reply


def _hits(watch: Watch, bill: _Bill, step: Step, seen: _SeenBill | None, known: Known) -> list[Hit]:
    """What is new about a bill."""
    place = watch.places[0]
    number = bill_number(bill.bill_number, place=place)
    years = {"first_year": bill.session.year_start, "last_year": bill.session.year_end}
    pending = known.pending_bill(place, number, **years)
    last = bill.history[-1] if bill.history else None
    if seen is None:
        if pending is not None and not (last is not None and last.date_ and last.date_ > pending.on.latest):
            return []
        if pending is None and known.knows_bill(place, number, **years):
            return []
        if bill.bill_type in _NO_LAW or (pending is None and step is Step.FAILED):
            return []
    elif step is seen.step:
        if len(bill.texts) <= seen.texts:
            return []
        step = Step.AMENDED
    proposal = None
    first, last_year = bill.session.year_start, bill.session.year_end
    session = f"{first}" if first == last_year else f"{first}-{last_year}"
    url = bill.state_link or bill.url
    if seen is None and pending is None and step is not Step.LAW:
        proposal = Bill(
            number=bill.bill_number,
            title=bill.title,
            session=session,
            last_step=last.action if last else str(step),
            on=last.date_ if last else None,
            url=url,
        )
    action = f" Last entry: {last.action}" + (f" ({last.date_})" if last.date_ else "") + "." if last else ""
    return [
        Hit(
            subject=bill_subject(place, bill.bill_number),
            step=step,
            places=watch.places,
            title=f"{bill.bill_number} ({session}), {bill.title}"[:200],
            what=f"{known.name(place)}: {bill.bill_number} is now: {step}.{action}",
            url=url,
            source=_NAME,
            happened_on=last.date_ if last else None,
            pending=(pending.title,) if pending else (),
            version=str(bill.texts[-1].doc_id) if step is Step.AMENDED else "",
            proposal=proposal,
        )
    ]
