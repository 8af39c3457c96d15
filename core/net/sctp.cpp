// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp.hpp"

#include "core/net/sctp_kernel.hpp"
#include "core/net/sctp_usrsctp.hpp"

namespace zerocell::net {

std::expected<std::unique_ptr<SctpTransport>, NetError> make_sctp_transport(Loop& loop, SctpKind kind,
                                                                            const SctpOptions& options) {
  switch (kind) {
    case SctpKind::kernel:
      return make_kernel_sctp_transport(loop, options);
    case SctpKind::usrsctp:
      return make_usrsctp_transport(loop, options);
    case SctpKind::automatic:
      break;
  }
  return kernel_has_sctp() ? make_kernel_sctp_transport(loop, options)
                           : make_usrsctp_transport(loop, options);
}

}  // namespace zerocell::net
