"""The address in the local network, and a certificate that a browser can accept for it."""

import ipaddress
import os
import stat

import pytest

from catsex.errors import CatsexError
from catsex.page import sharing


def test_the_address_is_one_of_this_machine():
    try:
        address = sharing.own_address()
    except CatsexError as error:
        assert "in no network" in str(error)
        return
    assert ipaddress.ip_address(address).version == 4


def test_a_certificate_is_made_once_and_its_key_is_nobody_elses(tmp_path, monkeypatch):
    x509 = pytest.importorskip("cryptography.x509")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    sharing.certified("192.0.2.7")
    (path,) = tmp_path.rglob("*.pem")
    made = path.read_bytes()
    names = x509.load_pem_x509_certificate(made).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("192.0.2.7")]
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    sharing.certified("192.0.2.7")
    assert path.read_bytes() == made
    os.utime(path, (0, 0))
    sharing.certified("192.0.2.7")
    assert path.read_bytes() != made


def test_the_qr_code_is_drawn_by_whoever_has_segno():
    pytest.importorskip("segno")
    assert len(sharing.qr_code("https://192.168.1.20:8642/").splitlines()) > 10
