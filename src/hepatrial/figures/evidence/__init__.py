"""Figures of published evidence: forests, funnel, bubbles, networks, league table, ranks, surrogacy, reconstruction."""

from hepatrial.figures.evidence.beside_forest import BesidePublished, SimulatedRatio, draw_beside_published
from hepatrial.figures.evidence.forest import draw_forest, draw_grouped_forest
from hepatrial.figures.evidence.funnel import draw_funnel
from hepatrial.figures.evidence.guessed import draw_guess
from hepatrial.figures.evidence.league import READING, LeagueCell, draw_league_table, league_cells
from hepatrial.figures.evidence.moderator_plot import FittedLine, draw_moderator
from hepatrial.figures.evidence.network_forest import draw_network_forest, draw_node_splits
from hepatrial.figures.evidence.network_graph import EdgeWidth, draw_network_graph
from hepatrial.figures.evidence.rank_plot import draw_rankogram, draw_scores
from hepatrial.figures.evidence.reconstructed import draw_reconstruction
from hepatrial.figures.evidence.sequence_forest import draw_cumulative_forest, draw_leave_one_out
from hepatrial.figures.evidence.study_rows import ForestGroup
from hepatrial.figures.evidence.subgroup_forest import SubgroupFactor, SubgroupLevel, draw_subgroup_forest
from hepatrial.figures.evidence.surrogate_plot import draw_surrogacy

__all__ = [
    "READING",
    "BesidePublished",
    "EdgeWidth",
    "FittedLine",
    "ForestGroup",
    "LeagueCell",
    "SimulatedRatio",
    "SubgroupFactor",
    "SubgroupLevel",
    "draw_beside_published",
    "draw_cumulative_forest",
    "draw_forest",
    "draw_funnel",
    "draw_grouped_forest",
    "draw_guess",
    "draw_league_table",
    "draw_leave_one_out",
    "draw_moderator",
    "draw_network_forest",
    "draw_network_graph",
    "draw_node_splits",
    "draw_rankogram",
    "draw_reconstruction",
    "draw_scores",
    "draw_subgroup_forest",
    "draw_surrogacy",
    "league_cells",
]
