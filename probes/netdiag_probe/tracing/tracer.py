"""The program at its tracepoint: made from what this kernel tells of itself, gone when closed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from types import TracebackType

from netdiag_probe.filters.pings import Wanted
from netdiag_probe.tracing import loading
from netdiag_probe.tracing.btf import Btf, BtfError
from netdiag_probe.tracing.layout import TRACEPOINT, Layout, LayoutError, read_layout
from netdiag_probe.tracing.noise import SILENT
from netdiag_probe.tracing.program import Wish, build_program
from netdiag_probe.tracing.reasons import KERNEL_BTF, Reasons
from netdiag_probe.tracing.refusals import explain_missing_types, explain_refusal
from netdiag_probe.tracing.ring import Ring


class RefusedError(Exception):
    """Nothing can be traced here; its text says why, as a part of a sentence."""


class Tracer:
    """Tells of drops from the moment that it is made."""

    def __init__(self, wanted: Wanted | None) -> None:
        """Trace some packets, or all (None).

        Raise RefusedError if that cannot be, FilterError if too much is wanted.
        """
        self._programs: list[int] = []
        self._attached: list[int] = []
        btf = _read_types()
        try:
            layout, self.reasons = read_layout(btf), Reasons(btf)
            self.ring = Ring()
            try:
                self._attach(layout, wanted)
            except BaseException:
                self.close()
                raise
        except (BtfError, LayoutError) as error:
            raise RefusedError(f"the types of this kernel are of no use: {error}") from error
        except OSError as error:
            raise RefusedError(explain_refusal(error)) from error

    def _attach(self, layout: Layout, wanted: Wanted | None) -> None:
        silent = [self.reasons.numbers[name] for name in SILENT if name in self.reasons.numbers]
        code = build_program(layout, Wish(wanted, silent), self.ring.file, self.ring.counters_file)
        self._programs.append(loading.load_program(code))
        self._attached.append(loading.attach(self._programs[0], TRACEPOINT))

    def __enter__(self) -> Tracer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def records(self) -> Iterator[bytes]:
        """Yield what was told since this was last asked."""
        return self.ring.records()

    def detach(self) -> None:
        """Tell of no further drop; what was told is still there."""
        while self._attached:
            os.close(self._attached.pop())

    def count(self) -> tuple[int, int]:
        """Return how many drops were lost, and how many came while the ring was stopped.

        Lost are those that found no room, and those that came on a processor while the program was
        at another one there: nobody knows whether they were wanted.
        """
        lost, left_out = self.ring.count()
        return lost + loading.count_missed(self._programs[0]), left_out

    def close(self) -> None:
        """Give everything back."""
        self.detach()
        while self._programs:
            os.close(self._programs.pop())
        self.ring.close()


def _read_types() -> Btf:
    try:
        with open(KERNEL_BTF, "rb") as file:
            return Btf(file.read())
    except OSError as error:
        raise RefusedError(explain_missing_types(error)) from error
    except BtfError as error:
        raise RefusedError(f"{KERNEL_BTF} cannot be read: {error}") from error
