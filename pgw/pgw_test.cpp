// SPDX-License-Identifier: Apache-2.0
#include "pgw/pgw.hpp"

#include <map>

#include <catch2/catch.hpp>

#include "core/nas/ie/pco.hpp"
#include "sgw/sgw.hpp"

using namespace zerocell;
using namespace zerocell::pgw;

namespace {

/// A user plane that only remembers.
class TestUserPlane final : public upf::N4 {
 public:
  std::map<std::uint64_t, upf::SessionEstablishment> sessions{};
  std::map<std::uint64_t, upf::Downlink> downlinks{};
  std::optional<upf::N4Error> refuses{};

  std::expected<upf::SessionEstablished, upf::N4Error> establish(
      const upf::SessionEstablishment& request) override {
    if (refuses) return std::unexpected(*refuses);
    const std::uint64_t id = ++last_;
    sessions[id] = request;
    return upf::SessionEstablished{upf::SessionId{id}, {.teid = 7, .v4 = Ipv4Address::parse("10.0.0.1")}};
  }
  std::expected<void, upf::N4Error> modify(upf::SessionId session,
                                           const upf::SessionModification& request) override {
    if (request.downlink) downlinks[std::to_underlying(session)] = *request.downlink;
    return {};
  }
  std::expected<upf::Usage, upf::N4Error> release(upf::SessionId session) override {
    sessions.erase(std::to_underlying(session));
    return upf::Usage{};
  }
  std::expected<upf::Usage, upf::N4Error> usage(upf::SessionId) const override { return upf::Usage{}; }
  void set_reports(upf::N4Reports*) override {}

 private:
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
  void update(egress::SecurityId, const egress::Identity&) override {}
  void leave(egress::SecurityId id) override { admitted.erase(id); }

 private:
  egress::SecurityId last_ = 0;
};

config::ApnConfig internet() {
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
  SeededRandom random{1};
  TestUserPlane user_plane;
  TestEgress egress;
  Pgw pgw{{internet()}, *Pgw::Sessions::open({"", 4}), user_plane, egress, random};
  sgw::CombinedSgw sgw{pgw};
};

CreateSessionRequest request(unsigned number = 1, gtp::PdnType type = gtp::PdnType::ipv4v6) {
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

}  // namespace

TEST_CASE("session_gets_addresses_of_both_families_and_its_identity_is_admitted") {
  Gateway gateway;
  const auto created = now(gateway.sgw.create_session(request()));
  REQUIRE(created);
  CHECK(created->address.v4 == *Ipv4Address::parse("10.45.0.2"));
  CHECK(created->address.v6.text().starts_with("fd00:45:0:1:"));
  CHECK(created->ambr == gtp::Ambr{1'000'000, 2'000'000});
  REQUIRE(gateway.user_plane.sessions.size() == 1);
  const auto& established = gateway.user_plane.sessions.begin()->second;
  CHECK(established.ue_ipv4 == created->address.v4);
  CHECK(established.downlink.action == upf::DownlinkAction::buffer);
  CHECK(established.security_id == 1);
  CHECK(gateway.egress.admitted[1].group == "meters");
}

TEST_CASE("downlink_goes_to_the_enb_while_connected_and_waits_while_idle") {
  Gateway gateway;
  const auto created = now(gateway.sgw.create_session(request()));
  REQUIRE(created);
  const gtp::Fteid access{.teid = 99, .v4 = Ipv4Address::parse("10.0.0.9")};
  REQUIRE(now(gateway.sgw.modify_bearer({.session = created->session, .bearers = {{5, access}}})));
  CHECK(gateway.user_plane.downlinks[1].action == upf::DownlinkAction::forward);
  CHECK(gateway.user_plane.downlinks[1].peer == access);
  REQUIRE(now(gateway.sgw.release_access_bearers({created->session})));
  CHECK(gateway.user_plane.downlinks[1].action == upf::DownlinkAction::buffer);
  CHECK(now(gateway.sgw.modify_bearer({.session = created->session, .bearers = {{6, access}}})).error() ==
        gtp::Cause::context_not_found);
}

TEST_CASE("deleted_session_gives_everything_back_and_its_id_never_names_another") {
  Gateway gateway;
  const auto first = now(gateway.sgw.create_session(request()));
  REQUIRE(first);
  REQUIRE(now(gateway.sgw.delete_session({first->session})));
  CHECK(gateway.user_plane.sessions.empty());
  CHECK(gateway.egress.admitted.empty());
  CHECK(gateway.pgw.sessions() == 0);
  const auto second = now(gateway.sgw.create_session(request()));
  REQUIRE(second);
  CHECK(second->session != first->session);
  CHECK(now(gateway.sgw.delete_session({first->session})).error() == gtp::Cause::context_not_found);
  CHECK(gateway.pgw.sessions() == 1);
}

TEST_CASE("refused_session_leaves_no_address_no_identity_and_no_record_behind") {
  Gateway gateway;
  gateway.user_plane.refuses = upf::N4Error::no_resources;
  for (int i = 0; i < 20; ++i)
    CHECK(now(gateway.sgw.create_session(request())).error() == gtp::Cause::no_resources_available);
  gateway.user_plane.refuses.reset();
  gateway.egress.full = true;
  for (int i = 0; i < 20; ++i)
    CHECK(now(gateway.sgw.create_session(request())).error() == gtp::Cause::no_resources_available);
  gateway.egress.full = false;
  CHECK(gateway.egress.admitted.empty());
  for (unsigned number = 1; number <= 4; ++number) CHECK(now(gateway.sgw.create_session(request(number))));
  CHECK(now(gateway.sgw.create_session(request(5))).error() == gtp::Cause::no_resources_available);
}

TEST_CASE("static_address_is_given_to_its_owner_and_reserved_ones_to_nobody_else") {
  Gateway gateway;
  const auto reserved = *Ipv4Address::parse("10.45.0.2");
  gateway.pgw.reserve(*Apn::parse("internet"), reserved);
  const auto other = now(gateway.sgw.create_session(request(1, gtp::PdnType::ipv4)));
  REQUIRE(other);
  CHECK(other->address.v4 != reserved);
  auto wanted = request(2, gtp::PdnType::ipv4);
  wanted.static_ipv4 = reserved;
  const auto owner = now(gateway.sgw.create_session(wanted));
  REQUIRE(owner);
  CHECK(owner->address.v4 == reserved);
  CHECK(now(gateway.sgw.create_session(wanted)).error() == gtp::Cause::request_rejected);
  wanted.static_ipv4 = *Ipv4Address::parse("192.0.2.1");
  CHECK(now(gateway.sgw.create_session(wanted)).error() == gtp::Cause::request_rejected);
}

TEST_CASE("unknown_apn_and_pdn_types_that_it_does_not_offer_are_refused_or_cut") {
  Gateway gateway;
  auto unknown = request();
  unknown.apn = *Apn::parse("elsewhere");
  CHECK(now(gateway.sgw.create_session(unknown)).error() == gtp::Cause::missing_or_unknown_apn);

  auto apn = internet();
  const auto choose = [&](std::vector<config::PdnType> offered, gtp::PdnType wanted) {
    apn.pdn_types = std::move(offered);
    return choose_pdn_type(apn, wanted);
  };
  using config::PdnType;
  CHECK(choose({PdnType::ipv4}, gtp::PdnType::ipv4v6)->cause == gtp::Cause::new_pdn_type_network_preference);
  CHECK(choose({PdnType::ipv6}, gtp::PdnType::ipv4v6)->type == gtp::PdnType::ipv6);
  CHECK(choose({PdnType::ipv4, PdnType::ipv6}, gtp::PdnType::ipv4v6)->cause ==
        gtp::Cause::new_pdn_type_single_address_bearer_only);
  CHECK(choose({PdnType::ipv4}, gtp::PdnType::ipv6).error() == gtp::Cause::preferred_pdn_type_not_supported);
  CHECK(choose({PdnType::ipv4v6}, gtp::PdnType::ipv6)->type == gtp::PdnType::ipv6);
}

TEST_CASE("options_are_answered_where_the_ue_asked_and_only_there") {
  const auto apn = internet();
  std::array<std::uint8_t, 64> room;
  const auto ask =
      nas::PcoWriter(room).add(nas::PcoId::dns_server_ipv4).add(nas::PcoId::ipv4_link_mtu).value();
  const ByteVector answer = answer_pco(ask, false, apn);
  const nas::Pco options{nas::Octets(Bytes(answer))};
  REQUIRE(options.well_formed());
  REQUIRE(options.find(nas::PcoId::dns_server_ipv4));
  CHECK(to_hex(options.find(nas::PcoId::dns_server_ipv4)->contents) == "09090909");
  CHECK(to_hex(options.find(nas::PcoId::ipv4_link_mtu)->contents) == "0578");
  CHECK_FALSE(options.has(nas::PcoId::dns_server_ipv6));
  CHECK(answer_pco(nas::PcoWriter(room).add(nas::PcoId::p_cscf_ipv4).value(), false, apn).empty());
}

TEST_CASE("N13_malformed_options_are_answered_with_none") {
  const auto apn = internet();
  for (const auto* hex :
       {"", "80", "80000d", "80000dff", "808021ff01", "80802110010000108106000000008306000000"})
    CHECK(answer_pco(*from_hex(hex), false, apn).empty());
  ByteVector many{0x80};
  for (int i = 0; i < 80; ++i) many.insert(many.end(), {0x00, 0x0d, 0x00});
  const ByteVector answer = answer_pco(many, false, apn);
  CHECK(answer.size() == 1 + 7);
}
