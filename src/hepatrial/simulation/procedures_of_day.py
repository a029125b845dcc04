"""Sessions and ablation of a day, with the harm that they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hepatrial.disease.model import hazard_rates
from hepatrial.disease.procedure_harm import jump
from hepatrial.simulation import locoregional
from hepatrial.simulation.events import Array
from hepatrial.simulation.new_lesions import crossed

if TYPE_CHECKING:
    from hepatrial.simulation.day import Carry, Given


def with_procedures_of_day(carry: Carry, day: Array, given: Given) -> Carry:
    """Sessions and ablation at the start of the day; hazards then start from what they leave."""
    state, course = locoregional.with_procedures(
        carry.state,
        carry.locoregional,
        day,
        given.plan.locoregional,
        given.locoregional,
        given.person.sld_mm,
        given.steps.baseline_ml,
    )
    rates = hazard_rates(state, given.person, given.steps, given.constants)
    albi = given.person.albi + carry.state.albi_change
    return _harmed(carry._replace(state=state, locoregional=course, rates=rates), albi, day, given)


def _harmed(carry: Carry, albi: Array, day: Array, given: Given) -> Carry:
    """Cumulative hazards with what the day's procedures add to them; ``albi`` is that before."""
    c, luck, before, dates = given.constants, given.luck, carry.cumulative, carry.dates
    death, decompensation = locoregional.harm_of_day(
        carry.locoregional, day, given.plan.locoregional, given.locoregional
    )
    after = before._replace(
        liver=before.liver + jump(death, c.albi_log_hazard_ratio, albi, c.reference_albi),
        decompensation=before.decompensation
        + jump(decompensation, c.decompensation.per_albi_unit, albi, c.reference_albi),
    )
    return carry._replace(
        cumulative=after,
        dates=dates._replace(
            liver_death=crossed(dates.liver_death, before.liver, after.liver, luck.liver, day),
            decompensation=crossed(
                dates.decompensation, before.decompensation, after.decompensation, luck.decompensation, day
            ),
        ),
    )
