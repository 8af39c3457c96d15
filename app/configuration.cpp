// SPDX-License-Identifier: Apache-2.0
#include "app/configuration.hpp"

#include <array>
#include <cstdio>

#include "core/config/report.hpp"
#include "egress/policy.hpp"
#include "pgw/dedicated_bearers.hpp"

namespace zerocell::app {
namespace {

void check_egress_rules(const config::Config& config, const config::Report& report) {
  const auto policies = egress::compile(config.egress);
  if (policies) return;
  for (const egress::PolicyProblem& problem : policies.error())
    report.at({problem.line, problem.column}, problem.key, problem.message);
}

constexpr std::array<config::Check, 2> kChecks{&check_egress_rules, &pgw::check_bearer_rules};

}  // namespace

std::optional<config::Config> load_configuration(const std::string& path) {
  auto config = config::load(path, kChecks);
  if (config) return std::move(*config);
  for (const config::Problem& problem : config.error()) std::fprintf(stderr, "%s\n", problem.text().c_str());
  const std::size_t count = config.error().size();
  std::fprintf(stderr, "zerocell: %zu problem%s in %s; docs/configuration.md has every key\n", count,
               count == 1 ? "" : "s", path.c_str());
  return std::nullopt;
}

}  // namespace zerocell::app
