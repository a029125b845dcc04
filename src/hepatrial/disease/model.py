"""The patient model: the mechanisms put together, and moved by one day.

State and rates are named tuples of arrays over patients. Concentrations enter from analytic pharmacokinetics
through the occupancy of targets; everything here is slow (days and longer). The chain runs one way, from occupancy
over escape, rewiring and vessel supply to the tumour and from there to liver and markers, so that each mechanism is
moved by its own exact or high-order step with what drives it known over the whole day (`over_day`).
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import numpy as np

from hepatrial.disease import angiogenesis, hazards, liver, markers, proliferation, resistance, tace, tumour
from hepatrial.disease.arrays import Array, xp
from hepatrial.disease.constants import Constants
from hepatrial.disease.decompensation import decompensation_rate
from hepatrial.disease.individuals import Individuals
from hepatrial.disease.over_day import (
    AtNodes,
    FastRelaxation,
    OverDay,
    Relaxation,
    effective_middle,
    fast_relaxation_of_day,
    mean,
    relaxation_of_day,
    relaxed,
)
from hepatrial.disease.proliferation import CellOutput, strengths_by_met
from hepatrial.disease.targets import ANGIOGENIC_TARGETS, ESCAPE_TARGETS, LIGAND, SIGNALLING_NODES
from hepatrial.disease.tumour import Growth, Tumour
from hepatrial.signalling import DRUGGABLE, Left, Strengths, blocked_proliferation

VEGFR2 = ANGIOGENIC_TARGETS.index("VEGFR2")


class State(NamedTuple):
    """State of every patient; each array has shape (n,)."""

    tumour: Tumour  # mL
    vessel_supply: Array  # relative to untreated
    log_supply: Array
    escape: Array
    rewiring: Array
    output: CellOutput  # of the tumour cell, quasi-steady
    chronic_albi: Array  # change of ALBI since baseline, irreversible
    injury_albi: Array  # reversible drug injury, ALBI units
    afp: Array  # relative to baseline
    vegf: Array
    svegfr2: Array
    surge: Array | None = (
        None  # excess VEGF after embolisation, relative to baseline; None without such treatment
    )

    @property
    def albi_change(self) -> Array:
        return self.chronic_albi + self.injury_albi


class Drive(NamedTuple):
    """What treatment does to the patient at one moment; None where no agent of the trial touches it."""

    direct_signal: Array  # angiogenic signal left by occupancy alone
    escape_occupancy: Array
    vegfr2_occupancy: Array
    vegfr2_blocked: Array  # at the receptor or by its ligand
    injury_level: Array  # ALBI units
    left: Left  # share of each node of the tumour cell that is not inhibited


class Rates(NamedTuple):
    """Hazards at one moment, per day."""

    cancer: Array  # before the effects of a new lesion and of the next line
    liver: Array  # before the effect of decompensation
    decompensation: Array


class SurgeEffect(NamedTuple):
    """What a surge of VEGF does, and how fast it goes."""

    gain: float  # angiogenic signal through VEGFR2 per relative excess of its ligand
    decay_per_day: float


class Steps(NamedTuple):
    """What the equations become over one day: weights of exact relaxation, made from `Constants` and `Individuals`."""

    supply: FastRelaxation  # (n,)
    kill_per_day: np.ndarray  # (n,) growth over vascular ratio
    baseline_ml: np.ndarray  # (n,)
    strengths: Strengths  # of the tumour cell; numbers, or (n,) where MET differs between patients
    log_cancer_rate: np.ndarray  # (n,) of a tumour of 1 mL
    escape: Relaxation
    rewiring: Relaxation
    rewiring_share: float  # of the way to its drive that rewiring goes in a day
    clearing: Relaxation
    injury: Relaxation
    afp: Relaxation
    svegfr2: Relaxation


def daily_steps(person: Individuals, c: Constants) -> Steps:
    """Weights and rates of the daily step; numpy, float64."""
    return Steps(
        supply=fast_relaxation_of_day(c.vessel_turnover + person.growth_per_day),
        kill_per_day=person.growth_per_day / person.vascular_ratio,
        baseline_ml=person.sensitive_ml + person.resistant_ml,
        strengths=strengths_by_met(c.strengths, person.met_log_gain),
        log_cancer_rate=np.log(c.cancer_rate)
        + person.prognosis
        - c.volume_exponent * np.log(c.reference_volume_ml),
        escape=relaxation_of_day(c.escape_rate),
        rewiring=relaxation_of_day(c.rewiring_rate),
        rewiring_share=-np.expm1(-c.rewiring_rate),
        clearing=relaxation_of_day(c.necrosis_clearance),
        injury=relaxation_of_day(c.injury_recovery),
        afp=relaxation_of_day(c.afp_turnover),
        svegfr2=relaxation_of_day(c.svegfr2_turnover),
    )


def initial_state(person: Individuals, *, embolised: bool = False) -> State:
    """The untreated patient at randomisation; ``embolised`` where the trial has such treatment."""
    zero = xp.zeros_like(person.growth_per_day)
    one = xp.ones_like(zero)
    return State(
        tumour=Tumour(person.sensitive_ml, person.resistant_ml, zero),
        vessel_supply=one,
        log_supply=zero,
        escape=zero,
        rewiring=zero,
        output=CellOutput(one, one),
        chronic_albi=zero,
        injury_albi=zero,
        afp=one,
        vegf=one,
        svegfr2=one,
        surge=zero if embolised else None,
    )


def drive(occupancy: dict[str, Array], injury_level: Array, c: Constants) -> Drive:
    """The drive at one moment from the occupancy of the targets that some agent of the trial binds."""
    zero = xp.zeros_like(injury_level)
    at = {target: occupancy.get(target, zero) for target in (*ANGIOGENIC_TARGETS, LIGAND, *ESCAPE_TARGETS)}
    blocked = dict(at, VEGFR2=angiogenesis.blocked_by_either(at["VEGFR2"], at[LIGAND]))
    nodes = {
        node: 1.0 - occupancy[target] for target, node in SIGNALLING_NODES.items() if target in occupancy
    }
    return Drive(
        direct_signal=angiogenesis.direct_signal([blocked[name] for name in ANGIOGENIC_TARGETS], c.weights),
        escape_occupancy=sum(
            weight * at[name] for weight, name in zip(c.escape_weights, ESCAPE_TARGETS, strict=True)
        ),
        vegfr2_occupancy=at["VEGFR2"],
        vegfr2_blocked=blocked["VEGFR2"],
        injury_level=injury_level,
        left=Left(*(nodes.get(node) for node in DRUGGABLE)),
    )


def after_day(
    state: State,
    drives: AtNodes[Drive],
    person: Individuals,
    steps: Steps,
    c: Constants,
    surge_effect: SurgeEffect | None = None,
) -> tuple[State, Array]:
    """The state a day later, and what vessel supply made of the intensity of new lesions, mean over the day."""
    over_day = OverDay(drives.start, jax.tree.map(effective_middle, *drives), drives.end)
    direct, vegfr2, injury_level, left = (
        OverDay(*(getattr(moment, name) for moment in over_day))
        for name in ("direct_signal", "vegfr2_occupancy", "injury_level", "left")
    )
    escape = resistance.escape_over_day(state.escape, direct, steps.escape)
    rewiring, output = _cell_over_day(state, left, steps, c)
    signal = AtNodes(
        *(
            angiogenesis.restored_signal(
                moment.direct_signal, called, c.escape_capacity, moment.escape_occupancy
            )
            for moment, called in zip(drives, escape, strict=True)
        )
    )
    surge = None
    if state.surge is not None and surge_effect is not None:
        surge = tace.surge_over_day(state.surge, surge_effect.decay_per_day)
        signal = tace.surged_signal(
            signal,
            surge,
            AtNodes(*(moment.vegfr2_blocked for moment in drives)),
            surge_effect.gain * c.weights[VEGFR2],
        )
    supply = angiogenesis.vessel_supply_over_day(state.vessel_supply, signal, steps.supply)
    log_supply = OverDay(state.log_supply, xp.log(supply.middle), xp.log(supply.end))
    blocked = OverDay(
        *(blocked_proliferation(at, person.erk_dependence, person.s6k_dependence) for at in output)
    )
    death = OverDay(*(tumour.supply_loss_death_rate(steps.kill_per_day, log) for log in log_supply))
    fed, hypoxic = None, supply
    if surge is not None:
        fed = mean(OverDay(*(tumour.fed_by_supply(steps.kill_per_day, log) for log in log_supply)))
        death = OverDay(*(xp.maximum(rate, 0.0) for rate in death))
        # More vessels than the untreated tumour has are no less hypoxia than none.
        hypoxic = OverDay(*(xp.minimum(x, 1.0) for x in supply))
    growth = Growth(
        person.growth_per_day, c.largest_volume_ml, c.protection, c.necrosis_clearance, steps.clearing
    )
    tissue = tumour.tumour_over_day(state.tumour, death, blocked, growth, fed)
    volume = OverDay(*(at.volume for at in tissue))
    relative_viable = OverDay(*(at.viable / steps.baseline_ml for at in tissue))
    shed = OverDay(*(markers.shed_receptor_level(theta, c.svegfr2_shedding_block) for theta in vegfr2))
    moved = State(
        tumour=tissue.end,
        vessel_supply=supply.end,
        log_supply=log_supply.end,
        escape=escape.end,
        rewiring=rewiring,
        output=output.end,
        chronic_albi=state.chronic_albi
        + liver.chronic_rate(
            person.cirrhosis_per_day, c.tumour_albi_per_day, mean(volume), c.liver_volume_ml
        ),
        injury_albi=relaxed(state.injury_albi, injury_level, steps.injury),
        afp=relaxed(state.afp, relative_viable, steps.afp),
        vegf=markers.vegf_after_day(
            state.vegf, hypoxic, vegfr2, c.vegf_turnover, c.vegf_hypoxia_gain, c.vegf_clearance_block
        ),
        svegfr2=relaxed(state.svegfr2, shed, steps.svegfr2),
        surge=None if surge is None else surge.end,
    )
    lesions = OverDay(
        *(hazards.supply_of_new_lesions(log, c.new_lesion_vessel_exponent) for log in log_supply)
    )
    return moved, mean(lesions)


def hazard_rates(state: State, person: Individuals, steps: Steps, c: Constants) -> Rates:
    """Hazards of death and of decompensation at the present state."""
    albi = person.albi + state.albi_change
    return Rates(
        cancer=hazards.cancer_death_rate(
            steps.log_cancer_rate,
            c.volume_exponent,
            hazards.volume_that_kills(state.tumour.viable, state.tumour.necrotic, c.necrosis_weight),
        ),
        liver=hazards.liver_death_rate(c.liver_rate, c.albi_log_hazard_ratio, albi, c.reference_albi),
        decompensation=decompensation_rate(c.decompensation, albi),
    )


def _cell_over_day(
    state: State, left: OverDay[Left], steps: Steps, c: Constants
) -> tuple[Array, OverDay[CellOutput]]:
    """Rewiring at the day's end, and the tumour cell's output over the day.

    Rewiring follows the lost output of ERK, which it restores in part. It moves by a few per cent of the way a day, so
    that the output of the middle and of the end may be taken with rewiring predicted from the output before.
    """
    if all(share is None for share in left.start):
        return state.rewiring, OverDay(state.output, state.output, state.output)

    def output(at: Left, rewiring: Array) -> CellOutput:
        touched = Left(*(1.0 if share is None else share for share in at))
        return proliferation.cell_output(touched, rewiring, c.receptor_rise, steps.strengths)

    before, start = state.rewiring, 1.0 - state.output.erk
    middle = output(left.middle, before + 0.5 * steps.rewiring_share * (start - before))
    end = output(left.end, before + steps.rewiring_share * (1.0 - middle.erk - before))
    lost = OverDay(start, 1.0 - middle.erk, 1.0 - end.erk)
    return relaxed(before, lost, steps.rewiring), OverDay(state.output, middle, end)
