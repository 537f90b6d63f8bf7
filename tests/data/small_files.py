"""Small files in the place of a data set's official ones."""
import hashlib

from d2lmx.data.storage import File


def make_official(monkeypatch, data_set, contents, shapes):
    """Let `contents`, {name: bytes}, be the official files of a `DataFiles`."""
    monkeypatch.setattr(data_set, "files", {
        name: File(hashlib.sha256(content).hexdigest(), len(content), shapes[name])
        for name, content in contents.items()})


def write(contents, folder):
    """Write files, {name: bytes}, to a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def read(folder):
    """The files of a folder, {name: bytes}."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
