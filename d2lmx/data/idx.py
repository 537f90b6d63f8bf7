"""Gzipped IDX files, the format of Fashion-MNIST: magic number and shape, four bytes each, then the array's bytes."""
import gzip
import struct
import zlib

import numpy as np

ROWS = 1024  # in one piece: small beside the whole data set, and large enough to be fast
KINDS = {0x801: "labels", 0x803: "images"}  # the magic number: 8 for unsigned bytes, then the number of dimensions


def read_idx(path, shape):
    """Read an array of unsigned bytes, piece by piece.

    Parameters
    ----------
    path : Path
    shape : tuple of int
        What the file must hold: (n,) labels or (n, height, width) images.

    Yields
    ------
    start : int
        Index of the first row of the piece.
    rows : NumPy array of shape (at most 1024, ...), uint8

    Raises
    ------
    ValueError
        The file is not gzip, damaged or cut off, or does not hold exactly that array.
    """
    with path.open("rb") as file:
        start = file.read(2)
    if start != b"\x1f\x8b":
        raise _wrong(path, "a gzip file, which starts with the bytes 1f 8b", f"{start.hex(' ') or 'an empty file'}")
    try:
        with gzip.open(path) as file:
            yield from _pieces(file, path, shape)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _wrong(path, "a whole gzip file", f"a damaged one ({error})") from error


def _pieces(file, path, shape):
    expected = struct.pack(f">{1 + len(shape)}I", 0x800 + len(shape), *shape)
    header = file.read(len(expected))
    if header != expected:
        raise _wrong(path, _describe(expected), _describe(header))
    row_size = int(np.prod(shape[1:]))
    for start in range(0, shape[0], ROWS):
        size = min(ROWS, shape[0] - start) * row_size
        piece = file.read(size)
        if len(piece) < size:
            raise _wrong(path, f"{shape[0] * row_size} bytes after the header",
                         f"the end after {start * row_size + len(piece)}")
        yield start, np.frombuffer(piece, np.uint8).reshape(-1, *shape[1:])
    if file.read(1):  # reading to the end also makes gzip compare its checksum
        raise _wrong(path, f"{shape[0] * row_size} bytes after the header", "more")


def _describe(header):
    """A header in words, such as "images (magic number 0x803), 60000 x 28 x 28"."""
    whole = len(header) // 4
    if not whole:
        return f"only {len(header)} bytes"
    magic, *shape = struct.unpack_from(f">{whole}I", header)
    if magic not in KINDS:
        return f"neither images nor labels (magic number 0x{magic:x})"
    return f"{KINDS[magic]} (magic number 0x{magic:x}), {' x '.join(map(str, shape[:magic % 16]))}"


def _wrong(path, expected, got):
    return ValueError(f"{path}: expected {expected}, got {got}; put the official file of this name there")
