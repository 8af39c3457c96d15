// SPDX-License-Identifier: Apache-2.0
#include "test/catch/allocations.hpp"

#include <atomic>
#include <cstddef>

// glibc lets a program put its own functions before the allocator, and keeps the allocator under these names.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* place, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {
std::atomic<std::uint64_t> counted;
void count() {
  counted.fetch_add(1, std::memory_order_relaxed);
}
}  // namespace

extern "C" {
void* malloc(std::size_t size) {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) {
  count();
  return __libc_calloc(number, size);
}
void* realloc(void* place, std::size_t size) {
  count();
  return __libc_realloc(place, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
}

std::uint64_t zerocell::allocations() {
  return counted.load(std::memory_order_relaxed);
}
