"""The program: runs the command line and turns every way out into an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress

GARBAGE_THRESHOLD = 50_000
"""Objects made before cycles are looked for: there are few cycles, and many objects that stay."""

PLUGIN = "kubectl-netdiag"
"""What this program is called as a plugin of kubectl."""

INTERRUPTED = 130
"""``ExitCode.INTERRUPTED``, as long as that is not loaded."""


def main() -> None:
    """Run ``netdiag`` with the process's arguments and exit.

    The interpreter is not torn down in full: that would cost a short run a sixth of its time.
    """
    gc.disable()
    code = _run()
    atexit._run_exitfuncs()
    os._exit(code)


def _run() -> int:
    try:
        from netdiag.cli.exit_code import ExitCode
    except KeyboardInterrupt:  # while all of it is still being loaded
        return INTERRUPTED
    try:
        if sys.stdout is None:
            _say("netdiag: cannot write the results: standard output is closed")
            return ExitCode.USAGE
        code = _run_command()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.OK
    except OSError as error:
        _say(f"netdiag: {error.strerror or error}")
        return ExitCode.USAGE
    except Exception as error:
        if os.environ.get("NETDIAG_TRACEBACK"):
            raise
        _say(
            f"netdiag: a fault in netdiag itself: {type(error).__name__}: {error}"
            " (NETDIAG_TRACEBACK=1 shows where)"
        )
        return ExitCode.NOT_JUDGED


def _run_command() -> int:
    import click

    from netdiag.cli import netdiag
    from netdiag.cli.exit_code import ExitCode
    from netdiag.cli.output import ReaderGoneError

    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    gc.enable()
    try:
        name = "kubectl netdiag" if PLUGIN in sys.argv[0] else "netdiag"
        return int(netdiag.main(prog_name=name, standalone_mode=False) or ExitCode.OK)
    except click.exceptions.NoArgsIsHelpError as error:
        _say(error.format_message())
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "netdiag"
        _say(f"{command}: {error.format_message()}")
    except click.ClickException as error:
        _say(f"netdiag: {error.format_message()}")
        return ExitCode.NO_PRIVILEGE if error.exit_code == ExitCode.NO_PRIVILEGE else ExitCode.USAGE
    except ReaderGoneError:
        return ExitCode.OK
    except click.Abort:
        return ExitCode.INTERRUPTED
    except SystemExit as error:  # click's own answer to a closed pipe
        return ExitCode.OK if error.code in (0, 1, None) else ExitCode.USAGE
    return ExitCode.USAGE


def _say(message: str) -> None:
    """Write to stderr, foreign text made safe; lines of their own are the program's."""
    from netdiag.render.terminal import printable

    lines = "\n".join(printable(line) for line in message.split("\n"))
    with suppress(OSError):
        print(lines, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
