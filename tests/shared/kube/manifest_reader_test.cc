// SPDX-License-Identifier: Apache-2.0

#include "kube/manifest_reader.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "json/json.h"
#include "support/temporary_folder.h"

namespace kcert::kube {
namespace {

std::vector<std::string> objects_in(std::string_view text, const std::string& file = "m.yaml") {
    std::vector<std::string> objects;
    for (const ManifestObject& manifest : read_manifest_text(text, file)) {
        objects.push_back(json::write_json(manifest.object));
    }
    return objects;
}

std::string fault(std::string_view text, const std::string& file) {
    try {
        read_manifest_text(text, file);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Config);
        return error.what();
    }
    return "read";
}

}  // namespace

TEST_CASE("lists are taken apart, and typed ones give their items a kind", "[kube][unit]") {
    CHECK(objects_in(
              "kind: List\napiVersion: v1\nitems:\n- {kind: A}\n- {kind: B}\n---\nkind: C\n") ==
          std::vector<std::string>{R"({"kind":"A"})", R"({"kind":"B"})", R"({"kind":"C"})"});
    CHECK(
        objects_in("kind: SecretList\napiVersion: v1\nitems:\n- metadata: {name: a}\n") ==
        std::vector<std::string>{R"({"metadata":{"name":"a"},"kind":"Secret","apiVersion":"v1"})"});
}

TEST_CASE("a list within a list is taken apart, to a bound", "[kube][unit]") {
    CHECK(objects_in("kind: List\nitems:\n- kind: SecretList\n  apiVersion: v1\n  items:\n"
                     "  - stringData: {a: x}\n- {kind: B}\n") ==
          std::vector<std::string>{R"({"kind":"Secret","apiVersion":"v1","data":{"a":"eA=="}})",
                                   R"({"kind":"B"})"});

    std::string nested = "{kind: A}";
    for (int i = 0; i < 11; ++i) {
        nested.insert(0, "{kind: List, items: [").append("]}");
    }
    CHECK(fault(nested, "m.yaml") == "m.yaml: line 1: lists nested more than 10 levels deep");
}

TEST_CASE("stringData becomes data, as the API server does it", "[kube][unit]") {
    CHECK(
        objects_in("apiVersion: v1\nkind: Secret\nstringData: {a: new, b: x}\ndata: {a: b2xk}\n") ==
        std::vector<std::string>{
            R"({"apiVersion":"v1","kind":"Secret","data":{"a":"bmV3","b":"eA=="}})"});
    CHECK(objects_in("apiVersion: v1\nkind: Secret\nstringData: {a: x, k: 1}\n") ==
          std::vector<std::string>{
              R"({"apiVersion":"v1","kind":"Secret","stringData":{"k":1},"data":{"a":"eA=="}})"});
    CHECK(
        objects_in("apiVersion: v1\nkind: Other\nstringData: {a: x}\n").at(0).find("stringData") !=
        std::string::npos);
}

TEST_CASE("a manifest's fault names file, line and column", "[kube][unit]") {
    CHECK(fault("a: 1\nb: [\n", "dir/m.yaml").starts_with("dir/m.yaml: line "));
    CHECK(fault("{\n\"a\": }", "m.json").starts_with("m.json: line 2, column 6: "));
    CHECK(fault("a: 1\n", "m.json").starts_with("m.json: line 1, "));
    CHECK(fault("just text\n", "-") == "-: line 1: not an object");
    CHECK(fault("kind: List\nitems:\n- 5\n", "-") == "-: line 3: not an object");
}

TEST_CASE("the manifests of a folder come in the order of their paths", "[kube][unit]") {
    const testing::TemporaryFolder folder;
    folder.write("b.yaml", "kind: B\n");
    folder.write("a/z.json", "{\"kind\":\"Z\"}");
    folder.write("a/y.yml", "kind: W\n---\nkind: X\n");
    folder.write(".kubectl-cert/no.yaml", "kind: No\n");
    folder.write("readme.md", "# no\n");

    const auto manifests = read_manifests(folder.path());

    REQUIRE(manifests.size() == 4);
    CHECK(manifests[0].object.text({"kind"}) == "W");
    CHECK(manifests[1].object.text({"kind"}) == "X");
    CHECK(manifests[2].object.text({"kind"}) == "Z");
    CHECK(manifests[3].file == (folder.path() / "b.yaml").native());
}

TEST_CASE("links are followed within the folder only, and pipes not at all", "[kube][unit]") {
    const testing::TemporaryFolder outside;
    outside.write("secret.yaml", "kind: Outside\n");
    const testing::TemporaryFolder folder;
    folder.write("..data/in.yaml", "kind: Inside\n");
    std::filesystem::create_symlink("..data/in.yaml", folder.path() / "in.yaml");
    std::filesystem::create_symlink(outside.path(), folder.path() / "folder");
    std::filesystem::create_symlink("nowhere", folder.path() / "broken.yaml");
    REQUIRE(::mkfifo((folder.path() / "pipe.yaml").c_str(), 0600) == 0);

    const auto manifests = read_manifests(folder.path());

    REQUIRE(manifests.size() == 1);
    CHECK(manifests[0].object.text({"kind"}) == "Inside");

    std::filesystem::create_symlink(outside.path() / "secret.yaml", folder.path() / "out.yaml");
    CHECK_THROWS_WITH(read_manifests(folder.path()),
                      Catch::Contains("out.yaml: a link to a file outside of"));
}

TEST_CASE("a file is read whatever its ending, and a missing one is an error", "[kube][unit]") {
    const testing::TemporaryFolder folder;
    folder.write("manifest", "kind: A\n");

    CHECK(read_manifests(folder.path() / "manifest").size() == 1);
    CHECK_THROWS_AS(read_manifests(folder.path() / "missing"), Error);
    CHECK_THROWS_AS(manifest_files(folder.path() / "missing"), Error);
}

}  // namespace kcert::kube
