"""Published data sets for pools and networks, and the same analyses in R's metafor."""

from __future__ import annotations

import subprocess
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from survival_in_r import Table, in_r, missing_in_r

from hepatrial.evidence.pooling import StudyEffect

# Colditz et al. 1994, 10.1001/jama.1994.03510330076038: thirteen trials of BCG vaccine against tuberculosis.
# Trial, year, latitude; vaccinated with and without tuberculosis; not vaccinated with and without.
BCG = """
Aronson            1948 44    4   119  11   128
Ferguson           1949 55    6   300  29   274
Rosenthal-1960     1960 42    3   228  11   209
Hart               1977 52   62 13536 248 12619
Frimodt-Moller     1973 13   33  5036  47  5761
Stein              1953 44  180  1361 372  1079
Vandiviere         1973 19    8  2537  10   619
Madras             1980 13  505 87886 499 87892
Coetzee            1968 27   29  7470  45  7232
Rosenthal-1961     1961 42   17  1699  65  1600
Comstock-1974      1974 18  186 50448 141 27197
Comstock-1969      1969 33    5  2493   3  2338
Comstock-1976      1976 33   27 16886  29 17825
"""

# Senn et al. 2013, 10.1177/0962280211432220: drugs for diabetes, change of HbA1c. Patients, mean, standard deviation.
SENN = """
DeFronzo1995       metf 213 -1.70 1.459  plac 209  0.20 1.446
Lewin2007          metf 431 -0.74 1.106  plac 144  0.08 1.004
Willms1999         metf  29 -2.50 0.862  acar  31 -2.30 1.782  plac 29 -1.30 1.831
Davidson2007       rosi 117 -1.20 1.097  plac 116  0.14 1.093
Wolffenbuttel1999  rosi 183 -0.90 1.100  plac 192  0.20 1.110
Kipnes2001         piog 182 -1.20 1.369  plac 181  0.10 1.024
Kerenyi2004        rosi 160 -0.91 0.990  plac 154 -0.14 0.920
Hanefeld2004       piog 319  7.61 1.072  metf 320  7.45 1.073
Derosa2004         piog  45  6.80 0.800  rosi  42  6.70 0.900
Baksi2004          rosi 218 -1.20 1.112  plac 233  0.10 1.036
Rosenstock2008     rosi  59 -1.17 1.229  plac  57 -0.08 1.208
Zhu2003            rosi 210 -1.90 1.470  plac 105 -0.40 1.300
Yang2003           rosi 102 -1.09 1.650  metf  96 -0.95 1.500
Vongthavaravat2002 rosi 164 -1.10 1.559  sulf 170  0.10 0.992
Oyama2008          acar  41 -0.70 0.800  sulf  43 -0.30 0.600
Costa1997          acar  36 -1.10 0.360  plac  29 -0.30 0.700
Hermansen2007      sita 106 -0.30 0.940  plac 106  0.27 0.940
Garber2008         vild 132 -0.63 1.034  plac 144  0.07 1.080
Alex1998           metf 291  0.13 1.428  sulf 300  0.50 1.450
Johnston1994       migl  68 -0.41 1.072  plac  63  0.33 1.032
Johnston1998a      migl  91 -0.43 0.954  plac  43  0.98 1.311
Kim2007            rosi  57 -1.10 1.341  metf  56 -1.10 1.139
Johnston1998b      migl  49 -0.12 1.400  plac  34  0.56 1.166
GonzalezOrtiz2004  metf  34 -1.30 1.861  plac  37 -0.90 1.803
Stucci1996         benf  28  8.03 1.290  plac  30  8.26 1.350
Moulin2006         benf 161 -0.82 1.028  plac 156  0.19 1.374
"""

# Hasselblad 1998, 10.1177/0272989X9801800110: help to stop smoking. Quitters and smokers by arm: A none, B self-help,
# C individual counselling, D group counselling. Half a quitter is added to every cell of the two trials with none.
SMOKING = """
1  A 75 731  C 363 714
2  A 9 140   C 23 140   D 10 138
3  A 2 106   C 9 205
4  A 58 549  C 237 1561
5  A 0 33    C 9 48
6  B 20 49   C 16 43
7  A 3 100   C 31 98
8  A 1 31    C 26 95
9  B 11 78   C 12 85    D 29 170
10 A 6 39    C 17 77
11 A 79 702  B 77 694
12 A 18 671  B 21 535
13 A 64 642  C 107 761
14 C 12 76   D 20 74
15 C 9 55    D 3 26
16 B 7 66    D 32 127
17 A 5 62    C 8 90
18 A 20 234  C 34 237
19 A 0 20    D 9 20
20 A 8 116   B 19 149
21 A 95 1107 C 143 1031
22 A 15 187  C 36 504
23 A 78 584  C 73 675
24 A 69 1177 C 54 888
"""

Arms = list[tuple[str, float, float]]


def bcg() -> tuple[list[StudyEffect], dict[str, np.ndarray]]:
    """Log risk ratios of the BCG trials, and their year and latitude."""
    effects, year, latitude = [], [], []
    for line in BCG.strip().splitlines():
        name, *numbers = line.split()
        when, where, a, b, c, d = map(float, numbers)
        log_rr = np.log(a / (a + b)) - np.log(c / (c + d))
        error = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        effects.append(StudyEffect(name, "BCG", "none", float(log_rr), float(error), "colditz1994"))
        year.append(when)
        latitude.append(where)
    return effects, {"year": np.array(year), "latitude": np.array(latitude)}


def senn() -> dict[str, Arms]:
    """By trial: treatment, mean, variance of the mean."""
    trials = {}
    for line in SENN.strip().splitlines():
        name, *words = line.split()
        trials[name] = [
            (words[i], float(words[i + 2]), float(words[i + 3]) ** 2 / float(words[i + 1]))
            for i in range(0, len(words), 4)
        ]
    return trials


def smoking() -> dict[str, Arms]:
    """By trial: treatment, log odds of stopping, its variance."""
    trials = {}
    for line in SMOKING.strip().splitlines():
        name, *words = line.split()
        arms = [(words[i], float(words[i + 1]), float(words[i + 2])) for i in range(0, len(words), 3)]
        add = 0.5 if any(quit_ == 0 for _, quit_, _ in arms) else 0.0
        trials[name] = [
            (
                arm,
                float(np.log((quit_ + add) / (n - quit_ + add))),
                1 / (quit_ + add) + 1 / (n - quit_ + add),
            )
            for arm, quit_, n in arms
        ]
    return trials


def effects_of(trials: dict[str, Arms], source: str, digits: int | None = None) -> list[StudyEffect]:
    """All pairs of arms of every trial, standard errors rounded if asked."""
    effects = []
    for name, arms in trials.items():
        for (one, y1, v1), (two, y2, v2) in combinations(arms, 2):
            error = float(np.sqrt(v1 + v2))
            error = error if digits is None else round(error, digits)
            effects.append(StudyEffect(name, one, two, y1 - y2, error, source))
    return effects


def contrasts_of(trials: dict[str, Arms]) -> Table:
    """Contrasts of each trial against its first arm in alphabetical order, for R: a row a contrast.

    Treatments are numbered from 1 in that order. ``shared`` is the variance of the first arm, which ties a trial's
    contrasts.
    """
    treatments = sorted({arm for arms in trials.values() for arm, _, _ in arms})
    number_of = {arm: place for place, arm in enumerate(treatments, start=1)}
    rows = []
    for number, arms in enumerate(trials.values()):
        base, *others = sorted(arms)
        rows += [
            (number, number_of[arm], number_of[base[0]], y - base[1], v + base[2], base[2], place)
            for place, (arm, y, v) in enumerate(others)
        ]
    names = ("study", "arm", "base", "y", "v", "shared", "place")
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


@cache
def missing_metafor() -> str:
    """Why metafor can't be asked, or nothing."""
    if missing_in_r():
        return missing_in_r()
    ask = "cat('metafor' %in% rownames(installed.packages()))"
    said = subprocess.run(["Rscript", "--vanilla", "-e", ask], capture_output=True, text=True).stdout
    return "" if said == "TRUE" else "R lacks its package metafor (tests/install_peers.sh)"


def in_metafor(script: str, **tables: Table) -> Table:
    """As `in_r`, with metafor loaded."""
    if missing_metafor():
        pytest.skip(f"no parity with metafor: {missing_metafor()}")
    return in_r("suppressWarnings(suppressPackageStartupMessages(library(metafor)))\n" + script, **tables)


def table_of_effects(effects: list[StudyEffect], **columns: np.ndarray) -> Table:
    """Effects as columns y and se (and others) for R."""
    return {
        "y": np.array([effect.log_hr for effect in effects]),
        "se": np.array([effect.std_error for effect in effects]),
        **columns,
    }
