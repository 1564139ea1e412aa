"""A process that traces once, tells what came of it, and keeps it for later wishes."""

from __future__ import annotations

import os
import signal
from types import FrameType

from netdiag.cli.bundle_contents import contents_words
from netdiag.cli.case import Case
from netdiag.cli.sessions.faults import fault_words
from netdiag.cli.sessions.frames import (
    CapturesBegun,
    Ended,
    FactsRead,
    Failed,
    ProblemsMet,
    ReportMade,
    SaveBundle,
    StepTaken,
    Wish,
    WishEnded,
    WriteCapture,
    read_wish,
    tell,
)
from netdiag.cli.sessions.job import Job, read_job
from netdiag.cli.sessions.live_pings import LivePings
from netdiag.cli.sessions.reader import inspection_of
from netdiag.sources.found import gathered as grouped
from netdiag.sources.inventory.places import LackingError
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.merged_file import write_merged
from netdiag.sources.live.traced import TraceTaken, TraceWanted
from netdiag.sources.live.tracing import take_trace
from netdiag.sources.zipapp import probe_archive


def main() -> None:
    """Trace; SIGINT ends that with what there is."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started it may ignore it
    try:
        job = read_job()
        assert job.trace is not None
        if job.is_continuous:
            ping_on(job, job.trace)
        else:
            signal.signal(signal.SIGINT, _interrupt)
            kept = trace(job, job.trace)
            tell(Ended())
            while True:
                tell(fulfil(read_wish(), kept))
    except (BrokenPipeError, EOFError):
        os._exit(0)
    except LackingError as error:
        tell(Failed(str(error)))
    except KeyboardInterrupt:
        tell(Failed("it was stopped before there was anything to tell"))
    except Exception as error:
        tell(Failed(fault_words(error)))


def ping_on(job: Job, wanted: TraceWanted) -> None:
    """Ping until SIGINT comes; fulfil wishes meanwhile and afterwards. Raises EOFError."""

    def fulfil_next() -> None:
        wish = read_wish()
        kept = pings.bundle()
        tell(fulfil(wish, kept))
        kept.close()

    pings = LivePings(job.inventory, wanted, probe_archive(), fulfil_next)
    pings.run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tell(Ended())
    while True:
        fulfil_next()


def trace(job: Job, wanted: TraceWanted) -> Gathered:
    """Trace, and tell facts and report. Raises LackingError."""
    archive = probe_archive()
    taken = take_trace(job.inventory, wanted, archive, _tell_step, _tell_step, _tell_captures)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _tell_step("reading what was captured")
    case = Case(taken.gathered.found(""))
    tell(FactsRead(case.facts, inspection_of(case.facts)))
    tell(ReportMade(case.read(None)))
    read = grouped([*case.problems, *case.bad_documents])
    tell(ProblemsMet((*told_problems(taken), *(f"{each.label}: {each.reason}" for each in read))))
    return taken.gathered


def told_problems(taken: TraceTaken) -> tuple[str, ...]:
    """Return what went wrong, and what the ping was told; a sentence each, each once."""
    told: dict[str, None] = dict.fromkeys(taken.problems)
    for error in taken.errors:
        origin = f" by {error['from']}" if error.get("from") else ""
        told[f"the ping was told{origin}: {error.get('text') or error.get('kind')}"] = None
    return tuple(told)


def fulfil(wish: Wish, kept: Gathered) -> WishEnded:
    """Do what is wished with what was gathered."""
    if not isinstance(wish, SaveBundle | WriteCapture):
        return WishEnded("a trace does nothing else", False)
    try:
        match wish:
            case SaveBundle(path):
                if os.path.lexists(path) and (not os.path.isdir(path) or os.listdir(path)):
                    return WishEnded(f"{path}: there is something already", False)
                kept.save(path)
                return WishEnded(f"kept in {path}: {contents_words(kept)}", True)
            case WriteCapture(path):
                count = write_merged(kept, path)
                return WishEnded(f"{count:,} packets written to {path}", True)
    except FileExistsError:
        return WishEnded(f"{wish.path}: there is something already", False)
    except OSError as error:
        return WishEnded(f"cannot write {wish.path}: {error.strerror}", False)
    except ValueError:
        return WishEnded("that is no name of a file", False)


def _tell_captures(gathered: Gathered) -> None:
    tell(CapturesBegun(gathered.being_written()))


def _tell_step(words: str) -> None:
    tell(StepTaken(words))


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End once; a second signal would break off the ending."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
