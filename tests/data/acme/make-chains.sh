#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes the chains of README.md in the folder of this script.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"; }
root() { openssl req -x509 -new -key "$work/$1.key" -subj "/CN=$2" -days 7300 -out "$work/$1.pem"; }
sign() { # NAME SUBJECT ISSUER EXTENSIONS RESULT
    openssl req -new -key "$work/$1.key" -subj "/CN=$2" -out "$work/$1.csr"
    printf '%s\n' "$4" > "$work/ext"
    openssl x509 -req -in "$work/$1.csr" -CA "$work/$3.pem" -CAkey "$work/$3.key" -CAcreateserial \
        -days 7300 -extfile "$work/ext" -out "$work/$5.pem"
}

for name in old root issuing leaf; do key "$name"; done
root old "Old Root"
root root "Test Root"
sign root "Test Root" old "basicConstraints=critical,CA:TRUE" cross
sign issuing "Test Issuing" root "basicConstraints=critical,CA:TRUE" issuing
sign leaf "example.com" issuing "subjectAltName=DNS:example.com" leaf
cat "$work/leaf.pem" "$work/issuing.pem" "$work/cross.pem" > default.pem
cat "$work/leaf.pem" "$work/issuing.pem" > alternate.pem
