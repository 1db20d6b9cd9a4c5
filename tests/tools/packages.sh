# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
#
# What a fresh Debian 12 lacks, by purpose; sourced by tests/run, tests/demo and tests/bench/issue.

build_packages=(ccache cmake g++ ninja-build pkg-config libcli11-dev libcurl4-openssl-dev libfmt-dev libidn2-dev
    libldns-dev libpsl-dev libspdlog-dev libssl-dev libyaml-cpp-dev rapidjson-dev)
lab_packages=(bind9 ca-certificates python3 python3-cryptography python3-dnspython)
demo_packages=(pebble)
test_packages=(catch2 clang-format-14 clang-tidy-14 etcd-server libcpp-httplib-dev openssl python3-pytest python3-pytest-xdist
    python3-venv python3-yaml shellcheck)
bench_packages=(certbot lego python3-certbot-dns-rfc2136 python3-yaml time)
session_bench_packages=(etcd-server python3-yaml time)

# Go builds Pebble, kube-apiserver and kubectl; one that Debian considers old is enough to fetch a newer one.
go_packages() {
    local go
    for go in "$(command -v go)" /usr/local/go/bin/go; do
        if [[ -x $go ]]; then return; fi
    done
    echo golang-go
}
