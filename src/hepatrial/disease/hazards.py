"""Hazards: cancer, liver and toxic death compete; new lesions and symptomatic progression are events of their own.

    cancer       h_C = h_C0 exp(b_V ln(V_C/V_ref) + prognosis + b_N [new lesion] ),   V_C = S + R + w N
    liver        h_L = h_L0 exp(b_L (ALBI - ALBI_ref))
    toxicity     h_T = a share of the hazards of agents' adverse events (`simulation.toxicity`)
    new lesions  l_N = l_N0 (g/g_ref)^m x^q exp(spread)
    symptoms     h_S = s (k_S (h_C + h_L) + k_T sum of the hazards of adverse events)

V_C is the tumour that kills: the viable and the share w of the dead. Where procedures kill tumour at once, w is that of
`tace`; the hazards of systemic trials were fitted with all of it counted (w = 1).

Hazards of death of the disease are capped at 100 per day. Prognosis is the baseline linear predictor (ECOG,
macrovascular invasion, extrahepatic spread, AFP, frailty). New lesions need vessels, hence x (vessel supply),
and come faster in fast-growing disease. Survival does not depend on trial treatment except through tumour,
liver, new lesions and toxicity; a next line multiplies h_C. Symptoms are those that patients report, whether the
disease or the drug causes them; s is another in Asia.
"""

from __future__ import annotations

from hepatrial.disease.arrays import Array, xp

SMALLEST_VOLUME_ML = 1e-6
"""Keeps the logarithm finite when a tumour is gone."""
LARGEST_LOG_RATE = 4.6
"""Caps hazards at 100 per day, death within minutes, so that courses after death stay finite."""


def cancer_death_rate(log_rate_at_1_ml: Array, volume_exponent: float, volume_ml: Array) -> Array:
    """Hazard of death from cancer, per day, before the effects of a new lesion and of the next line.

    ``log_rate_at_1_ml`` is ln(h_C0) + prognosis - b_V ln(V_ref / 1 mL).
    """
    log_rate = log_rate_at_1_ml + volume_exponent * xp.log(xp.maximum(volume_ml, SMALLEST_VOLUME_ML))
    return xp.exp(xp.minimum(log_rate, LARGEST_LOG_RATE))


def volume_that_kills(viable_ml: Array, necrotic_ml: Array, necrosis_weight: float) -> Array:
    """Volume on which the hazard of cancer death depends, mL."""
    return viable_ml + necrosis_weight * necrotic_ml


def liver_death_rate(rate_per_day: Array, per_albi_unit: float, albi: Array, reference_albi: float) -> Array:
    """Hazard of death from liver failure, per day."""
    log_rate = xp.log(rate_per_day) + per_albi_unit * (albi - reference_albi)
    return xp.exp(xp.minimum(log_rate, LARGEST_LOG_RATE))


def supply_of_new_lesions(log_supply: Array, exponent: float) -> Array:
    """What vessel supply makes of the intensity of new lesions, x^q; exactly 1 at full supply."""
    return xp.exp(exponent * log_supply)
