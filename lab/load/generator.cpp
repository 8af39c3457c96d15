// SPDX-License-Identifier: Apache-2.0
#include "lab/load/generator.hpp"

#include <numeric>

namespace zerocell::load {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(5);
constexpr Duration kConnectPatience = std::chrono::seconds(30);
constexpr Duration kFarewell = std::chrono::seconds(1);
constexpr std::size_t kConnectingAtOnce = 32;
constexpr unsigned kArrivalsAtOnce = 64;  // Then what came in has its turn.
constexpr unsigned kPreparingPasses = 3;  // A UE that could not be prepared so often stays as it is.
constexpr std::uint32_t kLooksMax =
    1024;  // At UEs whose eNodeB has no MME, before a load of its own pace waits.
constexpr unsigned kMemoryNotes = 20;

}  // namespace

std::string_view name_of(Phase phase) {
  constexpr std::array<std::string_view, 6> kNames = {"connecting", "preparing", "running",
                                                      "draining",   "clearing",  "ended"};
  return kNames[static_cast<std::size_t>(phase)];
}

Generator::Generator(const Parts& parts, Settings settings)
    : parts_(parts),
      settings_(std::move(settings)),
      statistics_{&outcome_.prepared, &outcome_.measured, &outcome_.cleared},
      ues_(settings_.ues),
      tick_([this] { tick(); }),
      chance_(settings_.seed),
      arena_memory_(std::make_unique<std::array<std::uint8_t, 64 * 1024>>()),
      arena_(*arena_memory_),
      room_(16 * 1024),
      opened_(16 * 1024) {
  ZC_ASSERT(!problem_of(settings_));
  std::uint64_t imsi = 0;
  for (std::size_t i = 0; i < settings_.imsi_first.size(); ++i) imsi = imsi * 10 + settings_.imsi_first[i];
  const auto imsi_of = [&](std::uint64_t step) {
    std::string digits = std::to_string(imsi + step);
    digits.insert(0, settings_.imsi_first.size() - std::min(digits.size(), settings_.imsi_first.size()), '0');
    return Imsi::parse(digits).value_or(Imsi());
  };
  for (std::uint32_t i = 0; i < settings_.ues; ++i) {
    ues_[i].imsi = settings_.sims.empty() ? imsi_of(i) : settings_.sims[i].imsi;
    ues_[i].enb = static_cast<std::uint16_t>(i % settings_.enbs);
  }
  for (std::uint32_t i = 0; i < settings_.enbs; ++i)
    enbs_.push_back(std::make_unique<LoadEnb>(*this, static_cast<std::uint16_t>(i)));
  if (settings_.receive_packets) by_m_tmsi_.resize(std::bit_ceil(std::size_t{settings_.ues} * 4));
  const std::uint32_t in_storm = settings_.storm.rate > 0 ? settings_.storm.ues : 0;
  base_.count = settings_.ues - in_storm;
  storm_.first = base_.count;
  storm_.count = in_storm;
  for (Stream* stream : {&base_, &storm_}) {
    if (stream->count == 0) continue;
    // A golden section's step visits all UEs, and never neighbours.
    auto stride = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(stream->count * 0.6180339887));
    while (std::gcd(stride, stream->count) != 1) ++stride;
    std::uint64_t next = chance_() % stream->count;
    stream->idle.resize(stream->count);
    for (std::uint32_t i = 0; i < stream->count; ++i, next = (next + stride) % stream->count)
      now_free(ues_[stream->first + static_cast<std::uint32_t>(next)]);
  }
  if (!parts_.user_data) return;
  parts_.user_data->on_packet = [this](std::uint32_t teid, std::uint32_t number) {
    packet(teid, number);
    go_on();
  };
  parts_.user_data->on_end_marker = [this](std::uint32_t teid) {
    end_marker(teid);
    go_on();
  };
}

Generator::~Generator() {
  if (!parts_.user_data) return;
  parts_.user_data->on_packet = nullptr;
  parts_.user_data->on_end_marker = nullptr;
}

void Generator::start(OnEnd on_end) {
  on_end_ = std::move(on_end);
  started_ = phase_began_ = parts_.loop.now();
  base_.alarm = parts_.alarm(parts_.loop, [this] { arrive(base_); });
  if (storm_.count != 0) storm_.alarm = parts_.alarm(parts_.loop, [this] { arrive(storm_); });
  parts_.loop.arm(tick_, kTick);
  connect_some();
}

void Generator::stop() {
  if (phase_ == Phase::running) base_.end = parts_.loop.now();
  if (phase_ == Phase::connecting) finish(std::unexpected("stopped before every eNodeB was connected"));
  if (phase_ != Phase::preparing) return;
  stopping_ = true;
  passes_ = kPreparingPasses;
  swept_ = settings_.ues;
}

std::uint64_t Generator::connected() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(ues_, [](const LoadUe& ue) { return ue.connected; }));
}

Progress Generator::progress() const {
  Progress progress{.phase = phase_};
  const Statistics& counted = phase_ == Phase::preparing  ? outcome_.prepared
                              : phase_ == Phase::clearing ? outcome_.cleared
                                                          : outcome_.measured;
  for (const auto& procedure : counted.procedures) {
    progress.begun += procedure.begun;
    progress.done += procedure.done;
    progress.failed += procedure.failed;
  }
  const double time = std::chrono::duration<double>(parts_.loop.now() - phase_began_).count();
  if (phase_ == Phase::connecting) progress.share = static_cast<double>(enbs_ready_) / settings_.enbs;
  if (phase_ == Phase::running)
    progress.share = std::max(time / std::chrono::duration<double>(settings_.duration).count(),
                              settings_.arrivals_max == 0 ? 0.0
                                                          : static_cast<double>(outcome_.arrived) /
                                                                static_cast<double>(settings_.arrivals_max));
  if (phase_ == Phase::preparing || phase_ == Phase::clearing)
    progress.share = static_cast<double>(swept_) / settings_.ues;
  progress.share = std::clamp(progress.share, 0.0, 1.0);
  return progress;
}

// ---- eNodeBs ----------------------------------------------------------------------------------------------

void Generator::connect_some() {
  if (enbs_ready_ == enbs_.size()) return;
  const Time now = parts_.loop.now();
  for (const auto& enb : enbs_) enb->give_up_if_late(now);
  auto connecting = static_cast<std::size_t>(
      std::ranges::count_if(enbs_, [](const auto& enb) { return enb->connecting(); }));
  for (std::size_t looked = 0, next = next_enb_; looked < enbs_.size(); ++looked, ++next) {
    if (phase_ == Phase::ended || connecting >= kConnectingAtOnce) return;
    LoadEnb& enb = *enbs_[next % enbs_.size()];
    if (!enb.may_connect(now)) continue;
    ++connecting;
    next_enb_ = (next + 1) % enbs_.size();
    enb.connect();
  }
}

void Generator::enb_ready(LoadEnb&, std::string_view mme_name) {
  outcome_.mme_name = mme_name;
  ++enbs_ready_;
  connect_some();
  if (phase_ == Phase::connecting && enbs_ready_ == enbs_.size()) enter(Phase::preparing);
}

void Generator::enb_refused(LoadEnb& enb, const std::string& why, std::optional<Duration> again) {
  if (phase_ == Phase::ended) return;
  refusal_ = "eNodeB " + std::to_string(enb.enb_id()) + " to " + settings_.mme.text() + ": " + why;
  if (phase_ == Phase::connecting && !again) return finish(std::unexpected(refusal_));
  complain("an eNodeB could not connect: " + why);
  enb.stay_away(parts_.loop.now() + again.value_or(kReconnectAfter));
}

void Generator::enb_lost(LoadEnb& enb) {
  --enbs_ready_;
  if (phase_ == Phase::ended) return;
  complain("an eNodeB lost its association");
  enb.stay_away(parts_.loop.now() + kReconnectAfter);
  drop_all(enb, "association lost");
}

void Generator::drop_all(LoadEnb& enb, const char* why) {
  for (LoadUe& ue : ues_) {
    if (ue.enb != enb.number() || !ue.connected) continue;
    disconnected(ue);
    if (ue.errand != 0) fail(ue, why);
  }
}

// ---- phases -----------------------------------------------------------------------------------------------

void Generator::enter(Phase phase) {
  phase_ = phase;
  phase_began_ = parts_.loop.now();
  switch (phase) {
    case Phase::connecting:
      break;
    case Phase::preparing:
      swept_ = 0;
      passes_ = 1;
      // Attaching is what these scenarios are about.
      if (settings_.scenario == Scenario::attach || settings_.scenario == Scenario::registration)
        enter(Phase::running);
      break;
    case Phase::running:
      work_began_ = phase_began_;
      base_.end = work_began_ + settings_.duration;
      cpu_at_start_ = own_cpu();
      if (parts_.core) core_at_start_ = parts_.core->read();
      if (settings_.rate > 0) plan(base_, settings_.rate, work_began_, base_.end);
      if (storm_.count != 0) {
        const Time begins = work_began_ + settings_.storm.after;
        plan(storm_, settings_.storm.rate, begins, std::min(begins + settings_.storm.duration, base_.end));
      }
      break;
    case Phase::draining:
      outcome_.ran = phase_began_ - work_began_;
      count_owed(base_);
      count_owed(storm_);
      break;
    case Phase::clearing:
      outcome_.own_cpu = own_cpu() - cpu_at_start_;
      if (parts_.core && core_at_start_)
        if (const auto now = parts_.core->read())
          outcome_.used = CoreUsage{now->cpu - core_at_start_->cpu, now->resident_octets};
      swept_ = settings_.keep ? settings_.ues : 0;
      break;
    case Phase::ended:
      ends_at_ = phase_began_ + kFarewell;
      for (const auto& enb : enbs_) enb->shutdown();
      break;
  }
  go_on();
}

void Generator::go_on() {
  switch (phase_) {
    case Phase::preparing:
    case Phase::clearing:
      sweep();
      break;
    case Phase::running:
      if (settings_.rate == 0)
        while (phase_ == Phase::running && outstanding_ < settings_.window &&
               start_one(base_, parts_.loop.now())) {
        }
      break;
    case Phase::draining:
      end_when_nothing_runs();
      break;
    default:
      break;
  }
}

/// Brings every UE once into the state that the phase wants, `window` at a time.
void Generator::sweep() {
  const Phase phase = phase_;
  while (phase_ == phase && outstanding_ < settings_.window && swept_ < settings_.ues) {
    LoadUe& ue = ues_[swept_++];
    if (ue.errand != 0 || ue.registered == (phase == Phase::preparing)) continue;
    const bool connected =
        settings_.scenario == Scenario::x2_handover || settings_.scenario == Scenario::s1_handover;
    start_errand(ue,
                 phase == Phase::clearing ? kDetach
                 : connected              ? kAttachOnly
                                          : kAttachAndIdle,
                 parts_.loop.now());
  }
  if (phase_ != phase || swept_ < settings_.ues || outstanding_ != 0) return;
  if (phase == Phase::clearing) return enter(Phase::ended);
  if (passes_++ < kPreparingPasses && registered_ < settings_.ues) {
    swept_ = 0;
    return;  // The tick goes on: what failed at once must not be tried at once.
  }
  if (registered_ == 0) return finish(std::unexpected(stopping_ ? "stopped" : "no UE could attach"));
  enter(stopping_ ? Phase::clearing : Phase::running);
}

void Generator::plan(Stream& stream, double rate, Time start, Time end) {
  stream.end = end;
  stream.arrivals.emplace(settings_.arrivals, rate, start, settings_.seed + stream.first);
  stream.alarm->set(stream.arrivals->next());
}

void Generator::arrive(Stream& stream) {
  if (phase_ != Phase::running || !stream.arrivals) return;
  // What a storm that is over still owed does not come any more: a storm is what was sent in its time.
  if (&stream == &storm_ && parts_.loop.now() >= stream.end) return;
  for (unsigned i = 0; i < kArrivalsAtOnce; ++i) {
    const Time due = stream.arrivals->next();
    if (due > parts_.loop.now()) break;
    if (due >= stream.end) return;
    (void)start_one(stream, due);
    if (phase_ != Phase::running) return;
    stream.arrivals->step();
  }
  stream.alarm->set(stream.arrivals->next());
}

Outcome::Slice* Generator::slice_now() {
  if (settings_.slice == Duration::zero() || (phase_ != Phase::running && phase_ != Phase::draining))
    return nullptr;
  const auto number = static_cast<std::size_t>((parts_.loop.now() - work_began_) / settings_.slice);
  if (number >= kSlicesMax) return nullptr;  // Of a long end, whose times nobody compares.
  while (outcome_.slices.size() <= number) outcome_.slices.emplace_back();
  return &outcome_.slices[number];
}

void Generator::overloaded(bool now, bool before) {
  Outcome::Overload& told = outcome_.overload;
  ++(now ? told.starts : told.stops);
  if (now == before) return;
  now ? ++told.enbs_now : --told.enbs_now;
  told.eased.reset();
  if (told.enbs_now == 0) told.eased = parts_.loop.now() - work_began_;
}

/// False when the run is over, or nobody is free.
bool Generator::start_one(Stream& stream, Time due) {
  if (due >= stream.end || (settings_.arrivals_max != 0 && outcome_.arrived >= settings_.arrivals_max)) {
    stream.end = std::min(stream.end, parts_.loop.now());
    return false;
  }
  LoadUe* const ue = pick(stream);
  if (ue == nullptr) {
    if (settings_.rate > 0 || &stream == &storm_) ++outcome_.arrived, ++outcome_.nobody_free;
    // A network is full once: then nobody is left to register.
    if (settings_.scenario == Scenario::registration && registered_ == settings_.ues)
      stream.end = parts_.loop.now();
    return false;
  }
  ++outcome_.arrived;
  // Of each as it leaves: those that are begun in one go wait for each other, too.
  if (stream.arrivals) outcome_.lateness.add(parts_.loop.now() - due);
  start_errand(*ue, errand_for(*ue), due);
  return true;
}

LoadUe* Generator::pick(Stream& stream) {
  const auto second = static_cast<std::uint32_t>((parts_.loop.now() - started_) / std::chrono::seconds(1));
  while (!stream.away.empty() && stream.away.begin()->first <= second) {
    put(stream, stream.away.begin()->second);
    stream.away.erase(stream.away.begin());
  }
  // Without arrivals of its own a load goes on with whom it can reach, or it would go on at once for ever.
  const bool any = stream.arrivals.has_value();
  const std::uint32_t looks = any ? stream.idle_count : std::min(stream.idle_count, kLooksMax);
  for (std::uint32_t i = 0; i < looks; ++i) {
    const std::uint32_t number = take(stream);
    LoadUe& ue = ues_[number];
    if (ue.not_before_s > second) {
      stream.away.emplace(ue.not_before_s, number);
    } else if (!any && !enb_of(ue).ready()) {
      put(stream, number);
    } else {
      ue.listed = false;
      // Whoever became busy, or is where it was to come to, is listed again after that.
      if (ue.errand == 0 && !(settings_.scenario == Scenario::registration && ue.registered)) return &ue;
    }
  }
  return nullptr;
}

/// Whoever is busy, or has nothing more to do, is not listed; everybody else is, once.
void Generator::now_free(LoadUe& ue) {
  if (ue.listed || ue.errand != 0) return;
  if (settings_.scenario == Scenario::registration && ue.registered) return;
  ue.listed = true;
  put(number(ue) < base_.count ? base_ : storm_, number(ue));
}

void Generator::put(Stream& stream, std::uint32_t ue) {
  stream.idle[(std::uint64_t{stream.idle_first} + stream.idle_count++) % stream.count] = ue;
}

std::uint32_t Generator::take(Stream& stream) {
  const std::uint32_t ue = stream.idle[stream.idle_first];
  stream.idle_first = stream.idle_first + 1 == stream.count ? 0 : stream.idle_first + 1;
  --stream.idle_count;
  return ue;
}

/// What was due before the end, and did not come: it has no time that a percentile could know of.
void Generator::count_owed(Stream& stream) {
  if (!stream.arrivals) return;
  const Time end = std::min(stream.end, parts_.loop.now());
  for (; stream.arrivals->next() < end; stream.arrivals->step()) {
    if (settings_.arrivals_max != 0 && outcome_.arrived >= settings_.arrivals_max) return;
    ++outcome_.arrived;
    ++outcome_.never_begun;
  }
}

void Generator::tick() {
  const Time now = parts_.loop.now();
  parts_.loop.arm(tick_, kTick);
  if (phase_ == Phase::running)
    parts_.loop.post([this, now, here = std::weak_ptr(here_)] {
      if (!here.expired()) outcome_.turns.add(parts_.loop.now() - now);
    });
  while (!patiences_.empty() && patiences_.front().until <= now) {
    const Patience ended = patiences_.front();
    patiences_.pop_front();
    LoadUe& ue = ues_[ended.ue];
    if (ue.errand != 0 && ue.turn == ended.turn) fail(ue, "no answer");
  }
  end_dwelling();
  switch (phase_) {
    case Phase::connecting:
      if (now - phase_began_ > kConnectPatience)
        return finish(
            std::unexpected(refusal_.empty() ? settings_.mme.text() + ": no answer to S1 Setup" : refusal_));
      break;
    case Phase::running:
      if (now < base_.end) break;
      arrive(base_);  // Those of the last moment.
      if (phase_ == Phase::running) enter(Phase::draining);
      break;
    case Phase::ended:
      if (now >= ends_at_ ||
          std::ranges::all_of(enbs_, [](const auto& enb) { return enb->state() == LoadEnb::State::down; }))
        return finish({});
      return;
    default:
      break;
  }
  connect_some();
  go_on();
}

void Generator::end_when_nothing_runs() {
  if (outstanding_ == 0) enter(Phase::clearing);
}

void Generator::finish(std::expected<void, std::string> how) {
  phase_ = Phase::ended;
  tick_.disarm();
  if (!how)
    for (const auto& enb : enbs_) enb->shutdown();
  // Later: whoever called may not outlive it.
  parts_.loop.post([call = std::move(on_end_), how = std::move(how)]() mutable {
    if (call) call(std::move(how));
  });
  on_end_ = nullptr;
}

void Generator::note_memory() {
  if (!parts_.core || registered_ < next_memory_note_) return;
  next_memory_note_ = registered_ + std::max<std::uint64_t>(1, settings_.ues / kMemoryNotes);
  if (const auto usage = parts_.core->read())
    outcome_.memory.push_back({registered_, usage->resident_octets});
}

}  // namespace zerocell::load
