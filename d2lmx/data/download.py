"""Files from the network that are the right ones, or not there at all."""
import hashlib
import sys
import threading
from pathlib import Path

from d2lmx.files import atomic_path

# Seconds to connect and to wait for the next bytes. A host may have eight addresses, each of which gets the first.
TIMEOUT = (3.05, 30)


class DataUnavailable(OSError):
    """Data that cannot be had: the message names every source tried, what was wrong with each, and the offline way.

    Attributes
    ----------
    reasons : tuple of str
        What was wrong, shorter, one per source.
    """

    def __init__(self, message, reasons=()):
        super().__init__(message)
        self.reasons = tuple(reasons)


def fetch(name, sha256, urls, folder, size=None):
    """The path of a file that has the right SHA-256: the one in `folder`, else a download.

    Parameters
    ----------
    name : str
        Name of the file in `folder`.
    sha256 : str
        Its digest in hexadecimal.
    urls : sequence of str
        Where to get it, tried in turn. Progress goes to stderr, and a line that says where the file came from.
    folder : str or Path
        Made where it is missing. A file of that name with another digest is replaced once the right one is there.
    size : int, optional
        In bytes, for the progress bar.

    Returns
    -------
    Path

    Raises
    ------
    DataUnavailable
        No source gave the file, or it could not be written.
    """
    path = Path(folder) / name
    failures = {}
    if path.is_file():
        problem = _problem(path, sha256)
        if problem is None:
            return path
        failures[path] = problem

    from requests import RequestException  # takes a while to import, so only where something is downloaded

    for url in urls:
        try:
            with atomic_path(path) as temporary:
                _download(url, temporary, name, size)
                problem = _problem(temporary, sha256)
                if problem:
                    raise ValueError(problem)
        except (RequestException, ValueError) as error:
            failures[url] = _reason(error)
        except OSError as error:  # of this machine: another source would not help
            failures[path] = f"cannot be written ({error})"
            break
        else:
            print(f"{name}: downloaded from {url}", file=sys.stderr)
            return path
    tried = "; ".join(f"{source}: {reason}" for source, reason in failures.items())
    raise DataUnavailable(f"{name} cannot be had. {tried}. The offline way: put {name} into {path.parent}, "
                          "or set D2LMX_MIRROR to the URL of a folder that has it.", failures.values())


def _download(url, path, name, size):
    import pooch
    from tqdm import tqdm

    download = pooch.HTTPDownloader(chunk_size=1 << 16, timeout=TIMEOUT)
    # A host that is cut off may take half a minute to be given up: tell why nothing seems to happen.
    notice = threading.Timer(1, print, [f"\r{name}: asking {url}"], {"file": sys.stderr})
    notice.start()
    # Pooch's own bar stays open where a connection breaks. The delay spares short downloads a bar.
    try:
        with path.open("wb") as file, tqdm.wrapattr(file, "write", size, desc=name, delay=0.5, leave=False) as target:
            download(url, target, None)
    finally:
        notice.cancel()


def _problem(path, sha256):
    """What is wrong with a file, or None where it has the digest."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest == sha256:
        return None
    if not content:
        return "an empty file"
    if content.lstrip().startswith(b"<"):
        return "a web page instead of the file"
    return f"another file, or a damaged one ({len(content)} bytes, sha256 {digest[:12]}..., not {sha256[:12]}...)"


def _reason(error):
    """Why a download failed: the words of the innermost exception, which requests and urllib3 wrap several times."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP status {response.status_code} ({response.reason})"
    while error.__context__ and type(error).__module__.partition(".")[0] in ("requests", "urllib3"):
        error = error.__context__
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
