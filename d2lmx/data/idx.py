"""Gzipped IDX files, the format of Fashion-MNIST: magic number and shape, four bytes each, then the array's bytes."""
import gzip
import math
import struct
import zlib

import numpy as np

KINDS = {0x801: "labels", 0x803: "images"}  # the magic number: 8 for unsigned bytes, then the number of dimensions


def read_idx(path, shape):
    """The array of unsigned bytes in a file; a ValueError where it is damaged, or holds another shape than `shape`."""
    with path.open("rb") as file:
        start = file.read(2)
    if start != b"\x1f\x8b":
        raise _wrong(path, "a gzip file, which starts with the bytes 1f 8b", f"{start.hex(' ') or 'an empty file'}")
    header, size = struct.pack(f">{1 + len(shape)}I", 0x800 + len(shape), *shape), math.prod(shape)
    try:
        with gzip.open(path) as file:
            content = file.read(len(header) + size + 1)  # up to the end, where gzip compares its checksum, or past it
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _wrong(path, "a whole gzip file", f"a damaged one ({error})") from error
    if not content.startswith(header):
        raise _wrong(path, _describe(header), _describe(content[:len(header)]))
    found = len(content) - len(header)
    if found != size:
        raise _wrong(path, f"{size} bytes after the header", "more" if found > size else f"the end after {found}")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def _describe(header):
    """A header in words, such as "images (magic number 0x803), 60000 x 28 x 28"."""
    whole = len(header) // 4
    if not whole:
        return f"only {len(header)} bytes"
    magic, *shape = struct.unpack_from(f">{whole}I", header)
    kind = KINDS.get(magic, "neither images nor labels")
    return f"{kind} (magic number 0x{magic:x}), {' x '.join(map(str, shape[:magic % 16]))}"


def _wrong(path, expected, got):
    return ValueError(f"{path}: expected {expected}, got {got}; put the official file of this name there")
