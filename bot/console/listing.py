"""The queue on a large screen: filters, and the search by words, which opens tips in memory and is logged."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.door import Door, Seat, is_deed, page_number
from bot.console.wording import Wording
from bot.console.work import Work
from handlers.effects import LogAct
from handlers.officers.queue import tip_number
from handlers.officers.review import age, category_phrase
from handlers.units import ward_phrase
from handlers.workflow import may, may_see, wards_of
from messages.categories import find_category, load_groups
from messages.frozen import replace
from messages.language import Language
from messages.meaning.folding import fold
from messages.meaning.neighbourhoods import names_neighbourhood
from messages.phrase import Phrase
from storage import search, tips
from storage.records import EVERY_WARD, Officer, Role, Status, Tip, Urgency, WardCode
from storage.search import LOOKED_INTO, OPEN, Saying, Waiting, Wanted
from storage.store import Store

PAGE: Final = 25
"""Tips on one page."""
MOST_PAGES: Final = 200
STANDS: Final[Mapping[str, tuple[Status, ...]]] = {
    "open": OPEN,
    "mine": (*OPEN, Status.REFERRED),
    "new": (Status.NEW,),
    "claimed": (Status.CLAIMED,),
    "asked": (Status.ASKED,),
    "referred": (Status.REFERRED,),
    "closed": (Status.CLOSED,),
    "bundle": (Status.NEW,),
    "all": tuple(Status),
}
"""What the first filter offers; "mine" are those the officer holds, "bundle" those that wait apart from the queue."""
PLACES: Final = frozenset({"told", "place", "added", "answered"})
"""The entries in which a neighbourhood is looked for."""
WORDS_LONGEST: Final = 200
SEARCHES: Final = 500
"""Searches that are remembered, over all officers: as many pages can be gone back to."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What one officer looked for in words. It stands in no address and in no row."""

    by: str
    words: str
    area: str

    def is_met(self, said: Sequence[Saying], tip: Tip) -> bool:
        """Whether what was said about a tip names the neighbourhood and holds every word, or its beginning."""
        if self.area and not any(names_neighbourhood(one.words, self.area) for one in said if one.kind in PLACES):
            return False
        whole = " " + fold(" . ".join((*(one.words for one in said), tip.designation)))
        return all(f" {word}" in whole for word in fold(self.words).split())


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page was asked for."""

    stand: str = "open"
    category: str = ""
    urgency: str = ""
    page: int = 1

    @classmethod
    def read(cls, told: Mapping[str, str]) -> "Filters":
        """From an address or a form; whatever is none of ours counts as nothing."""
        urgency, category = told.get("urgency", ""), told.get("category", "")
        return cls(
            stand=told["status"] if told.get("status") in STANDS else "open",
            category=category if find_category(category) else "",
            urgency=urgency if urgency in set(Urgency) else "",
            page=page_number(told.get("page", ""), MOST_PAGES),
        )

    def wanted(self, officer: Officer) -> Wanted:
        """The same for storage."""
        return Wanted(
            statuses=STANDS[self.stand],
            category=self.category,
            urgency=Urgency(self.urgency) if self.urgency else None,
            owner=officer.id if self.stand == "mine" else None,
            bundled=self.stand == "bundle",
        )

    def address(self, *, page: int = 1, found: str = "") -> str:
        """The address of a page with these filters."""
        told = {"status": self.stand, "category": self.category, "urgency": self.urgency, "found": found}
        told["page"] = str(page) if page > 1 else ""
        query = urlencode(
            {name: value for name, value in told.items() if value and (name, value) != ("status", "open")}
        )
        return f"/?{query}" if query else "/"


@dataclass(frozen=True, slots=True)
class Listed:
    """The tips of one page, and what lies around it."""

    tips: Sequence[Tip]
    more: bool = False
    looked_into: int = 0
    """Tips that were opened to look for words; 0 where none was looked for."""
    is_cut: bool = False
    """Whether there were more than a search opens."""
    stamp: str = ""
    """How the queue stood before they were looked for."""


def desks_of(officer: Officer) -> tuple[WardCode, ...]:
    """The desks whose queue an officer sees: those they read, else, unread, those they may pass tips on from."""
    return wards_of(officer) or wards_of(officer, frozenset({Role.ADMIN}))


async def how_it_stands(store: Store, officer: Officer) -> Waiting | None:
    """How the queue of an officer's desks stands; None where they have none."""
    desks = desks_of(officer)
    return await search.waiting(store, desks) if desks else None


def stamp_of(waiting: Waiting | None) -> str:
    """By what an open page knows whether its list is still the queue."""
    return hashlib.sha256(waiting.stamp.encode()).hexdigest()[:16] if waiting else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The queue's pages."""

    work: Work
    door: Door
    wording: Wording
    _sought: OrderedDict[str, Sought] = field(default_factory=OrderedDict)

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route("/", self.door.reading(self.show)),
            Route("/search", self.door.deciding(self.search), methods=["POST"]),
        ]

    async def search(self, request: Request, seat: Seat, *, form: Mapping[str, str]) -> Response:
        """A tip's number opens it; words are kept in memory, so that they stand in no address and no history."""
        filters = Filters.read(form)
        words, area = (form.get(name, "").strip()[:WORDS_LONGEST] for name in ("words", "area"))
        numbered = await tips.tip_numbered(self.work.around.store, tip_number(words)) if words else None
        if numbered is not None and may_see(seat.officer, numbered.desk):
            return RedirectResponse(f"/tip/{numbered.id}", status_code=303)
        if not (fold(words) or fold(area)):
            return RedirectResponse(filters.address(), status_code=303)
        found = self.work.around.chance.fresh_id()
        self._sought[found] = Sought(seat.officer.id, words, area)
        if len(self._sought) > SEARCHES:
            self._sought.popitem(last=False)
        return RedirectResponse(filters.address(found=found), status_code=303)

    async def show(self, request: Request, seat: Seat) -> Response:
        """A page of the queue, or of what was found; both are logged before anything is shown."""
        officer, filters = seat.officer, Filters.read(request.query_params)
        sought = self._sought.get(request.query_params.get("found", ""))
        if sought is not None and sought.by != officer.id:
            sought = None
        stamp = stamp_of(await how_it_stands(self.work.around.store, officer))  # before the list, never newer than it
        if not desks_of(officer):
            return self._page(request, seat, filters=filters, listed=Listed(()), sought=None)
        if sought is not None and wards_of(officer):
            listed = await self._look(sought, officer, filters=filters)
            detail = f"{listed.looked_into} opened, {len(listed.tips)} found"
            await self.work.note([LogAct(officer.id, "searched", detail=detail)])
        else:
            sought, listed = None, await self._list(officer, filters)
            await self.work.note([LogAct(officer.id, "listed-queue", detail=str(filters.page))])
        return self._page(request, seat, filters=filters, listed=replace(listed, stamp=stamp), sought=sought)

    async def _list(self, officer: Officer, filters: Filters) -> Listed:
        passed = PAGE * (filters.page - 1)
        wanted = filters.wanted(officer) if wards_of(officer) else Wanted()  # who reads nothing passes on what is open
        tips_found = await search.find(
            self.work.around.store, desks_of(officer), wanted=wanted, limit=PAGE + 1, passed=passed
        )
        return Listed(tips_found[:PAGE], more=len(tips_found) > PAGE)

    async def _look(self, sought: Sought, officer: Officer, *, filters: Filters) -> Listed:
        """Open the first tips that the other filters leave, one after the other, and keep those that match."""
        store, wanted = self.work.around.store, filters.wanted(officer)
        looked = await search.find(store, wards_of(officer), wanted=wanted, limit=LOOKED_INTO + 1)
        is_cut, looked = len(looked) > LOOKED_INTO, looked[:LOOKED_INTO]
        met = [tip for tip in looked if sought.is_met(await search.said_of(store, tip.id), tip)]
        return Listed(met, looked_into=len(looked), is_cut=is_cut)

    def _page(
        self, request: Request, seat: Seat, *, filters: Filters, listed: Listed, sought: Sought | None
    ) -> HTMLResponse:
        officer = seat.officer
        several = len(desks_of(officer)) > 1 or EVERY_WARD in desks_of(officer)
        values: dict[str, Any] = {
            "rows": [self._row(tip, officer, with_area=several) for tip in listed.tips],
            "listed": listed,
            "filters": filters,
            "sought": sought,
            "stands": tuple(STANDS),
            "urgencies": tuple(Urgency),
            "groups": self._categories(seat.language),
            "reads": bool(wards_of(officer)),
            "once": self.work.around.chance.fresh_id,
            "said": self.door.said(seat) if is_deed(request) else "",
        }
        return HTMLResponse(self.wording.page("queue.html", seat.language, seat=seat, **values))

    def _row(self, tip: Tip, officer: Officer, *, with_area: bool) -> dict[str, Any]:
        """One tip of the list: what one may know without opening it."""
        return {
            "tip": tip,
            "category": category_phrase(tip.category),
            "area": ward_phrase(tip.ward) if with_area or tip.passing_on else None,
            "age": age(tip.filed_at, self.work.now()),
            "standing": Phrase(f"standing-{tip.status}"),
            "claimable": may(officer, tip, verb="claim"),
        }

    def _categories(self, language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
        return [
            (group.label.in_(language), [(one.slug, one.name(language)) for one in group.categories])
            for group in load_groups()
        ]
