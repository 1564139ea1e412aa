"""``netdiag doctor``: what this machine has and lacks for netdiag."""

from __future__ import annotations

import json

import click

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import ResultWriter, palette
from netdiag.render.terminal import printable
from netdiag.sources.health import Check, examine

WORDS = {"ok": "ok", "missing": "MISSING", "needless": "not here", "left": "left over"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> ExitCode:
    """Check what this machine has for tracing: kernel, privileges, programs, and what is left over.

    Exit code 0: a trace can run here; 3: something that it needs is missing.
    """
    checks = examine()
    writer = ResultWriter()
    if as_json:
        writer.write(json.dumps({"checks": [check._asdict() for check in checks]}) + "\n")
    else:
        writer.write(_table(checks))
    writer.flush()
    lacks = any(check.state == "missing" for check in checks)
    return ExitCode.NO_PRIVILEGE if lacks else ExitCode.OK


def _table(checks: list[Check]) -> str:
    colour = palette()
    lines: list[str] = []
    area = ""
    width = max(len(check.subject) for check in checks)
    for check in checks:
        if check.area != area:
            lines += ["", check.area] if lines else [check.area]
            area = check.area
        remedy = f"  → {check.remedy}" if check.remedy else ""
        word = WORDS[check.state]
        line = f"  {word:9}  {check.subject:{width}}  {printable(check.detail)}{printable(remedy)}"
        lines.append(f"{colour.problem}{line}{colour.end}" if check.state == "missing" else line)
    return "\n".join(lines) + "\n"
