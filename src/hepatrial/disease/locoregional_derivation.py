"""Derivation of the numbers of TACE and ablation from published response rates; prints what `parameters.yaml` holds.

*Complete response of one lesion to one session* (imaging): 61.9 % below 30 mm, 54.1 % at 30 to 50 mm and 22.6
% above 50 mm, after the first session of conventional TACE in 234 patients (Golfieri et al. 2021,
10.1159/000516613). The paper's abstract gives no sizes of the three groups and no mean diameters: groups count
alike, and stand at 22, 39 and 65 mm.

*Partial response*: of 148 patients with a single nodule 95 had a complete and 39 a partial response (Terzi et al.
2014, 10.1186/1471-2407-14-601), so that a session shrinks the viable diameter by 30 % in 39 of 53 without complete
response. The nodule is put at 30 mm. The spread of the logit is assumed (1.0 between patients, 1.0 between
sessions), and is one for complete and partial response: of patients whose largest tumour had a mean of 68 mm and
of whom 40 % had four or more, 24 % had a complete response after the first session (PMC7055892), which lesions
that respond independently of each other do not give.

*Cure after complete response*: of 43 patients 29 had a complete response on imaging and 11 no viable tumour in
the explant (Beal et al. 2016, 10.3389/fonc.2016.00143), all of whom are taken to be among the 29.

*Injury*: the ALBI grade became worse soon after a session in 24.3 % of patients with stage B
(10.3390/cancers13174325). In another cohort of stage B before TACE the grades 1, 2, 3 held 24.5, 70.0 and 5.5
% (EZ-ALBI, 10.1186/s12876-022-02366-y), from which a normal distribution of ALBI follows; the rise that moves
24.3 % of it across a boundary is the median session's.

*Complete ablation*: 2,964 of 2,982 treatments (Shiina et al. 2012, 10.1038/ajg.2011.425), put at 25 mm; 12 of
15 lesions of 50 to 80 mm (PMC4333783), put at 62 mm.

*Growth*: 5.8 months outside Asia, 4.1 in Asia (Nathani et al. 2021, 10.1136/gutjnl-2020-321040), untreated tumours
under observation.

*Prognosis*: stage C against B has a hazard ratio of 2.49 (Reig et al. 2013, 10.1002/hep.26586), of which invasion
and spread account for 1.76, the value that systemic trials were fitted with.

*Death by a session*: 0.6 % of 10,108 patients died of the procedure (Lencioni et al. 2016, 10.1002/hep.28453);
they are taken to have had two sessions each.

*New lesions*: of 1,384 patients without invasion or spread whose first treatment of intermediate-stage disease was
TACE 65.1, 43.3 and 24.1 % had no new lesion in the liver at 6, 12 and 24 months, and 76.7, 64.8 and 53.2 % neither
invasion of a vessel nor a lesion outside the liver (Kaplan-Meier in the open data of Shen et al. 2018,
10.1038/s41467-018-04633-7; censored at the last visit). Intensity varies between patients, with the spread that
the model gives it (priors), so that those with fast disease go first: the number that ships is the mean at the
start that gives back the share, the mean of the three. The intensity in the liver of other Japanese patients, 37 %
at 6 and 61 % at 12 months (10.1007/s12032-019-1272-2), local recurrence among it, is 0.089 and 0.103 by the same
reckoning.

After percutaneous ablation of single lesions up to 30 mm recurrence-free survival was 82.0, 38.3 and 18.0 % at 1,
3 and 5 years, survival 95.4, 79.6 and 63.1 % (Nishikawa et al. 2011, 10.1186/1471-230X-11-143): freedom from
recurrence is taken to be the first over the root of the second, as about half of the deaths follow a recurrence
(assumed).

Run ``python -m hepatrial.disease.locoregional_derivation``.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr, ndtri

from hepatrial.units import DAYS_PER_MONTH

REFERENCE_MM = 30.0
COMPLETE_MM = np.array([22.0, 39.0, 65.0])
COMPLETE = np.array([0.619, 0.541, 0.226])
PARTIAL_OF_THE_REST = 39 / 53
PARTIAL_DIAMETER = 0.70
LOGIT_SD = math.hypot(1.0, 1.0)
CURED = 11 / 29
MIGRATION = 0.243
GRADES = (0.245, 0.700, 0.055)
ALBI_LIMITS = (-2.60, -1.39)
DOUBLING_MONTHS, DOUBLING_MONTHS_ASIA = 5.8, 4.1
STAGE_RATIO, SPREAD_RATIO = 2.49, 1.76
PROCEDURE_DEATHS, SESSIONS_A_PATIENT = 0.006, 2.0
ABLATED_MM = np.array([25.0, 62.0])
ABLATED = np.array([2964 / 2982, 12 / 15])
FREE_OF_NEW_LESIONS = {6.0: 0.651, 12.0: 0.433, 24.0: 0.241}
FREE_OF_SPREAD = {6.0: 0.767, 12.0: 0.648, 24.0: 0.532}
INTENSITY_LOG_SD = math.hypot(0.5 * 1.06, 0.5)
"""Growth exponent times the sd of log growth, and the spread of its own: priors of parameters.yaml."""
AFTER_ABLATION = {12.0: (0.820, 0.954), 36.0: (0.383, 0.796), 60.0: (0.180, 0.631)}


def complete_response() -> tuple[float, float]:
    """Logit of complete response of one lesion at 30 mm, and its fall per unit of ln diameter (least squares).

    Of the patient and session in the middle: the published shares are means over both.
    """

    def in_the_middle(share: float) -> float:
        return float(brentq(lambda middle: _mean(expit(middle + _deviations())) - share, -10.0, 10.0))

    slope, at_30 = np.polyfit(np.log(COMPLETE_MM / REFERENCE_MM), [in_the_middle(c) for c in COMPLETE], 1)
    return float(at_30), float(-slope)


def partial_kill() -> float:
    """Share killed at 30 mm by the session in the middle where the response is not complete."""
    incomplete = 1.0 - expit(complete_response()[0] + _deviations())
    needed = logit(1.0 - PARTIAL_DIAMETER**3)

    def responders(middle: float) -> float:
        # Of patients without a complete response, who are those with the less favourable deviations.
        return _mean(incomplete * (middle + _deviations() >= needed)) / _mean(incomplete)

    return float(expit(brentq(lambda middle: responders(middle) - PARTIAL_OF_THE_REST, -5.0, 10.0)))


def _deviations() -> np.ndarray:
    """Deviations of patients and sessions from the middle, evenly spread over their distribution."""
    return LOGIT_SD * ndtri((np.arange(4000) + 0.5) / 4000)


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values))


def injury_albi() -> float:
    """Rise of ALBI that moves the published share of patients to a worse grade."""
    low, high = ndtri(GRADES[0]), ndtri(1.0 - GRADES[2])
    sd = (ALBI_LIMITS[1] - ALBI_LIMITS[0]) / (high - low)
    mean = ALBI_LIMITS[0] - sd * low

    def migrating(rise: float) -> float:
        at = [(limit - mean) / sd for limit in ALBI_LIMITS]
        return float(sum(ndtr(z) - ndtr(z - rise / sd) for z in at))

    return float(brentq(lambda rise: migrating(rise) - MIGRATION, 0.0, 1.0))


def growth() -> tuple[float, float]:
    """Doubling time outside Asia in days, and the log of the ratio of Asian to other."""
    return DOUBLING_MONTHS * DAYS_PER_MONTH, math.log(DOUBLING_MONTHS_ASIA / DOUBLING_MONTHS)


def cancer_log_hazard_ratio() -> float:
    """What stage C against B leaves to patients without invasion and spread."""
    return math.log(SPREAD_RATIO / STAGE_RATIO)


def death_by_a_session() -> float:
    """Share of patients whom one session kills."""
    return 1.0 - (1.0 - PROCEDURE_DEATHS) ** (1.0 / SESSIONS_A_PATIENT)


def complete_ablation() -> tuple[float, float]:
    """Logit of complete ablation of one lesion at 30 mm, and its fall per unit of ln diameter."""
    slope = float(np.diff(logit(ABLATED))[0] / np.diff(np.log(ABLATED_MM))[0])
    return float(logit(ABLATED[0]) + slope * np.log(REFERENCE_MM / ABLATED_MM[0])), -slope


def mean_intensity(free_by_month: dict[float, float]) -> float:
    """Mean intensity at the start, per month, of which these shares of patients are free; mean over the months."""
    deviates, weights = hermegauss(40)
    relative = np.exp(INTENSITY_LOG_SD * deviates - 0.5 * INTENSITY_LOG_SD**2)
    weights = weights / weights.sum()

    def free(rate: float, month: float) -> float:
        return float(weights @ np.exp(-rate * month * relative))

    return float(
        np.mean(
            [
                brentq(lambda rate, month=month, share=share: free(rate, month) - share, 1e-6, 5.0)
                for month, share in free_by_month.items()
            ]
        )
    )


def extrahepatic_share() -> float:
    """Share of new lesions that are outside the liver or in a large vessel."""
    return mean_intensity(FREE_OF_SPREAD) / new_lesions_after_tace()


def new_lesions_after_tace() -> float:
    """Mean intensity of new lesions of both kinds, per month."""
    return mean_intensity(FREE_OF_NEW_LESIONS) + mean_intensity(FREE_OF_SPREAD)


def new_lesions_after_ablation() -> float:
    """Mean intensity of recurrence, per month."""
    return mean_intensity({month: free / math.sqrt(alive) for month, (free, alive) in AFTER_ABLATION.items()})


def main() -> None:
    """Print the derived numbers."""
    at_30, slope = complete_response()
    print(f"tace.complete_share_30_mm {expit(at_30):.3f}, tace.size_log_slope {slope:.2f}")
    print(f"tace.partial_kill {partial_kill():.3f}")
    print(f"tace.cured_share {CURED:.3f}")
    print(f"tace.injury_albi {injury_albi():.3f}")
    days, asia = growth()
    print(f"tace.doubling_time_days {days:.0f}, tace.asia_growth_log_ratio {asia:.3f}")
    print(f"tace.cancer_log_hazard_ratio {cancer_log_hazard_ratio():.2f}")
    print(f"tace.procedure_death_share {death_by_a_session():.3f}")
    print(f"tace.extrahepatic_share {extrahepatic_share():.3f}")
    print(f"tace.new_lesion_rate_per_month {new_lesions_after_tace():.3f}")
    at_30, slope = complete_ablation()
    print(f"ablation.complete_share_30_mm {expit(at_30):.3f}, ablation.size_log_slope {slope:.2f}")
    print(f"ablation.new_lesion_rate_per_month {new_lesions_after_ablation():.4f}")


if __name__ == "__main__":
    main()
