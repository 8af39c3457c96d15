// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/store/sqlite_database.hpp"
#include "core/store/subscribers.hpp"

namespace zerocell::store {

/// Subscribers in a SQLite file, which several processes may use at once.
Result<std::unique_ptr<Subscribers>> open_sqlite(const SqliteOptions& options);

}  // namespace zerocell::store
