import hashlib
import os
import signal
import stat
import subprocess
import sys

import pytest

from d2lmx.data import download
from d2lmx.data.download import DataUnavailable, fetch
from tests.data.file_server import file_server, unused_port

NAME = "data.bin"
CONTENT = bytes(range(256)) * 2000  # several of the pieces in which files are downloaded
SHA256 = hashlib.sha256(CONTENT).hexdigest()

# What each misbehaviour of a host is called in the error. Whether a short body is noticed by its length or by its
# hash depends on the version of urllib3.
FAILURES = {
    "missing": r"HTTP status 404 \(Not Found\)",
    "html": "a web page instead of the file",
    "wrong": r"another file, or a damaged one \(512000 bytes, sha256 \w{12}\.\.\., not " + SHA256[:12],
    "empty": "an empty file",
    "half": r"IncompleteRead\(256000 bytes read, 256000 more expected\)|.*damaged one",
    "reset": "Connection reset by peer|.*256000 more expected|.*damaged one",
    "silent": "timed out",
    "stalling": "timed out",
}


@pytest.fixture(autouse=True)
def direct_and_impatient(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(download, "TIMEOUT", (5, 0.3))


@pytest.fixture
def server():
    with file_server({NAME: CONTENT}) as server:
        yield server


def url(server, behaviour):
    return f"{server.base}/{behaviour}/{NAME}"


def run_fetch(setup, sources, folder):
    """A process that downloads, after the statements `setup`; it prints the path, or the DataUnavailable."""
    code = ("import sys; from d2lmx.data.download import DataUnavailable, fetch\n"
            f"{setup}\n"
            f"try: print(fetch({NAME!r}, {SHA256!r}, {sources!r}, {str(folder)!r}))\n"
            "except DataUnavailable as error: print('unavailable:', error)")
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})


def test_downloads_into_a_new_folder_and_says_so_in_one_line_on_stderr(server, tmp_path, capfd):
    path = fetch(NAME, SHA256, [url(server, "good")], tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / NAME
    assert path.read_bytes() == CONTENT
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == [f"{NAME}: downloaded from {url(server, 'good')}"]


def test_a_long_download_shows_its_progress_and_clears_it(server, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", (5, 5))
    path = fetch(NAME, SHA256, [url(server, "pausing")], tmp_path, size=len(CONTENT))
    assert path.read_bytes() == CONTENT
    bar, cleared, line = capfd.readouterr().err.split("\r")[-3:]
    assert bar.startswith(f"{NAME}:  5") and "/500k" in bar
    assert (cleared.strip(), line) == ("", f"{NAME}: downloaded from {url(server, 'pausing')}\n")


def test_a_host_that_keeps_silent_is_named_while_it_is_waited_for(server, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", (5, 1.5))
    fetch(NAME, SHA256, [url(server, "silent"), url(server, "good")], tmp_path)
    lines = [line for line in capfd.readouterr().err.splitlines() if line.strip()]
    assert lines == [f"{NAME}: asking {url(server, 'silent')}", f"{NAME}: downloaded from {url(server, 'good')}"]


def test_others_may_read_the_file_as_the_umask_says(server, tmp_path):
    umask = os.umask(0o022)
    try:
        path = fetch(NAME, SHA256, [url(server, "good")], tmp_path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_the_file_that_is_there_needs_neither_source_nor_pooch(tmp_path):
    (tmp_path / NAME).write_bytes(CONTENT)
    lazy = "import atexit; atexit.register(lambda: print({'pooch', 'tqdm', 'requests'} & set(sys.modules)))"
    out, err = run_fetch(lazy, [], tmp_path).communicate(timeout=60)
    assert (out.split(), err) == ([str(tmp_path / NAME), "set()"], "")


@pytest.mark.parametrize("behaviour", FAILURES)
def test_a_host_that_fails_leads_to_the_next(server, behaviour, tmp_path):
    path = fetch(NAME, SHA256, [url(server, behaviour), url(server, "good")], tmp_path)
    assert path.read_bytes() == CONTENT
    assert server.requests == [f"/{behaviour}/{NAME}", f"/good/{NAME}"]
    assert os.listdir(tmp_path) == [NAME]


@pytest.mark.parametrize("behaviour, reason", FAILURES.items())
def test_the_last_host_that_fails_is_an_error_that_says_how(server, behaviour, reason, tmp_path):
    with pytest.raises(DataUnavailable, match=f"{url(server, behaviour)}: ({reason})") as caught:
        fetch(NAME, SHA256, [url(server, behaviour)], tmp_path)
    assert f"put {NAME} into {tmp_path}, or set D2LMX_MIRROR" in str(caught.value)
    assert os.listdir(tmp_path) == []


def test_the_error_names_every_source_with_its_own_reason_on_one_line(server, tmp_path):
    refused = f"http://127.0.0.1:{unused_port()}/{NAME}"
    sources = [refused, url(server, "missing"), url(server, "html"), "no-scheme"]
    with pytest.raises(DataUnavailable) as caught:
        fetch(NAME, SHA256, sources, tmp_path)
    assert len(caught.value.reasons) == 4
    for source, reason in zip(sources, ("Connection refused", "HTTP status 404", "a web page", "Invalid URL")):
        assert f"{source}: {reason}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_that_is_there_is_replaced(server, tmp_path):
    (tmp_path / NAME).write_bytes(CONTENT[:-1])
    assert fetch(NAME, SHA256, [url(server, "missing"), url(server, "good")], tmp_path).read_bytes() == CONTENT
    assert os.listdir(tmp_path) == [NAME]


def test_a_damaged_file_that_cannot_be_replaced_is_named(server, tmp_path):
    (tmp_path / NAME).write_bytes(CONTENT[:-1])
    for _ in range(2):  # and is not trusted by a later run
        with pytest.raises(DataUnavailable, match=f"{tmp_path / NAME}: another file, or a damaged one.*; http"):
            fetch(NAME, SHA256, [url(server, "missing")], tmp_path)


def test_a_folder_that_cannot_be_written_is_an_error_at_once(server, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    folder = tmp_path / "file" / "folder"
    with pytest.raises(DataUnavailable, match=rf"{folder / NAME}: cannot be written \(.*Not a directory"):
        fetch(NAME, SHA256, [url(server, "good"), url(server, "good")], folder)
    assert server.requests == []


def test_a_full_disk_is_an_error_and_leaves_nothing(server, tmp_path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))"
    out, err = run_fetch(limit, [url(server, "good")] * 2, tmp_path).communicate(timeout=60)
    assert out.startswith(f"unavailable: {NAME} cannot be had. {tmp_path / NAME}: cannot be written ([Errno 27]"), err
    assert len(server.requests) == 1
    assert os.listdir(tmp_path) == []


def test_a_process_killed_half_way_leaves_nothing_that_a_later_run_trusts(server, tmp_path):
    process = run_fetch("", [url(server, "stalling")], tmp_path)
    assert server.half_sent.wait(30), "the download never began"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / NAME).exists()
    assert fetch(NAME, SHA256, [url(server, "good")], tmp_path).read_bytes() == CONTENT
