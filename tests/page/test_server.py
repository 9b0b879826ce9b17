"""The page's server gives its own files to this machine or its network, and nothing else to anybody."""

import concurrent.futures
import contextlib
import http.client
import socket
import ssl

import pytest

from catsex.errors import CatsexError
from catsex.page.server import PageServer


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "page.js").write_text("1")
    (folder / "secret.txt").write_text("secret")
    with PageServer({"index.html": b"<p>here", "page.js": folder / "page.js", "a.wasm": b"\0asm"}) as server:
        server.start()
        yield server
        server.shutdown()


def ask(server, method="GET", path="/", host=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    return asked(connection, method, path, Host=host or f"localhost:{server.server_port}", **headers)


def asked(connection, method="GET", path="/", **headers):
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        with connection.getresponse() as response:
            return response.status, response.read(), dict(response.getheaders())


def test_files_of_the_table_are_given_with_their_kind_and_the_policy(server):
    status, content, headers = ask(server)
    assert (status, content, headers["Content-Type"]) == (200, b"<p>here", "text/html; charset=utf-8")
    assert ask(server, path="/page.js?x=1")[:2] == (200, b"1")
    assert ask(server, path="/a.wasm")[2]["Content-Type"] == "application/wasm"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "//etc/passwd",
        "/page.js/",
        "/..\\secret.txt",
        "/page.js%00",
        "x",
    ],
)
def test_nothing_else_is_given(server, path):
    status, content, headers = ask(server, path=path)
    assert status == 404
    assert b"secret" not in content
    assert "Content-Security-Policy" in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost", "localhost:1", "127.0.0.1.evil.example:{port}"]
)
def test_asked_by_another_name_it_refuses(server, host):
    assert ask(server, host=host.format(port=server.server_port))[0] == 421


def test_both_of_its_own_names_are_good(server):
    assert ask(server, host=f"127.0.0.1:{server.server_port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "X"])
def test_other_methods_are_refused(server, method):
    assert ask(server, method)[0] == 405


def test_what_is_no_request_ends_the_connection(server):
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as connection:
        connection.sendall(b"hello\r\n\r\n" * 3)
        received = b""
        while piece := connection.recv(4096):
            received += piece
    assert b"secret" not in received
    assert ask(server)[0] == 200


def test_it_listens_on_the_loopback_alone(server):
    assert server.server_address[0] == "127.0.0.1"


def test_a_taken_port_is_one_clear_line(server):
    with pytest.raises(CatsexError, match=r"port .* cannot be used: .*; choose another one with --port"):
        PageServer({"index.html": b""}, server.server_port)


def test_what_a_browser_has_is_not_sent_again(server):
    _, content, headers = ask(server, path="/page.js")
    assert ask(server, path="/page.js", If_None_Match=headers["ETag"])[:2] == (304, b"")
    server.put("page.js", content + b"2")
    assert ask(server, path="/page.js", If_None_Match=headers["ETag"])[:2] == (200, content + b"2")
    server.put("page.js", content)
    assert headers["Cache-Control"] == "no-cache"
    for name in ("de-HP57FC7Y.js", "mobilenetv2-00C0FFEE.tflite"):  # named by their content
        server.put(name, b"1")
        assert ask(server, path=f"/{name}")[2]["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("asked_for", "given"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("br ; q=0.000,gzip;q=0", None),
        ("identity", None),
        ("zebra, brr", None),
        ("", None),
    ],
)
def test_each_browser_gets_what_it_can_read(server, asked_for, given):
    content, bodies = b"let x = 1;" * 1000, {None: b"let x = 1;" * 1000, "br": b"brotli's", "gzip": b"and gzip's"}
    server.put("long.js", content, {"br": bodies["br"], "gzip": bodies["gzip"]})
    headers = {"Accept_Encoding": asked_for} if asked_for else {}
    status, body, told = ask(server, path="/long.js", **headers)
    assert (status, body, told.get("Content-Encoding"), told["Vary"]) == (200, bodies[given], given, "Accept-Encoding")
    assert told["Content-Length"] == str(len(body)) and told["Content-Type"].startswith("text/javascript")
    status, body, again = ask(server, path="/long.js", If_None_Match=f'"x", W/{told["ETag"]}', **headers)
    assert (status, body, again["ETag"], again["Vary"]) == (304, b"", told["ETag"], "Accept-Encoding")
    other = "identity" if given else "br"
    assert ask(server, path="/long.js", If_None_Match=told["ETag"], Accept_Encoding=other)[0] == 200


def test_what_is_compressed_is_no_file_of_its_own():
    files = {"index.html": b"<p>here", "a.js": b"1", "a.js.br": b"2", "a.js.gz": b"3", "cats.gz": b"4"}
    with PageServer(files) as server:
        server.start()
        assert ask(server, path="/a.js", Accept_Encoding="br")[1] == b"2"
        assert ask(server, path="/a.js", Accept_Encoding="gzip")[1] == b"3"
        assert [ask(server, path=f"/{name}")[0] for name in ("a.js.br", "a.js.gz", "cats.gz")] == [404, 404, 200]
        assert "Vary" not in ask(server)[2]
        server.shutdown()


def test_head_is_get_without_the_content(server):
    status, content, headers = ask(server, "HEAD")
    assert (status, content, headers["Content-Length"]) == (200, b"", str(len(b"<p>here")))


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server that encrypts, and what a browser that has accepted its certificate connects with."""
    pytest.importorskip("cryptography")
    from catsex.page.sharing import certified

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        context = certified("127.0.0.1")
        trust = ssl.create_default_context(cafile=next(tmp_path_factory.getbasetemp().rglob("certificate-127*.pem")))
    files = {"index.html": b"<p>here", "page.js": b"let x = 1;" * 1000, "page.js.br": b"brotli's"}
    with PageServer(files, address="127.0.0.1", context=context) as server:
        server.start()
        yield server, lambda: http.client.HTTPSConnection("127.0.0.1", server.server_port, timeout=60, context=trust)
        server.shutdown()


def test_a_class_gets_it_encrypted_and_compressed_all_at_once(shared):
    server, connect = shared
    host = f"127.0.0.1:{server.server_port}"
    assert server.url == f"https://{host}/"
    with concurrent.futures.ThreadPoolExecutor(25) as devices, socket.create_connection(server.server_address):
        # And one that says nothing keeps nobody waiting.
        found = list(
            devices.map(lambda _: asked(connect(), path="/page.js", Host=host, Accept_Encoding="br, gzip"), range(25))
        )
    for status, content, headers in found:
        assert (status, headers["Content-Encoding"], content) == (200, "br", b"brotli's")
    assert asked(connect(), path="/page.js", Host=host)[1] == b"let x = 1;" * 1000
    assert asked(connect(), Host="evil.example")[0] == 421


def test_without_encryption_a_shared_page_says_nothing(shared):
    server, _ = shared
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(server)
