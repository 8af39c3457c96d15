// SPDX-License-Identifier: Apache-2.0
// What strangers send to the raw sockets of our usrsctp driver, and crowds.
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <numeric>
#include <random>

#include "core/net/sctp_packet.hpp"
#include "core/net/sctp_raw.hpp"
#include "test/wire/sctp_peers.hpp"

using namespace zerocell;
using namespace zerocell::net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kPpid = 0x5a5a0000;
constexpr std::uint16_t kPort = 45678;
constexpr std::uint16_t kStrangerPort = 7;

/// Packets of our own making, with a right checksum, from 127.0.9.9.
class Stranger {
 public:
  Stranger() : socket_(SctpRawSocket::open(endpoint("127.0.9.9", 0).address).value()) {
    const std::array<std::uint16_t, 1> ports = {kStrangerPort};
    socket_->listen_to(ports);
  }

  void send(const Endpoint& to, std::uint32_t tag, Bytes chunks, bool right_checksum = true,
            std::uint16_t from = kStrangerPort) {
    ByteVector packet(kSctpHeaderOctets + chunks.size());
    Writer writer(packet);
    writer.u16(from);
    writer.u16(to.port);
    writer.u32(tag);
    writer.u32(0);
    writer.bytes(chunks);
    seal_sctp_packet(packet);
    if (!right_checksum) packet[8] ^= 1;
    const SocketAddress name(to.address);
    REQUIRE(::sendto(socket_->descriptor(), packet.data(), packet.size(), 0, &name.any, name.length) ==
            static_cast<ssize_t>(packet.size()));
  }
  void send(const Endpoint& to, std::uint32_t tag, std::string_view chunks, bool right_checksum = true) {
    send(to, tag, from_hex(chunks).value(), right_checksum);
  }
  /// The chunks of all answers so far, in hexadecimal.
  std::vector<std::string> answers() {
    std::vector<std::string> result;
    for (const auto& packet : receiver_.receive(*socket_)) {
      CHECK(read_sctp_packet(packet.octets));
      result.push_back(to_hex(packet.octets.subspan(kSctpHeaderOctets)));
    }
    return result;
  }

  void hear_ports(std::uint16_t first, std::uint16_t count) {
    std::vector<std::uint16_t> ports(count);
    std::iota(ports.begin(), ports.end(), first);
    socket_->listen_to(ports);
  }
  /// What answers an INIT ACK, and the tag and port to send it with.
  struct CookieEcho {
    std::uint16_t from;
    std::uint32_t tag;
    ByteVector chunk;
  };
  /// To all INIT ACKs so far.
  std::vector<CookieEcho> cookie_echoes() {
    constexpr std::uint16_t kStateCookie = 7;
    std::vector<CookieEcho> result;
    for (auto packets = receiver_.receive(*socket_); !packets.empty();
         packets = receiver_.receive(*socket_)) {
      for (const auto& packet : packets) {
        const auto header = read_sctp_packet(packet.octets);
        REQUIRE(header);
        std::size_t offset = kSctpHeaderOctets;
        const auto first = next_chunk(packet.octets, offset);
        if (first->type != chunk::kInitAck) continue;
        const Bytes value = first->value;
        const auto u16 = [&](std::size_t at) {
          return static_cast<std::uint16_t>(value[at] << 8 | value[at + 1]);
        };
        std::size_t at = 16;
        while (at + 4 <= value.size() && u16(at) != kStateCookie) at += (u16(at + 2) + 3u) & ~3u;
        REQUIRE(at + 4 <= value.size());
        // The parameter has the same form as the chunk.
        ByteVector chunk(value.begin() + static_cast<std::ptrdiff_t>(at), value.end());
        chunk.resize((u16(at + 2) + 3u) & ~3u);
        chunk[0] = chunk::kCookieEcho;
        chunk[1] = 0;
        result.push_back({header->destination_port, std::uint32_t{u16(0)} << 16 | u16(2), std::move(chunk)});
      }
    }
    return result;
  }

 private:
  std::unique_ptr<SctpRawSocket> socket_;
  SctpReceiver receiver_;
};

const char* const kData = "00030014 00000001 00000000 00000012 deadbeef";
const char* const kInit = "01000014 00000001 00010000 000a000a 00000001";

struct Fixture {
  Fixture()
      : mme(make_sctp_transport(loop, SctpKind::usrsctp, {}).value()),
        enb(make_sctp_transport(loop, SctpKind::usrsctp, {}).value()) {
    REQUIRE(mme->listen({at}, mme_hears));
    enb_id = enb->connect({endpoint("127.0.1.1", 0)}, at, enb_hears).value();
    REQUIRE(run([this] { return !mme_hears.ups.empty() && !enb_hears.ups.empty(); }));
  }
  bool run(const std::function<bool()>& done, Duration limit = 10s) { return run_until(loop, done, limit); }
  /// The association still carries messages, and nothing else came of what happened.
  void check_unharmed() {
    const auto before = mme_hears.message_count;
    CHECK(enb->send(enb_id, 0, kPpid, ByteVector(50, 1)) == SendOutcome::sent);
    CHECK(run([&] { return mme_hears.message_count == before + 1; }));
    CHECK(mme_hears.ups.size() == 1);
    CHECK(mme_hears.downs.empty());
  }

  LiveLoop loop;
  HearingHandler mme_hears;
  HearingHandler enb_hears;
  Endpoint at = endpoint("127.0.1.100", kPort);
  std::unique_ptr<SctpTransport> mme;
  std::unique_ptr<SctpTransport> enb;
  AssociationId enb_id{};
  Stranger stranger;
};

}  // namespace

TEST_CASE("a_packet_of_an_association_that_the_core_forgot_gets_an_abort") {
  Fixture f;
  f.stranger.send(f.at, 0x01020304, kData);
  f.run([] { return false; }, 50ms);
  CHECK(f.stranger.answers() == std::vector<std::string>{"06010004"});
  f.stranger.send(f.at, 0x01020304, "08000004");  // SHUTDOWN ACK
  f.run([] { return false; }, 50ms);
  CHECK(f.stranger.answers() == std::vector<std::string>{"0e010004"});
  f.check_unharmed();
}

TEST_CASE("what_is_not_ours_gets_no_answer") {
  Fixture f;
  // Ports and addresses of other stacks in this namespace.
  f.stranger.send(endpoint("127.0.1.100", kPort + 1), 0x01020304, kData);
  f.stranger.send(endpoint("127.0.1.101", kPort), 0x01020304, kData);
  f.stranger.send(endpoint("127.0.1.100", kPort + 1), 0, kInit);
  // A wrong checksum, and an abort.
  f.stranger.send(f.at, 0x01020304, kData, false);
  f.stranger.send(f.at, 0, kInit, false);
  f.stranger.send(f.at, 0x01020304, "06000004");
  f.run([] { return false; }, 100ms);
  CHECK(f.stranger.answers().empty());
  f.check_unharmed();
}

TEST_CASE("an_init_is_answered_from_no_state_and_a_forged_cookie_opens_nothing") {
  Fixture f;
  f.stranger.send(f.at, 0, kInit);
  f.run([] { return false; }, 50ms);
  const auto answers = f.stranger.answers();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].substr(0, 2) == "02");  // INIT ACK
  ByteVector cookie(300, 0x41);
  cookie[0] = 10;
  cookie[1] = 0;
  cookie[2] = 300 >> 8;
  cookie[3] = 300 & 0xff;
  for (int i = 0; i < 100; ++i) f.stranger.send(f.at, 0x01020304, cookie);
  f.run([] { return false; }, 100ms);
  f.check_unharmed();
}

TEST_CASE("peers_whose_inits_are_all_answered_before_the_first_cookie_comes_back_all_get_in") {
  constexpr std::uint16_t kFirst = 10'000;
  constexpr std::uint16_t kPeers = 2000;
  constexpr std::uint16_t kAtOnce = 50;  // No receive buffer overflows.
  Fixture f;
  f.stranger.hear_ports(kFirst, kPeers);
  std::vector<Stranger::CookieEcho> echoes;
  const auto hear = [&] {
    for (auto& each : f.stranger.cookie_echoes()) echoes.push_back(std::move(each));
  };
  const auto init = from_hex(kInit).value();
  for (std::uint16_t i = 0; i < kPeers;) {
    for (std::uint16_t end = i + kAtOnce; i < end; ++i)
      f.stranger.send(f.at, 0, init, true, static_cast<std::uint16_t>(kFirst + i));
    REQUIRE(f.run([&] { return hear(), echoes.size() == i; }));
  }
  for (std::size_t i = 0; i < kPeers;) {
    for (std::size_t end = i + kAtOnce; i < end; ++i)
      f.stranger.send(f.at, echoes[i].tag, echoes[i].chunk, true, echoes[i].from);
    f.run([&] { return f.mme_hears.ups.size() == 1 + i; }, 100ms);
  }
  f.run([&] { return f.mme_hears.ups.size() == 1 + kPeers; });
  CHECK(f.mme_hears.ups.size() == 1 + kPeers);
  CHECK(f.mme_hears.downs.empty());
}

TEST_CASE("garbage_disturbs_no_association") {
  Fixture f;
  std::mt19937 random(1);  // NOLINT: the same garbage every time.
  ByteVector chunks;
  for (int i = 0; i < 20'000; ++i) {
    chunks.resize(4 + random() % 60);
    for (auto& octet : chunks) octet = static_cast<std::uint8_t>(random());
    // The first chunk often lies inside, so that more than the driver sees it.
    if (i % 2 == 0) {
      chunks[0] = static_cast<std::uint8_t>(random() % 16);
      chunks[2] = 0;
      chunks[3] = static_cast<std::uint8_t>(4 + random() % (chunks.size() - 3));
    }
    f.stranger.send(f.at, i % 3 == 0 ? 0 : static_cast<std::uint32_t>(random()), chunks);
    if (i % 500 == 0) f.run([] { return false; }, 2ms);
  }
  f.run([] { return false; }, 100ms);
  f.check_unharmed();
}

TEST_CASE("a_thousand_connects_of_one_turn_all_come_up_also_where_filters_must_be_short") {
  constexpr std::size_t kConnects = 1000;
  // Room for some 400 ports in a filter, as on older kernels, which do not let a namespace choose.
  std::ofstream("/proc/sys/net/core/optmem_max") << 20480;
  Fixture f;
  for (std::size_t i = 0; i < kConnects; ++i)
    REQUIRE(f.enb->connect({endpoint("127.0.1.1", 0)}, f.at, f.enb_hears));
  f.run([&] { return f.enb_hears.ups.size() + f.enb_hears.downs.size() > kConnects; }, 30s);
  CHECK(f.enb_hears.ups.size() == 1 + kConnects);
  CHECK(f.mme_hears.ups.size() == 1 + kConnects);
}
