// SPDX-License-Identifier: Apache-2.0
#include "upf/peer_paths.hpp"

#include "core/gtp/gtpu.hpp"
#include "core/telemetry/metrics.hpp"

namespace zerocell::upf {
namespace {

inline Counter path_failures{"zerocell_upf_path_failures_total",
                             "GTP-U paths on which no Echo Response came any more."};
inline Gauge peers_now{"zerocell_upf_peers", "GTP-U peers with a session."};

/// Paths are looked at this often; T3-RESPONSE is seconds.
constexpr Duration kTickInterval = std::chrono::milliseconds(100);

}  // namespace

PeerPaths::PeerPaths(const Settings& settings)
    : interval_(std::chrono::seconds(settings.echo_interval_seconds)),
      t3_response_(std::chrono::milliseconds(settings.t3_response_ms)),
      n3_requests_(std::max<std::uint32_t>(1, settings.n3_requests)),
      echo_required_(settings.echo_required),
      peers_max_(settings.peers_max),
      port_(settings.gtpu_port) {}

void PeerPaths::add(const OuterAddress& peer, Time now) {
  if (interval_ == Duration::zero() || peers_.size() >= peers_max_) return;
  peers_.try_emplace(peer, Path{.due = now + interval_});
  peers_now.set(static_cast<std::int64_t>(peers_.size()));
}

void PeerPaths::remove(const OuterAddress& peer) {
  peers_.erase(peer);
  peers_now.set(static_cast<std::int64_t>(peers_.size()));
}

void PeerPaths::tick(Time now, PathOutput& output, Signals& signals) {
  if (now < next_tick_) return;
  next_tick_ = now + kTickInterval;
  for (auto& [peer, path] : peers_) {
    if (now < path.due) continue;
    if (path.unanswered >= n3_requests_) {
      // The round is over. The next begins after the interval, so that a peer that returns is noticed.
      no_answer(peer, path, signals);
      path.unanswered = 0;
      path.due = now + interval_;
      continue;
    }
    const MutableBytes memory = output.allocate(gtp::kGtpuLongHeaderOctets);
    if (memory.empty()) return;
    if (path.unanswered == 0) path.sequence = ++sequence_;  // A repetition keeps its number.
    Writer out(memory);
    gtp::encode_echo_request(out, path.sequence);
    output.messages.push_back({peer, port_, memory.data(), static_cast<std::uint32_t>(out.size())});
    ++path.unanswered;
    path.due = now + t3_response_;
  }
}

void PeerPaths::no_answer(const OuterAddress& peer, Path& path, Signals& signals) const {
  if (path.failed) return;
  if (path.answered || echo_required_) {
    path_failures.add();
    path.failed = signals.reports.put({.kind = Report::Kind::path_failure, .peer = peer});
  } else if (!path.told_silent) {
    path.told_silent = signals.reports.put({.kind = Report::Kind::peer_silent, .peer = peer});
  }
  signals.wake_owner();
}

void PeerPaths::answered(const OuterAddress& peer, std::uint16_t sequence, Signals& signals) {
  const auto found = peers_.find(peer);
  if (found == peers_.end() || found->second.unanswered == 0 || found->second.sequence != sequence) return;
  Path& path = found->second;
  path.unanswered = 0;
  path.answered = true;
  path.due += interval_ - t3_response_;
  if (!path.failed) return;
  path.failed = !signals.reports.put({.kind = Report::Kind::path_recovered, .peer = peer});
  signals.wake_owner();
}

}  // namespace zerocell::upf
