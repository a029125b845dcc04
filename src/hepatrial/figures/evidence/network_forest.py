"""Forest plots of a network: every treatment against one, and direct against indirect evidence."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from matplotlib.figure import Figure

from hepatrial.evidence.network import BayesianFit, NetworkFit, NodeSplit, p_scores
from hepatrial.figures.evidence.forest_layout import draw_rows
from hepatrial.figures.evidence.forest_rows import BLANK, Column, ForestRow, ForestText, Look, Mark
from hepatrial.figures.evidence.wording import (
    ESTIMATORS,
    count_text,
    heterogeneity_text,
    level_text,
    p_text,
    prior_text,
    ratio_of,
    ratio_text,
)


def draw_network_forest(
    fit: NetworkFit | BayesianFit,
    control: str,
    *,
    title: str,
    measure: str = "Hazard ratio",
    small_is_good: bool = True,
    limits: tuple[float, float] | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """All treatments of a network against one of them, best first.

    Parameters
    ----------
    fit
        Frequentist or Bayesian; the intervals are confidence or credible intervals, and the note says which.
    control
        The treatment that all are compared with.
    small_is_good
        True where a low ratio is good for patients.

    Notes
    -----
    Squares have the area of the precision, thin lines are prediction intervals of a further trial. The ranking is
    that of P-scores (frequentist) or SUCRA (Bayesian).
    """
    bayesian = isinstance(fit, BayesianFit)
    scores = (fit.sucra if bayesian else lambda **k: p_scores(fit, **k))(small_is_good=small_is_good)
    others = sorted((arm for arm in scores if arm != control), key=lambda arm: (-scores[arm], arm))
    confidence = fit.confidence if bayesian else fit.rule.confidence
    kind = "CrI" if bayesian else "CI"
    rows = _treatment_rows(fit, others, control, scores)
    columns = [
        Column("Treatment", align="left"),
        Column("Direct\ntrials"),
        Column(f"{measure}\n({level_text(confidence, kind)})", left=False, most=1.6),
        Column("SUCRA" if bayesian else "P-score", left=False),
    ]
    sides = ("the treatment", control) if small_is_good else (control, "the treatment")
    said = _bayesian_notes(fit) if isinstance(fit, BayesianFit) else _fit_notes(fit)
    said += [
        f"Area of squares: precision. {control}: {'SUCRA' if bayesian else 'P-score'} {scores[control]:.2f}."
    ]
    if any(row.whisker for row in rows):
        said.append("Thin lines: prediction interval of the effect in a further trial.")
    text = ForestText(
        title=title, measure=f"{measure} against {control}", favours=sides, notes=(*said, *notes)
    )
    return draw_rows(columns, rows, text, limits=limits)


def draw_node_splits(
    splits: Sequence[NodeSplit],
    *,
    title: str,
    confidence: float = 0.95,
    measure: str = "Hazard ratio",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Direct, indirect and network estimate of every comparison that has both, from `split_nodes`."""
    columns = [
        Column("Comparison", align="left"),
        Column("Direct\ntrials"),
        Column(f"{measure}\n({level_text(confidence)})", left=False, most=1.6),
        Column("p of\nconsistency", left=False),
    ]
    rows: list[ForestRow] = []
    for split in splits:
        rows += [BLANK] if rows else []
        rows += _split_rows(split)
    text = ForestText(
        title=title,
        measure=measure,
        favours=("the first-named arm", "the second-named arm"),
        notes=(
            "Direct: trials of both arms. Indirect: the rest of the network. A large p is no proof of consistency.",
        ),
    )
    return draw_rows(columns, rows, text, limits=limits)


def _treatment_rows(
    fit: NetworkFit | BayesianFit, others: Sequence[str], control: str, scores: dict[str, float]
) -> list[ForestRow]:
    ratios = {arm: ratio_of(fit.effect(arm, control)) for arm in others}
    errors = {arm: _error(fit, arm, control) for arm in others}
    smallest = min(errors.values())
    return [
        ForestRow(
            (arm, _trials(fit, arm, control), ratio_text(ratios[arm]), f"{scores[arm]:.2f}"),
            ratios[arm],
            area=(smallest / errors[arm]) ** 2,
            whisker=_prediction(fit, arm, control),
        )
        for arm in others
    ]


def _trials(fit: NetworkFit | BayesianFit, arm: str, control: str) -> str:
    return str(len(fit.network.trials_with(arm, control)))


def _error(fit: NetworkFit | BayesianFit, arm: str, control: str) -> float:
    found = fit.effect(arm, control)
    return max(found.sd if isinstance(fit, BayesianFit) else found.std_error, 1e-9)


def _prediction(fit: NetworkFit | BayesianFit, arm: str, control: str) -> tuple[float, float] | None:
    if isinstance(fit, BayesianFit):
        found = fit.predicted(arm, control)
        return exp(found.lower), exp(found.upper)
    limits = fit.effect(arm, control).prediction
    return None if limits is None else (exp(limits[0]), exp(limits[1]))


def _fit_notes(fit: NetworkFit) -> list[str]:
    common = fit.tau2_estimator is None
    how = "common effects" if common else f"random effects, {ESTIMATORS[fit.tau2_estimator]}"
    how += ", Wald intervals" if fit.rule.df is None else ", Knapp-Hartung intervals"
    return [
        f"Network meta-analysis of {count_text(len(fit.network.trials), 'trial')}: {how}.",
        heterogeneity_text(fit.heterogeneity, of="Heterogeneity and inconsistency", common=common),
    ]


def _bayesian_notes(fit: BayesianFit) -> list[str]:
    tau = fit.tau()
    trials = count_text(len(fit.network.trials), "trial")
    return [
        f"Bayesian network meta-analysis of {trials}: medians, credible intervals.",
        f"Prior on τ: {prior_text(fit.prior)}. Posterior of τ: {tau.median:.3f} ({tau.lower:.3f} to {tau.upper:.3f}).",
    ]


def _split_rows(split: NodeSplit) -> list[ForestRow]:
    trials = str(len(split.direct_trials))
    head = ForestRow((f"{split.arm} v {split.control}", "", "", p_text(split.difference.p)), bold=True)
    direct = split.direct.ratio
    indirect = split.indirect.ratio
    network = split.network.ratio
    smallest = min(split.direct.std_error, split.indirect.std_error)
    return [
        head,
        ForestRow(("direct", trials, ratio_text(direct)), direct, indent=True,
                  area=(smallest / split.direct.std_error) ** 2),
        ForestRow(("indirect", "", ratio_text(indirect)), indirect, indent=True,
                  area=(smallest / split.indirect.std_error) ** 2),
        ForestRow(("network", "", ratio_text(network)), network, mark=Mark.DIAMOND, look=Look.RANDOM, indent=True),
    ]  # fmt: skip
