import os
from pathlib import Path

import pytest

import d2lmx  # makes `import mxnet` work in the tests, whether the hook of `make install` is on or not

REAL_DATA = os.environ.get("D2LMX_DATA")  # as it was before any test changed it


def real_data_folder(name):
    """The folder `name` of the real data; where it is not there the test is skipped or, in CI, fails."""
    folder = Path(REAL_DATA or "") / name
    if not (REAL_DATA and folder.is_dir()):
        message = f"no real data: D2LMX_DATA is {REAL_DATA or 'not set'}, expected a folder with {name} in it"
        pytest.fail(message) if os.environ.get("D2LMX_REQUIRE_DATA") else pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def fashion_mnist():
    """The real Fashion-MNIST."""
    return d2lmx.load_fashion_mnist(real_data_folder("fashion-mnist").parent)
