"""What the product knows of an agent: a frozen record, read from a data file of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hepatrial.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Pharmacokinetics:
    """Apparent one-compartment kinetics with a drift of exposure over time on treatment.

    All are `Quantity`; a missing one is None and the catalogue shows the gap.

    Attributes
    ----------
    clearance_l_per_h, volume_l
        Apparent clearance CL/F and volume V/F at the reference dose at the start of treatment.
    clearance_cv, volume_cv, clearance_volume_correlation
        Between-patient variability (log-normal; cv as a fraction) and the correlation of the logs.
    exposure_dose_exponent
        p in AUC ~ dose**p about the reference dose; 1 for dose-proportional kinetics.
    reference_dose_mg_per_day
        The daily dose at which clearance holds.
    drift_final_fraction, drift_time_days
        Exposure at time t on treatment is multiplied by f + (1 - f) exp(-t / tau).
    fraction_unbound
        Free fraction in plasma.
    hepatic_ratio
        Exposure relative to Child-Pugh A, by class "A", "B", "C".
    weight_exponent, volume_weight_exponent
        Clearance and volume ~ (weight / 80 kg)**exponent, or None where no relation is known.
    active_moiety_ratio
        Free concentration of all active species over that of the agent itself, each weighted by its potency; None
        where the agent alone is counted.
    """

    clearance_l_per_h: Quantity | None
    volume_l: Quantity | None
    clearance_cv: Quantity | None
    volume_cv: Quantity | None
    clearance_volume_correlation: Quantity | None
    exposure_dose_exponent: Quantity | None
    reference_dose_mg_per_day: Quantity | None
    drift_final_fraction: Quantity | None
    drift_time_days: Quantity | None
    fraction_unbound: Quantity | None
    hepatic_ratio: dict[str, Quantity | None]
    weight_exponent: Quantity | None
    volume_weight_exponent: Quantity | None = None
    active_moiety_ratio: Quantity | None = None


OPTIONAL = ("hepatic_ratio", "active_moiety_ratio")
"""Of the kinetics, what is no gap where it is left out: the ratios are named by class, metabolites may not count."""


@dataclass(frozen=True, slots=True)
class Affinity:
    """Potency of an agent on one target.

    Attributes
    ----------
    kind
        One of `hepatrial.agents.potency.KINDS`.
    potency
        In nM, ``math.inf`` where binding was looked for and not found; None where the agent is known to act on the
        target and no source says how strongly.
    """

    target: str
    kind: str
    potency: Quantity | None


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """A dose-limiting adverse event of an agent.

    Attributes
    ----------
    probability
        Share of patients with at least one event of this grade at the reference exposure.
    onset_days
        Time constant of the hazard, which falls as exp(-t / onset): most events come early.
    exposure_exponent
        Hazard ~ (exposure / reference exposure)**exponent.

    A number that no source gave is None: a gap, which `hepatrial.agents.completing` fills from the agent's class.
    """

    name: str
    grade: int
    probability: Quantity | None
    onset_days: Quantity | None
    exposure_exponent: Quantity | None


AFTER_EVENTS = ("liver_injury", "reduction_given_event", "withdrawal_given_event", "fatal_given_event")
"""What an agent with adverse events has beside them: its own injury of the liver, and what follows an event."""

BENCH_POTENCY = Quantity(
    value=1.0,
    unit="1",
    grade="assumed",
    distribution="lognormal",
    spread=0.5,
    source=(
        "Potency on the bench is taken as it stands, with a factor of 1.6 either way: it misleads. Agents are dosed to "
        "what is tolerated, and free concentration over Kd is lowest for one of the agents that did best in trials "
        "(docs/agents.md)."
    ),
)
"""The effective potency of an agent whose file says nothing of it."""

TRIAL_TOXICITY = Quantity(
    value=1.0,
    unit="1",
    grade="assumed",
    distribution="lognormal",
    spread=0.66,
    source=(
        "What was seen in the trials that the file cites is taken as it stands, with a factor of 1.9 either way. "
        "Between SHARP, the Asia-Pacific trial and SARAH the hazards of hand-foot skin reaction (8, 10.7, 6% of "
        "patients), diarrhoea (8, 6, 14%) and fatigue (4, 3.4, 19%) of grade 3 or more on one dose of sorafenib have "
        "standard deviations of the log of 0.30, 0.45 and 1.0, together 0.66."
    ),
)
"""The effective toxicity of an agent whose file says nothing of it."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent of the catalogue.

    Attributes
    ----------
    usual_dose_mg
        Of one administration; of a patient of 80 kg where the agent is dosed by weight.
    usual_dose_mg_per_kg
        None where the dose does not follow weight.
    modality
        "small molecule" or "antibody": the class that gaps are filled from.
    effective_potency
        Multiplies all affinities: what the bench's potency is worth in patients, to be fitted to trials.
    liver_injury
        Rise of ALBI that the agent's own liver toxicity settles at, at the reference exposure.
    effective_toxicity
        Multiplies the hazards of all adverse events: what the toxicity that one trial saw is worth in another, to be
        fitted to trials.
    reduction_given_event, withdrawal_given_event
        Share of dose-limiting adverse events after which the dose goes down, and after which the agent is
        withdrawn; after the rest it is given again at the same dose.
    fatal_given_event
        Share of adverse events that are fatal.
    """

    name: str
    synonyms: tuple[str, ...]
    drug_class: str
    molecular_weight_g_mol: Quantity
    usual_dose_mg: float
    usual_interval_days: float
    pharmacokinetics: Pharmacokinetics
    affinities: tuple[Affinity, ...]
    adverse_events: tuple[AdverseEvent, ...]
    liver_injury: Quantity | None
    reduction_given_event: Quantity | None
    withdrawal_given_event: Quantity | None
    fatal_given_event: Quantity | None
    notes: tuple[str, ...]
    file: str
    modality: str = "small molecule"
    usual_dose_mg_per_kg: float | None = None
    effective_potency: Quantity = BENCH_POTENCY
    effective_toxicity: Quantity = TRIAL_TOXICITY

    @property
    def gaps(self) -> tuple[str, ...]:
        """Names of the quantities that no source gave."""
        pk = self.pharmacokinetics
        missing = [name for name in pk.__slots__ if name not in OPTIONAL and getattr(pk, name) is None]
        missing += [f"hepatic_ratio {grade}" for grade in "ABC" if pk.hepatic_ratio.get(grade) is None]
        missing += [name for name in AFTER_EVENTS if getattr(self, name) is None]
        bound = {affinity.target for affinity in self.affinities if affinity.kind in ("Kd", "Kss")}
        others = dict.fromkeys(affinity.target for affinity in self.affinities)
        missing += [f"Kd of {target}" for target in others if target not in bound]
        for event in self.adverse_events:
            parts = ("probability", "onset_days", "exposure_exponent")
            missing += [f"{event.name} {part}" for part in parts if getattr(event, part) is None]
        return tuple(missing)

    def quantities(self) -> Iterator[tuple[str, Quantity]]:
        """Every number that is known, with a name for it."""
        pk = self.pharmacokinetics
        named = [("molecular_weight_g_mol", self.molecular_weight_g_mol)]
        named += [(name, getattr(pk, name)) for name in pk.__slots__ if name != "hepatic_ratio"]
        named += [(f"hepatic_ratio {grade}", ratio) for grade, ratio in pk.hepatic_ratio.items()]
        named += [(f"{affinity.target} {affinity.kind}", affinity.potency) for affinity in self.affinities]
        for event in self.adverse_events:
            named += [
                (f"{event.name} probability", event.probability),
                (f"{event.name} onset_days", event.onset_days),
                (f"{event.name} exposure_exponent", event.exposure_exponent),
            ]
        named += [(name, getattr(self, name)) for name in AFTER_EVENTS]
        named += [(name, getattr(self, name)) for name in ("effective_potency", "effective_toxicity")]
        return ((name, quantity) for name, quantity in named if quantity is not None)
