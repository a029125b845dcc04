"""Two agents together: dose-response surface, excess over Bliss, Loewe and ZIP, isobologram, tolerability."""

from hepatrial.combinations.bliss import bliss_excess, bliss_expected
from hepatrial.combinations.combine import (
    Combination,
    Dependence,
    best_partner,
    combine,
    signalling_effect,
)
from hepatrial.combinations.hits import Hits, hits_of, left_by
from hepatrial.combinations.isobologram import Isobole, isobole
from hepatrial.combinations.loewe import loewe_excess, loewe_expected
from hepatrial.combinations.node_words import DRUGGED, WORDS
from hepatrial.combinations.pairs_of_arm import pair_warning, taken_together
from hepatrial.combinations.surface import DoseSurface, dose_surface
from hepatrial.combinations.tolerability import GivenTogether, Tolerability, given_together, tolerability
from hepatrial.combinations.zip_model import ZipScores, zip_scores

__all__ = [
    "DRUGGED",
    "WORDS",
    "Combination",
    "Dependence",
    "DoseSurface",
    "GivenTogether",
    "Hits",
    "Isobole",
    "Tolerability",
    "ZipScores",
    "best_partner",
    "bliss_excess",
    "bliss_expected",
    "combine",
    "dose_surface",
    "given_together",
    "hits_of",
    "isobole",
    "left_by",
    "loewe_excess",
    "loewe_expected",
    "pair_warning",
    "signalling_effect",
    "taken_together",
    "tolerability",
    "zip_scores",
]
