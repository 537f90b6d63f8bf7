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
        behaviour, content = self.path.split("/")[1], self.server.files.get(self.path.rpartition("/")[2])
        if content is None or behaviour == "missing":
            self.send_error(404)
        else:
            getattr(self, behaviour)(content)

    def answer(self, body, length=None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def good(self, content):
        self.answer(content)

    def nested(self, content):
        """A mirror laid out as D2LMX_DATA."""
        self.answer(content) if "/fashion-mnist/" in self.path else self.send_error(404)

    def html(self, content):
        self.answer(b"\n<!DOCTYPE html><title>Please log in</title>")

    def wrong(self, content):
        self.answer(content[::-1])

    def empty(self, content):
        self.answer(b"")

    def half(self, content):
        self.answer(content[:len(content) // 2], length=len(content))

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
    def handle_error(self, request, client_address):
        pass  # the client was killed, or the connection reset on purpose


@contextlib.contextmanager
def file_server(files):
    """Serve `files`, a dict of name to bytes; yields the server, whose `base` is its URL."""
    server = Server(("127.0.0.1", 0), Handler)
    server.files, server.requests = files, []
    server.half_sent, server.closing = threading.Event(), threading.Event()
    server.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def unused_port():
    """A port of 127.0.0.1 where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
