# SPDX-License-Identifier: Apache-2.0
"""The Issuer and ClusterIssuer kinds, which differ in nothing but their scope."""

from schema import (any_json, array, choice, conditions, filled, flag, forbidden, one_of, pem, required, secret_key,
                    struct, text, text_map, texts)
from solvers import STANZAS, stanzas

COLUMNS = [("Ready", "string", '.status.conditions[?(@.type=="Ready")].status', "Whether the account is registered."),
           ("Server", "string", ".spec.acme.server", "The ACME directory.", 1),
           ("Status", "string", '.status.conditions[?(@.type=="Ready")].message', "How it stands.", 1),
           ("Age", "date", ".metadata.creationTimestamp", "Time since the object was made.")]
TYPES = ("acme", "ca", "selfSigned", "vault", "venafi")
SERVICE_TYPE = choice("Type of the solver's Service: NodePort, the default, or ClusterIP.", "ClusterIP", "NodePort")
ENTRY_RULES = one_of(STANZAS, "at least one provider must be configured", "may not specify more than one provider type")
UNSOLVED = "Prove ownership over HTTP. Known from older manifests; kubectl-cert solves dns01."


def cname_strategy():
    return choice("Whether a CNAME at the challenge's name is followed to where the record is placed: None, the default, "
                  "or Follow.", "None", "Follow")


def providers():
    entry = struct("A DNS provider: a name and exactly one stanza.", rules=[filled("name", "name must be specified"), *ENTRY_RULES],
                   name=text("The name by which Certificates refer to it.", maxLength=253),
                   cnameStrategy=cname_strategy(), **stanzas())
    return struct("DNS providers that Certificates name in spec.acme.config.",
                  providers=array("The providers; each name once.", entry, 100))


def pod_template():
    metadata = struct("Labels and annotations, nothing else.", labels=text_map("Labels that are added."),
                      annotations=text_map("Annotations that are added."),
                      creationTimestamp=text("Written by some tools; without meaning.", nullable=True))
    return struct("Changes to the solver's Pod.", metadata=metadata,
                  spec=any_json("nodeSelector, tolerations and affinity of the Pod, as in a Pod.", type="object"))


def solvers():
    selector = struct("Which names the entry is for; without it, all.",
                      matchLabels=text_map("Labels that the Certificate has."),
                      dnsNames=texts("Names, spelled as in the Certificate; beats dnsZones."),
                      dnsZones=texts("Zones: each name in or below one; the longest beats the others."))
    ingress = struct("Through an Ingress.", serviceType=SERVICE_TYPE, **{
        "class": text("Class of the Ingress that is made."), "name": text("Ingress that takes the route to the solver."),
        "podTemplate": pod_template()})
    rules = one_of(("dns01", "http01"), "no solver type configured", "may not specify more than one solver type in a single solver")
    entry = struct("How the names that the selector picks are proven.", rules=rules, selector=selector,
                   dns01=struct("Prove ownership by a TXT record: exactly one stanza.", rules=ENTRY_RULES,
                                cnameStrategy=cname_strategy(), **stanzas()),
                   http01=struct(UNSOLVED, ingress=ingress))
    return array("Solvers that are chosen by name, zone or label; Certificates then need no spec.acme.", entry, 100)


def acme():
    binding = struct("The CA's own account that the ACME account is bound to.",
                     rules=[filled("keyID", "the keyID that the CA gave you must be specified"),
                            filled("keySecretRef.name", "secret name is required"),
                            filled("keySecretRef.key", "secret key is required")],
                     keyID=text("Id of the key that the CA gave you.", maxLength=4096),
                     keySecretRef={**secret_key("The MAC key that the CA gave you, in base64url.")},
                     keyAlgorithm=choice("HS256, the default, HS384 or HS512.", "HS256", "HS384", "HS512"))
    binding["properties"]["keySecretRef"]["properties"]["key"]["maxLength"] = 253
    rules = [filled("server", "acme server URL is a required field"),
             filled("privateKeySecretRef.name", "private key secret name is a required field")]
    return struct(
        "A CA that speaks ACME (RFC 8555): Let's Encrypt and others.", rules=rules,
        server=text("URL of the CA's directory: https://acme-v02.api.letsencrypt.org/directory", maxLength=4096),
        email=text("Address that the CA may write to about the account."),
        skipTLSVerify=flag("Do not verify the CA's TLS certificate. Whoever is on the way can then answer for it: caBundle is "
                           "better."),
        caBundle=pem("Base64 of PEM certificates that the CA's TLS certificate is verified with, in place of the system's."),
        privateKeySecretRef=secret_key("Where the account's key is kept; made when it is first needed.",
                                       "The key in the Secret's data; tls.key by default."),
        externalAccountBinding=binding,
        preferredChain=text("Common name of the root whose chain is taken where the CA offers several."),
        profile=text("Certificate profile to ask the CA for."),
        http01=struct(UNSOLVED, serviceType=SERVICE_TYPE),
        dns01=providers(), solvers=solvers())


def vault():
    role = struct("An AppRole.", path=text("Where the AppRole is mounted."), roleId=text("Id of the role."),
                  secretRef=secret_key("Its secret id."))
    auth = struct("How one logs in; one of the two.", tokenSecretRef=secret_key("A token."), appRole=role)
    return struct("HashiCorp Vault. Judged only: kubectl-cert issues from acme.", auth=auth,
                  server=text("URL of the server."), path=text("Path of the signing role."),
                  caBundle=pem("Base64 of PEM certificates that the server is verified with."))


def venafi():
    tpp = struct("Trust Protection Platform.", url=text("URL of the server."),
                 credentialsRef=struct("Secret with username and password.", name=text("Name of the Secret.")),
                 caBundle=pem("Base64 of PEM certificates that the server is verified with."))
    cloud = struct("Venafi's service.", url=text("URL of the service."), apiTokenSecretRef=secret_key("API token."))
    return struct("Venafi. Judged only: kubectl-cert issues from acme.", zone=text("Policy zone."), tpp=tpp, cloud=cloud)


def spec():
    types = {"acme": acme(), "vault": vault(), "venafi": venafi(),
             "ca": struct("A key pair in a Secret. Judged only: kubectl-cert issues from acme.",
                          secretName=text("Name of the Secret.")),
             "selfSigned": struct("Certificates that sign themselves. Judged only: kubectl-cert issues from acme.")}
    return struct("Who signs: exactly one of the members.",
                  rules=one_of(TYPES, "at least one issuer must be configured", "may not specify more than one issuer type"), **types)


def status():
    account = struct("The ACME account.", uri=text("URL of the account."),
                     lastRegisteredEmail=text("Address that the CA was last given."))
    return struct("What was found and done.", conditions=conditions(), acme=account)
