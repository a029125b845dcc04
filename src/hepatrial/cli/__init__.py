"""The command line: one file a command; what a command needs is imported when it runs."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress

from hepatrial.cli.stopping import listen, tidied

FAILED = 1
INTERRUPTED = 130
STOPPED = "stopped; no half-written folder was left behind"


def main() -> None:
    """Entry point of ``hepatrial``: runs a command and turns errors into a message and an exit code.

    Exit codes: 0 done, 1 failed, 2 usage, 3 invalid input, 130 stopped by Ctrl-C, by the system or with the terminal.
    """
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    listen()
    _leave(_exit_code(arguments, debug))


def _exit_code(arguments: list[str], debug: bool) -> int:
    """Run a command; say what went wrong."""
    try:
        _run(arguments)
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else FAILED if stop.code else 0
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        if debug:
            traceback.print_exc()
        code = _explain(error, debug)
    if code == INTERRUPTED:
        _say(STOPPED)
    tidied()
    return code


def _run(arguments: list[str]) -> None:
    from hepatrial.cli.app import app

    app(arguments, prog_name="hepatrial")


def _explain(error: Exception, debug: bool) -> int:
    """Say what went wrong; returns the exit code."""
    from hepatrial.errors import HepatrialError

    if isinstance(error, BrokenPipeError):
        return FAILED  # whoever read the output has gone: there is nobody to tell
    if isinstance(error, HepatrialError):
        _say(f"hepatrial: {error}")
        return error.exit_code
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        _say(
            f"hepatrial: {error.strerror}{place}\n  fix:     see whether it is there, may be used and has space left"
        )
    elif isinstance(error, MemoryError):
        _say("hepatrial: not enough memory\n  fix:     fewer --patients, --replicates or --workers")
    else:
        _say(f"hepatrial: an error inside hepatrial: {type(error).__name__}: {error}")
        if not debug:
            _say("  fix:     run the command again with --debug and report what it prints")
    return FAILED


def _leave(code: int) -> None:
    """Exit, after what was printed has gone out; a reader who has gone or a full disk is no traceback."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            code = code or _explain(error, debug=False)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _say(text: str) -> None:
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, file=sys.stderr)
