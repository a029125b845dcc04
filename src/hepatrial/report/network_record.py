"""A network's answer as the plain record that ``--json`` prints and ``result.json`` holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hepatrial.evidence.network import NetworkFit, NodeSplit, QDecomposition, QPart
from hepatrial.evidence.questions.bayesian_ranks import BayesianAnswer
from hepatrial.evidence.questions.networks import NetworkAnswer
from hepatrial.evidence.questions.shared_arms import SharedArmReach
from hepatrial.report.definitions import EVIDENCE_NOTICE
from hepatrial.report.evidence_rows import (
    counted_rows,
    estimate_row,
    heterogeneity_row,
    left_out_rows,
    posterior_row,
)


def network_record(found: NetworkAnswer) -> dict[str, Any]:
    """Stable keys; None where something is not known, and ``not_done`` says why a part is missing."""
    analysis = found.analysis
    return {
        "question": {"line": found.line, "endpoint": found.endpoint},
        "reference": analysis.reference,
        "model": analysis.model.value,
        "model_chosen": analysis.model_chosen,
        "treatments": [
            {"treatment": name, "p_score": score, "arms": _arms(found, name)}
            for name, score in analysis.p_scores.items()
        ],
        "against_reference": against_rows(found),
        "common": _fit(analysis.common, analysis.reference),
        "random": None if analysis.random is None else _fit(analysis.random, analysis.reference),
        "league": league_rows(found),
        "q": _q(analysis.q),
        "node_splits": [_split(one) for one in analysis.splits],
        "bayesian": None if found.bayesian is None else _bayesian(found.bayesian, analysis.reference),
        "shared_arms": [_shared(one) for one in found.shared],
        "set_aside": [
            {"treatments": list(part.treatments), "studies": list(part.studies)} for part in found.set_aside
        ],
        "would_connect": [
            {"trial": one.trial, "treatments": list(one.treatments), "reason": one.reason}
            for one in found.bridges
        ],
        "studies": counted_rows(found.trials.counted),
        "left_out": left_out_rows(found.trials.left_out),
        "not_done": dict(analysis.not_done),
        "cautions": list(found.cautions),
        "notice": EVIDENCE_NOTICE,
    }


def against_rows(found: NetworkAnswer) -> list[dict[str, Any]]:
    """The leading fit against the reference, best P-score first, with the trials that compared the two."""
    analysis = found.analysis
    return [
        {
            "treatment": name,
            "direct_trials": [
                trial.study for trial in analysis.network.trials_with(name, analysis.reference)
            ],
            **estimate_row(analysis.lead.effect(name, analysis.reference)),
            "p_score": score,
        }
        for name, score in analysis.p_scores.items()
        if name != analysis.reference
    ]


def league_rows(found: NetworkAnswer) -> list[dict[str, Any]]:
    """Every pair once, the treatment with the better P-score first; ``direct`` is None without direct trials."""
    analysis = found.analysis
    order = analysis.league.treatments
    return [
        {
            "treatment": name,
            "control": other,
            **estimate_row(analysis.lead.effect(name, other)),
            "direct_trials": [trial.study for trial in analysis.network.trials_with(name, other)],
            "direct": _direct(found, name, other),
        }
        for place, name in enumerate(order)
        for other in order[place + 1 :]
    ]


def _direct(found: NetworkAnswer, name: str, other: str) -> dict[str, Any] | None:
    direct = found.analysis.direct
    if (name, other) in direct:
        return estimate_row(direct[name, other])
    if (other, name) in direct:
        return _turned(estimate_row(direct[other, name]))
    return None


def _turned(row: dict[str, Any]) -> dict[str, Any]:
    """The same estimate as the inverse ratio."""
    limits = {key: [1 / limit for limit in reversed(row[key])] for key in ("ci", "prediction") if row[key]}
    return {**row, **limits, "hr": 1 / row["hr"], "log_hr": -row["log_hr"]}


def _arms(found: NetworkAnswer, name: str) -> list[dict[str, Any]]:
    return [
        {"study": arm.study, "arm": arm.arm, "dose": arm.dose or None, "patients": arm.patients}
        for arm in found.arms[name]
    ]


def _fit(fit: NetworkFit, reference: str) -> dict[str, Any]:
    return {
        "tau2_estimator": None if fit.tau2_estimator is None else fit.tau2_estimator.value,
        "confidence": fit.rule.confidence,
        "heterogeneity": heterogeneity_row(fit.heterogeneity),
        "against_reference": {arm: estimate_row(one) for arm, one in fit.against(reference).items()},
    }


def _q(found: QDecomposition) -> dict[str, Any]:
    return {
        "total": _part(found.total),
        "within_designs": _part(found.within),
        "between_designs": _part(found.between),
        "between_designs_random": _part(found.between_random),
        "between_over_within": None
        if found.between_over_within is None
        else {**asdict(found.between_over_within), "p": found.between_over_within.p},
        "by_design": {design: _part(part) for design, part in found.by_design.items()},
        "tau2_within": found.tau2_within,
    }


def _part(part: QPart) -> dict[str, Any]:
    return {"q": part.q, "df": part.df, "p": part.p if part.df else None}


def _split(one: NodeSplit) -> dict[str, Any]:
    return {
        "treatment": one.arm,
        "control": one.control,
        "direct_trials": list(one.direct_trials),
        "direct": estimate_row(one.direct),
        "indirect": estimate_row(one.indirect),
        "network": estimate_row(one.network),
        "p_consistency": one.difference.p,
    }


def _bayesian(found: BayesianAnswer, reference: str) -> dict[str, Any]:
    fit, ranks = found.fit, found.ranks
    others = [arm for arm in found.sucra if arm != reference]
    tau = fit.tau()
    return {
        "prior": found.prior,
        "prior_chosen": found.prior_chosen,
        "prior_source": fit.prior.source,
        "tau": {"median": tau.median, "ci": [tau.lower, tau.upper]},
        "against_reference": {
            arm: posterior_row(fit.effect(arm, reference), fit.predicted(arm, reference)) for arm in others
        },
        "sucra": dict(found.sucra),
        "rank_probability": {
            arm: [float(share) for share in row]
            for arm, row in zip(ranks.treatments, ranks.probability, strict=True)
        },
        "rank_draws": ranks.draws,
        "rank_seed": found.seed,
        "rank_largest_monte_carlo_error": float(ranks.monte_carlo_error.max()),
        "second_prior": found.second_prior,
        "against_reference_second_prior": {
            arm: posterior_row(found.second.effect(arm, reference), found.second.predicted(arm, reference))
            for arm in others
        },
    }


def _shared(one: SharedArmReach) -> dict[str, Any]:
    return {
        "study": one.shared.study,
        "treatment": one.shared.treatment,
        "variance": one.shared.variance,
        "from": one.shared.how.value,
        "least": one.shared.least,
        "most": one.shared.most,
        "pair_moved_most": list(one.pair),
        "standard_error": one.error,
        "standard_error_from_to": list(one.errors),
        "largest_change_of_log_hr": one.largest_change,
    }
