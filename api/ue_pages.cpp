// SPDX-License-Identifier: Apache-2.0
#include "api/ue_pages.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/target.hpp"

namespace zerocell::api {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(UeView::State state) {
  switch (state) {
    case UeView::State::detached:
      return "detached";
    case UeView::State::idle:
      return "idle";
    case UeView::State::asleep:
      return "asleep";
    case UeView::State::connected:
      break;
  }
  return "connected";
}

Json json_of(const PdnView& connection) {
  Json json{{"apn", connection.apn.text()},
            {"ebi", connection.ebi},
            {"qci", connection.qci},
            {"dedicated_bearers", connection.dedicated_bearers}};
  if (connection.ipv4) json["ipv4"] = connection.ipv4->text();
  if (connection.ipv6_prefix) json["ipv6_prefix"] = connection.ipv6_prefix->text() + "/64";
  return json;
}

Json json_of(const UeView& ue) {
  Json json{{"imsi", ue.imsi.text()}, {"state", name_of(ue.state)}};
  if (ue.imei.known()) json["imei"] = ue.imei.text();
  if (ue.tai) json["tai"] = fmt::format("{}-{}", ue.tai->plmn.text(), ue.tai->tac);
  if (ue.cell)
    json["cell"] = fmt::format("{}-{:#x}-{}", ue.cell->plmn.text(), ue.cell->cell >> 8, ue.cell->cell & 0xFF);
  if (ue.awake_at)
    json["awake_at"] = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                   fmt::gmtime(std::chrono::floor<std::chrono::seconds>(*ue.awake_at)));
  if (ue.listens_in) json["listens_in_seconds"] = std::chrono::duration<double>(*ue.listens_in).count();
  json["connections"] = Json::array();
  for (const PdnView& connection : ue.connections) json["connections"].push_back(json_of(connection));
  return json;
}

HttpResponse list(Ues& ues, const Target& target) {
  const auto from = target.number("from", 0);
  const auto count = target.number("count", kUesOfPageMax);
  if (!from || !count || *count == 0 || *count > kUesOfPageMax)
    return wrong("400 Bad Request",
                 fmt::format("expected from=PLACE and count=1 to {}, both of them numbers", kUesOfPageMax));
  const Ues::Part part = ues.list(*from, *count);
  Json json{{"ues", Json::array()}};
  for (const UeView& ue : part.ues) json["ues"].push_back(json_of(ue));
  if (part.next) json["next"] = *part.next;
  return {.body = json.dump() + "\n"};
}

}  // namespace

HttpResponse wrong(std::string_view status, std::string_view what) {
  return {status, "application/json", Json{{"error", what}}.dump() + "\n"};
}

HttpResponse ue_pages(Ues& ues, std::string_view of) {
  const Target target(of);
  const std::string_view path = target.path();
  constexpr std::string_view kList = "/ues";
  if (path == kList) return list(ues, target);
  if (!path.starts_with("/ues/")) return wrong("404 Not Found", "only /ues and /ues/IMSI are here");
  const std::string_view digits = path.substr(kList.size() + 1);
  const auto imsi = Imsi::parse(digits);
  if (!imsi) return wrong("400 Bad Request", "an IMSI has 6 to 15 digits");
  const auto ue = ues.find(*imsi);
  if (!ue) return wrong("404 Not Found", fmt::format("the MME knows no UE with IMSI {}", imsi->text()));
  return {.body = json_of(*ue).dump() + "\n"};
}

}  // namespace zerocell::api
