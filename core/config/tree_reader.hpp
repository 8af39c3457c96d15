// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/fields.hpp"
#include "core/config/tree.hpp"

namespace zerocell::config {

/// Fills what `describe` names from a map of the tree, and reports unknown, doubled, missing and bad keys.
void read_tree(const Node& map, std::string path, Problems& problems, const Fields::Describe& describe);

}  // namespace zerocell::config
