// SPDX-License-Identifier: Apache-2.0
#include "core/net/sctp_simulated.hpp"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <random>

#include "core/types/assert.hpp"

namespace zerocell::net {

namespace {

constexpr std::size_t kSpareBuffersMax = 1024;
constexpr std::uint16_t kFirstEphemeralPort = 32768;

enum class Kind : std::uint8_t { up, message, down };

/// Something on its way to one end of an association.
struct Item {
  Kind kind = Kind::message;
  AssociationEnd why = AssociationEnd::shutdown;
  std::uint16_t stream = 0;
  std::uint32_t ppid = 0;
  Time due;
  ByteVector octets;
};

enum class Phase : std::uint8_t {
  coming,   // Its handler has not heard of it.
  up,       // May send.
  closing,  // May not send any more: `association_down` is to come.
};

struct Host {
  SctpOptions options;
  std::size_t open = 0;

  /// How long a silent peer goes unnoticed: RFC 9260 §8.1, with every interval at its longest.
  Duration give_up_after() const {
    return options.heartbeat + options.rto_max * static_cast<int>(options.association_max_retransmits);
  }
};

/// One end of an association. A slot is used again under a new generation.
struct End {
  explicit End(std::function<void()> on_due) : timer(std::move(on_due)) {}

  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  bool used = false;
  bool scheduled = false;  // The job or timer that delivers the next item is under way.
  bool paused = false;
  bool vanished = false;
  bool connected_out = false;
  bool told_up = false;
  bool down_waits = false;
  Phase phase = Phase::coming;
  End* other = nullptr;
  Host* host = nullptr;
  SctpHandler* handler = nullptr;
  Endpoint address;
  std::uint16_t outbound_streams = 0;
  std::size_t octets_waiting = 0;
  std::deque<Item> inbound;
  CallbackTimer timer;

  AssociationId id() const { return AssociationId{std::uint64_t{generation} << 32 | index}; }
};

}  // namespace

/// All ends, shared by the network's object, its hosts and the jobs under way.
class SimulatedNetwork::Core final : public std::enable_shared_from_this<Core> {
 public:
  Core(Loop& on, std::uint64_t seed) : loop(on), chance(seed) {}

  End* find(AssociationId id) {
    const auto index = static_cast<std::uint32_t>(static_cast<std::uint64_t>(id));
    if (index >= ends.size()) return nullptr;
    End& end = ends[index];
    return end.used && end.id() == id ? &end : nullptr;
  }

  End& open(Host& host, SctpHandler& handler, const Endpoint& address) {
    if (free.empty()) {
      const auto index = static_cast<std::uint32_t>(ends.size());
      ends.emplace_back([this, index] { post_delivery(ends[index]); }).index = index;
      free.push_back(index);
    }
    End& end = ends[free.back()];
    free.pop_back();
    ++end.generation;
    ++used;
    ++host.open;
    end.used = true;
    end.scheduled = end.paused = end.vanished = end.connected_out = end.told_up = end.down_waits = false;
    end.phase = Phase::coming;
    end.other = nullptr;
    end.host = &host;
    end.handler = &handler;
    end.address = address;
    end.octets_waiting = 0;
    return end;
  }

  void release(End& end) {
    if (end.other != nullptr) end.other->other = nullptr;
    if (end.host != nullptr) --end.host->open;
    clear(end);
    end.used = false;
    --used;
    free.push_back(end.index);
  }

  void clear(End& end) {
    end.timer.disarm();
    for (Item& item : end.inbound) keep(std::move(item.octets));
    end.inbound.clear();
    end.octets_waiting = 0;
    end.down_waits = false;
  }

  void push(End& end, Item item, Duration delay) {
    item.due = loop.now() + delay;
    // RFC 9260 §6.6: a message overtakes those of other streams, and nothing else overtakes anything.
    auto place = end.inbound.end();
    if (item.kind == Kind::message) {
      const auto is_overtaken = [&](const Item& other) {
        return other.kind == Kind::message && other.stream != item.stream && other.due > item.due;
      };
      while (place != end.inbound.begin() && is_overtaken(*std::prev(place))) --place;
    }
    if (place != end.inbound.begin()) item.due = std::max(item.due, std::prev(place)->due);
    if (place == end.inbound.begin()) end.timer.disarm();  // It is due before what the timer is for.
    end.octets_waiting += item.octets.size();
    end.inbound.insert(place, std::move(item));
    schedule(end);
  }

  /// After what already waits.
  void push_down(End& end, AssociationEnd why, Duration delay) {
    if (end.down_waits) return;
    end.down_waits = true;
    push(end, Item{.kind = Kind::down, .why = why, .due = {}, .octets = {}}, delay);
  }

  /// In place of what waits.
  void cut_down(End& end, AssociationEnd why, Duration delay) {
    if (end.vanished) return release(end);
    clear(end);
    end.paused = false;
    end.phase = Phase::closing;
    push_down(end, why, delay);
  }

  void abort(End& end) {
    if (end.other != nullptr) cut_down(*end.other, AssociationEnd::abort, draw_delay());
    cut_down(end, AssociationEnd::abort, Duration::zero());
  }

  void schedule(End& end) {
    if (end.inbound.empty() || end.paused || end.vanished) return;
    const Time due = end.inbound.front().due;
    const Time now = loop.now();
    if (due > now) {
      if (!end.timer.armed() && !end.scheduled) loop.arm(end.timer, due - now);
    } else {
      post_delivery(end);
    }
  }

  /// One item a job: the loop's scheduler decides how associations interleave.
  void post_delivery(End& end) {
    if (end.scheduled) return;
    end.scheduled = true;
    loop.post([core = shared_from_this(), id = end.id()] {
      if (End* found = core->find(id)) core->deliver(*found);
    });
  }

  void deliver(End& end);

  Duration draw_delay() {
    const auto span = (faults.delay_max - faults.delay_min).count();
    if (span <= 0) return faults.delay_min;
    return faults.delay_min +
           Duration(static_cast<Duration::rep>(chance() % static_cast<std::uint64_t>(span)));
  }
  bool draw(std::uint32_t per_million) { return per_million != 0 && chance() % 1'000'000 < per_million; }

  ByteVector copy(Bytes octets) {
    ByteVector buffer;
    if (!spare.empty()) {
      buffer = std::move(spare.back());
      spare.pop_back();
    }
    buffer.assign(octets.begin(), octets.end());
    return buffer;
  }
  void keep(ByteVector buffer) {
    if (buffer.capacity() != 0 && spare.size() < kSpareBuffersMax) spare.push_back(std::move(buffer));
  }

  struct Listener {
    Host* host = nullptr;
    SctpHandler* handler = nullptr;
  };

  Loop& loop;
  std::mt19937_64 chance;
  SimulatedFaults faults;
  std::deque<End> ends;
  std::vector<std::uint32_t> free;
  std::size_t used = 0;
  std::map<Endpoint, Listener> listeners;
  std::vector<ByteVector> spare;
  std::uint16_t next_port = kFirstEphemeralPort;
};

namespace {

AssociationInfo info_of(const End& end) {
  AssociationInfo info;
  info.local = {end.address};
  info.outbound_streams = end.outbound_streams;
  if (end.other != nullptr) {
    info.peer = {end.other->address};
    info.inbound_streams = end.other->outbound_streams;
  }
  return info;
}

class SimulatedSctp final : public SctpTransport {
 public:
  SimulatedSctp(std::shared_ptr<SimulatedNetwork::Core> core, const SctpOptions& options)
      : core_(std::move(core)), host_{options} {}

  ~SimulatedSctp() override {
    std::erase_if(core_->listeners, [this](const auto& entry) { return entry.second.host == &host_; });
    for (End& end : core_->ends) {
      if (!end.used || end.host != &host_) continue;
      if (end.vanished) {
        end.host = nullptr;  // Goes with the other end, which does not know yet.
        continue;
      }
      if (end.other != nullptr) core_->cut_down(*end.other, AssociationEnd::abort, core_->draw_delay());
      core_->release(end);
    }
  }

  std::string_view name() const override { return "simulated"; }
  Duration waiting() const override { return core_->faults.waiting; }

  std::expected<void, NetError> listen(const std::vector<Endpoint>& local, SctpHandler& handler) override {
    for (const Endpoint& endpoint : local) {
      if (core_->listeners.contains(endpoint)) {
        return std::unexpected(NetError{EADDRINUSE, fmt::format("{} is in use", endpoint.text())});
      }
    }
    for (const Endpoint& endpoint : local) core_->listeners[endpoint] = {&host_, &handler};
    return {};
  }

  std::expected<AssociationId, NetError> connect(const std::vector<Endpoint>& local, const Endpoint& remote,
                                                 SctpHandler& handler) override {
    if (host_.open >= host_.options.associations_max) {
      return std::unexpected(NetError{ENOBUFS, "there are as many associations as the configuration allows"});
    }
    Endpoint from = local.empty() ? Endpoint{Ipv4Address{{127, 0, 0, 1}}, 0} : local.front();
    if (from.port == 0) {
      from.port = core_->next_port++;
      core_->next_port = std::max(core_->next_port, kFirstEphemeralPort);
    }
    End& ours = core_->open(host_, handler, from);
    ours.connected_out = true;
    const auto found = core_->listeners.find(remote);
    if (found == core_->listeners.end() ||
        found->second.host->open >= found->second.host->options.associations_max ||
        core_->draw(core_->faults.connects_refused_per_million)) {
      core_->cut_down(ours, AssociationEnd::refused, core_->draw_delay());
      return ours.id();
    }
    Host& peer = *found->second.host;
    End& theirs = core_->open(peer, *found->second.handler, remote);
    ours.other = &theirs;
    theirs.other = &ours;
    ours.outbound_streams = std::min(host_.options.outbound_streams, peer.options.inbound_streams_max);
    theirs.outbound_streams = std::min(peer.options.outbound_streams, host_.options.inbound_streams_max);
    // The other end is up first, as with COOKIE ECHO and COOKIE ACK.
    core_->push(theirs, Item{.kind = Kind::up, .due = {}, .octets = {}}, core_->draw_delay());
    return ours.id();
  }

  SendOutcome send(AssociationId id, std::uint16_t stream, std::uint32_t ppid, Bytes message) override {
    ZC_ASSERT(!message.empty());
    End* ours = own(id);
    if (ours == nullptr || ours->phase != Phase::up || ours->other == nullptr) return SendOutcome::gone;
    End& theirs = *ours->other;
    if (theirs.octets_waiting + message.size() > host_.options.send_buffer_octets) return SendOutcome::full;
    if (core_->draw(core_->faults.aborted_per_million)) {
      core_->abort(*ours);
      return SendOutcome::sent;
    }
    if (core_->draw(core_->faults.dropped_per_million)) return SendOutcome::sent;
    const int copies = core_->draw(core_->faults.duplicated_per_million) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      core_->push(theirs,
                  Item{.stream = std::min<std::uint16_t>(stream, ours->outbound_streams - 1),
                       .ppid = ppid,
                       .due = {},
                       .octets = core_->copy(message)},
                  core_->draw_delay());
    }
    return SendOutcome::sent;
  }

  void shutdown(AssociationId id) override {
    End* ours = own(id);
    if (ours == nullptr || ours->phase == Phase::closing) return;
    if (ours->other == nullptr || ours->phase == Phase::coming) return core_->abort(*ours);
    ours->phase = Phase::closing;
    if (ours->other->vanished) {
      core_->cut_down(*ours, AssociationEnd::lost, host_.give_up_after());
    } else {
      core_->push_down(*ours->other, AssociationEnd::shutdown, core_->draw_delay());  // Its answer ends ours.
    }
  }

  void abort(AssociationId id) override {
    if (End* ours = own(id)) core_->abort(*ours);
  }

 private:
  End* own(AssociationId id) {
    End* end = core_->find(id);
    return end != nullptr && end->host == &host_ && !end->vanished ? end : nullptr;
  }

  std::shared_ptr<SimulatedNetwork::Core> core_;
  Host host_;
};

}  // namespace

void SimulatedNetwork::Core::deliver(End& end) {
  end.scheduled = false;
  if (end.inbound.empty() || end.paused || end.vanished) return;
  if (end.inbound.front().due > loop.now()) return schedule(end);
  Item item = std::move(end.inbound.front());
  end.inbound.pop_front();
  end.octets_waiting -= item.octets.size();
  SctpHandler& handler = *end.handler;
  const AssociationId id = end.id();
  // The handler may do anything, destroying the host included: `end` is not touched after it was called.
  switch (item.kind) {
    case Kind::up:
      end.phase = Phase::up;
      end.told_up = true;
      schedule(end);
      if (!end.connected_out && end.other != nullptr) {
        push(*end.other, Item{.kind = Kind::up, .due = {}, .octets = {}}, draw_delay());
      }
      handler.association_up(id, info_of(end));
      break;
    case Kind::message:
      if (item.octets.size() > end.host->options.message_octets_max) {
        abort(end);
      } else {
        schedule(end);
        handler.message(id, item.stream, item.ppid, item.octets);
      }
      keep(std::move(item.octets));
      break;
    case Kind::down: {
      const bool hears = end.told_up || end.connected_out;
      const AssociationEnd why = end.told_up ? item.why : AssociationEnd::refused;
      if (End* other = end.other) {
        if (other->vanished) {
          release(*other);
        } else if (item.why == AssociationEnd::shutdown) {
          push_down(*other, AssociationEnd::shutdown, draw_delay());
        }
      }
      release(end);
      if (hears) handler.association_down(id, why);
      break;
    }
  }
}

SimulatedNetwork::SimulatedNetwork(Loop& loop, std::uint64_t seed)
    : core_(std::make_shared<Core>(loop, seed)) {}
SimulatedNetwork::~SimulatedNetwork() = default;

std::unique_ptr<SctpTransport> SimulatedNetwork::make_transport(const SctpOptions& options) {
  return std::make_unique<SimulatedSctp>(core_, options);
}

SimulatedFaults& SimulatedNetwork::faults() {
  return core_->faults;
}

void SimulatedNetwork::lose(AssociationId id) {
  End* end = core_->find(id);
  if (end == nullptr) return;
  if (end->other != nullptr) core_->cut_down(*end->other, AssociationEnd::lost, Duration::zero());
  core_->cut_down(*end, AssociationEnd::lost, Duration::zero());
}

void SimulatedNetwork::vanish(AssociationId id) {
  End* end = core_->find(id);
  if (end == nullptr) return;
  End* other = end->other;
  if (other == nullptr) return core_->release(*end);
  end->vanished = true;
  core_->clear(*end);
  core_->push_down(*other, AssociationEnd::lost, other->host->give_up_after());
}

void SimulatedNetwork::pause(AssociationId id) {
  if (End* end = core_->find(id)) end->paused = true;
}

void SimulatedNetwork::resume(AssociationId id) {
  if (End* end = core_->find(id)) {
    end->paused = false;
    core_->schedule(*end);
  }
}

std::size_t SimulatedNetwork::ends() const {
  return core_->used;
}

}  // namespace zerocell::net
