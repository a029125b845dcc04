"""Digitised files in every shape that they come in, and messages that lead to the mistake."""

import io
import json
import os
import tarfile

import numpy as np
import pytest

from hepatrial.errors import InvalidInput
from hepatrial.evidence.reconstruction import clean_curve, read_points, read_risk_numbers, reconstruct


@pytest.fixture
def file(tmp_path):
    def write(text, name="sharp_os.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return write


def refused(read, path):
    with pytest.raises(InvalidInput) as error:
        read(path)
    return error.value.issues


class TestPoints:
    def test_one_data_set_without_header(self, file):
        (curve,) = read_points(file("0.02, 99.8\n3.1, 80.2\n6, 61\n"))
        assert curve.name == "sharp_os"
        np.testing.assert_allclose(curve.time, [0.02, 3.1, 6])
        np.testing.assert_allclose(curve.survival, [99.8, 80.2, 61])

    def test_several_data_sets_side_by_side_of_different_length(self, file):
        text = "sorafenib,,placebo,\nX,Y,X,Y\n0,1,0,1\n2,0.9,1,0.8\n4,0.7,,\n"
        sorafenib, placebo = read_points(file(text))
        assert (sorafenib.name, placebo.name) == ("sorafenib", "placebo")
        np.testing.assert_allclose(sorafenib.survival, [1, 0.9, 0.7])
        np.testing.assert_allclose(placebo.time, [0, 1])

    def test_names_without_the_row_of_x_and_y(self, file):
        names = [curve.name for curve in read_points(file("sorafenib,,placebo,\n0,1,0,1\n2,0.9,1,0.8\n"))]
        assert names == ["sorafenib", "placebo"]

    def test_pairs_without_names_are_numbered(self, file):
        assert [curve.name for curve in read_points(file("0,1,0,1\n2,0.9,1,0.8\n"))] == [
            "data set 1",
            "data set 2",
        ]

    def test_two_data_sets_of_one_name_stay_two(self, file):
        names = [curve.name for curve in read_points(file("Default,,Default,\n0,1,0,1\n2,0.9,1,0.8\n"))]
        assert names == ["Default (1)", "Default (2)"]

    def test_semicolons_and_decimal_commas(self, file):
        sorafenib, placebo = read_points(
            file("sorafenib;;placebo;\nX;Y;X;Y\n0,5;0,98;0,4;0,97\n2,5;0,9;1,5;0,8\n")
        )
        np.testing.assert_allclose(sorafenib.time, [0.5, 2.5])
        np.testing.assert_allclose(placebo.survival, [0.97, 0.8])

    def test_tabs_per_cent_signs_a_byte_order_mark_comments_and_windows_lines(self, file):
        text = "\ufeff# digitised twice\r\ntime\tsurvival\r\n0\t100%\r\n3,5\t80,5%\r\n\r\n"
        (curve,) = read_points(file(text))
        np.testing.assert_allclose(curve.time, [0, 3.5])
        np.testing.assert_allclose(curve.survival, [100, 80.5])

    @pytest.mark.parametrize(
        "text",
        ["0.5 0.98\n2.5 0.9\n", "time  survival\n0,5  0,98\n2,5  0,9\n", 't,s\n"0,5","0,98"\n"2,5","0,9"\n'],
    )
    def test_spaces_separate_and_quoted_cells_may_have_a_decimal_comma(self, file, text):
        (curve,) = read_points(file(text))
        np.testing.assert_allclose(curve.time, [0.5, 2.5])
        np.testing.assert_allclose(curve.survival, [0.98, 0.9])

    @pytest.mark.parametrize(
        "header",
        ["Time (months),Overall survival (%)", "months,OS", "Time_months,survival_probability", "t,S(t)",
         "Follow-up time,Probability of survival", "survival time,OS"],
    )  # fmt: skip
    def test_columns_are_known_by_what_articles_call_them(self, file, header):
        (curve,) = read_points(file(f"{header}\n0,100\n3,80\n"))
        np.testing.assert_allclose(curve.time, [0, 3])
        np.testing.assert_allclose(curve.survival, [100, 80])

    def test_named_columns_in_any_order_with_arms(self, file):
        text = "arm,survival,time (months)\nplacebo,0.9,1\nsorafenib,0.95,1\nplacebo,0.8,2\nsorafenib,0.9,2\n"
        placebo, sorafenib = read_points(file(text))
        assert (placebo.name, sorafenib.name) == ("placebo", "sorafenib")
        np.testing.assert_allclose(placebo.survival, [0.9, 0.8])
        np.testing.assert_allclose(sorafenib.time, [1, 2])

    def test_points_go_straight_into_a_curve(self, file):
        (points,) = read_points(file("0,100\n3,80\n6,60\n"))
        assert reconstruct(clean_curve(points.time, points.survival), n=10).events == 4

    def test_every_cell_that_is_no_number_is_named_with_its_place(self, file):
        path = file("time,survival\n0,1\n1,o.9\n2,\n3,0.7\n")
        first, second = refused(read_points, path)
        assert str(first.where) == f"{path}:3:2"
        assert (first.what, first.found) == ("not a number", "'o.9'")
        assert str(second.where) == f"{path}:4:2"
        assert second.what == "a point with one coordinate"
        assert first.allowed
        assert first.fix

    @pytest.mark.parametrize(
        ("text", "what", "fix"),
        [
            ("", "no rows", "export"),
            (",,\n;;\n", "no rows", "export"),
            ("time,survival\n", "no numbers", "export"),
            ("0,1,0\n1,0.9,2\n", "not pairs", "decimal comma"),
            ("time,survial\n0,1\n1,0.9\n", "no column of survival", "did you mean survival by survial"),
            ("0,1\n", "too few points", "digitise more"),
            ("time,survival\n0,1\n1,inf\n", "not a number", "mend"),
        ],
    )
    def test_what_is_no_curve_is_refused(self, file, text, what, fix):
        (issue,) = refused(read_points, file(text))
        assert what in issue.what
        assert fix in issue.fix

    def test_a_flood_of_mistakes_is_cut_short(self, file):
        issues = refused(read_points, file("time,survival\n" + "0,1\nx,0.5\n" * 100))
        assert len(issues) == 21
        assert "80 further problems" in issues[-1].what

    def test_files_that_cannot_be_read_are_refused(self, file, tmp_path):
        (missing,) = refused(read_points, tmp_path / "none.csv")
        assert "cannot be read" in missing.what
        (folder,) = refused(read_points, tmp_path)
        assert "a folder" in folder.what
        (latin,) = refused(read_points, file("time,survival\n0,1\nä,0.9\n", encoding="latin-1"))
        assert "not in UTF-8" in latin.what
        assert latin.where.line == 3
        (binary,) = refused(read_points, file("0,1\x00\n1,0.9\n"))
        assert "not a text file" in binary.what


def project(**names):
    """A project of WebPlotDigitizer, format 4."""
    sets = [
        {"name": name, "axesName": "XY", "data": [{"x": 1, "y": 2, "value": list(pair)} for pair in points]}
        for name, points in names.items()
    ]
    return {"version": [4, 2], "axesColl": [], "datasetColl": sets, "measurementColl": []}


def archive_of(path, **members):
    with tarfile.open(path, "w") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(f"wpd_project/{name}.json")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


class TestProjects:
    NEW = json.dumps(project(new=[(0.5, 0.98), (2.5, 0.9)], old=[(0.4, 0.97), (1.5, 0.8)], empty=[]))

    def test_every_data_set_of_a_project_is_a_curve(self, file):
        new, old = read_points(file(self.NEW, "wpd.json"))
        assert (new.name, old.name) == ("new", "old")
        np.testing.assert_allclose(new.time, [0.5, 2.5])
        np.testing.assert_allclose(old.survival, [0.97, 0.8])

    def test_the_archive_that_is_saved_is_read_as_it_is(self, tmp_path):
        path = archive_of(tmp_path / "figure.tar", info='{"json": "wpd.json"}', wpd=self.NEW)
        assert [curve.name for curve in read_points(path)] == ["new", "old"]

    def test_projects_of_the_third_version_are_understood(self, file):
        series = [
            {"name": "new", "data": [{"x": 1, "y": 2, "value": [0, 1]}, {"x": 1, "y": 2, "value": [3, 0.8]}]}
        ]
        (new,) = read_points(file(json.dumps({"wpd": {"version": [3, 8], "dataSeries": series}}), "wpd.json"))
        np.testing.assert_allclose(new.survival, [1, 0.8])

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("{", "not valid JSON"),
            ("[" * 200_000, "not valid JSON"),
            ("[]", "holds no points"),
            ('{"datasetColl": [{"name": "a", "data": []}]}', "holds no points"),
            (
                '{"datasetColl": [{"name": "a", "data": [{"x": 1, "y": 2}, {"x": 1, "y": 3}]}]}',
                "without values",
            ),
            ('{"datasetColl": [{"name": "a", "data": [{"value": [NaN, 1]}]}]}', "without values"),
            ('{"datasetColl": [{"name": "a", "data": [{"value": [0, 1]}]}]}', "too few points of a"),
        ],
    )
    def test_what_is_no_project_is_refused(self, file, text, what):
        (issue,) = refused(read_points, file(text, "wpd.json"))
        assert what in issue.what
        assert issue.fix

    def test_an_archive_without_a_project_or_cut_off_is_refused(self, tmp_path):
        (empty,) = refused(read_points, archive_of(tmp_path / "other.tar", notes="{}"))
        assert empty.what == "the archive holds no project"
        whole = archive_of(tmp_path / "whole.tar", wpd=self.NEW).read_bytes()
        (tmp_path / "cut.tar").write_bytes(whole[:700])
        (cut,) = refused(read_points, tmp_path / "cut.tar")
        assert cut.what == "this is not an archive of a project"


@pytest.mark.parametrize("read", [read_points, read_risk_numbers])
def test_a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(read, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (issue,) = refused(read, tmp_path / "pipe.csv")
    assert issue.found == "a pipe"


EXPECTED = {"sorafenib": [299, 200, 90], "placebo": [303, 180, 60]}


class TestNumbersAtRisk:
    def check(self, found):
        assert {name: list(row.at_risk) for name, row in found.items()} == EXPECTED
        np.testing.assert_allclose(found["placebo"].time_days, np.array([0, 6, 12]) * 30.4375)

    def test_a_row_a_time(self, file):
        self.check(read_risk_numbers(file("time,sorafenib,placebo\n0,299,303\n6,200,180\n12,90,60\n")))

    def test_a_row_an_arm_as_printed(self, file):
        self.check(read_risk_numbers(file("months;0;6;12\nsorafenib;299;200;90\nplacebo;303;180;60\n")))

    def test_a_row_a_number(self, file):
        rows = "".join(
            f"{t},{arm},{n}\n"
            for arm, numbers in EXPECTED.items()
            for t, n in zip((0, 6, 12), numbers, strict=True)
        )
        self.check(read_risk_numbers(file("time,arm,at_risk\n" + rows)))

    def test_an_arm_may_end_earlier(self, file):
        found = read_risk_numbers(file("time,a,b\n0,10,10\n6,5,\n"))
        assert list(found["b"].at_risk) == [10]

    def test_a_comma_in_a_number_of_patients_divides_thousands(self, file):
        found = read_risk_numbers(file('time,a,b\n0,"2,000",990\n6,"1,000",400\n'))
        assert list(found["a"].at_risk) == [2000, 1000]

    @pytest.mark.parametrize(
        ("text", "what", "place"),
        [
            ("0,299\n6,200\n", "need a header row", ":1"),
            ("moths,sorafenib\n0,299\n", "need a header row", ":1"),
            ("time,sorafenib\n0,299\n6,many\n", "not a number", ":3:2"),
            ("time,sorafenib\n0,299\n6,310\n", "sorafenib: at_risk: the number at risk rises", ":3:2"),
            ("time,arm,n\n0,a,9\n6,a,7\n6,a,5\n", "a: time: numbers at risk out of order", ":4:3"),
            ("months,0,6\na,9,8\nb,9,8.5\n", "b: at_risk: not a number of patients", ":3:3"),
            ("months,0,6\nsorafenib,299,200,90\n", "without a time", ":2:4"),
        ],
    )
    def test_mistakes_are_named_with_their_place(self, file, text, what, place):
        issue = refused(read_risk_numbers, file(text))[0]
        assert what in issue.what
        assert str(issue.where).endswith(place)
        assert issue.allowed
        assert issue.fix
