"""All that a prognostic analysis of one data set finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.biomarkers.frame import MarkerFrame
from hepatrial.biomarkers.prognostic.added_value import AddedValue, added_value
from hepatrial.biomarkers.prognostic.competing import CauseEffect, effects_by_cause
from hepatrial.biomarkers.prognostic.cutpoint import CutPoint, search_cutpoint
from hepatrial.biomarkers.prognostic.external import ExternalValidation, MarkerModel, marker_model, validate
from hepatrial.biomarkers.prognostic.family_wise import family_wise_p
from hepatrial.biomarkers.prognostic.imputation import PooledEffect, imputed_effects
from hepatrial.biomarkers.prognostic.missing import Missingness, missingness
from hepatrial.biomarkers.prognostic.panel import Panel, panel
from hepatrial.biomarkers.prognostic.proportionality import Proportionality, proportionality
from hepatrial.biomarkers.prognostic.screen import Screen, screen
from hepatrial.biomarkers.prognostic.splines import SplineEffect, spline_effect
from hepatrial.biomarkers.prognostic.verdict import verdicts
from hepatrial.errors import HepatrialError, InvalidInput, RunFailed
from hepatrial.trialdata import TrialData

MULTIPLICITY = ("fdr", "holm", "westfall-young")
MOST_NAMED, MOST_CHOSEN = 6, 3
"""Markers that are looked at closely: all that were named where there are no more, else those with the smallest p."""


@dataclass(frozen=True, slots=True)
class StudyChoices:
    """What was asked for.

    Attributes
    ----------
    named
        Whether the user named the markers.
    multiplicity
        One of `MULTIPLICITY`: how ``p_adjusted`` is adjusted over all markers.
    cutpoint
        Whether to search cut-points.
    imputations
        Number of imputations; 0 for none.
    permutations
        Of the permutation tests.
    seed
        Of permutations, bootstrap, folds and imputations.
    horizon_months
        When predicted risks are looked at; None takes the last usual one that follow-up reaches.
    panel
        A kind of panel to make of the markers ("lasso", "elastic-net", "ridge"), or None.
    """

    named: bool = False
    multiplicity: str = "fdr"
    cutpoint: bool = False
    imputations: int = 0
    permutations: int = 2000
    seed: int = 1
    horizon_months: float | None = None
    panel: str | None = None


@dataclass(frozen=True, slots=True)
class PrognosticStudy:
    """What was found.

    Attributes
    ----------
    alone, beside
        The screen without covariates, and beside them (None without covariates).
    p_adjusted
        Shape (m,): p-values of the leading screen over all markers.
    verdicts
        A word a marker.
    closely
        Markers that were looked at closely, and ``chosen`` whether their p-values chose them.
    splines, proportional, cutpoints, causes, imputed, added
        Of these markers, where they could be made.
    panel
        Where one was asked for and could be made.
    model
        Of the covariates and these markers together, to be tested on other data; None where it cannot be fitted.
    not_made
        What could not be made and why, a sentence each.
    """

    frame: MarkerFrame
    choices: StudyChoices
    alone: Screen
    beside: Screen | None
    p_adjusted: np.ndarray
    verdicts: tuple[str, ...]
    closely: tuple[str, ...]
    chosen: bool
    missing: Missingness
    splines: tuple[SplineEffect, ...]
    proportional: tuple[Proportionality, ...]
    cutpoints: tuple[CutPoint, ...]
    causes: tuple[CauseEffect, ...]
    imputed: tuple[PooledEffect, ...]
    added: tuple[AddedValue, ...]
    panel: Panel | None
    model: MarkerModel | None
    not_made: tuple[str, ...]

    @property
    def leading(self) -> Screen:
        """The screen that answers: beside the covariates where there are any."""
        return self.alone if self.beside is None else self.beside


def prognostic_study(frame: MarkerFrame, choices: StudyChoices) -> PrognosticStudy:
    """Screen all markers, then look closely at some.

    Raises
    ------
    InvalidInput
        Data without events.
    """
    alone = screen(frame)
    beside = screen(frame, adjusted=True) if frame.adjust_names else None
    leading = alone if beside is None else beside
    adjusted = _over_markers(frame, leading, choices)
    closely = _looked_at(leading, choices.named)
    continuous = tuple(name for name in closely if frame.scales[leading.place(name)].levels is None)
    not_made: list[str] = []

    def each(what: str, names: tuple[str, ...], make) -> tuple:
        found = []
        for name in names:
            try:
                one = make(name)
            except HepatrialError as error:
                not_made.append(f"{what} of {name}: {_reason(error)}")
                continue
            found += one if isinstance(one, tuple) else [one] if one is not None else []
        return tuple(found)

    return PrognosticStudy(
        frame=frame,
        choices=choices,
        alone=alone,
        beside=beside,
        p_adjusted=adjusted,
        verdicts=verdicts(adjusted, leading.lower, leading.upper),
        closely=closely,
        chosen=not choices.named or len(closely) < len(frame.marker_names),
        missing=missingness(frame),
        splines=each(
            "Curve", continuous, lambda name: spline_effect(frame, name, adjusted=beside is not None)
        ),
        proportional=each("Proportional hazards", closely, lambda name: proportionality(frame, name)),
        cutpoints=each(
            "Cut-point",
            continuous if choices.cutpoint else (),
            lambda name: search_cutpoint(frame, name, permutations=choices.permutations, seed=choices.seed),
        ),
        causes=each("Causes", closely, lambda name: effects_by_cause(frame, name)),
        imputed=imputed_effects(frame, closely, imputations=choices.imputations, seed=choices.seed)
        if choices.imputations
        else (),
        added=each(
            "Added value",
            closely,
            lambda name: added_value(frame, [name], horizon_months=choices.horizon_months, seed=choices.seed),
        ),
        panel=next(
            iter(
                each(
                    "A panel",
                    () if choices.panel is None else ("the markers",),
                    lambda _: panel(
                        frame, choices.panel or "", horizon_months=choices.horizon_months, seed=choices.seed
                    ),
                )
            ),
            None,
        ),
        model=next(
            iter(each("The joint model", ("the markers",), lambda _: marker_model(frame, closely))), None
        )
        if closely
        else None,
        not_made=tuple(not_made),
    )


def validated_on(study: PrognosticStudy, data: TrialData) -> ExternalValidation:
    """Test the study's model on other data; raises as `hepatrial.biomarkers.prognostic.external.validate`.

    Raises
    ------
    RunFailed
        The study has no model.
    """
    if study.model is None:
        raise RunFailed(
            "there is no model to validate\n  found:   "
            + ("; ".join(study.not_made) or "no marker with a model")
            + "\n  fix:     name fewer markers, or fewer covariates"
        )
    horizon = study.added[0].horizon_days if study.added else float(np.median(study.frame.times.time_days))
    return validate(study.model, data, horizon)


def _reason(error: HepatrialError) -> str:
    return error.issues[0].what if isinstance(error, InvalidInput) else str(error).splitlines()[0]


def _over_markers(frame: MarkerFrame, leading: Screen, choices: StudyChoices) -> np.ndarray:
    if choices.multiplicity == "fdr":
        return leading.p_fdr
    if choices.multiplicity == "holm":
        return leading.p_holm
    covariates = frame.adjust if leading.adjusted_for else frame.adjust[:, :0]
    return family_wise_p(frame, covariates, permutations=choices.permutations, seed=choices.seed)


def _looked_at(leading: Screen, named: bool) -> tuple[str, ...]:
    fitted = [name for name, p in zip(leading.names, leading.p, strict=True) if np.isfinite(p)]
    if named and len(fitted) <= MOST_NAMED:
        return tuple(fitted)
    return tuple(sorted(fitted, key=lambda name: leading.p[leading.place(name)])[:MOST_CHOSEN])
