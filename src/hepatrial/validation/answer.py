"""The model against every preregistered trial: predictions, published estimates, scores beside rivals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hepatrial.errors import UsageError, near_miss
from hepatrial.posterior import Posterior, shipped_posterior
from hepatrial.prediction.explained import explained_variance
from hepatrial.prediction.predictive import Predictive
from hepatrial.validation.comparison import Compared, Kind, Published
from hepatrial.validation.kept_predictions import KeptPredictions
from hepatrial.validation.leave_one_out import Key, LeftOutPrediction, shipped_left_out
from hepatrial.validation.predicting import Progress, predicted_trials
from hepatrial.validation.preregistration import FITTED, Preregistration, preregistration
from hepatrial.validation.published_comparisons import primary_of_each_trial, published_comparisons
from hepatrial.validation.rivals import RIVALS, RivalEvidence, rival_evidence
from hepatrial.validation.scores import Scored, Summary, summarised
from hepatrial.validation.simulated_trial import SIMULATED_AS, SimulatedTrial
from hepatrial.validation.uncertainty import UncertaintyParts

KINDS: tuple[Kind, ...] = ("OS", "progression")


@dataclass(frozen=True, slots=True)
class PredictedComparison:
    """A published hazard ratio with the prediction of it.

    Attributes
    ----------
    predictive
        Of the published estimate; of the true effect of a trial where no standard error is known.
    left_out
        The same from a calibration without this trial; None for a held-out trial, or where none ships.
    in_summary
        Whether it is the one of its trial and kind that enters the scores.
    """

    published: Published
    group: str
    predictive: Predictive
    left_out: Predictive | None
    parts: UncertaintyParts
    rivals: Mapping[str, float]
    in_summary: bool

    @property
    def of(self) -> Compared:
        """What is compared."""
        return self.published.of

    def scored(self, *, left_out: bool = False) -> Scored:
        """What the scores need."""
        error, predictive = self.published.std_error, self.left_out if left_out else self.predictive
        assert error is not None, "only what is scored"
        assert predictive is not None, "only what was left out"
        return Scored(self.published.log_hr, error, predictive, dict(self.rivals))


@dataclass(frozen=True, slots=True)
class Validation:
    """The whole answer.

    Attributes
    ----------
    summaries
        Scores by group and kind, None where nothing can be scored.
    left_out
        Scores of the calibration trials, each predicted by the others, by kind.
    simulated
        By trial, also those without a hazard ratio.
    whole
        Whether all preregistered trials are inside.
    """

    rules: Preregistration
    posterior_hash: str
    draws: int
    patients: int
    seed: int
    comparisons: tuple[PredictedComparison, ...]
    summaries: Mapping[tuple[str, Kind], Summary | None]
    left_out: Mapping[Kind, Summary | None]
    simulated: Mapping[str, SimulatedTrial]
    whole: bool


def validate(
    *,
    draws: int,
    patients: int,
    seed: int = 1,
    trials: Sequence[str] = (),
    workers: int | None = None,
    kept: KeptPredictions | None = None,
    progress: Progress | None = None,
    posterior: Posterior | None = None,
) -> Validation:
    """Predict the preregistered trials and score the predictions.

    Parameters
    ----------
    draws, patients
        Draws of the posterior, and virtual patients of each trial under each draw, every one under all arms.
    trials
        Some of the preregistered ones; all if left out.
    kept
        Where predictions of finished trials are kept and found again.
    posterior
        The shipped one if left out.

    Raises
    ------
    UsageError
        A trial is not among the preregistered ones.
    """
    rules = preregistration()
    chosen = _chosen(trials, rules)
    simulated = predicted_trials(
        chosen, draws=draws, patients=patients, seed=seed, workers=workers, posterior=posterior, kept=kept,
        progress=progress,
    )  # fmt: skip
    comparisons = predicted_comparisons(published_comparisons(), simulated, shipped_left_out(), rules)
    return Validation(
        rules=rules,
        posterior_hash=(posterior or shipped_posterior()).hash,
        draws=draws,
        patients=patients,
        seed=seed,
        comparisons=comparisons,
        summaries={
            (group, kind): _summary(
                (one for one in comparisons if one.group == group and one.of.kind == kind), rules
            )
            for group in rules.groups
            for kind in KINDS
        },
        left_out={
            kind: _summary(
                (one for one in comparisons if one.left_out is not None and one.of.kind == kind),
                rules,
                left_out=True,
            )
            for kind in KINDS
        },
        simulated=simulated,
        whole=set(chosen) == set(rules.trials),
    )


def predicted_comparisons(
    published: Sequence[Published],
    simulated: Mapping[str, SimulatedTrial],
    left_out: Mapping[Key, LeftOutPrediction],
    rules: Preregistration,
) -> tuple[PredictedComparison, ...]:
    """Published comparisons of the simulated trials with their predictions.

    Rivals see the outcomes of all calibration trials, simulated here or not.
    """
    evidence = rival_evidence(published, rules)
    primary = set(map(id, primary_of_each_trial(published, rules)))
    return tuple(
        _predicted(one, simulated[one.of.trial], left_out, evidence, in_summary=id(one) in primary)
        for one in published
        if one.of.trial in simulated
    )


def _predicted(
    one: Published,
    trial: SimulatedTrial,
    left_out: Mapping[Key, LeftOutPrediction],
    evidence: RivalEvidence,
    *,
    in_summary: bool,
) -> PredictedComparison:
    rules = evidence.rules
    name = (one.of.name, SIMULATED_AS.get(one.of.endpoint, one.of.endpoint))
    true = trial.log_hr[name]
    agents, others = map(math.sqrt, explained_variance(true, trial.agent_values))
    noise = math.hypot(rules.between_trial_log_hr_sd, one.std_error or 0.0)
    group = rules.group_of(one.of.trial)
    without = left_out.get((one.of.trial, one.of.name, one.of.endpoint)) if group == FITTED else None
    return PredictedComparison(
        published=one,
        group=group,
        predictive=Predictive(true, noise),
        left_out=None
        if without is None
        else Predictive(np.array([without.log_hr]), math.hypot(without.sd, noise)),
        parts=UncertaintyParts(
            agents, others, rules.between_trial_log_hr_sd, one.std_error, trial.monte_carlo_sd[name]
        ),
        rivals={rival: predict(one.of, evidence) for rival, predict in RIVALS.items()},
        in_summary=in_summary,
    )


def _summary(
    comparisons: Iterable[PredictedComparison], rules: Preregistration, *, left_out: bool = False
) -> Summary | None:
    scored = [one.scored(left_out=left_out) for one in comparisons if one.in_summary]
    return summarised(scored, rules.intervals_percent)


def _chosen(trials: Sequence[str], rules: Preregistration) -> tuple[str, ...]:
    unknown = [name for name in trials if name not in rules.trials]
    if unknown:
        meant = near_miss(unknown[0], rules.trials)
        raise UsageError(
            f"no preregistered trial is called {unknown[0]}\n  found:   {unknown[0]}\n"
            f"  allowed: {', '.join(rules.trials)}\n  fix:     "
            + (f"did you mean {meant}?" if meant else "choose some of these, or leave --trial out for all")
        )
    return tuple(name for name in rules.trials if not trials or name in trials)
