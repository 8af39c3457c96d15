// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_usrsctp.hpp"

#include <unistd.h>

#include "core/net/sctp_usrsctp_engine.hpp"

namespace zerocell::net {

namespace {

/// Owns an engine, which outlives it while one of its own calls is under way.
class UsrsctpTransport final : public SctpTransport {
 public:
  UsrsctpTransport(Loop& loop, const SctpOptions& options)
      : engine_(std::make_shared<UsrsctpEngine>(loop, options)) {}
  ~UsrsctpTransport() override { engine_->close(); }

  std::expected<void, NetError> start() { return engine_->start(); }
  std::string_view name() const override { return "usrsctp"; }
  std::expected<void, NetError> listen(const std::vector<Endpoint>& local, SctpHandler& handler) override {
    return engine_->listen(local, handler);
  }
  std::expected<AssociationId, NetError> connect(const std::vector<Endpoint>& local, const Endpoint& remote,
                                                 SctpHandler& handler) override {
    return engine_->connect(local, remote, handler);
  }
  SendOutcome send(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) override {
    return engine_->send(id, stream, ppid, message);
  }
  void shutdown(AssociationId id) override { engine_->shutdown(id); }
  void abort(AssociationId id) override { engine_->abort(id); }
  Duration waiting() const override { return engine_->waiting(); }

 private:
  std::shared_ptr<UsrsctpEngine> engine_;
};

}  // namespace

std::expected<std::unique_ptr<SctpTransport>, NetError> make_usrsctp_transport(Loop& loop,
                                                                               const SctpOptions& options) {
  if (::access("/proc/net/sctp", F_OK) == 0) {
    return std::unexpected(NetError{
        EADDRINUSE,
        "this kernel has its own SCTP loaded, which would abort the associations of usrsctp; configure "
        "`net.sctp: auto` or `kernel`"});
  }
  auto made = std::make_unique<UsrsctpTransport>(loop, options);
  if (auto started = made->start(); !started) return std::unexpected(started.error());
  return made;
}

}  // namespace zerocell::net
