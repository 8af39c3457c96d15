// SPDX-License-Identifier: Apache-2.0
// Our usrsctp driver against usrsctp as it comes (sctp_raw_peer.cpp), which shares the network namespace.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/wire/sctp_peers.hpp"

using namespace zerocell;
using namespace zerocell::net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kPpid = 0x5a5a0000;
constexpr std::uint16_t kPort = 45678;

/// The other program, until it ends.
class RawPeer {
 public:
  explicit RawPeer(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), SCTP_RAW_PEER);
    arguments.push_back(nullptr);
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execv(SCTP_RAW_PEER, const_cast<char**>(arguments.data()));
      ::_exit(127);
    }
  }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  ~RawPeer() {
    if (ended()) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, &status_, 0);
  }
  bool ended() {
    if (!ended_) ended_ = ::waitpid(child_, &status_, WNOHANG) == child_;
    return ended_;
  }
  int exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }

 private:
  pid_t child_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

struct Ours {
  Ours() : transport(make_sctp_transport(loop, SctpKind::usrsctp, {}).value()) {}
  bool run(const std::function<bool()>& done, Duration limit = 20s) { return run_until(loop, done, limit); }

  LiveLoop loop;
  HearingHandler hears;
  std::unique_ptr<SctpTransport> transport;
};

}  // namespace

TEST_CASE("an_unmodified_usrsctp_connects_and_gets_its_messages_back") {
  Ours ours;
  REQUIRE(ours.transport->listen({endpoint("127.0.0.1", kPort)}, ours.hears));
  ours.hears.keep_messages = false;
  ours.hears.on_message = [&](AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) {
    CHECK(ours.transport->send(id, stream, ppid, message) == SendOutcome::sent);
  };
  RawPeer peer({"connect", "127.0.0.1", "127.0.0.1", "45678", "200"});
  REQUIRE(ours.run([&] { return peer.ended(); }));
  CHECK(peer.exit_code() == 0);
  REQUIRE(ours.run([&] { return ours.hears.downs.size() == 1; }));
  CHECK(ours.hears.downs[0].why == AssociationEnd::shutdown);
  CHECK(ours.hears.message_count == 200);
}

TEST_CASE("an_unmodified_usrsctp_with_several_addresses_connects") {
  // On all addresses it lists them in its INIT.
  Ours ours;
  REQUIRE(ours.transport->listen({endpoint("127.0.0.1", kPort)}, ours.hears));
  ours.hears.on_message = [&](AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) {
    CHECK(ours.transport->send(id, stream, ppid, message) == SendOutcome::sent);
  };
  RawPeer peer({"connect", "0.0.0.0", "127.0.0.1", "45678", "20"});
  REQUIRE(ours.run([&] { return peer.ended(); }));
  CHECK(peer.exit_code() == 0);
}

TEST_CASE("our_client_connects_to_an_unmodified_usrsctp") {
  Ours ours;
  RawPeer peer({"listen", "127.0.0.1", "45678"});
  ::usleep(100'000);
  const auto id =
      ours.transport->connect({endpoint("127.0.1.1", 0)}, endpoint("127.0.0.1", kPort), ours.hears);
  REQUIRE(id);
  REQUIRE(ours.run([&] { return ours.hears.ups.size() == 1; }));
  for (unsigned i = 0; i < 100; ++i) {
    const ByteVector octets(1 + 97 * i, static_cast<std::uint8_t>(i));
    REQUIRE(ours.transport->send(*id, static_cast<std::uint16_t>(i % 5), kPpid + i, octets) ==
            SendOutcome::sent);
  }
  REQUIRE(ours.run([&] { return ours.hears.messages.size() == 100; }));
  for (const auto& message : ours.hears.messages) {
    const unsigned i = message.ppid - kPpid;
    CHECK(message.stream == i % 5);
    CHECK(message.octets == ByteVector(1 + 97 * i, static_cast<std::uint8_t>(i)));
  }
  ours.transport->shutdown(*id);
  REQUIRE(ours.run([&] { return ours.hears.downs.size() == 1 && peer.ended(); }));
  CHECK(ours.hears.downs[0].why == AssociationEnd::shutdown);
  CHECK(peer.exit_code() == 0);
}
