"""Derivation of the numbers of TACE and ablation from published response rates; prints what `parameters.yaml` holds.

*Complete response of one lesion to one session* (imaging): 61.9 % below 30 mm, 54.1 % at 30 to 50 mm and 22.6
% above 50 mm, after the first session of conventional TACE in 234 patients (Golfieri et al. 2021,
10.1159/000516613). The paper's abstract gives no sizes of the three groups and no mean diameters: groups count
alike, and stand at 22, 39 and 65 mm.

*Partial response*: of 148 patients with a single nodule 95 had a complete and 39 a partial response (Terzi et
al. 2014, 10.1186/1471-2407-14-601), so that a session shrinks the viable diameter by 30 % in 39 of 53 without
complete response. The nodule is put at 30 mm. The spread of the logit is assumed (1.0 between patients, 1.0
between sessions).

*Cure after complete response*: of 43 patients 29 had a complete response on imaging and 11 no viable tumour in
the explant (Beal et al. 2016, 10.3389/fonc.2016.00143), all of whom are taken to be among the 29.

*Injury*: the ALBI grade became worse soon after a session in 24.3 % of patients with stage B
(10.3390/cancers13174325). In another cohort of stage B before TACE the grades 1, 2, 3 held 24.5, 70.0 and 5.5
% (EZ-ALBI, 10.1186/s12876-022-02366-y), from which a normal distribution of ALBI follows; the rise that moves
24.3 % of it across a boundary is the median session's.

*Complete ablation*: 2,964 of 2,982 treatments (Shiina et al. 2012, 10.1038/ajg.2011.425), put at 25 mm; 12 of
15 lesions of 50 to 80 mm (PMC4333783), put at 62 mm.

*New lesions*: first progression after TACE alone was a new intrahepatic lesion in 52.2 % and a new
extrahepatic one in 19.0 % (EMERALD-1, control arm). Intrahepatic recurrence after TACE: 37 % at 6 and 61 % at
12 months (10.1007/s12032-019-1272-2), the mean of both hazards. After percutaneous ablation of single lesions
up to 30 mm recurrence-free survival was 82.0, 38.3 and 18.0 % at 1, 3 and 5 years, survival 95.4, 79.6 and
63.1 % (Nishikawa et al. 2011, 10.1186/1471-230X-11-143): the mean hazard of recurrence is that of the first
less half that of the second, as about half of the deaths follow a recurrence (assumed).

Run ``python -m hepatrial.disease.locoregional_derivation``.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit, ndtr, ndtri

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
ABLATED_MM = np.array([25.0, 62.0])
ABLATED = np.array([2964 / 2982, 12 / 15])
NEW_INTRAHEPATIC, NEW_EXTRAHEPATIC = 0.522, 0.190
AFTER_TACE = {6.0: 0.37, 12.0: 0.61}
AFTER_ABLATION = {12.0: (0.820, 0.954), 36.0: (0.383, 0.796), 60.0: (0.180, 0.631)}


def complete_response() -> tuple[float, float]:
    """Logit of complete response of one lesion at 30 mm, and its fall per unit of ln diameter (least squares)."""
    slope, at_30 = np.polyfit(np.log(COMPLETE_MM / REFERENCE_MM), logit(COMPLETE), 1)
    return float(at_30), float(-slope)


def partial_kill() -> float:
    """Median share killed at 30 mm where the response is not complete."""
    needed = logit(1.0 - PARTIAL_DIAMETER**3)
    return float(expit(needed + LOGIT_SD * ndtri(PARTIAL_OF_THE_REST)))


def injury_albi() -> float:
    """Rise of ALBI that moves the published share of patients to a worse grade."""
    low, high = ndtri(GRADES[0]), ndtri(1.0 - GRADES[2])
    sd = (ALBI_LIMITS[1] - ALBI_LIMITS[0]) / (high - low)
    mean = ALBI_LIMITS[0] - sd * low

    def migrating(rise: float) -> float:
        at = [(limit - mean) / sd for limit in ALBI_LIMITS]
        return float(sum(ndtr(z) - ndtr(z - rise / sd) for z in at))

    return float(brentq(lambda rise: migrating(rise) - MIGRATION, 0.0, 1.0))


def complete_ablation() -> tuple[float, float]:
    """Logit of complete ablation of one lesion at 30 mm, and its fall per unit of ln diameter."""
    slope = float(np.diff(logit(ABLATED))[0] / np.diff(np.log(ABLATED_MM))[0])
    return float(logit(ABLATED[0]) + slope * np.log(REFERENCE_MM / ABLATED_MM[0])), -slope


def extrahepatic_share() -> float:
    """Share of first new lesions that are outside the liver."""
    return NEW_EXTRAHEPATIC / (NEW_INTRAHEPATIC + NEW_EXTRAHEPATIC)


def new_lesions_after_tace() -> float:
    """Hazard of new lesions of both kinds, per month."""
    intrahepatic = float(np.mean([-math.log(1.0 - share) / month for month, share in AFTER_TACE.items()]))
    return intrahepatic / (1.0 - extrahepatic_share())


def new_lesions_after_ablation() -> float:
    """Hazard of recurrence, per month."""
    hazards = [
        (-math.log(free) + 0.5 * math.log(alive)) / month for month, (free, alive) in AFTER_ABLATION.items()
    ]
    return float(np.mean(hazards))


def main() -> None:
    """Print the derived numbers."""
    at_30, slope = complete_response()
    print(f"tace.complete_share_30_mm {expit(at_30):.3f}, tace.size_log_slope {slope:.2f}")
    print(f"tace.partial_kill {partial_kill():.3f}")
    print(f"tace.cured_share {CURED:.3f}")
    print(f"tace.injury_albi {injury_albi():.3f}")
    print(f"tace.extrahepatic_share {extrahepatic_share():.3f}")
    print(f"tace.new_lesion_rate_per_month {new_lesions_after_tace():.3f}")
    at_30, slope = complete_ablation()
    print(f"ablation.complete_share_30_mm {expit(at_30):.3f}, ablation.size_log_slope {slope:.2f}")
    print(f"ablation.new_lesion_rate_per_month {new_lesions_after_ablation():.4f}")


if __name__ == "__main__":
    main()
