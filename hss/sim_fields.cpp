// SPDX-License-Identifier: Apache-2.0
#include "hss/sim_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/crypto/milenage.hpp"
#include "core/crypto/tuak.hpp"
#include "hss/sim_apns.hpp"
#include "hss/sim_bearers.hpp"
#include "hss/sim_routes.hpp"

namespace zerocell::hss {

namespace {

using Problem = std::optional<std::string>;
using Part = SimField::Part;
using store::Algorithm;
using store::Subscriber;

template <class T>
bool parse_number(std::string_view text, T& out, std::uint64_t least, std::uint64_t most, int base = 10) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) return false;
  out = static_cast<T>(value);
  return true;
}

/// A key of 16 or 32 octets into the first octets of `out`.
bool parse_key(std::string_view text, Key<32>& out, std::uint8_t& octets) {
  out = {};
  if (text.size() == 64) {
    auto key = Key<32>::from_hex(text);
    if (key) out = *key;
    octets = 32;
    return key.has_value();
  }
  const auto key = Key<16>::from_hex(text);
  if (key) std::ranges::copy(key->reveal(), out.reveal_mutable().begin());
  octets = 16;
  return key.has_value();
}

struct NamedBit {
  std::string_view name;
  unsigned bit;
};
constexpr std::array kRestrictions{NamedBit{"utran", 0},
                                   NamedBit{"geran", 1},
                                   NamedBit{"gan", 2},
                                   NamedBit{"i_hspa_evolution", 3},
                                   NamedBit{"wb_eutran", 4},
                                   NamedBit{"handover_to_non_3gpp", 5},
                                   NamedBit{"nb_iot", 6},
                                   NamedBit{"enhanced_coverage", 7},
                                   NamedBit{"nr_as_secondary_rat", 8},
                                   NamedBit{"unlicensed_as_secondary_rat", 9},
                                   NamedBit{"nr_in_5gs", 10},
                                   NamedBit{"lte_m", 11},
                                   NamedBit{"wb_eutran_except_lte_m", 12}};
constexpr std::array kBarrings{NamedBit{"all_packet_services", 0}, NamedBit{"roamer_access_to_hplmn_apn", 1},
                               NamedBit{"roamer_access_to_vplmn_apn", 2}};

/// "nb_iot+lte_m"; empty or "none": no bit.
Problem parse_bits(std::span<const NamedBit> names, std::string_view text, std::uint32_t& out) {
  std::uint32_t bits = 0;
  if (text == "none") text = {};
  while (!text.empty()) {
    const auto end = std::min(text.find('+'), text.size());
    const auto found = std::ranges::find(names, text.substr(0, end), &NamedBit::name);
    if (found == names.end()) {
      std::string expected;
      for (const NamedBit& name : names)
        expected += fmt::format("{}{}", expected.empty() ? "" : ", ", name.name);
      return fmt::format("\"{}\" is unknown; expected some of {}, joined with '+', or none",
                         text.substr(0, end), expected);
    }
    bits |= 1u << found->bit;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out = bits;
  return std::nullopt;
}
std::string bits_text(std::span<const NamedBit> names, std::uint32_t bits) {
  std::string text;
  for (const NamedBit& name : names)
    if ((bits >> name.bit & 1) != 0) text += fmt::format("{}{}", text.empty() ? "" : "+", name.name);
  return text;
}

constexpr Problem kFine{};

constexpr std::array kFields{
    SimField{"msisdn", "DIGITS", "Phone number in international format, without '+'", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               if (text.starts_with('+')) text.remove_prefix(1);
               const auto msisdn = text.empty() ? std::optional(Msisdn()) : Msisdn::parse(text);
               if (!msisdn) return "expected 1 to 15 digits";
               draft.subscriber.msisdn = *msisdn;
               return kFine;
             },
             [](const Subscriber& s) { return s.msisdn.text(); }},
    SimField{"iccid", "DIGITS", "Number printed on the card", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               const auto iccid = text.empty() ? std::optional(store::Iccid()) : store::parse_iccid(text);
               if (!iccid) return "expected 18 to 20 digits";
               draft.subscriber.iccid = *iccid;
               return kFine;
             },
             [](const Subscriber& s) { return std::string(s.iccid.text()); }},
    SimField{"state", "STATE", "inactive, active, suspended or test", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               const auto state = store::parse_sim_state(text);
               if (!state) return "expected inactive, active, suspended or test";
               draft.subscriber.state = *state;
               return kFine;
             },
             [](const Subscriber& s) { return std::string(to_string(s.state)); }},
    SimField{
        "imei_lock", "LOCK",
        "Device that the SIM is bound to: off, learn (the first one), an IMEI, or its first digits (a TAC)",
        Part::card,
        [](SimDraft& draft, std::string_view text) -> Problem {
          if (!parse_imei_lock(text.empty() ? "off" : text, draft.subscriber.imei_lock))
            return "expected off, learn, an IMEI of 14 to 16 digits, or 2 to 13 digits that it begins with";
          return kFine;
        },
        [](const Subscriber& s) { return imei_lock_text(s.imei_lock); }},
    SimField{"imei_mismatch", "ACTION", "In another device: alarm, quarantine or reject", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               const auto action = parse_imei_mismatch(text.empty() ? "reject" : text);
               if (!action) return "expected alarm, quarantine or reject";
               draft.subscriber.imei_lock.on_mismatch = *action;
               return kFine;
             },
             [](const Subscriber& s) { return std::string(to_string(s.imei_lock.on_mismatch)); }},
    SimField{"algorithm", "NAME", "milenage or tuak", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               const auto algorithm = store::parse_algorithm(text);
               if (!algorithm) return "expected milenage or tuak";
               draft.subscriber.secrets.algorithm = *algorithm;
               return kFine;
             },
             [](const Subscriber& s) { return std::string(to_string(s.secrets.algorithm)); }},
    SimField{"k", "HEX", "Key of the SIM: 32 hexadecimal digits (TUAK: also 64)", Part::secret,
             [](SimDraft& draft, std::string_view text) -> Problem {
               auto& secrets = draft.subscriber.secrets;
               if (!parse_key(text, secrets.k, secrets.k_octets))
                 return "expected 32 hexadecimal digits (TUAK: also 64)";
               draft.k_given = true;
               return kFine;
             },
             [](const Subscriber& s) { return to_hex(s.secrets.k_bytes()); }},
    SimField{"opc", "HEX", "OPc, 32 hexadecimal digits; TOPc of TUAK, 64", Part::secret,
             [](SimDraft& draft, std::string_view text) -> Problem {
               if (text.empty()) return kFine;  // A column beside one for OP.
               auto& secrets = draft.subscriber.secrets;
               std::uint8_t octets = 0;
               if (!parse_key(text, secrets.op_c, octets) ||
                   octets != (secrets.algorithm == Algorithm::tuak ? 32 : 16))
                 return "expected 32 hexadecimal digits (TUAK: 64)";
               draft.op_c_given = true;
               return kFine;
             },
             [](const Subscriber& s) { return to_hex(s.secrets.op_c_bytes()); }},
    SimField{"op", "HEX", "OP (TOP), in place of OPc, which is made of it; OP is not stored", Part::secret,
             [](SimDraft& draft, std::string_view text) -> Problem {
               if (text.empty()) return kFine;
               Key<32> op;
               std::uint8_t octets = 0;
               if (!parse_key(text, op, octets) ||
                   octets != (draft.subscriber.secrets.algorithm == Algorithm::tuak ? 32 : 16))
                 return "expected 32 hexadecimal digits (TUAK: 64)";
               draft.op = op;
               return kFine;
             },
             nullptr},
    SimField{"amf", "HEX", "Authentication management field, 4 hexadecimal digits", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               std::uint16_t amf = 0;
               if (text.size() != 4 || !parse_number(text, amf, 0, 0xFFFF, 16))
                 return "expected 4 hexadecimal digits";
               draft.subscriber.amf = {static_cast<std::uint8_t>(amf >> 8), static_cast<std::uint8_t>(amf)};
               return kFine;
             },
             [](const Subscriber& s) { return to_hex(s.amf); }},
    SimField{"tuak_res_octets", "N", "Length of RES with TUAK: 4, 8 or 16", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               if (!parse_number(text, draft.subscriber.secrets.tuak_res_octets, 4, 16))
                 return "expected 4, 8 or 16";
               return kFine;
             },
             [](const Subscriber& s) { return std::to_string(s.secrets.tuak_res_octets); }},
    SimField{"tuak_iterations", "N", "Keccak iterations of TUAK", Part::card,
             [](SimDraft& draft, std::string_view text) -> Problem {
               if (!parse_number(text, draft.subscriber.secrets.tuak_iterations, 1, 255))
                 return "expected 1 to 255";
               return kFine;
             },
             [](const Subscriber& s) { return std::to_string(s.secrets.tuak_iterations); }},
    SimField{"group", "NAME", "Egress policy group; empty: the default one", Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               const auto group = GroupName::parse(text);
               if (!group) return "expected at most 31 printable characters without spaces";
               draft.profile.group = *group;
               draft.profile_changed = true;
               return kFine;
             },
             [](const Subscriber& s) { return std::string(s.profile->group.text()); }},
    SimField{"ue_ambr", "UP/DOWN", "Most of all APNs together, in bit/s: 100M/1G", Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               const auto ambr = parse_ambr(text);
               if (!ambr) return "expected UPLINK/DOWNLINK in bit/s, such as 100M/1G";
               draft.profile.ue_ambr = *ambr;
               draft.profile_changed = true;
               return kFine;
             },
             [](const Subscriber& s) { return ambr_text(s.profile->ue_ambr); }},
    SimField{"apns", "APN[,KEY=VALUE…][;…]",
             "APNs; the first is the default one. Keys: type (ipv4, ipv6, ipv4v6, ipv4_or_ipv6), qci, arp, "
             "preempts, preemptable, ambr, ipv4, ipv6 (static), context, charging, vplmn",
             Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               draft.profile_changed = true;
               return set_apns(draft, text);
             },
             [](const Subscriber& s) { return apns_text(s); }},
    SimField{"default_apn", "APN", "The APN of a device that names none", Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               if (text.empty()) return kFine;
               const auto apn = Apn::parse(text);
               for (const store::ApnSubscription& granted : draft.profile.apns)
                 if (apn && granted.apn == *apn) {
                   draft.profile.default_context_id = granted.context_id;
                   draft.profile_changed = true;
                   return kFine;
                 }
               return "expected one of the SIM's own APNs";
             },
             [](const Subscriber& s) {
               for (const store::ApnSubscription& apn : s.profile->apns)
                 if (apn.context_id == s.profile->default_context_id) return std::string(apn.apn.text());
               return std::string();
             }},
    SimField{"framed_routes", "[APN=]PREFIX[+PREFIX…][;…]",
             "Prefixes that are routed to the SIM, at an APN (else the default one); none", Part::listed,
             [](SimDraft& draft, std::string_view text) { return set_framed_routes(draft, text); },
             [](const Subscriber& s) { return framed_routes_text(s); }},
    SimField{"bearers", "[APN=]NAME[ KEY=VALUE…]: FILTER[|FILTER…][;…]",
             "Dedicated bearers that the UE gets at once, at an APN (else the default one); none. Keys: qci, "
             "arp, preempts, preemptable, gbr, mbr",
             Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               draft.profile_changed = true;
               return set_bearers(draft, text);
             },
             [](const Subscriber& s) { return bearers_text(*s.profile); }},
    SimField{"access_restrictions", "LIST", "Radio accesses that are forbidden: nb_iot+lte_m, or none",
             Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               draft.profile_changed = true;
               return parse_bits(kRestrictions, text, draft.profile.access_restrictions);
             },
             [](const Subscriber& s) { return bits_text(kRestrictions, s.profile->access_restrictions); }},
    SimField{"barring", "LIST", "Operator-determined barring: all_packet_services, or none", Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               draft.profile_changed = true;
               return parse_bits(kBarrings, text, draft.profile.barring);
             },
             [](const Subscriber& s) { return bits_text(kBarrings, s.profile->barring); }},
    SimField{
        "roaming", "WORD", "allowed or denied: in networks that are not the IMSI's own", Part::profile,
        [](SimDraft& draft, std::string_view text) -> Problem {
          if (text != "allowed" && text != "denied") return "expected allowed or denied";
          draft.profile.roaming_allowed = text == "allowed";
          draft.profile_changed = true;
          return kFine;
        },
        [](const Subscriber& s) { return std::string(s.profile->roaming_allowed ? "allowed" : "denied"); }},
    SimField{"network_access", "WORD", "packet or packet_and_circuit", Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               if (text != "packet" && text != "packet_and_circuit")
                 return "expected packet or packet_and_circuit";
               draft.profile.packet_only = text == "packet";
               draft.profile_changed = true;
               return kFine;
             },
             [](const Subscriber& s) {
               return std::string(s.profile->packet_only ? "packet" : "packet_and_circuit");
             }},
    SimField{"rau_tau_timer_seconds", "SECONDS", "Periodic tracking area update; empty: the network's",
             Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               draft.profile_changed = true;
               draft.profile.rau_tau_timer_seconds.reset();
               std::uint32_t seconds = 0;
               if (text.empty()) return kFine;
               if (!parse_number(text, seconds, 2, UINT32_MAX)) return "expected seconds, from 2";
               draft.profile.rau_tau_timer_seconds = seconds;
               return kFine;
             },
             [](const Subscriber& s) {
               const auto& seconds = s.profile->rau_tau_timer_seconds;
               return seconds ? std::to_string(*seconds) : std::string();
             }},
    SimField{"charging_characteristics", "HEX", "4 hexadecimal digits; 0000: none", Part::profile,
             [](SimDraft& draft, std::string_view text) -> Problem {
               draft.profile_changed = true;
               if (text.size() != 4 ||
                   !parse_number(text, draft.profile.charging_characteristics, 0, 0xFFFF, 16))
                 return "expected 4 hexadecimal digits";
               return kFine;
             },
             [](const Subscriber& s) { return fmt::format("{:04x}", s.profile->charging_characteristics); }},
};

std::optional<std::uint64_t> parse_bit_rate(std::string_view text, std::uint64_t least = 1) {
  std::uint64_t factor = 1;
  if (!text.empty()) {
    if (text.back() == 'k') factor = 1'000;
    if (text.back() == 'M') factor = 1'000'000;
    if (text.back() == 'G') factor = 1'000'000'000;
    if (factor != 1) text.remove_suffix(1);
  }
  std::uint64_t value = 0;
  if (!parse_number(text, value, least, 1'000'000'000'000'000 / factor)) return std::nullopt;
  return value * factor;
}
std::string bit_rate_text(std::uint64_t rate) {
  if (rate == 0) return "0";
  if (rate % 1'000'000'000 == 0) return fmt::format("{}G", rate / 1'000'000'000);
  if (rate % 1'000'000 == 0) return fmt::format("{}M", rate / 1'000'000);
  if (rate % 1'000 == 0) return fmt::format("{}k", rate / 1'000);
  return std::to_string(rate);
}

/// The prefix of the same length that lies `step` prefixes behind; nothing when there is none.
std::optional<IpPrefix> counted_up(const IpPrefix& prefix, std::uint64_t step) {
  const auto added = [&](auto address) -> std::optional<IpPrefix> {
    // From the last bit of the prefix on, with the carry in `step`.
    for (unsigned bit = prefix.length; step != 0; step >>= 1) {
      if (bit == 0) return std::nullopt;
      --bit;
      const auto mask = static_cast<std::uint8_t>(0x80u >> bit % 8);
      std::uint8_t& octet = address.octets[bit / 8];
      if ((step & 1) == 0) continue;
      if ((octet & mask) != 0) step += 2;
      octet ^= mask;
    }
    return IpPrefix{address, prefix.length};
  };
  return prefix.address.is_v4() ? added(*prefix.address.v4()) : added(*prefix.address.v6());
}

/// `digits` plus `step`, of the same length; nothing when it overflows.
std::optional<std::string> counted_up(std::string digits, std::uint64_t step) {
  for (std::size_t place = digits.size(); step != 0; step /= 10) {
    if (place == 0) return std::nullopt;
    --place;
    const auto sum = static_cast<std::uint64_t>(digits[place] - '0') + step % 10;
    digits[place] = static_cast<char>('0' + sum % 10);
    step += sum / 10 * 10;  // The carry belongs to the next place.
  }
  return digits;
}

}  // namespace

std::span<const SimField> sim_fields() {
  return kFields;
}
const SimField* find_sim_field(std::string_view name) {
  const auto found = std::ranges::find(kFields, name, &SimField::name);
  return found == kFields.end() ? nullptr : &*found;
}

SimDraft SimDraft::of(const Subscriber& existing) {
  SimDraft draft;
  draft.subscriber = existing;
  draft.profile = *existing.profile;
  return draft;
}

std::expected<Subscriber, std::string> SimDraft::finish() const {
  Subscriber made = subscriber;
  if (made.secrets.k == Key<32>() && !k_given) return std::unexpected("k: missing");
  if (op && op_c_given) return std::unexpected("op and opc: give one of them");
  if (!op && !op_c_given && made.secrets.op_c == Key<32>())
    return std::unexpected("opc: missing (or op, of which it is made)");
  if (op) {
    if (made.secrets.algorithm == Algorithm::tuak) {
      made.secrets.op_c = TuakFunctions::top_c(TuakParameters{.key_octets = made.secrets.k_octets},
                                               made.secrets.k_bytes(), *op);
    } else {
      const auto op_c = Milenage::op_c(KeyView<16>(made.secrets.k.reveal().first<16>()),
                                       KeyView<16>(op->reveal().first<16>()));
      made.secrets.op_c = {};
      std::ranges::copy(op_c.reveal(), made.secrets.op_c.reveal_mutable().begin());
    }
  }
  if (profile_changed) made.profile = std::make_shared<const store::Profile>(profile);
  if (auto problem = problem_with(made, !profile_changed)) return std::unexpected(std::move(*problem));
  return made;
}

std::optional<std::string> set_imsi(SimDraft& draft, std::string_view text) {
  const auto imsi = Imsi::parse(text);
  if (!imsi) return "expected 6 to 15 digits: MCC, MNC, MSIN";
  draft.subscriber.imsi = *imsi;
  return std::nullopt;
}

std::optional<std::string> set_sqn(SimDraft& draft, std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty()) return std::nullopt;
  if (text.size() != 12 || !parse_number(text, value, 0, Sqn::kMax, 16))
    return "expected 12 hexadecimal digits";
  draft.sqn = Sqn(value);
  return std::nullopt;
}
std::string sqn_text(std::uint64_t next_number, std::uint8_t ind_bits) {
  return fmt::format("{:012x}", next_number << ind_bits & Sqn::kMax);
}

std::optional<gtp::Ambr> parse_ambr(std::string_view text) {
  const auto slash = text.find('/');
  const auto uplink = parse_bit_rate(text.substr(0, slash));
  const auto downlink = slash == std::string_view::npos ? uplink : parse_bit_rate(text.substr(slash + 1));
  if (!uplink || !downlink) return std::nullopt;
  return gtp::Ambr{.uplink_bps = *uplink, .downlink_bps = *downlink};
}
std::string ambr_text(const gtp::Ambr& ambr) {
  return bit_rate_text(ambr.uplink_bps) + "/" + bit_rate_text(ambr.downlink_bps);
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_rates(std::string_view text) {
  const auto slash = text.find('/');
  const auto uplink = parse_bit_rate(text.substr(0, slash), 0);
  const auto downlink = slash == std::string_view::npos ? uplink : parse_bit_rate(text.substr(slash + 1), 0);
  if (!uplink || !downlink) return std::nullopt;
  return std::pair(*uplink, *downlink);
}
std::string rates_text(std::uint64_t uplink_bps, std::uint64_t downlink_bps) {
  return bit_rate_text(uplink_bps) + "/" + bit_rate_text(downlink_bps);
}

std::expected<Subscriber, std::string> nth_of_range(const Subscriber& first, std::uint64_t step) {
  Subscriber made = first;
  if (step == 0) return made;
  const auto imsi = counted_up(first.imsi.text(), step);
  if (!imsi)
    return std::unexpected(fmt::format("imsi: {} + {} has too many digits", first.imsi.text(), step));
  made.imsi = *Imsi::parse(*imsi);
  if (!first.msisdn.empty()) {
    const auto msisdn = counted_up(first.msisdn.text(), step);
    if (!msisdn)
      return std::unexpected(fmt::format("msisdn: {} + {} has too many digits", first.msisdn.text(), step));
    made.msisdn = *Msisdn::parse(*msisdn);
  }
  if (!first.iccid.empty()) {
    const auto iccid = counted_up(std::string(first.iccid.text()), step);
    if (!iccid)
      return std::unexpected(fmt::format("iccid: {} + {} has too many digits", first.iccid.text(), step));
    made.iccid = *store::parse_iccid(*iccid);
  }
  for (store::StaticAddress& address : made.static_addresses) {
    if (!address.ipv4.unspecified()) {
      if (step > 0xFFFFFFFFu - address.ipv4.to_host())
        return std::unexpected(
            fmt::format("static address {} + {} is no IPv4 address", address.ipv4.text(), step));
      address.ipv4 = Ipv4Address::from_host(address.ipv4.to_host() + static_cast<std::uint32_t>(step));
    }
    if (address.ipv6_prefix.unspecified()) continue;
    std::uint64_t prefix = Reader(address.ipv6_prefix.octets).u64();
    if (step > ~prefix)
      return std::unexpected(
          fmt::format("static prefix {} + {} overflows", address.ipv6_prefix.text(), step));
    prefix += step;
    Writer(std::span(address.ipv6_prefix.octets).first<8>()).u64(prefix);
  }
  for (store::FramedRoutes& routes : made.framed_routes) {
    for (IpPrefix& prefix : routes.prefixes) {
      const auto next = counted_up(prefix, step);
      if (!next) return std::unexpected(fmt::format("framed route {} + {} overflows", prefix.text(), step));
      prefix = *next;
    }
    // Each goes up by its own size: a large one may have passed a small one.
    std::ranges::sort(routes.prefixes);
  }
  return made;
}

}  // namespace zerocell::hss
