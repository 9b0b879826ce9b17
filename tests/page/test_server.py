"""The page's server gives its own files to this machine, and nothing to anybody else."""

import contextlib
import http.client
import socket

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


def ask(server, method="GET", path="/", host=None):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)) as connection:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"localhost:{server.server_port}")
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


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "X"]
)
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
