// SPDX-License-Identifier: Apache-2.0
#include "api/ue_pages.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

#include <nlohmann/json.hpp>

namespace zerocell::api {
namespace {

using Json = nlohmann::ordered_json;

HttpResponse wrong(std::string_view status, std::string_view what) {
  return {status, "application/json", Json{{"error", what}}.dump() + "\n"};
}

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

/// The number of this name in a query such as from=10&count=20; nothing: it is no number.
std::optional<std::uint32_t> number_in(std::string_view query, std::string_view name,
                                       std::uint32_t otherwise) {
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), field.size() + 1));
    const auto equals = field.find('=');
    if (field.substr(0, equals) != name || equals == std::string_view::npos) continue;
    const std::string_view digits = field.substr(equals + 1);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  }
  return otherwise;
}

HttpResponse list(Ues& ues, std::string_view query) {
  const auto from = number_in(query, "from", 0);
  const auto count = number_in(query, "count", kUesOfPageMax);
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

HttpResponse ue_pages(Ues& ues, std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = target.substr(std::min(target.size(), path.size() + 1));
  constexpr std::string_view kList = "/ues";
  if (path == kList) return list(ues, query);
  if (!path.starts_with("/ues/")) return wrong("404 Not Found", "only /ues and /ues/IMSI are here");
  const std::string_view digits = path.substr(kList.size() + 1);
  const auto imsi = Imsi::parse(digits);
  if (!imsi) return wrong("400 Bad Request", "an IMSI has 6 to 15 digits");
  const auto ue = ues.find(*imsi);
  if (!ue) return wrong("404 Not Found", fmt::format("the MME knows no UE with IMSI {}", imsi->text()));
  return {.body = json_of(*ue).dump() + "\n"};
}

}  // namespace zerocell::api
