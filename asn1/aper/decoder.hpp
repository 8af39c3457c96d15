// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/aper/bit_reader.hpp"
#include "asn1/aper/descriptor.hpp"
#include "core/types/arena.hpp"

namespace zerocell::aper {

/// An IE or extension that was not comprehended, with the criticality that its sender gave it.
struct Finding {
  std::uint16_t id = 0;
  std::uint8_t criticality = 0;
};

constexpr std::size_t kFindingsMax = 32;  ///< More in one message are acted on, but not listed.
constexpr std::uint8_t kReject = 0, kIgnore = 1, kNotify = 2;  // TS 36.413 and TS 38.413 §10.3.2

/// What a message held that its receiver does not comprehend.
class Findings {
 public:
  void add(std::uint16_t id, std::uint8_t criticality) {
    worst_reject_ |= criticality == kReject;
    worst_notify_ |= criticality == kNotify;
    if (criticality != kIgnore && count_ < kFindingsMax) items_[count_++] = {id, criticality};
  }
  bool reject() const { return worst_reject_; }
  bool notify() const { return worst_notify_; }
  std::span<const Finding> items() const { return {items_.data(), count_}; }

 private:
  std::array<Finding, kFindingsMax> items_;
  std::size_t count_ = 0;
  bool worst_reject_ = false;
  bool worst_notify_ = false;
};

/// Result of reading one value or open type.
enum class Reading : std::uint8_t {
  whole,
  not_comprehended,  ///< Well formed, but holds an enumerator, alternative or size of a later version.
  malformed,         ///< Transfer syntax error, or the arena is full.
};

/// Decodes aligned PER (X.691) into C++ values, along a descriptor and a form. Bounded by the octets given
/// and by the arena: counts are checked against what is left before memory is taken for them.
class Decoder {
 public:
  Decoder(Bytes octets, Arena& arena, const Dialect& dialect, Findings& findings)
      : in_(octets), arena_(arena), dialect_(dialect), findings_(findings) {}

  BitReader& in() { return in_; }

  /// One field of a container as it stands on the wire.
  struct ContainerField {
    std::uint16_t id = 0;
    std::uint8_t criticality = 0;
    Bytes value;
  };
  ContainerField container_field();

  /// Contents of an open type, or any other octets behind a length determinant; fragments are joined in the
  /// arena (X.691 §10.9.3.8).
  Bytes open_type();

  /// Reads `octets`, taken from the input, as one value of `type`. The position does not move. Octets behind
  /// the value are padding.
  Reading read(Bytes octets, const Descriptor& type, const Form& form, void* target);

  /// Reads a value at the current position.
  void value(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
             void* target);

  /// Where and why the last malformed value, or the input itself, went wrong.
  const std::uint8_t* malformed_at() const { return in_.ok() ? malformed_at_ : in_.failed_at(); }
  const char* reason() const { return reason_; }

 private:
  static constexpr const char* kTruncated = "truncated";

  void number(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
              void* target);
  void enumeration(const Descriptor& type, const asn_per_constraints_t* constraints, void* target);
  void octet_string(const asn_per_constraints_t* constraints, const Form& form, void* target);
  void bit_string(const asn_per_constraints_t* constraints, const Form& form, void* target);
  void text(const asn_per_constraints_t* constraints, void* target);
  void sequence(const Descriptor& type, const SequenceForm& form, void* target);
  void extensions(const Descriptor& type, const SequenceForm& form, void* target);
  void skip_additions();
  void list(const Descriptor& type, const asn_per_constraints_t* constraints, const ListForm& form,
            void* target);
  void choice(const Descriptor& type, const ChoiceForm& form, void* target);
  /// As `read`; a malformed value fails the input too.
  Reading read_inside(Bytes octets, const Descriptor& type, const Form& form, void* target);
  /// A value inside its own container; false when it is to be dropped.
  bool contained(const Container& container, const Form& form, void* target);

  std::uint64_t whole_number(std::uint64_t span);
  std::uint64_t integer(const Range& range);
  std::size_t small_number();
  /// X.691 §10.9: `more` is set when a fragment follows.
  std::size_t length_determinant(bool& more);
  /// Octets of a string of `Range` units of `unit_bits`, with the count of units.
  std::pair<Bytes, std::size_t> string(const Range& size, unsigned unit_bits);
  Bytes joined(std::size_t first, unsigned unit_bits, std::size_t& units);
  void store(std::uint64_t value, const Form& form, void* target);

  void fail(const char* reason) {
    if (in_.ok()) reason_ = reason;
    in_.fail();
  }

  BitReader in_;
  Arena& arena_;
  const Dialect& dialect_;
  Findings& findings_;
  bool comprehended_ = true;
  const std::uint8_t* malformed_at_ = nullptr;
  const char* reason_ = kTruncated;
};

}  // namespace zerocell::aper
