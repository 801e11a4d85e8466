"""Bytes to text and back."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_tensorconv.frontends.writing import replace_bytes
from flake8_tensorconv.source.reading import (
    Source,
    SourceError,
    decode_source,
    encode_source,
    read_bytes,
    split_lines,
)

DECODED = {
    "empty": (b"", "", "utf-8"),
    "utf-8": ("x = 'ä'\n".encode(), "x = 'ä'\n", "utf-8"),
    "byte order mark": (b"\xef\xbb\xbfx = 1\n", "x = 1\n", "utf-8-sig"),
    "latin-1": (
        b"# coding: latin-1\nx = '\xe4'\n",
        "# coding: latin-1\nx = 'ä'\n",
        "iso-8859-1",
    ),
    "coding on line 2": (
        b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\n'\x80'",
        "#!/usr/bin/python\n# -*- coding: cp1252 -*-\n'€'",
        "cp1252",
    ),
    "crlf": (b"a\r\nb\r\n", "a\r\nb\r\n", "utf-8"),
    "mixed line endings": (b"a\r\nb\nc\rd", "a\r\nb\nc\rd", "utf-8"),
}


@pytest.mark.parametrize(("data", "text", "encoding"), DECODED.values(), ids=DECODED)
def test_text_and_encoding_are_found_and_lead_back(data: bytes, text: str, encoding: str) -> None:
    source = decode_source(data)
    assert source == Source(text, encoding)
    assert encode_source(source, data, source.text) == data


UNDECODABLE = {
    "undecodable byte": (b"x = 1\ny = '\xff'\n", "byte 0xff cannot be decoded as utf-8", 2, 6),
    "undecodable first line": (b"'\xff'\n", "byte 0xff cannot be decoded as utf-8", 1, 2),
    "unknown encoding": (b"# coding: klingon\n", "unknown encoding: klingon", None, None),
    "not for text": (
        b"# coding: hex\nx = 1\n",
        "hex is not an encoding for source text",
        None,
        None,
    ),
    "mark and coding disagree": (
        b"\xef\xbb\xbf# coding: latin-1\n",
        "byte order mark and coding comment disagree",
        None,
        None,
    ),
    "NUL": (b"x = 1\ny\0 = 2\n", "source code cannot contain NUL bytes", 2, 2),
}


@pytest.mark.parametrize(
    ("data", "message", "line", "column"), UNDECODABLE.values(), ids=UNDECODABLE
)
def test_what_is_no_source_is_refused(
    data: bytes, message: str, line: int | None, column: int | None
) -> None:
    with pytest.raises(SourceError) as caught:
        decode_source(data)
    error = caught.value
    assert (error.message, error.line, error.column) == (message, line, column)


@given(st.binary())
def test_any_bytes_are_decoded_or_refused_in_one_line(data: bytes) -> None:
    refusal = "none"
    try:
        source = decode_source(data)
        assert encode_source(source, data, source.text) == data
    except SourceError as error:
        refusal = error.message
    assert len(refusal.splitlines()) == 1


def test_text_that_the_encoding_lacks_is_refused() -> None:
    data = b"# coding: latin-1\n"
    with pytest.raises(SourceError, match="iso-8859-1 does not give back"):
        encode_source(decode_source(data), data, "# coding: latin-1\nx = '€'\n")


def test_bytes_that_would_change_on_the_way_back_are_refused() -> None:
    # UTF-7 has several spellings of one text.
    data = b"# coding: utf-7\n'+AOQ-'\n"
    with pytest.raises(SourceError, match="does not give back"):
        encode_source(decode_source(data), data + b"+AGE-", decode_source(data).text)


def test_a_changed_coding_comment_is_refused() -> None:
    data = "# coding: utf-8\nx = 'ä'\n".encode()
    with pytest.raises(SourceError):
        encode_source(decode_source(data), data, "# coding: latin-1\nx = 'ä'\n")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\r\nb\rc\nd", ["a\n", "b\n", "c\n", "d"]),
        ("a\fb\u2028c\x85d\x1ce\n", ["a\fb\u2028c\x85d\x1ce\n"]),
    ],
)
def test_lines_are_split_where_python_does(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


def test_writing_keeps_permissions_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_bytes(b"old")
    path.chmod(0o750)
    replace_bytes(str(path), b"old", b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert list(tmp_path.iterdir()) == [path]


def test_writing_through_a_symbolic_link_keeps_the_link(tmp_path: Path) -> None:
    target = tmp_path / "target.py"
    target.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to("target.py")
    replace_bytes(str(link), b"old", b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_failed_write_leaves_the_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SourceError, match="not fixed: no space left on device"):
        replace_bytes(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    # Replacing would work, as the folder can be written to. Root may always write: hence the patch.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(SourceError, match="not fixed: permission denied"):
        replace_bytes(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"


def test_reading_says_why_it_fails(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^no such file or directory$"):
        read_bytes(str(tmp_path / "missing.py"))
    with pytest.raises(SourceError, match=r"^not a regular file$"):
        read_bytes(str(tmp_path))
