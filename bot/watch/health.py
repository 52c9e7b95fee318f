"""The second, local port: does it live, is it ready and if not why not, and its numbers for Prometheus.

For whoever looks after the machine, never for the world: the setting keeps it on a loopback address unless somebody
asks for another. Nothing here names a person, a ward or a tip.
"""

import shutil
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.outgoing.tempo import Tempo
from bot.watch.measures import BOUNDS, Durations, Measures
from bot.watch.readiness import Readiness
from storage.errors import DatabaseUnreadable
from storage.outbox import Lane
from storage.standing import Standing, standing
from storage.store import Store

STALLED: Final = 2.0
"""Seconds by which the event loop may be late within the last minute."""
TICKS_LATE: Final = 120.0
"""Seconds after which the ticks that look every few seconds must have run."""
REPLIES_LATE: Final = 300.0
"""Seconds for which an answer may wait to go out; a platform that asks for patience asks for less."""
FREE_BYTES: Final = 200_000_000
"""Below so much free space it is time to be woken: photos stop, and then everything does."""
AGES: Final = (60.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0)
"""Seconds; unclaimed tips are counted by age, each in all it does not pass."""
WATCHED: Final = ("tips", "campaigns")
"""Ticks that run every few seconds."""


@dataclass(frozen=True, slots=True)
class Health:
    """What health is told from."""

    store: Store
    tempo: Tempo
    measures: Measures
    readiness: Readiness
    folder: Path
    """The data folder, whose disk must have room."""
    key_path: Path
    clock: Clock

    async def reasons(self) -> dict[str, str]:
        """Part by part why we are not ready, in names for machines; empty when we are."""
        found = dict(self.readiness.reasons())
        if shutil.disk_usage(self.folder).free < FREE_BYTES:
            found["disk"] = "full"
        if not self.key_path.is_file():
            found["key"] = "missing"
        if max(self.measures.lateness, default=0.0) > STALLED:
            found["loop"] = "stalled"
        now = self.clock.monotonic()
        if any(now - self.measures.ticked.get(name, self.measures.began_at) > TICKS_LATE for name in WATCHED):
            found["ticks"] = "late"
        try:
            owed = await standing(self.store, self.clock.now())
        except DatabaseUnreadable as error:
            return {**found, "database": error.reason}
        oldest = [owed.lanes[lane].oldest_at for lane in (Lane.URGENT, Lane.REPLY, Lane.ALERT)]
        if any(_age(at, self.clock.now()) > REPLIES_LATE for at in oldest):
            found["delivery"] = "late"
        return found

    async def metrics(self) -> bytes:
        """Everything, as Prometheus reads it. What the database cannot tell is left out."""
        metrics = [*self._of_turns(), *self._of_delivery(), *self._of_the_run()]
        try:
            metrics += _of_standing(await standing(self.store, self.clock.now()), now=self.clock.now())
        except DatabaseUnreadable:
            metrics.append(_gauge("baotin_database_readable", "1 while the database answers", value=0))
        else:
            metrics.append(_gauge("baotin_database_readable", "1 while the database answers", value=1))
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Given(metrics))
        return generate_latest(registry)

    def _of_turns(self) -> Iterator[Metric]:
        turns = HistogramMetricFamily(
            "baotin_turn_seconds", "From hearing a message until all it causes is durable", labels=["channel"]
        )
        for channel, durations in self.measures.turns.items():
            turns.add_metric([channel], buckets=_buckets(durations), sum_value=durations.total)
        yield turns
        yield _counter(
            "baotin_turns_refused", "Messages that could not be written", by="channel", values=self.measures.refused
        )

    def _of_delivery(self) -> Iterator[Metric]:
        sends = CounterMetricFamily("baotin_sends", "Calls to a platform", labels=["channel", "lane", "outcome"])
        for (channel, lane, outcome), count in self.tempo.sends.items():
            sends.add_metric([channel, lane.name.lower(), outcome], count)
        yield sends
        yield _gauge(
            "baotin_messages_last_second", "Messages that went out in the last full second", value=self.tempo.lately()
        )
        yield _gauge("baotin_pace_limit", "Messages a second that the slowest platform allows", value=self.tempo.free)

    def _of_the_run(self) -> Iterator[Metric]:
        now = self.clock.monotonic()
        ages = {name: now - at for name, at in self.measures.ticked.items()}
        yield _gauges("baotin_tick_age_seconds", "Since each tick last went well", by="tick", values=ages)
        yield _counter("baotin_ticks_failed", "Ticks that failed", by="tick", values=self.measures.failed_ticks)
        yield _gauges(
            "baotin_updates_pending", "Updates that wait at the platform", by="channel", values=self.measures.pending
        )
        yield _gauge(
            "baotin_loop_late_seconds",
            "The longest that the event loop was held up within a minute",
            value=max(self.measures.lateness, default=0.0),
        )
        yield _gauges(
            "baotin_hindered",
            "1 for each part that cannot work",
            by="part",
            values=dict.fromkeys(self.readiness.reasons(), 1),
        )
        yield _gauge(
            "baotin_disk_free_bytes", "Room on the data folder's disk", value=shutil.disk_usage(self.folder).free
        )


class _Given(Collector):
    """Metrics that were gathered already."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _of_standing(found: Standing, *, now: datetime) -> list[Metric]:
    depth = {lane.name.lower(): waiting.lines for lane, waiting in found.lanes.items()}
    age = {lane.name.lower(): _age(waiting.oldest_at, now) for lane, waiting in found.lanes.items()}
    unclaimed = GaugeMetricFamily(
        "baotin_unclaimed_tips", "Tips that nobody has claimed, by urgency and age at most", labels=["urgency", "age"]
    )
    for urgency, ages in found.unclaimed.items():
        ordered = sorted(ages)
        for bound in AGES:
            unclaimed.add_metric([urgency, f"{bound:.0f}"], bisect_right(ordered, bound))
        unclaimed.add_metric([urgency, "+Inf"], len(ordered))
    oldest = {str(urgency): max(ages, default=0.0) for urgency, ages in found.unclaimed.items()}
    metrics: list[Metric] = [
        _gauges("baotin_outbox_lines", "Lines that wait", by="lane", values=depth),
        _gauges(
            "baotin_outbox_age_seconds", "How long the oldest line that is due has been owed", by="lane", values=age
        ),
        _gauge("baotin_outbox_away_lines", "Lines whose reader is not there", value=found.away),
        _gauge("baotin_outbox_dead_lines", "Lines that were given up", value=found.dead),
        unclaimed,
        _gauges("baotin_unclaimed_oldest_seconds", "Age of the oldest unclaimed tip", by="urgency", values=oldest),
    ]
    if found.backup_at is not None:
        metrics.append(_gauge("baotin_backup_age_seconds", "Since the last backup", value=_age(found.backup_at, now)))
    return metrics


def _age(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())


def _buckets(durations: Durations) -> list[tuple[str, float]]:
    names = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    return list(zip(names, map(float, accumulate(durations.counts)), strict=True))


def _gauge(name: str, says: str, *, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _gauges(name: str, says: str, *, by: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[by])
    for each, value in values.items():
        family.add_metric([each], value)
    return family


def _counter(name: str, says: str, *, by: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, says, labels=[by])
    for each, value in values.items():
        family.add_metric([each], value)
    return family


def health_app(health: Health) -> Starlette:
    """The application of the second port."""

    async def live(request: Request) -> Response:
        """The event loop turns; who gets no answer within seconds should start us again."""
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        reasons = await health.reasons()
        return JSONResponse({"ready": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)

    async def metrics(request: Request) -> Response:
        return Response(await health.metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/healthz", live), Route("/readyz", ready), Route("/metrics", metrics)])
