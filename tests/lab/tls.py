# SPDX-License-Identifier: Apache-2.0
"""Certificate authorities of one run: for the lab's own TLS servers, and for users who show a client
certificate (not for what Pebble issues)."""

import datetime
import ipaddress
import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject, issuer, key, valid_for=datetime.timedelta(days=7)):
    now = datetime.datetime.utcnow()
    return (x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(_name(issuer))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + valid_for))


def _write_key(path, key):
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()))


def make_server_certificate(folder, valid_for=datetime.timedelta(days=7)):
    """Writes ca.pem, server.pem and server.key into the folder; the server is localhost and 127.0.0.1.
    Its certificate has run out already where `valid_for` is negative."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = (_builder("lab authority", "lab authority", ca_key)
          .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
          .sign(ca_key, hashes.SHA256()))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"),
                                         x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = (_builder("localhost", "lab authority", key, valid_for).add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(ca_key, hashes.SHA256()))
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    _write_key(folder / "server.key", key)


def _subject_name(host):
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


class Authority:
    """Signs certificates of clients and of servers."""

    def __init__(self, name):
        self.name, self.key = name, ec.generate_private_key(ec.SECP256R1())
        self.pem = (_builder(name, name, self.key)
                    .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                    .sign(self.key, hashes.SHA256())).public_bytes(serialization.Encoding.PEM)

    def issue_server(self, folder, hosts):
        """(certificate file, key file) for a server that is reached at any of the names."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([_subject_name(host) for host in hosts])
        certificate = (_builder(hosts[0], self.name, key).add_extension(names, critical=False)
                       .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                       .sign(self.key, hashes.SHA256()))
        return self._write(folder, hosts[0], certificate, key)

    def issue_client(self, folder, user, groups=(), valid_for=None):
        """(certificate file, key file); the subject's common name is the user, its organizations are
        the groups. `valid_for` is a timedelta, a negative one has run out already."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        subject.append(x509.NameAttribute(NameOID.COMMON_NAME, user))
        end = datetime.datetime.utcnow() + (valid_for or datetime.timedelta(days=7))
        certificate = (x509.CertificateBuilder().subject_name(x509.Name(subject)).issuer_name(_name(self.name))
                       .public_key(key.public_key()).serial_number(x509.random_serial_number())
                       .not_valid_before(min(end, datetime.datetime.utcnow()) - datetime.timedelta(hours=1))
                       .not_valid_after(end)
                       .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
                       .sign(self.key, hashes.SHA256()))
        return self._write(folder, user.replace(":", "-"), certificate, key)

    def _write(self, folder, stem, certificate, key):
        folder.mkdir(parents=True, exist_ok=True)
        place = f"{stem}-{secrets.token_hex(4)}"
        paths = folder / f"{place}.pem", folder / f"{place}.key"
        paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        _write_key(paths[1], key)
        return paths
