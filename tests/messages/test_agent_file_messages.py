"""Messages for agents' files that break rules: what, where, found, allowed, fix."""

import pytest

from hepatrial.agents import load_agent
from hepatrial.errors import InvalidInput

GOOD = """name: newkinib
drug_class: kinase inhibitor
molecular_weight_g_mol: {value: 500, unit: g/mol, grade: derived, source: meija2016}
usual_dose: {mg: 100, interval_days: 1}
pharmacokinetics:
  clearance_l_per_h: {value: 5, unit: L/h, grade: measured, source: jain2011}
"""


def problems(tmp_path, text):
    path = tmp_path / "agent.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        load_agent(path)
    return [str(issue).replace(str(path), "agent.yaml") for issue in caught.value.issues]


def test_the_good_file_is_read(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(GOOD)
    assert load_agent(path).usual_dose_mg == 100


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "unit: L/h",
            "unit: mL/min",
            "agent.yaml:6:3: the unit is not the one that is used here\n"
            "  found:   mL/min\n  allowed: L/h\n  fix:     convert the value to L/h",
        ),
        (
            "value: 5,",
            "value: -5,",
            "agent.yaml:6:3: the value is out of bounds\n"
            "  found:   -5\n  allowed: above 0\n  fix:     check the value and its unit",
        ),
        (
            ", source: jain2011",
            "",
            "agent.yaml:6:3: source is missing\n  allowed: the key source\n  fix:     add it",
        ),
        (
            "source: jain2011",
            "source: everyone knows",
            "agent.yaml:6:3: the source cannot be followed\n"
            "  found:   everyone knows\n"
            "  allowed: keys of the bibliography or DOIs, with ; between them\n"
            "  fix:     cite the source, or grade the number assumed and give the reason",
        ),
        (
            "grade: measured",
            "grade: mesured",
            "agent.yaml:6:44: grade is not one that is known\n"
            "  found:   mesured\n"
            "  allowed: measured, derived, fitted or assumed\n"
            "  fix:     did you mean measured?",
        ),
        (
            "source: jain2011",
            "source: jain2011, spread: 0.2",
            "agent.yaml:6:3: distribution and spread contradict each other\n"
            "  found:   distribution fixed, spread 0.2\n"
            "  allowed: fixed without a spread, or another distribution with a spread above 0\n"
            "  fix:     give both, or neither",
        ),
    ],
)
def test_a_bad_number_says_what_where_and_how_to_mend_it(tmp_path, old, new, message):
    assert problems(tmp_path, GOOD.replace(old, new)) == [message]


def test_an_unknown_key_names_the_nearest(tmp_path):
    (message,) = problems(tmp_path, GOOD.replace("clearance_l_per_h", "clearence_l_per_h"))
    assert message.startswith("agent.yaml:6:3: a key that is not known here\n  found:   clearence_l_per_h\n")
    assert message.endswith("fix:     did you mean clearance_l_per_h?")


def test_all_problems_are_listed_at_once(tmp_path):
    text = (
        GOOD.replace("unit: L/h", "unit: L").replace("drug_class", "drug_clas").replace("mg: 100", "mg: -1")
    )
    assert len(problems(tmp_path, text)) == 4  # unit, unknown key, missing class, dose


def test_text_that_is_not_yaml_names_the_line(tmp_path):
    (message,) = problems(tmp_path, GOOD + "notes: [open\n")
    assert message.startswith("agent.yaml:8:1: this is not valid YAML")


def test_aliases_are_refused(tmp_path):
    (message,) = problems(tmp_path, GOOD + "synonyms: &a [x]\nnotes: *a\n")
    assert message.startswith("agent.yaml:8: an alias is not allowed")


def test_an_empty_file_is_a_problem_not_a_crash(tmp_path):
    (message,) = problems(tmp_path, "")
    assert message.startswith("agent.yaml:1:1: the file")


def test_a_file_that_is_not_there():
    with pytest.raises(InvalidInput, match="the agent's file cannot be read") as caught:
        load_agent("nowhere/agent.yaml")
    assert "No such file" in str(caught.value)


def test_an_unknown_name_gives_the_near_miss():
    with pytest.raises(InvalidInput) as caught:
        load_agent("sorafinib")
    assert str(caught.value) == (
        "1 problem\nthe catalogue has no such agent\n"
        "  found:   sorafinib\n"
        "  allowed: sorafenib, or the path of an agent's file (.yaml)\n"
        "  fix:     did you mean sorafenib?"
    )
