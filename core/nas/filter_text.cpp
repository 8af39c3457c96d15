// SPDX-License-Identifier: Apache-2.0
#include "core/nas/filter_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace zerocell::nas {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint8_t>, 7> kProtocols{
    {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"gre", 47}, {"esp", 50}, {"icmpv6", 58}, {"sctp", 132}}};

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
  int base = 10;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

Ipv4Address mask_of(std::uint8_t length) {
  return Ipv4Address::from_host(length == 0 ? 0 : ~std::uint32_t{0} << (32 - length));
}

bool set_remote(std::string_view text, PacketFilterContents& out) {
  auto prefix = IpPrefix::parse(text);
  if (!prefix)
    if (const auto address = IpAddress::parse(text))
      prefix = IpPrefix{*address, static_cast<std::uint8_t>(address->is_v4() ? 32 : 128)};
  if (!prefix || out.ipv4_remote || out.ipv6_remote) return false;
  if (const Ipv4Address* v4 = prefix->address.v4())
    out.ipv4_remote = {*v4, mask_of(prefix->length)};
  else
    out.ipv6_remote = {.address = *prefix->address.v6(), .prefix_length = prefix->length};
  return true;
}

bool set_protocol(std::string_view text, PacketFilterContents& out) {
  if (out.protocol) return false;
  for (const auto& [name, value] : kProtocols)
    if (name == text) out.protocol = value;
  if (!out.protocol)
    if (const auto value = number(text, 255)) out.protocol = static_cast<std::uint8_t>(*value);
  return out.protocol.has_value();
}

bool set_ports(std::string_view text, std::optional<PortRange>& out) {
  const std::size_t dash = text.find('-');
  const auto low = number(text.substr(0, dash), 65535);
  const auto high = dash == std::string_view::npos ? low : number(text.substr(dash + 1), 65535);
  if (out || !low || !high || *low > *high) return false;
  out = {static_cast<std::uint16_t>(*low), static_cast<std::uint16_t>(*high)};
  return true;
}

bool set_type_of_service(std::string_view text, PacketFilterContents& out) {
  const std::size_t slash = text.find('/');
  const auto value = number(text.substr(0, slash), 255);
  const auto mask = slash == std::string_view::npos ? 255u : number(text.substr(slash + 1), 255);
  if (out.type_of_service || !value || !mask) return false;
  out.type_of_service = {static_cast<std::uint8_t>(*value), static_cast<std::uint8_t>(*mask)};
  return true;
}

bool set_number(std::string_view text, std::uint32_t most, std::optional<std::uint32_t>& out) {
  if (out) return false;
  out = number(text, most);
  return out.has_value();
}

struct Clause {
  std::string_view word;
  std::string_view expected;
  bool (*set)(std::string_view value, PacketFilterContents& out);
};
constexpr std::string_view kRemote = "one prefix or address of the remote side";
constexpr std::array kClauses{
    Clause{"from", kRemote, set_remote},
    Clause{"to", kRemote, set_remote},
    Clause{"with", kRemote, set_remote},
    Clause{"proto", "one protocol: tcp, udp, icmp, icmpv6, sctp, esp, gre, or a number", set_protocol},
    Clause{
        "port", "one port or range, such as 5060-5070",
        [](std::string_view value, PacketFilterContents& out) { return set_ports(value, out.remote_port); }},
    Clause{
        "local-port", "one port or range, such as 5060-5070",
        [](std::string_view value, PacketFilterContents& out) { return set_ports(value, out.local_port); }},
    Clause{"tos", "one value and mask, such as 0xb8/0xfc", set_type_of_service},
    Clause{"spi", "one number of 32 bits",
           [](std::string_view value, PacketFilterContents& out) {
             return set_number(value, 0xFFFFFFFF, out.security_parameter_index);
           }},
    Clause{"label", "one number of 20 bits",
           [](std::string_view value, PacketFilterContents& out) {
             return set_number(value, 0xFFFFF, out.flow_label);
           }},
};

/// Words that single or repeated spaces part, with their places.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  std::string_view take() {
    const std::size_t start = text_.find_first_not_of(' ', at_);
    column_ = std::min(start, text_.size()) + 1;
    if (start == std::string_view::npos) return {};
    const std::size_t end = std::min(text_.find(' ', start), text_.size());
    at_ = end;
    return text_.substr(start, end - start);
  }
  /// Of the word that was taken last; behind the text where there was none.
  std::size_t column() const { return column_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t column_ = 1;
};

}  // namespace

std::expected<PacketFilter, FilterError> parse_filter(std::string_view text) {
  using Direction = PacketFilter::Direction;
  Words words(text);
  PacketFilter filter;
  const std::string_view direction = words.take();
  if (direction == "up")
    filter.direction = Direction::uplink;
  else if (direction == "down")
    filter.direction = Direction::downlink;
  else if (direction != "both")
    return std::unexpected(FilterError{words.column(), "expected up, down or both"});
  for (std::string_view word = words.take(); !word.empty(); word = words.take()) {
    const auto clause = std::ranges::find(kClauses, word, &Clause::word);
    if (clause == kClauses.end()) {
      std::string known;
      for (const Clause& one : kClauses) known += fmt::format("{}{}", known.empty() ? "" : ", ", one.word);
      return std::unexpected(
          FilterError{words.column(), fmt::format("\"{}\" is unknown; expected {}", word, known)});
    }
    if (!clause->set(words.take(), filter.contents))
      return std::unexpected(
          FilterError{words.column(), fmt::format("{}: expected {}", word, clause->expected)});
  }
  if (filter.contents == PacketFilterContents{})
    return std::unexpected(
        FilterError{words.column(), "expected what packets to match, such as proto or port"});
  Tft alone{.operation = Tft::Operation::create};
  alone.add(filter);
  if (const auto wrong = rule_error(alone)) return std::unexpected(FilterError{1, wrong->reason});
  return filter;
}

bool is_for_uplink(const PacketFilter& filter) {
  return filter.direction == PacketFilter::Direction::uplink ||
         filter.direction == PacketFilter::Direction::both;
}

bool has_uplink(std::span<const PacketFilter> filters) {
  return std::ranges::any_of(filters, is_for_uplink);
}

PacketFilter nothing_useful_uplink() {
  constexpr std::uint8_t kBehindOthers = 240;  // Below 255, so that each bearer of a UE finds a free one.
  constexpr std::uint16_t kDiscard = 9;        // RFC 863.
  PacketFilter filter{.direction = PacketFilter::Direction::uplink, .precedence = kBehindOthers};
  filter.contents.protocol = 17;
  filter.contents.remote_port = {kDiscard, kDiscard};
  return filter;
}

ByteVector write_tft(Tft::Operation operation, std::span<const PacketFilter> filters) {
  Tft tft{.operation = operation};
  for (const PacketFilter& filter : filters)
    if (!tft.add(filter)) return {};
  std::array<std::uint8_t, 256> room;
  Writer out(room);
  if (!encode_tft(tft, out)) return {};
  const Bytes written = out.written();
  return {written.begin(), written.end()};
}

}  // namespace zerocell::nas
