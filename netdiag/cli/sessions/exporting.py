"""Writes the report into a file, beside what the screens do."""

from __future__ import annotations

import os
from threading import Thread

from netdiag.cli.output import WIDTH
from netdiag.model.report import Report
from netdiag.sources.new_file import new_file
from netdiag.tui.session import Deliver, Outcome


class Exporter:
    """Writes in a thread of its own, and delivers how that ended."""

    def write(
        self, report: Report, kind: str, path: str, ping: int | None, deliver: Deliver
    ) -> None:
        """Begin to write; returns at once."""
        arguments = (report, kind, os.path.expanduser(path), ping, deliver)
        Thread(target=_write, args=arguments, daemon=True).start()


def _write(report: Report, kind: str, path: str, ping: int | None, deliver: Deliver) -> None:
    words = _words(report, kind, ping)
    if words is None:
        deliver(Outcome("there is no ping to draw", is_good=False))
        return
    try:
        with new_file(path) as file:
            file.write(words.encode("utf-8", "backslashreplace"))
    except FileExistsError:
        deliver(Outcome(f"{path}: there is something already", is_good=False))
    except OSError as error:
        deliver(Outcome(f"cannot write {path}: {error.strerror}", is_good=False))
    except ValueError:
        deliver(Outcome("that is no name of a file", is_good=False))
    else:
        deliver(Outcome(f"written to {path}"))


def _words(report: Report, kind: str, ping: int | None) -> str | None:
    if kind == "json":
        from netdiag.render.report_json import report_json

        return report_json(report, indent=False).decode()
    if kind == "text":
        from netdiag.render.report_text import report_text

        return report_text(report, width=WIDTH, colour=False)
    from netdiag.cli.judging import drawing

    return drawing(report, ping)
