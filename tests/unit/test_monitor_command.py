"""``hepatrial monitor``: what it prints, writes and refuses, on a cohort made up with a known truth."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from hepatrial.cli.app import app
from hepatrial.errors import InvalidInput, UsageError

COLUMNS = ("--time", "os", "--event", "died", "--subject", "who", "--visit", "day")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory) -> str:
    """120 patients seen every 8 weeks; AFP doubles at a patient's own pace, which drives death."""
    rng = np.random.default_rng(8)
    rows = []
    for who in range(120):
        start, pace = rng.normal(5.0, 1.0), rng.normal(0.8, 0.5)
        days = np.arange(1.0, 900.0)
        hazard = np.exp(-10.4 + 0.7 * (start + pace * days / 365.25))
        dead = np.cumsum(hazard) > rng.exponential()
        end = float(days[dead.argmax()]) if dead.any() else 900.0
        age = int(rng.integers(40, 80))
        rows += [
            {"who": f"P{who}", "day": day, "os": end, "died": int(dead.any()), "age": age,
             "afp_ng_ml": round(float(np.exp(start + pace * day / 365.25 + rng.normal(0, 0.2))), 2),
             "albi": round(float(rng.normal(-2.5, 0.2)), 2)}
            for day in np.arange(0.0, end, 56.0)
        ]  # fmt: skip
    file = tmp_path_factory.mktemp("cohort") / "visits.csv"
    pl.DataFrame(rows).write_csv(file)
    return str(file)


def run(data: str, *arguments: str):
    return CliRunner().invoke(app, ["monitor", data, *arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def answered(cohort, tmp_path_factory):
    folder = tmp_path_factory.mktemp("monitor") / "answer"
    result = run(
        cohort, *COLUMNS, "--marker", "afp_ng_ml", "--marker", "albi", "--adjust", "age", "--patient", "P7",
        "--rule", "afp_ng_ml fall 20% at 8 weeks within 4 weeks", "--out", str(folder), "--json",
    )  # fmt: skip
    assert result.exit_code == 0
    return folder, json.loads(result.stdout)


def test_the_folder_holds_page_figures_result_and_measurements(answered):
    folder, record = answered
    assert record == json.loads((folder / "result.json").read_text(encoding="utf-8"))
    names = {"monitor.html", "manifest.json", "result.json", "measurements.csv", "measurements.parquet"}
    assert names <= {path.name for path in folder.iterdir()}
    drawn = {path.name for path in (folder / "figures").iterdir()}
    assert {"patient.svg", "patient.png", "prediction.svg"} <= drawn
    page = (folder / "monitor.html").read_text(encoding="utf-8")
    assert "Patient P7" in page
    assert "immortal time" in page
    assert "Computed from the data given" in page


def test_the_marker_that_drives_death_is_found_and_the_noise_is_not(answered):
    afp, albi = answered[1]["markers"]
    assert afp["time_varying"]["ci"][0] > 1.3
    assert afp["joint_model"]["ci"][0] < np.exp(0.7) < afp["joint_model"]["ci"][1]
    assert albi["time_varying"]["ci"][0] < 1.0 < albi["time_varying"]["ci"][1]


def test_a_patients_prediction_stands_at_each_visit_with_limits(answered):
    found = answered[1]["patient"]
    assert found["patient"] == "P7"
    days = [visit["day"] for visit in found["visits"]]
    assert days == sorted(days)
    assert days[0] == 0.0
    for visit in found["visits"]:
        for model in (visit["landmark_model"], visit["joint_model"]):
            low, high = model["ci"]
            assert 0.0 <= low < model["survival_at_horizon"] < high <= 1.0
            assert model["survival"] == sorted(model["survival"], reverse=True)


def test_the_terminal_shows_the_same_and_warns_of_immortal_time(cohort):
    result = run(
        cohort, *COLUMNS, "--marker", "afp_ng_ml", "--rule", "afp_ng_ml fall 20% at 8 weeks within 4 weeks"
    )
    assert result.exit_code == 0
    assert "log afp_ng_ml (ng/mL)" in result.stdout
    assert "biased by immortal time, not to be used" in result.stdout
    assert "does not show that acting on it helps" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (("--marker", "afp_ng_mL2"), UsageError, "did you mean afp_ng_ml?"),
        (("--marker", "albi", "--patient", "P7000"), UsageError, "there is no patient 'P7000'"),
        (("--marker", "albi", "--rule", "albi goes up"), UsageError, "MARKER rise|fall AMOUNT"),
        (("--marker", "albi", "--adjust", "agee"), UsageError, "did you mean age?"),
    ],
)
def test_slips_are_told_with_what_is_allowed(cohort, arguments, error, said):
    with pytest.raises(error) as caught:
        run(cohort, *COLUMNS, *arguments)
    assert said in str(caught.value)


def test_a_table_with_one_row_a_patient_is_refused_with_the_remedy(tmp_path):
    file = tmp_path / "once.csv"
    file.write_text("os,died,afp\n" + "".join(f"{100 + n},{n % 2},{n}\n" for n in range(20)))
    with pytest.raises((UsageError, InvalidInput)) as caught:
        run(str(file), "--time", "os", "--event", "died")
    assert "--visit" in str(caught.value)
