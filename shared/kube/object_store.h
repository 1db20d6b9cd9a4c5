// SPDX-License-Identifier: Apache-2.0
//
// Where objects live: an API server, or a folder of manifests. «Not there» is nullopt; «not
// allowed» is StatusError. No full update: a PUT would lose fields that our structs do not know.
// Any thread may call.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "json/value.h"
#include "kube/object_key.h"
#include "kube/status_error.h"

namespace kcert::kube {

/// One object of a batch: there, not there, or why that cannot be told. The error is a StatusError
/// where the place refused.
using Fetched = std::variant<std::optional<json::Value>, StatusError>;

/// Which half of an object a patch changes; the other half of the patch is dropped.
enum class Part { Main, Status };

/// Which objects of a kind a list holds.
struct Selection {
    std::string ns;      ///< empty: of all namespaces
    std::string labels;  ///< kubectl's -l: "app=web,tier!=db"; empty: all
    std::string fields;  ///< "involvedObject.name=web"; empty: all
};

/// Something that a run is going to ask of the place.
struct Right {
    std::string verb;  ///< "get", "list", "create", "patch", "delete"
    Kind kind;
    std::string ns;
    std::string name = {};         ///< empty: of all names
    std::string subresource = {};  ///< "status"

    bool operator==(const Right&) const = default;
};

/// Held by one run for one object; released when it goes, and with its process.
class Claim {
  public:
    virtual ~Claim() = default;
    /// False once it was lost to somebody else.
    virtual bool held() const = 0;
    /// Why nobody else is kept out, where the place gives no claims to this user: what the run
    /// writes then names the resourceVersion that it read. Empty where others are kept out.
    virtual std::string weakness() const { return {}; }
};

class ObjectStore {
  public:
    virtual ~ObjectStore() = default;

    /// In the order of the keys. A place that cannot be read at all is an Error.
    virtual std::vector<Fetched> get_all(std::span<const ObjectKey> keys, std::stop_token stop) = 0;

    /// The selected objects of a kind, by namespace and name.
    virtual std::vector<json::Value> list(const Kind& kind, const Selection& selection,
                                          std::stop_token stop) = 0;

    /// Creates each; the results as they were stored. StatusError 409 AlreadyExists where one is
    /// there; earlier ones of the batch stay created.
    virtual std::vector<json::Value> create_all(std::span<const json::Value> objects,
                                                std::stop_token stop) = 0;

    /// Applies a merge patch (RFC 7386). metadata.resourceVersion in it is a precondition: 409
    /// Conflict where the object has another. 404 NotFound where it is not there.
    virtual json::Value patch(const ObjectKey& key, const json::Value& merge_patch, Part part,
                              std::stop_token stop) = 0;

    /// False where it was not there.
    virtual bool remove(const ObjectKey& key, std::stop_token stop) = 0;

    /// Whether these objects could be written here, as far as looking can tell: created where they
    /// are not there, else patched. Changes nothing. Throws what writing would, with what is in the
    /// way and what to do.
    virtual void expect_writable(std::span<const ObjectKey> /*keys*/, std::stop_token /*stop*/) {}

    /// Those of `rights` that this user lacks here; none where that cannot be told.
    virtual std::vector<Right> missing_rights(std::span<const Right> /*rights*/,
                                              std::stop_token /*stop*/) {
        return {};
    }

    /// Lets the place judge each of these as it would when they were written, whole objects that
    /// are created or, where they are there, merged; nothing is stored. Throws what writing would.
    virtual void rehearse(std::span<const json::Value> /*objects*/, std::stop_token /*stop*/) {}

    /// Claims an object for this run. StatusError 409 Conflict that says who holds it since when.
    virtual std::unique_ptr<Claim> claim(const ObjectKey& key, std::stop_token stop) = 0;

    /// Who holds the claim of an object since when, in the words of claim(); nothing where nobody
    /// does or where it cannot be told. Claims nothing and keeps nobody out.
    virtual std::optional<std::string> claimed_by(const ObjectKey& /*key*/,
                                                  std::stop_token /*stop*/) {
        return std::nullopt;
    }

    /// What is told of an object that is not there, in the words of the place: a StatusError 404.
    virtual StatusError not_found(const ObjectKey& key) const;

    /// Where objects are, for people: "folder ./manifests", "context prod".
    virtual std::string where() const = 0;

    /// The file that an object was read from, for messages; empty where it came from none.
    virtual std::string file_of(const ObjectKey& /*key*/) const { return {}; }
};

/// One object. Throws the StatusError in its place.
std::optional<json::Value> get(ObjectStore& store, const ObjectKey& key, std::stop_token stop);

json::Value create(ObjectStore& store, const json::Value& object, std::stop_token stop);

}  // namespace kcert::kube
