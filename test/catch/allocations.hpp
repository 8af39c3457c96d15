// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace zerocell {

/// How often this program took memory from the heap so far, in any thread: malloc and its siblings, on which
/// operator new stands. Counts in programs that link zc_benchmark_main.
std::uint64_t allocations();

}  // namespace zerocell
