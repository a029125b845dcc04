"""Ctrl-C is heard wherever it strikes, and a second one always works, but never breaks off tidying up."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

HEARD = """
import gc, os, signal, sys, time
from hepatrial.cli import stopping
from hepatrial.interruption import undisturbed
stopping.listen()
def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000): pass
try:
{}
except KeyboardInterrupt:
    print("stopped")
"""


def heard(body: str) -> tuple[str, str]:
    """What a process prints and writes to stderr that does ``body`` while it listens."""
    code = HEARD.format("\n".join(f"    {line}" for line in body.strip().splitlines()))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    return done.stdout.replace("\n", " ").strip(), done.stderr


def test_a_signal_that_strikes_in_garbage_collection_is_raised_again_without_a_word():
    out, err = heard("""
gc.callbacks.append(lambda phase, info: interrupt() if phase == "start" else None)
gc.collect()
gc.callbacks.clear()
print("dropped", flush=True)
time.sleep(10)
print("never here")
""")
    assert (out, err) == ("dropped stopped", "")


def test_a_signal_that_a_library_swallowed_is_raised_at_the_next_progress():
    out, _ = heard("""
from hepatrial.cli.progress import shown_progress
with shown_progress(silent=True) as progress:
    try: interrupt()
    except KeyboardInterrupt: print("swallowed")
    progress("simulating patients", 1, 2)
    print("never here")
""")
    assert out == "swallowed stopped"


def test_a_second_signal_works_where_the_first_was_swallowed():
    out, _ = heard("""
try: interrupt()
except KeyboardInterrupt: print("swallowed")
time.sleep(0.6)
interrupt()
print("never here")
""")
    assert out == "swallowed stopped"


def test_a_second_signal_does_not_break_off_tidying_up():
    out, _ = heard("""
try: interrupt()
finally:
    with undisturbed():
        time.sleep(0.6)
        interrupt()
        print("tidied")
""")
    assert out == "tidied stopped"


def test_errors_that_python_cannot_raise_are_still_told():
    _, err = heard("""
class Broken:
    def __del__(self): raise ValueError("in passing")
Broken()
""")
    assert "in passing" in err


@pytest.mark.parametrize("ignored", [False, True])
def test_a_closed_terminal_stops_a_run_unless_it_was_started_with_nohup(ignored):
    body = "    print('ready', flush=True)\n    time.sleep(3 if {} else 20)\n    print('done')"
    # Said either way: tests that were themselves started with nohup would hand it on.
    before = f"import signal; signal.signal(signal.SIGHUP, signal.{'SIG_IGN' if ignored else 'SIG_DFL'})\n"
    code = before + HEARD.format(body.format(ignored))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGHUP)
        assert process.communicate(timeout=15)[0] == ("done\n" if ignored else "stopped\n")
