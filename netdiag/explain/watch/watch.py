"""Looks at pings again and again, and tells what is not as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from netdiag.explain.watch.spread import Sampled
from netdiag.explain.watch.ways import KnownWays, steps_of, way_of
from netdiag.model.report import Finding, Ping, Point, Status
from netdiag.model.watch import Change, HopName, LossPlace, Spread, State, WatchSummary

SLOWER = 3.0
"""A median that is so many times what it was is a change, if it is also ..."""
SLOWER_BY_US = 1000.0
"""... so much more."""
SETTLED = 0.2
"""How much of a look counts for what is usual."""
MOST_PLACES = 64

LOST: tuple[Status, ...] = ("request-lost", "reply-lost", "unanswered")


class Watch:
    """What was seen so far; memory does not grow with pings."""

    def __init__(self) -> None:
        self._ways = KnownWays()
        self._rtts = Sampled()
        self._counts: Counter[str] = Counter()
        self._places: Counter[tuple[Status, Point | None]] = Counter()
        self._state: State = "unknown"
        self._place: tuple[Status, Point | None] | None = None
        self._path = 0
        self._rtt_us: float | None = None
        self._is_slow = False
        self._first_ns = self._last_ns = 0
        self._lost_since_ns = 0
        self._lost_since = 0
        self._changes = 0

    def look(self, pings: Sequence[Ping], findings: Sequence[Finding]) -> list[Change]:
        """Take in the pings since the last look, in order of time; return what has changed."""
        pings = [ping for ping in pings if ping.request or ping.reply]
        if not pings:
            return []
        changes = [*self._follow_ways(pings), *self._follow_losses(pings, findings)]
        changes += self._follow_latency(pings)
        self._changes += len(changes)
        return changes

    def summary(self) -> WatchSummary:
        """Return all that was seen."""
        rtts = self._rtts
        spread = None
        if rtts.count:
            spread = Spread(rtts.least, rtts.quantile(0.5), rtts.quantile(0.99), rtts.greatest)
        return WatchSummary(
            pings=self._counts.total(),
            answered=self._counts["answered"],
            lost=sum(self._counts[status] for status in LOST),
            unknown=self._counts["unknown"],
            seconds=(self._last_ns - self._first_ns) / 1e9,
            rtt_us=spread,
            paths=self._ways.paths(),
            paths_left_out=self._ways.left_out,
            losses=tuple(
                LossPlace(status, point, count)
                for (status, point), count in self._places.most_common()
            ),
            changes=self._changes,
        )

    def _follow_ways(self, pings: Sequence[Ping]) -> list[Change]:
        changes = []
        for ping in pings:
            time_ns = begin_of(ping)
            self._first_ns = self._first_ns or time_ns
            self._last_ns = max(self._last_ns, time_ns)
            self._counts[ping.status] += 1
            if ping.rtt_us is not None:
                self._rtts.add(ping.rtt_us)
            if ping.status != "answered":
                continue
            number = self._ways.add(ping)
            if number and number != self._path:
                kind = "path" if self._path else "begin"
                self._path = number
                changes.append(
                    Change(
                        kind,  # type: ignore[arg-type]
                        time_ns,
                        "answered",
                        number,
                        way_of(ping),
                        rtt_us=ping.rtt_us,
                    )
                )
        return changes

    def _follow_losses(self, pings: Sequence[Ping], findings: Sequence[Finding]) -> list[Change]:
        lost = [ping for ping in pings if ping.status in LOST]
        for ping in lost:
            seen = (ping.status, ping.lost_after)
            if seen in self._places or len(self._places) < MOST_PLACES:
                self._places[seen] += 1
        known = [ping for ping in pings if ping.status != "unknown"]
        state = _state(len(known), len(lost))
        place = _most_common(lost)
        before, self._state = self._state, state
        was_lost = before in ("lost", "some-lost")
        self._lost_since += len(lost)
        if state == "answered" and was_lost:
            return [self._end_of_loss(pings)]
        is_new = state != before or place != self._place
        if state not in ("lost", "some-lost") or not is_new:
            return []
        self._place = place
        if not was_lost:
            self._lost_since, self._lost_since_ns = len(lost), begin_of(lost[0])
        finding = next((each for each in findings if each.severity == "error"), None)
        return [
            Change(
                "loss", begin_of(lost[0]), state, self._path, lost=len(lost), pings=len(known),
                lost_after=place[1] if place else None, status=place[0] if place else None,
                finding=finding.code if finding else None,
                title=finding.title if finding else None,
            )
        ]  # fmt: skip

    def _end_of_loss(self, pings: Sequence[Ping]) -> Change:
        end_ns = begin_of(next(ping for ping in pings if ping.status == "answered"))
        lost, self._lost_since, self._place = self._lost_since, 0, None
        return Change(
            "loss", end_ns, "answered", self._path, lost=lost,
            seconds=max(0, end_ns - self._lost_since_ns) / 1e9,
        )  # fmt: skip

    def _follow_latency(self, pings: Sequence[Ping]) -> list[Change]:
        timed = [ping for ping in pings if ping.rtt_us is not None]
        if not timed:
            return []
        now_us = _median([ping.rtt_us for ping in timed if ping.rtt_us is not None])
        usual = self._rtt_us
        if usual is None:
            self._rtt_us = now_us
            return []
        is_slow = now_us > SLOWER * usual and now_us > usual + SLOWER_BY_US
        if not is_slow:
            self._rtt_us = usual + SETTLED * (now_us - usual)
        if is_slow == self._is_slow:
            return []
        self._is_slow = is_slow
        slowest, more_us = self._slowest(timed) if is_slow else (None, None)
        return [
            Change(
                "latency", begin_of(timed[0]), self._state, self._path, rtt_us=now_us,
                rtt_before_us=usual, slowest=slowest, slowest_us=more_us,
            )
        ]  # fmt: skip

    def _slowest(self, pings: Sequence[Ping]) -> tuple[HopName | None, float | None]:
        """Return the hop that takes most more than its way's median, and how much."""
        ping = pings[-1]
        number = self._ways.number_of(ping)
        if not number:
            return None, None
        more = [
            step - usual
            for step, usual in zip(steps_of(ping), self._ways.medians(number), strict=True)
        ]
        if not more:
            return None, None
        place = more.index(max(more))
        return way_of(ping)[place + 1], round(more[place], 3)


def begin_of(ping: Ping) -> int:
    """Return when a ping was seen first, by that node's clock."""
    return (*ping.request, *ping.reply)[0].time_ns


def _state(known: int, lost: int) -> State:
    if not known:
        return "unknown"
    if not lost:
        return "answered"
    return "lost" if lost == known else "some-lost"


def _most_common(lost: Sequence[Ping]) -> tuple[Status, Point | None] | None:
    places = Counter((ping.status, ping.lost_after) for ping in lost)
    return places.most_common(1)[0][0] if places else None


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
