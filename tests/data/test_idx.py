import gzip
import struct

import numpy as np
import pytest

from d2lmx.data.idx import read_idx

IMAGES, LABELS = (2500, 2, 3), (2500,)


def idx(array):
    """An array in the IDX format."""
    return struct.pack(f">{1 + array.ndim}I", 0x800 + array.ndim, *array.shape) + array.astype("uint8").tobytes()


def packed(shape):
    return gzip.compress(idx(np.random.default_rng(0).integers(256, size=shape)))


@pytest.mark.parametrize("shape", [IMAGES, LABELS])
def test_the_array_in_the_file(tmp_path, shape):
    array = np.random.default_rng(1).integers(256, size=shape)
    (tmp_path / "name.gz").write_bytes(gzip.compress(idx(array)))
    found = read_idx(tmp_path / "name.gz", shape)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, array)


def repack(change):
    """A fault in the array's bytes, inside a good gzip file."""
    return lambda content: gzip.compress(change(gzip.decompress(content)))


DAMAGED = "expected a whole gzip file, got a damaged one"
FAULTS = {
    "empty": (IMAGES, lambda content: b"", "expected a gzip file.*, got an empty file"),
    "not gzip": (IMAGES, gzip.decompress, "expected a gzip file.*, got 00 00"),
    "web page": (LABELS, lambda content: b"<html>", "expected a gzip file.*, got 3c 68"),
    "gzip magic alone": (IMAGES, lambda content: content[:2], DAMAGED),
    "truncated": (IMAGES, lambda content: content[:-100], DAMAGED),
    "without checksum": (LABELS, lambda content: content[:-8], DAMAGED),
    "checksum": (IMAGES, lambda content: content[:-8] + b"\0\0\0\0" + content[-4:], f"{DAMAGED} .*CRC"),
    "corrupt": (IMAGES, lambda content: content[:10] + b"\xff" * 20 + content[30:],  # no deflate block starts so
                f"{DAMAGED} .*invalid block type"),
    "trailing garbage": (LABELS, lambda content: content + b"more", DAMAGED),
    "no header": (IMAGES, repack(lambda raw: raw[:3]), "expected images .*, got only 3 bytes"),
    "half a header": (IMAGES, repack(lambda raw: raw[:10]), r"expected .*, got images \(magic number 0x803\), 2500"),
    "too few": (IMAGES, repack(lambda raw: raw[:-1]), "expected 15000 bytes .*, got the end after 14999"),
    "too many": (LABELS, repack(lambda raw: raw + b"\1"), "expected 2500 bytes .*, got more"),
    "magic": (IMAGES, repack(lambda raw: b"\0\0\x0d\3" + raw[4:]), "expected images .*, got neither .*0xd03"),
    "count": (IMAGES, lambda content: packed((4, 2, 3)), "expected .* 2500 x 2 x 3, got .* 4 x 2 x 3"),
    "size": (IMAGES, lambda content: packed((2500, 3, 2)), "expected .* 2500 x 2 x 3, got .* 2500 x 3 x 2"),
    "labels": (IMAGES, lambda content: packed(LABELS), r"expected images \(magic number 0x803\), 2500 x 2 x 3, "
               r"got labels \(magic number 0x801\), 2500"),
}


@pytest.mark.parametrize("shape, change, message", FAULTS.values(), ids=FAULTS)
def test_a_bad_file_is_an_error_that_names_it_and_is_left_alone(tmp_path, shape, change, message):
    path = tmp_path / "name.gz"
    content = change(packed(shape))
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{path}: {message}.*; put the official file of this name there$"):
        read_idx(path, shape)
    assert path.read_bytes() == content
