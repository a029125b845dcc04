"""What a word was probably meant to be: slips of the keyboard are mended, other words are not taken for them."""

from __future__ import annotations

import pytest

from hepatrial.errors import near_miss

ENDPOINTS = ("OS", "PFS", "TTP", "ORR", "DCR")
AGENTS = ("sorafenib", "lenvatinib", "regorafenib", "ramucirumab", "placebo")
TRIALS = (
    "sharp",
    "asia-pacific",
    "reach",
    "reach-2",
    "storm",
    "brisk-fl",
    "brisk-ps",
    "light",
    "checkmate-459",
)


@pytest.mark.parametrize(
    ("word", "allowed", "meant"),
    [
        ("os", ENDPOINTS, "OS"),
        ("PSF", ENDPOINTS, "PFS"),
        ("FPS", ENDPOINTS, "PFS"),
        ("TTPP", ENDPOINTS, "TTP"),
        ("mvj", ("mvi", "ecog"), "mvi"),
        ("nwe", ("new", "old"), "new"),
        ("soraphenib", AGENTS, "sorafenib"),
        ("lenvatinibe", AGENTS, "lenvatinib"),
        ("plazebo", AGENTS, "placebo"),
        ("shrap", TRIALS, "sharp"),
        ("asia pacific", TRIALS, "asia-pacific"),
        ("reach_2", TRIALS, "reach-2"),
        ("reach2", TRIALS, "reach-2"),
        ("asia", TRIALS, "asia-pacific"),
        ("checkmate", TRIALS, "checkmate-459"),
        ("brisk", TRIALS, "brisk-fl"),
    ],
)
def test_a_slip_is_mended_and_a_beginning_is_completed(word, allowed, meant):
    assert near_miss(word, allowed) == meant


@pytest.mark.parametrize(
    ("word", "allowed"),
    [
        ("RFS", ENDPOINTS),
        ("EFS", ENDPOINTS),
        ("RR", ENDPOINTS),
        ("DOR", ("OS", "ORR")),
        ("EC50", ("Kd", "Ki", "IC50")),
        ("median", ("mean", "sd")),
        ("s", TRIALS),
        ("so", ENDPOINTS),
        ("", TRIALS),
        ("sunitinib", AGENTS),
        ("erlotinib", AGENTS),
        ("mouse", TRIALS),
    ],
)
def test_another_word_is_not_taken_for_a_slip(word, allowed):
    assert near_miss(word, allowed) is None


def test_the_fewest_slips_win_and_among_those_the_first_listed():
    assert near_miss("reech-2", ("reach-22", "reach", "reach-2")) == "reach-2"
    assert near_miss("brisk-pt", ("brisk-fl", "brisk-ps", "brisk-ta")) == "brisk-ps"


def test_nothing_is_near_to_nothing():
    assert near_miss("sharp", ()) is None
    assert near_miss("sharp", ("", "-")) is None
