// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "core/runtime/loop.hpp"
#include "lab/load/user_data.hpp"

namespace zerocell::load {

/// Real sockets: packets for UEs leave by this machine's routes, G-PDUs for eNodeBs arrive at one address.
/// The error is for a person.
std::expected<std::unique_ptr<UserData>, std::string> open_live_user_data(Loop& loop,
                                                                          const Ipv4Address& enbs);

}  // namespace zerocell::load
