"""Reading curves out of pictures: the parts, and figures drawn from known curves."""

import os
import struct
import zlib

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

from hepatrial.errors import InvalidInput, UsageError
from hepatrial.evidence.reconstruction.image import find_colours, plot_axes, read_figure, read_picture
from hepatrial.evidence.reconstruction.image.colours import parse_colour

# Drops of two curves that cross twice: time, and survival from there on.
FIRST = ([1, 2, 4, 6, 9, 12], [0.92, 0.80, 0.71, 0.50, 0.42, 0.30], 15)
SECOND = ([0.5, 3, 5, 7, 8, 11], [0.95, 0.75, 0.62, 0.55, 0.36, 0.33], 14)
COLOURS = ("tab:blue", "tab:red")


def draw(path, curves=(FIRST, SECOND), colours=COLOURS, size=(8, 6), dpi=100, decorate=None, **line):
    """Draw the curves; returns the axes as a user would give them."""
    figure = Figure(figsize=size, dpi=dpi)
    canvas = FigureCanvasAgg(figure)
    plot = figure.add_subplot()
    for (time, survival, end), colour in zip(curves, colours, strict=True):
        plot.step([0, *time, end], [1, *survival, survival[-1]], where="post", color=colour, **line)
    plot.set(xlim=(0, 16), ylim=(0, 1.05), xlabel="Months", ylabel="Overall survival")
    if decorate:
        decorate(plot)
    canvas.draw()
    canvas.print_png(path)
    rows, columns = figure.bbox.height, figure.bbox.width
    (left, bottom), (right, top) = plot.transData.transform([(0, 0), (16, 1)])
    return plot_axes(
        (left - 0.5, right - 0.5),
        (0, 16),
        (rows - bottom - 0.5, rows - top - 0.5),
        (0, 1),
        (int(rows), int(columns)),
    )


def read(path, axes, colours=COLOURS):
    return read_figure(read_picture(path), axes, colours=[to_hex(colour) for colour in colours])


def assert_is(traced, curve, *, time=0.05, survival=0.005):
    """Drops where the curve has them, none of a patient in 60 elsewhere, and the levels between them."""
    drops, levels, end = curve
    falls = -np.diff(traced.survival, prepend=1.0) > 1 / 60
    nearest = np.abs(traced.time[falls][:, None] - np.array(drops))
    assert nearest.min(axis=1).max() <= time
    assert nearest.min(axis=0).max() <= time
    between = (np.array(drops) + np.array([*drops[1:], end])) / 2
    np.testing.assert_allclose(traced.curve("days").at(between), levels, atol=survival)
    # A tick at the end lengthens the curve by half its width.
    assert traced.time[-1] == pytest.approx(end, abs=0.15)


def legend(place):
    def decorate(plot):
        for colour, name in zip(COLOURS, ("sorafenib", "placebo"), strict=True):
            plot.plot([], [], color=colour, label=name)
        plot.legend(loc=place)

    return decorate


def ticks(marker):
    def decorate(plot):
        for (time, survival, end), colour in zip((FIRST, SECOND), COLOURS, strict=True):
            at = np.array([0.3, 2.5, 3.4, 6.7, 10, 10.4, 12.6, end])
            level = np.array([1, *survival])[np.searchsorted(time, at, side="right")]
            plot.plot(at, level, marker, color=colour, linestyle="none")

    return decorate


def text(plot):
    plot.text(9, 0.8, "HR 0.69 (0.55 to 0.87)", color=COLOURS[0])
    plot.text(1, 0.1, "log-rank P < 0.001", color=COLOURS[1])


def bands(plot):
    for (time, survival, end), colour in zip((FIRST, SECOND), COLOURS, strict=True):
        level = np.array([1, *survival, survival[-1]])
        plot.fill_between(
            [0, *time, end], level - 0.08, level + 0.08, step="post", color=colour, alpha=0.2, lw=0
        )


def of_size(width, height):
    """A PNG that says it is so large, and holds nothing."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


STYLES = {
    "plain": {},
    "thin": {"linewidth": 0.8},
    "thick": {"linewidth": 3},
    "dashed": {"linestyle": "--"},
    "legend above": {"decorate": legend("upper right")},
    "legend below the curves": {"decorate": legend("lower left")},
    "ticks": {"decorate": ticks("|")},
    "crosses": {"decorate": ticks("+")},
    "grid": {"decorate": lambda plot: plot.grid(True)},
    "text in the curves' colours": {"decorate": text},
    "confidence bands": {"decorate": bands},
}


class TestDrawnFigures:
    @pytest.mark.parametrize("style", STYLES)
    def test_every_drop_comes_back(self, style, tmp_path):
        axes = draw(tmp_path / "km.png", **STYLES[style])
        # Between dashes a drop can be anywhere, and a dash within a stroke can split it.
        time = 0.2 if style == "dashed" else 0.05
        for traced, curve in zip(read(tmp_path / "km.png", axes), (FIRST, SECOND), strict=True):
            assert_is(traced, curve, time=time)

    @pytest.mark.parametrize(
        ("dpi", "time", "survival"), [(50, 0.1, 0.01), (100, 0.05, 0.005), (250, 0.02, 0.002)]
    )
    def test_larger_pictures_are_read_more_finely(self, dpi, time, survival, tmp_path):
        axes = draw(tmp_path / "km.png", dpi=dpi)
        for traced, curve in zip(read(tmp_path / "km.png", axes), (FIRST, SECOND), strict=True):
            assert_is(traced, curve, time=time, survival=survival)
            assert traced.doubt.max() < survival

    def test_colours_are_found_by_their_hue(self, tmp_path):
        axes = draw(tmp_path / "km.png", decorate=legend("upper right"))
        assert set(find_colours(read_picture(tmp_path / "km.png"), axes)) == {
            to_hex(colour) for colour in COLOURS
        }

    def test_a_black_curve_is_told_from_the_frame_and_the_lettering(self, tmp_path):
        colours = ("black", "tab:red")
        axes = draw(tmp_path / "km.png", colours=colours)
        assert_is(read(tmp_path / "km.png", axes, colours)[0], FIRST)

    def test_a_curve_that_reaches_zero_falls_to_the_axis(self, tmp_path):
        dead = ([2, 5, 9], [0.6, 0.3, 0.0], 9)
        axes = draw(tmp_path / "km.png", curves=(dead, SECOND))
        traced = read(tmp_path / "km.png", axes)[0]
        assert traced.survival[-1] == pytest.approx(0, abs=0.002)
        np.testing.assert_allclose(traced.time[:3], [2, 5, 9], atol=0.05)

    def test_a_drop_under_the_other_curve_is_in_doubt(self, tmp_path):
        """The first curve falls while it runs exactly under the second, which is drawn on top."""
        under = ([2, 6, 8], [0.8, 0.6, 0.4], 15)
        over = ([2, 5, 7, 12], [0.8, 0.7, 0.6, 0.2], 15)
        axes = draw(tmp_path / "km.png", curves=(under, over))
        traced = read(tmp_path / "km.png", axes)[0]
        plain = np.median(traced.doubt)
        assert traced.seen < 0.95
        assert traced.doubt.max() > 10 * plain
        # All levels after it are right again.
        assert traced.survival[-1] == pytest.approx(0.4, abs=0.005)

    def test_a_curve_hidden_for_most_of_its_course_is_warned_of(self, tmp_path):
        nearly = ([*SECOND[0][:-1], 13], SECOND[1], 14)
        axes = draw(tmp_path / "km.png", curves=(nearly, SECOND))
        (warning,) = read(tmp_path / "km.png", axes)[0].warnings
        assert "hidden" in warning.what
        assert warning.severity == "warning"

    def test_pictures_with_transparency_are_read_on_white(self, tmp_path):
        axes = draw(tmp_path / "km.png")
        with Image.open(tmp_path / "km.png") as image:
            pixels = np.asarray(image.convert("RGBA")).copy()
        pixels[(pixels[..., :3] == 255).all(axis=-1)] = 0
        Image.fromarray(pixels).save(tmp_path / "clear.png")
        assert_is(read(tmp_path / "clear.png", axes)[0], FIRST)

    def test_grey_of_sixteen_bits_is_not_cut_off_at_white(self, tmp_path):
        axes = draw(tmp_path / "km.png", colours=("black", "#808080"))
        grey = np.asarray(Image.open(tmp_path / "km.png").convert("L")).astype(np.uint16) * 257
        Image.fromarray(grey).save(tmp_path / "grey.png")
        assert_is(read(tmp_path / "grey.png", axes, ("black", "#808080"))[0], FIRST)

    @pytest.mark.parametrize("noise", [3, 25])
    def test_noise_as_compression_leaves_it_is_seen_through(self, tmp_path, noise):
        axes = draw(tmp_path / "km.png")
        pixels = np.asarray(Image.open(tmp_path / "km.png").convert("RGB")).astype(int)
        pixels += np.random.default_rng(1).integers(-noise, noise + 1, pixels.shape)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(tmp_path / "noisy.png")
        for traced, curve in zip(read(tmp_path / "noisy.png", axes), (FIRST, SECOND), strict=True):
            assert_is(traced, curve)

    def test_a_survival_axis_in_per_cent_gives_shares(self, tmp_path):
        one = draw(tmp_path / "km.png")
        per_cent = plot_axes(
            one.time.pixels,
            one.time.values,
            one.survival.pixels,
            (0, 100),
            read_picture(tmp_path / "km.png").rgb.shape[:2],
        )
        assert_is(read(tmp_path / "km.png", per_cent)[0], FIRST)

    def test_axes_may_be_given_by_any_two_ticks(self, tmp_path):
        one = draw(tmp_path / "km.png")
        ticks_at = plot_axes(
            (one.time.pixel(4), one.time.pixel(12)), (4, 12),
            (one.survival.pixel(0.2), one.survival.pixel(0.8)), (0.2, 0.8),
            read_picture(tmp_path / "km.png").rgb.shape[:2],
        )  # fmt: skip
        assert_is(read(tmp_path / "km.png", ticks_at)[1], SECOND)


class TestWhatCannotBeRead:
    def test_two_shades_of_grey_have_no_hue(self, tmp_path):
        axes = draw(tmp_path / "km.png", colours=("black", "#808080"))
        with pytest.raises(InvalidInput, match="told apart by hue"):
            find_colours(read_picture(tmp_path / "km.png"), axes)

    def test_a_colour_that_is_not_there_gives_no_curve(self, tmp_path):
        axes = draw(tmp_path / "km.png")
        with pytest.raises(InvalidInput, match="no curve of colour #00ff00"):
            read(tmp_path / "km.png", axes, ("#00ff00",))

    @pytest.mark.parametrize(
        ("colours", "what"),
        [
            (("tab:blue", "tab:blue"), "two curves of one colour"),
            (("#1f77b4", "#2078b5"), "two curves of one colour"),
            (("tab:blue", "white"), "that of the background"),
        ],
    )
    def test_colours_that_no_two_curves_can_have_are_refused(self, tmp_path, colours, what):
        axes = draw(tmp_path / "km.png")
        with pytest.raises(UsageError, match=what):
            read(tmp_path / "km.png", axes, colours)

    @pytest.mark.parametrize("bits", [1, 8, 16])
    def test_a_grey_picture_has_no_coloured_curves(self, tmp_path, bits):
        axes = draw(tmp_path / "km.png")
        grey = Image.open(tmp_path / "km.png").convert("L")
        if bits == 16:
            grey = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
        (grey.convert("1") if bits == 1 else grey).save(tmp_path / "grey.png")
        with pytest.raises(InvalidInput, match=r"grey\.png: the picture has no colours"):
            read(tmp_path / "grey.png", axes)

    def test_a_curve_that_leaves_a_cut_axis_is_warned_of(self, tmp_path):
        axes = draw(tmp_path / "km.png")
        pixels = np.asarray(Image.open(tmp_path / "km.png").convert("RGB")).copy()
        below = axes.survival.pixel(0.45)
        pixels[round(below) :] = 255
        Image.fromarray(pixels).save(tmp_path / "km.png")
        full = axes.survival.pixel(1.0)
        cut = plot_axes(axes.time.pixels, axes.time.values, (below, full), (0.45, 1.0), pixels.shape[:2])
        first, _ = read(tmp_path / "km.png", cut)
        assert [warning.rule for warning in first.warnings] == ["figure-curve-is-cut-off"]
        assert "figure-curve-is-cut-off" in [note.rule for note in first.curve("days").notes]

    @pytest.mark.parametrize(
        ("write", "what"),
        [
            (lambda path: path.write_text("time,survival"), "not a picture"),
            (lambda path: Image.new("RGB", (100, 100), "white").save(path, "JPEG"), "JPEG"),
            (lambda path: Image.new("RGB", (40, 40), "white").save(path), "too small"),
            (lambda path: None, "cannot be read"),
            (lambda path: path.write_bytes(b""), "the file is empty"),
            (lambda path: path.write_bytes(of_size(60_000, 60_000)), "the picture is too large"),
            (lambda path: path.write_bytes(of_size(2**31 - 1, 2**31 - 1)), "the picture is too large"),
            (lambda path: path.write_bytes(of_size(9_000, 6_000)), "the picture is too large"),
            (os.mkfifo, "this is not a file"),
        ],
    )
    def test_files_that_are_no_good_pictures_are_refused(self, write, what, tmp_path):
        path = tmp_path / "figure.png"
        write(path)
        with pytest.raises(InvalidInput, match=what) as refused:
            read_picture(path)
        (issue,) = refused.value.issues
        assert str(path) in str(issue.where)
        assert issue.found
        assert issue.fix

    def test_a_picture_that_was_cut_off_is_refused(self, tmp_path):
        draw(tmp_path / "km.png")
        whole = (tmp_path / "km.png").read_bytes()
        (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
        with pytest.raises(InvalidInput, match="cut"):
            read_picture(tmp_path / "cut.png")

    @pytest.mark.parametrize(
        ("time_pixels", "times", "survival_pixels", "survivals", "what"),
        [
            ((10, 900), (0, 16), (500, 20), (0, 1), "outside the picture"),
            ((10, 10), (0, 16), (500, 20), (0, 1), "coincide"),
            ((10, 700), (5, 5), (500, 20), (0, 1), "coincide"),
            ((10, 700), (0, 16), (20, 500), (0, 1), "wrong way"),
            ((700, 10), (0, 16), (500, 20), (0, 1), "wrong way"),
        ],
    )
    def test_axes_that_make_no_sense_are_refused(self, time_pixels, times, survival_pixels, survivals, what):
        with pytest.raises(UsageError, match=what):
            plot_axes(time_pixels, times, survival_pixels, survivals, (600, 800))

    @pytest.mark.parametrize("text", ["blue", "#12345", "#1234567", ""])
    def test_a_colour_is_six_hex_digits(self, text):
        with pytest.raises(UsageError, match="hex"):
            parse_colour(text)
