// SPDX-License-Identifier: Apache-2.0
#include "api/operator_pages.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace zerocell;
using namespace zerocell::api;
using Json = nlohmann::json;

namespace {

const Imsi kKnown = *Imsi::parse("001010000000001");

/// Notes what it is asked; one eNodeB, "here", and one UE are there.
class Noted final : public Operations {
 public:
  std::vector<EnbView> enbs() override {
    return {{.id = "00101-macro-0x1",
             .name = "yard",
             .peer = {*IpAddress::parse("10.0.0.7"), 36412},
             .tais = {{*Plmn::parse("00101"), 7}},
             .connected_ues = 3}};
  }
  bool reset_enb(std::string_view id) override { return note("reset " + std::string(id), id == "here"); }
  bool reset_ues(std::string_view id, const std::vector<Imsi>& imsis) override {
    std::string what = "reset " + std::string(id);
    for (const Imsi& imsi : imsis) what += " " + imsi.text();
    return note(what, id == "here");
  }
  void start_overload(Overload what, std::optional<std::uint8_t> percent) override {
    note("overload " + std::to_string(static_cast<int>(what)) + " " +
             (percent ? std::to_string(*percent) : "all"),
         true);
  }
  void stop_overload() override { note("no overload", true); }
  bool locate(const Imsi& imsi, Location what) override {
    return note("locate " + std::to_string(static_cast<int>(what)), imsi == kKnown);
  }
  bool start_trace(const Imsi& imsi, const Trace& trace) override {
    return note("trace " + std::to_string(trace.id[7]) + " " + trace.collector.text() + " " +
                    std::to_string(static_cast<int>(trace.depth)),
                imsi == kKnown);
  }
  bool stop_trace(const Imsi& imsi, const std::array<std::uint8_t, 8>& id) override {
    return note("no trace " + std::to_string(id[0]), imsi == kKnown);
  }
  bool detach(const Imsi& imsi, bool attach_again) override {
    return note(attach_again ? "detach for now" : "detach", imsi == kKnown);
  }

  HttpResponse post(std::string_view target) {
    asked.clear();
    return operator_pages(*this, {HttpRequest::Method::post, target});
  }
  std::string asked;

 private:
  bool note(std::string what, bool there) {
    asked = std::move(what);
    return there;
  }
};

}  // namespace

TEST_CASE("enbs_are_shown_with_their_areas_and_ues") {
  Noted operations;
  const HttpResponse response = operator_pages(operations, {HttpRequest::Method::get, "/enbs"});
  CHECK(response.status == "200 OK");
  CHECK(Json::parse(response.body) ==
        Json::parse(R"({"enbs": [{"id": "00101-macro-0x1", "name": "yard", "address": "10.0.0.7:36412",
                                  "tais": ["00101-7"], "connected_ues": 3}]})"));
}

TEST_CASE("word_of_an_operator_reaches_the_core_as_it_was_meant") {
  Noted operations;
  const auto [target, asked] = GENERATE(table<std::string_view, std::string_view>(
      {{"/enbs/here/reset", "reset here"},
       {"/enbs/here/reset?imsi=001010000000001&imsi=001010000000002",
        "reset here 001010000000001 001010000000002"},
       {"/overload?keep_back=data&percent=50", "overload 0 50"},
       {"/overload?keep_back=delay-tolerant", "overload 4 all"},
       {"/overload?keep_back=signalling&percent=100", "overload 1 all"},
       {"/overload?keep_back=nothing", "no overload"},
       {"/ues/001010000000001/location?report=once", "locate 0"},
       {"/ues/001010000000001/location?report=changes", "locate 1"},
       {"/ues/001010000000001/location?report=stop", "locate 2"},
       {"/ues/001010000000001/trace?id=00f1100000010009&collector=10.9.9.9&depth=maximum",
        "trace 9 10.9.9.9 2"},
       {"/ues/001010000000001/trace?id=00F1100000010009&collector=fd00::9", "trace 9 fd00::9 1"},
       {"/ues/001010000000001/trace?stop=05f1100000010009", "no trace 5"},
       {"/ues/001010000000001/detach", "detach"},
       {"/ues/001010000000001/detach?attach_again=yes", "detach for now"}}));
  INFO(target);
  const HttpResponse response = operations.post(target);
  CHECK(response.status == "200 OK");
  CHECK(Json::parse(response.body) == Json{{"done", true}});
  CHECK(operations.asked == asked);
}

TEST_CASE("word_that_cannot_be_followed_says_why_and_does_nothing_else") {
  Noted operations;
  for (const auto* target :
       {"/enbs/here/reset?imsi=12", "/overload", "/overload?keep_back=noise",
        "/overload?keep_back=data&percent=0", "/overload?keep_back=data&percent=101",
        "/overload?keep_back=data&percent=x", "/ues/12/detach", "/ues/001010000000001/location",
        "/ues/001010000000001/location?report=never",
        "/ues/001010000000001/trace?id=00f11000000100&collector=10.9.9.9",
        "/ues/001010000000001/trace?id=00f110000001000g&collector=10.9.9.9",
        "/ues/001010000000001/trace?id=00f1100000010009", "/ues/001010000000001/trace?stop=",
        "/ues/001010000000001/trace?id=00f1100000010009&collector=10.9.9.9&depth=deep"}) {
    INFO(target);
    const HttpResponse response = operations.post(target);
    CHECK(response.status == "400 Bad Request");
    CHECK(Json::parse(response.body).contains("error"));
    CHECK(operations.asked.empty());
  }
  for (const auto* target : {"/enbs/gone/reset", "/enbs/gone/reset?imsi=001010000000001", "/enbs", "/", "",
                             "/ues/001010000000002/detach", "/ues/001010000000001/fly", "/enbs/here/fly"}) {
    INFO(target);
    const HttpResponse response = operations.post(target);
    CHECK(response.status == "404 Not Found");
    CHECK(Json::parse(response.body).contains("error"));
  }
  CHECK(operator_pages(operations, {HttpRequest::Method::get, "/overload?keep_back=data"}).status ==
        "405 Method Not Allowed");
  // What holds for later connections is no failure.
  CHECK(Json::parse(operations.post("/ues/001010000000002/location?report=changes").body) ==
        Json{{"done", false}});
}
