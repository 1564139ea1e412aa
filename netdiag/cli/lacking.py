"""A privilege or a program is missing: one sentence, and an exit code of its own."""

from __future__ import annotations

import click

from netdiag.cli.exit_code import ExitCode


class LackingError(click.ClickException):
    """A sentence for the user about what is missing here."""

    exit_code = int(ExitCode.NO_PRIVILEGE)
