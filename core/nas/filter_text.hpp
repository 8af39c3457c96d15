// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "core/nas/ie/tft.hpp"
#include "core/types/bytes.hpp"

/// Packet filters as an operator writes them, and as a TFT that carries them (TS 24.008 §10.5.6.12).
namespace zerocell::nas {

/// Where a filter's text is wrong, and what was expected there.
struct FilterError {
  std::size_t column = 0;  ///< From 1, within the text.
  std::string message;
};

/// A filter in words:
///
///     filter  = ("up" | "down" | "both") clause+
///     clause  = ("from" | "to" | "with") prefix    the remote side: three words for the same
///             | "proto" protocol                   tcp udp icmp icmpv6 sctp esp gre, or a number
///             | "port" ports                       of the remote side: 5060 or 5060-5070
///             | "local-port" ports                 of the UE
///             | "tos" value ["/" mask]             type of service or traffic class, such as 0xb8/0xfc
///             | "spi" value                        security parameter index
///             | "label" value                      IPv6 flow label
///
/// such as "down from 203.0.113.0/24 proto udp port 5060". Each clause once. Identifier and precedence are
/// those of a default filter: whoever puts filters together gives them.
std::expected<PacketFilter, FilterError> parse_filter(std::string_view text);

bool is_for_uplink(const PacketFilter& filter);
/// Whether a UE may have a TFT of these filters: one of them at least has to be for uplink packets, TS 24.301
/// §6.4.2.4 c.
bool has_uplink(std::span<const PacketFilter> filters);
/// What a TFT gets that has no filter for uplink packets, so that the UE sends nothing on the bearer: the
/// discard port of UDP, asked behind others (TS 23.060 §15.3.3.4).
PacketFilter nothing_useful_uplink();

/// The IE's contents for this operation; empty where the filters do not fit into it.
ByteVector write_tft(Tft::Operation operation, std::span<const PacketFilter> filters);

}  // namespace zerocell::nas
