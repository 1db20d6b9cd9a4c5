// SPDX-License-Identifier: Apache-2.0

#include "shared/rules/judge.h"

namespace kcert::rules::testing {
namespace {

std::string names(int count) {
    std::string list;
    for (int i = 0; i < count; ++i) {
        list += "n" + std::to_string(i) + ".example.com, ";
    }
    return "{spec: {dnsNames: [" + list + "]}}";
}

std::string common_name(std::size_t length) {
    return "{spec: {commonName: " + std::string(length - 12, 'a') + ".example.com}}";
}

std::string config(const std::string& entries) {
    return "{spec: {acme: {config: [" + entries + "]}}}";
}

}  // namespace

const std::vector<Case>& certificate_cases() {
    static const std::vector<Case> cases{
        {"schema/type", "spec.dnsNames", "{spec: {dnsNames: example.com, commonName: a.test}}",
         "{}"},
        {"schema/unknown-field", "spec.commonname", "{spec: {commonname: example.com}}", "{}"},
        {"schema/duration", "spec.renewBefore", "{spec: {renewBefore: 30d}}",
         "{spec: {renewBefore: 720h}}"},
        {"schema/enum", "spec.privateKey.rotationPolicy",
         "{spec: {privateKey: {rotationPolicy: never}}}",
         "{spec: {privateKey: {rotationPolicy: Never}}}"},
        {"metadata/name-required", "metadata.name", "{metadata: {name: null}}",
         "{metadata: {name: null, generateName: web-}}"},
        {"metadata/name-syntax", "metadata.name", "{metadata: {name: My_Web}}",
         "{metadata: {name: my.web}}"},
        {"metadata/name-syntax", "metadata.name",
         "{metadata: {name: " + std::string(254, 'a') + "}}",
         "{metadata: {name: " + std::string(253, 'a') + "}}"},
        {"metadata/namespace-syntax", "metadata.namespace", "{metadata: {namespace: my.shop}}",
         "{metadata: {namespace: my-shop}}"},
        {"metadata/namespace-syntax", "metadata.namespace",
         "{metadata: {namespace: " + std::string(64, 'a') + "}}",
         "{metadata: {namespace: " + std::string(63, 'a') + "}}"},
        {"certificate/secret-name-required", "spec.secretName", "{spec: {secretName: null}}", "{}"},
        {"certificate/secret-name-syntax", "spec.secretName", "{spec: {secretName: ../web}}",
         "{spec: {secretName: web.tls}}"},
        {"certificate/secret-name-reserved", "spec.secretName",
         "{metadata: {name: web}, spec: {secretName: web-pending-key}}",
         "{metadata: {name: web}, spec: {secretName: api-pending-key}}"},
        {"certificate/issuer-name-required", "spec.issuerRef.name", "{spec: {issuerRef: null}}",
         "{}"},
        {"certificate/issuer-name-syntax", "spec.issuerRef.name",
         "{spec: {issuerRef: {name: Lets_Encrypt}}}", "{spec: {issuerRef: {name: le.prod}}}"},
        {"certificate/issuer-kind", "spec.issuerRef.kind",
         "{spec: {issuerRef: {kind: StepIssuer}}}", "{spec: {issuerRef: {kind: Issuer}}}"},
        {"certificate/issuer-group", "spec.issuerRef.group",
         "{spec: {issuerRef: {kind: StepIssuer, group: certmanager.step.sm}}}",
         "{spec: {issuerRef: {group: certmanager.k8s.io}}}"},
        {"certificate/names-required", "spec.dnsNames", "{spec: {dnsNames: []}}",
         "{spec: {dnsNames: [], commonName: example.com}}"},
        {"certificate/common-name-length", "spec.commonName", common_name(65), common_name(64)},
        {"certificate/dns-name-syntax", "spec.dnsNames[0]", "{spec: {dnsNames: [a_b.example.com]}}",
         "{spec: {dnsNames: [bücher.example.com]}}"},
        {"certificate/dns-name-syntax", "spec.dnsNames[0]", "{spec: {dnsNames: [192.0.2.1]}}",
         "{spec: {dnsNames: ['*.example.com']}}"},
        {"certificate/dns-name-syntax", "spec.dnsNames[0]", "{spec: {dnsNames: [localhost]}}",
         "{spec: {dnsNames: [EXAMPLE.com.]}}"},
        {"certificate/dns-name-syntax", "spec.dnsNames[0]",
         "{spec: {dnsNames: ['a.*.example.com']}}", "{}"},
        {"certificate/dns-name-syntax", "spec.dnsNames[0]", "{spec: {dnsNames: ['']}}", "{}"},
        {"certificate/dns-name-syntax", "spec.commonName", "{spec: {commonName: My Shop}}",
         "{spec: {commonName: example.com}}"},
        {"certificate/dns-name-redundant", "spec.dnsNames[1]",
         "{spec: {dnsNames: ['*.Example.com', www.example.com]}}",
         "{spec: {dnsNames: ['*.example.com', example.com, a.b.example.com]}}"},
        {"certificate/dns-name-redundant", "spec.commonName",
         "{spec: {commonName: www.example.com, dnsNames: ['*.example.com']}}",
         "{spec: {commonName: '*.example.com', dnsNames: ['*.example.com']}}"},
        {"certificate/public-suffix", "spec.dnsNames[0]", "{spec: {dnsNames: [co.uk]}}",
         "{spec: {dnsNames: [example.co.uk]}}"},
        {"certificate/public-suffix", "spec.dnsNames[0]", "{spec: {dnsNames: ['*.co.uk']}}",
         "{spec: {dnsNames: [shop.github.io]}}"},
        {"certificate/too-many-names", "spec.dnsNames", names(101), names(100)},
        {"certificate/too-many-names", "spec.dnsNames", names(1001),
         "{spec: {commonName: example.com}}"},
        {"certificate/ip-address-syntax", "spec.ipAddresses[1]",
         "{spec: {ipAddresses: [192.0.2.1, 192.0.2]}}",
         "{spec: {ipAddresses: [192.0.2.1, '2001:db8::1']}}"},
        {"certificate/key-size-negative", "spec.keySize", "{spec: {keySize: -1}}",
         "{spec: {keySize: 0}}"},
        {"certificate/rsa-key-size", "spec.keySize", "{spec: {keySize: 1024, keyAlgorithm: rsa}}",
         "{spec: {keySize: 8192, keyAlgorithm: rsa}}"},
        {"certificate/rsa-key-size", "spec.keySize", "{spec: {keySize: 100}}",
         "{spec: {keySize: 2048}}"},
        {"certificate/ecdsa-key-size", "spec.keySize",
         "{spec: {keySize: 2048, keyAlgorithm: ecdsa}}",
         "{spec: {keySize: 521, keyAlgorithm: ecdsa}}"},
        {"certificate/key-algorithm", "spec.keyAlgorithm", "{spec: {keyAlgorithm: RSA}}",
         "{spec: {keyAlgorithm: ecdsa}}"},
        {"certificate/key-encoding", "spec.keyEncoding", "{spec: {keyEncoding: PKCS8}}",
         "{spec: {keyEncoding: pkcs8}}"},
        {"certificate/usage", "spec.usages[1]", "{spec: {usages: [server auth, serving]}}",
         "{spec: {usages: [server auth, digital signature]}}"},
        {"certificate/duration-minimum", "spec.duration", "{spec: {duration: 59m}}",
         "{spec: {duration: 1h}}"},
        {"certificate/renew-before-minimum", "spec.renewBefore", "{spec: {renewBefore: 1m}}",
         "{spec: {renewBefore: 5m}}"},
        {"certificate/renew-before-duration", "spec.renewBefore",
         "{spec: {duration: 2h, renewBefore: 2h}}", "{spec: {duration: 2h, renewBefore: 1h}}"},
        {"certificate/renew-before-duration", "spec.renewBefore", "{spec: {renewBefore: 2160h}}",
         "{spec: {renewBefore: 1080h}}"},
        {"certificate/renew-before-half", "spec.renewBefore", "{spec: {renewBefore: 1081h}}",
         "{spec: {renewBefore: 1080h}}"},
        {"certificate/config-domains-required", "spec.acme.config[0].domains",
         config("{dns01: {provider: a}}"),
         config("{domains: [example.com], dns01: {provider: a}}")},
        {"certificate/config-solver-required", "spec.acme.config[0]",
         config("{domains: [example.com]}"),
         config("{domains: [example.com], dns01: {provider: a}}")},
        {"certificate/config-solver-exclusive", "spec.acme.config[0].http01",
         config("{domains: [example.com], dns01: {provider: a}, http01: {}}"),
         config("{domains: [example.com], dns01: {provider: a}}")},
        {"certificate/config-provider-required", "spec.acme.config[0].dns01.provider",
         config("{domains: [example.com], dns01: {}}"),
         config("{domains: [example.com], dns01: {provider: a}}")},
        {"certificate/config-ingress-exclusive", "spec.acme.config[1].http01",
         config("{domains: [example.com], dns01: {provider: a}}, {domains: [other.test], http01: "
                "{ingress: a, ingressClass: b}}"),
         config("{domains: [example.com], dns01: {provider: a}}, {domains: [other.test], http01: "
                "{ingress: a}}")},
        {"certificate/config-missing-domain", "spec.acme.config", config(""),
         config("{domains: [Example.com], dns01: {provider: a}}")},
        {"certificate/config-missing-domain", "spec.acme.config",
         "{spec: {commonName: '*.example.com', acme: {config: [{domains: [example.com], dns01: "
         "{provider: a}}]}}}",
         "{spec: {commonName: '*.example.com', acme: {config: [{domains: [example.com, "
         "'*.example.com'], dns01: {provider: a}}]}}}"},
        {"certificate/http01-only", "spec.acme.config[0].domains",
         config("{domains: [example.com], http01: {}}"),
         config("{domains: [example.com], http01: {}}, {domains: [example.com], dns01: {provider: "
                "a}}")},
        {"certificate/wildcard-needs-dns01", "spec.acme.config[0].domains",
         "{spec: {dnsNames: ['*.example.com'], acme: {config: [{domains: ['*.example.com'], "
         "http01: {}}]}}}",
         "{spec: {dnsNames: ['*.example.com'], acme: {config: [{domains: ['*.example.com'], "
         "dns01: {provider: a}}]}}}"},
    };
    return cases;
}

}  // namespace kcert::rules::testing
