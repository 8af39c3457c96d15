// SPDX-License-Identifier: Apache-2.0
#include "app/sim_session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "core/store/sqlite_subscribers.hpp"

namespace zerocell::app {

using store::Subscriber;

namespace {
constexpr std::size_t kPage = 4096;  // Subscribers that are read at once.
}

void Place::add_options(CLI::App& command) {
  command
      .add_option("-c,--config", configuration,
                  "Configuration of the core, which names the store of the SIMs")
      ->type_name("FILE")
      ->capture_default_str();
  command.add_option("--store", store, "The store's file; no configuration is read then")->type_name("FILE");
}

SimSession::SimSession(const Place& place, Use use) {
  store::SqliteOptions options;
  options.path = place.store;
  if (place.store.empty()) {
    auto config = load_configuration(place.configuration);
    if (!config) fail("", kBadConfiguration);
    options.path = config->store.path;
    options.busy_timeout_ms = config->store.busy_timeout_ms;
    network_ = std::move(config);
  }
  options.create = use == Use::write;
  if (use == Use::read && ::access(options.path.c_str(), F_OK) != 0)
    fail(fmt::format("store {}: there is none yet; 'zerocell sim add' makes it", options.path));
  subscribers_ = must(store::open_sqlite(options));
}

std::uint8_t SimSession::ind_bits() const {
  return network_ ? network_->hss.sqn_ind_bits : config::Hss().sqn_ind_bits;
}

std::string SimSession::sqn_of(const Imsi& imsi) const {
  return hss::sqn_text(must(subscribers_->next_sequence(imsi)), ind_bits());
}

void SimSession::store_sqn(const Imsi& imsi, const hss::SimDraft& draft) const {
  if (!draft.sqn) return;
  must(subscribers_->reserve_sequence(
      imsi, {store::SequenceFloor::Kind::exactly, draft.sqn->value() >> ind_bits()}, 0));
}

std::optional<std::string> SimSession::conflict_of(const Subscriber& subscriber) {
  if (!conflicts_) conflicts_.emplace(network_ ? &*network_ : nullptr, *subscribers_);
  const auto problem = must(conflicts_->look_at(subscriber));
  if (!problem) return std::nullopt;
  return fmt::format("subscriber {}: {}", subscriber.imsi.text(), *problem);
}

void SimSession::look_for_slips(const Subscriber& subscriber) {
  if (subscriber.imsi.size() != 15)
    note(fmt::format("IMSI {} has {} digits; nearly all have 15", subscriber.imsi.text(),
                     subscriber.imsi.size()));
  if (!network_) return;
  if (std::ranges::none_of(network_->network.plmns,
                           [&](const Plmn& plmn) { return plmn.is_home_of(subscriber.imsi); }))
    note(fmt::format("IMSI {} is of none of the configured PLMNs", subscriber.imsi.text()));
  for (const store::ApnSubscription& apn : subscriber.profile->apns)
    if (!apn.apn.empty() &&
        std::ranges::none_of(network_->apns, [&](const auto& served) { return served.name == apn.apn; }))
      note(fmt::format("APN {} is not configured", apn.apn.text()));
}

void SimSession::note(std::string text) {
  if (notes_.size() < kProblemsPrintedMax && noted_.insert(text).second) notes_.push_back(std::move(text));
}

void SimSession::for_each(Imsi after, const std::function<bool(const store::SubscriberRecord&)>& visit) {
  for (;;) {
    const auto page = must(subscribers_->list(after, kPage));
    for (const store::SubscriberRecord& record : page)
      if (!visit(record)) return;
    if (page.size() < kPage) return;
    after = page.back().subscriber.imsi;
  }
}

void SimSession::report(bool json, const char* done, std::uint64_t count) const {
  if (json) {
    std::printf("%s\n", nlohmann::json({{done, count}, {"notes", notes_}}).dump().c_str());
    return;
  }
  std::printf("%s %llu SIM%s\n", done, static_cast<unsigned long long>(count), count == 1 ? "" : "s");
  for (const std::string& each : notes_) std::fprintf(stderr, "zerocell: note: %s\n", each.c_str());
}

Progress::Progress(const char* what) : what_(what), shown_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (printed_) std::fputs("\r\033[K", stderr);
}

void Progress::at(std::uint64_t count) {
  if (!shown_ || count % 1024 != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  printed_ = true;
  std::fprintf(stderr, "\r%s: %llu SIMs", what_, static_cast<unsigned long long>(count));
}

}  // namespace zerocell::app
