"""The command line that makes an answer again, as it stands on a page."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any


def command_words(command: str, arguments: Sequence[object], options: Mapping[str, Any]) -> str:
    """``hepatrial COMMAND ARGUMENTS --option value``, quoted for a shell.

    Parameters
    ----------
    options
        By their names; None, False and empty lists are left out, a list gives the option again for each value.
    """
    words = ["hepatrial", *command.split(), *(str(argument) for argument in arguments)]
    for name, value in options.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                words.append(name)
            elif one is not None and one is not False:
                words += [name, str(one)]
    return shlex.join(words)
