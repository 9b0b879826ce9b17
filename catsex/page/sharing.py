"""The page for others in the local network: this machine's address there, and a certificate for it made on the spot.

Browsers give cameras, and room to keep photos in, to pages that are encrypted alone.
"""

import datetime
import ipaddress
import os
import socket
import ssl

from catsex.errors import CatsexError
from catsex.files import cache_folder, replacing

DAYS = 30  # that a certificate is good for


def own_address():
    """Return this machine's address in the local network, such as "192.168.1.20".

    Raises
    ------
    CatsexError
        If it has none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation: it only has to be routed, nothing is sent
            return probe.getsockname()[0]
        except OSError as error:
            raise CatsexError("this computer is in no network, so there is nobody to share the page with") from error


def certified(address):
    """Return what encrypts as the machine of an address, by a certificate that is kept for the next time.

    Parameters
    ----------
    address : str

    Returns
    -------
    ssl.SSLContext

    Raises
    ------
    CatsexError
        If the package cryptography is not installed.
    """
    path = cache_folder() / "page" / f"certificate-{address}.pem"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if not _is_good(path):
        with replacing(path) as temporary:
            os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY, 0o600))  # before there is a key in it
            temporary.write_bytes(_make(address))
    context.load_cert_chain(path)
    return context


def _is_good(path):
    """Return whether there is a certificate that will be good for a day more at least."""
    if not path.is_file():
        return False
    age = datetime.datetime.now().timestamp() - path.stat().st_mtime
    return age < (DAYS - 1) * 24 * 3600


def _make(address):
    """Return a key and a certificate for it that it has signed itself, as PEM."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError as error:
        raise CatsexError('--share needs the package cryptography: pip install -e ".[share]"') from error
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"catsex on {address}")])
    now = datetime.datetime.now(datetime.timezone.utc)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # other machines' clocks may be late
        .not_valid_after(now + datetime.timedelta(days=DAYS))
        .add_extension(addresses, critical=False)
        .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, no_password)
    return private + certificate.public_bytes(encoding)


def qr_code(url):
    """Return a QR code of an address, drawn with letters; nothing if the package segno is not installed."""
    import io

    try:
        import segno
    except ImportError:
        return ""
    drawn = io.StringIO()
    segno.make(url, micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()
