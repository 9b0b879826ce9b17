import contextlib
import hashlib
import io
import os
import socket
import stat
import subprocess
import sys
import zipfile

import pytest

from catsex import downloads
from catsex.errors import DownloadError

CONTENT = os.urandom(300_000)


def is_content(path):
    if path.read_bytes() != CONTENT:
        raise DownloadError("not the expected file")


def headers(handler, status=200, **fields):
    handler.send_response(status)
    for name, value in fields.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def truncated(handler, closing):
    headers(handler, Content_Length=len(CONTENT))
    handler.wfile.write(CONTENT[:100_000])


def truncated_chunks(handler, closing):
    handler.protocol_version = "HTTP/1.1"
    headers(handler, Transfer_Encoding="chunked", Connection="close")
    handler.wfile.write(b"10000\r\n" + CONTENT[:1000])


def silent(handler, closing):
    closing.wait(10)


def endless_headers(handler, closing):
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    while not closing.wait(0.05):
        handler.wfile.write(b"X-More: and more\r\n")


def silent_in_the_middle(handler, closing):
    headers(handler, Content_Length=len(CONTENT))
    handler.wfile.write(CONTENT[:100_000])
    closing.wait(10)


def trickle(handler, closing):
    headers(handler, Content_Length=len(CONTENT))
    for byte in CONTENT[:500]:
        if closing.wait(0.02):
            break
        handler.wfile.write(bytes([byte]))


def endless(handler, closing):
    headers(handler)
    while not closing.is_set():
        handler.wfile.write(bytes(100_000))


def too_large(handler, closing):
    headers(handler, Content_Length=10**9)


def redirect_to(address):
    return lambda handler, closing: headers(handler, 302, Location=address)


def nonsense(handler, closing):
    handler.wfile.write(b"hello\r\n\r\n")


def refused(handler, closing):
    headers(handler, 403)


def html(handler, closing):
    headers(handler, Content_Type="text/html")
    handler.wfile.write(b"<html><title>Please log in</title></html>")


FAILURES = [
    (truncated, r"broke off after 100000 of 300000 bytes"),
    (truncated_chunks, r"broke off after"),
    (silent, r"did not answer within 0\.5 s"),
    (endless_headers, r"did not answer within 0\.5 s|more than 100 headers"),
    (silent_in_the_middle, r"broke off after 100000 bytes: timed out"),
    (trickle, r"is too slow: \d+ bytes in 0\.5 s"),
    (endless, r"is too large: the limit is 1000000 bytes"),
    (too_large, r"is too large: 1000000000 bytes, the limit is 1000000"),
    (redirect_to("/file"), r"cannot be fetched: .*redirect"),
    (redirect_to("file:///etc/hostname"), r"cannot be fetched: "),
    (nonsense, r"cannot be fetched: "),
    (refused, r"cannot be fetched: Forbidden"),
    (None, r"cannot be fetched: Not Found"),
]


def name_of(case):
    return getattr(case, "__name__", "page").strip("<>")


def folder_is_empty(folder):
    return list(os.listdir(folder)) == []


def test_a_good_file_arrives_whole(online, site, tmp_path):
    site.pages["/file"] = CONTENT
    path = tmp_path / "new folder" / "file"
    checked = []
    downloads.fetch(f"{site.url}/file", path, check=lambda p: checked.append(p.read_bytes()))
    assert path.read_bytes() == CONTENT
    assert checked == [CONTENT]
    assert os.listdir(path.parent) == ["file"]


@pytest.mark.parametrize("length", [None, "many", "-1"])
def test_a_good_file_arrives_whatever_the_server_says_of_its_length(online, site, tmp_path, length):
    def answer(handler, closing):
        headers(handler, **({"Content_Length": length} if length else {}))
        handler.wfile.write(CONTENT)

    site.pages["/file"] = answer
    downloads.fetch(f"{site.url}/file", tmp_path / "file", check=is_content)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_redirects_are_followed(online, site, tmp_path):
    site.pages |= {"/file": redirect_to("/other"), "/other": CONTENT}
    downloads.fetch(f"{site.url}/file", tmp_path / "file", check=is_content)
    assert (tmp_path / "file").read_bytes() == CONTENT


@pytest.mark.slow
@pytest.mark.parametrize("there_before", [False, True])
@pytest.mark.parametrize(("page", "message"), FAILURES, ids=[name_of(page) for page, _ in FAILURES])
def test_a_failed_download_is_one_line_and_leaves_nothing(impatient, site, tmp_path, page, message, there_before):
    path = tmp_path / "file"
    if there_before:
        path.write_bytes(b"old")
    site.pages["/file"] = page
    with pytest.raises(DownloadError, match=message) as caught:
        downloads.fetch(f"{site.url}/file", path, check=is_content, max_bytes=10**6)
    assert site.url in str(caught.value) and "\n" not in str(caught.value)
    assert path.read_bytes() == b"old" if there_before else folder_is_empty(tmp_path)


@pytest.mark.parametrize("there_before", [False, True])
@pytest.mark.parametrize("page", [CONTENT[:-1] + b"!", html], ids=["changed", "html"])
def test_a_file_that_fails_its_check_is_not_kept(online, site, tmp_path, page, there_before):
    path = tmp_path / "file"
    if there_before:
        path.write_bytes(b"old")
    site.pages["/file"] = page
    with pytest.raises(DownloadError, match=r"^not the expected file$"):
        downloads.fetch(f"{site.url}/file", path, check=is_content)
    assert path.read_bytes() == b"old" if there_before else folder_is_empty(tmp_path)


def test_running_again_after_a_failure_completes_the_download(online, site, tmp_path):
    site.pages["/file"] = truncated
    with pytest.raises(DownloadError):
        downloads.fetch(f"{site.url}/file", tmp_path / "file", check=is_content)
    site.pages["/file"] = CONTENT
    downloads.fetch(f"{site.url}/file", tmp_path / "file", check=is_content)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_server_that_is_not_there_is_an_error_at_once(online, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(DownloadError, match=r"refused|did not answer"):
            downloads.fetch(f"http://127.0.0.1:{port}/file", tmp_path / "file")
    assert folder_is_empty(tmp_path)


def test_a_server_that_accepts_no_connection_is_given_up(impatient, tmp_path):
    with contextlib.ExitStack() as stack:
        busy = stack.enter_context(socket.socket())
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        for _ in range(3):  # fill the queue of those who wait
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(busy.getsockname())
        with pytest.raises(DownloadError, match="did not answer"):
            downloads.fetch(f"http://127.0.0.1:{busy.getsockname()[1]}/file", tmp_path / "file")


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "ftp://127.0.0.1/file", "cats.zip", "http://[::1", "http://"]
)
def test_what_is_no_web_address_is_refused(online, tmp_path, address):
    with pytest.raises(DownloadError, match=r"is not an http or https address|cannot be fetched"):
        downloads.fetch(address, tmp_path / "file")
    assert folder_is_empty(tmp_path)


def test_an_address_that_would_not_print_on_one_line_is_shown_as_one(online, tmp_path):
    with pytest.raises(DownloadError) as caught:
        downloads.fetch("http://127.0.0.1/a\nb", tmp_path / "file")
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_written_is_an_error_that_names_it(online, site, tmp_path):
    site.pages["/file"] = CONTENT
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match=r"file.deeper cannot be written: "):
        downloads.fetch(f"{site.url}/file", tmp_path / "file" / "deeper")
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize("value", ["1", "yes"])
def test_nothing_is_asked_of_the_network_when_the_user_forbids_it(online, monkeypatch, site, tmp_path, value):
    site.pages["/file"] = CONTENT
    monkeypatch.setenv("CATSEX_OFFLINE", value)
    with pytest.raises(DownloadError, match="CATSEX_OFFLINE is set"):
        downloads.fetch(f"{site.url}/file", tmp_path / "file")
    assert site.asked == [] and folder_is_empty(tmp_path)


@pytest.mark.parametrize("value", ["", "0"])
def test_the_network_may_be_used_when_the_user_allows_it(online, monkeypatch, value):
    monkeypatch.setenv("CATSEX_OFFLINE", value)
    assert not downloads.offline()


def test_a_person_who_watches_sees_progress(online, site, tmp_path):
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    site.pages["/file"] = CONTENT
    program = "import sys; from catsex.downloads import fetch; fetch(sys.argv[1], sys.argv[2])"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", program, f"{site.url}/file", tmp_path / "file"]
    subprocess.run(command, stderr=theirs, check=True)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "100 %" in shown and shown.endswith("\n")
    assert subprocess.run(command, capture_output=True, check=True).stderr == b""  # and a log file does not


# ---- read_zip ----

WANTED = {"f01.jpg": b"female one", "m01.jpg": b"male one"}
CHECKSUMS = {name: hashlib.sha256(data).hexdigest() for name, data in WANTED.items()}


def zipped(*members):
    """Return a zip file with these (name, content) in it, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def link(name, target):
    """Return a member that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target


GOOD = list(WANTED.items())


@pytest.mark.parametrize(
    "members",
    [
        GOOD,
        [("cats/" + name, content) for name, content in GOOD],
        [("../../" + name, content) for name, content in GOOD],
        [("/etc/" + name, content) for name, content in GOOD],
        [*GOOD, ("../outside.txt", "evil"), ("/outside/file.txt", "evil"), link("f02.jpg", "/etc/passwd")],
        [("f01.jpg", "another"), *GOOD, ("m01.jpg", "yet another")],
        [("f01.jpg/", ""), *GOOD],
    ],
    ids=["plain", "folder", "dots", "absolute", "others", "duplicates", "a folder of that name"],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_gives_the_right_files_and_writes_none(tmp_path, monkeypatch, members):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "cats.zip").write_bytes(zipped(*members))
    assert downloads.read_zip(tmp_path / "in" / "cats.zip", CHECKSUMS) == WANTED
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["in", "in/cats.zip"]


def encrypted():
    data = bytearray(zipped(*GOOD))
    for marker, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(marker)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(marker, place + 4)
    return bytes(data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(GOOD[0]), r"has no correct m01\.jpg \(1 of 2 files missing\)"),
        (zipped(GOOD[0], ("m01.jpg", "female two")), r"has no correct m01\.jpg"),
        (zipped(GOOD[0], link("m01.jpg", "f01.jpg")), r"has no correct m01\.jpg"),
        (zipped(), r"has no correct f01\.jpg \(2 of 2"),
        (zipped(*GOOD)[:-30], "is not a readable zip file"),
        (zipped(*GOOD)[:40] + b"????" + zipped(*GOOD)[44:], "is not a readable zip file"),
        (encrypted(), "is not a readable zip file"),
        (b"<html><title>Please log in</title></html>", "is not a readable zip file"),
        (b"", "is not a readable zip file"),
    ],
    ids=["missing", "other content", "link", "no member", "truncated", "damaged", "encrypted", "html", "empty"],
)
def test_a_zip_without_the_right_files_is_an_error_that_names_it(tmp_path, content, message):
    (tmp_path / "cats.zip").write_bytes(content)
    with pytest.raises(DownloadError, match=r"cats\.zip " + message) as caught:
        downloads.read_zip(tmp_path / "cats.zip", CHECKSUMS)
    assert "\n" not in str(caught.value)


def test_a_zip_bomb_does_not_fill_the_memory(tmp_path):
    (tmp_path / "bomb.zip").write_bytes(zipped(("f01.jpg", bytes(200 * 2**20)), GOOD[1]))
    limit = (
        "import resource, sys; from catsex import downloads\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (150 * 2**20,) * 2)\n"
        "downloads.read_zip(sys.argv[1], {'f01.jpg': '0' * 64})"
    )
    done = subprocess.run(
        [sys.executable, "-c", limit, tmp_path / "bomb.zip"], capture_output=True, text=True, check=False
    )
    assert "has no correct f01.jpg" in done.stderr
