# SPDX-License-Identifier: Apache-2.0
"""Issuing that goes well, in every shape that a Certificate can ask for."""

import base64
import datetime
import re
import stat

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from desk import ANNOTATION, EAB_KEY, LABEL, assert_issued, json_of, leaf_and_chain, private_key, unique


def test_one_name(desk, tmp_path):
    name = unique()
    result = desk.write([name]).issue()

    assert_issued(desk, result, [name], tmp_path)
    assert "certificate.certmanager.k8s.io/web issued" in result.out
    assert "Secret default/web-tls" in result.text and "1 name" in result.text


def test_wildcard_and_apex_share_one_record_name(desk, tmp_path):
    name = unique()
    result = desk.write([name, f"*.{name}"]).issue()

    assert_issued(desk, result, [name, f"*.{name}"], tmp_path)


def test_25_names_in_two_zones(desk, tmp_path):
    names = [unique("example.org" if i % 2 else "example.com") for i in range(25)]
    result = desk.write(names).issue()

    assert_issued(desk, result, names, tmp_path)


def test_the_common_name_becomes_one_of_the_names(desk, tmp_path):
    common, other = unique(), unique()
    config = [{"dns01": {"provider": "our-dns"}, "domains": [common, other]}]
    desk.write([other], certificate={"commonName": common, "acme": {"config": config}})

    assert_issued(desk, desk.issue(), [common, other], tmp_path)


def test_a_name_in_a_delegated_child_zone(desk, tmp_path):
    names = [unique("sub.example.com"), unique("example.com")]

    assert_issued(desk, desk.write(names).issue(), names, tmp_path)


def follow(desk, names):
    tsig = {"nameserver": f"127.0.0.1:{desk.dns.port}", "tsigKeyName": "lab-key", "tsigAlgorithm": "HMACSHA256",
            "tsigSecretSecretRef": {"name": "dns-key", "key": "tsig"}}
    providers = [{"name": "our-dns", "cnameStrategy": "Follow", "rfc2136": tsig}]
    return desk.write(names, issuer={"acme": {"dns01": {"providers": providers}}})


def test_cname_delegation_to_another_zone(desk, tmp_path, dns):
    name = unique()
    target = f"{name.split('.')[0]}.acme-delegate.net"
    dns.add("example.com", f"_acme-challenge.{name.split('.')[0]}", "CNAME", f"{target}.")
    result = follow(desk, [name]).issue()

    assert_issued(desk, result, [name], tmp_path)
    assert desk.left_records([target]) == set()


def test_cname_delegation_over_several_hops(desk, tmp_path, dns):
    name = unique()
    label = name.split(".")[0]
    dns.add("example.com", f"_acme-challenge.{label}", "CNAME", f"hop.{label}.example.org.")
    dns.add("example.org", f"hop.{label}", "CNAME", f"{label}.acme-delegate.net.")

    assert_issued(desk, follow(desk, [name]).issue(), [name], tmp_path)
    assert desk.left_records([label]) == set()


def test_a_cname_loop_is_named_and_nothing_is_ordered(proxied, proxy, dns):
    name = unique()
    label = name.split(".")[0]
    dns.add("example.com", f"_acme-challenge.{label}", "CNAME", f"loop.{label}.example.org.")
    dns.add("example.org", f"loop.{label}", "CNAME", f"_acme-challenge.{name}.")
    result = follow(proxied, [name]).issue()

    assert result.code == 1, str(result)
    assert f"_acme-challenge.{name}" in result.err and "loop" in result.err


def test_a_cname_from_a_wildcard_is_not_followed(desk, tmp_path):
    name = unique("wild.example.com")

    assert_issued(desk, follow(desk, [name]).issue(), [name], tmp_path)


@pytest.mark.parametrize("size", [2048, 3072, 4096, 8192])
def test_rsa_keys(desk, tmp_path, size):
    name = unique()
    result = desk.write([name], certificate={"keyAlgorithm": "rsa", "keySize": size}).issue(seconds=580)

    assert_issued(desk, result, [name], tmp_path)
    key = private_key(desk.secret())
    assert isinstance(key, rsa.RSAPrivateKey) and key.key_size == size
    assert desk.secret()["tls.key"].startswith(b"-----BEGIN RSA PRIVATE KEY-----")


@pytest.mark.parametrize("size", [256, 384, 521])
def test_ecdsa_keys(desk, tmp_path, size):
    name = unique()
    result = desk.write([name], certificate={"keyAlgorithm": "ecdsa", "keySize": size}).issue()

    assert_issued(desk, result, [name], tmp_path)
    key = private_key(desk.secret())
    assert isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size == size
    assert desk.secret()["tls.key"].startswith(b"-----BEGIN EC PRIVATE KEY-----")


@pytest.mark.parametrize("algorithm", ["rsa", "ecdsa"])
def test_keys_in_pkcs8(desk, tmp_path, algorithm):
    name = unique()
    result = desk.write([name], certificate={"keyAlgorithm": algorithm, "keyEncoding": "pkcs8"}).issue()

    assert_issued(desk, result, [name], tmp_path)
    assert desk.secret()["tls.key"].startswith(b"-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize("algorithm", ["hmac-md5", "hmac-sha1", "hmac-sha256", "hmac-sha512"])
def test_tsig_algorithms(desk, tmp_path, dns, algorithm):
    name = unique()
    field = algorithm.upper().replace("-", "")
    desk.write([name], rfc2136={"tsigKeyName": f"lab-{algorithm}", "tsigAlgorithm": field})
    desk.put("secret", "Secret", "dns-key", stringData={"tsig": dns.secrets[f"lab-{algorithm}"]})

    assert_issued(desk, desk.issue(), [name], tmp_path)


def test_the_default_tsig_algorithm_is_md5(desk, tmp_path, dns):
    name = unique()
    desk.write([name], rfc2136={"tsigKeyName": "lab-hmac-md5", "tsigAlgorithm": None})
    desk.put("secret", "Secret", "dns-key", stringData={"tsig": dns.secrets["lab-hmac-md5"]})

    assert_issued(desk, desk.issue(), [name], tmp_path)


def test_solvers_in_the_newer_format(desk, tmp_path):
    name = unique()
    desk.write([name])
    issuer = yaml.safe_load((desk.folder / "issuer.yaml").read_text())
    stanza = issuer["spec"]["acme"].pop("dns01")["providers"][0]["rfc2136"]
    issuer["spec"]["acme"]["solvers"] = [
        {"selector": {"dnsNames": ["other.example.com"]}, "http01": {"ingress": {}}},
        {"selector": {"dnsZones": ["example.com"]}, "dns01": {"rfc2136": stanza}}]
    (desk.folder / "issuer.yaml").write_text(yaml.safe_dump(issuer))
    certificate = yaml.safe_load((desk.folder / "certificate.yaml").read_text())
    del certificate["spec"]["acme"]
    (desk.folder / "certificate.yaml").write_text(yaml.safe_dump(certificate))

    assert_issued(desk, desk.issue(), [name], tmp_path)


def test_a_cluster_issuer(desk, tmp_path):
    name = unique()
    desk.write([name], certificate={"issuerRef": {"name": "lab-ca", "kind": "ClusterIssuer"}})
    issuer = yaml.safe_load((desk.folder / "issuer.yaml").read_text())
    issuer["kind"] = "ClusterIssuer"
    del issuer["metadata"]["namespace"]
    (desk.folder / "issuer.yaml").write_text(yaml.safe_dump(issuer))
    desk.put("secret", "Secret", "dns-key", metadata={"namespace": "kube-system"},
             stringData={"tsig": desk.dns.secrets["lab-key"]})
    result = desk.issue()

    assert_issued(desk, result, [name], tmp_path)


def test_an_account_key_of_rsa(desk, tmp_path):
    name = unique()
    result = desk.write([name]).issue("--account-key-type", "rsa")

    assert_issued(desk, result, [name], tmp_path)
    assert desk.secret("account")["tls.key"].startswith(b"-----BEGIN RSA PRIVATE KEY-----")


def test_a_second_certificate_uses_the_stored_account(proxied, proxy, tmp_path):
    names = [unique(), unique()]
    assert_issued(proxied, proxied.write(names[:1]).issue(), names[:1], tmp_path)
    account = proxied.secret("account")
    proxied.write(names)

    assert_issued(proxied, proxied.issue(), names, tmp_path)
    assert proxied.secret("account") == account


@pytest.mark.parametrize("mac", ["HS256", "HS384", "HS512", None])
def test_external_account_binding(make_desk, make_pebble, tmp_path, mac):
    desk = make_desk(make_pebble(eab={"kid-1": EAB_KEY}))
    name = unique()
    binding = {"keyID": "kid-1", "keySecretRef": {"name": "eab", "key": "secret"}} | ({"keyAlgorithm": mac} if mac else {})
    desk.write([name], issuer={"acme": {"externalAccountBinding": binding}})
    desk.put("eab", "Secret", "eab", stringData={"secret": EAB_KEY})

    assert_issued(desk, desk.issue(), [name], tmp_path)


def test_a_ca_that_wants_a_binding_is_named_when_there_is_none(make_desk, make_pebble):
    desk = make_desk(make_pebble(eab={"kid-1": EAB_KEY}))
    result = desk.write([unique()]).issue()

    assert result.code in (1, 3), str(result)
    assert "externalAccountBinding" in result.err


def test_a_preferred_chain(make_desk, make_pebble, tmp_path):
    pebble = make_pebble(environment={"PEBBLE_ALTERNATE_ROOTS": "1", "PEBBLE_CHAIN_LENGTH": "2"})
    desk, name = make_desk(pebble), unique()
    alternate = pebble.root_name(1)
    result = desk.write([name], issuer={"acme": {"preferredChain": alternate}}).issue()

    assert result.code == 0, str(result)
    assert leaf_and_chain(desk.secret())[-1].issuer.rfc4514_string() == f"CN={alternate}"


def test_usages_become_extensions_of_the_request(desk, tmp_path):
    name = unique()
    result = desk.write([name], certificate={"usages": ["digital signature", "key encipherment", "server auth"]}).issue()

    assert_issued(desk, result, [name], tmp_path)


def test_a_name_in_unicode(desk, tmp_path):
    label = unique().split(".")[0]
    result = desk.write([f"bücher-{label}.example.com"]).issue()

    assert result.code == 0, str(result)
    names = leaf_and_chain(desk.secret())[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [f"bücher-{label}.example.com".encode("idna").decode()]


def test_the_secret_as_cert_manager_wrote_it(desk):
    name = unique()
    assert desk.write([name]).issue().code == 0
    document = desk.secret_document()

    assert document["type"] == "kubernetes.io/tls"
    assert document["metadata"]["labels"][LABEL] == "web"
    annotations = document["metadata"]["annotations"]
    assert annotations[ANNOTATION + "issuer-name"] == "lab-ca"
    assert annotations[ANNOTATION + "issuer-kind"] == "Issuer"
    assert annotations[ANNOTATION + "alt-names"] == name
    assert desk.ca.url in annotations.values()
    for file in desk.folder.glob("secret.default.*.yaml"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_persons_files_are_never_rewritten(desk):
    before = desk.write([unique()]).snapshot()
    assert desk.issue().code == 0
    after = desk.snapshot()

    assert {k: after[k] for k in before} == before


def test_a_valid_certificate_is_left_alone(proxied, proxy):
    assert proxied.write([unique()]).issue().code == 0
    before = proxied.snapshot()
    proxy.reset()
    result = proxied.issue()

    assert result.code == 0, str(result)
    assert proxy.kinds() == []
    assert proxied.snapshot()["secret.default.web-tls.yaml"] == before["secret.default.web-tls.yaml"]
    assert "--force" in result.text


def test_force_orders_a_new_certificate(proxied, proxy, tmp_path):
    name = unique()
    assert proxied.write([name]).issue().code == 0
    old = proxied.secret()
    result = proxied.issue("--force")

    assert_issued(proxied, result, [name], tmp_path)
    assert proxy.count("new-order") == 2
    assert proxied.secret()["tls.crt"] != old["tls.crt"]


def test_changed_names_are_issued_anew(proxied, proxy, tmp_path):
    names = [unique(), unique()]
    assert proxied.write(names[:1]).issue().code == 0
    result = proxied.write(names).issue()

    assert_issued(proxied, result, names, tmp_path)


def test_a_changed_directory_url_is_a_mismatch(make_desk, make_pebble, pebble, tmp_path):
    name = unique()
    desk = make_desk(pebble)
    assert desk.write([name]).issue().code == 0
    desk.ca = make_pebble(reject=1)
    result = desk.write([name]).issue()

    assert_issued(desk, result, [name], tmp_path)


def test_a_certificate_in_another_namespace(desk, tmp_path):
    name = unique()
    desk.write([name])
    for file in desk.folder.glob("*.yaml"):
        file.write_text(file.read_text().replace("namespace: default", "namespace: shop"))
    result = desk.issue("-n", "shop")

    assert result.code == 0, str(result)
    assert (desk.folder / "secret.shop.web-tls.yaml").exists()


def test_the_result_as_json(desk):
    name = unique()
    model = json_of(desk.write([name]).issue("-o", "json"))

    assert isinstance(model, dict)
    assert name in str(model)


def test_the_result_as_yaml(desk):
    name = unique()
    result = desk.write([name]).issue("-o", "yaml")

    assert result.code == 0, str(result)
    assert name in str(yaml.safe_load(result.out))


def test_a_changed_address_is_told_to_the_ca(proxied, proxy):
    name = unique()
    assert proxied.write([name]).issue().code == 0
    assert proxy.count("account") == 0
    proxied.write([name], issuer={"acme": {"email": "new@example.com"}})
    result = proxied.issue("--force")

    assert result.code == 0, str(result)
    assert proxy.count("account") == 1


def test_the_result_as_a_name(desk):
    result = desk.write([unique()]).issue("-o", "name")

    assert result.code == 0, str(result)
    assert result.out == "certificate.certmanager.k8s.io/web\n"


@pytest.mark.parametrize("reject", [5, 50])
@pytest.mark.parametrize("reuse", [0, 100])
def test_refused_nonces_and_reused_authorizations(make_desk, make_pebble, tmp_path, reject, reuse):
    desk = make_desk(make_pebble(reject=reject, reuse=reuse))
    names = [unique() for _ in range(6)]
    assert_issued(desk, desk.write(names).issue(), names, tmp_path)

    assert_issued(desk, desk.issue("--force"), names, tmp_path)


def assert_few(kinds, bound):
    polls = max(0, kinds.count("order") - 3)
    nonces = max(0, kinds.count("nonce") - 1)
    assert len(kinds) - polls - min(nonces, 10) <= bound, kinds


@pytest.mark.parametrize("count", [1, 10])
def test_few_requests_for_fresh_names(desk, pebble, count):
    desk.write([unique() for _ in range(count)])
    mark = pebble.mark()
    result = desk.issue()

    assert result.code == 0, str(result)
    assert_few([kind for _, kind in pebble.requests(mark)], 2 * count + 9)


def test_few_requests_when_the_order_comes_back_ready(make_desk, make_pebble):
    pebble = make_pebble(reuse=100)
    desk = make_desk(pebble).write([unique() for _ in range(5)])
    assert desk.issue().code == 0
    mark = pebble.mark()
    result = desk.issue("--force")

    assert result.code == 0, str(result)
    kinds = [kind for _, kind in pebble.requests(mark)]
    assert "authz" not in kinds and "challenge" not in kinds
    assert_few(kinds, 8)


def test_the_ca_is_trusted_through_ssl_cert_file(desk, tmp_path):
    name = unique()
    desk.write([name]).flags = lambda: ["--dns01-recursive-nameservers", f"127.0.0.1:{desk.dns.port}",
                                        "--dns-port", str(desk.dns.port)]

    assert_issued(desk, desk.issue(SSL_CERT_FILE=str(desk.ca.ca_file)), [name], tmp_path)


def test_an_unknown_ca_is_not_spoken_to(proxied, proxy):
    proxied.write([unique()]).flags = lambda: []
    result = proxied.issue()

    assert result.code == 1, str(result)
    assert proxy.kinds() == []
    assert "name its CA by --acme-ca FILE or spec.acme.caBundle" in result.err


def test_the_user_agent_names_version_and_platform(proxied, proxy):
    agents = set()
    proxy.fault(lambda x: (agents.add(x.handler.headers["User-Agent"]), x.reply(x.forward())), times=99)
    result = proxied.write([unique()]).issue()

    assert result.code == 0 and len(agents) == 1, (result, agents)
    assert re.fullmatch(r"kubectl-cert/\d+\.\d+\.\d+ \(linux/[a-z0-9]+\)", agents.pop())


def test_skip_tls_verify_warns(desk, tmp_path):
    name = unique()
    flags = desk.flags()[2:]
    desk.write([name], issuer={"acme": {"skipTLSVerify": True}}).flags = lambda: flags
    result = desk.issue()

    assert_issued(desk, result, [name], tmp_path)
    assert "skipTLSVerify" in result.err


def test_a_proxy_is_never_used_for_loopback(desk, tmp_path):
    name = unique()

    assert_issued(desk, desk.write([name]).issue(HTTPS_PROXY="http://127.0.0.1:1"), [name], tmp_path)


def test_a_ca_bundle_in_the_issuer(desk, tmp_path):
    name = unique()
    flags = desk.flags()[2:]
    bundle = base64.b64encode(desk.ca.ca_file.read_bytes()).decode()
    desk.write([name], issuer={"acme": {"caBundle": bundle}}).flags = lambda: flags

    assert_issued(desk, desk.issue(), [name], tmp_path)


def test_a_ca_bundle_in_the_issuer_beats_the_flag_and_says_so(desk, tmp_path):
    name = unique()
    bundle = base64.b64encode(desk.ca.ca_file.read_bytes() + b"\n").decode()

    result = desk.write([name], issuer={"acme": {"caBundle": bundle}}).issue()

    assert_issued(desk, result, [name], tmp_path)
    assert "Warning: --acme-ca is not used: the caBundle of Issuer " in result.err


def test_events_and_describe_tell_the_story(desk):
    name = unique()
    assert desk.write([name]).issue().code == 0
    told = desk.describe()

    assert told.code == 0, str(told)
    reasons = ["ErrorCheckCertificate", "PrepareCertificate", "PresentChallenge", "SelfCheck", "ObtainAuthorization",
               "IssueCertificate", "CertificateIssued"]
    places = [told.out.index(f" {reason} ") for reason in reasons]
    assert places == sorted(places)
    assert f"Presenting dns-01 challenge for domain {name}" in told.out
    model = json_of(desk.describe("-o", "json"))
    assert name in str(model)
    assert str(datetime.datetime.utcnow().year) in str(model)
