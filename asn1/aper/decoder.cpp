// SPDX-License-Identifier: Apache-2.0
#include "asn1/aper/decoder.hpp"

#include <utility>

#include "core/types/assert.hpp"

namespace zerocell::aper {
namespace {

constexpr std::size_t kFragment = 16384;  // X.691 §10.9.3.8
constexpr std::uint64_t kLengthLimit =
    64 * 1024;  // X.691 §10.9.4.1: larger sizes have no constrained length.
constexpr std::size_t kContainerFieldOctetsMin = 4;

/// Ranges that asn1c cannot express end at the largest long; whatever fits 64 bits belongs to them.
constexpr std::uint64_t kUnbounded = INT64_MAX;

std::size_t octets_of_bits(std::size_t bits) {
  return (bits + 7) / 8;
}

}  // namespace

std::uint64_t Decoder::whole_number(std::uint64_t span) {
  if (span == 0) return 0;
  std::uint64_t value = 0;
  if (span < 255) {
    value = in_.bits(bits_for(span));
  } else if (span < kLengthLimit) {
    value = in_.number(span == 255 ? 1 : 2);
  } else {
    const unsigned octets_max = octets_for(span);
    const unsigned octets = in_.bits(bits_for(octets_max - 1)) + 1;
    if (octets > octets_max) return fail("integer too long"), 0;
    value = in_.number(octets);
    if (span == kUnbounded) return value;
  }
  if (value > span) return fail("value out of range"), 0;
  return value;
}

std::uint64_t Decoder::integer(const Range& range) {
  if (range.extensible && in_.bit()) {
    bool more = false;
    const std::size_t octets = length_determinant(more);
    if (octets == 0 || more) return fail("bad length of an integer"), 0;
    const Bytes value = in_.octets(octets);
    if (value.empty()) return 0;
    if (octets > sizeof(std::uint64_t) || value[0] >= 0x80) return comprehended_ = false, 0;
    std::uint64_t number = 0;
    for (const std::uint8_t octet : value) number = number << 8 | octet;
    return number;
  }
  return range.lower + whole_number(range.upper - range.lower);
}

std::size_t Decoder::small_number() {
  if (!in_.bit()) return in_.bits(6);
  bool more = false;
  const std::size_t octets = length_determinant(more);
  if (octets == 0 || octets > 4 || more) return fail("bad length of a small number"), 0;
  return in_.number(octets);
}

std::size_t Decoder::length_determinant(bool& more) {
  more = false;
  const auto first = static_cast<std::size_t>(in_.number(1));
  if (first < 0x80) return first;
  if (first < 0xC0) return (first & 0x3F) << 8 | static_cast<std::size_t>(in_.number(1));
  const std::size_t fragments = first & 0x3F;
  if (fragments < 1 || fragments > 4) return fail("bad length determinant"), 0;
  more = true;
  return fragments * kFragment;
}

Bytes Decoder::joined(std::size_t first, unsigned unit_bits, std::size_t& units) {
  // Two passes: how much there is, which the input bounds, and then the copy.
  BitReader start = in_;
  std::size_t total = 0;
  bool more = true;
  for (units = first;;) {
    in_.octets_of_bits(units * unit_bits);
    total += units;
    if (!more || !in_.ok()) break;
    units = length_determinant(more);
  }
  if (!in_.ok()) return {};
  auto* const memory = static_cast<std::uint8_t*>(arena_.allocate(octets_of_bits(total * unit_bits), 1));
  if (!memory) return fail("arena is full"), Bytes();
  const BitReader end = in_;
  in_ = start;
  std::uint8_t* out = memory;
  more = true;
  for (units = first;;) {
    out = std::ranges::copy(in_.octets_of_bits(units * unit_bits), out).out;
    if (!more) break;
    units = length_determinant(more);
  }
  in_ = end;
  units = total;
  return {memory, out};
}

Bytes Decoder::open_type() {
  bool more = false;
  std::size_t octets = length_determinant(more);
  return more ? joined(octets, 8, octets) : in_.octets(octets);
}

std::pair<Bytes, std::size_t> Decoder::string(const Range& size, unsigned unit_bits) {
  const bool extended = size.extensible && in_.bit();
  if (extended || !size.constrained || size.upper >= kLengthLimit) {
    bool more = false;
    std::size_t units = length_determinant(more);
    const Bytes octets = more ? joined(units, unit_bits, units) : in_.octets_of_bits(units * unit_bits);
    if (!extended && size.constrained && in_.ok() && (units < size.lower || units > size.upper))
      fail("size out of range");
    return {octets, units};
  }
  const std::size_t units = size.lower + whole_number(size.upper - size.lower);
  return {in_.octets_of_bits(units * unit_bits), units};
}

void Decoder::store(std::uint64_t value, const Form& form, void* target) {
  if (form.width < 8 && value >> (8 * form.width) != 0) {
    comprehended_ = false;
    return;
  }
  switch (form.width) {
    case 1:
      *static_cast<std::uint8_t*>(target) = static_cast<std::uint8_t>(value);
      break;
    case 2:
      *static_cast<std::uint16_t*>(target) = static_cast<std::uint16_t>(value);
      break;
    case 4:
      *static_cast<std::uint32_t*>(target) = static_cast<std::uint32_t>(value);
      break;
    default:
      *static_cast<std::uint64_t*>(target) = value;
      break;
  }
}

void Decoder::number(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
                     void* target) {
  const Tag tag = tag_of(type);
  if (tag == Tag::integer) return store(integer(range_of(constraints->value)), form, target);
  const Range size = range_of(constraints->size);
  ZC_ASSERT(size.constrained && size.lower == size.upper);
  if (tag == Tag::octet_string) {
    const auto octets = static_cast<unsigned>(size.lower);
    return store(octets <= 2 ? in_.bits(8 * octets) : in_.number(octets), form, target);
  }
  ZC_ASSERT(tag == Tag::bit_string);
  auto bits = static_cast<unsigned>(size.lower);
  if (size.extensible && in_.bit()) {
    // A later version may have appended bits; those that this one knows come first.
    bool more = false;
    std::size_t count = length_determinant(more);
    const Bytes octets = more ? joined(count, 1, count) : in_.octets_of_bits(count);
    if (!in_.ok()) return;
    if (count < bits) {
      comprehended_ = false;
      return;
    }
    BitReader head(octets);
    return store(head.bits(bits), form, target);
  }
  if (bits > 16) in_.align();
  std::uint64_t value = 0;
  if (bits > 32) {
    value = std::uint64_t{in_.bits(32)} << (bits - 32);
    bits -= 32;
  }
  store(value | in_.bits(bits), form, target);
}

void Decoder::enumeration(const Descriptor& type, const asn_per_constraints_t* constraints, void* target) {
  const Range range = range_of(constraints->value);
  std::uint64_t index = 0;
  if (range.extensible && in_.bit()) {
    index = range.upper + 1 + small_number();
    if (index >= enumerators(type)) {
      comprehended_ = false;
      return;
    }
  } else {
    index = whole_number(range.upper);
  }
  *static_cast<std::uint8_t*>(target) = static_cast<std::uint8_t>(index);
}

void Decoder::octet_string(const asn_per_constraints_t* constraints, const Form& form, void* target) {
  const Range size = constraints ? range_of(constraints->size) : Range();
  const auto [octets, count] = string(size, 8);
  if (!in_.ok()) return;
  if (form.kind == FormKind::octets) {
    *static_cast<Bytes*>(target) = octets;
    return;
  }
  if (count > form.width || (form.kind == FormKind::octet_array && count != form.width)) {
    comprehended_ = false;
    return;
  }
  auto* const storage = static_cast<std::uint8_t*>(target);
  std::ranges::copy(octets, storage);
  if (form.kind == FormKind::inline_octets) storage[form.width] = static_cast<std::uint8_t>(count);
}

void Decoder::bit_string(const asn_per_constraints_t* constraints, const Form& form, void* target) {
  auto [octets, bits] = string(range_of(constraints->size), 1);
  if (!in_.ok()) return;
  const auto mask = static_cast<std::uint8_t>(0xFF << (octets.size() * 8 - bits));
  if (form.kind == FormKind::bit_string) {
    if (!octets.empty() && (octets.back() & ~mask) != 0) {
      const Bytes copy = arena_.copy(octets);
      if (copy.empty()) return fail("arena is full");
      const_cast<std::uint8_t&>(copy.back()) &= mask;
      octets = copy;
    }
    *static_cast<BitString*>(target) = {.octets = octets, .bits = static_cast<std::uint32_t>(bits)};
    return;
  }
  const std::size_t capacity = form.kind == FormKind::bit_number ? 4 : form.width;
  if (octets.size() > capacity || (form.kind == FormKind::octet_array && octets.size() != capacity)) {
    comprehended_ = false;
    return;
  }
  if (form.kind == FormKind::bit_number) {
    BitReader head(octets);
    *static_cast<BitNumber*>(target) = {.value = head.bits(static_cast<unsigned>(bits)),
                                        .bits = static_cast<std::uint8_t>(bits)};
    return;
  }
  auto* const storage = static_cast<std::uint8_t*>(target);
  std::ranges::copy(octets, storage);
  if (form.kind != FormKind::inline_bits) return;
  if (!octets.empty()) storage[octets.size() - 1] &= mask;
  storage[form.width] = static_cast<std::uint8_t>(bits);
}

void Decoder::text(const asn_per_constraints_t* constraints, void* target) {
  const auto [octets, count] = string(constraints ? range_of(constraints->size) : Range(), 8);
  *static_cast<std::string_view*>(target) = {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

Decoder::ContainerField Decoder::container_field() {
  ContainerField field;
  // Nearly every field is short, with its length in one octet, and then its four octets of header stand
  // aligned.
  if (const Bytes left = in_.left();
      left.size() >= 4 && left[2] >> 6 <= kNotify && left[3] < 0x80 && left.size() - 4 >= left[3]) {
    field.id = static_cast<std::uint16_t>(left[0] << 8 | left[1]);
    field.criticality = left[2] >> 6;
    field.value = left.subspan(4, left[3]);
    in_.skip(4u + left[3]);
    return field;
  }
  field.id = static_cast<std::uint16_t>(in_.number(2));
  field.criticality = static_cast<std::uint8_t>(in_.bits(2));
  if (field.criticality > kNotify) fail("criticality out of range");
  field.value = open_type();
  return field;
}

Reading Decoder::read(Bytes octets, const Descriptor& type, const Form& form, void* target) {
  const BitReader outer = std::exchange(in_, BitReader(octets));
  const bool outer_comprehended = std::exchange(comprehended_, true);
  value(type, type.per_constraints, form, target);
  const BitReader inner = std::exchange(in_, outer);
  const bool comprehended = std::exchange(comprehended_, outer_comprehended);
  if (!inner.ok()) {
    malformed_at_ = inner.failed_at();
    return Reading::malformed;
  }
  return comprehended ? Reading::whole : Reading::not_comprehended;
}

Reading Decoder::read_inside(Bytes octets, const Descriptor& type, const Form& form, void* target) {
  const Reading reading = read(octets, type, form, target);
  if (reading == Reading::malformed) in_.fail_at(malformed_at_);
  return reading;
}

bool Decoder::contained(const Container& container, const Form& form, void* target) {
  const ContainerField field = container_field();
  if (!in_.ok()) return false;
  const Reading reading = field.id == container.id ? read_inside(field.value, *container.type, form, target)
                                                   : Reading::not_comprehended;
  if (reading == Reading::not_comprehended) findings_.add(field.id, field.criticality);
  return reading == Reading::whole;
}

void Decoder::skip_additions() {
  // X.691 §18.7: additions of later versions, which the specification lets us pass over.
  std::size_t count = 0;
  if (!in_.bit()) {
    count = in_.bits(6) + 1;
  } else {
    bool more = false;
    count = length_determinant(more);
    if (more) return fail("too many additions");
  }
  std::size_t present = 0;
  for (std::size_t i = 0; i < count && in_.ok(); ++i) present += in_.bit();
  for (std::size_t i = 0; i < present && in_.ok(); ++i) open_type();
}

void Decoder::extensions(const Descriptor& type, const SequenceForm& form, void* target) {
  const std::size_t count = 1 + whole_number(range_of(type.per_constraints->size).upper - 1);
  for (std::size_t i = 0; i < count && in_.ok(); ++i) {
    const ContainerField field = container_field();
    if (!in_.ok()) return;
    const auto known = std::ranges::find(form.extensions, field.id, &Extension::id);
    if (known == form.extensions.end()) {
      findings_.add(field.id, field.criticality);
      continue;
    }
    if (read_inside(field.value, *known->type, *known->field.form, known->field.prepare(target)) ==
        Reading::not_comprehended) {
      known->field.clear(target);
      findings_.add(field.id, field.criticality);
    }
  }
}

void Decoder::sequence(const Descriptor& type, const SequenceForm& form, void* target) {
  const auto& specifics = sequence_of(type);
  const bool additions = extensible(specifics) && in_.bit();
  const auto optionals = static_cast<unsigned>(specifics.roms_count);
  const std::uint32_t presence = in_.bits(optionals) << (32 - optionals) % 32;
  unsigned optional = 0;
  const Field* field = form.fields.data();
  for (int i = 0; i < type.elements_count && in_.ok(); ++i) {
    const asn_TYPE_member_t& element = type.elements[i];
    const bool present = element.optional == 0 || (presence << optional++ & 0x80000000u) != 0;
    if (element.type == dialect_.extension_container) {
      if (present) extensions(*element.type, form, target);
      continue;
    }
    if (present) value(*element.type, constraints_of(element), *field->form, field->prepare(target));
    ++field;
  }
  if (additions) skip_additions();
}

void Decoder::list(const Descriptor& type, const asn_per_constraints_t* constraints, const ListForm& form,
                   void* target) {
  const Range size = range_of(constraints->size);
  if (size.extensible && in_.bit()) return fail("list longer than this version knows");
  const std::size_t count = size.lower + whole_number(size.upper - size.lower);
  const asn_TYPE_member_t& element = type.elements[0];
  const bool contains = form.container && element.type == dialect_.container_field;
  // An element takes at least a bit, a container at least four octets: hostile counts end here.
  if (contains ? count > in_.remaining() / kContainerFieldOctetsMin : count > in_.remaining() * 8)
    return fail("more elements than octets");
  if (!in_.ok()) return;
  if (count != 0 && form.element_size > arena_.capacity() / count) return fail("arena is full");
  auto* const elements =
      static_cast<std::byte*>(arena_.allocate(count * form.element_size, form.element_alignment));
  if (!elements) return fail("arena is full");
  form.construct(elements, count);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count && in_.ok(); ++i) {
    std::byte* const place = elements + kept * form.element_size;
    if (contains) {
      if (contained(*form.container, *form.element, place)) {
        ++kept;
      } else if (in_.ok()) {
        form.construct(place, 1);
      }
    } else {
      value(*element.type, constraints_of(element), *form.element, place);
      ++kept;
    }
  }
  if (kept == 0 && count != 0) comprehended_ = false;
  form.assign(target, elements, kept);
}

void Decoder::choice(const Descriptor& type, const ChoiceForm& form, void* target) {
  const unsigned roots = root_alternatives(type);
  std::size_t index = 0;
  Bytes open;
  bool extended = false;
  if (extensible_choice(type) && in_.bit()) {
    extended = true;
    index = roots + small_number();
    open = open_type();
  } else {
    index = whole_number(roots - 1);
  }
  if (!in_.ok()) return;
  if (index >= form.alternatives.size()) {
    comprehended_ = false;
    return;
  }
  const asn_TYPE_member_t& element = type.elements[index];
  const Alternative& alternative = form.alternatives[index];
  void* const place = alternative.emplace(target);
  const BitReader outer = in_;
  if (extended) in_ = BitReader(open);
  if (alternative.container && element.type == dialect_.container_field) {
    comprehended_ &= contained(*alternative.container, *alternative.form, place);
  } else {
    value(*element.type, constraints_of(element), *alternative.form, place);
  }
  if (!extended) return;
  const BitReader inner = std::exchange(in_, outer);
  if (!inner.ok()) in_.fail_at(inner.failed_at());
}

void Decoder::value(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
                    void* target) {
  switch (form.kind) {
    case FormKind::number:
      return number(type, constraints, form, target);
    case FormKind::enumeration:
      return enumeration(type, constraints, target);
    case FormKind::octet_array:
    case FormKind::inline_octets:
    case FormKind::octets:
      return tag_of(type) == Tag::bit_string ? bit_string(constraints, form, target)
                                             : octet_string(constraints, form, target);
    case FormKind::inline_bits:
    case FormKind::bit_number:
    case FormKind::bit_string:
      return bit_string(constraints, form, target);
    case FormKind::text:
      return text(constraints, target);
    case FormKind::nothing:
      return;
    case FormKind::sequence:
      return sequence(type, *form.sequence, target);
    case FormKind::list:
      return list(type, constraints, *form.list, target);
    case FormKind::choice:
      return choice(type, *form.choice, target);
  }
}

}  // namespace zerocell::aper
