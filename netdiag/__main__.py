"""The program: runs the command line and turns every way out into an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sys


def main() -> None:
    """Run ``netdiag`` with the process's arguments and exit.

    The interpreter is not torn down in full: that would cost a short run a sixth of its time.
    """
    gc.disable()
    code = _run()
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)


def _run() -> int:
    import click

    from netdiag.cli import netdiag
    from netdiag.cli.exit_code import ExitCode

    gc.enable()
    try:
        code = netdiag.main(prog_name="netdiag", standalone_mode=False)
        sys.stdout.flush()
        return int(code or ExitCode.OK)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.ClickException as error:
        command = (
            error.ctx.command_path
            if isinstance(error, click.UsageError) and error.ctx
            else "netdiag"
        )
        click.echo(f"{command}: {error.format_message()}", err=True)
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Python would complain once more when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK


if __name__ == "__main__":
    main()
