// SPDX-License-Identifier: Apache-2.0
#include "core/types/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace zerocell {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "zerocell: broken invariant `%s` at %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace zerocell
