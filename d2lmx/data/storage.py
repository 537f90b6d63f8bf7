"""The files of a data set: where they are, and how missing ones get there."""
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from d2lmx.data.download import DataUnavailable, fetch


class File(NamedTuple):
    """What is known of a file: digest, size in bytes, and shape of the array or table in it."""

    sha256: str
    size: int
    shape: tuple


@dataclass
class DataFiles:
    """The files of a data set, {name: File}, the name of their folder, and the URLs of hosts that have them.

    Messages call the data set `title`.
    """

    folder: str
    title: str
    hosts: tuple
    files: dict

    def find(self, root=None):
        """The folder with all files, in `root` or else in the `data_folders`, or None; downloads and reads nothing."""
        folders = (self._place(base) for base in data_folders(root))
        return next((folder for folder in folders if not self._missing(folder)), None)

    def get(self, root=None):
        """The folder with all files, missing ones downloaded; a DataUnavailable where that fails.

        Files in `root` and `$D2LMX_DATA` are the user's own: any hash will do, and they are never replaced. Files in
        the cache must have the right hash.
        """
        searched = ""
        own = _own_folder(root)
        if own:
            folder = self._place(own)
            self._validate(folder)
            missing = self._missing(folder)
            if root or not missing:
                return self._download(missing, folder)
            if len(missing) < len(self.files):
                raise ValueError(f"{folder}: expected the {len(self.files)} files of {self.title}, got some without "
                                 f"{', '.join(missing)}: put those there too, or unset D2LMX_DATA")
            reason = "no such file" if folder.is_dir() else "not there"
            searched = f" D2LMX_DATA has none of them ({folder}: {reason})."
        return self._download(self.files, _cache_folder() / self.folder, searched)

    def _place(self, base):
        # Some users name the folder of the files itself, not the one it lies in.
        folder = base / self.folder
        itself = not self._missing(base) or (base.name == self.folder and not folder.exists())
        return base if itself else folder

    def _validate(self, folder):
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        if not nearest.is_dir():
            raise ValueError(f"{nearest}: expected a folder, for the files of {self.title}, got something that is not "
                             "a folder; give the path of a folder, there or to be made")

    def _missing(self, folder):
        return [name for name in self.files if not (folder / name).is_file()]

    def _download(self, names, folder, searched=""):
        note = f" The files of {self.title}: {', '.join(self.files)}.{searched}"
        for name in names:
            bases = [*_mirrors(self.folder), *self.hosts]
            sha256, size, _ = self.files[name]
            fetch(name, sha256, [f"{base}/{name}" for base in bases], folder, size, note)
        return folder


def load_by_name(name, loaders, data_files, root, report):
    """The data called `name`, by one of two loaders, {name: function}: of `data_files`, and of data that need none.

    "auto" is the first or, where its files cannot be had, the second; then `report` gets a line on why.
    """
    real, embedded = loaders
    if name not in ("auto", real, embedded):
        raise ValueError(f"name: expected 'auto', {real!r} or {embedded!r}, got {name!r}")
    if name != embedded:
        try:
            return loaders[real](root)
        except DataUnavailable as error:
            if name == real:
                raise
            *names, last = data_files.files
            report(f"Cannot find or download {data_files.title} ({'; '.join(dict.fromkeys(error.reasons))}): going on "
                   f"with scikit-learn's {embedded} data. To use {data_files.title}, put {', '.join(names)} and {last} "
                   f"into {data_folders(root)[0] / data_files.folder}, or set D2LMX_DATA or D2LMX_MIRROR.")
    return loaders[embedded]()


def data_folders(root=None):
    """Where data are looked for, in order: `root` if given, else `$D2LMX_DATA` if set, then the user's cache."""
    own = _own_folder(root)
    if root:
        return [own]
    return [own, _cache_folder()] if own else [_cache_folder()]


def _own_folder(root=None):
    folder = root or os.environ.get("D2LMX_DATA")
    try:
        return Path(folder).expanduser() if folder else None
    except RuntimeError:  # no such user, or a user without a home
        raise ValueError(f"{'data folder' if root else 'D2LMX_DATA'}: expected the path of a folder, got {folder!s}, "
                         "and the home folder that it speaks of cannot be found") from None


def _cache_folder():
    import pooch  # slow to import, and not needed where the user's own folder has the files

    return Path(pooch.os_cache("d2lmx"))


def _mirrors(name):
    mirror = os.environ.get("D2LMX_MIRROR", "").rstrip("/")
    if not mirror:
        return []
    if not mirror.lower().startswith(("http://", "https://")):
        raise ValueError(f"D2LMX_MIRROR: expected a URL such as http://host:8000, got {mirror!r}; for a folder on this "
                         "machine set D2LMX_DATA")
    # A mirror has the files where it says, or is laid out as D2LMX_DATA is.
    return [mirror, f"{mirror}/{name}"]
