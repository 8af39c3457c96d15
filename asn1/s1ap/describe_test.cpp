// SPDX-License-Identifier: Apache-2.0
#include "asn1/s1ap/describe_test.hpp"

#include <fmt/format.h>

#include "asn1/aper/descriptor.hpp"
#include "asn1/s1ap/tables.hpp"

namespace zerocell::s1ap {
namespace {

using aper::Container;
using aper::Descriptor;
using aper::Form;
using aper::FormKind;
using aper::Tag;

std::string value_text(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
                       const void* value);

std::string criticality_text(std::uint8_t criticality) {
  return std::array{"reject", "ignore", "notify"}.at(criticality);
}

std::string field_text(std::uint16_t id, std::uint8_t criticality, const Descriptor& type, const Form& form,
                       const void* value) {
  return fmt::format("{}/{}:{}", id, criticality_text(criticality),
                     value_text(type, type.per_constraints, form, value));
}

std::string container_text(const Container& container, const Form& form, const void* value) {
  return field_text(container.id, container.criticality, *container.type, form, value);
}

template <class T>
std::string joined(std::vector<T> parts) {
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string bits_text(std::uint64_t value, std::size_t bits) {
  std::string text;
  const std::size_t digits = (bits + 7) / 8 * 2;
  if (bits % 8 != 0) value <<= 8 - bits % 8;
  for (std::size_t i = digits; i-- > 0;) text += "0123456789abcdef"[value >> (4 * i) & 15];
  return fmt::format("{}/{}", text, bits);
}

std::string octets_text(Bytes octets, std::size_t bits) {
  return fmt::format("{}/{}", to_hex(octets), bits);
}

std::string number_text(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
                        const void* value) {
  std::uint64_t number = 0;
  std::memcpy(&number, value, form.width);
  if (aper::tag_of(type) == Tag::integer) return fmt::format("{}", number);
  const auto size = static_cast<std::size_t>(constraints->size.lower_bound);
  return bits_text(number, aper::tag_of(type) == Tag::octet_string ? 8 * size : size);
}

std::string enumerator_text(const Descriptor& type, const void* value) {
  const auto& names = *static_cast<const asn_INTEGER_specifics_t*>(type.specifics);
  return names.value2enum[*static_cast<const std::uint8_t*>(value)].enum_name;
}

std::string sequence_text(const Descriptor& type, const aper::SequenceForm& form, const void* value) {
  std::vector<std::string> parts;
  const aper::Field* field = form.fields.data();
  for (int i = 0; i < type.elements_count; ++i) {
    const asn_TYPE_member_t& element = type.elements[i];
    if (element.type == kDialect.extension_container) {
      std::vector<std::string> extensions;
      for (const aper::Extension& extension : form.extensions)
        if (extension.field.present(value))
          extensions.push_back(field_text(extension.id, extension.criticality, *extension.type,
                                          *extension.field.form, extension.field.value(value)));
      if (!extensions.empty()) parts.push_back(fmt::format("{}=[{}]", element.name, joined(extensions)));
      continue;
    }
    if (element.optional == 0 || field->present(value))
      parts.push_back(fmt::format(
          "{}={}", element.name,
          value_text(*element.type, aper::constraints_of(element), *field->form, field->value(value))));
    ++field;
  }
  std::ranges::sort(parts);
  return "{" + joined(parts) + "}";
}

std::string list_text(const Descriptor& type, const aper::ListForm& form, const void* value) {
  const asn_TYPE_member_t& element = type.elements[0];
  const auto [elements, count] = form.view(value);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* const item = static_cast<const std::byte*>(elements) + i * form.element_size;
    parts.push_back(form.container && element.type == kDialect.container_field
                        ? container_text(*form.container, *form.element, item)
                        : value_text(*element.type, aper::constraints_of(element), *form.element, item));
  }
  return "[" + joined(parts) + "]";
}

std::string choice_text(const Descriptor& type, const aper::ChoiceForm& form, const void* value) {
  const std::size_t index = form.index(value);
  const asn_TYPE_member_t& element = type.elements[index];
  const aper::Alternative& alternative = form.alternatives[index];
  const void* const chosen = alternative.get(value);
  return fmt::format(
      "{}({})", element.name,
      alternative.container && element.type == kDialect.container_field
          ? container_text(*alternative.container, *alternative.form, chosen)
          : value_text(*element.type, aper::constraints_of(element), *alternative.form, chosen));
}

/// X.690 §8.19.
std::string object_identifier_text(Bytes octets) {
  std::vector<std::uint64_t> arcs;
  std::uint64_t arc = 0;
  for (const std::uint8_t octet : octets) {
    arc = arc << 7 | (octet & 0x7F);
    if (octet & 0x80) continue;
    if (arcs.empty()) {
      arcs.push_back(std::min<std::uint64_t>(arc / 40, 2));
      arc -= 40 * arcs[0];
    }
    arcs.push_back(arc);
    arc = 0;
  }
  return fmt::format("{}", fmt::join(arcs, "."));
}

std::string value_text(const Descriptor& type, const asn_per_constraints_t* constraints, const Form& form,
                       const void* value) {
  const auto* const storage = static_cast<const std::uint8_t*>(value);
  switch (form.kind) {
    case FormKind::number:
      return number_text(type, constraints, form, value);
    case FormKind::enumeration:
      return enumerator_text(type, value);
    case FormKind::octet_array:
      return octets_text({storage, form.width}, 8u * form.width);
    case FormKind::inline_octets:
      return octets_text({storage, storage[form.width]}, 8u * storage[form.width]);
    case FormKind::inline_bits:
      return octets_text({storage, (storage[form.width] + 7u) / 8}, storage[form.width]);
    case FormKind::bit_number: {
      const auto& number = *static_cast<const aper::BitNumber*>(value);
      return bits_text(number.value, number.bits);
    }
    case FormKind::octets: {
      const auto octets = *static_cast<const Bytes*>(value);
      if (aper::tag_of(type) == Tag::object_identifier) return object_identifier_text(octets);
      if (aper::tag_of(type) == Tag::sequence) {
        std::vector<std::string> parts;
        for (const std::uint8_t octet : octets) parts.push_back(bits_text(octet, 8));
        return "[" + joined(parts) + "]";
      }
      return octets_text(octets, 8 * octets.size());
    }
    case FormKind::text:
      return fmt::format("\"{}\"", *static_cast<const std::string_view*>(value));
    case FormKind::bit_string: {
      const auto& bits = *static_cast<const aper::BitString*>(value);
      return octets_text(bits.octets, bits.bits);
    }
    case FormKind::nothing:
      return "NULL";
    case FormKind::sequence:
      return sequence_text(type, *form.sequence, value);
    case FormKind::list:
      return list_text(type, *form.list, value);
    case FormKind::choice:
      return choice_text(type, *form.choice, value);
  }
  return "?";
}

}  // namespace

std::string describe(const Message& message) {
  const MessageTable& table = table_of(message.type);
  if (table.plain) return value_text(*table.plain, nullptr, *table.plain_form, message.body);
  std::vector<std::string> parts;
  for (const Ie& ie : table.ies)
    if (ie.presence == Presence::mandatory || ie.field.present(message.body))
      parts.push_back(field_text(static_cast<std::uint16_t>(ie.id), static_cast<std::uint8_t>(ie.criticality),
                                 *ie.type, *ie.field.form, ie.field.value(message.body)));
  return "[" + joined(parts) + "]";
}

}  // namespace zerocell::s1ap
