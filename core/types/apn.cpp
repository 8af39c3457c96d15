// SPDX-License-Identifier: Apache-2.0
#include "core/types/apn.hpp"

namespace zerocell {

std::optional<Apn> Apn::parse(std::string_view text) {
  Apn apn;
  if (text.empty() || text.size() > apn.text_.size()) return std::nullopt;
  std::size_t label = 0;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '.') {
      if (label == 0) return std::nullopt;
      label = 0;
    } else {
      const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      if (!allowed || ++label > kApnLabelMax) return std::nullopt;
    }
    apn.text_[apn.size_++] = c;
  }
  if (label == 0) return std::nullopt;
  return apn;
}

Decoded<Apn> Apn::from_wire(Bytes octets) {
  if (octets.empty()) return std::unexpected(DecodeError{0, "empty APN"});
  if (octets.size() > kApnOctetsMax)
    return std::unexpected(DecodeError{kApnOctetsMax, "APN over 100 octets"});
  std::array<char, kApnOctetsMax> text;
  std::size_t size = 0;
  for (std::size_t at = 0; at < octets.size();) {
    const std::size_t length = octets[at];
    if (length == 0 || length > kApnLabelMax || length > octets.size() - at - 1)
      return std::unexpected(DecodeError{at, "APN label length"});
    if (size != 0) text[size++] = '.';
    std::memcpy(text.data() + size, octets.data() + at + 1, length);
    // A dot inside a label would make another name of it.
    if (std::ranges::find(octets.subspan(at + 1, length), '.') != octets.subspan(at + 1, length).end())
      return std::unexpected(DecodeError{at + 1, "dot inside an APN label"});
    size += length;
    at += 1 + length;
  }
  const auto apn = parse({text.data(), size});
  if (!apn) return std::unexpected(DecodeError{0, "character not allowed in an APN"});
  return *apn;
}

void Apn::to_wire(Writer& out) const {
  std::string_view rest = text();
  while (!rest.empty()) {
    const auto dot = rest.find('.');
    const auto label = rest.substr(0, dot);
    out.u8(static_cast<std::uint8_t>(label.size()));
    out.bytes({reinterpret_cast<const std::uint8_t*>(label.data()), label.size()});
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
}

}  // namespace zerocell
