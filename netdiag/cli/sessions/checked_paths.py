"""Refuses PATHs that the screens would have nothing to show of, before they open."""

from __future__ import annotations

import os
import stat

import click

from netdiag.sources.paths import file_of


def checked(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return PATHs as they are; raises UsageError where one is a pipe, or all are missing.

    Captures are read more than once: for the report, and for each list of packets.
    """
    missing = []
    for path in paths:
        try:
            mode = os.stat(file_of(path)).st_mode
        except (OSError, ValueError) as error:
            missing.append(f"{path}: {getattr(error, 'strerror', None) or error}")
            continue
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            reason = "it can be read only once, and the screens read more often"
            raise click.UsageError(f"{path}: {reason}; write it to a file first")
    if len(missing) == len(paths):
        raise click.UsageError("; ".join(missing))
    return paths
