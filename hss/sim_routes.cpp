// SPDX-License-Identifier: Apache-2.0
#include "hss/sim_routes.hpp"

#include <fmt/format.h>

#include <utility>

#include "hss/sim_apns.hpp"
#include "hss/sim_text.hpp"

namespace zerocell::hss {

std::optional<std::string> set_framed_routes(SimDraft& draft, std::string_view text) {
  if (text == "none") text = {};
  std::vector<store::FramedRoutes> routes;
  while (!text.empty()) {
    std::string_view entry = take(text, ';');
    const bool named = entry.find('=') != std::string_view::npos;
    const auto context = context_of(draft.profile, named ? std::optional(take(entry, '=')) : std::nullopt);
    if (!context) return context.error();
    store::FramedRoutes& at = routes.emplace_back(*context);
    do {
      const std::string_view word = take(entry, '+');
      const auto prefix = IpPrefix::parse(word);
      if (!prefix)
        return fmt::format(
            "\"{}\"; expected a prefix such as 192.168.7.0/24 or 2001:db8:7::/48, with no bits set behind "
            "its "
            "length",
            word);
      at.prefixes.push_back(*prefix);
    } while (!entry.empty());
  }
  put_in_order(routes);
  draft.subscriber.framed_routes = std::move(routes);
  return std::nullopt;
}

std::string framed_routes_text(const store::Subscriber& subscriber) {
  std::string text;
  for (const store::FramedRoutes& routes : subscriber.framed_routes) {
    text += fmt::format("{}{}", text.empty() ? "" : ";", apn_name(*subscriber.profile, routes.context_id));
    char separator = '=';
    for (const IpPrefix& prefix : routes.prefixes) text += std::exchange(separator, '+') + prefix.text();
  }
  return text;
}

void put_in_order(std::vector<store::FramedRoutes>& routes) {
  std::ranges::sort(routes, {}, &store::FramedRoutes::context_id);
  std::vector<store::FramedRoutes> ordered;
  for (store::FramedRoutes& one : routes) {
    if (one.prefixes.empty()) continue;
    if (ordered.empty() || ordered.back().context_id != one.context_id)
      ordered.push_back(std::move(one));
    else
      ordered.back().prefixes.insert(ordered.back().prefixes.end(), one.prefixes.begin(), one.prefixes.end());
  }
  for (store::FramedRoutes& one : ordered) std::ranges::sort(one.prefixes);
  routes = std::move(ordered);
}

}  // namespace zerocell::hss
