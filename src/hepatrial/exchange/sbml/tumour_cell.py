"""The tumour cell's network in the exported model: the fixed point written out, independently of the engine's code.

Notation as in `hepatrial.signalling.network`. A node's drive runs through linear fractional functions, so that ERK and,
ERK being known, S6K are roots of quadratics, written in the form that loses no digits to subtraction, so that a solver
of tight tolerance meets no noise. Functions carry the long formulas: a solver that puts every rule in place of its name
would otherwise drown in them.
"""

from __future__ import annotations

from hepatrial.disease.targets import SIGNALLING_NODES
from hepatrial.exchange.sbml.builder import ModelBuilder
from hepatrial.signalling import Strengths

ONE = "1 dimensionless"
RECEPTORS = ("egfr", "met", "fgfr4", "igf1r")
THROUGH_GAB1 = ("egfr", "met", "fgfr4")
NOT_A_TARGET = ("erk", "pi3k", "s6k")
SHARE = "dimensionless"
EDGE_SOURCE = "Fitted to HepG2 cells or a prior; see the documentation of the signalling network."


def add_strengths(model: ModelBuilder, strengths: Strengths) -> None:
    """Strengths of the network's edges around the patient's untreated tumour."""
    for name, value in strengths._asdict().items():
        model.parameter(f"edge_{name}", float(value), SHARE, f"Edge {name.replace('_', ' ')}", EDGE_SOURCE)


def add_cell_output(model: ModelBuilder) -> None:
    """Activity of ERK and S6K relative to the untreated cell, from occupancies and rewiring."""
    _add_functions(model)
    for target, node in SIGNALLING_NODES.items():
        model.output(f"left_{node}", SHARE, f"Share of {target} that is left", f"{ONE} - occupancy_{target}")
    for node in NOT_A_TARGET:
        model.parameter(f"left_{node}", 1.0, SHARE, f"Share of {node} that is left", "No agent acts on it.")
    for receptor in RECEPTORS:
        model.output(
            f"signal_{receptor}",
            SHARE,
            f"Signal of {receptor}",
            f"left_{receptor} * ({ONE} + receptor_rise * rewiring)",
        )
    driven = " + ".join(f"edge_ras_{r} * (signal_{r} - {ONE})" for r in RECEPTORS)
    model.output("ras_drive", SHARE, "Drive of RAS before feedback", f"{ONE} + {driven}")
    model.output(
        "erk",
        SHARE,
        "Activity of ERK relative to untreated",
        "erk_of(left_raf * ras_drive, left_mek, left_erk, edge_erk_to_ras, edge_mek_saturation, edge_erk_saturation)",
    )
    model.output("ras", SHARE, "Activity of RAS", "ras_drive * damped(erk, edge_erk_to_ras)")
    model.output("coupling", SHARE, "Coupling of receptors to PI3K", "damped(erk, edge_erk_to_receptors)")
    gab1 = " + ".join(f"edge_pi3k_{r} * (coupling * signal_{r} - {ONE})" for r in THROUGH_GAB1)
    model.output(
        "pi3k_besides_irs1",
        SHARE,
        "Drive of PI3K besides IRS1",
        f"{ONE} + {gab1} + edge_pi3k_ras * (ras - {ONE}) - edge_pi3k_igf1r",
    )
    model.output(
        "mtor_besides_akt",
        SHARE,
        "mTORC1 besides AKT",
        f"left_mtor * ({ONE} + edge_mtorc1_erk * (erk - {ONE}) - edge_mtorc1_akt)",
    )
    model.output(
        "s6k",
        SHARE,
        "Activity of S6K relative to untreated",
        "s6k_of(left_pi3k * pi3k_besides_irs1, left_pi3k * edge_pi3k_igf1r * signal_igf1r * coupling,"
        " mtor_besides_akt, left_mtor * edge_mtorc1_akt, left_akt, left_s6k, edge_s6k_to_irs1,"
        " edge_akt_saturation, edge_s6k_saturation)",
    )


def _add_functions(model: ModelBuilder) -> None:
    model.function("damped", "Negative feedback", ("y", "phi"), f"({ONE} + phi) / ({ONE} + phi * y)")
    model.function(
        "positive_root",
        "Positive root of a x^2 + b x - c",
        ("a", "b", "c"),
        "2 dimensionless * c / (b + sqrt(b^2 + 4 dimensionless * a * c))",
    )
    # ERK = p RAF / (1 + q RAF), RAF = z / (1 + phi ERK).
    model.function(
        "erk_of_chain",
        "ERK of RAF without feedback, slope and saturation of the chain, and feedback",
        ("z", "p", "q", "phi"),
        f"positive_root(phi, {ONE} + q * z, p * z)",
    )
    model.function(
        "erk_of",
        "ERK with its feedback",
        ("raf", "mek", "erk", "phi", "k_mek", "k_erk"),
        f"erk_of_chain(raf * ({ONE} + phi), erk * ({ONE} + k_erk) * mek * ({ONE} + k_mek),"
        f" k_mek + k_erk * mek * ({ONE} + k_mek), phi)",
    )
    # With x = 1 + phi S6K: PI3K = (n0 + n1 x) / x, mTORC1 = (w0 + w1 x) / (x + k_akt (n0 + n1 x)).
    model.function(
        "s6k_root",
        "S6K, everything linear in x being known",
        ("h0", "h1", "w0", "w1", "full", "k_s6k", "phi"),
        "positive_root(phi * (h1 + k_s6k * w1), h0 + h1 + k_s6k * (w0 + w1) - full * w1 * phi, full * (w0 + w1))",
    )
    model.function(
        "s6k_of_n",
        "S6K of PI3K and of mTORC1 by it",
        ("n0", "n1", "mtor", "of_n", "s6k", "phi", "k_akt", "k_s6k"),
        f"s6k_root(k_akt * n0, {ONE} + k_akt * n1, of_n * n0, mtor + of_n * n1, s6k * ({ONE} + k_s6k), k_s6k, phi)",
    )
    model.function(
        "s6k_of",
        "S6K with its feedback on IRS1",
        ("besides", "irs1", "mtor", "by_akt", "akt", "s6k", "phi", "k_akt", "k_s6k"),
        f"s6k_of_n(irs1 * ({ONE} + phi), besides, mtor, mtor * k_akt + by_akt * akt * ({ONE} + k_akt), s6k, phi,"
        " k_akt, k_s6k)",
    )
