// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "lab/live/host.hpp"
#include "lab/ue.hpp"

namespace zerocell::lab {

/// The network interface of a UE: a TUN device on a host of its own, which the kernel's IP stack uses as an
/// application processor uses its modem.
class UeDevice {
 public:
  /// `on_packet` gets what the UE sends. The loop and the host must outlive the device.
  static std::expected<std::unique_ptr<UeDevice>, std::string> open(Loop& loop, const Host& host,
                                                                    std::function<void(Bytes)> on_packet);
  ~UeDevice();

  /// Addresses, MTU and default routes as the network gave them. IPv6: the link-local address; the rest comes
  /// by router advertisement, which the kernel solicits.
  std::expected<void, std::string> configure(const Bearer& bearer);
  /// Takes all addresses away.
  void clear();
  void deliver(Bytes packet);

 private:
  UeDevice(Loop& loop, const Host& host, int descriptor, std::function<void(Bytes)> on_packet);
  void readable();

  const Host& host_;
  int descriptor_;
  std::function<void(Bytes)> on_packet_;
  std::unique_ptr<Watch> watch_;
};

}  // namespace zerocell::lab
