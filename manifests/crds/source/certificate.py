# SPDX-License-Identifier: Apache-2.0
"""The Certificate kind."""

from schema import (array, choice, conditions, filled, flag, forbidden, number, required, struct, text, texts, time)

USAGES = ["signing", "digital signature", "content commitment", "key encipherment", "key agreement",
          "data encipherment", "cert sign", "crl sign", "encipher only", "decipher only", "any", "server auth",
          "client auth", "code signing", "email protection", "s/mime", "ipsec end system", "ipsec tunnel",
          "ipsec user", "timestamping", "ocsp signing", "microsoft sgc", "netscape sgc"]

COLUMNS = [("Ready", "string", '.status.conditions[?(@.type=="Ready")].status', "Whether the Secret holds a good certificate."),
           ("Secret", "string", ".spec.secretName", "The Secret that holds key and certificate."),
           ("Issuer", "string", ".spec.issuerRef.name", "Who signs."),
           ("Expires", "string", ".status.notAfter", "The end of the certificate's validity."),
           ("Renewal", "string", ".status.renewalTime", "When the certificate is due.", 1),
           ("Status", "string", '.status.conditions[?(@.type=="Ready")].message', "How it stands.", 1),
           ("Age", "date", ".metadata.creationTimestamp", "Time since the object was made.")]


def solver_config():
    dns01 = struct("Prove ownership by a TXT record.",
                   provider=text("Name of an entry of the Issuer's spec.acme.dns01.providers.", maxLength=253))
    http01 = struct("Prove ownership over HTTP. Known from older manifests; kubectl-cert solves dns01.",
                    rules=[forbidden("!(has(self.ingress) && size(self.ingress) > 0 && has(self.ingressClass))", None,
                                     "only one of 'ingress' and 'ingressClass' may be specified")],
                    ingress=text("Name of an Ingress that takes the route to the solver.", maxLength=253),
                    ingressClass={**text("Class of the Ingress that is made for the solver.", maxLength=253)})
    rules = [required("has(self.domains) && size(self.domains) > 0", ".domains", "at least one domain must be specified"),
             {"rule": "has(self.dns01) || has(self.http01)", "reason": "FieldValueRequired",
              "message": "a dns01 or http01 stanza must be specified"},
             forbidden("!(has(self.dns01) && has(self.http01))", ".http01", "may not be specified together with dns01"),
             required("!has(self.dns01) || (has(self.dns01.provider) && size(self.dns01.provider) > 0)", ".dns01.provider",
                      "the name of one of the Issuer's providers must be specified")]
    return struct("Domains that are solved alike.", rules=rules,
                  domains=texts("Names of this Certificate that this entry is for, spelled as there; wildcards too."),
                  dns01=dns01, http01=http01)


def spec():
    rules = [filled("secretName"), filled("issuerRef.name"),
             required("(has(self.dnsNames) && size(self.dnsNames) > 0) || (has(self.commonName) && size(self.commonName) > 0)",
                      ".dnsNames", "at least one dnsName is required if commonName is not set")]
    issuer = struct("The Issuer that signs.",
                    name=text("Name of the Issuer or ClusterIssuer.", maxLength=253),
                    kind=text("Issuer, which is the default and stands in the Certificate's namespace, or ClusterIssuer."),
                    group=text("API group of the Issuer; certmanager.k8s.io is the default and the only one served."))
    key = struct("How the private key is kept.",
                 rotationPolicy=choice("Always, the default, makes a new key for each certificate; Never keeps the one that "
                                       "the Secret holds.", "Always", "Never"))
    acme = struct("Which DNS provider answers for which name; needed where the Issuer lists dns01.providers.",
                  config=array("Each name of the certificate is found in the domains of one entry.", solver_config(), 100))
    return struct(
        "The certificate that is asked for.", rules=rules,
        secretName=text("Name of the Secret, in the Certificate's namespace, that is to hold tls.crt and tls.key.",
                        maxLength=253),
        issuerRef=issuer,
        commonName=text("A name of the certificate that is also its subject, of at most 64 characters. The first of dnsNames "
                        "takes its place where it is not set.", maxLength=1024),
        dnsNames=texts("The names of the certificate; *.example.com is a wildcard.", maxItems=1000),
        ipAddresses=texts("IP addresses of the certificate. ACME issuers do not sign any."),
        organization=texts("Organizations in the subject. ACME issuers do not sign any."),
        duration=text("Lifetime that is asked for: 2160h. ACME issuers decide it themselves."),
        renewBefore=text("How long before its end a certificate is renewed: 720h, which is the default."),
        isCA=flag("Ask for the certificate of a CA. ACME issuers sign none."),
        usages=array("What the key may be used for; digital signature and key encipherment by default.",
                     {"description": "A key usage or an extended key usage.", "type": "string", "enum": USAGES}),
        keySize=number("Bits of the key: 2048 to 8192 for rsa (default 2048), 256, 384 or 521 for ecdsa (default 256)."),
        keyAlgorithm=choice("Kind of the key: rsa, the default, or ecdsa.", "rsa", "ecdsa"),
        keyEncoding=choice("How tls.key is written: pkcs1, the default, or pkcs8.", "pkcs1", "pkcs8"),
        privateKey=key, acme=acme)


def order():
    failure = struct("One name.", name=text("The name."), detail=text("The CA's words."))
    return struct("The order under way, with which the next run goes on.",
                  url=text("The order's URL at the CA."), directory=text("The CA's directory URL."),
                  names=texts("The names that were ordered."), expires=time("When the CA forgets the order."),
                  specHash=text("Hash of what the order and its key depend on."),
                  failures=array("Names for which the CA made the order invalid; no run goes on with it then.", failure))


def records():
    item = struct("One record.", provider=text("The provider's name in the Issuer; empty for an entry of solvers."),
                  solver=text("The provider's stanza: rfc2136."), zone=text("The zone that holds the record."),
                  name=text("The record's full name."), value=text("The record's text, by which it is removed."),
                  domain=text("The name that the CA asks about, without a wildcard."))
    return array("TXT records that were placed, or were about to be, and are not known to be removed.", item)


def renewal_information():
    window = struct("When the CA wants the certificate renewed.", start=time("Begin."), end=time("End."))
    return struct("What the CA says about renewal (RFC 9773).", suggestedWindow=window,
                  selectedTime=time("The instant drawn within the window; all runs hold to it."),
                  explanationURL=text("A page of the CA's that explains the window."),
                  lastChecked=time("When the CA was last asked."), nextCheck=time("When the CA is to be asked again."),
                  lastError=text("Why the last question was not answered."))


def status():
    acme = struct("What belongs to the ACME protocol.", order=order(), records=records(),
                  lastAttemptTime=time("When a run began that no Lease keeps apart from others."),
                  directory=text("Directory URL of the CA that issued the certificate in the Secret."),
                  ari=renewal_information())
    secret = struct("The Secret as it was written or last read; while it has not changed it is not read again.",
                    name=text("Its name."), uid=text("Its uid."), resourceVersion=text("Its resourceVersion."))
    issue = struct("One certificate.", time=time("When it was issued."), directory=text("Directory URL of the CA."),
                   namesHash=text("Hash of its set of names."), serialNumber=text("Its serial number in hexadecimal."))
    return struct(
        "What was found and done. Without it everything is decided the same from spec and Secret.",
        conditions=conditions(),
        observedGeneration=number("The generation of the spec that the conditions judge."),
        notBefore=time("Begin of the certificate's validity."),
        notAfter=time("End of the certificate's validity."),
        renewalTime=time("When the certificate is due."),
        serialNumber=text("Serial number of the certificate, in hexadecimal."),
        authorityKeyIdentifier=text("Key identifier of the certificate's issuer, in hexadecimal."),
        specHash=text("Hash of the spec that the certificate was issued for."),
        secret=secret,
        lastFailureTime=time("When issuing last failed; not set after a success."),
        lastFailureReason=text("Why it failed, in one word."),
        lastFailureMessage=text("Why it failed, with the CA's own words."),
        failedIssuanceAttempts=number("How often issuing failed since the last success."),
        nextAttemptTime=time("Before this, renew does not try again by itself."),
        retryAfterTime=time("Before this, the CA wants no further request."),
        recentIssues=array("Certificates issued in the last week, counted against the CA's limit.", issue),
        acme=acme)
