// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/net/net_error.hpp"
#include "core/runtime/loop.hpp"
#include "core/types/bytes.hpp"
#include "core/types/ip.hpp"

namespace zerocell::net {

constexpr std::uint32_t kPpidS1ap = 18;     // TS 36.412 §7
constexpr std::uint16_t kPortS1ap = 36412;  // TS 36.412 §7

/// One SCTP association of one transport: an index and a generation, so that an old id never names a new
/// association.
enum class AssociationId : std::uint64_t {};

/// What a handler learns when an association is up.
struct AssociationInfo {
  std::vector<Endpoint> peer;  ///< All addresses of the peer, the primary one first.
  std::vector<Endpoint> local;
  std::uint16_t outbound_streams = 0;
  std::uint16_t inbound_streams = 0;
};

enum class AssociationEnd {
  shutdown,  ///< The peer, or we, ended it in order.
  abort,     ///< The peer aborted.
  lost,      ///< Heartbeats or retransmissions went unanswered.
  refused,   ///< A connect got no association.
};

/// Receives what happens on associations, on the loop's thread. It may send and close from inside any call.
class SctpHandler {
 public:
  virtual void association_up(AssociationId id, const AssociationInfo& info) = 0;
  /// One whole message. `message` is valid during the call.
  virtual void message(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) = 0;
  /// The last call for `id`.
  virtual void association_down(AssociationId id, AssociationEnd why) = 0;

 protected:
  ~SctpHandler() = default;
};

struct SctpOptions {
  std::uint16_t outbound_streams = 30;
  std::uint16_t inbound_streams_max = 65;
  Duration heartbeat = std::chrono::seconds(10);
  Duration rto_initial = std::chrono::milliseconds(500);
  Duration rto_min = std::chrono::milliseconds(200);
  Duration rto_max = std::chrono::seconds(5);
  unsigned path_max_retransmits = 5;
  unsigned association_max_retransmits = 10;
  unsigned init_max_attempts = 4;
  std::size_t associations_max = 4096;
  std::size_t message_octets_max = 65536;        ///< A longer one ends its association.
  std::size_t send_buffer_octets = 1024 * 1024;  ///< Unacknowledged and unsent, per association.
};

enum class SendOutcome {
  sent,  ///< Taken for delivery, in order within its stream.
  gone,  ///< No such association any more.
  full,  ///< The peer takes nothing and the send buffer is full; nothing was taken.
};

/// The one interface to SCTP, with three implementations: the kernel's (libsctp), usrsctp over raw IP for
/// kernels without SCTP, and a simulated one in virtual time. All calls and callbacks are on the loop's
/// thread.
class SctpTransport {
 public:
  virtual ~SctpTransport() = default;

  /// "kernel", "usrsctp" or "simulated".
  virtual std::string_view name() const = 0;

  /// Accepts associations on these local addresses, which share one port. Several make a multi-homed endpoint
  /// where the implementation has that. The handler must outlive the transport.
  [[nodiscard]] virtual std::expected<void, NetError> listen(const std::vector<Endpoint>& local,
                                                             SctpHandler& handler) = 0;

  /// Begins an association; the handler hears `association_up` or `association_down(refused)`.
  [[nodiscard]] virtual std::expected<AssociationId, NetError> connect(const std::vector<Endpoint>& local,
                                                                       const Endpoint& remote,
                                                                       SctpHandler& handler) = 0;

  /// `message` is not empty. A stream that the association does not have becomes the last one that it has: a
  /// peer may grant a single one.
  [[nodiscard]] virtual SendOutcome send(AssociationId id, std::uint16_t stream, std::uint32_t ppid,
                                         Bytes message) = 0;

  /// Ends it in order: what was sent is delivered first. The handler hears `association_down`, later.
  virtual void shutdown(AssociationId id) = 0;
  /// Ends it at once. The handler hears `association_down`, later.
  virtual void abort(AssociationId id) = 0;

  /// How long what comes in waits until it is read, lately: what grows when its reader does not keep up. Zero
  /// where that is not known.
  virtual Duration waiting() const { return {}; }
};

enum class SctpKind { automatic, kernel, usrsctp };

/// The live transport. `automatic` takes the kernel's SCTP where the kernel has it, else usrsctp.
[[nodiscard]] std::expected<std::unique_ptr<SctpTransport>, NetError> make_sctp_transport(
    Loop& loop, SctpKind kind, const SctpOptions& options);

}  // namespace zerocell::net
