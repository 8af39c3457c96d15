// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/sctp.hpp"

namespace zerocell::net {

/// SCTP in user space (usrsctp) over raw IP sockets, opened in the network namespace of the calling thread.
/// `make_sctp_transport` chooses between this and the kernel's.
std::expected<std::unique_ptr<SctpTransport>, NetError> make_usrsctp_transport(Loop& loop,
                                                                               const SctpOptions& options);

}  // namespace zerocell::net
