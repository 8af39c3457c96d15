// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace zerocell::lab {

/// Runs `inside` as process 1 of its own process, mount and network namespaces (and user namespace, where we
/// are not root), with an empty /run, and returns its exit status. When either process dies, by whatever, the
/// kernel takes every process, device and namespace with it. SIGINT and SIGTERM are passed on.
int run_isolated(const std::function<int()>& inside);

}  // namespace zerocell::lab
