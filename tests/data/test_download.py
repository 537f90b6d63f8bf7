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
from tests.data.small_files import read, write
from tests.fresh import ROOT

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


@pytest.fixture
def server(monkeypatch):
    """A server that has the file; `server.url(behaviour)` is where."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(download, "TIMEOUT", (5, 0.3))
    with file_server({NAME: CONTENT}) as server:
        server.url = lambda behaviour: f"{server.base}/{behaviour}/{NAME}"
        yield server


def start(setup, urls, folder):
    """A process that downloads, after the statements `setup`; it prints the path, or the DataUnavailable."""
    code = ("import sys; from d2lmx.data.download import DataUnavailable, fetch\n"
            f"{setup}\n"
            f"try: print(fetch({NAME!r}, {SHA256!r}, {urls!r}, {str(folder)!r}))\n"
            "except DataUnavailable as error: print('unavailable:', error)")
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_downloads_into_a_new_folder_and_says_so_in_one_line_on_stderr(server, tmp_path, capfd):
    umask = os.umask(0o022)
    try:
        path = fetch(NAME, SHA256, [server.url("good")], tmp_path / "new" / "folder")
    finally:
        os.umask(umask)
    assert path == tmp_path / "new" / "folder" / NAME
    assert path.read_bytes() == CONTENT
    assert stat.S_IMODE(path.stat().st_mode) == 0o644  # others may read the file, as the umask says
    assert capfd.readouterr() == ("", f"{NAME}: downloaded from {server.url('good')}\n")


def test_a_long_download_shows_its_progress_and_clears_it(server, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", (5, 5))
    path = fetch(NAME, SHA256, [server.url("pausing")], tmp_path, size=len(CONTENT))
    assert path.read_bytes() == CONTENT
    bar, cleared, line = capfd.readouterr().err.split("\r")[-3:]
    assert bar.startswith(f"{NAME}:  5") and "/500k" in bar
    assert (cleared.strip(), line) == ("", f"{NAME}: downloaded from {server.url('pausing')}\n")


def test_a_host_that_keeps_silent_is_named_while_it_is_waited_for(server, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", (5, 1.5))
    fetch(NAME, SHA256, [server.url("silent"), server.url("good")], tmp_path)
    lines = [line for line in capfd.readouterr().err.splitlines() if line.strip()]
    assert lines == [f"{NAME}: asking {server.url('silent')}", f"{NAME}: downloaded from {server.url('good')}"]


def test_the_file_that_is_there_needs_neither_source_nor_pooch(tmp_path):
    write({NAME: CONTENT}, tmp_path)
    lazy = "import atexit; atexit.register(lambda: print({'pooch', 'tqdm', 'requests'} & set(sys.modules)))"
    out, err = start(lazy, [], tmp_path).communicate(timeout=60)
    assert (out.split(), err) == ([str(tmp_path / NAME), "set()"], "")


@pytest.mark.parametrize("behaviour, reason", FAILURES.items())
def test_a_host_that_fails_is_an_error_that_says_how_and_leads_to_the_next(server, behaviour, reason, tmp_path):
    failing = server.url(behaviour)
    with pytest.raises(DataUnavailable, match=f"{failing}: ({reason}).*: put {NAME} into {tmp_path}, or set D2LMX_MIR"):
        fetch(NAME, SHA256, [failing], tmp_path)
    assert read(tmp_path) == {}
    fetch(NAME, SHA256, [failing, server.url("good")], tmp_path)
    assert read(tmp_path) == {NAME: CONTENT}
    assert server.requests == [f"/{name}/{NAME}" for name in (behaviour, behaviour, "good")]


def test_the_error_names_every_source_with_its_own_reason_on_one_line(server, tmp_path):
    reasons = {f"http://127.0.0.1:{unused_port()}/{NAME}": "Connection refused",
               server.url("missing"): "HTTP status 404", server.url("html"): "a web page", "no-scheme": "Invalid URL"}
    with pytest.raises(DataUnavailable) as caught:
        fetch(NAME, SHA256, [*reasons], tmp_path, note=" And a note.")
    assert all(found.startswith(reason) for found, reason in zip(caught.value.reasons, reasons.values()))
    assert all(f"{source}: {reason}" in str(caught.value) for source, reason in reasons.items())
    assert "\n" not in str(caught.value) and str(caught.value).endswith(". And a note.")


def test_a_damaged_file_is_named_where_it_cannot_be_replaced_and_replaced_where_it_can(server, tmp_path):
    write({NAME: CONTENT[:-1]}, tmp_path)
    for _ in range(2):  # a later run does not trust it either
        with pytest.raises(DataUnavailable, match=f"{tmp_path / NAME}: another file, or a damaged one.*; http"):
            fetch(NAME, SHA256, [server.url("missing")], tmp_path)
    fetch(NAME, SHA256, [server.url("missing"), server.url("good")], tmp_path)
    assert read(tmp_path) == {NAME: CONTENT}


def test_a_folder_that_cannot_be_written_is_an_error_at_once(server, tmp_path):
    folder = write({"file": b"not a folder"}, tmp_path) / "file" / "folder"
    with pytest.raises(DataUnavailable, match=rf"{folder / NAME}: cannot be written \(.*Not a directory"):
        fetch(NAME, SHA256, [server.url("good")] * 2, folder)
    assert server.requests == []


def test_a_full_disk_is_an_error_and_leaves_nothing(server, tmp_path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))"
    out, err = start(limit, [server.url("good")] * 2, tmp_path).communicate(timeout=60)
    assert out.startswith(f"unavailable: {NAME} cannot be had. {tmp_path / NAME}: cannot be written ([Errno 27]"), err
    assert len(server.requests) == 1
    assert read(tmp_path) == {}


def test_a_process_killed_half_way_leaves_nothing_that_a_later_run_trusts(server, tmp_path):
    process = start("", [server.url("stalling")], tmp_path)
    assert server.half_sent.wait(30), "the download never began"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / NAME).exists()
    assert fetch(NAME, SHA256, [server.url("good")], tmp_path).read_bytes() == CONTENT
