// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_simulated.hpp"

#include <catch2/catch.hpp>

#include "core/runtime/virtual_loop.hpp"

using namespace zerocell;
using namespace zerocell::net;
using namespace std::chrono_literals;

namespace {

struct Event {
  char kind;  // 'u'p, 'm'essage, 'd'own
  AssociationId id;
  std::string text;
  friend bool operator==(const Event&, const Event&) = default;
};

class Recorder final : public SctpHandler {
 public:
  void association_up(AssociationId id, const AssociationInfo& info) override {
    events.push_back({'u', id, info.peer.front().text()});
    last = id;
    streams = info.outbound_streams;
  }
  void message(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) override {
    events.push_back({'m', id, std::string(message.begin(), message.end())});
    last_stream = stream;
    last_ppid = ppid;
    if (on_message) on_message(id);
  }
  void association_down(AssociationId id, AssociationEnd why) override {
    events.push_back({'d', id, std::to_string(static_cast<int>(why))});
    ends.push_back(why);
  }

  std::vector<Event> events;
  std::vector<AssociationEnd> ends;
  AssociationId last{};
  std::uint16_t streams = 0;
  std::uint16_t last_stream = 0;
  std::uint32_t last_ppid = 0;
  std::function<void(AssociationId)> on_message;
};

Bytes bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

const Endpoint kMme{Ipv4Address{{127, 0, 1, 100}}, kPortS1ap};

/// An MME and an eNodeB on one network; `joined()` has them connected.
struct Fixture {
  explicit Fixture(std::uint64_t seed = 1, const SctpOptions& options = {})
      : loop(seed), network(loop, seed), mme(network.make_transport(options)), enb(network.make_transport()) {
    REQUIRE(mme->listen({kMme}, mme_hears));
  }
  Fixture& joined() {
    at_enb = enb->connect({}, kMme, enb_hears).value();
    loop.run_for(1s);
    REQUIRE(mme_hears.events.size() == 1);
    REQUIRE(enb_hears.events.size() == 1);
    at_mme = mme_hears.last;
    mme_hears.events.clear();
    enb_hears.events.clear();
    return *this;
  }
  SendOutcome send(std::string_view text) { return enb->send(at_enb, 0, kPpidS1ap, bytes(text)); }

  VirtualLoop loop;
  Recorder mme_hears;
  Recorder enb_hears;
  SimulatedNetwork network;
  std::unique_ptr<SctpTransport> mme;
  std::unique_ptr<SctpTransport> enb;
  AssociationId at_mme{};
  AssociationId at_enb{};
};

}  // namespace

TEST_CASE("simulated_messages_arrive_whole_and_in_order_both_ways") {
  Fixture f;
  f.joined();
  f.network.faults().delay_max = 50ms;
  for (int i = 0; i < 100; ++i) CHECK(f.send(std::to_string(i)) == SendOutcome::sent);
  CHECK(f.mme->send(f.at_mme, 3, 46, bytes("down")) == SendOutcome::sent);
  f.loop.run_for(10s);
  REQUIRE(f.mme_hears.events.size() == 100);
  for (int i = 0; i < 100; ++i)
    CHECK(f.mme_hears.events[static_cast<std::size_t>(i)].text == std::to_string(i));
  CHECK(f.enb_hears.events == std::vector<Event>{{'m', f.at_enb, "down"}});
  CHECK(f.enb_hears.last_stream == 3);
  CHECK(f.enb_hears.last_ppid == 46);
}

TEST_CASE("simulated_messages_overtake_those_of_other_streams_and_none_of_their_own") {
  Fixture f;
  f.joined();
  f.network.faults().delay_max = 100ms;
  std::array<std::string, 4> of_stream;
  std::string arrived;
  for (unsigned i = 0; i < 40; ++i) {
    const std::string text(1, static_cast<char>('A' + i));
    of_stream[i % 4] += text;
    REQUIRE(f.enb->send(f.at_enb, static_cast<std::uint16_t>(i % 4), kPpidS1ap, bytes(text)) ==
            SendOutcome::sent);
  }
  f.enb->shutdown(f.at_enb);
  f.loop.run_for(1s);
  for (const Event& event : f.mme_hears.events)
    if (event.kind == 'm') arrived += event.text;
  CHECK(arrived.size() == 40);
  CHECK_FALSE(std::ranges::is_sorted(arrived));
  for (const std::string& sent : of_stream) {
    std::string heard;
    for (const char one : arrived)
      if (sent.find(one) != std::string::npos) heard += one;
    CHECK(heard == sent);
  }
  CHECK(f.mme_hears.events.back().kind == 'd');
}

TEST_CASE("simulated_connect_to_nobody_is_refused") {
  Fixture f;
  const auto id = f.enb->connect({}, {Ipv4Address{{127, 0, 1, 101}}, kPortS1ap}, f.enb_hears);
  REQUIRE(id);
  f.loop.run_for(1s);
  CHECK(f.enb_hears.events == std::vector<Event>{{'d', *id, "3"}});
  CHECK(f.network.ends() == 0);
}

TEST_CASE("simulated_listen_refuses_an_endpoint_in_use") {
  Fixture f;
  const auto second = f.enb->listen({kMme}, f.enb_hears);
  REQUIRE(!second);
  CHECK(second.error().code == EADDRINUSE);
}

TEST_CASE("simulated_shutdown_delivers_what_was_sent_and_ends_both") {
  Fixture f;
  f.joined();
  f.network.faults().delay_max = 30ms;
  CHECK(f.send("one") == SendOutcome::sent);
  CHECK(f.send("two") == SendOutcome::sent);
  f.enb->shutdown(f.at_enb);
  CHECK(f.send("late") == SendOutcome::gone);
  f.loop.run_for(1s);
  CHECK(f.mme_hears.events ==
        std::vector<Event>{{'m', f.at_mme, "one"}, {'m', f.at_mme, "two"}, {'d', f.at_mme, "0"}});
  CHECK(f.enb_hears.ends == std::vector{AssociationEnd::shutdown});
  CHECK(f.network.ends() == 0);
  CHECK(f.mme->send(f.at_mme, 0, 0, bytes("x")) == SendOutcome::gone);
}

TEST_CASE("simulated_abort_is_heard_at_both_ends_once") {
  Fixture f;
  f.joined();
  CHECK(f.send("lost with it") == SendOutcome::sent);
  f.mme->abort(f.at_mme);
  f.mme->abort(f.at_mme);
  f.enb->shutdown(f.at_enb);
  f.loop.run_for(1s);
  CHECK(f.mme_hears.ends == std::vector{AssociationEnd::abort});
  CHECK(f.enb_hears.ends == std::vector{AssociationEnd::abort});
  CHECK(f.mme_hears.events.size() == 1);
  CHECK(f.network.ends() == 0);
}

TEST_CASE("simulated_restart_of_a_host_aborts_its_associations_at_the_peers") {
  Fixture f;
  f.joined();
  f.mme.reset();
  f.loop.run_for(1s);
  CHECK(f.enb_hears.ends == std::vector{AssociationEnd::abort});
  CHECK(f.mme_hears.events.empty());
  CHECK(f.network.ends() == 0);
}

TEST_CASE("simulated_handler_may_end_its_own_host_from_a_message") {
  Fixture f;
  f.joined();
  f.mme_hears.on_message = [&f](AssociationId) { f.mme.reset(); };
  CHECK(f.send("stop") == SendOutcome::sent);
  CHECK(f.send("more") == SendOutcome::sent);
  f.loop.run_for(1s);
  CHECK(f.mme_hears.events.size() == 1);
  CHECK(f.enb_hears.ends == std::vector{AssociationEnd::abort});
}

TEST_CASE("simulated_peer_that_vanishes_is_lost_after_its_heartbeats") {
  Fixture f;
  f.joined();
  f.network.vanish(f.at_enb);
  CHECK(f.send("nobody there") == SendOutcome::gone);
  CHECK(f.mme->send(f.at_mme, 0, 0, bytes("into the void")) == SendOutcome::sent);
  f.loop.run_for(30s);
  CHECK(f.mme_hears.events.empty());
  f.loop.run_for(60s);
  CHECK(f.mme_hears.ends == std::vector{AssociationEnd::lost});
  CHECK(f.enb_hears.events.empty());
  CHECK(f.network.ends() == 0);
}

TEST_CASE("simulated_peer_that_reads_nothing_fills_the_send_buffer") {
  Fixture f;
  f.joined();
  f.network.pause(f.at_mme);
  const ByteVector block(1024 * 64, 0x5a);
  int sent = 0;
  while (f.enb->send(f.at_enb, 0, 0, block) == SendOutcome::sent) ++sent;
  CHECK(sent == 16);
  CHECK(f.enb->send(f.at_enb, 0, 0, block) == SendOutcome::full);
  f.network.resume(f.at_mme);
  f.loop.run_for(1s);
  CHECK(f.mme_hears.events.size() == 16);
  CHECK(f.enb->send(f.at_enb, 0, 0, block) == SendOutcome::sent);
}

TEST_CASE("simulated_associations_beyond_the_maximum_are_refused") {
  SctpOptions options;
  options.associations_max = 2;
  Fixture f(1, options);
  for (int i = 0; i < 3; ++i) REQUIRE(f.enb->connect({}, kMme, f.enb_hears));
  f.loop.run_for(1s);
  CHECK(f.enb_hears.ends == std::vector{AssociationEnd::refused});
  CHECK(f.mme_hears.events.size() == 2);
}

TEST_CASE("simulated_message_longer_than_the_maximum_ends_its_association") {
  SctpOptions options;
  options.message_octets_max = 10;
  Fixture f(1, options);
  f.joined();
  CHECK(f.send("0123456789") == SendOutcome::sent);
  CHECK(f.send("0123456789x") == SendOutcome::sent);
  f.loop.run_for(1s);
  CHECK(f.mme_hears.events.size() == 2);
  CHECK(f.mme_hears.ends == std::vector{AssociationEnd::abort});
  CHECK(f.enb_hears.ends == std::vector{AssociationEnd::abort});
}

TEST_CASE("R15_simulated_outbound_streams_below_two_carry_everything_on_the_stream_there_is") {
  Fixture f;
  SctpOptions narrow;
  narrow.inbound_streams_max = 1;
  f.enb = f.network.make_transport(narrow);
  f.joined();
  CHECK(f.mme_hears.streams == 1);
  CHECK(f.mme->send(f.at_mme, 7, kPpidS1ap, bytes("ue")) == SendOutcome::sent);
  f.loop.run_for(1s);
  CHECK(f.enb_hears.events.size() == 1);
  CHECK(f.enb_hears.last_stream == 0);
}

TEST_CASE("simulated_faults_drop_double_and_abort_as_often_as_asked") {
  Fixture f;
  f.joined();
  f.network.faults().dropped_per_million = 250'000;
  f.network.faults().duplicated_per_million = 250'000;
  for (int i = 0; i < 10'000; ++i) REQUIRE(f.send("x") == SendOutcome::sent);
  f.loop.run_for(1s);
  CHECK(f.mme_hears.events.size() > 9'000);  // 10,000 * 0.75 * 1.25 = 9,375
  CHECK(f.mme_hears.events.size() < 9'750);
  f.network.faults() = {.aborted_per_million = 1'000'000};
  CHECK(f.send("x") == SendOutcome::sent);
  f.loop.run_for(1s);
  CHECK(f.mme_hears.ends == std::vector{AssociationEnd::abort});
  CHECK(f.enb_hears.ends == std::vector{AssociationEnd::abort});
}

namespace {

/// Ten eNodeBs talk at once through delays and faults; what the MME hears, in order.
std::vector<Event> lively_run(std::uint64_t seed) {
  Fixture f(seed);
  f.network.faults() = {.delay_max = 20ms, .dropped_per_million = 50'000, .duplicated_per_million = 50'000};
  std::vector<AssociationId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(f.enb->connect({}, kMme, f.enb_hears).value());
  f.loop.run_for(1s);
  for (int i = 0; i < 20; ++i) {
    for (const auto id : ids) (void)f.enb->send(id, 0, 0, bytes(std::to_string(i)));
  }
  f.loop.run_for(1s);
  return f.mme_hears.events;
}

}  // namespace

TEST_CASE("simulated_runs_repeat_from_their_seed_and_differ_between_seeds") {
  const auto first = lively_run(7);
  CHECK(first == lively_run(7));
  CHECK(first != lively_run(8));
}
