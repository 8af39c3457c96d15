// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/stream_ciphers.hpp"

#include <intel-ipsec-mb.h>

#include <cstring>

namespace zerocell {

namespace {

/// The library's table of functions for this processor. Only its single-buffer calls are used, which keep no
/// state in it, so that every thread can share it. It lives as long as the process.
const IMB_MGR& library() {
  static const IMB_MGR* const manager = [] {
    IMB_MGR* made = alloc_mb_mgr(0);
    ZC_ASSERT(made != nullptr);
    IMB_ARCH arch;
    init_mb_mgr_auto(made, &arch);
    ZC_ASSERT(imb_get_errno(made) == 0);
    return made;
  }();
  return *manager;
}

using Iv = std::array<std::uint8_t, 16>;

/// The key as the library's SNOW 3G wants it.
class Snow3gKey {
 public:
  explicit Snow3gKey(KeyView<16> key) noexcept {
    ZC_ASSERT(library().snow3g_init_key_sched(key.reveal().data(), &schedule_) == 0);
  }
  Snow3gKey(const Snow3gKey&) = delete;
  Snow3gKey& operator=(const Snow3gKey&) = delete;
  ~Snow3gKey() { wipe(MutableBytes(reinterpret_cast<std::uint8_t*>(&schedule_), sizeof(schedule_))); }
  const snow3g_key_schedule_t* get() const noexcept { return &schedule_; }

 private:
  snow3g_key_schedule_t schedule_;
};

std::uint8_t direction_bit(const ProtectionInput& input) {
  return static_cast<std::uint8_t>(input.direction);
}

/// A MAC as it lies in memory is the number in network order.
std::uint32_t number_of(std::uint32_t in_memory) {
  return __builtin_bswap32(in_memory);
}

}  // namespace

std::uint32_t snow3g_mac(KeyView<16> key, const ProtectionInput& input, Bytes message,
                         std::size_t bits) noexcept {
  const Snow3gKey schedule(key);
  Iv iv;
  ZC_ASSERT(
      snow3g_f9_iv_gen(input.count, std::uint32_t{input.bearer} << 27, direction_bit(input), iv.data()) == 0);
  std::uint32_t mac = 0;
  library().snow3g_f9_1_buffer(schedule.get(), iv.data(), message.data(), bits, &mac);
  return number_of(mac);
}

void snow3g_apply(KeyView<16> key, const ProtectionInput& input, MutableBytes data) noexcept {
  const Snow3gKey schedule(key);
  Iv iv;
  ZC_ASSERT(snow3g_f8_iv_gen(input.count, input.bearer, direction_bit(input), iv.data()) == 0);
  library().snow3g_f8_1_buffer(schedule.get(), iv.data(), data.data(), data.data(),
                               static_cast<std::uint32_t>(data.size()));
}

std::uint32_t zuc_mac(KeyView<16> key, const ProtectionInput& input, Bytes message,
                      std::size_t bits) noexcept {
  Iv iv;
  ZC_ASSERT(zuc_eia3_iv_gen(input.count, input.bearer, direction_bit(input), iv.data()) == 0);
  std::uint32_t mac = 0;
  library().eia3_1_buffer(key.reveal().data(), iv.data(), message.data(), static_cast<std::uint32_t>(bits),
                          &mac);
  return number_of(mac);
}

void zuc_apply(KeyView<16> key, const ProtectionInput& input, MutableBytes data) noexcept {
  Iv iv;
  ZC_ASSERT(zuc_eea3_iv_gen(input.count, input.bearer, direction_bit(input), iv.data()) == 0);
  library().eea3_1_buffer(key.reveal().data(), iv.data(), data.data(), data.data(),
                          static_cast<std::uint32_t>(data.size()));
}

}  // namespace zerocell
