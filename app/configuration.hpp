// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/config/config.hpp"

namespace zerocell::app {

constexpr const char* kDefaultConfiguration = "/etc/zerocell/zerocell.yaml";

/// Reads the file, with everything that `run` would refuse. Nothing when there are problems, which were then
/// printed to standard error: the caller ends with kBadConfiguration.
std::optional<config::Config> load_configuration(const std::string& path);

}  // namespace zerocell::app
