"""Courses with embolisation and ablation: what must hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from locoregional_trials import (
    FOUR_FIXED,
    NO_INJURY,
    NO_KILL,
    NO_SURGE,
    ON_DEMAND,
    arm,
    differing,
    followed,
    protocol_of,
)

from hepatrial.agents import load_agent
from hepatrial.disease.locoregional import mean_relative_intensity
from hepatrial.disease.parameters import default_parameters
from hepatrial.simulation.blocks import Work, simulate_block
from hepatrial.simulation.events import NEVER
from hepatrial.simulation.locoregional_inputs import lesion_thresholds
from hepatrial.simulation.streams import Streams
from hepatrial.simulation.untreatable import EXHAUSTED, LIVER, REFRACTORY, SPREAD
from hepatrial.simulation.workers import simulate_patients

NOT_OF_TUMOUR = {"mg_per_day", "concentration_mg_l"}
PROCEDURES_ALONE = {"sessions", "untreatable", "untreatable_reason"}


def test_a_session_that_kills_injures_and_releases_nothing_is_none():
    protocol = protocol_of(arm("sham", tace=FOUR_FIXED), arm("none"))
    found = followed(protocol, {**NO_KILL, **NO_SURGE, **NO_INJURY}, daily=True)
    assert (found.events[0].sessions < NEVER).sum() > 400
    assert differing(*found.visits) == []
    assert set(differing(*found.events)) <= PROCEDURES_ALONE


def test_the_same_sessions_in_two_arms_are_twins_to_the_bit():
    found = followed(protocol_of(arm("one", tace=ON_DEMAND), arm("two", tace=ON_DEMAND)))
    assert differing(*found.visits) == []
    assert differing(*found.events) == []


@pytest.fixture(scope="module")
def inert():
    """Sorafenib without targets, injury or adverse events."""
    return replace(load_agent("sorafenib"), affinities=(), liver_injury=None, adverse_events=())


@pytest.mark.parametrize("effective", [False, True])
def test_the_order_of_session_and_agent_matters_through_mechanism_alone(inert, effective):
    sessions = "{kind: conventional, planned: [8 weeks], repeat: never, max_sessions: 4}"
    protocol = protocol_of(
        arm("before", tace=sessions, agent_from="0 days"), arm("after", tace=sessions, agent_from="16 weeks")
    )
    agents = () if effective else (inert,)
    found = followed(protocol, {"tace.surge_gain": 0.0}, own_agents=agents)
    apart = set(differing(*found.visits)) - NOT_OF_TUMOUR
    assert bool(apart) == effective
    if not effective:
        assert not differing(*found.events)


def test_a_session_moves_what_mrecist_reads_and_not_what_recist_does():
    protocol = protocol_of(arm("once", tace=FOUR_FIXED.replace("[0 days]", "[28 days]")), arm("none"))
    found = followed(protocol, NO_SURGE, daily=True, patients=128)
    # (visits, days, patients): the record of day 29 is the first after the session on day 28.
    once, none = (
        {name: getattr(v, name).reshape(-1, 128)[27:29] for name in ("sld_mm", "viable_sld_mm")}
        for v in found.visits
    )
    assert (once["viable_sld_mm"][1] < 0.9 * none["viable_sld_mm"][1]).mean() > 0.8
    # Dead tissue does not grow and is cleared: one day's growth and clearance, and no more, is missing of the whole.
    cleared = default_parameters()["growth.necrosis_clearance_per_day"]
    assert (once["sld_mm"][1] <= none["sld_mm"][1] * 1.0001).all()
    assert (once["sld_mm"][1] >= none["sld_mm"][0] * np.exp(-cleared / 3.0) * 0.9999).all()


def test_more_injury_never_improves_the_liver():
    protocol = protocol_of(arm("sessions", tace=FOUR_FIXED), arm("none"))
    albi = [
        followed(protocol, {"tace.injury_albi": injury}).visits[0].albi_change for injury in (0.0, 0.2, 0.8)
    ]
    assert (albi[0] <= albi[1]).all()
    assert (albi[1] <= albi[2]).all()
    assert (albi[0][1] < albi[2][1]).mean() > 0.9


def test_a_share_of_injury_stays_and_the_rest_recovers():
    protocol = protocol_of(
        arm("once", tace="{kind: conventional, repeat: never, max_sessions: 4}"), arm("none")
    )
    found = followed(protocol, {**NO_KILL, **NO_SURGE, "tace.injury_log_sd": 0.0})
    extra = found.visits[0].albi_change.astype(float) - found.visits[1].albi_change
    p = default_parameters()
    stays = p["tace.injury_albi"] * p["tace.injury_permanent_share"]
    decayed = np.exp(-28.0 * p["liver.injury_recovery_per_day"])
    assert extra[0] == pytest.approx(stays + (p["tace.injury_albi"] - stays) * decayed, abs=1e-5)
    assert extra[-1] == pytest.approx(stays, abs=1e-3)


EXTREME = {
    "tace.surge_conventional": 100.0, "tace.surge_gain": 50.0, "tace.injury_albi": 10.0, "tace.seed_ml": 500.0,
    "tace.partial_kill": 1.0, "tace.complete_share_30_mm": 1.0, "tace.cured_share": 1.0,
}  # fmt: skip


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_extreme_values_stay_finite(precision):
    protocol = protocol_of(
        arm("combined", tace=FOUR_FIXED, agent_from="0 days"),
        arm("ablated", tace=ON_DEMAND, ablation="{kind: resection, response: complete}"),
    )
    for values in (EXTREME, {**EXTREME, **NO_KILL}):
        found = followed(protocol, values, precision=precision)
        for record in (*found.visits, *found.events):
            for name, value in record._asdict().items():
                assert np.isfinite(value).all(), name


@pytest.mark.long  # starts processes
def test_results_do_not_depend_on_blocks_or_workers():
    protocol = protocol_of(arm("combined", tace=ON_DEMAND, agent_from="0 days"), arm("alone", tace=ON_DEMAND))
    work = Work(protocol, default_parameters(), 5, block=256)
    whole = simulate_block(work, np.arange(256))
    parts = simulate_patients(replace(work, block=64), 256, workers=2)
    for one, other in zip(whole.outcomes, parts.outcomes, strict=True):
        for name in type(one).__slots__:
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize("share", [0.05, 0.27, 0.8])
def test_the_first_new_lesion_of_each_kind_is_exponential_and_the_first_of_all_is_as_without_kinds(share):
    streams, ids = Streams(3), np.arange(100_000)
    all_inside, outside = lesion_thresholds(ids, share, streams)
    inside = all_inside[0]
    assert np.array_equal(np.minimum(inside, outside), streams.exponential("new lesion", ids)[:, 0])
    assert inside.mean() == pytest.approx(1 / (1 - share), rel=0.02)
    assert outside.mean() == pytest.approx(1 / share, rel=0.02)
    assert (outside < inside).mean() == pytest.approx(share, abs=0.006)
    levels = np.quantile(inside, 0.5), np.quantile(outside, 0.5)
    waits = np.diff(all_inside, axis=0)
    assert (waits > 0).all()
    assert waits.mean(axis=1) == pytest.approx(np.full(len(waits), 1 / (1 - share)), rel=0.02)
    together = ((inside < levels[0]) & (outside < levels[1])).mean()
    assert together == pytest.approx(0.25, abs=0.006)


def test_new_lesions_come_on_the_day_on_which_they_would_without_kinds():
    p = default_parameters()
    values = {
        "tace.new_lesion_rate_per_month": p["hazards.new_lesion_rate_per_month"] * mean_relative_intensity(p),
        "tace.doubling_time_days": p["growth.doubling_time_days"],
        "tace.asia_growth_log_ratio": p["growth.asia_log_ratio"],
    }
    split = followed(
        protocol_of(arm("sham", tace=FOUR_FIXED), arm("none")), {**values, **NO_KILL, **NO_SURGE}
    )
    plain = followed(protocol_of(arm("other"), arm("none")), values)
    assert np.array_equal(split.events[1].new_lesion, plain.events[1].new_lesion)
    first = np.minimum(split.events[1].intrahepatic[:, 0], split.events[1].extrahepatic)
    assert np.abs(first - split.events[1].new_lesion).max() < 1e-9  # the last bit, of days


def test_tumours_that_never_respond_are_refractory_after_two_sessions():
    found = followed(
        protocol_of(arm("sham", tace=ON_DEMAND), arm("none")), {**NO_KILL, **NO_SURGE, **NO_INJURY}
    )
    events = found.events[0]
    sessions = (events.sessions < NEVER).sum(axis=1)
    refractory = events.untreatable_reason == REFRACTORY
    assert refractory.mean() > 0.5
    assert set(sessions[refractory]) == {2}
    assert set(events.untreatable_reason) <= {0, SPREAD, LIVER, REFRACTORY}
    assert (
        events.untreatable[refractory] == 112.0
    ).all()  # sessions on day 0 and at the scan of day 56; scan of day 112


def test_a_cured_patient_has_one_session_until_a_new_lesion_comes():
    cured = {"tace.complete_share_30_mm": 1.0, "tace.cured_share": 1.0, **NO_INJURY}
    events = followed(protocol_of(arm("cured", tace=ON_DEMAND), arm("none")), cured).events[0]
    second = events.sessions[:, 1]
    assert (second < NEVER).any()
    assert (second[second < NEVER] >= events.intrahepatic[second < NEVER, 0]).all()


def test_no_session_is_given_once_the_tumour_is_untreatable_and_none_beyond_the_limit():
    tace = ON_DEMAND.replace("max_sessions", "refractory_after: 0, max_sessions")
    events = followed(protocol_of(arm("four", tace=tace), arm("none"))).events[0]
    given = np.where(events.sessions < NEVER, events.sessions, -1.0)
    assert (given.max(axis=1) <= events.untreatable).all()
    assert events.sessions.shape[1] == 4
    assert (events.untreatable_reason == EXHAUSTED).any()


def test_a_patient_beyond_the_childpugh_limit_is_not_embolised_again():
    tace = ON_DEMAND.replace("max_sessions", "child_pugh_limit: 5, max_sessions")
    found = followed(protocol_of(arm("strict", tace=tace), arm("none")), {"tace.injury_albi": 3.0})
    events = found.events[0]
    assert (events.untreatable_reason == LIVER).mean() > 0.5
    assert ((events.sessions < NEVER).sum(axis=1)[events.untreatable_reason == LIVER] == 1).mean() > 0.9


@pytest.mark.parametrize("repeat", ["every 8 weeks", "on demand"])
def test_the_engine_pauses_agents_around_sessions_that_are_given_and_at_no_other_time(inert, repeat):
    tace = (
        f"{{kind: conventional, planned: [4 weeks], repeat: {repeat}, wait: 1 week, max_sessions: 4, "
        "pause_before: 2 days, pause_after: 3 days, demand: viable tumour grows}"
    )
    protocol = protocol_of(arm("paused", tace=tace, agent_from="0 days"), arm("alone", tace=ON_DEMAND))
    found = followed(protocol, daily=True, own_agents=(inert,))
    events, given = found.events[0], found.visits[0].mg_per_day.reshape(-1, 128) > 0.0
    day = (
        np.arange(len(given)) + 1.0
    )  # the dose that is recorded on a day is that of the day that begins then
    pauses = np.zeros(given.shape, dtype=bool)
    for session in events.sessions.T:
        pauses |= (day[:, None] >= session - 2.0) & (day[:, None] < session + 3.0)
    on = day[:, None] < events.agents_end - 1.0
    assert pauses[on].sum() > 500
    assert np.array_equal(given[on], ~pauses[on])


def test_agents_are_paused_around_sessions_and_the_table_of_doses_says_so():
    import polars as pl

    from hepatrial.virtual_trial import simulate

    tace = (
        "{kind: conventional, planned: [4 weeks], repeat: on demand, wait: 1 week, max_sessions: 4, "
        "pause_before: 2 days, pause_after: 3 days}"
    )
    protocol = protocol_of(
        arm("paused", tace=tace, agent_from="0 days"), arm("alone", tace=ON_DEMAND), size=60
    )
    trial = simulate(protocol, patients=100, replicates=0, seed=2).trial
    joined = trial.sessions.join(trial.exposure, on="subject", suffix="_dose").filter(
        (pl.col("start_day") < pl.col("day") + 3) & (pl.col("end_day") > pl.col("day") - 2)
    )
    assert joined.height > 20
    assert joined["dose_mg_per_day"].to_list() == [0.0] * joined.height
    assert "paused: embolisation" in set(trial.exposure["reason"])


def test_a_decompensated_patient_is_not_embolised():
    # One decompensation adds 2 points: every score of 6 or more is then beyond a limit of 7.
    protocol = protocol_of(arm("strict", tace=FOUR_FIXED.replace("limit: 15", "limit: 7")), arm("none"))
    values = {**NO_INJURY, "liver.decompensation_rate_per_month": 1.0}
    events = followed(protocol, values).events[0]
    visit = np.ceil(events.decompensation / 28.0) * 28.0
    lasts = (events.recovered > visit) & (events.untreatable >= visit) & (visit < 300.0)
    beyond = lasts & (followed(protocol, values).patients.child_pugh_score >= 6)
    assert beyond.sum() > 10
    assert (events.untreatable[beyond] == visit[beyond]).all()


def test_numbers_of_procedures_touch_no_systemic_trial(sharp):
    extreme = {
        name: 0.37 * quantity.value + 0.11
        for name, quantity in default_parameters().quantities.items()
        if name.startswith(("tace.", "ablation."))
    }
    usual, other = followed(sharp), followed(sharp, extreme)
    assert [differing(*pair) for pair in zip(usual.visits, other.visits, strict=True)] == [[], []]
    assert [differing(*pair) for pair in zip(usual.events, other.events, strict=True)] == [[], []]
    assert usual.inputs.locoregional is None


ABLATION = "{kind: thermal, at: 0 days}"
WHOLE = {"ablation.complete_share_30_mm": 1.0, "ablation.residue_share_30_mm": 0.0}


def test_after_complete_ablation_without_residue_recurrence_is_distant_alone():
    found = followed(protocol_of(arm("one", ablation=ABLATION), arm("two", ablation=ABLATION)), WHOLE)
    events, viable = found.events[0], found.visits[0].viable_sld_mm
    day = (np.arange(len(viable)) + 1.0) * 28.0
    before = day[:, None] < np.ceil(events.intrahepatic[:, 0])
    assert before.any()
    assert (viable[before] == 0.0).all()
    assert (viable[~before] > 0.0).all()
    recurred = events.progression < NEVER
    assert (events.progression_by_new_lesion[recurred] == 1.0).all()


def test_residue_brings_local_recurrence():
    values = {**WHOLE, "ablation.residue_share_30_mm": 1.0, "tace.doubling_time_days": 40.0}
    found = followed(protocol_of(arm("one", ablation=ABLATION), arm("two", ablation=ABLATION)), values)
    local = (found.events[0].progression < NEVER) & (found.events[0].progression_by_new_lesion == 0)
    assert local.mean() > 0.1


def test_larger_tumours_are_ablated_completely_less_often():
    values = {"ablation.complete_share_30_mm": 0.7, "ablation.residue_share_30_mm": 0.0}
    found = followed(protocol_of(arm("one", ablation=ABLATION), arm("two", ablation=ABLATION)), values)
    complete = found.visits[0].viable_sld_mm[0] == 0.0
    size = found.patients.sld_mm / found.patients.n_target_lesions
    assert complete[size < np.median(size)].mean() > complete[size > np.median(size)].mean() + 0.1


def test_seeds_that_need_no_vessels_are_out_of_an_agents_reach():
    protocol = protocol_of(
        arm("adjuvant", ablation="{kind: resection}", agent_from="0 days"),
        arm("alone", ablation="{kind: resection}"),
    )
    free, bound = (followed(protocol, {"ablation.vessel_dependent_share": share}) for share in (0.0, 1.0))
    assert np.array_equal(free.events[0].new_lesion, free.events[1].new_lesion)
    assert (bound.events[0].new_lesion >= bound.events[1].new_lesion).all()
    assert (bound.events[0].new_lesion > bound.events[1].new_lesion).any()


def test_a_null_effect_is_found_in_as_many_trials_as_the_level_says():
    from hepatrial.virtual_trial import simulate

    protocol = protocol_of(
        arm("one", tace=ON_DEMAND, until="untreatable progression"),
        arm("two", tace=ON_DEMAND, until="untreatable progression"),
        endpoints="[TSPFS, OS, TTUP]",
    )
    replicates = simulate(protocol, patients=2000, replicates=600, seed=4).replicates
    for endpoint in ("TSPFS", "OS", "TTUP"):
        z = replicates["one", endpoint].z
        share = np.mean(z < -1.959964)
        assert share == pytest.approx(0.025, abs=4 * np.sqrt(0.025 * 0.975 / 600)), endpoint
