// SPDX-License-Identifier: Apache-2.0
#include "core/nas/ie/area.hpp"

namespace zerocell::nas {
namespace {

// Types of partial list, TS 24.301 table 9.9.3.33.1.
constexpr std::uint8_t kOnePlmn = 0;
constexpr std::uint8_t kOnePlmnConsecutive = 1;
constexpr std::uint8_t kManyPlmns = 2;

Plmn read_plmn(Reader& in) {
  const Bytes octets = in.take(3);
  return in.ok() ? *Plmn::from_wire(octets) : Plmn();
}

/// How many of `tais` from the first on have its PLMN.
std::size_t run_of_plmn(std::span<const Tai> tais) {
  std::size_t count = 1;
  while (count < tais.size() && tais[count].plmn == tais[0].plmn) ++count;
  return count;
}

bool consecutive(std::span<const Tai> tais) {
  for (std::size_t i = 1; i < tais.size(); ++i)
    if (tais[i].tac != tais[0].tac + i) return false;
  return true;
}

void write_header(std::uint8_t type, std::size_t count, Writer& out) {
  out.u8(static_cast<std::uint8_t>(type << 5 | (count - 1)));
}

}  // namespace

bool decode_value(Bytes value, TaiList& out) {
  Reader in(value);
  out = {};
  while (!in.empty()) {
    const std::uint8_t header = in.u8();
    const std::uint8_t type = header >> 5 & 3;
    // More than 16 elements cannot be told; table 9.9.3.33.1 reads such counts as 16.
    const std::size_t count = std::min<std::size_t>((header & 0x1F) + 1u, kTaisPerListMax);
    if (type > kManyPlmns) return false;
    Tai tai;
    for (std::size_t i = 0; i < count; ++i) {
      if (i == 0 || type == kManyPlmns) tai.plmn = read_plmn(in);
      if (i == 0 || type != kOnePlmnConsecutive) {
        tai.tac = in.u16();
      } else {
        if (tai.tac == 0xFFFF) return false;
        ++tai.tac;
      }
      if (!in.ok() || !out.add(tai)) return false;
    }
  }
  return !out.empty();
}

void encode_value(const TaiList& list, Writer& out) {
  auto rest = list.tais();
  while (!rest.empty()) {
    std::size_t count = run_of_plmn(rest);
    if (count > 1) {
      const auto run = rest.first(count);
      const bool consecutive_tacs = consecutive(run);
      write_header(consecutive_tacs ? kOnePlmnConsecutive : kOnePlmn, count, out);
      out.bytes(run[0].plmn.octets());
      for (const Tai& tai : consecutive_tacs ? run.first(1) : run) out.u16(tai.tac);
    } else {
      while (count < rest.size() && run_of_plmn(rest.subspan(count)) == 1) ++count;
      write_header(count == 1 ? kOnePlmn : kManyPlmns, count, out);
      for (const Tai& tai : rest.first(count)) encode_value(tai, out);
    }
    rest = rest.subspan(count);
  }
}

bool decode_value(Bytes value, Tai& out) {
  Reader in(value);
  out.plmn = read_plmn(in);
  out.tac = in.u16();
  return in.ok();
}
void encode_value(const Tai& tai, Writer& out) {
  out.bytes(tai.plmn.octets());
  out.u16(tai.tac);
}

bool decode_value(Bytes value, Lai& out) {
  Reader in(value);
  out.plmn = read_plmn(in);
  out.lac = in.u16();
  return in.ok();
}
void encode_value(const Lai& lai, Writer& out) {
  out.bytes(lai.plmn.octets());
  out.u16(lai.lac);
}

bool decode_value(Bytes value, PlmnList& out) {
  if (value.empty() || value.size() % 3 != 0 || value.size() / 3 > kEquivalentPlmnsMax) return false;
  Reader in(value);
  out = {};
  while (!in.empty()) out.plmns[out.size++] = read_plmn(in);
  return true;
}
void encode_value(const PlmnList& list, Writer& out) {
  for (const Plmn& plmn : list.list()) out.bytes(plmn.octets());
}

}  // namespace zerocell::nas
