"""When people work and when they sleep: the hours in which a clock runs, and those in which nothing may sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

WORKING_HOURS: Mapping[int, tuple[time, time]] = {
    0: (time(7, 30), time(17, 30)),
    1: (time(7, 30), time(17, 30)),
    2: (time(7, 30), time(17, 30)),
    3: (time(7, 30), time(17, 30)),
    4: (time(7, 30), time(17, 30)),
}
"""Monday (0) to Friday in the installation's zone; the day's ten hours include the lunch break (product choice)."""
WORKING_DAY = timedelta(hours=10)
"""One working day by the table above."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The part of the night in which only emergencies sound, in the installation's zone. Equal ends mean never."""

    begins: time = time(21, 0)
    ends: time = time(6, 30)

    def include(self, at: datetime, *, timezone: tzinfo) -> bool:
        """Whether a moment lies in them; the end itself does not."""
        clock = at.astimezone(timezone).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def next_at(self, at: datetime, *, timezone: tzinfo) -> datetime | None:
        """When they begin next after a moment outside them (UTC); None if never."""
        if self.begins == self.ends:
            return None
        local = at.astimezone(timezone)
        begin = local.replace(hour=self.begins.hour, minute=self.begins.minute, second=0, microsecond=0)
        return (begin if begin > local else _at(local + timedelta(days=1), self.begins)).astimezone(UTC)

    def over_at(self, at: datetime, *, timezone: tzinfo) -> datetime:
        """The moment itself, or the end of the quiet hours it lies in (UTC)."""
        if not self.include(at, timezone=timezone):
            return at
        local = at.astimezone(timezone)
        end = local.replace(hour=self.ends.hour, minute=self.ends.minute, second=0, microsecond=0)
        return (end if end > local else _at(local + timedelta(days=1), self.ends)).astimezone(UTC)


def _at(day: datetime, clock: time) -> datetime:
    """A wall-clock time on a day; built from the date so that a change of the offset between them is respected."""
    return datetime.combine(day.date(), clock, tzinfo=day.tzinfo)


def after_working(start: datetime, span: timedelta, *, timezone: tzinfo) -> datetime:
    """The moment (UTC) at which `span` of working hours has passed since `start`."""
    local = start.astimezone(timezone)
    left = span
    while True:
        hours = WORKING_HOURS.get(local.weekday())
        if hours is not None:
            begin, end = max(local, _at(local, hours[0])), _at(local, hours[1])
            if begin + left <= end:
                return (begin + left).astimezone(UTC)
            left -= max(end - begin, timedelta())
        local = _at(local + timedelta(days=1), time(0, 0))
