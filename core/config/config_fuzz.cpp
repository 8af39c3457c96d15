// SPDX-License-Identifier: Apache-2.0
// Any text gives a configuration or a list of problems; and a configuration survives being printed and read
// again.
#include "core/config/config.hpp"
#include "core/types/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zerocell::config;
  const auto config = parse(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!config) {
    ZC_ASSERT(!config.error().empty());
    for (const Problem& problem : config.error()) ZC_ASSERT(!problem.text().empty());
    return 0;
  }
  ZC_ASSERT(parse(dump(*config), "dump") == *config);
  return 0;
}
