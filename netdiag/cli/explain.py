"""``netdiag explain``: what a finding's code means, and what to do about it."""

from __future__ import annotations

import click

from netdiag.cli.examples import WithExamples
from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import WIDTH, ResultWriter, palette, terminal_width

MOST_NEAR_CODES = 3

EPILOG = """\
Examples:
  netdiag explain
  netdiag explain fdb-missing
  netdiag explain mtu-blackhole | less
"""


def _offer_codes(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Return the codes that begin so, for the shell's completion."""
    from netdiag.explain.codes import CODES

    return [code for code in CODES if code.startswith(typed)]


@click.command(cls=WithExamples, epilog=EPILOG)
@click.argument("code", required=False, shell_complete=_offer_codes)
def explain(code: str | None) -> ExitCode:
    """Say what a finding's CODE means, how it is proved, what causes it, and how to fix it.

    Without CODE all codes are listed, with their severity and a line each.
    """
    from netdiag.explain.codes import CODES, FAMILIES
    from netdiag.render.code_page import code_list, code_page

    width, colour = terminal_width() or WIDTH, bool(palette().end)
    writer = ResultWriter()
    name = (code or "").strip().lower()
    if code is None:
        writer.write(code_list(FAMILIES, width=width, colour=colour))
    elif name in CODES:
        writer.write(code_page(CODES[name], width=width, colour=colour))
    else:
        raise click.UsageError(_unknown(code, list(CODES)))
    writer.flush()
    return ExitCode.OK


def _unknown(code: str, codes: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(code, codes, n=MOST_NEAR_CODES, cutoff=0.5)
    near = near or [known for known in codes if code and code in known][:MOST_NEAR_CODES]
    if near:
        return f"{code}: there is no such code; near: {', '.join(near)}"
    return f"{code}: there is no such code; netdiag explain lists all"
