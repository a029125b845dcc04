"""Columns that are named as covariates of the field: recognised and told, never changed."""

from __future__ import annotations

import re

KNOWN = {
    "ALBI grade": r"^albi(gr|grade)(bl)?$",
    "ALBI": r"^(albi|albiscore|albibl)$",
    "AFP": r"^(afp|alphafetoprotein|alfafetoprotein|afpbl)(ngml|ugl|iuml|level|baseline|log|log10)?$",
    "ECOG": r"^(ecog|ecogps|ecogbl|performancestatus|ps|who|ecogperformancestatus)$",
    "BCLC": r"^bclc(stage|bl)?$",
    "Child-Pugh score": r"^(childpughscore|cpscore|cpscorbl|childpughpoints|cps|childpugh)$",
    "Child-Pugh class": r"^(childpughclass|cpclass|cpclbl|child)$",
    "bilirubin": r"^(bili|bilirubin|tbil|totalbilirubin|bilibl)(umoll|mgdl)?$",
    "albumin": r"^(alb|albumin|albbl)(gl|gdl)?$",
    "INR": r"^(inr|inrbl)$",
    "platelets": r"^(plt|platelet|platelets|plateletcount)$",
    "macrovascular invasion": r"^(mvi|mvifl|pvtt|macrovascularinvasion|vascularinvasion|portalveininvasion)$",
    "extrahepatic spread": r"^(ehs|ehsfl|extrahepaticspread|distantmetastasis|metastasis|metastases)$",
    "aetiology": r"^(aetiology|etiology|aetiol|hbsag|hbv|hcv|hbvstatus|hcvstatus)$",
    "tumour size": r"^(tumou?rsize|largestdiameter|largestdiametermm|sld|sldmm|sldbl|size)$",
    "TNM": r"^(tnm|tnmstage|ajcc)$",
    "cirrhosis": r"^cirrhosis$",
    "age": r"^(age|ageyears)$",
    "sex": r"^(sex|gender|male|female|isfemale)$",
    "VEGF": r"^vegfa?(pgml)?$",
    "sVEGFR-2": r"^s?vegfr2(pgml)?$",
}
"""Covariate by the pattern of a name without case, spaces and marks."""

OUTCOME = re.compile(
    r"^(os|pfs|ttp|rfs|dfs|efs|dss|css|death|dead|died|recurrence|relapse|recurred|progression|progressed|survival|"
    r"survtime|futime|followup|vitalstatus|event|status|censor.*|cnsr)"
    r"(time|days|months|weeks|years|event|status|flag|date|reason|fromvisit)*$"
)
"""Names, folded, of columns that hold an outcome: not to be taken for a marker."""

IDENTIFIER = re.compile(
    r"^(rownames?|index|id|no|number|usubjid|subjid|"
    r"(patient|case|subject|sample|record|study|hospital)(id|no|number)?)$"
)
"""Names, folded, of columns that number rows or patients."""


def folded(name: str) -> str:
    """A name in small letters without spaces and marks."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def known_covariate(name: str) -> str | None:
    """The covariate of the field that a column seems to hold by its name, or None."""
    plain = folded(name)
    return next((covariate for covariate, pattern in KNOWN.items() if re.match(pattern, plain)), None)


def names_an_outcome(name: str) -> bool:
    """Whether a column's name is that of an outcome."""
    return OUTCOME.match(folded(name)) is not None


def names_an_identifier(name: str) -> bool:
    """Whether a column's name is that of a number of rows or patients."""
    return IDENTIFIER.match(folded(name)) is not None
