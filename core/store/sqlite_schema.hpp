// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/store/sqlite_database.hpp"

namespace zerocell::store {

/// Every step from an empty file to the present schema, in order. A step that was released is never changed:
/// what comes later is another step.
std::span<const Migration> schema_migrations();

}  // namespace zerocell::store
