// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "core/nas/codec.hpp"

namespace zerocell::mme {

/// A plain NAS message, encoded on the spot: `PlainMessage plain(AttachReject{…}); send_nas(ue, …,
/// plain.bytes())`.
class PlainMessage {
 public:
  template <class M>
  explicit PlainMessage(const M& message) {
    Writer out(octets_);
    if (nas::encode(message, out))
      size_ = out.size();
    else
      log_not_encoded();
  }
  /// Empty when the message could not be encoded, which was logged.
  Bytes bytes() const { return {octets_.data(), size_}; }

 private:
  static void log_not_encoded();

  std::array<std::uint8_t, 1024> octets_;
  std::size_t size_ = 0;
};

}  // namespace zerocell::mme
