"""A web server for the page alone: a fixed table of files, for this machine, or shared in the local network."""

import gzip
import hashlib
import http.server
import re
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
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".tflite": "application/octet-stream",
}


# Such a name changes with the content: esbuild puts a checksum into it.
NAMED_BY_CONTENT = re.compile(r"-[0-9A-Z]{8}\.(js|css)")
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED = (".html", ".css", ".js", ".json", ".wasm", ".tflite")


class _File:
    """A file as it goes to a browser: its content, a tag that changes with it, and the content compressed."""

    def __init__(self, name, content):
        self.content = content if isinstance(content, bytes) else content.read_bytes()
        self.tag = f'W/"{hashlib.sha256(self.content).hexdigest()[:24]}"'
        ending = name[name.rfind(".") :] if "." in name else ".html"
        self.kind = KINDS.get(ending, "application/octet-stream")
        self.headers = {"ETag": self.tag}
        if NAMED_BY_CONTENT.search(name):
            self.headers["Cache-Control"] = FOR_EVER
        self._gzipped, self._lock = None if ending in COMPRESSED else self.content, threading.Lock()

    @property
    def gzipped(self):
        with self._lock:  # a class asks all at once
            if self._gzipped is None:
                self._gzipped = gzip.compress(self.content, 6, mtime=0)
            return self._gzipped


class PageServer(http.server.ThreadingHTTPServer):
    """Answers GET and HEAD for the files in a table, if it is asked by the name of this machine.

    Parameters
    ----------
    files : dict of str to bytes or Path
        By name; `index.html` is also what "/" gets.
    port : int
        0 for any that is free.
    address : str
        The address of this machine that it listens on. Whoever can reach it can open the page.
    context : ssl.SSLContext, optional
        Of an address that others can reach: files are encrypted, and compressed too.

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
    request_queue_size = 128  # connections that may wait: each browser opens several

    def __init__(self, files, port=0, address="127.0.0.1", context=None):
        self.files, self.context = {}, context
        for name, content in files.items():
            self.put(name, content)
        try:
            super().__init__((address, port), _Handler)
        except OSError as error:
            raise CatsexError(f"port {port} cannot be used: {reason(error)}; choose another one with --port") from error
        own = "localhost" if context is None else address
        self.hosts = {f"{name}:{self.server_port}" for name in (own, address)}
        self.url = f"http{'s' if context else ''}://{own}:{self.server_port}/"
        if context:
            threading.Thread(target=self._compress, daemon=True).start()

    def put(self, name, content):
        """Put a file into the table."""
        self.files[f"/{name}"] = _File(name, content)
        if name == "index.html":
            self.files["/"] = self.files["/index.html"]

    def _compress(self):
        for file in list(self.files.values()):
            _ = file.gzipped

    def start(self):
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def finish_request(self, request, client_address):
        """Answer one connection, in a thread of its own: who is slow to shake hands keeps nobody waiting."""
        if self.context is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(_Handler.timeout)
        with self.context.wrap_socket(request, server_side=True) as encrypted:
            super().finish_request(encrypted, client_address)

    def handle_error(self, request, client_address):
        """Ignore browsers that disconnect."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: "PageServer"
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "catsex", ""
    timeout = 60  # seconds that an idle connection is kept

    def do_GET(self):
        # Another site can point a name of its own at this address, and would then be taken for us by the browser.
        if self.headers.get("Host") not in self.server.hosts:
            self._answer(421, b"asked by a wrong name\n")
            return
        file = self.server.files.get(self.path.split("?", 1)[0])
        if file is None:
            self._answer(404, b"no such file\n")
        elif file.tag in self.headers.get("If-None-Match", ""):
            self._answer(304, None, **file.headers)
        elif self.server.context and "gzip" in self.headers.get("Accept-Encoding", ""):
            about = {"Content-Encoding": "gzip"} if file.gzipped is not file.content else {}
            self._answer(200, file.gzipped, file.kind, Vary="Accept-Encoding", **file.headers, **about)
        else:
            self._answer(200, file.content, file.kind, **file.headers)

    do_HEAD = do_GET

    def _answer(self, status, content, kind="text/plain; charset=utf-8", **more):
        self.send_response(status)
        for name, value in (HEADERS | more).items():
            self.send_header(name, value)
        if content is not None:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if content is not None and self.command != "HEAD":
            self.wfile.write(content)

    def send_error(self, code, message=None, explain=None):
        """Refuse any other method, and malformed requests, in one line."""
        self.close_connection = True
        self._answer(405 if code == 501 else code, b"refused\n")

    def log_message(self, *args):
        """Keep no log of requests."""
