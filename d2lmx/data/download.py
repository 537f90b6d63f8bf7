"""Downloads. A file that is there afterwards has the right digest."""
import hashlib
import sys
import threading
from pathlib import Path

from d2lmx.files import atomic_path

# Seconds to connect, and to wait for the next bytes. Each address of a host, and there may be eight, gets the first.
TIMEOUT = (3.05, 30)


class DataUnavailable(OSError):
    """Data that cannot be had. The message names every source tried, what was wrong with each, and the offline way.

    Attributes
    ----------
    reasons : tuple of str
        What was wrong, in short, one for each source.
    """

    def __init__(self, message, reasons=()):
        super().__init__(message)
        self.reasons = tuple(reasons)


def fetch(name, sha256, urls, folder, size=None, note=""):
    """Path of the file that has this SHA-256, in hexadecimal: the one in `folder`, else downloaded from one of `urls`.

    Progress (of `size` bytes) and the source go to stderr. A file with another digest is replaced once the right one is
    there. Where no source gives it, or it cannot be written, a DataUnavailable says so; `note` ends its message.
    """
    path = Path(folder) / name
    failures = {}
    if path.is_file():
        failures[path] = _problem(path, sha256)
        if not failures[path]:
            return path

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
                          f"or set D2LMX_MIRROR to the URL of a folder that has it.{note}", failures.values())


def _download(url, path, name, size):
    import pooch
    from tqdm import tqdm

    download = pooch.HTTPDownloader(chunk_size=1 << 16, timeout=TIMEOUT)
    # It can take half a minute to give up a host that does not answer: say what is waited for.
    notice = threading.Timer(1, print, [f"\r{name}: asking {url}"], {"file": sys.stderr})
    notice.start()
    # Pooch's own bar stays open where a connection breaks. Short downloads end before the bar appears.
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
    """Why a download failed, in the words of the innermost exception: requests and urllib3 wrap it several times."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP status {response.status_code} ({response.reason})"
    while error.__context__ and type(error).__module__.partition(".")[0] in ("requests", "urllib3"):
        error = error.__context__
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
