"""A real HTTP server on 127.0.0.1 that gives files, or fails to in the ways that hosts do."""
import contextlib
import http.server
import socket
import struct
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    """The first part of the path says how to behave, the last which file is asked for: /half/any/name."""

    def do_GET(self):
        self.server.requests.append(self.path)
        _, behaviour, *_, name = self.path.split("/")
        content = self.server.files.get(name)
        if content is None or behaviour == "missing":
            self.send_error(404)
        else:
            getattr(self, behaviour)(content)

    def good(self, content, part=None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:part])
        self.wfile.flush()

    def nested(self, content):
        """A mirror laid out as D2LMX_DATA."""
        self.good(content) if self.path.count("/") > 2 else self.send_error(404)

    def html(self, content):
        self.good(b"\n<!DOCTYPE html><title>Please log in</title>")

    def wrong(self, content):
        self.good(content[::-1])

    def empty(self, content):
        self.good(b"")

    def half(self, content):
        self.good(content, part=len(content) // 2)

    def reset(self, content):
        self.half(content)
        # Closing with a linger time of 0 sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def silent(self, content):
        self.server.closing.wait(20)

    def stalling(self, content):
        self.half(content)
        self.server.half_sent.set()
        self.server.closing.wait(20)

    def pausing(self, content):
        """Longer than the half second after which a progress bar appears."""
        self.half(content)
        self.server.closing.wait(0.7)
        self.wfile.write(content[len(content) // 2:])

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Serves `files`, {name: bytes}, at the URL `base`, and keeps the paths of its `requests`."""

    def __init__(self, files):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.requests, self.base = files, [], f"http://127.0.0.1:{self.server_port}"
        self.half_sent, self.closing = threading.Event(), threading.Event()

    def handle_error(self, request, client_address):
        pass  # the client was killed, or the connection reset on purpose


@contextlib.contextmanager
def file_server(files):
    """Serve files, {name: bytes}; yields the server."""
    with Server(files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def unused_port():
    """A port of 127.0.0.1 where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
