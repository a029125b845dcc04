"""The network's equations: exact at rest, their own fixed point, bounded, the same on numpy and jax."""

import numpy as np
import pytest

from hepatrial.signalling import (
    Inputs,
    Left,
    ReceptorGain,
    Strengths,
    activities,
    at_reference,
    tumour_strengths,
)
from hepatrial.signalling.network import damped, saturated
from hepatrial.signalling.nodes import NO_GAIN, NO_INPUT

CELLS = 300


def random_strengths(random):
    ras, pi3k, mtorc1 = (random.dirichlet(np.full(parts, 0.7), CELLS).T for parts in (5, 6, 3))
    others = random.exponential(1.0, (7, CELLS))
    return Strengths(*ras[:4], *pi3k[:5], *mtorc1[:2], *others)


@pytest.fixture(scope="module")
def cells():
    random = np.random.default_rng(4)
    strengths = random_strengths(random)
    left = Left(*random.uniform(0.0, 1.0, (11, CELLS)))
    gain = ReceptorGain(*random.uniform(0.0, 8.0, (4, CELLS)))
    inputs = Inputs(*random.exponential(1.0, (3, CELLS)))
    return strengths, left, gain, inputs


def gap(found, expected):
    return np.max(np.abs(np.asarray(found) - expected) / np.maximum(1.0, np.abs(expected)))


def test_without_inhibition_every_activity_is_one_to_the_bit(cells):
    for values in activities(Left(), NO_GAIN, cells[0]):
        assert np.all(np.asarray(values) == 1.0)


def test_without_inhibition_it_is_one_to_the_bit_in_single_precision(cells):
    single = Strengths(*(np.asarray(value, dtype=np.float32) for value in cells[0]))
    ones = [np.ones(CELLS, dtype=np.float32)] * 11
    for values in activities(Left(*ones), ReceptorGain(*ones[:4]), single):
        assert np.asarray(values).dtype == np.float32
        assert np.all(np.asarray(values) == 1.0)


def test_the_closed_form_satisfies_every_equation(cells):
    s, left, gain, inputs = cells
    found = activities(left, gain, s, inputs)
    receptors = [share * level for share, level in zip(left[:4], gain, strict=True)]
    drive = 1 + inputs.ras + sum(share * (value - 1) for share, value in zip(s[:4], receptors, strict=True))
    assert gap(found.ras, drive * damped(found.erk, s.erk_to_ras)) < 1e-12
    assert gap(found.raf, left.raf * found.ras) < 1e-12
    assert gap(found.mek, left.mek * saturated(found.raf, s.mek_saturation)) < 1e-12
    assert gap(found.erk, left.erk * saturated(found.mek, s.erk_saturation)) < 1e-12
    coupled = [value * damped(found.erk, s.erk_to_receptors) for value in receptors]
    assert gap(np.array(found[:4]), np.array(coupled)) < 1e-12
    coupled[3] = coupled[3] * damped(found.s6k, s.s6k_to_irs1)
    pi3k = 1 + inputs.pi3k + sum(share * (value - 1) for share, value in zip(s[4:8], coupled, strict=True))
    assert gap(found.pi3k, left.pi3k * (pi3k + s.pi3k_ras * (found.ras - 1))) < 1e-12
    assert gap(found.akt, left.akt * saturated(found.pi3k, s.akt_saturation)) < 1e-12
    mtorc1 = 1 + inputs.mtorc1 + s.mtorc1_akt * (found.akt - 1) + s.mtorc1_erk * (found.erk - 1)
    assert gap(found.mtorc1, left.mtor * mtorc1) < 1e-12
    assert gap(found.s6k, left.s6k * saturated(found.mtorc1, s.s6k_saturation)) < 1e-11


def test_it_agrees_with_plain_iteration(cells):
    s, left, gain, _ = cells
    erk, s6k = np.ones(CELLS), np.ones(CELLS)
    for _ in range(4000):
        receptors = [share * level for share, level in zip(left[:4], gain, strict=True)]
        drive = 1 + sum(share * (value - 1) for share, value in zip(s[:4], receptors, strict=True))
        ras = drive * (1 + s.erk_to_ras) / (1 + s.erk_to_ras * erk)
        mek = left.mek * (1 + s.mek_saturation) * left.raf * ras / (1 + s.mek_saturation * left.raf * ras)
        new_erk = left.erk * (1 + s.erk_saturation) * mek / (1 + s.erk_saturation * mek)
        coupled = [value * (1 + s.erk_to_receptors) / (1 + s.erk_to_receptors * erk) for value in receptors]
        coupled[3] = coupled[3] * (1 + s.s6k_to_irs1) / (1 + s.s6k_to_irs1 * s6k)
        pi3k = 1 + sum(share * (value - 1) for share, value in zip(s[4:8], coupled, strict=True))
        pi3k = left.pi3k * (pi3k + s.pi3k_ras * (ras - 1))
        akt = left.akt * (1 + s.akt_saturation) * pi3k / (1 + s.akt_saturation * pi3k)
        mtorc1 = left.mtor * (1 + s.mtorc1_akt * (akt - 1) + s.mtorc1_erk * (erk - 1))
        new_s6k = left.s6k * (1 + s.s6k_saturation) * mtorc1 / (1 + s.s6k_saturation * mtorc1)
        erk, s6k = 0.9 * erk + 0.1 * new_erk, 0.9 * s6k + 0.1 * new_s6k
    found = activities(left, gain, s)
    assert gap(found.erk, erk) < 1e-9
    assert gap(found.s6k, s6k) < 1e-9


@pytest.mark.parametrize("node", Left._fields)
def test_full_inhibition_of_a_node_is_finite_and_never_negative(cells, node):
    found = activities(Left(**{node: np.zeros(CELLS)}), NO_GAIN, cells[0])
    for values in found:
        assert np.all(np.isfinite(values))
        assert np.min(values) >= 0.0
    if node not in ("egfr", "met", "fgfr4", "igf1r"):
        own = {"mtor": "mtorc1"}.get(node, node)
        assert np.max(getattr(found, own)) < 1e-12


def test_everything_blocked_and_everything_gained_stay_finite(cells):
    for left, gain in (
        (Left(*[0.0] * 11), NO_GAIN),
        (Left(), ReceptorGain(1e6, 1e6, 1e6, 1e6)),
        (Left(*[1e-30] * 11), ReceptorGain(1e6, 0.0, 1e6, 0.0)),
    ):
        for values in activities(left, gain, cells[0]):
            assert np.all(np.isfinite(values))
            assert np.min(values) >= 0.0


@pytest.mark.parametrize("node", Left._fields)
def test_the_effect_goes_to_nothing_in_proportion_as_occupancy_does(node):
    strengths = tumour_strengths()

    def change(occupancy):
        reached = activities(Left(**{node: 1.0 - occupancy}), NO_GAIN, strengths)
        return np.array([1.0 - reached.erk, 1.0 - reached.s6k])

    small, smaller = change(1e-5), change(1e-7)
    assert np.allclose(small / 100.0, smaller, rtol=1e-3, atol=1e-13)
    assert np.max(np.abs(small)) < 1.2e-5


def test_another_untreated_state_is_the_same_network(cells):
    s, left, gain, inputs = cells
    moved = at_reference(s, gain, inputs)
    treated, untreated = activities(left, gain, s, inputs), activities(Left(), gain, s, inputs)
    found = activities(left, NO_GAIN, moved)
    for node in ("ras", "raf", "mek", "erk", "pi3k", "akt", "mtorc1", "s6k"):
        assert gap(getattr(found, node), getattr(treated, node) / getattr(untreated, node)) < 1e-9, node


def test_jax_gives_what_numpy_gives_in_both_precisions(cells):
    import jax

    import hepatrial.jax_setup  # noqa: F401

    s, left, gain, inputs = cells
    expected = activities(left, gain, s, inputs)
    with jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64():
        found = jax.jit(activities)(left, gain, s, inputs)
        for one, other in zip(found, expected, strict=True):
            assert gap(one, other) < 1e-10
    single = jax.jit(activities)(
        *(type(part)(*(np.float32(value) for value in part)) for part in (left, gain, s, inputs))
    )
    for one, other in zip(single, expected, strict=True):
        assert gap(one, other) < 2e-4


@pytest.mark.parametrize("spared", [1.0, 0.5, 1e-6, 0.0])
def test_gradients_are_finite_at_rest_and_under_full_inhibition(spared):
    import jax

    def output(left, strengths):
        reached = activities(left, NO_GAIN, strengths)
        return reached.erk + reached.s6k

    values = [np.float32(spared)] * 11
    found = jax.grad(output, argnums=(0, 1))(
        Left(*values), Strengths(*(np.float32(value) for value in tumour_strengths()))
    )
    assert all(np.isfinite(slope) for part in found for slope in part)


def test_it_costs_about_a_hundred_operations():
    import jax

    one = np.float32(0.5)
    traced = jax.make_jaxpr(lambda left, gain, s: activities(left, gain, s, NO_INPUT)[7::4])(
        Left(*[one] * 11), ReceptorGain(*[one] * 4), Strengths(*[one] * 18)
    )
    names = [equation.primitive.name for equation in traced.eqns]
    assert len([name for name in names if name in ("add", "sub", "mul", "div", "max", "neg")]) < 200
    assert len([name for name in names if name in ("sqrt", "exp", "log", "pow", "tanh")]) == 2
