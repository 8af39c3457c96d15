// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "asn1/s1ap/ie_id.hpp"
#include "asn1/s1ap/messages.hpp"
#include "asn1/s1ap/s1ap.hpp"
#include "core/types/assert.hpp"

namespace zerocell::mme {

constexpr std::uint16_t kUnknownIe = 0x7777;  // An id that there is not.

/// An S1AP message as its octets, some of whose IEs are left out, or that has one more than there are.
class AlteredMessage {
 public:
  template <class M>
  explicit AlteredMessage(const M& message) {
    std::array<std::uint8_t, 4096> room;
    const auto encoded = s1ap::encode(message, room);
    ZC_ASSERT(encoded.has_value());
    head_.assign(encoded->begin(), encoded->begin() + kHeadOctets);
    Bytes left = encoded->subspan(kHeadOctets);
    (void)take_length(left);
    left = left.subspan(kCountOctets);
    while (!left.empty()) {
      Bytes value = left.subspan(kFieldHeadOctets);
      const std::size_t length = take_length(value);
      const auto size = static_cast<std::size_t>(value.data() - left.data()) + length;
      fields_.emplace_back(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size));
      left = left.subspan(size);
    }
  }

  AlteredMessage& without(s1ap::IeId id) {
    std::erase_if(fields_, [id](const ByteVector& field) {
      return (field[0] << 8 | field[1]) == static_cast<std::uint16_t>(id);
    });
    return *this;
  }
  AlteredMessage& with_unknown(s1ap::Criticality criticality) {
    fields_.push_back({kUnknownIe >> 8, kUnknownIe & 0xFF,
                       static_cast<std::uint8_t>(static_cast<unsigned>(criticality) << 6), 1, 0});
    return *this;
  }
  ByteVector octets() const {
    ByteVector contents{0, static_cast<std::uint8_t>(fields_.size() >> 8),
                        static_cast<std::uint8_t>(fields_.size())};
    for (const ByteVector& field : fields_) contents.insert(contents.end(), field.begin(), field.end());
    ByteVector all = head_;
    if (contents.size() >= kLongLength) all.push_back(static_cast<std::uint8_t>(0x80 | contents.size() >> 8));
    all.push_back(static_cast<std::uint8_t>(contents.size()));
    all.insert(all.end(), contents.begin(), contents.end());
    return all;
  }

 private:
  static constexpr std::size_t kHeadOctets = 3;       // Kind, procedure, criticality.
  static constexpr std::size_t kCountOctets = 3;      // What is before the IEs, with their number.
  static constexpr std::size_t kFieldHeadOctets = 3;  // Id, criticality.
  static constexpr std::size_t kLongLength = 128;     // X.691 §10.9.3.6: from here on in two octets.

  static std::size_t take_length(Bytes& from) {
    const bool two = from[0] >= kLongLength;
    const std::size_t length = two ? static_cast<std::size_t>(from[0] & 0x3F) << 8 | from[1] : from[0];
    from = from.subspan(two ? 2 : 1);
    return length;
  }

  ByteVector head_;
  std::vector<ByteVector> fields_;
};

}  // namespace zerocell::mme
