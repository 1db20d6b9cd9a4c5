// SPDX-License-Identifier: Apache-2.0
//
// DNS questions, seen from the client: which server answered what. What comes back is hostile data.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kcert::dns {

enum class RecordType { A, Aaaa, Ns, Cname, Soa, Txt, Caa };

struct Server {
    std::string address;  ///< an IP literal without brackets
    std::uint16_t port = 53;

    bool operator==(const Server&) const = default;
};

/// "127.0.0.1:53", "[::1]:53".
std::string to_string(const Server& server);

/// HOST:PORT, HOST, [IPv6]:PORT; nothing where HOST is no IP literal.
std::optional<Server> parse_server(std::string_view text, std::uint16_t default_port = 53);

enum class Rcode { NoError, FormErr, ServFail, NxDomain, NotImp, Refused, Other };

/// "NXDOMAIN", "SERVFAIL" …
std::string_view to_string(Rcode rcode);

struct Record {
    std::string name;  ///< owner, lower case, fully qualified
    RecordType type = RecordType::Txt;
    std::uint32_t ttl = 0;  ///< seconds
    std::string data;  ///< a name (lower case, fully qualified), an address, TXT's strings joined,
                       ///< CAA as "0 issue ca.test"
};

struct Question {
    std::string name;  ///< fully qualified
    RecordType type = RecordType::Txt;
    std::vector<Server> servers;  ///< asked in turn until one answers; empty: the resolver's own
    bool recursive = true;        ///< RD; false when an authoritative server is asked
    std::chrono::milliseconds timeout{2'000};  ///< of one try at one server; each is tried twice
};

struct Answer {
    std::optional<Rcode> rcode;  ///< nothing: no server answered; `error` says why
    bool authoritative = false;
    std::vector<Record> answers;
    std::vector<Record> authority;
    Server server;      ///< who answered, or was asked last
    std::string error;  ///< "no answer from 192.0.2.1:53 within 2s"
};

/// Any thread may call.
class Resolver {
  public:
    virtual ~Resolver() = default;

    /// Asks all at once; answers in the order of the questions. UDP with EDNS, TCP where truncated.
    /// Never throws for a server's fault: that stands in its answer. When `stop` is requested the
    /// rest answers with an error at once.
    virtual std::vector<Answer> query_all(std::span<const Question> questions,
                                          std::stop_token stop) = 0;

    /// The recursive servers in use, for messages.
    virtual std::vector<Server> servers() const = 0;
};

Answer query(Resolver& resolver, const Question& question, std::stop_token stop);

/// "192.0.2.1:53 answered SERVFAIL", or the error of an answer that never came.
std::string summary(const Answer& answer);

/// Lower case with one trailing dot.
std::string fqdn(std::string_view name);

/// `name` is `apex` or stands below it; both fully qualified.
bool is_within(std::string_view name, std::string_view apex);

/// One label less; "." of a name without a second label and of ".".
std::string parent(std::string_view name);

}  // namespace kcert::dns
