// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "pgw/network.hpp"

/// Addresses that subscriptions name, TS 23.401 §5.3.1.1: each is its SIM's alone.
namespace zerocell::pgw {
namespace {

/// Ours: before the owner's UE asks again for the connection that it waits for (T3482, TS 24.301 §10.3).
constexpr auto kReclaimTime = std::chrono::seconds(6);

}  // namespace

/// Who else has an address that is the SIM's own, since he got it before it was: he is asked to come again
/// and get a different one. An emergency call is not ended for that.
std::vector<SessionId> Pgw::reclaim(const CreateSessionRequest& request, const Offer& offer) {
  std::vector<SessionId> holders;
  const auto look = [&](const IpAddress& address) {
    const auto index = addresses_.holder_of(address);
    if (!index) return;
    const SessionRecord& record = sessions_[*index];
    if (record.apn != offer.apn || record.imsi == request.imsi || record.emergency) return;
    const SessionId holder = id_of(*index);
    if (holders.empty() || holders.back() != holder) holders.push_back(holder);
    if (!going_.try_emplace(holder).second) return;
    log::warning("static_address_reclaimed", {.imsi = record.imsi, .procedure = "delete_bearer"},
                 {{"address", address.text()}, {"owner", request.imsi.text()}});
    procedures_.start(holder, reactivate(holder));
  };
  const Network& network = networks_[offer.apn];
  if (gtp::has_ipv4(offer.choice.type) && !request.static_ipv4.unspecified()) look(request.static_ipv4);
  if (gtp::has_ipv6(offer.choice.type) && !request.static_ipv6_prefix.unspecified())
    look(network.ipv6->prefix_of(request.static_ipv6_prefix));
  return holders;
}

Task<void> Pgw::reactivate(SessionId session) {
  if (const auto index = find(session))
    (void)co_await delete_bearer(session, sessions_[*index].ebi, 0, gtp::Cause::reactivation_requested);
  const auto ended = going_.extract(session);
  if (!ended) co_return;
  for (const auto& waiting : ended.mapped())
    if (const auto waiter = waiting.lock()) (void)waiter->offer(session);
}

/// Until the sessions that were asked to go have gone or do not, but not for ever.
Task<void> Pgw::gone(std::vector<SessionId> sessions) {
  const Time until = loop_.now() + kReclaimTime;
  for (const SessionId session : sessions) {
    const auto going = going_.find(session);
    if (going == going_.end()) continue;
    const auto ended = std::make_shared<Exchange<const SessionId>>();
    std::erase_if(going->second, [](const auto& waiter) { return waiter.expired(); });
    going->second.push_back(ended);
    (void)co_await ended->receive(loop_, until - loop_.now(), [](const SessionId&) { return true; });
  }
}

void Pgw::reserve(std::vector<IpAddress> addresses) {
  std::ranges::sort(addresses);
  std::vector<IpAddress> gone;
  std::vector<IpAddress> added;
  std::ranges::set_difference(reserved_, addresses, std::back_inserter(gone));
  std::ranges::set_difference(addresses, reserved_, std::back_inserter(added));
  // No two pools share an address, and one that is in none belongs to nobody here.
  for (Network& network : networks_) {
    for (const IpAddress& address : gone) {
      if (address.is_v4() && network.ipv4) network.ipv4->unreserve(*address.v4(), loop_.now());
      if (!address.is_v4() && network.ipv6) network.ipv6->unreserve(*address.v6(), loop_.now());
    }
    for (const IpAddress& address : added) {
      if (address.is_v4() && network.ipv4) network.ipv4->reserve(*address.v4());
      if (!address.is_v4() && network.ipv6) network.ipv6->reserve(*address.v6());
    }
  }
  reserved_ = std::move(addresses);
}

}  // namespace zerocell::pgw
