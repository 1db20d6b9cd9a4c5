// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "base/error.h"
#include "cli/invocation.h"

namespace kcert::cli {
namespace {

using namespace std::chrono_literals;

using Names = std::vector<std::string>;

Invocation parsed(const std::vector<std::string>& arguments) {
    return parse(arguments, "kubectl cert");
}

template <typename Options>
Options options(const std::vector<std::string>& arguments) {
    return std::get<Options>(parsed(arguments).command);
}

std::string refusal(const std::vector<std::string>& arguments) {
    try {
        parsed(arguments);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Usage);
        return error.what();
    }
    return "accepted";
}

TEST_CASE("issue has documented defaults", "[cli][unit]") {
    const IssueOptions issue = options<IssueOptions>({"issue", "web"});

    CHECK(issue.name == "web");
    CHECK(issue.output == OutputFormat::Text);
    CHECK(issue.dry_run == DryRun::None);
    CHECK_FALSE(issue.force);
    CHECK(issue.timeout == 10min);
    CHECK(issue.propagation_timeout == 5min);
    CHECK(issue.propagation_wait == 0s);
    CHECK(issue.dns01_check == Dns01Check::Authoritative);
    CHECK(issue.dns_port == 53);
    CHECK(issue.account_key_type == AccountKeyType::Ecdsa);
    CHECK_FALSE(issue.ambient_credentials);
    CHECK(issue.dns01_exec.empty());
}

TEST_CASE("issue takes every flag", "[cli][unit]") {
    const IssueOptions issue =
        options<IssueOptions>({"issue",
                               "web",
                               "--dry-run=server",
                               "--force",
                               "--take-over",
                               "--wait",
                               "-f",
                               "a.yaml,b",
                               "--filename=-",
                               "--timeout",
                               "90s",
                               "--propagation-timeout=1m30s",
                               "--propagation-wait",
                               "20",
                               "--dns01-check",
                               "recursive",
                               "--dns01-recursive-nameservers",
                               "192.0.2.1:53,192.0.2.2:5353",
                               "--dns01-recursive-nameservers=[2001:db8::1]:53",
                               "--dns-port",
                               "5353",
                               "--acme-ca",
                               "ca.pem",
                               "--account-key-type",
                               "rsa",
                               "--ambient-credentials",
                               "--dns01-exec",
                               "our-dns=./set-txt,other=/bin/b",
                               "--dns01-exec=third=c=d",
                               "-o",
                               "json"});

    CHECK(issue.dry_run == DryRun::Server);
    CHECK(issue.force);
    CHECK(issue.take_over);
    CHECK(issue.wait);
    CHECK(issue.files == Names{"a.yaml", "b", "-"});
    CHECK(issue.timeout == 90s);
    CHECK(issue.propagation_timeout == 90s);
    CHECK(issue.propagation_wait == 20s);
    CHECK(issue.dns01_check == Dns01Check::Recursive);
    CHECK(issue.recursive_nameservers ==
          std::vector<std::string>{"192.0.2.1:53", "192.0.2.2:5353", "[2001:db8::1]:53"});
    CHECK(issue.dns_port == 5353);
    CHECK(issue.acme_ca == "ca.pem");
    CHECK(issue.account_key_type == AccountKeyType::Rsa);
    CHECK(issue.ambient_credentials);
    CHECK(issue.dns01_exec == Names{"our-dns=./set-txt", "other=/bin/b", "third=c=d"});
    CHECK(issue.output == OutputFormat::Json);
}

TEST_CASE("a bare --dry-run means client and leaves the name alone", "[cli][unit]") {
    const IssueOptions issue = options<IssueOptions>({"issue", "--dry-run", "web"});

    CHECK(issue.dry_run == DryRun::Client);
    CHECK(issue.name == "web");
}

TEST_CASE("shared flags stand before or behind the command", "[cli][unit]") {
    const auto arguments = GENERATE(
        std::vector<std::string>{"-n", "shop", "--local", "dir", "-v=6", "describe", "web"},
        std::vector<std::string>{"describe", "web", "-n=shop", "--local=dir", "-v6"},
        std::vector<std::string>{"describe", "--namespace", "shop", "web", "--local", "dir",
                                 "--v=6"});

    const Invocation invocation = parsed(arguments);

    CHECK(invocation.shared.ns == "shop");
    CHECK(invocation.shared.local == "dir");
    CHECK(invocation.shared.verbosity == 6);
    CHECK(std::get<DescribeOptions>(invocation.command).names == Names{"web"});
}

TEST_CASE("every command takes kubectl's flags about the cluster", "[cli][unit]") {
    std::vector<std::string> arguments{"--kubeconfig=k",
                                       "--context",
                                       "c",
                                       "--cluster=cl",
                                       "--user=u",
                                       "-s",
                                       "https://api.test",
                                       "--tls-server-name=t",
                                       "--certificate-authority=ca",
                                       "--insecure-skip-tls-verify",
                                       "--disable-compression",
                                       "--client-certificate=cc",
                                       "--client-key=ck",
                                       "--token=tok=en",
                                       "--username=n",
                                       "--password=p",
                                       "--as=jane",
                                       "--as-uid=7",
                                       "--as-group=a,b",
                                       "--as-group",
                                       "c",
                                       "--as-user-extra=k=v=w",
                                       "--as-user-extra",
                                       "k=",
                                       "--request-timeout=5s",
                                       "--cache-dir=d"};
    const std::vector<std::string> command =
        GENERATE(Names{"issue", "web"}, Names{"describe", "web"}, Names{"validate", "-f", "-"});
    const bool before = GENERATE(true, false);
    arguments.insert(before ? arguments.end() : arguments.begin(), command.begin(), command.end());

    const ClusterFlags flags = parsed(arguments).shared.cluster;

    CHECK(flags.kubeconfig == "k");
    CHECK(flags.context == "c");
    CHECK(flags.cluster == "cl");
    CHECK(flags.user == "u");
    CHECK(flags.server == "https://api.test");
    CHECK(flags.tls_server_name == "t");
    CHECK(flags.certificate_authority == "ca");
    CHECK(flags.insecure_skip_tls_verify);
    CHECK(flags.disable_compression);
    CHECK(flags.client_certificate == "cc");
    CHECK(flags.client_key == "ck");
    CHECK(flags.token.reveal() == "tok=en");
    CHECK(flags.username == "n");
    CHECK(flags.password.reveal() == "p");
    CHECK(flags.as == "jane");
    CHECK(flags.as_uid == "7");
    CHECK(flags.as_groups == Names{"a,b", "c"});
    CHECK(flags.as_user_extra ==
          std::vector<std::pair<std::string, std::string>>{{"k", "v=w"}, {"k", ""}});
    CHECK(flags.request_timeout == "5s");
    CHECK(flags.cache_dir == "d");
}

TEST_CASE("a flag that is false says so", "[cli][unit]") {
    CHECK_FALSE(parsed({"issue", "web", "--insecure-skip-tls-verify=false"})
                    .shared.cluster.insecure_skip_tls_verify);
    CHECK(refusal({"issue", "web", "--insecure-skip-tls-verify=maybe"}) != "accepted");
}

TEST_CASE("describe takes several names, a selector or all namespaces", "[cli][unit]") {
    CHECK(options<DescribeOptions>({"describe", "a", "b"}).names == Names{"a", "b"});
    CHECK(options<DescribeOptions>({"describe", "certs", "a", "b"}).names == Names{"a", "b"});
    CHECK(options<DescribeOptions>({"describe", "cert/a", "certificate/b"}).names ==
          Names{"a", "b"});

    const auto selected = options<DescribeOptions>({"describe", "-l", "app=web,tier!=db", "-A"});
    CHECK(selected.names.empty());
    CHECK(selected.selector == "app=web,tier!=db");
    CHECK(selected.all_namespaces);
    CHECK(options<DescribeOptions>({"describe", "certs", "-A"}).names.empty());
    CHECK(options<DescribeOptions>({"describe", "certificates", "--selector=a"}).names.empty());
}

TEST_CASE("what describe cannot do together is refused", "[cli][unit]") {
    const std::string hint = "\nSee 'kubectl cert describe -h' for help and examples";

    CHECK(refusal({"describe"}) == "NAME, --selector or --all-namespaces is required" + hint);
    CHECK(refusal({"describe", "web", "-l", "a=b"}) ==
          "name cannot be provided when a selector is specified" + hint);
    CHECK(refusal({"describe", "web", "-A"}) ==
          "a resource cannot be retrieved by name across all namespaces" + hint);
    CHECK(refusal({"describe", "cert", "cert/web"}) ==
          "\"cert/web\" names its type itself: leave \"cert\" out" + hint);
    CHECK(refusal({"describe", "web", "issuer/a"}) ==
          "\"issuer\" is no type that this command knows; it takes certificates" + hint);
}

TEST_CASE("issue needs no name where there are files", "[cli][unit]") {
    CHECK(options<IssueOptions>({"issue", "-f", "."}).name.empty());
    CHECK(options<IssueOptions>({"issue", "-f", ".", "web"}).name == "web");
}

TEST_CASE("validate may look into the cluster", "[cli][unit]") {
    CHECK(options<ValidateOptions>({"validate", "-f", ".", "--against-cluster"}).against_cluster);
    CHECK_FALSE(options<ValidateOptions>({"validate", "-f", "."}).against_cluster);
}

TEST_CASE("example takes one provider", "[cli][unit]") {
    const std::string hint = "\nSee 'kubectl cert example -h' for help and examples";

    CHECK(options<ExampleOptions>({"example", "rfc2136"}).provider == "rfc2136");
    CHECK(refusal({"example"}) == "exactly one PROVIDER is required, got 0" + hint);
    CHECK(refusal({"example", "a", "b"}) == "exactly one PROVIDER is required, got 2" + hint);
}

TEST_CASE("the last of a repeated flag counts", "[cli][unit]") {
    CHECK(parsed({"issue", "web", "-n", "a", "-n", "b"}).shared.ns == "b");
}

TEST_CASE("a certificate is named alone or with its type", "[cli][unit]") {
    const auto words =
        GENERATE(std::vector<std::string>{"web"}, std::vector<std::string>{"certificate/web"},
                 std::vector<std::string>{"certs", "web"},
                 std::vector<std::string>{"certificate.certmanager.k8s.io/web"});
    std::vector<std::string> arguments{"describe"};
    arguments.insert(arguments.end(), words.begin(), words.end());

    CHECK(options<DescribeOptions>(arguments).names == Names{"web"});
}

TEST_CASE("a certificate may be called like a command", "[cli][unit]") {
    CHECK(options<DescribeOptions>({"describe", "issue"}).names == Names{"issue"});
    CHECK(options<DescribeOptions>({"describe", "cert"}).names == Names{"cert"});
}

TEST_CASE("validate takes -f repeated, as a comma list and as standard input", "[cli][unit]") {
    CHECK(options<ValidateOptions>({"validate", "-f", "a.yaml,b", "-f", "-"}).files ==
          std::vector<std::string>{"a.yaml", "b", "-"});
}

TEST_CASE("a usage error says what is wrong and where help is", "[cli][unit]") {
    const std::string hint = "\nSee 'kubectl cert issue -h' for help and examples";

    CHECK(refusal({"issue"}) == "exactly one NAME is required, got 0" + hint);
    CHECK(refusal({"issue", "a", "b", "c"}) == "exactly one NAME is required, got 3" + hint);
    CHECK(refusal({"issue", "issuer/web"}) ==
          "\"issuer\" is no type that this command knows; it takes certificates" + hint);
    CHECK(refusal({"issue", "web", "--timeout"}) == "flag needs an argument: --timeout" + hint);
    CHECK(refusal({"issue", "web", "--timeout", "soon"}) ==
          "invalid argument \"soon\" for \"--timeout\" flag: must be a duration such as 90s, 10m "
          "or 1h30m" +
              hint);
    CHECK(refusal({"issue", ""}) == "NAME must not be empty" + hint);
    CHECK(refusal({"-n", "shop", "issue", "cert/"}) == "NAME must not be empty" + hint);
    CHECK(refusal({"issue", "web", "--as-user-extra=k"}) ==
          "invalid argument \"k\" for \"--as-user-extra\" flag: must be KEY=VALUE" + hint);
    CHECK(refusal({"issue", "a/b/c"}) == "\"a/b/c\" is neither NAME nor TYPE/NAME" + hint);
    for (const std::string flag : {"--timeout", "--propagation-timeout"}) {
        CHECK(refusal({"issue", "web", flag, "0"}) ==
              fmt::format("invalid argument \"0\" for \"{}\" flag: must be longer than 0s{}", flag,
                          hint));
    }
    CHECK(refusal({"issue", "web", "--timeout=-1s"}) ==
          "invalid argument \"-1s\" for \"--timeout\" flag: must be a duration such as 90s, 10m "
          "or 1h30m" +
              hint);
    CHECK(refusal({"issue", "web", "--dns-port=0"}) ==
          "invalid argument \"0\" for \"--dns-port\" flag: must be a number from 1 to 65535" +
              hint);
    CHECK(refusal({"issue", "web", "--dns-port=70000"}) ==
          "invalid argument \"70000\" for \"--dns-port\" flag: must be a number from 1 to 65535" +
              hint);
    CHECK(refusal({"issue", "web", "--dry-run=maybe"}) ==
          "invalid argument \"maybe\" for \"--dry-run\" flag: must be one of: none, client, "
          "server" +
              hint);
    CHECK(refusal({"issue", "web", "-o", "wide"}) ==
          "unable to match a printer suitable for the output format \"wide\", allowed formats "
          "are: json,yaml,name" +
              hint);
    CHECK(refusal({"issue", "web", "-x"}) == "unknown shorthand flag: 'x' in -x" + hint);
}

TEST_CASE("a mistyped flag or command is answered with the nearest", "[cli][unit]") {
    CHECK(refusal({"issue", "web", "--propagation-timeuot=1m"}) ==
          "unknown flag: --propagation-timeuot (did you mean --propagation-timeout?)\n"
          "See 'kubectl cert issue -h' for help and examples");
    CHECK(refusal({"isue", "web"}) ==
          "unknown command \"isue\" for \"kubectl cert\"\n\nDid you mean this?\n\tissue\n\n"
          "See 'kubectl cert -h' for help and examples");
    CHECK(refusal({"validate"}) ==
          "must specify -f: a file, a folder or -\n"
          "See 'kubectl cert validate -h' for help and examples");
    CHECK(refusal({"version", "now"}) ==
          "unexpected argument \"now\"\nSee 'kubectl cert version -h' for help and examples");
}

TEST_CASE("the program is called as its user called it", "[cli][unit]") {
    CHECK(program_name("/usr/local/bin/kubectl-cert") == "kubectl cert");
    CHECK(program_name("kubectl-cert") == "kubectl cert");
    CHECK(program_name("./kcert") == "kcert");
    CHECK(program_name("") == "kubectl cert");
}

}  // namespace
}  // namespace kcert::cli
