"""Where files are looked for, and how they get there: the same for both data sets."""
from pathlib import Path
from types import SimpleNamespace

import pytest

from d2lmx.data.download import DataUnavailable
from d2lmx.data.fashion_mnist import FASHION_MNIST
from d2lmx.data.house_prices import HOUSE_PRICES
from d2lmx.data.images import load_images
from d2lmx.data.storage import data_folders
from d2lmx.data.tables import load_table
from tests.data.file_server import file_server, unused_port
from tests.data.small_files import make_official, read, write

CASES = {"fashion-mnist": (FASHION_MNIST, load_images, "fashion-mnist", "digits"),
         "kaggle-house": (HOUSE_PRICES, load_table, "kaggle", "diabetes")}


@pytest.fixture(params=CASES)
def case(request, no_data, monkeypatch):
    """A data set of small files, which nothing here reads; what loads it by name; that name, and the embedded set's."""
    data_set, load, real, embedded = CASES[request.param]
    files = {name: name.encode() * 50 for name in data_set.files}
    make_official(monkeypatch, data_set, files, dict.fromkeys(files))
    return SimpleNamespace(data_set=data_set, load=load, real=real, embedded=embedded, files=files,
                           folder=request.param, title=data_set.title, find=data_set.find, get=data_set.get,
                           set_hosts=lambda *hosts: monkeypatch.setattr(data_set, "hosts", hosts))


@pytest.fixture
def own(monkeypatch, tmp_path):
    """$D2LMX_DATA, which is not there yet."""
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def server(case):
    """A server that has the files; its folder "good" is the only host."""
    with file_server(case.files) as server:
        case.set_hosts(f"{server.base}/good")
        yield server


def assert_error(case, message, root=None):
    """By its name or by "auto", which does not hide it, the data set gives a ValueError."""
    for name in (case.real, "auto"):
        with pytest.raises(ValueError, match=message):
            case.load(name, root)


# --- Where they are

def test_data_are_looked_for_in_the_users_folder_and_the_cache(no_data, monkeypatch):
    for value, expected in (("", [no_data]), ("~/data", [Path.home() / "data", no_data])):
        monkeypatch.setenv("D2LMX_DATA", value)
        assert data_folders() == expected
    assert data_folders("~/root") == [Path.home() / "root"]


def test_the_users_folder_comes_first_where_it_has_the_files_whatever_their_hash(case, no_data, own):
    assert case.find() is None
    cached = write(case.files, no_data / case.folder)
    assert case.find() == case.find(str(no_data)) == case.get() == cached
    folder = write(dict.fromkeys(case.files, b"other content"), own / case.folder)
    assert case.find() == case.find(own) == case.get() == case.get(own) == folder


@pytest.mark.parametrize("name", ["fashion-mnist", "other"])
def test_the_folder_of_the_files_itself_does_as_well(case, monkeypatch, tmp_path, name):
    folder = write(case.files, tmp_path / name)
    monkeypatch.setenv("D2LMX_DATA", str(folder))
    assert case.find() == case.find(folder) == case.get() == case.get(folder) == folder


def test_some_of_the_users_files_are_an_error(case, no_data, own):
    first, *missing = case.files
    cached = write(case.files, no_data / case.folder)
    folder = write({first: b""}, own / case.folder)
    assert (case.find(), case.find(own)) == (cached, None)
    assert_error(case, f"^{folder}: expected the {len(case.files)} files of {case.title}, got some without "
                       f"{', '.join(missing)}: put those there too, or unset D2LMX_DATA$")


@pytest.mark.parametrize("path", ["file", "file/folder", "folder"])
def test_what_cannot_be_a_folder_is_an_error(case, monkeypatch, tmp_path, path):
    (tmp_path / "file").touch()
    at_fault = tmp_path / "file"
    if path == "folder":
        write({case.folder: b""}, tmp_path / path)
        at_fault = tmp_path / path / case.folder
    message = f"^{at_fault}: expected a folder, for the files of {case.title}, got something that is not a folder"
    assert_error(case, message, tmp_path / path)
    monkeypatch.setenv("D2LMX_DATA", str(tmp_path / path))
    assert_error(case, message)


# --- How they get there

@pytest.mark.parametrize("mirror, tries", [
    ("good", ["/good/"]), ("good/", ["/good/"]), ("nested/", ["/nested/", "/nested/{folder}/"])])
def test_downloads_to_the_cache_from_the_mirror_first_and_finds_them_there(
        case, server, monkeypatch, no_data, mirror, tries):
    monkeypatch.setenv("D2LMX_MIRROR", f"{server.base}/{mirror}")
    for _ in range(2):
        assert case.get() == no_data / case.folder
    assert read(no_data / case.folder) == case.files
    assert server.requests == [path.format(folder=case.folder) + name for name in case.files for path in tries]


def test_hosts_are_tried_in_turn_for_what_the_cache_has_not_or_has_damaged(case, server, no_data):
    first, *whole, last = case.files
    write({**case.files, first: b"damaged"}, no_data / case.folder)
    (no_data / case.folder / last).unlink()
    case.set_hosts(*(f"{server.base}/{host}" for host in ("missing", "half", "good")))
    case.get()
    assert server.requests == [f"/{host}/{name}" for name in (first, last) for host in ("missing", "half", "good")]
    assert read(no_data / case.folder) == case.files


@pytest.mark.parametrize("itself", [False, True], ids=["root", "folder of the files"])
def test_root_gets_what_it_lacks_and_keeps_what_it_has(case, server, no_data, own, tmp_path, itself):
    write(case.files, own / case.folder)  # which is not asked for
    name = list(case.files)[-1]
    folder = write({name: b"the user's own"}, tmp_path / case.folder)
    assert case.get(str(folder if itself else tmp_path)) == folder
    assert read(folder) == {**case.files, name: b"the user's own"}
    assert not no_data.exists()


def test_the_users_folder_is_never_written(case, server, own):
    own.mkdir()
    case.get()
    assert list(own.iterdir()) == []


@pytest.mark.parametrize("mirror", ["localhost:8000", "/srv/data", "ftp://host", "http:/host"])
def test_a_mirror_that_is_no_url_is_an_error_before_any_host_is_asked(case, server, monkeypatch, tmp_path, mirror):
    monkeypatch.setenv("D2LMX_MIRROR", mirror)
    assert_error(case, f"^D2LMX_MIRROR: expected a URL such as http://host:8000, got '{mirror}'; for a folder on this "
                       "machine set D2LMX_DATA$")
    assert server.requests == []
    write(case.files, tmp_path / case.folder)
    case.get(tmp_path)  # needs no mirror


# --- What cannot be had

@pytest.fixture
def refused(case):
    """Two hosts where nobody listens."""
    hosts = [f"http://127.0.0.1:{unused_port()}/{host}" for host in "ab"]
    case.set_hosts(*hosts)
    return hosts


def test_by_its_name_the_data_set_fails_with_every_source_and_file(case, refused):
    with pytest.raises(DataUnavailable) as caught:
        case.load(case.real, report=pytest.fail)
    first, *_ = case.files
    sources = "; ".join(f"{host}/{first}: Connection refused" for host in refused)
    assert str(caught.value).startswith(f"{first} cannot be had. {sources}. The offline way: put {first} into ")
    assert str(caught.value).endswith(f" The files of {case.title}: {', '.join(case.files)}.")


@pytest.mark.parametrize("there, reason", [(False, "not there"), (True, "no such file")])
def test_a_folder_of_the_user_that_was_of_no_use_is_named(case, own, tmp_path, there, reason):
    if there:
        write({}, own / case.folder)
    with pytest.raises(DataUnavailable, match=rf"\. D2LMX_DATA has none of them \({own / case.folder}: {reason}\)\.$"):
        case.get()
    with pytest.raises(DataUnavailable, match=rf"{list(case.files)[-1]}\.$"):
        case.get(tmp_path / "root")  # which is what was looked into


def test_auto_goes_on_without_files_and_says_why_and_how_in_one_line(case, refused, no_data, tmp_path):
    for root in (None, tmp_path / "root"):
        lines = []
        assert case.load("auto", root, lines.append).name == case.embedded
        *names, last = case.files
        assert lines == [
            f"Cannot find or download {case.title} (Connection refused): going on with scikit-learn's {case.embedded} "
            f"data. To use {case.title}, put {', '.join(names)} and {last} into {(root or no_data) / case.folder}, "
            "or set D2LMX_DATA or D2LMX_MIRROR."]


def test_embedded_data_by_name_look_for_nothing(case, monkeypatch):
    monkeypatch.setattr(type(case.data_set), "get", pytest.fail)
    assert case.load(case.embedded).name == case.embedded


def test_an_unknown_name_is_an_error(case):
    with pytest.raises(ValueError, match=f"expected 'auto', '{case.real}' or '{case.embedded}', got 'boston'"):
        case.load("boston")


def test_home_folder_that_cannot_be_found(monkeypatch):
    monkeypatch.setenv("D2LMX_DATA", "~nosuchuser/data")
    with pytest.raises(ValueError, match="D2LMX_DATA: expected the path of a folder, got ~nosuchuser/data"):
        FASHION_MNIST.get()
    with pytest.raises(ValueError, match="data folder: expected the path"):
        FASHION_MNIST.get("~nosuchuser")
