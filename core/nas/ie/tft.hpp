// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/nas/ie/cause.hpp"
#include "core/nas/ie/octets.hpp"
#include "core/types/ip.hpp"

namespace zerocell::nas {

constexpr std::size_t kPacketFiltersMax = 15;  // TS 24.008 §10.5.6.12: the number of filters has four bits.

/// An address and a mask of the same family, as a component of a filter tells them.
struct Ipv4Match {
  Ipv4Address address{};
  Ipv4Address mask{};
  friend constexpr bool operator==(const Ipv4Match&, const Ipv4Match&) = default;
};
struct Ipv6Match {
  Ipv6Address address{};
  std::uint8_t prefix_length = 128;   ///< 0 to 128.
  std::optional<Ipv6Address> mask{};  ///< In the older component (type 0x20), instead of a length.
  friend constexpr bool operator==(const Ipv6Match&, const Ipv6Match&) = default;
};
struct PortRange {
  std::uint16_t low = 0;
  std::uint16_t high = 0;
  friend constexpr bool operator==(const PortRange&, const PortRange&) = default;
};
struct TypeOfService {
  std::uint8_t value = 0;
  std::uint8_t mask = 0;
  friend constexpr bool operator==(const TypeOfService&, const TypeOfService&) = default;
};

/// The components of one packet filter, TS 24.008 table 10.5.162; each at most once.
struct PacketFilterContents {
  std::optional<Ipv4Match> ipv4_remote{};
  std::optional<Ipv4Match> ipv4_local{};
  std::optional<Ipv6Match> ipv6_remote{};
  std::optional<Ipv6Match> ipv6_local{};
  std::optional<std::uint8_t> protocol{};  ///< IPv4 protocol or IPv6 next header.
  std::optional<PortRange> local_port{};
  std::optional<PortRange> remote_port{};
  std::optional<std::uint32_t> security_parameter_index{};
  std::optional<TypeOfService> type_of_service{};
  std::optional<std::uint32_t> flow_label{};  ///< 20 bits.
  friend bool operator==(const PacketFilterContents&, const PacketFilterContents&) = default;
};

struct PacketFilter {
  enum class Direction : std::uint8_t { pre_release_7 = 0, downlink = 1, uplink = 2, both = 3 };
  std::uint8_t identifier = 0;  ///< 0 to 15.
  Direction direction = Direction::both;
  std::uint8_t precedence = 0;  ///< Evaluation precedence; 255 is the last.
  PacketFilterContents contents{};
  friend bool operator==(const PacketFilter&, const PacketFilter&) = default;
};

/// A TFT or traffic flow aggregate as its IE carries it, undecoded: what is wrong inside is answered by the
/// ESM procedure with causes #41, #42, #44 and #45, not by the message codec.
struct TftView {
  Octets octets{};
  friend bool operator==(const TftView&, const TftView&) = default;
};

/// Traffic flow template, TS 24.008 §10.5.6.12.
struct Tft {
  enum class Operation : std::uint8_t {
    ignore = 0,
    create = 1,
    delete_existing = 2,
    add_filters = 3,
    replace_filters = 4,
    delete_filters = 5,
    no_operation = 6,
    reserved = 7,
  };
  Operation operation{};
  std::array<PacketFilter, kPacketFiltersMax> filters{};  ///< Of delete_filters only the identifier counts.
  std::uint8_t filter_count = 0;
  bool has_parameters = false;  ///< The E bit.
  Octets parameters{};  ///< The parameters list, TLVs: 1 authorization token, 2 flow id, 3 filter ids.

  std::span<const PacketFilter> list() const { return {filters.data(), filter_count}; }
  bool add(const PacketFilter& filter) {
    if (filter_count == kPacketFiltersMax) return false;
    filters[filter_count++] = filter;
    return true;
  }
  friend bool operator==(const Tft& a, const Tft& b) {
    return a.operation == b.operation && std::ranges::equal(a.list(), b.list()) &&
           a.has_parameters == b.has_parameters && a.parameters == b.parameters;
  }
};

/// What is wrong with a TFT: syntax (#42 of the operation, #45 of a filter) or meaning (#41, #44).
struct TftError {
  EsmCause cause{};
  std::size_t offset = 0;
  const char* reason = "";
};
std::expected<Tft, TftError> decode_tft(Bytes value);
/// False when it does not fit: into `out`, into 255 octets, or a filter into its length.
[[nodiscard]] bool encode_tft(const Tft& tft, Writer& out);
/// Rules on a TFT by itself, TS 24.301 §6.4.2.4: an operation with or without the filters it needs (#42), two
/// filters with one identifier or precedence, or one without components (#45), and excluding ones (#44).
std::optional<TftError> rule_error(const Tft& tft);

bool decode_value(Bytes value, TftView& out);
void encode_value(const TftView& tft, Writer& out);

}  // namespace zerocell::nas
