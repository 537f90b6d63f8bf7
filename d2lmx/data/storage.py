"""Where the files of a data set are, and how those that are missing get there."""
import os
from pathlib import Path

from d2lmx.data.download import DataUnavailable, fetch


def data_folders():
    """Where data are looked for, in order: `$D2LMX_DATA` where that is set, then the user's cache.

    Returns
    -------
    list of Path
    """
    return [*_own_folder(), _cache_folder()]


def find_folder(name, files, root=None):
    """The folder called `name` that has all of `files`, or None; nothing is downloaded, nor read.

    Parameters
    ----------
    name : str
    files : iterable of str
    root : str or Path, optional
        Where to look; by default in the `data_folders`.

    Returns
    -------
    Path or None
    """
    bases = data_folders() if root is None else [Path(root).expanduser()]
    folders = (_place(base, name, files) for base in bases)
    return next((folder for folder in folders if not _missing(files, folder)), None)


def get_folder(name, title, files, hosts, root=None):
    """The folder with the files of a data set, those that were missing downloaded.

    What lies in `root` or `$D2LMX_DATA` is the user's own: it is taken as it is, whatever its hash, and not replaced.
    What lies in the cache must have the right hash.

    Parameters
    ----------
    name : str
        Of the folder, in `root`, `$D2LMX_DATA` or the cache.
    title : str
        What messages call the data set.
    files : dict of str to tuple
        By file name: sha256, size in bytes, and whatever else.
    hosts : sequence of str
        URLs of the folders to download from; `$D2LMX_MIRROR` comes first where it is set.
    root : str or Path, optional

    Returns
    -------
    Path

    Raises
    ------
    DataUnavailable
        A file is neither there nor can be downloaded.
    ValueError
        `$D2LMX_DATA/name` has some of the files and lacks others; or what should be a folder is a file; or
        `$D2LMX_MIRROR`, where it is needed, is no URL.
    """
    if root is not None:
        folder = _place(Path(root).expanduser(), name, files)
        _check_folder(folder, title)
        return _download(_missing(files, folder), title, files, hosts, folder)
    searched = ""
    for base in _own_folder():
        folder = _place(base, name, files)
        _check_folder(folder, title)
        missing = _missing(files, folder)
        if not missing:
            return folder
        if len(missing) < len(files):
            raise ValueError(f"{folder}: expected the {len(files)} files of {title}, got some without "
                             f"{', '.join(missing)}: put those there too, or unset D2LMX_DATA")
        searched = f" D2LMX_DATA has none of them ({folder}: {'no such file' if folder.is_dir() else 'not there'})."
    return _download(files, title, files, hosts, _cache_folder() / name, searched)


def _place(base, name, files):
    # Some point at the folder of the files itself, and not at the one it lies in.
    return base / name if _missing(files, base) else base


def _own_folder():
    value = os.environ.get("D2LMX_DATA")
    return [Path(value).expanduser()] if value else []


def _cache_folder():
    import pooch  # takes a while to import, so only where the user's own folder does not do

    return Path(pooch.os_cache("d2lmx"))


def _missing(files, folder):
    return [file for file in files if not (folder / file).is_file()]


def _check_folder(folder, title):
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir():
        raise ValueError(f"{nearest}: expected a folder, for the files of {title}, got something that is not a folder; "
                         "give the path of a folder, there or to be made")


def _download(missing, title, files, hosts, folder, searched=""):
    if not missing:
        return folder
    bases = [*_mirrors(folder.name), *hosts]
    try:
        for file in missing:
            sha256, size, *_ = files[file]
            fetch(file, sha256, [f"{base}/{file}" for base in bases], folder, size)
    except DataUnavailable as error:
        raise DataUnavailable(f"{error} The files of {title}: {', '.join(files)}.{searched}", error.reasons) from None
    return folder


def _mirrors(name):
    mirror = os.environ.get("D2LMX_MIRROR", "")
    if not mirror:
        return []
    if not mirror.lower().startswith(("http://", "https://")):
        raise ValueError(f"D2LMX_MIRROR: expected a URL such as http://host:8000, got {mirror!r}; for a folder on this "
                         "machine set D2LMX_DATA")
    base = mirror.rstrip("/")
    # A mirror has the files where it says, or is laid out as D2LMX_DATA is.
    return [base, f"{base}/{name}"]
