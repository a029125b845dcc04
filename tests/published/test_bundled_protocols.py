"""The bundled protocols against the registry: sizes, arms, imaging, criteria; every number has a source."""

from __future__ import annotations

import re
from math import gcd
from pathlib import Path

import pytest

from hepatrial.evidence import load_trial
from hepatrial.evidence.published import published_names, use_of
from hepatrial.patients.baseline import enrolled, without_met_status
from hepatrial.protocol.bundled_protocols import protocol_names, protocol_text
from hepatrial.protocol.loading import check, load
from hepatrial.units import DAYS_PER_MONTH

MODEL = Path(__file__).parents[3] / "shared" / "design" / "model.md"
BY_CLASS = (
    "gideon-child-pugh-a",
    "gideon-child-pugh-b",
    "abou-alfa-2006-child-pugh-a",
    "abou-alfa-2006-child-pugh-b",
)


def record(name):
    return load_trial(load(name).published)


def conduct(name):
    """How the trial was run; of a trial told again by class of patients, how the whole was."""
    trial = record(name)
    return (load_trial(trial.part_of) if trial.part_of else trial).conduct


@pytest.mark.parametrize("name", protocol_names())
def test_a_bundled_protocol_has_no_problem_and_warns_of_nothing_but_its_agents(name):
    checked = check(name)
    assert checked.errors == ()
    assert {issue.rule for issue in checked.warnings} <= {"agent-has-its-numbers", "agent-acts"}


def procedures(arm):
    """As the registry names them; a resection or an ablation before the trial belongs to none of its arms."""
    if arm.ablation is not None and not arm.ablation.always_complete:
        return {"ablation"}
    if arm.tace is None:
        return set()
    return {"DEB-TACE" if arm.tace.kind == "drug-eluting beads" else "TACE"}


@pytest.mark.parametrize("name", protocol_names())
def test_the_record_beside_a_protocol_is_of_the_same_trial(name):
    protocol, trial = load(name), record(name)
    assert protocol.published in published_names()
    assert protocol.registration == trial.registration
    assert {arm.name for arm in protocol.arms} <= {arm["arm"] for arm in trial.arms}
    given = {arm["arm"]: set(arm["agents"]) - {"placebo", "best supportive care"} for arm in trial.arms}
    for arm in protocol.arms:
        assert {regimen.agent for regimen in arm.regimens} | procedures(arm) == given[arm.name]


@pytest.mark.parametrize("name", protocol_names())
def test_the_size_is_that_of_the_arms_of_the_record(name):
    protocol = load(name)
    sizes = {arm["arm"]: arm["n"] for arm in record(name).arms}
    known = [sizes[arm.name] for arm in protocol.arms]
    if None in known:
        # The split between the arms was not confirmed; the total stands in the protocol with its source.
        assert re.search(r"^size: \d+ +# .*(abstract|hrjournal)", protocol.text, re.MULTILINE)
        return
    assert protocol.size == sum(known)


@pytest.mark.parametrize("name", protocol_names())
def test_the_ratio_is_that_of_the_record(name):
    ratio, printed = load(name).randomisation.ratio, conduct(name).ratio
    if printed is None:  # the protocol gives its own source, which another test demands
        return
    wanted = sorted(int(part) for part in printed.split(":"))
    assert sorted(share // gcd(*ratio) for share in ratio) == wanted


@pytest.mark.parametrize("name", protocol_names())
def test_conduct_that_the_record_confirms_is_that_of_the_protocol(name):
    protocol, known = load(name), conduct(name)
    assumed = protocol.visits.scan_source.startswith("assumed")
    assert assumed == (known.scan_interval_weeks is None)
    if known.scan_interval_weeks is not None:
        assert protocol.visits.scan_interval_days == 7 * known.scan_interval_weeks
    if known.accrual_months is not None:
        assert protocol.accrual.duration_days == pytest.approx(DAYS_PER_MONTH * known.accrual_months)
    for criteria in ("mRECIST", "RECIST 1.1", "RECIST 1.0"):
        if (known.criteria or "").startswith(criteria):
            assert protocol.response.progression == criteria


@pytest.mark.parametrize("name", sorted(set(protocol_names()) - set(BY_CLASS)))
def test_a_protocol_lets_in_whom_its_table_enrolled(name):
    protocol = load(name)
    assert without_met_status(protocol.eligibility) == enrolled(protocol.baseline.name)


@pytest.mark.parametrize("name", BY_CLASS)
def test_a_protocol_by_class_takes_one_class_of_its_table_and_compares_nothing(name):
    protocol = load(name)
    assert protocol.eligibility.levels == {"child_pugh_class": (name[-1].upper(),)}
    assert protocol.arms[0].name == f"Child-Pugh {name[-1].upper()}"
    assert protocol.comparisons == ()


BARE = re.compile(r"^(hepatrial|name|title|registration|published|baseline|#)\b|^#")


def unsourced(text):
    """Lines that hold a number and neither a comment nor a comment right above."""
    above, found = "", []
    for line in text.splitlines():
        stripped = line.strip()
        content = stripped.split(" #")[0].removeprefix("- ")
        said = " # " in line or above.startswith("#") or "source: " in content
        if re.search(r"\d", content) and not BARE.match(content) and not said:
            found.append(line)
        above = stripped
    return found


@pytest.mark.parametrize("name", protocol_names())
def test_every_number_of_a_protocol_has_a_source_or_is_called_assumed(name):
    text = protocol_text(name)
    assert unsourced(text) == []
    for line in text.splitlines():
        if " # " in line and re.search(r"\d", line.split(" # ")[0]):
            assert line.split(" # ")[1].strip(), line


def test_a_number_without_a_source_would_be_found():
    text = protocol_text("light")
    assert unsourced(text.replace("# assumed; not read", "").rstrip()) != []


@pytest.mark.parametrize("name", protocol_names())
def test_second_line_protocols_have_patients_who_have_had_a_line(name):
    lines = record(name).lines
    shares = load(name).baseline.categories["line"]
    if "2L" in lines:
        assert shares["1"] == 0.0
        assert shares["2"] > 0.7
    else:
        assert shares["1"] == 1.0


@pytest.mark.skipif(not MODEL.exists(), reason="the scientific brief (../shared) is not on this machine")
def test_every_trial_of_the_brief_is_bundled_with_its_use():
    text = MODEL.read_text(encoding="utf-8")
    wanted = {}
    for use in ("calibration", "validation"):
        listed = re.search(rf"`use={use}`[^:]*: (.*?)\.\n", text, re.DOTALL)[1].replace("\n", " ")
        wanted |= {re.sub(r" by Child-Pugh class| +", lambda m: " " if m[0].isspace() else "", one.strip()): use
                   for one in listed.split(",")}  # fmt: skip
    bundled = {}
    for name in protocol_names():
        bundled[re.sub(r" Child-Pugh [AB]$", "", load(name).name)] = use_of(load(name).published)
    assert bundled == wanted
