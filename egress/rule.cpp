// SPDX-License-Identifier: Apache-2.0
#include "egress/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "upf/inner_packet.hpp"

namespace zerocell::egress {
namespace {

struct ProtocolName {
  std::string_view name;
  std::uint8_t number;
};
// IANA protocol numbers. ICMPv6 (58) is written and matched as icmp.
constexpr std::array<ProtocolName, 6> kProtocols = {
    {{"tcp", 6}, {"udp", 17}, {"icmp", 1}, {"sctp", 132}, {"esp", 50}, {"gre", 47}}};

bool has_ports(std::uint8_t protocol) {
  return protocol == upf::kProtocolTcp || protocol == upf::kProtocolUdp;
}

struct Word {
  std::string_view text;
  std::size_t column = 0;  // From 1; behind the last word for the end.
};

/// Splits at spaces.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) { skip_spaces(); }
  Word peek() const {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != ' ') ++end;
    return {text_.substr(at_, end - at_), at_ + 1};
  }
  Word next() {
    const Word word = peek();
    at_ += word.text.size();
    skip_spaces();
    return word;
  }
  bool done() const { return at_ == text_.size(); }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

std::unexpected<RuleError> expected(const Word& found, std::string_view what) {
  if (found.text.empty())
    return std::unexpected(RuleError{found.column, fmt::format("expected {}, found the end", what)});
  return std::unexpected(RuleError{found.column, fmt::format("expected {}, found \"{}\"", what, found.text)});
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::expected<IpPrefix, RuleError> parse_value(const Word& word, IpPrefix*) {
  if (const auto prefix = IpPrefix::parse(word.text)) return *prefix;
  if (const auto address = IpAddress::parse(word.text))
    return IpPrefix{*address, static_cast<std::uint8_t>(address->is_v4() ? 32 : 128)};
  const auto slash = word.text.find('/');
  if (slash != std::string_view::npos && IpAddress::parse(word.text.substr(0, slash)))
    return expected(word, "a prefix length that fits, and no bits set behind it");
  return expected(word, "an address, a prefix such as 10.0.0.0/8, or any");
}

std::expected<std::uint8_t, RuleError> parse_value(const Word& word, std::uint8_t*) {
  const auto found = std::ranges::find(kProtocols, word.text, &ProtocolName::name);
  if (found != kProtocols.end()) return found->number;
  if (const auto value = number<std::uint8_t>(word.text))
    return *value == upf::kProtocolIcmpv6 ? upf::kProtocolIcmp : *value;
  return expected(word, "tcp, udp, icmp, sctp, esp, gre or a protocol number of 0 to 255");
}

std::expected<Rule::PortRange, RuleError> parse_value(const Word& word, Rule::PortRange*) {
  const auto dash = word.text.find('-');
  const auto first = number<std::uint16_t>(word.text.substr(0, dash));
  const auto last =
      dash == std::string_view::npos ? first : number<std::uint16_t>(word.text.substr(dash + 1));
  if (!first || !last) return expected(word, "a port of 0 to 65535, or a range such as 1000-2000");
  if (*first > *last) return expected(word, "a range whose first port is not above its last");
  return Rule::PortRange{*first, *last};
}

/// `["not"] value ("," value)*`
template <class Value>
std::expected<void, RuleError> parse_clause(Words& words, Rule::Clause<Value>& clause,
                                            std::string_view what) {
  if (words.peek().text == "not") {
    clause.negated = true;
    words.next();
  }
  Word list = words.next();
  if (list.text.empty()) return expected(list, what);
  for (;;) {
    const auto comma = list.text.find(',');
    const Word item{list.text.substr(0, comma), list.column};
    if (item.text.empty()) return expected({",", item.column}, what);
    const auto value = parse_value(item, static_cast<Value*>(nullptr));
    if (!value) return std::unexpected(value.error());
    if (clause.values.size() == kRuleValuesMax)
      return expected(item, fmt::format("at most {} values", kRuleValuesMax));
    clause.values.push_back(*value);
    if (comma == std::string_view::npos) return {};
    list = {list.text.substr(comma + 1), list.column + comma + 1};
    if (list.text.empty()) return expected({list.text, list.column}, what);
  }
}

std::expected<void, RuleError> parse_remote(Words& words, Rule& rule, std::string_view what) {
  if (words.peek().text == "any") {
    words.next();
    return {};
  }
  return parse_clause(words, rule.remote, what);
}

/// Which clauses a rule has had.
struct Seen {
  bool remote = false;
  bool protocols = false;
  bool ports = false;
};

std::expected<void, RuleError> parse_one_clause(Words& words, Rule& rule, Seen& seen) {
  const Word field = words.next();
  const auto once = [&](bool& had) -> std::expected<void, RuleError> {
    if (std::exchange(had, true))
      return std::unexpected(RuleError{field.column, fmt::format("\"{}\" stands here twice", field.text)});
    return {};
  };
  if (field.text == "dst" || field.text == "from") {
    if (seen.remote)
      return std::unexpected(RuleError{field.column, "a rule has one of \"dst\" and \"from\", once"});
    seen.remote = true;
    rule.from_network = field.text == "from";
    return parse_remote(words, rule, "an address, a prefix such as 10.0.0.0/8, or any");
  }
  if (field.text == "proto") {
    if (auto first = once(seen.protocols); !first) return first;
    return parse_clause(words, rule.protocols, "a protocol");
  }
  if (field.text == "port") {
    if (auto first = once(seen.ports); !first) return first;
    return parse_clause(words, rule.ports, "a port");
  }
  return expected(field, "dst, from, proto or port");
}

template <class Value, class Matches>
bool clause_matches(const Rule::Clause<Value>& clause, Matches matches) {
  return clause.values.empty() || std::ranges::any_of(clause.values, matches) != clause.negated;
}

bool prefix_matches(const IpPrefix& prefix, const upf::FlowQuery& flow) {
  if (prefix.address.is_v4() == flow.v6) return false;
  const Bytes address = prefix.address.octets();
  const std::size_t whole = prefix.length / 8u;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole), flow.remote.begin()))
    return false;
  const unsigned bits = prefix.length % 8u;
  return bits == 0 || ((address[whole] ^ flow.remote[whole]) >> (8 - bits)) == 0;
}

std::string protocol_text(std::uint8_t protocol) {
  const auto found = std::ranges::find(kProtocols, protocol, &ProtocolName::number);
  return found != kProtocols.end() ? std::string(found->name) : std::to_string(protocol);
}

template <class Value, class Text>
void append_clause(std::string& out, std::string_view field, const Rule::Clause<Value>& clause, Text text) {
  if (clause.values.empty()) return;
  out += fmt::format(" {}{}", field, clause.negated ? " not" : "");
  char separator = ' ';
  for (const Value& value : clause.values) {
    out += separator + text(value);
    separator = ',';
  }
}

}  // namespace

bool Rule::matches(const upf::FlowQuery& flow) const noexcept {
  if (from_network != flow.from_network) return false;
  const std::uint8_t protocol = flow.protocol == upf::kProtocolIcmpv6 ? upf::kProtocolIcmp : flow.protocol;
  if (!clause_matches(protocols, [&](std::uint8_t value) { return value == protocol; })) return false;
  if (!ports.values.empty()) {
    if (!flow.ports) return false;
    const std::uint16_t port = from_network ? flow.local_port : flow.remote_port;
    if (!clause_matches(ports,
                        [&](const PortRange& range) { return port >= range.first && port <= range.last; }))
      return false;
  }
  return clause_matches(remote, [&](const IpPrefix& prefix) { return prefix_matches(prefix, flow); });
}

std::string Rule::text() const {
  std::string out = allow ? "allow" : "deny";
  const std::size_t verdict = out.size();
  append_clause(out, from_network ? "from" : "dst", remote, [](const IpPrefix& prefix) {
    const bool host = prefix.length == (prefix.address.is_v4() ? 32 : 128);
    return host ? prefix.address.text() : prefix.text();
  });
  if (from_network && remote.values.empty()) out += " from any";
  append_clause(out, "proto", protocols, protocol_text);
  append_clause(out, "port", ports, [](const PortRange& range) {
    return range.first == range.last ? std::to_string(range.first)
                                     : fmt::format("{}-{}", range.first, range.last);
  });
  if (out.size() == verdict) out += " any";
  return out;
}

std::expected<Rule, RuleError> parse_rule(std::string_view text) {
  if (text.size() > kRuleOctetsMax)
    return std::unexpected(
        RuleError{kRuleOctetsMax + 1, fmt::format("a rule is at most {} characters", kRuleOctetsMax)});
  Words words(text);
  Rule rule;
  const Word verdict = words.next();
  if (verdict.text != "allow" && verdict.text != "deny") return expected(verdict, "allow or deny");
  rule.allow = verdict.text == "allow";
  if (words.peek().text == "any") {
    words.next();
    if (!words.done()) return expected(words.peek(), "nothing behind \"any\"");
    return rule;
  }
  if (words.done()) return expected(words.peek(), "any, dst, from, proto or port");
  Seen seen;
  while (!words.done()) {
    const Word field = words.peek();
    if (auto parsed = parse_one_clause(words, rule, seen); !parsed) return std::unexpected(parsed.error());
    if (seen.ports && !rule.protocols.values.empty() &&
        (rule.protocols.negated || !std::ranges::all_of(rule.protocols.values, has_ports)))
      return std::unexpected(RuleError{field.column, "ports need proto tcp, udp, both or none"});
  }
  return rule;
}

}  // namespace zerocell::egress
