// SPDX-License-Identifier: Apache-2.0
// For tests: a PDN gateway with its serving gateway, and neighbours that only remember.
#pragma once

#include <map>

#include <catch2/catch.hpp>

#include "core/runtime/virtual_loop.hpp"
#include "pgw/pgw.hpp"
#include "sgw/sgw.hpp"

namespace zerocell::pgw::test {

/// A user plane that only remembers.
class TestUserPlane final : public upf::N4 {
 public:
  std::map<std::uint64_t, upf::SessionEstablishment> sessions{};
  std::map<std::uint64_t, upf::Downlink> downlinks{};
  std::optional<upf::N4Error> refuses{};
  std::optional<upf::N4Error> refuses_bearers{};  ///< Any change of one.

  std::expected<upf::SessionEstablished, upf::N4Error> establish(
      const upf::SessionEstablishment& request) override {
    if (refuses) return std::unexpected(*refuses);
    const std::uint64_t id = ++last_;
    if (!routes_free(id, request.framed_routes)) return std::unexpected(upf::N4Error::bad_route);
    sessions[id] = request;
    set_ambr(id, request.ambr);
    return upf::SessionEstablished{upf::SessionId{id}, {.teid = 7, .v4 = Ipv4Address::parse("10.0.0.1")}};
  }
  std::expected<void, upf::N4Error> modify(upf::SessionId session,
                                           const upf::SessionModification& request) override {
    if (request.framed_routes) {
      if (!routes_free(std::to_underlying(session), *request.framed_routes))
        return std::unexpected(upf::N4Error::bad_route);
      sessions.at(std::to_underlying(session)).framed_routes = *request.framed_routes;
    }
    if (request.ambr_share) {
      for (const auto& [id, other] : sessions)
        if (other.ambr_share == request.ambr_share)
          sessions.at(std::to_underlying(session)).ambr = other.ambr;
      sessions.at(std::to_underlying(session)).ambr_share = *request.ambr_share;
    }
    if (request.ambr) set_ambr(std::to_underlying(session), *request.ambr);
    if (request.ue_rate) sessions.at(std::to_underlying(session)).ue_rate = *request.ue_rate;
    if (request.downlink) downlinks[std::to_underlying(session)] = *request.downlink;
    changes.push_back(request);
    return {};
  }
  std::expected<upf::Usage, upf::N4Error> release(upf::SessionId session) override {
    sessions.erase(std::to_underlying(session));
    std::erase_if(bearers, [&](const auto& bearer) { return bearer.second.session == session; });
    return upf::Usage{};
  }
  std::expected<upf::Usage, upf::N4Error> usage(upf::SessionId) const override { return upf::Usage{}; }
  std::expected<upf::BearerEstablished, upf::N4Error> establish_bearer(
      upf::SessionId session, const upf::BearerEstablishment& request) override {
    if (refuses) return std::unexpected(*refuses);
    const std::uint64_t id = ++last_;
    bearers[id] = {session, request, {}, 0};
    return upf::BearerEstablished{
        upf::BearerId{id}, {.teid = static_cast<gtp::Teid>(1000 + id), .v4 = Ipv4Address::parse("10.0.0.1")}};
  }
  std::expected<void, upf::N4Error> modify_bearer(upf::SessionId, upf::BearerId bearer,
                                                  const upf::BearerModification& request) override {
    if (refuses_bearers) return std::unexpected(*refuses_bearers);
    Bearer& changed = bearers.at(std::to_underlying(bearer));
    if (request.downlink) changed.downlink = *request.downlink;
    if (request.ebi) changed.ebi = *request.ebi;
    if (request.filters) changed.made.filters = *request.filters;
    if (request.mbr) changed.made.mbr = *request.mbr;
    if (request.qci) changed.made.qci = *request.qci;
    if (request.gbr) changed.made.gbr = *request.gbr;
    return {};
  }
  std::expected<void, upf::N4Error> release_bearer(upf::SessionId, upf::BearerId bearer) override {
    bearers.erase(std::to_underlying(bearer));
    return {};
  }
  std::expected<gtp::Fteid, upf::N4Error> forward(upf::SessionId session, const gtp::Fteid& peer,
                                                  std::uint8_t qci) override {
    forwards.emplace(session, peer);
    forwarded_qcis.push_back(qci);
    return gtp::Fteid{.teid = peer.teid + 5000, .v4 = Ipv4Address::parse("10.0.0.1")};
  }
  void stop_forwarding(upf::SessionId session) override { forwards.erase(session); }
  struct Bearer {
    upf::SessionId session{};
    upf::BearerEstablishment made{};
    upf::Downlink downlink{};
    std::uint8_t ebi = 0;
  };
  std::map<std::uint64_t, Bearer> bearers{};
  std::multimap<upf::SessionId, gtp::Fteid> forwards{};
  std::vector<std::uint8_t> forwarded_qcis{};
  std::vector<upf::SessionModification> changes{};
  /// No other session has one of them.
  bool routes_free(std::uint64_t session, const std::vector<IpPrefix>& routes) const {
    return std::ranges::none_of(sessions, [&](const auto& other) {
      return other.first != session &&
             std::ranges::any_of(other.second.framed_routes, [&](const auto& route) {
               return std::ranges::find(routes, route) != routes.end();
             });
    });
  }
  upf::N4Reports* reports = nullptr;
  void set_reports(upf::N4Reports* receiver) override { reports = receiver; }

 private:
  void set_ambr(std::uint64_t session, const upf::BitRate& ambr) {
    const auto share = sessions.at(session).ambr_share;
    for (auto& [id, other] : sessions)
      if (id == session || (share && other.ambr_share == share)) other.ambr = ambr;
  }
  std::uint64_t last_ = 0;
};

class TestEgress final : public egress::Egress {
 public:
  std::map<egress::SecurityId, egress::Identity> admitted{};
  bool full = false;
  std::expected<egress::SecurityId, egress::AdmitError> admit(const egress::Identity& identity) override {
    if (full) return std::unexpected(egress::AdmitError{"full"});
    admitted[++last_] = identity;
    return last_;
  }
  void update(egress::SecurityId id, const egress::Identity& identity) override {
    admitted.at(id) = identity;
  }
  void leave(egress::SecurityId id) override { admitted.erase(id); }

 private:
  egress::SecurityId last_ = 0;
};

inline config::ApnConfig internet() {
  config::ApnConfig apn;
  apn.name = *Apn::parse("internet");
  apn.pdn_types = {config::PdnType::ipv4, config::PdnType::ipv6, config::PdnType::ipv4v6};
  apn.ipv4_pool = IpPrefix::parse("10.45.0.0/29");
  apn.ipv6_pool = IpPrefix::parse("fd00:45::/60");
  apn.dns = {*IpAddress::parse("9.9.9.9"), *IpAddress::parse("2620:fe::fe")};
  apn.mtu = 1400;
  apn.ambr_uplink_bps = 1'000'000;
  apn.ambr_downlink_bps = 2'000'000;
  return apn;
}

struct Gateway {
  explicit Gateway(const config::ApnConfig& apn = internet())
      : pgw{{apn}, *Pgw::Sessions::open({"", 4}), user_plane, egress, random, loop} {}
  VirtualLoop loop{1};
  SeededRandom random{1};
  TestUserPlane user_plane;
  TestEgress egress;
  Pgw pgw;
  sgw::CombinedSgw sgw{pgw, loop, 8};
};

inline CreateSessionRequest request(unsigned number = 1, gtp::PdnType type = gtp::PdnType::ipv4v6) {
  CreateSessionRequest wanted;
  wanted.imsi = *Imsi::parse("00101000000000" + std::to_string(number));
  wanted.apn = *Apn::parse("internet");
  wanted.pdn_type = type;
  wanted.policy_group = "meters";
  return wanted;
}

/// In process every answer is there at once.
template <class T>
T now(Task<T> task) {
  std::optional<T> result;
  const auto keep = [&](T value) { result.emplace(std::move(value)); };
  TaskSlot<T, decltype(keep)> slot(keep);
  slot.start(std::move(task));
  REQUIRE(result);
  return std::move(*result);
}

}  // namespace zerocell::pgw::test
