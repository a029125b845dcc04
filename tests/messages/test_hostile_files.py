"""Files that are no protocol, by accident or on purpose: one clear message, quickly, in little memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from hepatrial.files.text_file import MAX_BYTES
from hepatrial.protocol.loading import check, check_text

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

TEXTS = {
    "an anchor, the first half of a bomb": (BOMB, "1:4: an anchor is not allowed"),
    "an alias": ("name: *a\n", "1:7: an alias is not allowed"),
    "a tag that makes Python objects": (
        "name: !!python/object/apply:os.system [true]\n", "1:7: a tag is not allowed"),
    "a tag of one's own": ("name: !mine x\n", "1:7: a tag is not allowed"),
    "a tag of a standard type": ("size: !!int 3\n", "1:7: a tag is not allowed"),
    "lists in lists": ("[" * 50_000, "1:21: nested too deep"),
    "keys in keys": ("{a: " * 40_000, "1:81: nested too deep"),
    "keys without end": ("".join(f"k{i}: 1\n" for i in range(20_000)), "5000:8: the file has too many entries"),
    "entries without end": (f"arms: [{'a,' * 90_000}]", "the file has too many entries"),
    "a list as a key": ("? [a, b]\n: 1\n", "1:3: a key must be a single word"),
    "a tab for an indent": ("arms:\n\t- name: x\n", "2:1: this is not valid YAML"),
    "a bracket that stays open": ("arms: [a\n", "2:1: this is not valid YAML"),
    "a quote that stays open": ('name: "a\n', "2:1: this is not valid YAML"),
    "a second document": ("name: a\n---\nname: b\n", "2:1: a second document starts here"),
    "a control character": ("name: a\x07\n", "1: the file holds a character that YAML does not allow"),
    "nothing": ("", "1: the file is empty"),
    "comments only": ("# later\n", "1: the file is empty"),
    "a pair of braces": ("{}", "1: the file is empty"),
    "a list at the top": ("- name: a\n", "1: this is not a protocol"),
    "a sentence": ("Dear all", "1: this is not a protocol"),
    "a number": ("42", "1: this is not a protocol"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_that_is_no_protocol_gets_one_clear_message(kind):
    text, expected = TEXTS[kind]
    (issue,) = check_text(text, "f.yaml").issues
    assert expected in str(issue)
    assert issue.fix
    assert issue.allowed


BYTES = {
    "UTF-16, as some shells write it": ("name: a\n".encode("utf-16"), "1: the file is not in UTF-8"),
    "Latin-1": (b"hepatrial: 1\nname: caf\xe9\n", "2: the file is not in UTF-8"),
    "a program": (b"\x7fELF\x00\x00\x01", "this is not a text file"),
    "more than a protocol can be": (b"#" * (MAX_BYTES + 1), "the file is too large"),
}


@pytest.mark.parametrize("kind", BYTES)
def test_a_file_that_is_no_text_gets_one_clear_message(kind, tmp_path):
    content, expected = BYTES[kind]
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    (issue,) = check(path).issues
    assert f"f.yaml:{expected}" in str(issue) or f"f.yaml: {expected}" in str(issue)
    assert issue.fix


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path):
    from hepatrial.protocol.bundled_protocols import protocol_text

    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + protocol_text("sharp").replace("\n", "\r\n").encode())
    assert check(path).issues == ()


def test_a_folder_a_missing_file_and_an_endless_one_get_a_message(tmp_path):
    for path, expected in (
        (tmp_path, "this is a folder, not a file"),
        (tmp_path / "none.yaml", "there is no such protocol"),
        ("/dev/zero", "the file is too large for a protocol"),
        ("sh\x00arp", "there is no such protocol"),
        ("x" * 5000, "there is no such protocol"),
    ):
        (issue,) = check(path).issues
        assert issue.what == expected
        assert issue.fix


def test_a_misspelt_bundled_name_is_guessed():
    (issue,) = check("asia-pasific").issues
    assert issue.fix == "did you mean `asia-pacific`?"


LARGE = {
    "bomb": BOMB,
    "depth": "[" * MAX_BYTES,
    "keys": "".join(f"key{i}: 1\n" for i in range(MAX_BYTES // 12)),
    "one long text": f"name: {'x' * MAX_BYTES}",
    "one long number": f"size: {'9' * MAX_BYTES}",
    "spaces in a dose": f'hepatrial: 1\narms: [{{name: a, agents: [{{dose: "4{" " * 100_000}!"}}]}}]',
    "spaces in a dose level": f'arms: [{{name: a, agents: [{{reduce_to: ["4{" " * 100_000}!"]}}]}}]',
    "a long unknown key": f"{'horizo' * 30}: 1",
}


@pytest.mark.parametrize("kind", LARGE)
def test_no_file_takes_long(kind):
    started = time.process_time()
    assert check_text(LARGE[kind], "f.yaml").protocol is None
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("kind", ["bomb", "keys"])
def test_no_file_takes_much_memory(kind):
    tracemalloc.start()
    check_text(LARGE[kind], "f.yaml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6
