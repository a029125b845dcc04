"""A prior on tau by the word of a command line, and the one that is taken where nobody chose."""

from __future__ import annotations

from collections.abc import Sequence

from hepatrial.errors import UsageError, near_miss
from hepatrial.evidence.network import (
    HalfNormalTau,
    LogNormalTau2,
    TauPrior,
    UniformTau,
    mortality_drug_v_drug,
    mortality_drug_v_placebo,
    weakly_informative,
)
from hepatrial.evidence.treatments import CONTROLS

NAMED = {
    "mortality-drug-v-placebo": mortality_drug_v_placebo,
    "mortality-drug-v-drug": mortality_drug_v_drug,
    "weakly-informative": weakly_informative,
}
WITH_NUMBERS = {"half-normal": "SCALE", "log-normal": "MEAN,SD of log tau2", "uniform": "UPPER"}
OWN = "a choice of the user"


def prior_of(name: str) -> TauPrior:
    """The prior of a name, such as ``weakly-informative`` or ``half-normal:0.3``.

    Raises
    ------
    UsageError
        For a name or numbers that are none; the message lists the choices.
    """
    kind, _, numbers = name.partition(":")
    if kind in NAMED and not numbers:
        return NAMED[kind]()
    try:
        values = tuple(float(text) for text in numbers.split(","))
    except ValueError:
        values = ()
    match kind, values:
        case "half-normal", (scale,):
            return HalfNormalTau(scale, OWN)
        case "log-normal", (mean, sd):
            return LogNormalTau2(mean, sd, OWN)
        case "uniform", (upper,):
            return UniformTau(upper, OWN)
    raise _unknown(name, kind)


def usual_prior(endpoint: str, treatments: Sequence[str]) -> str:
    """What is taken where nobody chose: for death what meta-analyses of death showed, else hardly informative."""
    if endpoint != "OS":
        return "weakly-informative"
    return "mortality-drug-v-placebo" if set(treatments) & set(CONTROLS) else "mortality-drug-v-drug"


def other_prior(name: str) -> str:
    """A second prior, to see how much the first decides."""
    return "mortality-drug-v-placebo" if name == "weakly-informative" else "weakly-informative"


def _unknown(name: str, kind: str) -> UsageError:
    allowed = (*NAMED, *(f"{word}:{numbers}" for word, numbers in WITH_NUMBERS.items()))
    meant = near_miss(kind, (*NAMED, *WITH_NUMBERS))
    if kind in WITH_NUMBERS:
        fix = f"write {kind}:{WITH_NUMBERS[kind]} in numbers, for example {_example(kind)}"
    else:
        fix = f"did you mean {meant}?" if meant else "choose one of these"
    return UsageError(f"no such prior on tau: {name}\n  allowed: {'; '.join(allowed)}\n  fix:     {fix}")


def _example(kind: str) -> str:
    return {"half-normal": "half-normal:0.5", "log-normal": "log-normal:-3.95,1.34", "uniform": "uniform:1"}[
        kind
    ]
