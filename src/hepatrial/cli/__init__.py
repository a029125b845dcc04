"""The command line: one file a command; what a command needs is imported when it runs."""

from __future__ import annotations

import sys
import traceback

INTERRUPTED = 130


def main() -> None:
    """Entry point of ``hepatrial``: runs a command and turns errors into a message and an exit code.

    Exit codes: 0 done, 1 failed, 2 usage, 3 invalid input, 130 stopped by Ctrl-C.
    """
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    try:
        _run(arguments)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            _say("stopped; nothing was written")
        raise
    except KeyboardInterrupt:
        _say("stopped; nothing was written")
        sys.exit(INTERRUPTED)
    except Exception as error:
        if debug:
            traceback.print_exc()
        sys.exit(_explain(error, debug))


def _run(arguments: list[str]) -> None:
    from hepatrial.cli.app import app

    app(arguments, prog_name="hepatrial")


def _explain(error: Exception, debug: bool) -> int:
    """Say what went wrong; returns the exit code."""
    from hepatrial.errors import HepatrialError

    if isinstance(error, HepatrialError):
        _say(f"hepatrial: {error}")
        return error.exit_code
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        _say(f"hepatrial: {error.strerror}{place}")
    else:
        _say(f"hepatrial: an error inside hepatrial: {type(error).__name__}: {error}")
        if not debug:
            _say("  fix:     run the command again with --debug and report what it prints")
    return 1


def _say(text: str) -> None:
    print(text, file=sys.stderr)
