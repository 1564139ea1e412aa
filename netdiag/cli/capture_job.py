"""One run of ``netdiag capture``: probes started, packets taken, what went wrong told."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from netdiag.cli import lacking
from netdiag.cli.capture_status import CounterLine, tell_summary
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import say
from netdiag.model.report import Role
from netdiag.sources.live.captures import Wanted
from netdiag.sources.recording.block_file import (
    BlockFile,
    OutputFailedError,
    OutputGoneError,
    open_file,
)
from netdiag.sources.recording.ending import EndingSignals
from netdiag.sources.recording.output import OneFile, Output
from netdiag.sources.recording.places import CapturedPlace, Pattern, globs_at
from netdiag.sources.recording.selection import Selection
from netdiag.sources.recording.session import Bounds, Counts, Recording
from netdiag.sources.recording.streams import Failure
from netdiag.sources.zipapp import probe_archive

PROBE_USAGE = 2
"""The probe's exit status for wrong arguments: of them only the expression is the user's."""

MOST_NAMED = 5


@dataclass(frozen=True)
class Target:
    """Where packets go."""

    path: str | None
    """None: to standard output, as text."""
    most_bytes: int | None
    """Of a file; None: there is only one."""
    most_files: int | None
    as_json: bool
    utc: bool
    udp_tunnels: bytes


def names_of(places: Sequence[CapturedPlace]) -> str:
    """Return the names of places, of many the first few and how many more."""
    names = [place.name for place in places]
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Job:
    """What is captured, where, and where it goes."""

    places: Sequence[CapturedPlace]
    patterns: Sequence[Pattern]
    wanted: Wanted
    selection: Selection | None
    target: Target
    bounds: Bounds
    verbose: bool

    def run(self) -> ExitCode:
        """Capture until the end; return the exit code."""
        recording = Recording(self.wanted, self.selection, probe_archive())
        try:
            recording.start(self._globs())
            if recording.arm(say) == 0:
                _refuse(recording.failures)
            for failure in recording.failures:
                _tell(failure)
            self._check_names(recording.counts)
            problem = self._record(recording)
        except OutputGoneError:
            return ExitCode.OK
        finally:
            recording.stop()
        is_text = self.target.path is None
        tell_summary(recording.counts, "printed" if is_text else f"written to {self.target.path}")
        if problem:
            say(problem)
            return ExitCode.USAGE
        return ExitCode.FOUND if recording.failures else ExitCode.OK

    def _globs(self) -> Mapping[CapturedPlace, tuple[str, ...]]:
        """Return at which places which interfaces are captured."""
        roles = self._roles() if any(pattern.role for pattern in self.patterns) else {}
        for pattern in self.patterns:
            known = [
                role
                for place in self.places
                if pattern.fits_place(place.name)
                for _, role in roles.get(place, ())
            ]
            if pattern.role and pattern.role not in known:
                raise click.UsageError(f"-i {pattern.typed}: no such interface {self._where()}")
        found = {
            place: globs
            for place in self.places
            if (globs := globs_at(place, self.patterns, roles.get(place, ()))) is not None
        }
        if not found:
            typed = ", ".join(pattern.typed for pattern in self.patterns)
            raise click.UsageError(f"-i {typed}: no such interface {self._where()}")
        return found

    def _roles(self) -> dict[CapturedPlace, list[tuple[str, Role]]]:
        from netdiag.sources.recording.listing import list_interfaces

        listed, problems = list_interfaces(self.places, probe_archive(), say)
        for problem in problems:
            say(problem)
        roles: dict[CapturedPlace, list[tuple[str, Role]]] = {}
        for each in listed:
            roles.setdefault(each.place, []).append((each.name, each.role))
        return roles

    def _check_names(self, counts: Counts) -> None:
        """Refuse an interface that is nowhere; of a glob only tell."""
        for pattern in self.patterns:
            if pattern.role or any(
                pattern.fits_place(each.place) and pattern.fits(each.interface)
                for each in counts.interfaces.described
            ):
                continue
            if not pattern.is_glob:
                raise click.UsageError(f"-i {pattern.typed}: no such interface {self._where()}")
            say(f"-i {pattern.typed}: there is none yet on {names_of(self.places)}")

    def _where(self) -> str:
        return f"on {names_of(self.places)}; 'netdiag capture -D' lists them"

    def _record(self, recording: Recording) -> str:
        """Record; return why what was captured could not be written, if so."""
        target = self.target
        to_file = target.path is not None and target.most_bytes is None
        try:
            file = open_file(target.path or "") if to_file else None  # a pipe may have to wait
        except OutputFailedError as error:
            raise click.ClickException(str(error)) from None
        try:
            with EndingSignals() as signals:
                output = self._output(file, recording.counts)
                self._run(recording, output, signals)
        except OutputFailedError as error:
            return str(error)
        return ""

    def _output(self, file: BlockFile | None, counts: Counts) -> Output:
        target = self.target
        if file is not None:
            return OneFile(file, counts.interfaces)
        if target.path is not None and target.most_bytes is not None:
            from netdiag.sources.recording.rotation import RingOfFiles

            return RingOfFiles(target.path, target.most_bytes, target.most_files, counts.interfaces)
        from netdiag.cli.capture_text import TextOutput

        return TextOutput(
            counts.interfaces, target.udp_tunnels, as_json=target.as_json, utc=target.utc
        )

    def _run(self, recording: Recording, output: Output, signals: EndingSignals) -> None:
        line = CounterLine()
        is_seen = sys.stderr.isatty()
        has_room = is_seen and (self.target.path is not None or not sys.stdout.isatty())
        if is_seen or self.verbose:
            count = len(recording.counts.interfaces.described)
            say(f"capturing on {count:,} interfaces; Ctrl-C ends it")

        def tell(failure: Failure) -> None:
            line.erase()
            _tell(failure)

        try:
            recording.run(output, self.bounds, signals, line.show if has_room else None, tell)
        except OutputFailedError:
            with contextlib.suppress(OutputFailedError, OutputGoneError):  # it may just fit
                output.finish()
            raise
        finally:
            line.erase()
        output.finish()


def _tell(failure: Failure) -> None:
    more = "more " if failure.was_armed else ""
    say(f"{failure.place}: nothing {more}is captured there: {failure.reason}")


def _refuse(failures: Sequence[Failure]) -> None:
    """Say why nothing at all can be captured."""
    for failure in failures:
        if failure.status == PROBE_USAGE:
            raise click.UsageError(failure.reason)
    reasons: dict[str, str] = {}
    for failure in failures:
        reasons.setdefault(failure.reason, failure.place)
    told = "; ".join(f"{place}: {reason}" for reason, place in reasons.items())
    if os.geteuid() != 0 and "root" in told:
        place, reason = failures[0].place, failures[0].reason.partition(";")[0]
        reason = reason.rpartition(": ")[2]
        command = shlex.join(["sudo", "netdiag", *sys.argv[1:]])
        told = f"cannot capture on {place}: {reason}; run it as root: {command}"
    raise lacking.LackingError(told or "nothing could be captured")
