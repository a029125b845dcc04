"""The frame of markers: which columns are markers, how they are coded, and what is refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hepatrial.biomarkers import marker_frame
from hepatrial.errors import InvalidInput, UsageError
from hepatrial.trialdata import TrialData


def cohort(arms: tuple[str, ...] = ("all",), **columns: list) -> TrialData:
    n = len(next(iter(columns.values()))) if columns else 8
    standard = {
        "subject": list(range(1, n + 1)),
        "arm": [arms[row % len(arms)] for row in range(n)],
        "randomised_day": [0] * n,
        "stratum": ["all"] * n,
        "os_days": [10.0 * (row + 1) for row in range(n)],
        "os_event": [row % 2 for row in range(n)],
        "os_reason": ["death"] * n,
    }
    empty = {t: pl.DataFrame() for t in ("tumour", "responses", "best", "labs", "exposure", "adverse_events")}
    return TrialData(
        "cohort",
        arms,
        arms[-1],
        False,
        pl.DataFrame(standard | columns),
        **empty,
        causes={"OS": ("censored", "death")},
    )


AFP = [1.0, 3.0, None, 20.0, 400.0, 55.0, 8.0, 12.0]
SEX = ["m", "f", "m", "m", None, "f", "f", "m"]
STAGE = ["B", "C", "A", "B", "C", "A", "B", None]


def test_all_numeric_and_two_level_columns_are_markers_and_the_others_are_named():
    data = cohort(
        afp=AFP, sex=SEX, stage=STAGE, rownames=list(range(8)), RFS=AFP, Recurrence=[0, 1] * 4, batch=[1] * 8,
        counter=list(range(1, 9)), bclc=[1, 2] * 4,
    )  # fmt: skip
    frame = marker_frame(data, adjust=["bclc"])
    assert frame.marker_names == ("afp", "sex")
    said = " ".join(frame.notes)
    for left in ("stage", "rownames", "RFS", "Recurrence", "batch", "counter"):
        assert left in said


def test_hazard_ratios_are_per_sd_iqr_or_unit_of_the_transformed_marker():
    known = np.log1p(np.array([value for value in AFP if value is not None]))
    for per, width in (("sd", known.std(ddof=1)), ("iqr", np.quantile(known, 0.75) - np.quantile(known, 0.25)),
                       ("unit", 1.0)):  # fmt: skip
        frame = marker_frame(cohort(afp=AFP), transform="log1p", per=per)
        expected = (known - known.mean()) / width
        np.testing.assert_allclose(frame.markers[~np.isnan(frame.markers)], expected, rtol=1e-12)
        assert np.isnan(frame.markers[2, 0])
        assert "log1p(afp)" in frame.unit[0]


def test_ranks_are_shares_at_the_mean_of_ties():
    frame = marker_frame(cohort(x=[5, 5, 1, 9, 9, 9, 2, None]), transform="rank", per="unit")
    shares = frame.markers[:, 0] + frame.scales[0].centre
    np.testing.assert_allclose(shares[:7] * 7 + 0.5, [3.5, 3.5, 1, 6, 6, 6, 2])


def test_two_levels_stay_two_levels_whatever_the_transform():
    frame = marker_frame(cohort(sex=SEX, stage=[1, 2] * 4), transform="log1p", per="sd")
    np.testing.assert_array_equal(frame.markers[:, 0], [1, 0, 1, 1, np.nan, 0, 0, 1])
    assert frame.unit == ("m against f", "2 against 1")


def test_covariates_of_words_are_coded_by_level_with_missing_ones_missing():
    frame = marker_frame(cohort(afp=AFP, stage=STAGE, age=list(range(40, 56, 2))), adjust=["stage", "age"])
    assert frame.adjust_names == ("stage=B", "stage=C", "age")
    np.testing.assert_array_equal(frame.adjust[:3, :2], [[1, 0], [0, 1], [0, 0]])
    assert np.isnan(frame.adjust[7, :2]).all()
    assert frame.adjust[7, 2] == 54


def test_the_control_is_arm_0():
    frame = marker_frame(cohort(arms=("drug", "placebo"), afp=AFP))
    assert frame.arms == ("placebo", "drug")
    assert frame.arm is not None
    np.testing.assert_array_equal(frame.arm, [1, 0] * 4)
    assert frame.arm.dtype == np.int8
    assert marker_frame(cohort(afp=AFP)).arm is None


def test_a_new_data_set_is_coded_by_the_scale_of_the_first():
    frame = marker_frame(cohort(afp=AFP), transform="rank")
    again = frame.scales[0].applied(np.array([np.nan if value is None else value for value in AFP]))
    np.testing.assert_allclose(again, frame.markers[:, 0])
    assert frame.scales[0].applied(np.array([1e9]))[0] > np.nanmax(frame.markers)


@pytest.mark.parametrize(
    ("columns", "options", "error", "words"),
    [
        ({"afp": AFP}, {"markers": ["afpp"]}, UsageError, ["afpp", "did you mean afp?"]),
        ({"afp": AFP}, {"markers": ["afp"], "adjust": ["afp"]}, UsageError, ["marker and a covariate", "afp"]),
        ({"afp": AFP}, {"markers": []}, UsageError, ["none is named"]),
        ({"stage": STAGE}, {}, UsageError, ["no column can be a marker"]),
        ({"stage": STAGE}, {"markers": ["stage"]}, InvalidInput, ["text of 3 levels", "A, B, C"]),
        ({"x": [1] * 8}, {"markers": ["x"]}, InvalidInput, ["has one value"]),
        ({"x": [1, 2] * 4, "afp": AFP}, {"adjust": ["batch"]}, UsageError, ["adjust", "batch"]),
        ({"z": [-1.0, 2, 3, 4, 5, 6, 7, 8]}, {"transform": "log1p"}, InvalidInput, ["below 0", "-1"]),
        ({"z": [0] * 8 + [7, 8]}, {"per": "iqr"}, InvalidInput, ["interquartile range of 0"]),
        ({"afp": AFP}, {"transform": "log"}, UsageError, ["transform", "log1p"]),
        ({"afp": AFP, "b": [1] * 8}, {"adjust": ["b"]}, InvalidInput, ["covariate b has one value"]),
    ],
)  # fmt: skip
def test_what_cannot_be_coded_is_refused_by_name(columns, options, error, words):
    with pytest.raises(error) as caught:
        marker_frame(cohort(**columns), **options)
    for word in words:
        assert word in str(caught.value)
