// SPDX-License-Identifier: Apache-2.0
#include "asn1/aper/equal.hpp"

namespace zerocell::aper {
namespace {

template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

bool equal_lists(const ListForm& form, const void* a, const void* b) {
  const auto [elements_a, count_a] = form.view(a);
  const auto [elements_b, count_b] = form.view(b);
  if (count_a != count_b) return false;
  const auto* item_a = static_cast<const std::byte*>(elements_a);
  const auto* item_b = static_cast<const std::byte*>(elements_b);
  for (std::size_t i = 0; i < count_a; ++i, item_a += form.element_size, item_b += form.element_size)
    if (!equal(*form.element, item_a, item_b)) return false;
  return true;
}

bool equal_choices(const ChoiceForm& form, const void* a, const void* b) {
  const std::size_t index = form.index(a);
  if (index != form.index(b)) return false;
  const Alternative& alternative = form.alternatives[index];
  return equal(*alternative.form, alternative.get(a), alternative.get(b));
}

}  // namespace

bool equal(const Field& field, const void* record_a, const void* record_b) {
  const bool present = field.present(record_a);
  if (present != field.present(record_b)) return false;
  return !present || equal(*field.form, field.value(record_a), field.value(record_b));
}

bool equal(const Form& form, const void* a, const void* b) {
  switch (form.kind) {
    case FormKind::number:
    case FormKind::enumeration:
    case FormKind::octet_array:
      return std::memcmp(a, b, form.width) == 0;
    case FormKind::inline_octets:
    case FormKind::inline_bits: {
      const auto size = as<std::uint8_t>(static_cast<const std::uint8_t*>(a) + form.width);
      if (size != as<std::uint8_t>(static_cast<const std::uint8_t*>(b) + form.width)) return false;
      const std::size_t octets = form.kind == FormKind::inline_bits ? (size + 7u) / 8 : size;
      return std::memcmp(a, b, std::min<std::size_t>(octets, form.width)) == 0;
    }
    case FormKind::bit_number:
      return as<BitNumber>(a) == as<BitNumber>(b);
    case FormKind::octets:
      return zerocell::equal(as<Bytes>(a), as<Bytes>(b));
    case FormKind::text:
      return as<std::string_view>(a) == as<std::string_view>(b);
    case FormKind::bit_string:
      return as<BitString>(a).bits == as<BitString>(b).bits &&
             zerocell::equal(as<BitString>(a).octets, as<BitString>(b).octets);
    case FormKind::nothing:
      return true;
    case FormKind::sequence: {
      const auto same = [&](const Field& field) { return equal(field, a, b); };
      return std::ranges::all_of(form.sequence->fields, same) &&
             std::ranges::all_of(form.sequence->extensions, same, &Extension::field);
    }
    case FormKind::list:
      return equal_lists(*form.list, a, b);
    case FormKind::choice:
      return equal_choices(*form.choice, a, b);
  }
  return false;
}

}  // namespace zerocell::aper
