"""hepatrial: an in-silico trial bench for targeted therapy of hepatocellular carcinoma.

Names are imported when they are first used, so that ``import hepatrial`` and the command line stay fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "analyse": "hepatrial.analysis",
    "check": "hepatrial.protocol.loading",
    "cut": "hepatrial.conduct",
    "load": "hepatrial.protocol.loading",
    "load_agent": "hepatrial.agents",
    "simulate": "hepatrial.virtual_trial",
    "SurvivalTimes": "hepatrial.survival",
    "TrialData": "hepatrial.trialdata",
    "VirtualTrial": "hepatrial.virtual_trial",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'hepatrial' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
