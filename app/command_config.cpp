// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <CLI/App.hpp>

#include "app/commands.hpp"
#include "app/configuration.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::app {

void add_config_command(CLI::App& root, int& status) {
  CLI::App* command =
      root.add_subcommand("config", "Print a configuration with its defaults, every key, or every metric");
  command->require_subcommand(1);

  CLI::App* dump = command->add_subcommand("dump", "Print a configuration with all its defaults");
  const auto path = std::make_shared<std::string>(kDefaultConfiguration);
  dump->add_option("file", *path, "Configuration to read")->capture_default_str();
  dump->callback([path, &status] {
    const auto config = load_configuration(*path);
    if (config) std::fputs(config::dump(*config).c_str(), stdout);
    status = config ? kDone : kBadConfiguration;
  });

  CLI::App* metrics = command->add_subcommand("metrics", "Print every metric, as Prometheus reads them");
  metrics->callback([&status] {
    std::fputs(prometheus_text().c_str(), stdout);
    for (const std::string& problem : metric_problems()) {
      std::fprintf(stderr, "zerocell: metric %s\n", problem.c_str());
      status = kFailed;
    }
  });

  CLI::App* keys =
      command->add_subcommand("keys", "Print every key with type, default and meaning, as Markdown");
  keys->callback([] { std::fputs(config::keys_as_markdown().c_str(), stdout); });
}

}  // namespace zerocell::app
