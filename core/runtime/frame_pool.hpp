// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace zerocell {

/// Memory for coroutine frames: free lists by size, one set a thread, so that a procedure that starts and
/// ends on its shard never meets malloc. A frame may be given back on another thread; it then stays there.
void* allocate_frame(std::size_t size);
void release_frame(void* frame, std::size_t size) noexcept;

/// Frames that are in use on this thread: allocated here less released here. Tests hold it to zero at their
/// end.
std::ptrdiff_t frames_in_use() noexcept;

}  // namespace zerocell
