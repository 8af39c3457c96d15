// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/types/identity.hpp"

namespace zerocell::nas {

constexpr std::size_t kTaisPerListMax = 16;      // TS 24.301 §9.9.3.33
constexpr std::size_t kEquivalentPlmnsMax = 15;  // TS 24.008 §10.5.1.13

/// Tracking area identity list, TS 24.301 §9.9.3.33: 1 to 16 areas. Encoding keeps their order and picks of
/// the three kinds of partial list what takes little room. Plain data.
class TaiList {
 public:
  constexpr TaiList() = default;
  constexpr TaiList(std::initializer_list<Tai> tais) {
    for (const Tai& tai : tais) (void)add(tai);
  }
  /// False, and unchanged, when it is full.
  constexpr bool add(const Tai& tai) {
    if (size_ == kTaisPerListMax) return false;
    tais_[size_++] = tai;
    return true;
  }
  constexpr std::span<const Tai> tais() const { return {tais_.data(), size_}; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool contains(const Tai& tai) const { return std::ranges::find(tais(), tai) != tais().end(); }
  friend constexpr bool operator==(const TaiList& a, const TaiList& b) {
    return std::ranges::equal(a.tais(), b.tais());
  }

 private:
  std::array<Tai, kTaisPerListMax> tais_{};
  std::uint8_t size_ = 0;
};

/// Location area identification, TS 24.008 §10.5.1.3.
struct Lai {
  Plmn plmn{};
  std::uint16_t lac = 0;
  friend constexpr auto operator<=>(const Lai&, const Lai&) = default;
};

/// PLMN list, TS 24.008 §10.5.1.13: 1 to 15 PLMNs.
struct PlmnList {
  std::array<Plmn, kEquivalentPlmnsMax> plmns{};
  std::uint8_t size = 0;
  constexpr std::span<const Plmn> list() const { return {plmns.data(), size}; }
  friend constexpr bool operator==(const PlmnList& a, const PlmnList& b) {
    return std::ranges::equal(a.list(), b.list());
  }
};

bool decode_value(Bytes value, TaiList& out);
void encode_value(const TaiList& list, Writer& out);
bool decode_value(Bytes value, Tai& out);
void encode_value(const Tai& tai, Writer& out);
bool decode_value(Bytes value, Lai& out);
void encode_value(const Lai& lai, Writer& out);
bool decode_value(Bytes value, PlmnList& out);
void encode_value(const PlmnList& list, Writer& out);

}  // namespace zerocell::nas
