// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace zerocell {

/// Prints the broken invariant and aborts. Never reached because of what a peer sent.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace zerocell

/// Guards an invariant of our own; stays on in release builds. Wire data never decides it.
#define ZC_ASSERT(expression) \
  (static_cast<bool>(expression) ? void() : ::zerocell::assertion_failed(#expression, __FILE__, __LINE__))
