# SPDX-License-Identifier: Apache-2.0
"""What a fake holds stands in BIND too: what is written through the fake is what a CA resolves.

Names are fully qualified without the final dot, in lower case; a value is a TXT record's text.
"""

import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.update

from lab.bind import UPDATER
from lab.process import LabError

LONGEST = 255  # bytes of one character string (RFC 1035 §3.3)


class ZoneBacking:
    """`zones` are those of BIND's that the account holds."""

    def __init__(self, bind, zones):
        self.bind, self.zones = bind, tuple(zones)

    def zone_of(self, name):
        """The longest of the account's zones that encloses the name, or None."""
        found = [zone for zone in self.zones if name == zone or name.endswith(f".{zone}")]
        return max(found, key=len, default=None)

    def replace(self, name, values, ttl=60):
        """The TXT RRset of the name becomes exactly these values; none of them removes it."""
        zone = self.zone_of(name)
        if not zone:
            raise LabError(f"{name} lies in no zone of the account")
        update = dns.update.Update(zone, keyring=self.bind.keyring(), keyalgorithm="hmac-sha256")
        owner = dns.name.from_text(name)
        update.delete(owner, "TXT")
        for value in sorted(values):
            update.add(owner, ttl, "TXT", as_character_strings(value))
        answer = dns.query.tcp(update, "127.0.0.1", timeout=5, port=self.bind.port)
        if answer.rcode() != 0:
            raise LabError(f"{UPDATER} may not update {zone}: {answer.rcode()}")
        stands = self.values(name)
        if stands != set(values):
            raise LabError(f"{name} has {stands} in place of {set(values)}")

    def values(self, name):
        """What the zone's server says that stands at the name."""
        question = dns.message.make_query(name, "TXT", flags=0)
        answer = dns.query.tcp(question, "127.0.0.1", timeout=5, port=self.bind.port)
        return {b"".join(record.strings).decode() for dataset in answer.answer
                if dataset.rdtype == dns.rdatatype.TXT for record in dataset}


def as_character_strings(value):
    """The presentation form: quoted strings of at most 255 bytes each."""
    data = value.encode()
    parts = [data[i:i + LONGEST] for i in range(0, len(data), LONGEST)] or [b""]
    return " ".join('"' + "".join(_escaped(byte) for byte in part) + '"' for part in parts)


def from_character_strings(text):
    """The value that quoted strings mean; ValueError where they are not well formed."""
    parts, rest = [], text.strip()
    while rest:
        if rest[0] != '"':
            raise ValueError("a character string is not quoted")
        part, rest = _first_string(rest[1:])
        if len(part) > LONGEST:
            raise ValueError("a character string is longer than 255 bytes")
        parts.append(part)
        rest = rest.lstrip(" \t")
    return b"".join(parts).decode()


def _escaped(byte):
    if byte in b'"\\':
        return "\\" + chr(byte)
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03}"


def _first_string(text):
    """(the bytes up to the closing quotation mark, what follows it)"""
    data, i = bytearray(), 0
    while i < len(text) and text[i] != '"':
        if text[i] != "\\":
            data += text[i].encode()
            i += 1
        elif text[i + 1:i + 4].isdigit() and len(text[i + 1:i + 4]) == 3:
            data.append(int(text[i + 1:i + 4]))
            i += 4
        else:
            data += text[i + 1:i + 2].encode()
            i += 2
    if i >= len(text):
        raise ValueError("a character string has no end")
    return bytes(data), text[i + 1:]
