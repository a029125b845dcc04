"""Draws in the layout of ArviZ (Kumar et al. 2019, 10.21105/joss.01143): groups, variables, dimensions, coordinates.

The content is the arguments of `arviz_base.from_dict`; it is written as NetCDF, which needs ArviZ, or as JSON, which
needs nothing and holds arrays as lists. Draws are equally likely and independent of each other: one chain, in no order.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from hepatrial.calibration.diagnostics import log_likelihoods
from hepatrial.calibration.draws import log_density
from hepatrial.calibration.finished import Finished
from hepatrial.calibration.shipping import drawn_values
from hepatrial.errors import RunFailed, UsageError
from hepatrial.files.whole_file import write_whole

SUFFIXES = (".nc", ".json")
LONG = {"agent": "agent", "trial": "baseline"}
"""Dimension of the unknowns of single agents and populations, by how their names start."""


def inference_data(found: Finished) -> dict[str, Any]:
    """Keyword arguments of `arviz_base.from_dict`: data by group and variable, coords, dims, attrs.

    Shapes are (1, draws, ...) but in ``observed_data`` and ``constant_data``. ``log_likelihood`` holds a value a trial:
    the numbers of one trial come from the same patients and cannot be taken apart.
    """
    unknowns = found.problem.unknowns
    prior = np.random.default_rng(found.problem.seed).standard_normal(found.draws.shape)
    density = log_density(found.draws, found.draw_residuals)
    observed = [(trial.key, each) for trial in found.problem.trials for each in trial.observations]
    likelihoods = log_likelihoods(found)
    posterior, dims = _variables(*drawn_values(unknowns, found.draws))
    of_observation = {"published": ["observation"], "published_sd": ["observation"]}
    return {
        "data": {
            "posterior": posterior,
            "prior": _variables(*drawn_values(unknowns, prior))[0],
            "log_likelihood": {"published_of_trial": np.stack(list(likelihoods.values()), axis=-1)[None]},
            "sample_stats": {"lp": density[None]},
            "observed_data": {"published": np.array([each.published for _, each in observed])},
            "constant_data": {"published_sd": np.array([each.sd for _, each in observed])},
        },
        "coords": {
            "agent": list(unknowns.agents),
            "baseline": list(unknowns.baselines),
            "trial": list(likelihoods),
            "observation": [f"{key}: {each.name}" for key, each in observed],
        },
        "dims": {**dims, **of_observation, "published_of_trial": ["trial"]},
        "attrs": {
            "/": {
                "created_by": "hepatrial",
                "calibration": str(found.record["command"]),
                "notice": "Simulated, for research and trial planning, not for treating a patient.",
            }
        },
    }


def write_arviz(found: Finished, out: Path) -> None:
    """Write a file of one of `SUFFIXES`.

    Raises
    ------
    UsageError
        Another suffix.
    RunFailed
        NetCDF is asked for and ArviZ is not installed, or the file cannot be written.
    """
    if out.suffix not in SUFFIXES:
        raise UsageError(
            f"{out}: draws are not written in this format\n  found:   {out.suffix or 'no suffix'}\n"
            f"  allowed: {', '.join(SUFFIXES)}\n  fix:     name a file that ends in one of these"
        )
    content = inference_data(found)
    if out.suffix == ".json":
        write_whole(out, json.dumps(content, default=np.ndarray.tolist, allow_nan=False) + "\n")
        return
    _from_dict(**content).to_netcdf(out, engine="h5netcdf")


def _from_dict(**content: Any) -> Any:
    try:
        import h5netcdf  # noqa: F401
        from arviz_base import from_dict
    except ImportError as error:
        raise RunFailed(
            f"NetCDF needs ArviZ, which is not installed\n  found:   {error}\n  allowed: .json without it\n"
            "  fix:     pip install 'hepatrial[arviz]', or name a file that ends in .json (docs/calibration.md "
            "shows how ArviZ reads it)"
        ) from error
    return from_dict(**content)


def _variables(
    names: tuple[str, ...], values: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Variables of shape (1, draws) or (1, draws, agents or baselines), and the dimensions of the longer ones."""
    columns: dict[str, list[np.ndarray]] = {}
    dims: dict[str, list[str]] = {}
    for name, column in zip(names, values.T, strict=True):
        start, *rest = name.split(".")
        variable = f"{start}.{rest[-1]}" if start in LONG else name
        columns.setdefault(variable, []).append(column)
        if start in LONG:
            dims[variable] = [LONG[start]]
    return (
        {
            name: np.stack(found, axis=-1)[None] if name in dims else found[0][None]
            for name, found in columns.items()
        },
        dims,
    )
