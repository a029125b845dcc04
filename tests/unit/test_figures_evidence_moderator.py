"""Bubble plots of meta-regressions: line, bands and bubbles stand where the regression puts them."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.patches import Ellipse
from test_figures import texts
from test_figures_evidence import studies

from hepatrial.errors import UsageError
from hepatrial.evidence.pooling import meta_regression
from hepatrial.evidence.questions.meta import pooled_answer
from hepatrial.figures.evidence import FittedLine, draw_moderator
from hepatrial.figures.evidence.label_places import along, place_labels
from hepatrial.figures.evidence.moderator_plot import moderator_weights


def plotted(count: int = 9):
    effects = studies(count)
    values = {effect.study: 2008.0 + 1.5 * place for place, effect in enumerate(effects)}
    fit = meta_regression(effects, {"year": list(values.values())})
    line = FittedLine(
        lambda year: fit.effect_at(year=year), fit.coefficients["year"], "year", fit.residual.tau2
    )
    return effects, values, line, draw_moderator(effects, values, line, title="By year", moderator="year")


def test_the_line_and_both_bands_are_those_of_the_regression():
    _, values, line, figure = plotted()
    axes = figure.axes[0]
    drawn = max(axes.lines, key=lambda one: len(one.get_xdata()))
    for x, y in list(zip(drawn.get_xdata(), drawn.get_ydata(), strict=True))[::25]:
        assert y == pytest.approx(exp(line.effect_at(x).value))
    outer, inner = (
        np.vstack([path.vertices for path in band.get_paths()])
        for band in axes.collections
        if isinstance(band, PolyCollection)
    )
    last = max(values.values())
    found = line.effect_at(last)
    for band, limits in ((inner, (found.lower, found.upper)), (outer, found.prediction)):
        heights = band[np.isclose(band[:, 0], last), 1]
        assert (heights.min(), heights.max()) == pytest.approx(np.exp(limits))


def test_the_line_ends_where_the_trials_do():
    _, values, _, figure = plotted()
    drawn = max(figure.axes[0].lines, key=lambda one: len(one.get_xdata()))
    assert (min(drawn.get_xdata()), max(drawn.get_xdata())) == (min(values.values()), max(values.values()))


def test_a_bubble_stands_at_its_trial_and_has_the_area_of_its_weight():
    effects, values, line, figure = plotted()
    axes = figure.axes[0]
    bubbles = [patch for patch in axes.patches if isinstance(patch, Ellipse)]
    centres = axes.transData.inverted().transform(
        axes.transAxes.transform([bubble.center for bubble in bubbles])
    )
    assert centres[:, 0] == pytest.approx([values[effect.study] for effect in effects])
    assert centres[:, 1] == pytest.approx([effect.hr for effect in effects])
    areas = np.array([bubble.width * bubble.height for bubble in bubbles])
    weights = moderator_weights(effects, line.tau2)
    assert areas / areas.max() == pytest.approx(weights / weights.max())


def test_values_of_other_trials_than_those_drawn_are_refused():
    effects, values, line, _ = plotted()
    with pytest.raises(UsageError, match="TRIAL-1"):
        draw_moderator(effects[1:], values, line, title="x", moderator="year")


def test_a_name_stands_off_a_line_where_it_can():
    places, radii = np.array([[2.0, 1.0]]), np.array([0.1])
    room = {"width": 4.0, "height": 2.0, "size": 7}
    upright = along((2.3, 0.0), (2.3, 2.0))
    (beside,) = place_labels(places, radii, ["TRIAL-1"], **room)
    (aside,) = place_labels(places, radii, ["TRIAL-1"], avoid=upright, **room)
    assert beside.centre[0] > 2.0 > aside.centre[0]
    everywhere = np.vstack([along((x, 0.0), (x, 2.0)) for x in np.arange(0.0, 4.0, 0.1)])
    (crossed,) = place_labels(places, radii, ["TRIAL-1"], avoid=everywhere, **room)
    assert crossed.centre == beside.centre


def test_the_effect_of_a_registry_regression_at_its_centre_is_its_intercept():
    (found,) = pooled_answer(["all"], "placebo", "OS", "2L", by=["year"]).regressions
    at_centre = found.effect_at(found.centre)
    assert at_centre.value == pytest.approx(found.fit.coefficients["intercept"].value)
    per_step = found.effect_at(found.centre + found.covariate.step).value - at_centre.value
    assert per_step == pytest.approx(found.slope.value)
    assert found.few


def test_the_note_says_of_few_trials_that_the_slope_is_a_hint():
    from hepatrial.report.meta_page_sections import regression_section

    section = regression_section(pooled_answer(["all"], "placebo", "OS", "2L", by=["year"]))
    (figure,) = section.figures
    told = " ".join(text.get_text() for text in texts(figure.figure))
    assert figure.name == "regression-year"
    assert "9 of 9 trials" in figure.caption
    assert "With 9 trials the slope is a hint at most" in told
    assert "not an effect in patients" in told
