// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/values.hpp"

/// Numbers of eNodeBs and of their cells, TS 36.413 §9.2.1.37, §9.2.1.38.
namespace zerocell::s1ap {

/// The number, of whichever form; equal numbers of two forms are two eNodeBs.
constexpr std::uint32_t number_of(const EnbId& id) {
  return std::visit([](const auto& form) { return form.value; }, id);
}

/// How many of a cell identity's 28 bits come after the eNodeB's own.
constexpr unsigned cell_bits(const EnbId& id) {
  struct Bits {
    constexpr unsigned operator()(const HomeEnbId&) const { return 0; }  // It has one cell.
    constexpr unsigned operator()(const LongMacroEnbId&) const { return 7; }
    constexpr unsigned operator()(const MacroEnbId&) const { return 8; }
    constexpr unsigned operator()(const ShortMacroEnbId&) const { return 10; }
  };
  return std::visit(Bits{}, id);
}

/// Whether a cell with this identity is one of the eNodeB's.
constexpr bool has_cell(const EnbId& id, std::uint32_t cell) {
  return number_of(id) == cell >> cell_bits(id);
}

/// The identity of its first cell.
constexpr std::uint32_t first_cell(const EnbId& id) {
  return number_of(id) << cell_bits(id);
}

}  // namespace zerocell::s1ap
