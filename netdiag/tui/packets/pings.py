"""Which ping of the report a packet belongs to."""

from __future__ import annotations

from netdiag.model.report import Report


class PacketPings:
    """Knows the frames of all hops of the pings that the report lists."""

    def __init__(self) -> None:
        self._report: Report | None = None
        self._numbers: dict[tuple[str, int], int] | None = None

    def use(self, report: Report | None) -> None:
        """Answer by this report from now on."""
        if report is not self._report:
            self._report, self._numbers = report, None

    def of(self, file: str, frame: int) -> int | None:
        """Return the number of the ping, None = of none that is listed."""
        if self._numbers is None:
            pings = self._report.pings if self._report is not None else ()
            self._numbers = {
                (hop.file, hop.frame): ping.number
                for ping in pings
                for hop in (*ping.request, *ping.reply)
            }
        return self._numbers.get((file, frame))
