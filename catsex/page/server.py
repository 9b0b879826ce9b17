"""A web server for the page alone: a fixed table of files, for this machine, or shared in the local network."""

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
PLAIN = {"Content-Type": KINDS[".txt"]}

# Such a name changes with the content: the build puts a checksum into it.
NAMED_BY_CONTENT = re.compile(r"-[0-9A-Z]{8}\.")
FOR_EVER = "public, max-age=31536000, immutable"
CODINGS = {"br": ".br", "gzip": ".gz"}  # the smaller one first: what HTTP calls it, and how such files end
REFUSED = re.compile(r"\s*;\s*q\s*=\s*0(\.0*)?\s*$")


class _File:
    """A file as it is sent to a browser: its content, compressed or not, and its headers."""

    def __init__(self, name, content, coding, choice):
        self.content = content if isinstance(content, bytes) else content.read_bytes()
        self.tag = f'"{hashlib.sha256(self.content).hexdigest()[:24]}"'
        self.headers = {"ETag": self.tag}
        if NAMED_BY_CONTENT.search(name):
            self.headers["Cache-Control"] = FOR_EVER
        if choice:
            self.headers["Vary"] = "Accept-Encoding"
        self.about = {"Content-Type": KINDS.get(name[name.rfind(".") :], "application/octet-stream")}
        if coding:
            self.about["Content-Encoding"] = coding


class PageServer(http.server.ThreadingHTTPServer):
    """Answers GET and HEAD for the files in a table, if it is asked by the name of this machine.

    Parameters
    ----------
    files : dict of str to bytes or Path
        By name; `index.html` is also what "/" gets. A name and .br or .gz: the same file compressed, for browsers
        that take it.
    port : int
        0 for any that is free.
    address : str
        The address of this machine that it listens on. Whoever can reach it can open the page.
    context : ssl.SSLContext, optional
        Of an address that others can reach: files are encrypted.

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
        compressed = {name + ending for name in files for ending in CODINGS.values()}
        for name, content in files.items():
            if name not in compressed:
                self.put(name, content, {coding: files.get(name + ending) for coding, ending in CODINGS.items()})
        try:
            super().__init__((address, port), _Handler)
        except OSError as error:
            raise CatsexError(f"port {port} cannot be used: {reason(error)}; choose another one with --port") from error
        own = "localhost" if context is None else address
        self.hosts = {f"{name}:{self.server_port}" for name in (own, address)}
        self.url = f"http{'s' if context else ''}://{own}:{self.server_port}/"

    def put(self, name, content, compressed=None):
        """Add a file to the table, with its compressed versions by coding, the best first."""
        known = {coding: other for coding, other in (compressed or {}).items() if other is not None} | {"": content}
        self.files[f"/{name}"] = {coding: _File(name, other, coding, len(known) > 1) for coding, other in known.items()}
        if name == "index.html":
            self.files["/"] = self.files["/index.html"]

    def start(self):
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def finish_request(self, request, client_address):
        """Answer one connection in a thread of its own, so that a slow handshake delays nobody else."""
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
        found = self.server.files.get(self.path.split("?", 1)[0])
        if found is None:
            self._answer(404, b"no such file\n")
            return
        file = next(found[coding] for coding in found if coding in self._codings())
        if file.tag in self.headers.get("If-None-Match", ""):
            self._answer(304, None, file.headers)
        else:
            self._answer(200, file.content, file.headers | file.about)

    do_HEAD = do_GET

    def _codings(self):
        """Return the codings that the browser accepts, and the empty string for none."""
        asked = self.headers.get("Accept-Encoding", "").lower().split(",")
        return {"", *(coding.split(";")[0].strip() for coding in asked if not REFUSED.search(coding))}

    def _answer(self, status, content, headers=PLAIN):
        self.send_response(status)
        for name, value in (HEADERS | headers).items():
            self.send_header(name, value)
        if content is not None:
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
