"""Certificates made for a test: good, ended, or another server's."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certified(folder: Path, ends_in_days: int = 1, address: str = "127.0.0.1") -> ssl.SSLContext:
    """A server's TLS with a certificate made for an address, good from a month ago until then."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = dt.datetime.now(dt.UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).add_extension(host, critical=False)
    built = built.not_valid_before(now - dt.timedelta(days=30)).not_valid_after(now + dt.timedelta(days=ends_in_days))
    certificate = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "tls.pem").write_bytes(key.private_bytes(*plain) + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    return context
