"""The data that tests share. They are loaded once, so no test may write into them."""
import os
from pathlib import Path

import pytest

import d2lmx  # makes `import mxnet` work in the tests, whether the hook of `make install` is on or not
from d2lmx.data.fashion_mnist import FASHION_MNIST
from d2lmx.data.house_prices import HOUSE_PRICES

REAL_DATA = os.environ.get("D2LMX_DATA")  # as it was before any test changed it


def real_data_folder(name):
    """The folder `name` of the real data; where it is not there the test is skipped or, in CI, fails."""
    folder = Path(REAL_DATA or "") / name
    if not (REAL_DATA and folder.is_dir()):
        message = f"no real data: D2LMX_DATA is {REAL_DATA or 'not set'}, expected a folder with {name} in it"
        pytest.fail(message) if os.environ.get("D2LMX_REQUIRE_DATA") else pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def digits():
    """Scikit-learn's digits, which need no network."""
    return d2lmx.load_digits()


@pytest.fixture(scope="session")
def diabetes():
    """Scikit-learn's diabetes data, which need no network."""
    return d2lmx.load_diabetes()


@pytest.fixture(scope="session")
def fashion_mnist():
    """The real Fashion-MNIST."""
    return d2lmx.load_fashion_mnist(real_data_folder("fashion-mnist").parent)


@pytest.fixture(scope="session")
def house_prices():
    """The real house prices."""
    return d2lmx.load_house_prices(real_data_folder("kaggle-house").parent)


@pytest.fixture
def no_data(monkeypatch, tmp_path):
    """No data but what the test puts somewhere: no D2LMX_DATA, an empty cache, and no host to download from.

    Returns the folder that serves as the user's cache, which is not there yet.
    """
    monkeypatch.delenv("D2LMX_DATA", raising=False)
    monkeypatch.delenv("D2LMX_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(FASHION_MNIST, "hosts", ())
    monkeypatch.setattr(HOUSE_PRICES, "hosts", ())
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache" / project)
    return tmp_path / "cache" / "d2lmx"
