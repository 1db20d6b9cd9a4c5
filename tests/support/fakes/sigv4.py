# SPDX-License-Identifier: Apache-2.0
"""AWS Signature Version 4 as a service checks it: everything that arrived has to be what was signed."""

import datetime
import hashlib
import hmac
import re
import urllib.parse

ALGORITHM = "AWS4-HMAC-SHA256"
AUTHORIZATION = re.compile(ALGORITHM + r" Credential=([^/,]+)/(\d{8})/([^/,]+)/([^/,]+)/aws4_request, ?"
                           r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})")
SKEW = datetime.timedelta(minutes=5)


class Unsigned(Exception):
    """(status, code, message) as AWS answers."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


def check(request, keys, region, service):
    """The key id that signed the request. `keys`: key id → (secret, session token or None)."""
    header = request.headers.get("Authorization")
    if not header:
        raise Unsigned(403, "MissingAuthenticationToken", "Missing Authentication Token")
    parts = AUTHORIZATION.fullmatch(header)
    if not parts:
        raise Unsigned(400, "IncompleteSignature", "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature'")
    key_id, day, for_region, for_service, names, signature = parts.groups()
    time = request.headers.get("X-Amz-Date", "")
    _check_time(time, day)
    secret, token = keys.get(key_id, (None, None))
    if secret is None or request.headers.get("X-Amz-Security-Token") != token:
        raise Unsigned(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    if (for_region, for_service) != (region, service):
        raise Unsigned(403, "SignatureDoesNotMatch", f"Credential should be scoped to a valid region: '{for_region}/{for_service}'.")
    _check_names(request, names.split(";"))
    canonical = _canonical(request, names.split(";"))
    text = "\n".join((ALGORITHM, time, f"{day}/{region}/{service}/aws4_request", _sha256(canonical.encode())))
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    if not hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), signature):
        raise Unsigned(403, "SignatureDoesNotMatch",
                       "The request signature we calculated does not match the signature you provided. The Canonical String for "
                       f"this request should have been\n'{canonical}'")
    return key_id


def _check_time(time, day):
    try:
        told = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Unsigned(400, "IncompleteSignature", "Date must be in ISO-8601 'basic format'") from None
    now = datetime.datetime.now(datetime.timezone.utc)
    if abs(now - told) > SKEW or not time.startswith(day):
        raise Unsigned(403, "SignatureDoesNotMatch", f"Signature expired: {time} is not near {now:%Y%m%dT%H%M%SZ}")


def _check_names(request, names):
    """host and each x-amz- header have to be signed."""
    needed = {"host"} | {name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    if names != sorted(set(names)) or not needed <= set(names) or any(name not in request.headers for name in names):
        raise Unsigned(403, "SignatureDoesNotMatch", f"'{';'.join(sorted(needed))}' must be signed headers")


def _canonical(request, names):
    path = "/".join(urllib.parse.quote(part, safe="-._~") for part in request.path.split("/"))
    pairs = sorted(tuple(urllib.parse.quote(urllib.parse.unquote(text), safe="-._~") for text in part.partition("=")[::2])
                   for part in request.raw_query.split("&") if part)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    headers = "".join(f"{name}:{','.join(' '.join(value.split()) for value in request.headers.get_all(name))}\n" for name in names)
    return "\n".join((request.method, path, query, headers, ";".join(names), _sha256(request.body)))


def _sha256(data):
    return hashlib.sha256(data).hexdigest()
