"""The files that a calibration leaves: those of its folder, which are those that the package ships.

draws.csv            equally likely draws of all unknowns             -> posterior/data
posterior.json       how they were made, with diagnostics             -> posterior/data
fitted.json          most probable population and trials, misfits     -> disease/data
agents.json          most probable values of agents                   -> agents/fitted
leave_one_out.json   each calibration trial predicted by the others   -> posterior/data

What the fit keeps as it comes (`calibrate`) ships too, since its diagnostics are made from it: ``progress.json``,
``slopes.npz`` and ``draws.npz``, all to posterior/data.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import logit

from hepatrial.agents import agent_names, recorded_agent
from hepatrial.calibration.calibrate import DRAWS, KEPT, SLOPES, Calibration
from hepatrial.calibration.unknowns import OF_AGENTS, Unknowns
from hepatrial.disease.parameters import prior_parameters
from hepatrial.files.whole_file import write_whole
from hepatrial.posterior.drawing import new_agent, usual_agent
from hepatrial.posterior.shipped import Posterior
from hepatrial.simulation.streams import Streams

PLACES = {
    "draws.csv": ("hepatrial.posterior", "data"),
    "posterior.json": ("hepatrial.posterior", "data"),
    "leave_one_out.json": ("hepatrial.posterior", "data"),
    KEPT: ("hepatrial.posterior", "data"),
    SLOPES: ("hepatrial.posterior", "data"),
    DRAWS: ("hepatrial.posterior", "data"),
    "fitted.json": ("hepatrial.disease", "data"),
    "agents.json": ("hepatrial.agents", "fitted"),
}
FIGURES = 7
"""Significant figures of a drawn value."""


def write_files(found: Calibration, folder: Path, command: str) -> None:
    """Write all files of a calibration into its folder."""
    names, values = drawn_values(found.problem.unknowns, found.draws.z)
    write_whole(folder / "draws.csv", _csv(names, values))
    record = _record(found, command)
    posterior = Posterior(names, np.array([[float(_text(v)) for v in row] for row in values]), {})
    contents = {
        "posterior.json": record | {"hash": posterior.hash},
        "fitted.json": _fitted(found, command),
        "agents.json": _agents(found),
        "leave_one_out.json": _left_out(found),
    }
    for name, content in contents.items():
        write_whole(folder / name, json.dumps(content, indent=1) + "\n")


def ship(folder: Path) -> None:
    """Copy the files of a calibration's folder to where the package reads them."""
    for name, (package, data) in PLACES.items():
        shutil.copyfile(folder / name, Path(str(resources.files(package).joinpath(data, name))))


def drawn_values(unknowns: Unknowns, z: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Names and values of the model at each draw, those of the hierarchies as ``hierarchy.<number>``."""
    rows = [
        unknowns.values(point) | {f"hierarchy.{n}": v for n, v in unknowns.hyper(point).items()}
        for point in z
    ]
    return tuple(rows[0]), np.array([list(row.values()) for row in rows])


def _csv(names: tuple[str, ...], values: np.ndarray) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_text(value) for value in row] for row in values])
    return text.getvalue()


def _text(value: float) -> str:
    return f"{value:.{FIGURES}g}"


def _record(found: Calibration, command: str) -> dict[str, Any]:
    problem, at = found.problem, found.at
    sd = np.sqrt(np.diag(np.linalg.inv(at.precision)))
    return {
        "command": command,
        "patients": problem.patients,
        "seed": problem.seed,
        "trials": [trial.key for trial in problem.trials if trial.kind == "calibration"],
        "early_arms": [trial.key for trial in problem.trials if trial.kind == "early"],
        "observations": len(at.residuals),
        "unknowns": [
            {
                "name": name,
                "z": round(float(at.z[place]), 4),
                "sd_over_prior_sd": round(float(sd[place]), 4),
                "draws_mean_z": round(float(found.draws.z[:, place].mean()), 4),
                "draws_sd_z": round(float(found.draws.z[:, place].std(ddof=1)), 4),
            }
            for place, name in enumerate(problem.unknowns.names)
        ],
        "chi2": round(found.chi2, 3),
        "objective": round(at.objective, 3),
        "objective_at_prior": round(found.prior_objective, 3),
        "converged": found.converged,
        "draws": len(found.draws.z),
        "effective_share": round(found.draws.effective_share, 4),
        "effective_share_of_laplace": round(found.draws.effective_share_of_laplace, 4),
        "power_of_weights": round(found.draws.power, 4),
        "chain_accepted": round(found.draws.accepted, 4),
    }


def _fitted(found: Calibration, command: str) -> dict[str, Any]:
    problem, at = found.problem, found.at
    sd = np.sqrt(np.diag(np.linalg.inv(at.precision)))
    values, prior = problem.unknowns.values(at.z), prior_parameters().quantities
    white = problem.rows
    targets = []
    for trial in problem.trials:
        raw = trial.cholesky @ at.residuals[white[trial.key]]
        marginal = np.sqrt(np.sum(trial.cholesky**2, axis=1))
        targets += [
            {
                "trial": trial.key,
                "kind": trial.kind,
                "arm": observation.arm,
                "control": observation.control,
                "endpoint": observation.endpoint,
                "quantity": observation.quantity,
                "published": observation.published,
                "interval": observation.interval,
                "source": observation.source,
                "misfit_in_sd": round(float(misfit), 3),
            }
            for observation, misfit in zip(trial.observations, raw / marginal, strict=True)
        ]
    return {
        "command": command,
        "chi2": found.chi2,
        "numbers": len(at.residuals),
        "prior": float(at.z @ at.z),
        "targets": targets,
        "parameters": {
            name: {
                "value": values[name],
                "spread": float(sd[place] * prior[name].spread),
                "prior_sds_moved": float(at.z[place]),
                "sd_over_prior_sd": float(sd[place]),
            }
            for name, place in problem.unknowns.place.items()
            if name in prior
        },
        "trials": {name: value for name, value in values.items() if name.startswith("trial.")},
    }


def _agents(found: Calibration) -> dict[str, Any]:
    """Value of each quantity of each agent of the catalogue, with the sd of its log (of a share: logit) over draws.

    An agent that no trial here gave has what the hierarchies say of one of its kind.
    """
    unknowns, number = found.problem.unknowns, found.problem.seed
    values = unknowns.values(found.at.z) | {
        f"hierarchy.{n}": v for n, v in unknowns.hyper(found.at.z).items()
    }
    names, drawn = drawn_values(unknowns, found.draws.z)
    central = Posterior(tuple(values), np.array([list(values.values())]), {})
    posterior = Posterior(names, drawn, {})
    content: dict[str, Any] = {}
    for agent in map(recorded_agent, agent_names()):
        own = central.draw(0) if agent.name in unknowns.agents else usual_agent(agent, 0, central)
        rows = [
            posterior.draw(row)
            if agent.name in unknowns.agents
            else new_agent(agent, row, posterior, Streams(number))
            for row in range(len(drawn))
        ]
        content[agent.name] = {
            quantity: _with_spread(own[name], np.array([row[name] for row in rows]), quantity)
            for quantity in OF_AGENTS
            for name in (f"agent.{agent.name}.{quantity}",)
        }
    return content


def _with_spread(value: float, drawn: np.ndarray, quantity: str) -> dict[str, float]:
    scale = logit(drawn) if quantity == "fatal_given_event" else np.log(drawn)
    return {"value": float(_text(value)), "spread": float(_text(scale.std(ddof=1)))}


def _left_out(found: Calibration) -> dict[str, Any]:
    rows = []
    for left in found.left_out:
        for place, each in enumerate(left.trial.observations):
            predicted = left.differences[:, place]
            rows.append(
                {
                    "trial": left.trial.key,
                    "arm": each.arm,
                    "control": each.control,
                    "endpoint": each.endpoint,
                    "quantity": each.quantity,
                    "scale": each.scale,
                    "published": each.published,
                    "predicted_minus_published": round(float(predicted.mean()), 5),
                    "sd_over_draws": round(float(predicted.std(ddof=1)), 5),
                    "published_sd": round(float(each.sd), 5),
                }
            )
    scores = {left.trial.key: round(left.log_score, 4) for left in found.left_out}
    return {
        "draws": len(found.left_out[0].differences) if found.left_out else 0,
        "log_score": scores,
        "rows": rows,
    }


__all__ = ["drawn_values", "ship", "write_files"]
