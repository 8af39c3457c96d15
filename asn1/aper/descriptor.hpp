// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <INTEGER.h>
#include <constr_CHOICE.h>
#include <constr_SEQUENCE.h>
#include <constr_SEQUENCE_OF.h>
#include <constr_TYPE.h>

#include <bit>
#include <cstdint>

#include "asn1/aper/form.hpp"

/// Reads asn1c's descriptors: what encoding rules need to know about a type.
namespace zerocell::aper {

/// Universal class tags, X.680 §8.4.
enum class Tag : std::uint8_t {
  none = 0,  ///< CHOICE has no tag of its own.
  boolean = 1,
  integer = 2,
  bit_string = 3,
  octet_string = 4,
  null = 5,
  object_identifier = 6,
  enumerated = 10,
  sequence = 16,
  printable_string = 19,
  visible_string = 26,
};

inline Tag tag_of(const Descriptor& type) {
  return type.tags_count == 0 ? Tag::none : static_cast<Tag>(type.tags[0] >> 2);
}

/// A value range or a size, X.691 §10.3.
struct Range {
  std::uint64_t lower = 0;
  std::uint64_t upper = 0;
  bool constrained = false;
  bool extensible = false;
};

inline Range range_of(const asn_per_constraint_t& constraint) {
  return {.lower = static_cast<std::uint64_t>(constraint.lower_bound),
          .upper = static_cast<std::uint64_t>(constraint.upper_bound),
          .constrained = (constraint.flags & asn_per_constraint_s::APC_CONSTRAINED) != 0,
          .extensible = (constraint.flags & asn_per_constraint_s::APC_EXTENSIBLE) != 0};
}

inline const asn_per_constraints_t* constraints_of(const asn_TYPE_member_t& element) {
  return element.per_constraints ? element.per_constraints : element.type->per_constraints;
}

inline const asn_SEQUENCE_specifics_t& sequence_of(const Descriptor& type) {
  return *static_cast<const asn_SEQUENCE_specifics_t*>(type.specifics);
}
/// asn1c puts the positions of the extension marker there, -1 when there is none.
inline bool extensible(const asn_SEQUENCE_specifics_t& sequence) {
  return sequence.ext_before >= 0;
}

/// How many alternatives stand before the extension marker; all when there is none.
inline unsigned root_alternatives(const Descriptor& choice) {
  const int start = static_cast<const asn_CHOICE_specifics_t*>(choice.specifics)->ext_start;
  return static_cast<unsigned>(start < 0 ? choice.elements_count : start);
}
inline bool extensible_choice(const Descriptor& choice) {
  return static_cast<const asn_CHOICE_specifics_t*>(choice.specifics)->ext_start >= 0;
}

/// Named values of an enumeration, extensions included.
inline unsigned enumerators(const Descriptor& enumeration) {
  return static_cast<unsigned>(static_cast<const asn_INTEGER_specifics_t*>(enumeration.specifics)->map_count);
}

/// X.691 §10.5.6: bits that hold a number from 0 to `range`.
constexpr unsigned bits_for(std::uint64_t range) {
  return static_cast<unsigned>(std::bit_width(range));
}
constexpr unsigned octets_for(std::uint64_t value) {
  return value == 0 ? 1 : (bits_for(value) + 7) / 8;
}

/// What of a specification the walk must tell from plain types: the containers of open types.
struct Dialect {
  const Descriptor* container_field;      ///< SEQUENCE of id, criticality and open type.
  const Descriptor* extension_container;  ///< SEQUENCE OF such, of extensions.
};

}  // namespace zerocell::aper
