// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/sctp.hpp"

namespace zerocell::net {

/// The kernel's SCTP through libsctp, sockets opened in the network namespace of the calling thread. An error
/// when the kernel has none. `make_sctp_transport` chooses between this and usrsctp.
std::expected<std::unique_ptr<SctpTransport>, NetError> make_kernel_sctp_transport(
    Loop& loop, const SctpOptions& options);

/// Whether this kernel opens SCTP sockets and lets them listen; if not, why.
std::expected<void, NetError> kernel_has_sctp();

}  // namespace zerocell::net
