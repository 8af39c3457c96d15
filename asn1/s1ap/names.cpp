// SPDX-License-Identifier: Apache-2.0
#include "asn1/aper/equal.hpp"
#include "asn1/s1ap/descriptors.hpp"
#include "asn1/s1ap/tables.hpp"

namespace zerocell::s1ap {

std::string_view name(MessageType type) {
  return table_of(type).name;
}
PduKind kind(MessageType type) {
  return table_of(type).kind;
}
Procedure procedure(MessageType type) {
  return table_of(type).procedure;
}

std::string_view group_name(const Cause& cause) {
  return asn_DEF_Cause.elements[cause.index()].name;
}

std::string_view name(const Cause& cause) {
  const aper::Descriptor& group = *asn_DEF_Cause.elements[cause.index()].type;
  const auto value = std::visit([](auto enumerator) { return static_cast<unsigned>(enumerator); }, cause);
  if (value >= aper::enumerators(group)) return "?";
  const auto& names = *static_cast<const asn_INTEGER_specifics_t*>(group.specifics);
  return {names.value2enum[value].enum_name, names.value2enum[value].enum_len};
}

bool equal(const Message& a, const Message& b) {
  if (a.type != b.type || !a.body || !b.body) return false;
  const MessageTable& table = table_of(a.type);
  if (table.plain) return aper::equal(*table.plain_form, a.body, b.body);
  return std::ranges::all_of(table.ies, [&](const Ie& ie) { return aper::equal(ie.field, a.body, b.body); });
}

}  // namespace zerocell::s1ap
