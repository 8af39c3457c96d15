// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/aper/bit_writer.hpp"
#include "asn1/aper/descriptor.hpp"

namespace zerocell::aper {

/// Encodes C++ values as aligned PER (X.691), along a descriptor and a form. The first value that does not
/// belong to its type ends it, and is named.
class Encoder {
 public:
  Encoder(MutableBytes out, const Dialect& dialect) : out_(out), dialect_(dialect) {}

  BitWriter& out() { return out_; }

  /// Writes id, criticality and, as an open type, the value.
  void container_field(std::uint16_t id, std::uint8_t criticality, const Descriptor& type, const Form& form,
                       const void* value);
  /// Ends the open type whose contents began right behind `length`, an octet reserved for its length.
  void end_open_type(std::uint8_t* length);

  void value(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
             const void* source);

  /// Names the element that is at fault; `element` must outlive the encoder.
  void fail(const char* element, const char* reason) {
    if (!reason_) element_ = element, reason_ = reason;
  }
  bool ok() const { return !reason_ && out_.ok(); }
  const char* element() const { return element_; }
  const char* reason() const { return reason_ ? reason_ : "no room"; }
  void in_element(const char* element) {
    if (!reason_) element_ = element;
  }

 private:
  void number(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
              const void* source);
  void enumeration(const Descriptor& type, const asn_per_constraints_t* constraints, const void* source);
  void sequence(const Descriptor& type, const SequenceForm& form, const void* source);
  void extensions(const SequenceForm& form, std::size_t count, const void* source);
  void list(const Descriptor& type, const asn_per_constraints_t* constraints, const ListForm& form,
            const void* source);
  void choice(const Descriptor& type, const ChoiceForm& form, const void* source);

  void whole_number(std::uint64_t value, std::uint64_t span);
  void integer(std::uint64_t value, const Range& range);
  void small_number(std::size_t value);
  void length_determinant(std::size_t length);
  /// A string of `units` units of `unit_bits`, unused bits of its last octet not looked at.
  void string(Bytes octets, std::size_t units, unsigned unit_bits, const Range& size);
  void units(Bytes octets, std::size_t count, unsigned unit_bits);

  BitWriter out_;
  const Dialect& dialect_;
  const char* element_ = "";
  const char* reason_ = nullptr;
};

}  // namespace zerocell::aper
