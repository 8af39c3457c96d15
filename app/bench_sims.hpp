// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lab/load/settings.hpp"

namespace zerocell::app {

/// The SIMs of a file as `zerocell sim export --with-keys` writes it, for UEs to have. Ends the command where
/// the file cannot be read, or has a SIM that cannot be simulated.
std::vector<load::Sim> read_load_sims(const std::string& path);

}  // namespace zerocell::app
