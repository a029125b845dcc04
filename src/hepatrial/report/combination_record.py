"""A combination as plain data, for ``result.json`` and ``--json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from hepatrial.combinations import Combination
from hepatrial.conduct.unfitted_warnings import agent_warnings
from hepatrial.report.definitions import NOTICE
from hepatrial.signalling import Activities


def combination_record(found: Combination) -> dict[str, Any]:
    """Everything that was found; what is not defined is null."""
    names = [agent.name for agent in found.agents]
    usual = asdict(found.at_usual_doses)
    return {
        "notice": NOTICE,
        "warnings": list(agent_warnings(found.agents)),
        "agents": names,
        "usual_doses_mg_per_day": list(found.usual_doses),
        "nodes_bound": [list(one.nodes) for one in found.hits],
        "assumed": [list(one.assumed) for one in found.hits],
        "dependence": asdict(found.dependence),
        "at_usual_doses": {
            name: dict(zip(("value", "low", "high"), map(_number, values), strict=True))
            for name, values in usual.items()
        },
        "surface": {
            "first_doses_mg_per_day": _numbers(found.surface.first_doses),
            "second_doses_mg_per_day": _numbers(found.surface.second_doses),
            "effect": _numbers(found.surface.effects),
            "bliss_excess": _numbers(found.bliss),
            "loewe_excess": _numbers(found.loewe),
            "zip_delta": None if found.zip is None else _numbers(found.zip.delta),
            "zip_residual": None if found.zip is None else _number(found.zip.residual),
        },
        "isoboles": [
            {
                "effect": _number(one.effect),
                "first_alone_over_usual_exposure": one.first_alone,
                "second_alone_over_usual_exposure": one.second_alone,
                "first_over_usual_exposure": _numbers(one.first_doses),
                "second_over_usual_exposure": _numbers(one.second_doses),
            }
            for one in found.isoboles
        ],
        "nodes": {name: _nodes(reached) for name, reached in zip((*names, "both"), found.nodes, strict=True)},
        "controls_under_both": [asdict(one) for one in found.controls],
        "escapes": {name: asdict(one) for name, one in zip((*names, "both"), found.escapes, strict=True)},
        "tolerability": asdict(found.tolerability),
    }


def _nodes(reached: Activities) -> dict[str, float]:
    return {node: _number(value) for node, value in reached._asdict().items()}


def _numbers(values: np.ndarray) -> list[Any]:
    return [_numbers(one) if np.ndim(one) else _number(one) for one in values]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
