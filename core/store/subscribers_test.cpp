// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <random>
#include <set>

#include "core/store/test_subscribers.hpp"

using namespace zerocell;
using namespace zerocell::store;
using namespace zerocell::store::testing;

#define OVER_ALL_STORES Backend backend(GENERATE(Kind::memory, Kind::sqlite))

namespace {
Subscriber full_subscriber() {
  Subscriber full = subscriber(7);
  full.msisdn = *Msisdn::parse("491700000007");
  full.iccid = *parse_iccid("8949000000000000007");
  full.state = SimState::test;
  full.secrets.algorithm = Algorithm::tuak;
  full.secrets.k_octets = 32;
  full.secrets.k = *Key<32>::from_hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0");
  full.secrets.op_c = *Key<32>::from_hex("305425427e18c503c8a4b294ea72c95d0c36c6c6b29d0c65de5974d5977f8524");
  full.secrets.tuak_res_octets = 16;
  full.secrets.tuak_iterations = 3;
  full.amf = {0x9f, 0x12};
  Profile profile;
  profile.ue_ambr = {.uplink_bps = 5'000'000, .downlink_bps = 20'000'000};
  profile.access_restrictions = 0x50;
  profile.barring = 2;
  profile.packet_only = false;
  profile.roaming_allowed = false;
  profile.rau_tau_timer_seconds = 3600;
  profile.charging_characteristics = 0x800;
  profile.group = *GroupName::parse("meters");
  profile.default_context_id = 2;
  profile.apns = {
      ApnSubscription{.context_id = 1,
                      .apn = {},
                      .pdn_type = PdnType::ipv4_or_ipv6,
                      .qci = 6,
                      .arp = {.priority = 3, .may_preempt = true, .may_be_preempted = false},
                      .ambr = {.uplink_bps = 1000, .downlink_bps = 2000},
                      .vplmn_dynamic_address_allowed = true,
                      .charging_characteristics = 0x400},
      ApnSubscription{
          .context_id = 2,
          .apn = *Apn::parse("iot.example"),
          .bearers = std::vector{gtp::BearerRule{
              .name = "voice",
              .qci = 1,
              .arp = {.priority = 2, .may_preempt = true, .may_be_preempted = false},
              .gbr_uplink_bps = 64'001,
              .gbr_downlink_bps = 64'000,
              .mbr_uplink_bps = 128'000,
              .mbr_downlink_bps = 0,
              .filters = {"both with 203.0.113.0/24 proto udp port 5004-5060", "up proto udp port 53"}}}}};
  full.profile = std::make_shared<const Profile>(profile);
  full.static_addresses = {{.context_id = 2,
                            .ipv4 = *Ipv4Address::parse("10.45.0.9"),
                            .ipv6_prefix = *Ipv6Address::parse("fd00:45:0:9::")}};
  full.framed_routes = {
      {.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}},
      {.context_id = 2,
       .prefixes = {*IpPrefix::parse("192.168.8.0/30"), *IpPrefix::parse("192.168.8.128/25"),
                    *IpPrefix::parse("2001:db8:7::/48")}}};
  full.imei_lock = {.mode = ImeiLock::Mode::exact,
                    .on_mismatch = ImeiMismatch::quarantine,
                    .digits = *DecimalDigits<15>::parse("35349006987331")};
  return full;
}
}  // namespace

TEST_CASE("subscriber_comes_back_as_it_was_stored") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  must(subscribers->insert(full_subscriber()));
  must(subscribers->insert(subscriber(1)));
  const auto elsewhere = backend.open();
  for (Subscribers* reader : {subscribers.get(), elsewhere.get()}) {
    const auto found = must(reader->find(imsi(7)));
    REQUIRE(found);
    CHECK(found->subscriber == full_subscriber());
    CHECK(found->location == Location{});
  }
  CHECK(must(subscribers->find(imsi(1)))->subscriber == subscriber(1));
  CHECK_FALSE(must(subscribers->find(imsi(2))));
  CHECK(must(subscribers->find_by_msisdn(*Msisdn::parse("491700000007"))) == imsi(7));
  CHECK(must(subscribers->find_by_iccid(*parse_iccid("8949000000000000007F"))) == imsi(7));
  CHECK_FALSE(must(subscribers->find_by_msisdn(*Msisdn::parse("1"))));
  CHECK(must(subscribers->count()) == 2);
}

TEST_CASE("lock_that_has_yet_to_learn_takes_the_first_device_of_a_location") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  Subscriber card = subscriber(1);
  card.imei_lock.mode = ImeiLock::Mode::learn;
  must(subscribers->insert(card));
  const auto lock_after = [&](std::string_view device) {
    Location location{.mme = "mme.example"};
    if (!device.empty()) location.terminal = *Imei::parse(device);
    must(subscribers->set_location(imsi(1), location));
    return imei_lock_text(must(subscribers->find(imsi(1)))->subscriber.imei_lock);
  };
  CHECK(lock_after("") == "learn");
  CHECK(lock_after("3534900698733190") == "learn:35349006987331");
  CHECK(lock_after("35349006000000") == "learn:35349006987331");
  // Another SIM's location teaches nothing.
  must(subscribers->insert(subscriber(2)));
  must(
      subscribers->set_location(imsi(2), {.mme = "mme.example", .terminal = *Imei::parse("35349006000000")}));
  CHECK(must(subscribers->find(imsi(2)))->subscriber.imei_lock.off());
}

TEST_CASE("update_replaces_all_but_sequence_and_location") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  must(subscribers->insert(full_subscriber()));
  const Location location{.mme = "mme.example",
                          .visited_plmn = *Plmn::parse("00101"),
                          .rat_type = 1004,
                          .purged = true,
                          .terminal = *Imei::parse("3534900698733190"),
                          .updated_at = 1'700'000'000};
  must(subscribers->set_location(imsi(7), location));
  CHECK(must(subscribers->reserve_sequence(imsi(7), {}, 10)) == 0);
  Subscriber edited = full_subscriber();
  edited.state = SimState::suspended;
  edited.static_addresses.clear();
  edited.framed_routes.erase(edited.framed_routes.begin());
  edited.msisdn = {};
  must(subscribers->update(edited));
  const auto found = must(subscribers->find(imsi(7)));
  CHECK(found->subscriber == edited);
  CHECK(found->location == location);
  CHECK(must(subscribers->next_sequence(imsi(7))) == 10);
}

TEST_CASE("numbers_that_must_be_unique_are_refused_with_their_owner") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  must(subscribers->insert(full_subscriber()));
  const auto refused = [&](const Subscriber& second, ErrorKind kind, std::string_view word) {
    const auto inserted = subscribers->insert(second);
    REQUIRE_FALSE(inserted.has_value());
    INFO(inserted.error().message);
    CHECK(inserted.error().kind == kind);
    CHECK(inserted.error().message.find(word) != std::string::npos);
  };
  refused(full_subscriber(), ErrorKind::already_exists, "already exists");
  Subscriber second = subscriber(8);
  second.msisdn = full_subscriber().msisdn;
  refused(second, ErrorKind::conflict, "belongs to 001010000000007");
  second = subscriber(8);
  second.iccid = full_subscriber().iccid;
  refused(second, ErrorKind::conflict, "belongs to 001010000000007");
  second = full_subscriber();
  second.imsi = imsi(8);
  second.msisdn = {};
  second.iccid = {};
  refused(second, ErrorKind::conflict, "static address");
  // The address was the last thing to be written: nothing of the rest may have stayed.
  CHECK_FALSE(must(subscribers->find(imsi(8))));
  second.static_addresses.front().ipv4 = *Ipv4Address::parse("10.45.0.10");
  second.static_addresses.front().ipv6_prefix = {};
  refused(second, ErrorKind::conflict, "of SIM 001010000000007");
  CHECK_FALSE(must(subscribers->find(imsi(8))));
  second.framed_routes.clear();
  must(subscribers->insert(second));
}

TEST_CASE("framed_routes_of_two_sims_share_no_address_at_any_apn") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  const auto with = [](unsigned number, std::vector<const char*> routes) {
    Subscriber made = subscriber(number);
    made.framed_routes.emplace_back();
    for (const char* route : routes) made.framed_routes.front().prefixes.push_back(*IpPrefix::parse(route));
    return made;
  };
  const auto refused = [&](const char* route) {
    const auto done = subscribers->insert(with(2, {route}));
    return done ? std::string("accepted") : done.error().message;
  };
  must(subscribers->insert(with(1, {"192.168.7.0/24", "192.168.9.0/24", "2001:db8:7::/48"})));
  for (const char* route :
       {"192.168.7.0/24", "192.168.0.0/16", "192.168.7.255/32", "192.168.8.0/23", "192.168.9.0/25"}) {
    INFO(route);
    CHECK(refused(route).find("overlaps 192.168.") != std::string::npos);
    CHECK(refused(route).ends_with("of SIM " + imsi(1).text() + "; take it from that one first"));
  }
  CHECK(refused("2001:db8::/32").find("overlaps 2001:db8:7::/48 of SIM") != std::string::npos);
  CHECK_FALSE(must(subscribers->find(imsi(2))));
  // What lies between them is free; IPv4 and IPv6 never meet.
  CHECK(refused("192.168.8.0/24") == "accepted");
  must(subscribers->insert(with(3, {"192.168.6.0/24", "192.168.10.0/24", "2001:db8:8::/48"})));
  std::vector<std::string> all;
  for (const OwnedRoute& route : must(subscribers->framed_routes()))
    all.push_back(route.prefix.text() + " " + route.imsi.text().substr(14));
  CHECK(all == std::vector<std::string>{"192.168.6.0/24 3", "192.168.7.0/24 1", "192.168.8.0/24 2",
                                        "192.168.9.0/24 1", "192.168.10.0/24 3", "2001:db8:7::/48 1",
                                        "2001:db8:8::/48 3"});
  // A SIM may change its own, and what it gives up is free at once.
  must(subscribers->begin());
  must(subscribers->update(with(1, {"192.168.7.0/25"})));
  must(subscribers->update(with(2, {"192.168.7.128/25", "192.168.9.0/24"})));
  must(subscribers->commit());
  must(subscribers->remove(imsi(1)));
  must(subscribers->update(with(2, {"192.168.7.0/24"})));
}

TEST_CASE("static_addresses_of_all_subscribers_are_known_at_once") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  CHECK(must(subscribers->static_addresses()).empty());
  Subscriber first = full_subscriber();
  must(subscribers->insert(first));
  must(subscribers->insert(subscriber(2)));
  std::vector<IpAddress> expected;
  for (const StaticAddress& address : first.static_addresses) {
    if (!address.ipv4.unspecified()) expected.emplace_back(address.ipv4);
    if (!address.ipv6_prefix.unspecified()) expected.emplace_back(address.ipv6_prefix);
  }
  REQUIRE_FALSE(expected.empty());
  auto known = must(subscribers->static_addresses());
  std::ranges::sort(known);
  std::ranges::sort(expected);
  CHECK(known == expected);
  first.static_addresses.clear();
  must(subscribers->update(first));
  CHECK(must(subscribers->static_addresses()).empty());
}

TEST_CASE("values_that_the_model_forbids_are_refused_before_they_are_stored") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  const auto refused = [&](auto change) {
    Subscriber bad = subscriber(1);
    Profile profile = *bad.profile;
    change(bad, profile);
    if (!(profile == *bad.profile)) bad.profile = std::make_shared<const Profile>(profile);
    const auto inserted = subscribers->insert(bad);
    REQUIRE_FALSE(inserted.has_value());
    CHECK(inserted.error().kind == ErrorKind::invalid);
  };
  refused([](auto& s, auto&) { s.imsi = {}; });
  refused([](auto& s, auto&) { s.secrets.k_octets = 32; });
  refused([](auto&, auto& p) { p.apns.clear(); });
  refused([](auto&, auto& p) { p.default_context_id = 9; });
  refused([](auto&, auto& p) { p.apns.push_back(p.apns.front()); });
  refused([](auto&, auto& p) { p.apns.front().qci = 1; });
  refused([](auto&, auto& p) { p.apns.front().arp.priority = 0; });
  refused([](auto&, auto& p) { p.apns.front().apn = {}; });
  refused([](auto&, auto& p) { p.ue_ambr.downlink_bps = 0; });
  refused([](auto&, auto& p) { p.ue_ambr.uplink_bps = 999; });
  refused([](auto&, auto& p) { p.apns[0].ambr.downlink_bps = 999; });
  refused([](auto& s, auto&) { s.static_addresses = {{.context_id = 5}}; });
  const auto routed = [](std::vector<const char*> routes) {
    return [routes](auto& s, auto&) {
      s.framed_routes = {{.context_id = 1, .prefixes = {}}};
      for (const char* route : routes) s.framed_routes[0].prefixes.push_back(*IpPrefix::parse(route));
    };
  };
  refused(routed({}));
  refused(routed({"0.0.0.0/0"}));
  refused(routed({"127.1.0.0/16"}));
  refused(routed({"239.0.0.0/8"}));
  refused(routed({"fe80::/64"}));
  refused(routed({"::/0"}));
  refused(routed({"192.168.7.0/24", "192.168.7.4/30"}));
  refused(routed({"192.168.8.0/24", "192.168.7.0/24"}));
  refused([](auto& s, auto&) {
    s.framed_routes = {{.context_id = 5, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  });
  refused([](auto& s, auto&) {
    s.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}},
                       {.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.8.0/24")}}};
  });
  refused([](auto& s, auto&) {
    s.framed_routes = {{.context_id = 1, .prefixes = {}}};
    for (std::uint32_t i = 0; i <= kFramedRoutesMax; ++i)
      s.framed_routes[0].prefixes.push_back({Ipv4Address::from_host(0xC0A80000 + (i << 8)), 24});
  });
  refused([](auto& s, auto& p) {
    p.apns[0].pdn_type = PdnType::ipv4;
    s.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("2001:db8:7::/48")}}};
  });
  const auto ruled = [](auto change) {
    return [change](auto&, auto& p) {
      gtp::BearerRule rule{.name = "video", .qci = 7, .filters = {"both proto udp port 5060"}};
      std::vector<gtp::BearerRule> rules{rule};
      change(rules);
      p.apns[0].bearers = std::move(rules);
    };
  };
  refused(ruled([](auto& rules) { rules[0].name = "a b"; }));
  refused(ruled([](auto& rules) { rules[0].name.clear(); }));
  refused(ruled([](auto& rules) { rules[0].qci = 1; }));
  // A UE is told of one for uplink packets, too.
  refused(ruled([](auto& rules) { rules[0].filters.assign(15, "down port 5060"); }));
  refused(ruled([](auto& rules) { rules[0].gbr_uplink_bps = 1000; }));
  refused(ruled([](auto& rules) { rules[0].arp.priority = 16; }));
  refused(ruled([](auto& rules) { rules[0].mbr_uplink_bps = 10'000'000'001; }));
  refused(ruled([](auto& rules) { rules[0].filters.clear(); }));
  refused(ruled([](auto& rules) { rules[0].filters = {"both proto smtp"}; }));
  refused(ruled([](auto& rules) { rules[0].filters.resize(16, "both proto udp"); }));
  refused(ruled([](auto& rules) { rules[0].filters.resize(15, "both with 2001:db8::/32 proto udp"); }));
  refused(ruled([](auto& rules) { rules.push_back(rules[0]); }));
  refused(ruled([](auto& rules) {
    while (rules.size() <= gtp::kBearerRulesMax) {
      rules.push_back(rules[0]);
      rules.back().name += std::to_string(rules.size());
    }
  }));
  CHECK(must(subscribers->count()) == 0);
}

TEST_CASE("group_that_is_rolled_back_leaves_nothing") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  must(subscribers->insert(subscriber(1)));
  must(subscribers->begin());
  must(subscribers->insert(full_subscriber()));
  must(subscribers->remove(imsi(1)));
  must(subscribers->reserve_sequence(imsi(7), {}, 5));
  subscribers->rollback();
  CHECK(must(subscribers->count()) == 1);
  CHECK(must(subscribers->find(imsi(1))));
  CHECK(must(subscribers->changes(true)).empty());
  // A profile that the group had made is made again.
  must(subscribers->insert(full_subscriber()));
  CHECK(must(backend.open()->find(imsi(7)))->subscriber == full_subscriber());
}

TEST_CASE("write_that_is_refused_leaves_its_group_intact") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  must(subscribers->begin());
  must(subscribers->insert(subscriber(1)));
  CHECK_FALSE(subscribers->insert(subscriber(1)).has_value());
  CHECK_FALSE(subscribers->update(subscriber(9)).has_value());
  CHECK_FALSE(subscribers->remove(imsi(9)).has_value());
  must(subscribers->insert(subscriber(2)));
  must(subscribers->commit());
  CHECK(must(backend.open()->count()) == 2);
}

TEST_CASE("list_pages_in_order_of_imsi") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  std::vector<Imsi> all;
  for (const char* text : {"001010", "00101000000001", "001010000000001", "001010000000002", "26201",
                           "262010", "310150123456789"})
    if (const auto parsed = Imsi::parse(text)) all.push_back(*parsed);
  CHECK(all.size() == 6);
  std::ranges::sort(all, {}, [](const Imsi& one) { return one.text(); });
  for (auto reversed = all.rbegin(); reversed != all.rend(); ++reversed) {
    Subscriber made = subscriber(0);
    made.imsi = *reversed;
    must(subscribers->insert(made));
  }
  std::vector<Imsi> listed;
  Imsi after;
  for (;;) {
    const auto page = must(subscribers->list(after, 2));
    if (page.empty()) break;
    for (const auto& record : page) listed.push_back(record.subscriber.imsi);
    after = listed.back();
  }
  CHECK(listed == all);
}

TEST_CASE("changes_of_another_process_are_seen_once") {
  OVER_ALL_STORES;
  auto core = backend.open();
  auto command = backend.open();
  must(command->insert(subscriber(1)));
  must(command->insert(subscriber(2)));
  must(core->changes(false));
  CHECK(must(core->changes(false)).empty());
  Subscriber edited = subscriber(1);
  edited.state = SimState::suspended;
  must(command->update(edited));
  edited.framed_routes = {
      {.context_id = 1,
       .prefixes = {*IpPrefix::parse("192.168.1.0/24"), *IpPrefix::parse("192.168.2.0/24")}}};
  must(command->update(edited));
  must(command->remove(imsi(2)));
  CHECK(must(core->changes(false)).subscribers == std::vector{imsi(1), imsi(2)});
  CHECK(must(core->changes(false)).empty());
  // An operator who sets the sequence takes the block away from a core that holds one.
  must(command->reserve_sequence(imsi(1), {SequenceFloor::Kind::exactly, 500}, 0));
  CHECK(must(core->changes(false)).subscribers == std::vector{imsi(1)});
  // A core's own bookkeeping is no change.
  must(command->reserve_sequence(imsi(1), {}, 5));
  must(command->set_location(imsi(1), {.mme = "mme"}));
  CHECK(must(core->changes(false)).empty());
}

TEST_CASE("static_address_of_a_new_subscriber_is_a_change_and_a_new_subscriber_alone_is_none") {
  OVER_ALL_STORES;
  auto core = backend.open();
  auto command = backend.open();
  must(core->changes(false));
  must(command->insert(subscriber(1)));
  CHECK(must(core->changes(false)).empty());
  Subscriber holder = subscriber(2);
  holder.static_addresses = {{.context_id = 1, .ipv4 = *Ipv4Address::parse("10.45.0.9")}};
  must(command->insert(holder));
  CHECK(must(core->changes(false)).subscribers == std::vector{imsi(2)});
  Subscriber router = subscriber(3);
  router.framed_routes = {{.context_id = 1, .prefixes = {*IpPrefix::parse("192.168.7.0/24")}}};
  must(command->insert(router));
  CHECK(must(core->changes(false)).subscribers == std::vector{imsi(3)});
}

TEST_CASE("sequence_floor_moves_the_start_up_and_exactly_moves_it_down") {
  OVER_ALL_STORES;
  auto subscribers = backend.open();
  must(subscribers->insert(subscriber(1)));
  CHECK(must(subscribers->reserve_sequence(imsi(1), {}, 4)) == 0);
  CHECK(must(subscribers->reserve_sequence(imsi(1), {SequenceFloor::Kind::at_least, 100}, 4)) == 100);
  CHECK(must(subscribers->reserve_sequence(imsi(1), {SequenceFloor::Kind::at_least, 50}, 4)) == 104);
  CHECK(must(subscribers->reserve_sequence(imsi(1), {SequenceFloor::Kind::exactly, 7}, 4)) == 7);
  CHECK(must(subscribers->next_sequence(imsi(1))) == 11);
  CHECK_FALSE(subscribers->reserve_sequence(imsi(2), {}, 4).has_value());
}

TEST_CASE("no_sequence_number_is_given_twice_by_any_interleaving_of_processes") {
  OVER_ALL_STORES;
  const auto seed = GENERATE(1u, 2u, 3u, 4u);
  std::mt19937 chance(seed);
  const auto below = [&](unsigned bound) {
    return std::uniform_int_distribution<unsigned>(0, bound - 1)(chance);
  };

  // What an HSS does with the grant, as Subscribers states it.
  struct Process {
    std::unique_ptr<Subscribers> subscribers;
    std::uint64_t grant = 0;
    std::uint32_t granted = 0;
    struct Block {
      std::uint64_t next = 0;
      std::uint64_t left = 0;
    };
    std::map<Imsi, Block> blocks;
  };
  const auto start = [&] {
    Process process{backend.open(), 0, 1 + below(6), {}};
    process.grant = must(process.subscribers->open_sequence_grant(process.granted));
    return process;
  };
  const auto draw = [&](Process& process, const Imsi& of) -> std::uint64_t {
    auto block = process.blocks.find(of);
    if (block == process.blocks.end()) {
      const auto state = must(process.subscribers->find(of))->sequence;
      Process::Block first;
      if (state.written_at_grant <= process.grant)
        first = {static_cast<std::uint64_t>(state.offset) + process.grant, process.granted};
      block = process.blocks.emplace(of, first).first;
    }
    if (block->second.left == 0) block->second = {must(process.subscribers->reserve_sequence(of, {}, 3)), 3};
    --block->second.left;
    return block->second.next++;
  };

  std::vector<Process> processes;
  for (int i = 0; i < 3; ++i) processes.push_back(start());
  for (unsigned i = 0; i < 3; ++i) must(processes[0].subscribers->insert(subscriber(i)));
  std::map<Imsi, std::set<std::uint64_t>> used;
  for (int step = 0; step < 600; ++step) {
    Process& process = processes[below(3)];
    const Imsi of = imsi(below(3));
    switch (below(12)) {
      case 0:
        process = start();  // Crashed and started again: it knows nothing.
        break;
      case 1:
        // Provisioned again. Every core hears of it and forgets what it held.
        must(process.subscribers->remove(of));
        must(process.subscribers->insert(subscriber(std::stoull(of.text().substr(5)))));
        for (auto& other : processes) other.blocks.erase(of);
        break;
      default:
        REQUIRE(used[of].insert(draw(process, of)).second);
    }
  }
}

TEST_CASE("profile_that_was_allowed_when_it_was_written_is_read_and_not_written_again_as_it_is") {
  const auto old = profile_from_json(
      R"({"ue_ambr":{"uplink_bps":500,"downlink_bps":2000},"apns":[{"apn":"internet","bearers":)"
      R"([{"name":"a","qci":5,"filters":["both"]}]}]})",
      true);
  REQUIRE(old.has_value());
  CHECK(old->ue_ambr == gtp::Ambr{1000, 2000});
  CHECK(
      problem_with(*old) ==
      "apn internet (context 1): bearer \"a\": filter \"both\", character 5: expected what packets to match, "
      "such as proto or port");
}

TEST_CASE("profile_json_round_trips_and_names_what_is_wrong") {
  const Profile profile = *full_subscriber().profile;
  CHECK(profile_from_json(to_json(profile)).value() == profile);
  CHECK(profile_from_json("{}").value() == *default_profile());
  const auto error = [](std::string_view json) {
    const auto parsed = profile_from_json(json);
    REQUIRE_FALSE(parsed.has_value());
    return parsed.error();
  };
  CHECK(error(R"({"ue_ambr":{"uplink_bps":500}})") ==
        "ue_ambr: 500 bit/s; expected 1000 to 4000000000000 bit/s in each direction");
  CHECK(error("[") == "not JSON");
  CHECK(error("[]") == "expected an object");
  CHECK(error(R"({"colour":1})") == "colour: unknown");
  CHECK(error(R"({"ue_ambr":{"uplink_bps":-1}})") ==
        "ue_ambr.uplink_bps: expected a whole number up to 18446744073709551615");
  CHECK(error(R"({"apns":[{"apn":"internet","qci":300}]})") ==
        "apns[0].qci: expected a whole number up to 255");
  CHECK(error(R"({"apns":[{"apn":"a b"}]})") == "apns[0].apn: expected an APN, or \"*\"");
  CHECK(error(R"({"apns":[{"apn":"internet","pdn_type":"x25"}]})") ==
        "apns[0].pdn_type: expected ipv4, ipv6, ipv4v6 or ipv4_or_ipv6");
  CHECK(error(R"({"apns":[{"apn":"internet","bearers":{}}]})") == "apns[0].bearers: expected a list");
  CHECK(error(R"({"apns":[{"apn":"internet","bearers":[{"name":"a","colour":1}]}]})") ==
        "apns[0].bearers[0].colour: unknown");
  CHECK(error(R"({"apns":[{"apn":"internet","bearers":[{"name":"a","filters":[1]}]}]})") ==
        "apns[0].bearers[0].filters: expected texts");
  // Who has no bearers is the text that it was before there were any.
  CHECK(to_json(*default_profile()).find("bearers") == std::string::npos);
  CHECK(error(R"({"apns":{}})") == "apns: expected a list");
  CHECK(error(R"({"apns":[]})") == "apns: expected at least one");
}
