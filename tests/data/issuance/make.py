#!/usr/bin/python3
"""Makes the certificates of this folder with python3-cryptography: run it to make them anew."""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

HERE = pathlib.Path(__file__).parent
BEGIN = datetime.datetime(2026, 1, 1)
END = datetime.datetime(2026, 4, 1)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def certificate(subject, key, issuer, issuer_key, names=(), begin=BEGIN, end=END):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(0x1234)
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False
        )
    built = builder.sign(issuer_key, hashes.SHA256())
    return built.public_bytes(serialization.Encoding.PEM)


def main():
    root = ec.generate_private_key(ec.SECP256R1())
    stranger = ec.generate_private_key(ec.SECP256R1())
    leaf = rsa.generate_private_key(65537, 2048)
    other = rsa.generate_private_key(65537, 2048)
    names = ["example.com", "www.example.com"]
    root_pem = certificate("Test Root", root, "Test Root", root)
    (HERE / "leaf.key").write_bytes(pem(leaf))
    (HERE / "other.key").write_bytes(pem(other))
    good = certificate("example.com", leaf, "Test Root", root, names)
    (HERE / "chain.pem").write_bytes(good + root_pem)
    unrelated = certificate("Stranger", stranger, "Stranger", stranger)
    (HERE / "broken-chain.pem").write_bytes(good + unrelated)


if __name__ == "__main__":
    main()
