// SPDX-License-Identifier: Apache-2.0
#include "api/operator_pages.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/target.hpp"
#include "api/ue_pages.hpp"

namespace zerocell::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBadRequest = "400 Bad Request";
constexpr std::string_view kNotFound = "404 Not Found";

template <class Value>
struct Named {
  std::string_view name;
  Value value;
};
constexpr Named<Overload> kOverloads[] = {{"data", Overload::data},
                                          {"signalling", Overload::signalling},
                                          {"all-but-emergency", Overload::all_but_emergency},
                                          {"all-but-high-priority", Overload::all_but_high_priority},
                                          {"delay-tolerant", Overload::delay_tolerant}};
constexpr Named<Location> kLocations[] = {
    {"once", Location::once}, {"changes", Location::changes}, {"stop", Location::stop}};
constexpr Named<Trace::Depth> kDepths[] = {
    {"minimum", Trace::Depth::minimum}, {"medium", Trace::Depth::medium}, {"maximum", Trace::Depth::maximum}};

template <class Value, std::size_t N>
std::optional<Value> value_of(const Named<Value> (&all)[N], std::string_view name) {
  for (const auto& each : all)
    if (each.name == name) return each.value;
  return std::nullopt;
}

template <class Value, std::size_t N>
HttpResponse expected_one_of(std::string_view field, const Named<Value> (&all)[N]) {
  std::string names;
  for (const auto& each : all) names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
  return wrong(kBadRequest, fmt::format("{}: expected one of {}", field, names));
}

HttpResponse done(bool now) {
  return {.body = Json{{"done", now}}.dump() + "\n"};
}

HttpResponse list(Operations& operations) {
  Json json{{"enbs", Json::array()}};
  for (const EnbView& enb : operations.enbs()) {
    Json tais = Json::array();
    for (const Tai& tai : enb.tais) tais.push_back(fmt::format("{}-{}", tai.plmn.text(), tai.tac));
    json["enbs"].push_back({{"id", enb.id},
                            {"name", enb.name},
                            {"address", enb.peer.text()},
                            {"tais", std::move(tais)},
                            {"connected_ues", enb.connected_ues}});
  }
  return {.body = json.dump() + "\n"};
}

HttpResponse reset(Operations& operations, std::string_view enb, const Target& target) {
  std::vector<Imsi> imsis;
  for (const std::string_view digits : target.all("imsi")) {
    const auto imsi = Imsi::parse(digits);
    if (!imsi) return wrong(kBadRequest, fmt::format("imsi: {}: an IMSI has 6 to 15 digits", digits));
    imsis.push_back(*imsi);
  }
  if (imsis.empty() ? operations.reset_enb(enb) : operations.reset_ues(enb, imsis)) return done(true);
  return wrong(kNotFound,
               imsis.empty()
                   ? fmt::format("no eNodeB with the id {} is connected; zerocell enb list has them", enb)
                   : fmt::format("none of these UEs is connected to an eNodeB with the id {}", enb));
}

HttpResponse overload(Operations& operations, const Target& target) {
  const std::string_view what = target.value("keep_back");
  if (what == "nothing") {
    operations.stop_overload();
    return done(true);
  }
  const auto action = value_of(kOverloads, what);
  if (!action) return expected_one_of("keep_back (or nothing)", kOverloads);
  const auto percent = target.number("percent", 100);
  if (!percent || *percent < 1 || *percent > 100) return wrong(kBadRequest, "percent: expected 1 to 100");
  operations.start_overload(
      *action, *percent == 100 ? std::nullopt : std::optional(static_cast<std::uint8_t>(*percent)));
  return done(true);
}

/// Sixteen hexadecimal digits.
std::optional<std::array<std::uint8_t, 8>> trace_id(std::string_view text) {
  std::array<std::uint8_t, 8> id;
  if (text.size() != 2 * id.size()) return std::nullopt;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const char* const at = text.data() + 2 * i;
    if (std::from_chars(at, at + 2, id[i], 16).ptr != at + 2) return std::nullopt;
  }
  return id;
}

HttpResponse trace(Operations& operations, const Imsi& imsi, const Target& target) {
  const bool stops = target.has("stop");
  const auto id = trace_id(target.value(stops ? "stop" : "id"));
  if (!id) return wrong(kBadRequest, "the id of a trace has 16 hexadecimal digits");
  if (stops) return done(operations.stop_trace(imsi, *id));
  Trace wanted{.id = *id, .collector = {}};
  const auto collector = IpAddress::parse(target.value("collector"));
  if (!collector) return wrong(kBadRequest, "collector: expected the IP address that records go to");
  wanted.collector = *collector;
  if (target.has("depth")) {
    const auto depth = value_of(kDepths, target.value("depth"));
    if (!depth) return expected_one_of("depth", kDepths);
    wanted.depth = *depth;
  }
  return done(operations.start_trace(imsi, wanted));
}

HttpResponse of_ue(Operations& operations, const Imsi& imsi, std::string_view what, const Target& target) {
  if (what == "trace") return trace(operations, imsi, target);
  if (what == "location") {
    const auto report = value_of(kLocations, target.value("report"));
    if (!report) return expected_one_of("report", kLocations);
    return done(operations.locate(imsi, *report));
  }
  if (what != "detach")
    return wrong(kNotFound, "only /ues/IMSI/location, /ues/IMSI/trace and /ues/IMSI/detach are here");
  if (operations.detach(imsi, target.value("attach_again") == "yes")) return done(true);
  return wrong(kNotFound, fmt::format("no UE with IMSI {} is attached", imsi.text()));
}

}  // namespace

HttpResponse operator_pages(Operations& operations, const HttpRequest& request) {
  const Target target(request.target);
  const std::string_view path = target.path();
  if (path == "/enbs" && request.method == HttpRequest::Method::get) return list(operations);
  if (request.method != HttpRequest::Method::post) return wrong("405 Method Not Allowed", "expected POST");
  if (path == "/overload") return overload(operations, target);
  const auto slash = path.rfind('/');
  const std::string_view action = path.substr(slash + 1);
  const std::string_view whom = path.substr(0, slash);
  if (whom.starts_with("/enbs/") && action == "reset") return reset(operations, whom.substr(6), target);
  if (!whom.starts_with("/ues/"))
    return wrong(kNotFound, "only /enbs, /enbs/ID/reset, /overload and /ues/IMSI/… are here");
  const auto imsi = Imsi::parse(whom.substr(5));
  if (!imsi) return wrong(kBadRequest, "an IMSI has 6 to 15 digits");
  return of_ue(operations, *imsi, action, target);
}

}  // namespace zerocell::api
