# SPDX-License-Identifier: Apache-2.0
"""What the folder says: faults told all at once before anything is sent, other people's Secrets left alone."""

import base64
import json

import pytest
import yaml

from desk import LABEL, assert_issued, json_of, run, unique


def encoded(**data):
    return {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}


def owned(desk, **metadata):
    desk.put("target", "Secret", "web-tls", metadata=metadata, type="kubernetes.io/tls",
             data=encoded(**{"tls.crt": "old", "tls.key": "old", "extra": "kept"}))


def merged_secret(desk):
    """The target Secret as a person's file and the overlay beside it make it."""
    document = yaml.safe_load((desk.folder / "target.yaml").read_text())
    for overlay in (desk.folder / ".kubectl-cert").glob("secret.default.web-tls.overlay"):
        document["data"] |= yaml.safe_load(overlay.read_text()).get("data", {})
    return {k: base64.b64decode(v) for k, v in document["data"].items()}


MARKS = [{"labels": {LABEL: "somebody-elses"}},
         {"annotations": {"cert-manager.io/certificate-name": "somebody-elses"}},
         {"labels": {"controller.cert-manager.io/fao": "true"}}]


@pytest.mark.parametrize("marks", MARKS, ids=["another Certificate", "cert-manager.io", "cert-manager.io's label"])
def test_a_secret_of_another_owner_is_not_touched(proxied, proxy, marks):
    proxied.write([unique()])
    owned(proxied, **marks)
    before = proxied.snapshot()
    result = proxied.issue()

    assert result.code in (1, 3), str(result)
    assert "--take-over" in result.err and "web-tls" in result.err
    assert proxy.count("new-order") == 0
    assert proxied.snapshot()["target.yaml"] == before["target.yaml"]
    told = proxied.describe()
    assert told.out.startswith("To do:") and "spec.secretName: Forbidden" in told.out, told
    assert "certificate.yaml:" in told.out and "Status:" not in told.out


def test_what_stands_where_the_secret_would_is_told_before_ordering(proxied, proxy):
    file = proxied.write([unique()]).folder / "secret.default.web-tls.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-tls}\n")
    for result in (proxied.issue("--dry-run"), proxied.issue()):
        assert result.code == 1, str(result)
        assert str(file) in result.text and "move it away" in result.text
    assert proxy.count("new-order") == 0


def test_a_state_folder_that_is_a_link_is_not_followed(proxied, proxy, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (proxied.write([unique()]).folder / ".kubectl-cert").symlink_to(elsewhere)
    for result in (proxied.issue("--dry-run"), proxied.issue()):
        assert result.code == 1, str(result)
        assert ".kubectl-cert: is a symbolic link" in result.err
    assert proxy.kinds() == [] and list(elsewhere.iterdir()) == []


def test_take_over_keeps_the_other_keys(desk):
    desk.write([unique()])
    owned(desk, **MARKS[0])
    result = desk.issue("--take-over")

    assert result.code == 0, str(result)
    secret = merged_secret(desk)
    assert secret["extra"] == b"kept"
    assert secret["tls.crt"].startswith(b"-----BEGIN CERTIFICATE-----")


def test_an_account_key_that_stands_in_a_file(desk, tmp_path):
    name = unique()
    desk.write([name])
    key = run(["openssl", "genrsa", "-traditional", "2048"]).out
    desk.put("account", "Secret", "account", stringData={"tls.key": key})
    result = desk.issue()

    assert_issued(desk, result, [name], tmp_path)
    assert not (desk.folder / "secret.default.account.yaml").exists()


BROKEN = {
    "no issuer": ({"issuerRef": {"name": "nobody"}}, {}, ["spec.issuerRef", "nobody"]),
    "no provider": ({"acme": {"config": [{"dns01": {"provider": "theirs"}, "domains": ["x.example.com"]}]},
                     "dnsNames": ["x.example.com"]}, {}, ["spec.acme.config[0].dns01.provider", "theirs", "our-dns"]),
    "no solver": ({"dnsNames": ["x.example.com", "y.example.com"],
                   "acme": {"config": [{"dns01": {"provider": "our-dns"}, "domains": ["x.example.com"]}]}},
                  {}, ["spec.acme.config", "y.example.com"]),
    "no name": ({"dnsNames": None, "acme": None}, {}, ["spec"]),
    "key size": ({"keyAlgorithm": "rsa", "keySize": 1024}, {}, ["spec.keySize", "1024"]),
    "curve": ({"keyAlgorithm": "ecdsa", "keySize": 300}, {}, ["spec.keySize", "300"]),
    "organization": ({"organization": ["Example"]}, {}, ["spec.organization"]),
    "addresses": ({"ipAddresses": ["192.0.2.1"]}, {}, ["spec.ipAddresses"]),
    "isCA": ({"isCA": True}, {}, ["spec.isCA"]),
    "wrong type": ({"dnsNames": "x.example.com"}, {}, ["spec.dnsNames"]),
    "public suffix": ({"dnsNames": ["co.uk"], "acme": {"config": [{"dns01": {"provider": "our-dns"}, "domains": ["co.uk"]}]}},
                      {}, ["spec.dnsNames[0]", "co.uk"]),
    "not a DNS name": ({"dnsNames": ["-bad-.example.com"]}, {}, ["spec.dnsNames[0]"]),
    "http01": ({"acme": {"config": [{"http01": {}, "domains": ["x.example.com"]}]}, "dnsNames": ["x.example.com"]},
               {}, ["http01", "dns-01"]),
    "server": ({}, {"acme": {"server": ""}}, ["spec.acme.server"]),
    "issuer kind": ({}, {"acme": None, "selfSigned": {}}, ["selfSigned"]),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_manifests_are_refused_before_anything_is_sent(proxied, proxy, fault):
    certificate, issuer, told = BROKEN[fault]
    proxied.write([unique()], certificate=certificate, issuer=issuer)
    result = proxied.issue()

    assert result.code == 3, str(result)
    assert all(word in result.err for word in told), str(result)
    assert proxy.kinds() == []


def test_all_faults_are_told_at_once(proxied, proxy):
    proxied.write(["-bad-.example.com", "co.uk"], certificate={"keyAlgorithm": "rsa", "keySize": 77, "isCA": True})
    result = proxied.issue()

    assert result.code == 3, str(result)
    for path in ("spec.dnsNames[0]", "spec.dnsNames[1]", "spec.keySize", "spec.isCA"):
        assert path in result.err
    assert proxied.validate().code == 3


def test_issue_tells_file_and_line(proxied):
    proxied.write([unique()], certificate={"keyAlgorithm": "dsa"}, issuer={"acme": {"email": "nobody"}})
    lines = {"certificate.yaml": "keyAlgorithm", "issuer.yaml": "email"}
    result = proxied.issue()

    assert result.code == 3, str(result)
    for file, field in lines.items():
        text = (proxied.folder / file).read_text().splitlines()
        line = 1 + next(i for i, row in enumerate(text) if field + ":" in row)
        assert f"{file}:{line})" in result.err, str(result)


def test_validate_has_json(proxied):
    proxied.write([unique()], certificate={"keyAlgorithm": "rsa", "keySize": 77})
    result = proxied.validate("-o", "json")

    assert result.code == 3, str(result)
    assert "spec.keySize" in json.dumps(json.loads(result.out))


def test_validate_is_content_with_good_manifests(desk):
    result = desk.write([unique()]).validate()

    assert result.code == 0, str(result)


def test_a_missing_credential(proxied, proxy):
    proxied.write([unique()])
    (proxied.folder / "secret.yaml").unlink()
    result = proxied.issue()

    assert result.code == 3, str(result)
    assert "dns-key" in result.err and proxy.kinds() == []


def test_an_issuer_in_another_namespace_is_pointed_at(proxied):
    proxied.write([unique()]).put("secret", "Secret", "dns-key", stringData={"tsig": "x"})
    issuer = proxied.folder / "issuer.yaml"
    issuer.write_text(issuer.read_text().replace("namespace: default", "namespace: elsewhere"))
    result = proxied.issue()

    assert result.code == 3, str(result)
    assert "elsewhere" in result.err


def test_an_unknown_field_is_warned_of(desk, tmp_path):
    name = unique()
    desk.write([name], certificate={"dnsName": "x"})
    result = desk.issue()

    assert_issued(desk, result, [name], tmp_path)
    assert "dnsName" in result.err and "did you mean" in result.err and "dnsNames" in result.err


def test_the_same_object_in_two_files(desk):
    desk.write([unique()])
    (desk.folder / "again.yml").write_text((desk.folder / "certificate.yaml").read_text())
    result = desk.issue()

    assert result.code in (1, 3), str(result)
    assert "again.yml" in result.err and "certificate.yaml" in result.err


BAD_FILES = {"broken.yaml": b"a: [1, 2\nb: }", "broken.json": b'{"kind": "Secret", ', "latin1.yaml": b"a: caf\xe9\n",
             "bomb.yaml": b"a: &a [1,1,1,1,1,1,1,1]\n" + b"".join(
                 b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % ((98 + i, 98 + i) + (97 + i,) * 8) for i in range(20)),
             "deep.yaml": b"[" * 100000}


@pytest.mark.parametrize("file", BAD_FILES)
def test_a_broken_file_is_named(desk, file):
    desk.write([unique()])
    (desk.folder / file).write_bytes(BAD_FILES[file])
    result = desk.issue(seconds=60)

    assert result.code in (1, 3), str(result)
    assert file in result.err
    assert "AddressSanitizer" not in result.err and "runtime error" not in result.err


def test_other_kinds_and_lists_are_no_trouble(desk, tmp_path):
    name = unique()
    desk.write([name])
    documents = [yaml.safe_load(file.read_text()) for file in desk.folder.glob("*.yaml")]
    for file in desk.folder.glob("*.yaml"):
        file.unlink()
    below = desk.folder / "some" / "where"
    below.mkdir(parents=True)
    (below / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": documents}))
    (desk.folder / "more.yml").write_text("---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n---\n"
                                          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\n")

    assert_issued(desk, desk.issue(), [name], tmp_path)


def test_a_retired_directory_url_is_mapped_and_the_file_not_changed(desk):
    old = "https://acme-staging.api.letsencrypt.org/directory"
    desk.write([unique()], issuer={"acme": {"server": old}})
    result = desk.validate()

    assert result.code == 0, str(result)
    assert "https://acme-staging-v02.api.letsencrypt.org/directory" in result.text and "issuer.yaml" in result.text
    assert old in (desk.folder / "issuer.yaml").read_text()


def test_control_characters_do_not_reach_the_terminal(desk):
    desk.write([unique()], certificate={"secretName": "web\x1b[31mtls"})
    result = desk.issue()

    assert result.code == 3, str(result)
    assert "\x1b" not in result.text


@pytest.mark.parametrize("name", ["../../etc/web", "/etc/web", "web/../../x"])
def test_a_name_never_becomes_a_path(desk, tmp_path, name):
    desk.write([unique()], certificate={"secretName": name})
    before = {str(p) for p in tmp_path.rglob("*")}
    result = desk.issue()

    assert result.code == 3, str(result)
    assert {str(p) for p in tmp_path.rglob("*") if ".kubectl-cert" not in str(p)} == before


def test_a_dry_run_changes_nothing(proxied, proxy):
    name = unique()
    before = proxied.write([name]).snapshot()
    result = proxied.issue("--dry-run")

    assert result.code == 0, str(result)
    assert proxied.snapshot() == before
    assert not set(proxy.kinds()) & {"new-order", "authz", "challenge", "finalize"}
    assert name in result.out and "our-dns" in result.out and "example.com" in result.out
    assert name in str(json_of(proxied.issue("--dry-run=server", "-o", "json")))
    assert proxied.left_records([name]) == set()


def test_a_dry_run_tells_of_a_zone_it_cannot_find(proxied, proxy):
    result = proxied.write([unique("nowhere.invalid")]).issue("--dry-run")

    assert result.code == 1, str(result)
    assert "nowhere.invalid" in result.text
    assert proxy.count("new-order") == 0


def test_a_dry_run_of_broken_manifests(proxied):
    assert proxied.write([unique()], certificate={"isCA": True}).issue("--dry-run").code == 3
