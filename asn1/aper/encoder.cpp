// SPDX-License-Identifier: Apache-2.0
#include "asn1/aper/encoder.hpp"

#include "core/types/assert.hpp"

namespace zerocell::aper {
namespace {

constexpr std::size_t kFragment = 16384;           // X.691 §10.9.3.8
constexpr std::uint64_t kLengthLimit = 64 * 1024;  // X.691 §10.9.4.1

std::size_t octets_of_bits(std::size_t bits) {
  return (bits + 7) / 8;
}

std::uint64_t load(const Form& form, const void* source) {
  switch (form.width) {
    case 1:
      return *static_cast<const std::uint8_t*>(source);
    case 2:
      return *static_cast<const std::uint16_t*>(source);
    case 4:
      return *static_cast<const std::uint32_t*>(source);
    default:
      return *static_cast<const std::uint64_t*>(source);
  }
}

}  // namespace

void Encoder::whole_number(std::uint64_t value, std::uint64_t span) {
  if (span == 0) return;
  if (span < 255) return out_.bits(value, bits_for(span));
  if (span < kLengthLimit) return out_.number(value, span == 255 ? 1 : 2);
  const unsigned octets = octets_for(value);
  out_.bits(octets - 1, bits_for(octets_for(span) - 1));
  out_.number(value, octets);
}

void Encoder::integer(std::uint64_t value, const Range& range) {
  // asn1c's ranges end at the largest long: that end stands for any value of 64 bits.
  const bool in_root = value >= range.lower && (value <= range.upper || range.upper == INT64_MAX);
  if (range.extensible) {
    out_.bit(!in_root);
    if (!in_root) {
      const unsigned octets = bits_for(value) / 8 + 1;  // Two's complement: the highest bit is the sign.
      if (octets > sizeof value) return fail(element_, "number too large");
      length_determinant(octets);
      return out_.number(value, octets);
    }
  }
  if (!in_root) return fail(element_, "number out of range");
  whole_number(value - range.lower, range.upper - range.lower);
}

void Encoder::small_number(std::size_t value) {
  if (value < 64) return out_.bits(value, 7);
  out_.bit(true);
  const unsigned octets = octets_for(value);
  length_determinant(octets);
  out_.number(value, octets);
}

void Encoder::length_determinant(std::size_t length) {
  if (length < 128) return out_.number(length, 1);
  out_.number(length | 0x8000, 2);
}

void Encoder::units(Bytes octets, std::size_t count, unsigned unit_bits) {
  while (count >= kFragment) {
    const std::size_t fragments = std::min<std::size_t>(count / kFragment, 4);
    const std::size_t part = fragments * kFragment * unit_bits / 8;
    out_.number(0xC0 | fragments, 1);
    out_.octets(octets.first(part));
    octets = octets.subspan(part);
    count -= fragments * kFragment;
  }
  length_determinant(count);
  out_.octets_of_bits(octets, count * unit_bits);
}

void Encoder::string(Bytes octets, std::size_t count, unsigned unit_bits, const Range& size) {
  const bool in_root = !size.constrained || (count >= size.lower && count <= size.upper);
  if (size.extensible) out_.bit(!in_root);
  if (!in_root && !size.extensible) return fail(element_, "size out of range");
  if (!in_root || !size.constrained || size.upper >= kLengthLimit) return units(octets, count, unit_bits);
  whole_number(count - size.lower, size.upper - size.lower);
  // X.691 §15.9, §16.6: short strings of a fixed size are not aligned.
  if (size.lower == size.upper && size.upper * unit_bits <= 16) {
    for (const std::uint8_t octet : octets) out_.bits(octet, 8);
    return;
  }
  out_.octets_of_bits(octets, count * unit_bits);
}

void Encoder::number(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
                     const void* source) {
  const std::uint64_t value = load(form, source);
  const Tag tag = tag_of(type);
  if (tag == Tag::integer) return integer(value, range_of(constraints->value));
  const Range size = range_of(constraints->size);
  ZC_ASSERT(size.constrained && size.lower == size.upper);
  const auto bits = static_cast<unsigned>(tag == Tag::octet_string ? 8 * size.lower : size.lower);
  if (bits < 64 && value >> bits != 0) return fail(element_, "more bits than the type has");
  if (size.extensible) out_.bit(false);
  if (bits > 16) out_.align();
  if (tag == Tag::octet_string && bits > 16) return out_.number(value, size.lower);
  if (bits > 32) out_.bits(value >> 32, bits - 32);
  out_.bits(value, std::min(bits, 32u));
}

void Encoder::enumeration(const Descriptor& type, const asn_per_constraints_t* constraints,
                          const void* source) {
  const Range range = range_of(constraints->value);
  const std::uint64_t index = *static_cast<const std::uint8_t*>(source);
  if (index >= enumerators(type)) return fail(element_, "no such enumerator");
  if (range.extensible) {
    out_.bit(index > range.upper);
    if (index > range.upper) return small_number(index - range.upper - 1);
  }
  whole_number(index, range.upper);
}

void Encoder::end_open_type(std::uint8_t* length) {
  if (!out_.ok() || !length) return;
  if (out_.position() == length + 1) out_.number(0, 1);  // X.691 §10.1.3: at least an octet.
  const auto octets = static_cast<std::size_t>(out_.position() - length - 1);
  if (octets < 128) {
    *length = static_cast<std::uint8_t>(octets);
    return;
  }
  // The length takes more than the octet that was kept for it: make room.
  const std::size_t fragments = octets / kFragment;
  const std::size_t blocks = (fragments + 3) / 4;
  const std::size_t tail = octets % kFragment;
  const std::size_t determinants = blocks + (tail < 128 ? 1 : 2);
  if (!out_.reserve(determinants - 1)) return;
  std::uint8_t* from = length + 1 + octets;
  std::uint8_t* to = from + determinants - 1;
  const auto move = [&](std::size_t count) {
    from -= count;
    to -= count;
    std::memmove(to, from, count);
  };
  move(tail);
  if (tail < 128) {
    *--to = static_cast<std::uint8_t>(tail);
  } else {
    *--to = static_cast<std::uint8_t>(tail);
    *--to = static_cast<std::uint8_t>(0x80 | tail >> 8);
  }
  // Full blocks of four fragments come first, so that a shorter one is the last of them.
  for (std::size_t block = blocks; block-- > 0;) {
    const std::size_t count = std::min<std::size_t>(4, fragments - 4 * block);
    move(count * kFragment);
    *--to = static_cast<std::uint8_t>(0xC0 | count);
  }
}

void Encoder::container_field(std::uint16_t id, std::uint8_t criticality, const Descriptor& type,
                              const Form& form, const void* source) {
  out_.number(id, 2);
  out_.bits(criticality, 2);
  std::uint8_t* const length = out_.reserve(1);
  value(type, type.per_constraints, form, source);
  end_open_type(length);
}

void Encoder::extensions(const SequenceForm& form, std::size_t count, const void* source) {
  out_.number(count - 1, 2);
  for (const Extension& extension : form.extensions) {
    if (!extension.field.present(source)) continue;
    in_element(extension.field.name);
    container_field(extension.id, extension.criticality, *extension.type, *extension.field.form,
                    extension.field.value(source));
  }
}

void Encoder::sequence(const Descriptor& type, const SequenceForm& form, const void* source) {
  const auto& specifics = sequence_of(type);
  if (extensible(specifics)) out_.bit(false);
  std::size_t extension_count = 0;
  for (const Extension& extension : form.extensions) extension_count += extension.field.present(source);

  std::uint32_t presence = 0;
  if (specifics.roms_count != 0) {
    const Field* field = form.fields.data();
    for (int i = 0; i < type.elements_count; ++i) {
      const asn_TYPE_member_t& element = type.elements[i];
      const bool container = element.type == dialect_.extension_container;
      if (element.optional != 0)
        presence = presence << 1 | (container ? extension_count != 0 : field->present(source));
      field += !container;
    }
    out_.bits(presence, static_cast<unsigned>(specifics.roms_count));
  }
  int optional = specifics.roms_count;
  const Field* field = form.fields.data();
  for (int i = 0; i < type.elements_count; ++i) {
    const asn_TYPE_member_t& element = type.elements[i];
    const bool present = element.optional == 0 || (presence >> --optional & 1) != 0;
    if (element.type == dialect_.extension_container) {
      if (present) extensions(form, extension_count, source);
      continue;
    }
    if (present) {
      in_element(field->name);
      value(*element.type, constraints_of(element), *field->form, field->value(source));
    }
    ++field;
  }
}

void Encoder::list(const Descriptor& type, const asn_per_constraints_t* constraints, const ListForm& form,
                   const void* source) {
  const Range size = range_of(constraints->size);
  const auto [elements, count] = form.view(source);
  if (count < size.lower || count > size.upper) return fail(element_, "size out of range");
  if (size.extensible) out_.bit(false);
  whole_number(count - size.lower, size.upper - size.lower);
  const asn_TYPE_member_t& element = type.elements[0];
  const bool contains = form.container && element.type == dialect_.container_field;
  const auto* item = static_cast<const std::byte*>(elements);
  for (std::size_t i = 0; i < count && ok(); ++i, item += form.element_size) {
    if (contains)
      container_field(form.container->id, form.container->criticality, *form.container->type, *form.element,
                      item);
    else
      value(*element.type, constraints_of(element), *form.element, item);
  }
}

void Encoder::choice(const Descriptor& type, const ChoiceForm& form, const void* source) {
  const std::size_t index = form.index(source);
  const unsigned roots = root_alternatives(type);
  ZC_ASSERT(index < form.alternatives.size());
  const Alternative& alternative = form.alternatives[index];
  const asn_TYPE_member_t& element = type.elements[index];
  const void* const chosen = alternative.get(source);
  const bool extended = index >= roots;
  if (extensible_choice(type)) out_.bit(extended);
  std::uint8_t* length = nullptr;
  if (extended) {
    small_number(index - roots);
    length = out_.reserve(1);
  } else {
    whole_number(index, roots - 1);
  }
  if (alternative.container && element.type == dialect_.container_field)
    container_field(alternative.container->id, alternative.container->criticality,
                    *alternative.container->type, *alternative.form, chosen);
  else
    value(*element.type, constraints_of(element), *alternative.form, chosen);
  if (extended) end_open_type(length);
}

void Encoder::value(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
                    const void* source) {
  const auto size = [&] { return constraints ? range_of(constraints->size) : Range(); };
  const auto* const storage = static_cast<const std::uint8_t*>(source);
  const unsigned unit_bits = tag_of(type) == Tag::bit_string ? 1 : 8;
  switch (form.kind) {
    case FormKind::number:
      return number(type, constraints, form, source);
    case FormKind::enumeration:
      return enumeration(type, constraints, source);
    case FormKind::octet_array:
      return string({storage, form.width}, form.width * 8 / unit_bits, unit_bits, size());
    case FormKind::inline_octets: {
      const std::size_t count = storage[form.width];
      if (count > form.width) return fail(element_, "size out of range");
      return string({storage, count}, count, 8, size());
    }
    case FormKind::inline_bits: {
      const std::size_t bits = storage[form.width];
      if (bits > 8 * std::size_t{form.width}) return fail(element_, "size out of range");
      return string({storage, octets_of_bits(bits)}, bits, 1, size());
    }
    case FormKind::bit_number: {
      const auto& number = *static_cast<const BitNumber*>(source);
      if (number.bits > 32 || std::uint64_t{number.value} >> number.bits != 0)
        return fail(element_, "more bits than it says");
      std::array<std::uint8_t, 4> octets;
      const auto left = static_cast<std::uint32_t>(std::uint64_t{number.value} << (32 - number.bits));
      for (unsigned i = 0; i < 4; ++i) octets[i] = static_cast<std::uint8_t>(left >> (24 - 8 * i));
      return string(Bytes(octets).first(octets_of_bits(number.bits)), number.bits, 1, size());
    }
    case FormKind::octets: {
      const Bytes octets = *static_cast<const Bytes*>(source);
      return string(octets, octets.size(), 8, size());
    }
    case FormKind::text: {
      const auto text = *static_cast<const std::string_view*>(source);
      return string({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, text.size(), 8,
                    size());
    }
    case FormKind::bit_string: {
      const auto& bits = *static_cast<const BitString*>(source);
      if (bits.octets.size() != octets_of_bits(bits.bits)) return fail(element_, "bits and octets disagree");
      return string(bits.octets, bits.bits, 1, size());
    }
    case FormKind::nothing:
      return;
    case FormKind::sequence:
      return sequence(type, *form.sequence, source);
    case FormKind::list:
      return list(type, constraints, *form.list, source);
    case FormKind::choice:
      return choice(type, *form.choice, source);
  }
}

}  // namespace zerocell::aper
