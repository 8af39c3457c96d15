// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/net/sctp.hpp"
#include "core/runtime/live_loop.hpp"

namespace zerocell::net {

/// Runs the loop until `done()` holds, at most for `limit`. Whether it holds.
inline bool run_until(LiveLoop& loop, const std::function<bool()>& done, Duration limit) {
  const Time end = loop.now() + limit;
  CallbackTimer look([&] {
    if (done() || loop.now() >= end) return loop.stop();
    loop.arm(look, std::chrono::milliseconds(1));
  });
  loop.arm(look, std::chrono::milliseconds(1));
  loop.run();
  return done();
}

/// The transport under test: ZEROCELL_SCTP says kernel or usrsctp, else what `automatic` takes.
inline SctpKind kind_under_test() {
  const char* const said = std::getenv("ZEROCELL_SCTP");
  if (said == nullptr) return SctpKind::automatic;
  return std::string_view(said) == "kernel" ? SctpKind::kernel : SctpKind::usrsctp;
}

/// Writes down what it hears.
class HearingHandler final : public SctpHandler {
 public:
  struct Message {
    AssociationId id;
    std::uint16_t stream;
    std::uint32_t ppid;
    ByteVector octets;
  };
  struct Up {
    AssociationId id;
    AssociationInfo info;
  };
  struct Down {
    AssociationId id;
    AssociationEnd why;
  };

  void association_up(AssociationId id, const AssociationInfo& info) override {
    ups.push_back({id, info});
    if (on_up) on_up(id);
  }
  void message(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes octets) override {
    ++message_count;
    if (keep_messages) messages.push_back({id, stream, ppid, ByteVector(octets.begin(), octets.end())});
    if (on_message) on_message(id, stream, ppid, octets);
  }
  void association_down(AssociationId id, AssociationEnd why) override {
    downs.push_back({id, why});
    if (on_down) on_down(id);
  }

  std::vector<Up> ups;
  std::vector<Message> messages;
  std::vector<Down> downs;
  std::size_t message_count = 0;
  bool keep_messages = true;
  std::function<void(AssociationId)> on_up;
  std::function<void(AssociationId, std::uint16_t, std::uint32_t, Bytes)> on_message;
  std::function<void(AssociationId)> on_down;
};

inline Endpoint endpoint(const char* address, std::uint16_t port) {
  return {IpAddress::parse(address).value(), port};
}

}  // namespace zerocell::net
