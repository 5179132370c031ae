"""Encoded images, good ones and bad ones, for the forms that hold them."""

import io
import struct
import zlib
from functools import cache

import numpy as np
from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><title>Sign in</title>"


def png(pixels: np.ndarray) -> bytes:
    return encoded(pixels, "PNG")


def encoded(pixels: np.ndarray, kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format=kind)
    return buffer.getvalue()


def pictures(count: int = 6, side: int = 5) -> np.ndarray:
    return (np.arange(count * side * side) * 7 % 251).astype(np.uint8).reshape(count, side, side)


@cache
def bomb(side: int = 14_000) -> bytes:
    """Return a PNG of some hundred kilobytes that unpacks to 196 MB of white."""
    packer = zlib.compressobj(9)
    row = b"\x00" + b"\xff" * side
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


@cache
def text_bomb() -> bytes:
    """Return a small PNG with a compressed remark of 64 MB in it."""
    packer = zlib.compressobj(9)
    remark = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    whole = png(pictures(1)[0])
    return whole[:33] + _chunk(b"zTXt", b"Comment\x00\x00" + remark) + whole[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
