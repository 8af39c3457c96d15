// SPDX-License-Identifier: Apache-2.0
#include "core/config/formats.hpp"

#include <fmt/format.h>

#include <charconv>

namespace zerocell::config {
namespace detail {

std::string number_type(const Limits& limits) {
  return fmt::format("integer {} to {}", limits.min, limits.max);
}

std::string expected_but_got(std::string_view expected, const Scalar& scalar) {
  constexpr std::size_t kShownMax = 80;
  const bool cut = scalar.text.size() > kShownMax;
  return fmt::format("{}{} is not valid here; expected {}", quoted(scalar.text.substr(0, kShownMax)),
                     cut ? "..." : "", expected);
}

bool looks_octal(const Scalar& scalar) {
  return !scalar.quoted && scalar.text.size() > 1 && scalar.text[0] == '0' &&
         scalar.text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string octal_complaint(const Scalar& scalar) {
  return fmt::format("{0} without quotes is an octal number to YAML; write \"{0}\"", scalar.text);
}

std::expected<std::uint64_t, std::string> read_number(const Scalar& scalar, const Limits& limits) {
  std::string_view digits = scalar.text;
  if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
    return std::unexpected(fmt::format("{} starts with 0, which YAML readers take for octal; expected {}",
                                       digits, number_type(limits)));
  const bool hexadecimal = digits.starts_with("0x");
  if (hexadecimal) digits.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
  if (error == std::errc() && end == digits.data() + digits.size() && value >= limits.min &&
      value <= limits.max)
    return value;
  return std::unexpected(expected_but_got(number_type(limits), scalar));
}

template <class T>
std::expected<T, std::string> expect(std::optional<T> value, std::string_view expected,
                                     const Scalar& scalar) {
  if (value) return *value;
  return std::unexpected(expected_but_got(expected, scalar));
}

}  // namespace detail

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (octet < 0x20 || octet == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", octet);
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string Format<bool>::type(const Limits&) {
  return "true | false";
}
std::expected<bool, std::string> Format<bool>::read(const Scalar& scalar, const Limits&) {
  if (scalar.text == "true") return true;
  if (scalar.text == "false") return false;
  return std::unexpected(detail::expected_but_got("true or false", scalar));
}
std::string Format<bool>::write(const bool& value) {
  return value ? "true" : "false";
}

std::string Format<std::string>::type(const Limits& limits) {
  return limits.max == UINT64_MAX ? "text" : fmt::format("text, {} to {} characters", limits.min, limits.max);
}
std::expected<std::string, std::string> Format<std::string>::read(const Scalar& scalar,
                                                                  const Limits& limits) {
  if (scalar.text.find('\0') != std::string_view::npos)
    return std::unexpected("holds a NUL character; expected " + type(limits));
  if (scalar.text.size() < limits.min || scalar.text.size() > limits.max)
    return std::unexpected(detail::expected_but_got(type(limits), scalar));
  return std::string(scalar.text);
}
std::string Format<std::string>::write(const std::string& value) {
  return quoted(value);
}

std::string Format<LocatedText>::type(const Limits&) {
  return "text";
}
std::expected<LocatedText, std::string> Format<LocatedText>::read(const Scalar& scalar,
                                                                  const Limits& limits) {
  auto text = Format<std::string>::read(scalar, limits);
  if (!text) return std::unexpected(std::move(text.error()));
  return LocatedText{std::move(*text), scalar.line, scalar.column};
}
std::string Format<LocatedText>::write(const LocatedText& value) {
  return quoted(value.text);
}

std::string Format<Plmn>::type(const Limits&) {
  return "PLMN";
}
std::expected<Plmn, std::string> Format<Plmn>::read(const Scalar& scalar, const Limits&) {
  if (detail::looks_octal(scalar)) return std::unexpected(detail::octal_complaint(scalar) + ", or MCC/MNC");
  return detail::expect(Plmn::parse(scalar.text), "a PLMN, MCC and MNC, such as \"001/01\"", scalar);
}
std::string Format<Plmn>::write(const Plmn& value) {
  return quoted(value.mcc() + "/" + value.mnc());
}

std::string Format<Imsi>::type(const Limits&) {
  return "IMSI";
}
std::expected<Imsi, std::string> Format<Imsi>::read(const Scalar& scalar, const Limits&) {
  if (detail::looks_octal(scalar)) return std::unexpected(detail::octal_complaint(scalar));
  return detail::expect(Imsi::parse(scalar.text), "an IMSI of 6 to 15 digits", scalar);
}
std::string Format<Imsi>::write(const Imsi& value) {
  return quoted(value.text());
}

std::string Format<TacRange>::type(const Limits&) {
  return "TAC or range";
}
std::expected<TacRange, std::string> Format<TacRange>::read(const Scalar& scalar, const Limits&) {
  // 0000 and FFFE are reserved: TS 23.003 §19.4.2.3.
  static constexpr Limits kTac{1, 0xFFFD};
  const auto dash = scalar.text.find('-');
  const auto part = [&scalar](std::string_view text) {
    return detail::read_number({text, scalar.quoted, scalar.line, scalar.column}, kTac);
  };
  const auto first = part(scalar.text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : part(scalar.text.substr(dash + 1));
  if (!first) return std::unexpected(first.error());
  if (!last) return std::unexpected(last.error());
  if (*first > *last)
    return std::unexpected(detail::expected_but_got("a range FIRST-LAST that ascends", scalar));
  return TacRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
}
std::string Format<TacRange>::write(const TacRange& value) {
  return value.first == value.last ? std::to_string(value.first)
                                   : fmt::format("{}-{}", value.first, value.last);
}

std::string Format<TimeZone>::type(const Limits&) {
  return "local | utc | none | \"+HH:MM\"";
}
std::expected<TimeZone, std::string> Format<TimeZone>::read(const Scalar& scalar, const Limits&) {
  const std::string_view text = scalar.text;
  if (text == "local") return TimeZone{TimeZone::Kind::local};
  if (text == "none") return TimeZone{TimeZone::Kind::none};
  if (text == "utc") return TimeZone{TimeZone::Kind::offset};
  const auto digit = [text](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100; };
  if (text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':') {
    const int hours = digit(1) * 10 + digit(2);
    const int minutes = digit(4) * 10 + digit(5);
    const int quarters = (text[0] == '-' ? -1 : 1) * (hours * 4 + minutes / 15);
    if (minutes < 60 && minutes % 15 == 0 && quarters >= -48 && quarters <= 56)
      return TimeZone{TimeZone::Kind::offset, static_cast<std::int8_t>(quarters)};
  }
  return std::unexpected(detail::expected_but_got(
      "local, utc, none, or an offset such as \"+02:00\" in quarters of an hour", scalar));
}
std::string Format<TimeZone>::write(const TimeZone& value) {
  switch (value.kind) {
    case TimeZone::Kind::none:
      return "none";
    case TimeZone::Kind::local:
      return "local";
    case TimeZone::Kind::offset:
      break;
  }
  if (value.quarter_hours == 0) return "utc";
  const int quarters = std::abs(int{value.quarter_hours});
  return fmt::format("\"{}{:02}:{:02}\"", value.quarter_hours < 0 ? '-' : '+', quarters / 4,
                     quarters % 4 * 15);
}

std::string Format<Apn>::type(const Limits&) {
  return "APN";
}
std::expected<Apn, std::string> Format<Apn>::read(const Scalar& scalar, const Limits&) {
  return detail::expect(Apn::parse(scalar.text),
                        "an APN: labels of letters, digits and hyphens, joined by dots", scalar);
}
std::string Format<Apn>::write(const Apn& value) {
  return quoted(value.text());
}

std::string Format<Ipv4Address>::type(const Limits&) {
  return "IPv4 address";
}
std::expected<Ipv4Address, std::string> Format<Ipv4Address>::read(const Scalar& scalar, const Limits&) {
  return detail::expect(Ipv4Address::parse(scalar.text), "an IPv4 address such as 10.45.0.1", scalar);
}
std::string Format<Ipv4Address>::write(const Ipv4Address& value) {
  return value.text();
}

std::string Format<IpAddress>::type(const Limits&) {
  return "IP address";
}
std::expected<IpAddress, std::string> Format<IpAddress>::read(const Scalar& scalar, const Limits&) {
  return detail::expect(IpAddress::parse(scalar.text), "an IPv4 or IPv6 address without port", scalar);
}
std::string Format<IpAddress>::write(const IpAddress& value) {
  return quoted(value.text());
}

std::string Format<IpPrefix>::type(const Limits&) {
  return "IP prefix";
}
std::expected<IpPrefix, std::string> Format<IpPrefix>::read(const Scalar& scalar, const Limits&) {
  return detail::expect(IpPrefix::parse(scalar.text),
                        "a prefix such as 10.45.0.0/16 or fd00:45::/48, with no bit set behind its length",
                        scalar);
}
std::string Format<IpPrefix>::write(const IpPrefix& value) {
  return quoted(value.text());
}

std::string Format<Endpoint>::type(const Limits&) {
  return "address:port";
}
std::expected<Endpoint, std::string> Format<Endpoint>::read(const Scalar& scalar, const Limits&) {
  constexpr std::string_view kExpected = "ADDRESS:PORT such as 127.0.0.1:9090 or \"[::1]:9090\"";
  const auto colon = scalar.text.rfind(':');
  if (colon == std::string_view::npos) return std::unexpected(detail::expected_but_got(kExpected, scalar));
  std::string_view host = scalar.text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  const auto port = detail::read_number({.text = scalar.text.substr(colon + 1)}, {1, 65535});
  if (!address || !port || address->is_v4() == bracketed)
    return std::unexpected(detail::expected_but_got(kExpected, scalar));
  return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}
std::string Format<Endpoint>::write(const Endpoint& value) {
  return quoted(value.text());
}

}  // namespace zerocell::config
