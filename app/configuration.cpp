// SPDX-License-Identifier: Apache-2.0
#include "app/configuration.hpp"

#include <cstdio>

namespace zerocell::app {

std::optional<config::Config> load_configuration(const std::string& path) {
  auto config = config::load(path);
  if (config) return std::move(*config);
  for (const config::Problem& problem : config.error()) std::fprintf(stderr, "%s\n", problem.text().c_str());
  const std::size_t count = config.error().size();
  std::fprintf(stderr, "zerocell: %zu problem%s in %s; docs/configuration.md has every key\n", count,
               count == 1 ? "" : "s", path.c_str());
  return std::nullopt;
}

}  // namespace zerocell::app
