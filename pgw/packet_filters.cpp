// SPDX-License-Identifier: Apache-2.0
#include "pgw/packet_filters.hpp"

#include <fmt/format.h>

#include <charconv>

namespace zerocell::pgw {
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

bool set_remote(std::string_view text, nas::PacketFilterContents& out) {
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

bool set_protocol(std::string_view text, nas::PacketFilterContents& out) {
  if (out.protocol) return false;
  for (const auto& [name, value] : kProtocols)
    if (name == text) out.protocol = value;
  if (!out.protocol)
    if (const auto value = number(text, 255)) out.protocol = static_cast<std::uint8_t>(*value);
  return out.protocol.has_value();
}

bool set_ports(std::string_view text, std::optional<nas::PortRange>& out) {
  const std::size_t dash = text.find('-');
  const auto low = number(text.substr(0, dash), 65535);
  const auto high = dash == std::string_view::npos ? low : number(text.substr(dash + 1), 65535);
  if (out || !low || !high || *low > *high) return false;
  out = {static_cast<std::uint16_t>(*low), static_cast<std::uint16_t>(*high)};
  return true;
}

bool set_type_of_service(std::string_view text, nas::PacketFilterContents& out) {
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
  bool (*set)(std::string_view value, nas::PacketFilterContents& out);
};
constexpr std::string_view kRemote = "one prefix or address of the remote side";
constexpr std::array kClauses{
    Clause{"from", kRemote, set_remote},
    Clause{"to", kRemote, set_remote},
    Clause{"with", kRemote, set_remote},
    Clause{"proto", "one protocol: tcp, udp, icmp, icmpv6, sctp, esp, gre, or a number", set_protocol},
    Clause{"port", "one port or range, such as 5060-5070",
           [](std::string_view value, nas::PacketFilterContents& out) {
             return set_ports(value, out.remote_port);
           }},
    Clause{"local-port", "one port or range, such as 5060-5070",
           [](std::string_view value, nas::PacketFilterContents& out) {
             return set_ports(value, out.local_port);
           }},
    Clause{"tos", "one value and mask, such as 0xb8/0xfc", set_type_of_service},
    Clause{"spi", "one number of 32 bits",
           [](std::string_view value, nas::PacketFilterContents& out) {
             return set_number(value, 0xFFFFFFFF, out.security_parameter_index);
           }},
    Clause{"label", "one number of 20 bits",
           [](std::string_view value, nas::PacketFilterContents& out) {
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

std::expected<nas::PacketFilter, FilterError> parse_filter(std::string_view text) {
  using Direction = nas::PacketFilter::Direction;
  Words words(text);
  nas::PacketFilter filter;
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
  nas::Tft alone{.operation = nas::Tft::Operation::create};
  alone.add(filter);
  if (const auto wrong = nas::rule_error(alone)) return std::unexpected(FilterError{1, wrong->reason});
  return filter;
}

upf::PacketFilter to_user_plane(const nas::PacketFilter& filter) {
  upf::PacketFilter made{.precedence = filter.precedence};
  const nas::PacketFilterContents& contents = filter.contents;
  switch (filter.direction) {
    case nas::PacketFilter::Direction::downlink:
      made.direction = upf::PacketFilter::Direction::downlink;
      break;
    case nas::PacketFilter::Direction::uplink:
      made.direction = upf::PacketFilter::Direction::uplink;
      break;
    case nas::PacketFilter::Direction::pre_release_7:
    case nas::PacketFilter::Direction::both:
      break;
  }
  const auto ipv4 =
      [&](const std::optional<nas::Ipv4Match>& match) -> std::optional<upf::PacketFilter::Address> {
    if (!match) return std::nullopt;
    made.version = 4;
    upf::PacketFilter::Address address;
    std::ranges::copy(match->address.octets, address.value.begin());
    std::ranges::copy(match->mask.octets, address.mask.begin());
    return address;
  };
  const auto ipv6 =
      [&](const std::optional<nas::Ipv6Match>& match) -> std::optional<upf::PacketFilter::Address> {
    if (!match) return std::nullopt;
    made.version = 6;
    upf::PacketFilter::Address address{.value = match->address.octets};
    if (match->mask)
      address.mask = match->mask->octets;
    else
      for (unsigned bit = 0; bit < match->prefix_length; ++bit)
        address.mask[bit / 8] |= static_cast<std::uint8_t>(0x80u >> bit % 8);
    return address;
  };
  made.remote = contents.ipv6_remote ? ipv6(contents.ipv6_remote) : ipv4(contents.ipv4_remote);
  made.local = contents.ipv6_local ? ipv6(contents.ipv6_local) : ipv4(contents.ipv4_local);
  made.protocol = contents.protocol;
  const auto ports = [](const nas::PortRange& range) {
    return upf::PacketFilter::Ports{range.low, range.high};
  };
  made.remote_port = contents.remote_port.transform(ports);
  made.local_port = contents.local_port.transform(ports);
  made.security_parameter_index = contents.security_parameter_index;
  if (contents.type_of_service)
    made.type_of_service = {contents.type_of_service->value, contents.type_of_service->mask};
  made.flow_label = contents.flow_label;
  if (made.flow_label) made.version = 6;
  return made;
}

std::vector<upf::PacketFilter> to_user_plane(std::span<const nas::PacketFilter> filters) {
  std::vector<upf::PacketFilter> made;
  for (const nas::PacketFilter& filter : filters) made.push_back(to_user_plane(filter));
  return made;
}

ByteVector write_tft(nas::Tft::Operation operation, std::span<const nas::PacketFilter> filters) {
  nas::Tft tft{.operation = operation};
  for (const nas::PacketFilter& filter : filters)
    if (!tft.add(filter)) return {};
  std::array<std::uint8_t, 256> room;
  Writer out(room);
  if (!nas::encode_tft(tft, out)) return {};
  const Bytes written = out.written();
  return {written.begin(), written.end()};
}

gtp::Cause tad_cause(nas::EsmCause cause) {
  switch (cause) {
    case nas::EsmCause::semantic_error_in_tft:
      return gtp::Cause::semantic_error_in_tad_operation;
    case nas::EsmCause::semantic_errors_in_packet_filters:
      return gtp::Cause::semantic_errors_in_packet_filters;
    case nas::EsmCause::syntactical_errors_in_packet_filters:
      return gtp::Cause::syntactic_errors_in_packet_filters;
    default:
      return gtp::Cause::syntactic_error_in_tad_operation;
  }
}

}  // namespace zerocell::pgw
