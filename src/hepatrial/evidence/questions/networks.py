"""All treatments of a line against each other: the network of the published trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hepatrial.errors import RunFailed, UsageError
from hepatrial.evidence.collection import Collection, collection
from hepatrial.evidence.independence import RANDOMISED, Comparison, independent_comparisons
from hepatrial.evidence.pooling import Tau2Estimator
from hepatrial.evidence.questions.bayesian_ranks import BayesianAnswer, bayesian_answer
from hepatrial.evidence.questions.counted_trials import (
    CountedTrial,
    TrialSet,
    counted_trials,
    left_out_trials,
)
from hepatrial.evidence.questions.models import Model
from hepatrial.evidence.questions.network_analysis import PREFERRED, NetworkAnalysis, analysed_network
from hepatrial.evidence.questions.network_cautions import network_cautions
from hepatrial.evidence.questions.network_parts import (
    Bridge,
    Part,
    bridges,
    part_with,
    parts_of,
    refuse_parts,
)
from hepatrial.evidence.questions.same_treatment import refuse_pairs_given_twice
from hepatrial.evidence.questions.shared_arms import SharedArmReach, reach_of, shared_arms
from hepatrial.evidence.trials import PublishedTrial


@dataclass(frozen=True, slots=True)
class GroupedArm:
    """An arm that was taken as a treatment of the network; ``patients`` is None where not confirmed."""

    study: str
    arm: str
    dose: str
    patients: int | None


@dataclass(frozen=True, slots=True)
class NetworkAnswer:
    """What the published trials say of all treatments of a line.

    Attributes
    ----------
    endpoint, line
        What was asked.
    trials
        What counts, and what does not.
    analysis, bayesian
        The network; with a prior where that was asked for.
    arms
        By treatment, the arms that were taken as it: doses and partners given as placebo do not tell them apart.
    shared
        Arms that hazard ratios of a trial share, and how far what is not known of them could change the result.
    set_aside, bridges
        Parts that no trial connects with the reference, and records that would connect parts.
    cautions
        What a reader must know before believing the numbers.
    """

    endpoint: str
    line: str
    trials: TrialSet
    analysis: NetworkAnalysis
    bayesian: BayesianAnswer | None
    arms: Mapping[str, tuple[GroupedArm, ...]]
    shared: tuple[SharedArmReach, ...]
    set_aside: tuple[Part, ...]
    bridges: tuple[Bridge, ...]
    cautions: tuple[str, ...]

    @property
    def patients(self) -> dict[str, int] | None:
        """Patients by treatment; None where the size of an arm is not confirmed."""
        sizes = {name: [arm.patients for arm in arms] for name, arms in self.arms.items()}
        if any(size is None for rows in sizes.values() for size in rows):
            return None
        return {name: sum(size for size in rows if size is not None) for name, rows in sizes.items()}


def network_answer(
    line: str,
    endpoint: str = "OS",
    *,
    reference: str | None = None,
    model: Model | str | None = None,
    tau2_estimator: Tau2Estimator | str = Tau2Estimator.REML,
    bayesian: bool = False,
    prior: str | None = None,
    seed: int = 1,
    connected: bool = False,
    confidence: float = 0.95,
    records: Collection | None = None,
) -> NetworkAnswer:
    """Compare all treatments of a line by the published hazard ratios.

    Parameters
    ----------
    line, endpoint
        ``1L``, ``2L``, ``TACE`` and so on; ``OS``, ``PFS``, ``TTP``.
    reference
        If left out: placebo where it is part of the network, else the treatment of most trials.
    model, tau2_estimator
        See `hepatrial.evidence.questions.network_analysis.analysed_network`.
    bayesian, prior, seed
        Also with a prior on tau; see `hepatrial.evidence.questions.bayesian_ranks.bayesian_answer`.
    connected
        Where trials fall apart, analyse the part of the reference alone.
    records
        The records to look at; `hepatrial.evidence.collection` if left out.

    Raises
    ------
    UsageError
        An unknown line, endpoint, reference, prior or choice.
    InvalidInput
        Trials whose arms do not fit together, or a network that falls apart; the message says what would connect it.
    RunFailed
        No trial counts.

    Notes
    -----
    Only confirmed hazard ratios of randomised trials with a confirmed interval enter, each trial by one report; the
    arms of a trial with several are tied by their shared arm (`shared_arms`).

    When not to use: where patients of one trial could not have been in another; across lines of therapy.
    """
    known = collection() if records is None else records
    found = independent_comparisons(endpoint, line, records=known)
    compared = [one for one in found.comparisons if one.treatment != one.control_treatment]
    refuse_pairs_given_twice(compared)
    reasons = dict(found.left_out) | {
        one.trial: f"it compares doses or schedules of one treatment: {one.treatment}"
        for one in found.comparisons
        if one.treatment == one.control_treatment
    }
    counted = counted_trials(compared, known, turned=_as_printed)
    trials = _trial_set(counted, reasons, line, known)
    if not counted:
        raise RunFailed(_nothing_found(line, endpoint, trials))
    parts = parts_of(counted)
    would_connect = bridges(parts, trials, known)
    set_aside: tuple[Part, ...] = ()
    if connected:
        trials, set_aside = _connected(reference, parts, trials)
    else:
        refuse_parts(parts, would_connect)
    shared = shared_arms(trials.counted, known)
    analysis = analysed_network(
        trials.effects,
        [one.at(one.variance) for one in shared],
        reference=reference,
        model=model,
        tau2_estimator=tau2_estimator,
        confidence=confidence,
    )
    reach = reach_of(shared, trials.effects)
    with_prior = None
    if bayesian or prior is not None:
        with_prior = bayesian_answer(analysis.network, endpoint, prior, seed=seed, confidence=confidence)
    return NetworkAnswer(
        endpoint=endpoint,
        line=line,
        trials=trials,
        analysis=analysis,
        bayesian=with_prior,
        arms=_grouped(trials.counted),
        shared=reach,
        set_aside=set_aside,
        bridges=would_connect,
        cautions=network_cautions(analysis, trials, known, reach=reach, set_aside=set_aside),
    )


def _as_printed(one: Comparison) -> bool:
    return False


def _trial_set(
    counted: tuple[CountedTrial, ...], reasons: Mapping[str, str], line: str, known: Collection
) -> TrialSet:
    def of_the_line(trial: PublishedTrial) -> bool:
        return trial.design == RANDOMISED and line in trial.lines

    return TrialSet(counted, left_out_trials(sorted(reasons.items()), known, near=of_the_line))


def _connected(
    reference: str | None, parts: Sequence[Part], trials: TrialSet
) -> tuple[TrialSet, tuple[Part, ...]]:
    """The trials of the part that holds the reference, and the other parts."""
    treatments = tuple(arm for part in parts for arm in part.treatments)
    if reference is not None and reference not in treatments:
        raise UsageError(
            f"no trial of the network has the reference {reference}\n  allowed: {', '.join(sorted(treatments))}\n"
            "  fix:     choose one of these with --reference"
        )
    wanted = reference or (PREFERRED if PREFERRED in treatments else parts[0].treatments[0])
    part = part_with(wanted, parts)
    kept = tuple(one for one in trials.counted if one.effect.study in part.studies)
    others = tuple(one for one in parts if one is not part)
    return TrialSet(kept, trials.left_out), others


def _grouped(counted: Sequence[CountedTrial]) -> dict[str, tuple[GroupedArm, ...]]:
    found: dict[str, list[GroupedArm]] = {}
    for one in counted:
        comparison = one.comparison
        rows = (
            (comparison.treatment, comparison.arm, one.doses[0], one.patients[0]),
            (comparison.control_treatment, comparison.control, one.doses[1], one.patients[1]),
        )
        for treatment, arm, dose, patients in rows:
            grouped = GroupedArm(one.effect.study, arm, dose, patients)
            if grouped not in found.setdefault(treatment, []):
                found[treatment].append(grouped)
    return {name: tuple(arms) for name, arms in sorted(found.items())}


def _nothing_found(line: str, endpoint: str, trials: TrialSet) -> str:
    reasons = [f"{one.name}: {one.reason}" for one in trials.near] or ["no randomised trial of that line"]
    told = "\n           ".join(reasons)
    return (
        f"no confirmed hazard ratio makes a network: {endpoint}, line {line}\n  found:   {told}\n"
        "  fix:     choose another endpoint or line, or add a record of your own with --records"
    )
