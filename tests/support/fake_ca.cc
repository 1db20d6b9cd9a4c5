// SPDX-License-Identifier: Apache-2.0

#include "support/fake_ca.h"

#include <algorithm>

#include "base/text.h"
#include "json/json.h"
#include "support/jws_check.h"

namespace kcert::testing {

namespace {

const std::string kBase = "https://ca.test/";
const std::string kAccount = kBase + "account/1";

std::string url(std::string_view kind, std::size_t id) {
    return kBase + std::string(kind) + "/" + std::to_string(id);
}

std::size_t id_of(const std::string& address) {
    const std::vector<std::string> parts = split(address, '/');
    return parts.size() > 4 ? std::stoul(parts[4]) : 0;
}

net::Response json_response(int status, const json::Value& body, net::Headers headers = {}) {
    return {.status = status, .headers = std::move(headers), .body = json::write_json(body)};
}

}  // namespace

std::string kind_of(const std::string& address) {
    const std::vector<std::string> parts = split(address, '/');
    return parts.size() == 6 ? parts[5] : parts.at(3);
}

acme::Directory FakeCa::directory() const {
    return {.url = kBase + "directory",
            .new_nonce = kBase + "nonce",
            .new_account = kBase + "new-account",
            .new_order = kBase + "new-order"};
}

int FakeCa::requests() const {
    int sum = -rejected;
    for (const auto& [kind, count] : counts) {
        sum += kind == "nonce" ? 0 : count;
    }
    return sum;
}

void FakeCa::exchange(net::RequestSource& source, std::size_t window, std::stop_token stop) {
    std::size_t index = 0;
    for (;;) {
        std::vector<net::Request> flight;
        while (flight.size() < window) {
            std::optional<net::Request> request = source.next();
            if (!request) {
                break;
            }
            flight.push_back(*std::move(request));
        }
        if (flight.empty()) {
            return;
        }
        ++round_trips;
        most_in_flight = std::max(most_in_flight, flight.size());
        for (const net::Request& request : flight) {
            source.done(index++, stop.stop_requested()
                                     ? net::Outcome(Error(ErrorKind::Cancelled, "stopped"))
                                     : reply_to(request));
        }
    }
}

std::string FakeCa::fresh_nonce() {
    std::string nonce = "nonce" + std::to_string(++issued_);
    nonces_.insert(nonce);
    return nonce;
}

net::Outcome FakeCa::reply_to(const net::Request& request) {
    const std::string kind = kind_of(request.url);
    ++counts[kind];
    if (std::optional<net::Outcome> other = instead ? instead(request) : std::nullopt) {
        return *std::move(other);
    }
    net::Response response = take(request, kind, id_of(request.url));
    if (std::optional<net::Outcome> other = afterwards ? afterwards(request) : std::nullopt) {
        return *std::move(other);
    }
    response.headers.emplace_back("replay-nonce", fresh_nonce());
    return response;
}

net::Response FakeCa::take(const net::Request& request, const std::string& kind, std::size_t id) {
    if (kind == "nonce") {
        return {.status = 200};
    }
    json::Value payload;
    if (std::optional<net::Response> refusal = check(request, payload)) {
        return *std::move(refusal);
    }
    if (kind == "new-account") {
        return new_account(payload);
    }
    if (kind == "account") {
        return account(payload);
    }
    if (kind == "new-order") {
        return new_order(payload);
    }
    if ((kind == "order" || kind == "finalize" || kind == "cert") && id < orders_.size()) {
        return kind == "order"      ? order(id)
               : kind == "finalize" ? finalize(id)
                                    : net::Response{200, pem_headers, pem};
    }
    if ((kind == "authz" || kind == "challenge") && id < authzs_.size()) {
        return kind == "authz" ? authz(id) : challenge(id);
    }
    return problem(404, "malformed", "no such thing");
}

std::optional<net::Response> FakeCa::check(const net::Request& request, json::Value& payload) {
    const CheckedJws jws = check_jws(request.body, account_key_);
    const std::string nonce(jws.header.text({"nonce"}));
    const bool in_account_name = kind_of(request.url) != "new-account";
    if (!jws.fault.empty()) {
        faults.push_back(jws.fault);
    }
    if (request.method != "POST" || jws.header.text({"url"}) != request.url) {
        faults.push_back("signed for another URL: " + request.url);
    }
    if (in_account_name ? jws.header.text({"kid"}) != kAccount || jws.header.has("jwk")
                        : jws.header.has("kid") || !jws.header.has("jwk")) {
        faults.push_back("wrong kid or jwk: " + request.url);
    }
    if (nonces_.erase(nonce) == 0) {
        faults.push_back("nonce used twice or made up: " + nonce);
        return problem(400, "badNonce", "no such nonce");
    }
    if (reject_every > 0 && ++used_ % reject_every == 0) {
        ++rejected;
        return problem(400, "badNonce", "for the test's sake");
    }
    if (!jws.payload.empty()) {
        payload = json::parse_json(jws.payload);
        last_payload = payload;
    }
    return std::nullopt;
}

net::Response FakeCa::problem(int status, std::string_view type, std::string_view detail) const {
    return json_response(
        status, json::Value::object({{"type", "urn:ietf:params:acme:error:" + std::string(type)},
                                     {"detail", detail}}));
}

net::Response FakeCa::new_account(const json::Value& payload) {
    const bool existed = account_exists;
    if (!existed && payload.has("onlyReturnExisting")) {
        return problem(400, "accountDoesNotExist", "unknown key");
    }
    account_exists = true;
    if (!existed) {
        account(payload);
    }
    return json_response(existed ? 200 : 201, json::Value::object({{"status", "valid"}}),
                         {{"location", kAccount}});
}

net::Response FakeCa::account(const json::Value& payload) {
    json::Value list = json::Value::array();
    contacts.clear();
    if (payload["contact"].is_array()) {
        list = payload["contact"];
        for (const json::Value& contact : list.as_array()) {
            contacts.push_back(contact.as_string());
        }
    }
    return json_response(200, json::Value::object({{"status", "valid"}, {"contact", list}}));
}

net::Response FakeCa::new_order(const json::Value& payload) {
    OrderState made{.status = authorized ? "ready" : "pending"};
    for (const json::Value& identifier : payload["identifiers"].as_array()) {
        made.names.emplace_back(identifier.text({"value"}));
        made.authzs.push_back(authzs_.size());
        authzs_.push_back({.name = made.names.back(), .status = authorized ? "valid" : "pending"});
    }
    orders_.push_back(std::move(made));
    return json_response(201, order_body(orders_.size() - 1),
                         {{"location", url("order", orders_.size() - 1)}});
}

void FakeCa::judge(OrderState& order) {
    ++order.looks;
    const bool answered = std::all_of(order.authzs.begin(), order.authzs.end(),
                                      [&](std::size_t id) { return authzs_[id].answered; });
    if (order.status == "pending" && answered && order.looks >= looks_until_ready) {
        order.status = "ready";
        for (const std::size_t id : order.authzs) {
            const bool fails = refused.contains(authzs_[id].name);
            authzs_[id].status = fails ? "invalid" : "valid";
            order.status = fails ? "invalid" : order.status;
        }
    } else if (order.status == "processing" && order.looks >= looks_until_valid) {
        order.status = "valid";
    }
}

net::Response FakeCa::order(std::size_t id) {
    judge(orders_[id]);
    return json_response(200, order_body(id));
}

json::Value FakeCa::order_body(std::size_t id) const {
    const OrderState& order = orders_[id];
    json::Value identifiers = json::Value::array();
    json::Value authorizations = json::Value::array();
    for (std::size_t i = 0; i < order.names.size(); ++i) {
        identifiers.push_back(json::Value::object({{"type", "dns"}, {"value", order.names[i]}}));
        authorizations.push_back(url("authz", order.authzs[i]));
    }
    json::Value body = json::Value::object({{"status", order.status},
                                            {"expires", "2026-11-30T00:00:00Z"},
                                            {"identifiers", identifiers},
                                            {"authorizations", authorizations},
                                            {"finalize", url("order", id) + "/finalize"}});
    if (order.status == "valid") {
        body.set("certificate", url("cert", id));
    }
    return body;
}

net::Response FakeCa::authz(std::size_t id) const {
    const Authz& state = authzs_[id];
    const bool wildcard = state.name.starts_with("*.");
    json::Value challenge = json::Value::object(
        {{"type", "dns-01"},
         {"url", url("challenge", id)},
         {"token", "token_" + std::to_string(id)},
         {"status", state.answered && state.status == "pending" ? "processing" : state.status}});
    if (const auto found = refused.find(state.name);
        found != refused.end() && state.status == "invalid") {
        challenge.set("error", json::Value::object({{"type", "urn:ietf:params:acme:error:dns"},
                                                    {"detail", found->second}}));
    }
    json::Value challenges = json::Value::array();
    if (!extra_challenge.is_null()) {
        challenges.push_back(extra_challenge);
    }
    challenges.push_back(std::move(challenge));
    return json_response(
        200,
        json::Value::object(
            {{"status", state.status},
             {"identifier", json::Value::object(
                                {{"type", "dns"}, {"value", state.name.substr(wildcard ? 2 : 0)}})},
             {"wildcard", wildcard},
             {"challenges", challenges}}));
}

net::Response FakeCa::challenge(std::size_t id) {
    if (!last_payload.is_object() || !last_payload.as_object().empty()) {
        faults.emplace_back("a challenge is answered with {}");
    }
    if (authzs_[id].answered) {
        return problem(400, "malformed", "this challenge was answered before");
    }
    authzs_[id].answered = true;
    return json_response(200, json::Value::object({{"status", "processing"}}));
}

net::Response FakeCa::finalize(std::size_t id) {
    OrderState& order = orders_[id];
    if (order.status != "ready") {
        return problem(403, "orderNotReady", "not ready");
    }
    order.looks = 0;
    order.status = looks_until_valid == 0 ? "valid" : "processing";
    return json_response(200, order_body(id));
}

}  // namespace kcert::testing
