// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "core/telemetry/metrics.hpp"
#include "upf/answers.hpp"
#include "upf/checksum.hpp"
#include "upf/packet_path.hpp"
#include "upf/transport.hpp"

namespace zerocell::upf {
namespace {

inline Counter sleepers_without_room{"zerocell_upf_buffered_without_room_total",
                                     "Buffered downlink packets dropped when their UE turned out to sleep."};

/// Options that are of the first fragment alone, RFC 791 §3.1, become octets of no operation in another one.
void clear_uncopied_options(MutableBytes header) {
  constexpr std::uint8_t kEnd = 0;
  constexpr std::uint8_t kNoOperation = 1;
  constexpr std::uint8_t kCopied = 0x80;
  for (std::size_t at = 20; at < header.size() && header[at] != kEnd;) {
    if (header[at] == kNoOperation) {
      ++at;
      continue;
    }
    const std::size_t octets = at + 1 < header.size() ? header[at + 1] : 0;
    if (octets < 2 || octets > header.size() - at) return;
    if ((header[at] & kCopied) == 0) std::fill_n(header.begin() + at, octets, kNoOperation);
    at += octets;
  }
}

}  // namespace

Verdict PacketPath::send_to_ue(std::uint32_t session, std::uint32_t generation, MutableBytes packet) {
  const auto line = table_.downlinks[session].read();
  if (!line) return Verdict::line_busy;
  if (line->session_generation != generation || (line->flags & kLineLive) == 0 ||
      line->action != DownlinkAction::forward)
    return Verdict::no_downlink;
  const auto inner = parse_inner(packet);
  if (!inner) return Verdict::bad_inner;
  return emit(*line, packet.data(), static_cast<std::uint32_t>(packet.size()), *inner, {});
}

Verdict PacketPath::emit(const DownlinkLine& line, std::uint8_t* octets, std::uint32_t size,
                         const InnerPacket& inner, const Offload& offload) {
  if (offload.segment_octets == 0 && size > line.link_mtu && inner.version == 4) {
    if (offload.checksum_partial && inner.ports && !inner.fragment) complete_checksum(octets, inner);
    return emit_fragments(line, octets, inner);
  }
  const OuterAddress peer{line.peer, (line.flags & kLineOuterV6) != 0};
  output_.radio.push_back({octets, size, offload, line.peer_teid, peer, inner, line.dscp});
  return Verdict::to_radio;
}

Verdict PacketPath::emit_fragments(const DownlinkLine& line, const std::uint8_t* octets,
                                   const InnerPacket& inner) {
  const std::size_t header = inner.header_octets;
  const std::size_t piece_max = (line.link_mtu - header) / 8 * 8;
  const std::uint16_t field = load_u16(octets + 6);
  const bool more_after = (field & 0x2000) != 0;  // The packet may be a fragment itself.
  const OuterAddress peer{line.peer, (line.flags & kLineOuterV6) != 0};
  for (std::size_t at = 0; at < inner.transport_octets; at += piece_max) {
    const std::size_t piece = std::min<std::size_t>(piece_max, inner.transport_octets - at);
    const MutableBytes memory = output_.allocate(header + piece);
    if (memory.empty()) return Verdict::no_room;
    std::memcpy(memory.data(), octets, header);
    std::memcpy(memory.data() + header, octets + header + at, piece);
    if (at > 0) clear_uncopied_options(memory.first(header));
    const bool more = more_after || at + piece < inner.transport_octets;
    store_u16(memory.data() + 2, static_cast<std::uint16_t>(header + piece));
    store_u16(memory.data() + 6,
              static_cast<std::uint16_t>((field & 0x1FFF) + at / 8) | (more ? 0x2000u : 0u));
    set_ipv4_checksum(memory.data());
    InnerPacket part = inner;
    part.fragment = true;
    part.first_fragment = inner.first_fragment && at == 0;
    part.transport_octets = static_cast<std::uint16_t>(piece);
    output_.radio.push_back({memory.data(),
                             static_cast<std::uint32_t>(memory.size()),
                             {},
                             line.peer_teid,
                             peer,
                             part,
                             line.dscp});
  }
  return Verdict::to_radio;
}

void PacketPath::advertise(std::uint32_t session, const DownlinkLine& line) {
  if ((line.flags & (kLineLive | kLineV6)) != (kLineLive | kLineV6)) return;
  if (line.action != DownlinkAction::forward) return;
  const MutableBytes memory = output_.allocate(256);
  if (memory.empty()) return;
  const std::size_t size = write_router_advertisement(memory, line.ue_prefix, line.link_mtu,
                                                      table_.addresses.dns_servers(line.ue_prefix));
  const auto inner = parse_inner(memory.first(size));
  if (!inner) return;
  meter_of(session, line.session_generation).announce_due = now_s_ + kAdvertisementIntervalSeconds;
  (void)emit(line, memory.data(), static_cast<std::uint32_t>(size), *inner, {});
}

void PacketPath::obey(const Command& command) {
  switch (command.kind) {
    case Command::Kind::downlink_changed:
      return downlink_changed(command);
    case Command::Kind::bearer_ended: {
      BearerMeter& meter = table_.bearer_meters[command.bearer - table_.bearers_at];
      if (meter.generation == command.session_generation) drop_queue(meter.buffer);
      return;
    }
    case Command::Kind::keep_buffered:
      return keep_buffered(command);
    case Command::Kind::drop_buffered:
      return drop_buffered(command.session, command.session_generation);
    case Command::Kind::peer_added:
      return peers_.add(command.peer, now_);
    case Command::Kind::peer_removed:
      return peers_.remove(command.peer);
    case Command::Kind::end_marker: {
      const MutableBytes memory = output_.allocate(gtp::kGtpuHeaderOctets);
      if (memory.empty()) return;
      Writer out(memory);
      gtp::encode_end_marker(out, command.teid);
      output_.messages.push_back({.peer = command.peer,
                                  .port = settings_.gtpu_port,
                                  .octets = memory.data(),
                                  .size = static_cast<std::uint32_t>(out.size()),
                                  .dscp = command.dscp});
      return;
    }
    case Command::Kind::none:
      return;
  }
}

void PacketPath::downlink_changed(const Command& command) {
  const std::uint32_t session = command.session;
  const auto line = table_.downlinks[session].read();
  if (!line || (line->flags & kLineLive) == 0) return;  // A later command speaks of what comes.
  if (command.bearer != kNoIndex) return bearer_changed(*line, session, command.bearer);
  Meter& meter = meter_of(session, line->session_generation);
  switch (line->action) {
    case DownlinkAction::forward:
      if (meter.buffer != 0) flush(meter.buffer, *line);
      if ((line->flags & kLineV6) != 0 && meter.announce_due <= now_s_) advertise(session, *line);
      return;
    case DownlinkAction::buffer:
      if (meter.buffer != 0) buffer_.set_reported(meter.buffer, false);
      return;
    case DownlinkAction::drop:
      return drop_queue(meter.buffer);
  }
}

void PacketPath::bearer_changed(const DownlinkLine& line, std::uint32_t session, std::uint32_t slot) {
  const BearerSet* set = bearers_of(session, line.session_generation);
  const Bearer* bearer = set != nullptr ? set->by_slot(slot) : nullptr;
  if (bearer == nullptr || !bearer->dedicated) return;
  std::uint32_t& queue = meter_of(*bearer).buffer;
  if (queue == 0) return;
  if (bearer->action == DownlinkAction::forward) return flush(queue, line_of(line, *bearer));
  if (bearer->action == DownlinkAction::drop) return drop_queue(queue);
  buffer_.set_reported(queue, false);
}

void PacketPath::keep_buffered(const Command& command) {
  const auto line = table_.downlinks[command.session].read();
  if (!line || (line->flags & kLineLive) == 0 || line->session_generation != command.session_generation)
    return;
  const auto extend = [&](std::uint32_t queue) {
    if (queue != 0)
      sleepers_without_room.add(buffer_.extend(queue, now_s_ + command.seconds, command.packets));
  };
  Meter& meter = meter_of(command.session, line->session_generation);
  if (line->action == DownlinkAction::buffer && meter.buffer == 0) meter.buffer = buffer_.open();
  extend(meter.buffer);
  const BearerSet* set = bearers_of(command.session, line->session_generation);
  if (set == nullptr) return;
  for (const Bearer& bearer : set->bearers)
    if (bearer.dedicated) extend(meter_of(bearer).buffer);
}

void PacketPath::flush(std::uint32_t& queue, const DownlinkLine& line) {
  for (DownlinkBuffer::Kept& kept : buffer_.close(std::exchange(queue, 0))) {
    (void)emit(line, kept.packet(), kept.size, kept.inner, kept.offload);
    output_.kept.push_back(std::move(kept.memory));
  }
}

void PacketPath::drop_queue(std::uint32_t& queue) {
  if (queue != 0) buffer_.close(std::exchange(queue, 0));
}

void PacketPath::drop_buffered(std::uint32_t session, std::uint32_t generation) {
  Meter& meter = table_.meters[session];
  if (meter.generation.load(std::memory_order_relaxed) == generation) drop_queue(meter.buffer);
  const BearerSet* set = bearers_of(session, generation);
  if (set == nullptr) return;
  for (const Bearer& bearer : set->bearers)
    if (bearer.dedicated) drop_queue(meter_of(bearer).buffer);
}

}  // namespace zerocell::upf
