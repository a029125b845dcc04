"""One comparison pooled over the published trials: the pool, what carries it, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from hepatrial.errors import InvalidInput
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.pooling import (
    IntervalMethod,
    Pooled,
    SmallStudyTest,
    StudyEffect,
    Tau2Estimator,
    cumulative,
    egger_test,
    leave_one_out,
    pool_common,
    pool_random,
)
from hepatrial.evidence.pooling.refusals import chosen
from hepatrial.evidence.pooling.sequences import Pooling
from hepatrial.evidence.questions.apart import Apart, apart_by
from hepatrial.evidence.questions.counted_trials import TrialSet
from hepatrial.evidence.questions.listed_names import names_in_a_row
from hepatrial.evidence.questions.meta_cautions import cautions
from hepatrial.evidence.questions.models import LEAST_FOR_RANDOM, Model
from hepatrial.evidence.questions.pair_question import PairQuestion, asked_question, trials_of
from hepatrial.evidence.questions.trial_covariates import Regression, regressions

LEAST_FOR_EGGER = 10
"""Trials below which a small-study test has no power (Sterne et al. 2011, 10.1136/bmj.d4002)."""
LEAST_FOR_LEAVING_OUT = 3


@dataclass(frozen=True, slots=True)
class CumulativeStep:
    """The pool after a trial came in."""

    study: str
    year: int
    pooled: Pooled


@dataclass(frozen=True, slots=True)
class MetaAnswer:
    """What the published trials say of one comparison.

    Attributes
    ----------
    question, trials
        What was asked; what counts, and what does not.
    model, model_chosen
        Which pool leads, and whether nobody asked for it.
    common, random
        Both pools; ``random`` is None with one trial.
    without_each
        The leading pool without each trial, by name.
    steps
        The leading pool as trials came in, by year.
    small_studies
        Egger's test.
    apart
        The leading model by levels of factors.
    regressions
        The effect by properties of the trials.
    not_done
        By name, why a part that a reader could expect is missing.
    cautions
        What a reader must know before believing the numbers.
    """

    question: PairQuestion
    trials: TrialSet
    model: Model
    model_chosen: bool
    common: Pooled
    random: Pooled | None
    without_each: Mapping[str, Pooled]
    steps: tuple[CumulativeStep, ...]
    small_studies: SmallStudyTest | None
    apart: tuple[Apart, ...]
    regressions: tuple[Regression, ...]
    not_done: Mapping[str, str]
    cautions: tuple[str, ...]

    @property
    def lead(self) -> Pooled:
        """The pool that leads."""
        return self.random if self.model is Model.RANDOM and self.random is not None else self.common

    @property
    def why_model(self) -> str:
        """Why that pool leads, as the end of a sentence."""
        if not self.model_chosen:
            return "as asked"
        few = self.model is Model.COMMON
        return f"as there are {'fewer than' if few else 'at least'} {LEAST_FOR_RANDOM} trials"

    @property
    def pools(self) -> tuple[Pooled, ...]:
        """All pools, the leading one last."""
        both = (self.common,) if self.random is None else (self.common, self.random)
        return both if self.lead is both[-1] else both[::-1]


def pooled_answer(
    agents: Sequence[str],
    control: str,
    endpoint: str = "OS",
    line: str | None = None,
    *,
    model: Model | str | None = None,
    tau2_estimator: Tau2Estimator | str = Tau2Estimator.REML,
    interval: IntervalMethod | str = IntervalMethod.KNAPP_HARTUNG_NEVER_NARROWER,
    by: Sequence[str] = (),
    apart: Sequence[str] = (),
    confidence: float = 0.95,
    records: Collection | None = None,
) -> MetaAnswer:
    """Pool the published hazard ratios of treatments against a control.

    Parameters
    ----------
    agents
        Treatments as trials are pooled, such as ``("ramucirumab",)``; ``("all",)`` for all that were compared.
    control, endpoint
        For example ``placebo`` and ``OS``.
    line
        ``1L``, ``2L``, ``TACE`` and so on; ``all`` for every line; if left out, that of most trials.
    model
        Which pool leads; random effects from 3 trials on if left out. Both are always given.
    tau2_estimator, interval
        Of the random effects; see `hepatrial.evidence.pooling`.
    by
        Properties of the trials to regress on: ``year``, ``hbv``, ``mvi`` and so on
        (`hepatrial.evidence.questions.trial_covariates`).
    apart
        Factors by whose levels printed subgroups are pooled apart: ``afp-400``, ``aetiology`` and so on.
    records
        The records to look at; `hepatrial.evidence.collection` if left out.

    Raises
    ------
    UsageError
        An unknown treatment, endpoint, line or choice; random effects for a single trial.
    InvalidInput
        A record that answers twice.
    RunFailed
        No trial answers.

    Notes
    -----
    Only confirmed hazard ratios of randomised trials with a confirmed interval enter, each trial by one report
    (`hepatrial.evidence.independent_comparisons`).

    When not to use: for treatments compared through others (`network_answer`); where trials of different agents are
    pooled, the mean is of the class and of nothing that a patient can be given.
    """
    known = collection() if records is None else records
    wanted = None if model is None else chosen(Model, model, "model")
    question = asked_question(agents, control, endpoint, line, known)
    trials = trials_of(question, known)
    effects = trials.effects
    common = pool_common(effects, confidence=confidence)
    pooling = partial(pool_random, tau2_estimator=tau2_estimator, interval=interval, confidence=confidence)
    random = pooling(effects) if len(effects) > 1 or wanted is Model.RANDOM else None
    leading = wanted or (Model.RANDOM if len(effects) >= LEAST_FOR_RANDOM else Model.COMMON)
    again = pooling if leading is Model.RANDOM else partial(pool_common, confidence=confidence)
    not_done: dict[str, str] = {}
    if random is None:
        not_done["random effects"] = "one trial"
    elif random.effect.prediction is None:
        not_done["prediction interval"] = "two trials leave it no degree of freedom"
    return MetaAnswer(
        question=question,
        trials=trials,
        model=leading,
        model_chosen=wanted is None,
        common=common,
        random=random,
        without_each=_without_each(effects, again, not_done),
        steps=_steps(trials, again, not_done),
        small_studies=_small_studies(effects, not_done),
        apart=apart_by(
            apart, question, known, one=partial(pool_common, confidence=confidence), several=again
        ),
        regressions=regressions(
            by, trials, known, tau2_estimator=tau2_estimator, confidence=confidence, not_done=not_done
        ),
        not_done=not_done,
        cautions=cautions(question, trials, random, known),
    )


def _without_each(
    effects: Sequence[StudyEffect], pooling: Pooling, not_done: dict[str, str]
) -> Mapping[str, Pooled]:
    if len(effects) >= LEAST_FOR_LEAVING_OUT:
        return leave_one_out(effects, pooling)
    not_done["leave-one-out"] = f"{_count(effects)}; {LEAST_FOR_LEAVING_OUT} are needed to leave a pool"
    return {}


def _steps(trials: TrialSet, pooling: Pooling, not_done: dict[str, str]) -> tuple[CumulativeStep, ...]:
    effects = trials.effects
    undated = [one.effect.study for one in trials.counted if one.year is None]
    if len(effects) < 2 or undated:
        not_done["cumulative"] = f"no year of {names_in_a_row(undated)}" if undated else "one trial"
        return ()
    dated = sorted(
        ((one.year, one.effect.study) for one in trials.counted if one.year is not None),
        key=lambda row: row[0],
    )
    pools = cumulative(effects, [one.year for one in trials.counted if one.year is not None], pooling)
    return tuple(
        CumulativeStep(study, year, pooled) for (year, study), pooled in zip(dated, pools, strict=True)
    )


def _small_studies(effects: Sequence[StudyEffect], not_done: dict[str, str]) -> SmallStudyTest | None:
    if len(effects) < LEAST_FOR_EGGER:
        not_done["small-study test"] = (
            f"{_count(effects)}; with fewer than {LEAST_FOR_EGGER} it has no power (10.1136/bmj.d4002)"
        )
        return None
    try:
        return egger_test(effects)
    except InvalidInput as refusal:
        not_done["small-study test"] = refusal.issues[0].what
        return None


def _count(effects: Sequence[StudyEffect]) -> str:
    return "one trial" if len(effects) == 1 else f"{len(effects)} trials"
