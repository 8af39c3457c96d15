// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/frame_pool.hpp"

#include <array>
#include <new>

namespace zerocell {
namespace {

constexpr std::size_t kGrain = 64;
constexpr std::size_t kPooledMax = 4096;  // Larger frames are rare enough for malloc.

struct FreeFrame {
  FreeFrame* next;
};

struct Pool {
  std::array<FreeFrame*, kPooledMax / kGrain> free{};
  std::ptrdiff_t in_use = 0;

  ~Pool() {
    for (auto*& head : free) {
      while (head != nullptr) {
        FreeFrame* next = head->next;
        ::operator delete(head);
        head = next;
      }
    }
  }
};

thread_local Pool pool;

constexpr std::size_t size_class(std::size_t size) {
  return (size + kGrain - 1) / kGrain - 1;
}

}  // namespace

void* allocate_frame(std::size_t size) {
  ++pool.in_use;
  if (size > kPooledMax) return ::operator new(size);
  const std::size_t index = size_class(size);
#if !__has_feature(address_sanitizer)  // So that a frame used after its end is seen.
  if (FreeFrame* frame = pool.free[index]) {
    pool.free[index] = frame->next;
    return frame;
  }
#endif
  return ::operator new((index + 1) * kGrain);
}

void release_frame(void* frame, std::size_t size) noexcept {
  --pool.in_use;
#if !__has_feature(address_sanitizer)
  if (size <= kPooledMax) {
    auto* free = static_cast<FreeFrame*>(frame);
    FreeFrame*& head = pool.free[size_class(size)];
    free->next = head;
    head = free;
    return;
  }
#else
  (void)size;
#endif
  ::operator delete(frame);
}

std::ptrdiff_t frames_in_use() noexcept {
  return pool.in_use;
}

}  // namespace zerocell
