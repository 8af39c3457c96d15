// SPDX-License-Identifier: Apache-2.0
// Any text is a rule or an error inside the text; a rule's own text is the same rule.
#include "core/types/assert.hpp"
#include "egress/rule.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zerocell;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rule = egress::parse_rule(text);
  if (!rule) {
    ZC_ASSERT(rule.error().column >= 1 && rule.error().column <= size + 1);
    return 0;
  }
  ZC_ASSERT(egress::parse_rule(rule->text()) == rule);
  return 0;
}
