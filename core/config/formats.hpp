// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "core/config/egress.hpp"
#include "core/config/network.hpp"
#include "core/types/apn.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

namespace zerocell::config {

/// A scalar as it stands in the file. `column` is that of its first character, behind a quote.
struct Scalar {
  std::string_view text;
  bool quoted = false;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Smallest and largest value of a number, length of a text, or count of a list; both are allowed.
struct Limits {
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
};

/// The names of an enumeration's values in the file: specialise it as a range of pairs {name, value}.
template <class E>
struct Names;

/// How values of a type stand in the file: `type()` for the documentation, `read()`, whose error says what is
/// wrong and what was expected, and `write()`, which read() takes back.
template <class T>
struct Format;

/// Quotes and escapes, so that YAML reads exactly `text`.
std::string quoted(std::string_view text);

namespace detail {
std::string number_type(const Limits& limits);
std::expected<std::uint64_t, std::string> read_number(const Scalar& scalar, const Limits& limits);
/// "00101" without quotes is a number to other readers of YAML, and another one than it seems.
bool looks_octal(const Scalar& scalar);
std::string octal_complaint(const Scalar& scalar);
std::string expected_but_got(std::string_view expected, const Scalar& scalar);
}  // namespace detail

template <std::unsigned_integral T>
struct Format<T> {
  static Limits within(const Limits& limits) {
    return {limits.min, std::min<std::uint64_t>(limits.max, std::numeric_limits<T>::max())};
  }
  static std::string type(const Limits& limits) { return detail::number_type(within(limits)); }
  static std::expected<T, std::string> read(const Scalar& scalar, const Limits& limits) {
    const auto value = detail::read_number(scalar, within(limits));
    if (!value) return std::unexpected(value.error());
    return static_cast<T>(*value);
  }
  static std::string write(T value) { return std::to_string(value); }
};

template <class E>
  requires std::is_enum_v<E>
struct Format<E> {
  static std::string type(const Limits&) {
    std::string all;
    for (const auto& [name, value] : Names<E>::kNames) (all += all.empty() ? "" : " | ") += name;
    return all;
  }
  static std::expected<E, std::string> read(const Scalar& scalar, const Limits&) {
    for (const auto& [name, value] : Names<E>::kNames)
      if (scalar.text == name) return value;
    if constexpr (requires { Names<E>::explain(scalar.text); })
      if (const std::string_view why = Names<E>::explain(scalar.text); !why.empty())
        return std::unexpected(std::string(why));
    return std::unexpected(detail::expected_but_got(type({}), scalar));
  }
  static std::string write(E value) {
    for (const auto& [name, named] : Names<E>::kNames)
      if (named == value) return std::string(name);
    return {};
  }
};

#define ZC_CONFIG_FORMAT(T)                                                                \
  template <>                                                                              \
  struct Format<T> {                                                                       \
    static std::string type(const Limits& limits);                                         \
    static std::expected<T, std::string> read(const Scalar& scalar, const Limits& limits); \
    static std::string write(const T& value);                                              \
  }
ZC_CONFIG_FORMAT(bool);
ZC_CONFIG_FORMAT(std::string);
ZC_CONFIG_FORMAT(LocatedText);
ZC_CONFIG_FORMAT(Plmn);
ZC_CONFIG_FORMAT(Imsi);
ZC_CONFIG_FORMAT(TacRange);
ZC_CONFIG_FORMAT(TimeZone);
ZC_CONFIG_FORMAT(Apn);
ZC_CONFIG_FORMAT(Ipv4Address);
ZC_CONFIG_FORMAT(IpAddress);
ZC_CONFIG_FORMAT(IpPrefix);
ZC_CONFIG_FORMAT(Endpoint);
#undef ZC_CONFIG_FORMAT

}  // namespace zerocell::config
