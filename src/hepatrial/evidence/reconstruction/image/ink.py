"""How much of a pixel is covered by the ink of one curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hepatrial.evidence.reconstruction.image.picture import Picture

# A pixel is the curve's if mixing background and ink leaves no more of its colour unexplained than this.
UNEXPLAINED = 0.16
# Less ink than this is a confidence band or the rim of something, not the line.
FAINT = 0.4
# A pixel this far from the background carries ink of some kind.
SOME_INK = 0.3


@dataclass(frozen=True, slots=True)
class Ink:
    """One curve's ink within a plot.

    Attributes
    ----------
    coverage
        Shape (rows, columns): share of each pixel covered by the curve's colour, 0 below `FAINT`.
    hidden
        Shape (rows, columns): True where another ink lies, under which the curve may run.
    """

    coverage: np.ndarray
    hidden: np.ndarray


def ink_of(picture: Picture, colour: np.ndarray) -> Ink:
    """Ink of the colour in the whole picture.

    A pixel on the edge of a line is a mixture of background and ink; its share of ink is the projection on the line
    between the two colours, and what is off that line belongs to other things.
    """
    towards = colour - picture.background
    away = picture.rgb - picture.background
    share = away @ towards / float(towards @ towards)
    unexplained = np.linalg.norm(away - share[..., None] * towards, axis=-1)
    own = (unexplained < UNEXPLAINED) & (share >= FAINT) & (share < 1 + UNEXPLAINED)
    hidden = ~own & (np.linalg.norm(away, axis=-1) > SOME_INK)
    return Ink(np.where(own, np.clip(share, 0.0, 1.0), 0.0), hidden)
