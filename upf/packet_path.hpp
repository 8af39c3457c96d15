// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/gtp/gtpu.hpp"
#include "core/runtime/clock.hpp"
#include "core/types/inline_list.hpp"
#include "upf/downlink_buffer.hpp"
#include "upf/flow_policy.hpp"
#include "upf/flow_table.hpp"
#include "upf/fragment_table.hpp"
#include "upf/path_batch.hpp"
#include "upf/peer_paths.hpp"
#include "upf/session_flows.hpp"
#include "upf/session_table.hpp"
#include "upf/verdict.hpp"

namespace zerocell::upf {

// Answers that strangers can provoke, a second.
constexpr std::uint32_t kErrorIndicationsPerSecond = 1000;
constexpr std::uint32_t kIcmpErrorsPerSecond = 1000;
constexpr std::uint32_t kTooBigPerSessionPerSecond = 10;  ///< One UE's share of the ICMP errors.
constexpr std::uint32_t kEchoResponsesPerSecond = 10000;
constexpr std::uint32_t kExtensionNoticesPerSecond = 100;

/// Lets so many events a second through.
class EventLimit {
 public:
  explicit EventLimit(std::uint32_t per_second) : per_second_(per_second) {}
  bool admit(std::uint32_t now_s) noexcept {
    if (now_s != second_) {
      second_ = now_s;
      used_ = 0;
    }
    return used_++ < per_second_;
  }

 private:
  std::uint32_t per_second_;
  std::uint32_t second_ = 0;
  std::uint32_t used_ = 0;
};

/// The steps between the radio side and the network side. No sockets, no clock, no lock: a batch goes in with
/// the time, packets come out in `output()`. One thread uses it.
class PacketPath {
 public:
  /// All must outlive the path.
  PacketPath(const Settings& settings, SessionTable& table, Signals& signals, FlowPolicy& policy,
             Random& random);

  /// Each packet runs through the chain; what it came to is counted, and written to `verdicts` when that has
  /// the batch's size. The datagrams' memory must last until the output is cleared.
  void uplink(std::span<const GtpuDatagram> batch, Time now, std::span<Verdict> verdicts = {});
  void downlink(std::span<const NetworkPacket> batch, Time now, std::span<Verdict> verdicts = {});
  /// Does what the owner asked for, and what is due by time. At least every 100 ms, and when woken.
  void run_due(Time now);

  /// Filled by the calls above, until it is cleared.
  PathOutput& output() { return output_; }
  FlowTable& flows() { return flows_; }
  std::uint64_t count(Verdict verdict) const {
    return counts_[static_cast<std::size_t>(verdict)].load(std::memory_order_relaxed);
  }
  std::uint32_t buffered_octets() const { return buffer_.octets(); }

 private:
  /// Packets that go through a step together: enough for prefetched lines to arrive, few enough to stay in
  /// the first cache.
  static constexpr std::size_t kChunk = 32;

  struct Packet {
    std::uint8_t* octets = nullptr;  // The inner packet, once it was found.
    std::uint32_t size = 0;
    Verdict verdict = Verdict::pass;
    bool from_network = false;
    bool routed = false;  // The UE's side is behind a framed route.
    Offload offload;
    const OuterSource* source = nullptr;
    InnerPacket inner;
    gtp::Teid teid = 0;
    std::uint8_t* outer = nullptr;  // Of an uplink packet: the datagram that it came in.
    std::uint32_t outer_size = 0;
    const Bearer* bearer = nullptr;    // The dedicated bearer; null: the default one.
    std::uint8_t bearer_position = 0;  // Its place in the session's set; the default bearer's is 0.
    std::uint32_t session = kNoIndex;
    UplinkLine up;
    DownlinkLine down;
    FlowKey key;
    std::uint64_t hash = 0;
    std::uint32_t flow = kNoIndex;
    std::uint16_t egress = 0;
    /// In a place that another packet had: all that the steps do not set by themselves.
    void begin(std::uint8_t* its_octets, std::uint32_t its_size, bool is_downlink) {
      octets = its_octets;
      size = its_size;
      verdict = Verdict::pass;
      from_network = is_downlink;
      routed = false;
      offload = {};
      source = nullptr;
      bearer = nullptr;
      bearer_position = 0;
      flow = kNoIndex;
      egress = 0;
    }
    SecurityId security_id() const { return from_network ? down.security_id : up.security_id; }
    std::uint16_t link_mtu() const { return from_network ? down.link_mtu : up.link_mtu; }
    std::uint32_t generation() const {
      return from_network ? down.session_generation : up.session_generation;
    }
  };

  // Steps of both directions (packet_path.cpp).
  Verdict inner_packet(Packet& packet);
  Verdict flow_key(Packet& packet);
  Verdict flow(Packet& packet);
  Verdict segment_size(Packet& packet);

  // Uplink (uplink_steps.cpp).
  Verdict outer_header(Packet& packet);
  Verdict uplink_session(Packet& packet);
  Verdict own_source(Packet& packet);
  Verdict uplink_bearer(Packet& packet);
  Verdict refuse_extension(const Packet& packet);
  std::optional<UplinkLine> relay_line(gtp::Teid teid) const;
  Verdict relay(std::uint8_t* datagram, std::uint32_t size, const UplinkLine& line);
  /// Whether an uplink packet's session was given the address: its IPv4 address, or one of its prefix.
  bool is_assigned(const Packet& packet, const std::uint8_t* address) const;
  /// Whether a framed route of the session holds it.
  bool is_routed(const Packet& packet, const std::uint8_t* address) const;
  bool reaches_ue(const Packet& packet, const AddressIndex::Place& place) const;
  Verdict permitted_destination(Packet& packet);
  Verdict uplink_rate(Packet& packet);
  Verdict to_egress(Packet& packet);
  Verdict destination_v4(Packet& packet);
  Verdict destination_v6(Packet& packet);
  Verdict link_local(Packet& packet);
  Verdict answer_ping(Packet& packet);
  Verdict peer_message(Packet& packet, const gtp::GtpuMessage& message);
  Verdict unknown_tunnel(Packet& packet);
  bool known_peer(const OuterSource& source);
  Verdict answer_dhcp(Packet& packet);
  bool is_core_address(const IpAddress& address) const;

  // Downlink (downlink_steps.cpp).
  Verdict known_ue(Packet& packet);
  Verdict routed_ue(Packet& packet);
  Verdict downlink_session(Packet& packet);
  Verdict downlink_bearer(Packet& packet);
  Verdict fits_link(Packet& packet);
  Verdict downlink_rate(Packet& packet);
  Verdict to_radio(Packet& packet);
  Verdict buffer(Packet& packet, Meter& meter, std::uint32_t& queue);
  void tell_too_big(const Packet& packet);
  bool admit_icmp_error(std::uint32_t session);

  // What leaves towards the radio (radio_output.cpp).
  Verdict send_to_ue(std::uint32_t session, std::uint32_t generation, MutableBytes packet);
  Verdict emit(const DownlinkLine& line, std::uint8_t* octets, std::uint32_t size, const InnerPacket& inner,
               const Offload& offload);
  Verdict emit_fragments(const DownlinkLine& line, const std::uint8_t* octets, const InnerPacket& inner);
  void advertise(std::uint32_t session, const DownlinkLine& line);
  void obey(const Command& command);
  void downlink_changed(const Command& command);
  void bearer_changed(const DownlinkLine& line, std::uint32_t session, std::uint32_t slot);
  void keep_buffered(const Command& command);
  void flush(std::uint32_t& queue, const DownlinkLine& line);
  void drop_queue(std::uint32_t& queue);
  void drop_buffered(std::uint32_t session, std::uint32_t generation);

  Meter& meter_of(std::uint32_t session, std::uint32_t generation);
  /// Bearers of a session that has packet filters; null when they have gone or are another session's.
  const BearerSet* bearers_of(std::uint32_t session, std::uint32_t generation) const;
  BearerMeter& meter_of(const Bearer& bearer);
  SharedRate& shared_rate(std::uint32_t index);

  /// One limit that a packet has to keep: a token bucket.
  struct Bucket {
    std::uint32_t units = 0;
    std::int32_t* tokens = nullptr;  // Octets; below 0 what a packet took ahead.
    std::uint32_t* filled_us = nullptr;
  };
  using Buckets = InlineList<Bucket, 3>;
  void fill(const Bucket& bucket) const;
  /// From all buckets or from none.
  bool take_tokens(const Buckets& buckets, std::uint32_t octets);
  bool keeps_rates(const Packet& packet, Meter& meter, std::uint32_t octets);
  FlowDecision decide(const Packet& packet, bool from_network);
  Verdict related_flow(Packet& packet);
  std::optional<std::uint32_t> remember_flow(const Packet& packet, const FlowKey& key, std::uint64_t hash,
                                             bool allowed);
  Verdict decide_anew(const Packet& packet, std::uint32_t index);
  bool has_room_for_flow(const Packet& packet, std::uint32_t& spare);
  void end_flow(std::uint32_t index);
  void uncount_flow(std::uint32_t index, const Flow& flow);
  Verdict later_fragment(Packet& packet);
  void remember_fragments(const Packet& packet);
  static FlowKey fragments_key(const Packet& packet);
  const Bearer* bearer_of_first_fragment(const Packet& packet, const BearerSet& set);
  void set_time(Time now);
  void count(std::span<const Packet> chunk, std::span<Verdict> verdicts);
  MutableBytes message_memory(std::size_t octets) { return output_.allocate(octets); }
  void send_message(const OuterSource& to, std::uint16_t port, const Writer& written,
                    const std::uint8_t* memory);

  template <Verdict (PacketPath::*... Steps)(Packet&)>
  void run(std::span<Packet> chunk);

  const Settings& settings_;
  SessionTable& table_;
  Signals& signals_;
  FlowPolicy& policy_;
  FlowTable flows_;
  SessionFlows session_flows_;
  FragmentTable fragments_;
  DownlinkBuffer buffer_;
  PeerPaths peers_;
  PathOutput output_;
  std::array<Packet, kChunk> chunk_;
  std::vector<NetworkPacket> between_ues_;  // Uplink packets of this chunk for another UE.
  std::vector<NetworkPacket> delivering_;   // The same, while they go down.
  std::array<std::atomic<std::uint64_t>, kVerdicts> counts_{};

  std::vector<IpAddress> core_addresses_;
  const OuterSource* checked_source_ = nullptr;  // The source of the last datagram, and whether it is known.
  bool checked_source_known_ = false;
  EventLimit error_indications_{kErrorIndicationsPerSecond};
  EventLimit icmp_errors_{kIcmpErrorsPerSecond};
  EventLimit echo_responses_{kEchoResponsesPerSecond};
  EventLimit extension_notices_{kExtensionNoticesPerSecond};
  struct SessionErrors {
    std::uint32_t second;
    std::uint32_t used;
  };
  MappedArray<SessionErrors> session_errors_;

  Time now_{};
  std::uint32_t now_s_ = 1;
  std::uint32_t looks_left_ = SessionFlows::kLooksPerSecond;  ///< For a session at its limit, in this second.
  std::uint32_t now_us_ = 0;
  Time next_sweep_{};
};

template <Verdict (PacketPath::*... Steps)(PacketPath::Packet&)>
void PacketPath::run(std::span<Packet> chunk) {
  for (Packet& packet : chunk)
    if (packet.verdict == Verdict::pass)
      (void)(((packet.verdict = (this->*Steps)(packet)) == Verdict::pass) && ...);
}

}  // namespace zerocell::upf
