"""Reads the text of a PDF that typst made, page by page, through its fonts' own tables of letters."""

import re
import zlib

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
# What begins a string, chooses a font, or shows what was read.
_TOKEN = re.compile(rb"\(|/(f\d+) [\d.]+ Tf|T[jJ]\b")


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of every page, in the order in which it is drawn; blanks as they are written."""
    objects = {
        int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)
    }
    pages = [body for body in objects.values() if b"/Type/Page/" in body]
    return [_page(objects, body) for body in pages]


def _page(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[_number(rb"/Resources (\d+)", page)]
    fonts = {
        name: _letters(_stream(objects[_number(rb"/ToUnicode (\d+)", objects[int(number)])]))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    content = _stream(objects[_number(rb"/Contents (\d+)", page)])
    text, letters, codes, place = [], {}, b"", 0
    while found := _TOKEN.search(content, place):
        place = found.end()
        if found[0] == b"(":
            string, place = _string(content, place)
            codes += string
        elif found[1]:
            # Strings before it were descriptions, and not shown.
            letters, codes = fonts[found[1]], b""
        else:
            pairs = (int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2))
            text.append("".join(letters.get(code, "") for code in pairs))
            codes = b""
    return "\n".join(text)


def _string(content: bytes, place: int) -> tuple[bytes, int]:
    """Read a string in brackets, which may have balanced brackets in it; return it with the place behind."""
    read, depth = b"", 1
    while True:
        letter = content[place : place + 1]
        if letter == b"\\":
            found = _ESCAPED.match(content, place)
            digits = found[1].isdigit()
            read += bytes([int(found[1], 8)]) if digits else _ESCAPES.get(found[1], found[1])
            place = found.end()
            continue
        depth += {b"(": 1, b")": -1}.get(letter, 0)
        place += 1
        if not depth:
            return read, place
        read += letter


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", cmap)
    return {int(code, 16): bytes.fromhex(letters.decode()).decode("utf-16-be") for code, letters in pairs}


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*)\nendstream", body, re.DOTALL)
    return zlib.decompress(found[1]) if b"FlateDecode" in body[: found.start()] else found[1]


def _number(pattern: bytes, body: bytes) -> int:
    return int(re.search(pattern, body)[1])
