// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/store/subscriber.hpp"

/// A SIM as an operator writes and reads it: named fields of text. The command line, CSV files and JSON share
/// them.
namespace zerocell::hss {

/// A SIM that is being described. Fields may come in any order; finish() puts them together.
struct SimDraft {
  store::Subscriber subscriber;
  store::Profile profile = *store::default_profile();
  bool profile_changed = false;
  std::optional<Key<32>> op;  ///< OPc is made of it; it is not kept.
  bool k_given = false;
  bool op_c_given = false;
  std::optional<Sqn> sqn;  ///< The highest that is known to be used.

  /// A SIM that is there already, to be edited.
  static SimDraft of(const store::Subscriber& existing);
  /// What is to be stored; the error says what is missing or contradicts itself.
  std::expected<store::Subscriber, std::string> finish() const;
};

enum class Secrets : std::uint8_t { hidden, shown };

struct SimField {
  enum class Part : std::uint8_t {
    card,
    secret,   ///< Shown only where it was asked for.
    profile,  ///< What SIMs share: store::Profile.
    listed,   ///< In JSON a list of its own.
  };
  const char* name;   ///< As in a CSV header; an option of the command line has '-' for '_'.
  const char* value;  ///< What stands for the value in a help text.
  const char* help;
  Part part = Part::card;
  /// Sets the field; the error says what was expected, without quoting a key.
  std::optional<std::string> (*set)(SimDraft& draft, std::string_view text) = nullptr;
  /// The field as set() reads it; empty where it is not set. Null: it is only written (OP).
  std::string (*get)(const store::Subscriber& subscriber) = nullptr;
};

/// All but `imsi` and `sqn`, in the order in which they must be set.
std::span<const SimField> sim_fields();
const SimField* find_sim_field(std::string_view name);

std::optional<std::string> set_imsi(SimDraft& draft, std::string_view text);
/// 12 hexadecimal digits: SQN_HE, TS 33.102 §6.3.2.
std::optional<std::string> set_sqn(SimDraft& draft, std::string_view text);
std::string sqn_text(std::uint64_t next_number, std::uint8_t ind_bits);

/// "100M/1G", "64k", in bit/s: uplink/downlink, or one for both.
std::optional<gtp::Ambr> parse_ambr(std::string_view text);
std::string ambr_text(const gtp::Ambr& ambr);
/// The same, where 0 is a rate, too.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_rates(std::string_view text);
std::string rates_text(std::uint64_t uplink_bps, std::uint64_t downlink_bps);

/// The SIM `step` places after `first` in a row of SIMs: IMSI, MSISDN, ICCID, static addresses and framed
/// routes (each by its own size) are counted up, the rest is the same. An error when a number would overflow
/// its digits.
std::expected<store::Subscriber, std::string> nth_of_range(const store::Subscriber& first,
                                                           std::uint64_t step);

}  // namespace zerocell::hss
