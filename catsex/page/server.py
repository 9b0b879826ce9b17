"""A web server for the page alone: a fixed table of files, served to this machine only."""

import http.server
import threading

from catsex.errors import CatsexError, reason

# Nothing from elsewhere, and nothing to elsewhere: what the page promises, the browser enforces.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",  # the service worker keeps the page; a new version must be seen
}
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".tflite": "application/octet-stream",
}


class PageServer(http.server.ThreadingHTTPServer):
    """Answers GET for the files in a table, if it is asked by the name of this machine.

    Parameters
    ----------
    files : dict of str to bytes or Path
        By name; `index.html` is also what "/" gets.
    port : int
        0 for any that is free.

    Raises
    ------
    CatsexError
        If the port is taken.

    Attributes
    ----------
    url : str
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, files, port=0):
        self.files = {f"/{name}": content for name, content in files.items()}
        self.files["/"] = self.files["/index.html"]
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise CatsexError(f"port {port} cannot be used: {reason(error)}; choose another one with --port") from error
        self.url = f"http://localhost:{self.server_port}/"

    def start(self):
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Ignore browsers that disconnect."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: "PageServer"
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "catsex", ""
    timeout = 60  # seconds that an idle connection is kept

    def do_GET(self):
        # Another site can point a name of its own at 127.0.0.1, and would then be taken for us by the browser.
        port = self.server.server_port
        if self.headers.get("Host") not in (f"localhost:{port}", f"127.0.0.1:{port}"):
            self._answer(421, b"asked by a wrong name\n")
            return
        path = self.path.split("?", 1)[0]
        content = self.server.files.get(path)
        if content is None:
            self._answer(404, b"no such file\n")
            return
        if not isinstance(content, bytes):
            content = content.read_bytes()
        ending = path[path.rfind(".") :] if "." in path else ".html"
        self._answer(200, content, KINDS.get(ending, "application/octet-stream"))

    def _answer(self, status, content, kind="text/plain; charset=utf-8"):
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code, message=None, explain=None):
        """Refuse any other method, and malformed requests, in one line."""
        self.close_connection = True
        self._answer(405 if code == 501 else code, b"refused\n")

    def log_message(self, *args):
        """Keep no log of requests."""
