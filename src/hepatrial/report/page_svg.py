"""Figures made fit to stand on a page together."""

from __future__ import annotations

import re
from html import escape


def page_svg(svg: str, number: int, title: str, description: str) -> str:
    """An SVG as it stands on the page: ids of its own, and a title and description for screen readers."""
    prefix = f"f{number}-"
    for before in ('id="', 'href="#', "url(#"):
        svg = svg.replace(before, before + prefix)
    label = f'<title id="{prefix}title">{escape(title)}</title><desc id="{prefix}text">{escape(description)}</desc>'
    opening = re.match(r"<svg[^>]*>", svg)
    assert opening is not None, "matplotlib's SVG starts with <svg"
    start = opening.group(0)
    named = start[:-1] + f' role="img" aria-labelledby="{prefix}title {prefix}text">'
    return named + label + svg[len(start) :]
