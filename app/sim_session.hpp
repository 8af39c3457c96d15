// SPDX-License-Identifier: Apache-2.0
// What the commands of `zerocell sim` share: the store that they work on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "app/command_frame.hpp"
#include "app/configuration.hpp"
#include "app/sim_conflicts.hpp"
#include "core/store/subscribers.hpp"
#include "hss/sim_file.hpp"

namespace zerocell::app {

constexpr std::size_t kProblemsPrintedMax = 50;

/// Where the SIMs are, and what the network is that they are for.
struct Place {
  std::string configuration = kDefaultConfiguration;
  std::string store;  ///< In place of the configuration's.

  void add_options(CLI::App& command);
};

/// The store that a command works on, open. What goes wrong is thrown as `Failed`.
class SimSession {
 public:
  enum class Use { read, write };
  SimSession(const Place& place, Use use);

  std::string sqn_of(const Imsi& imsi) const;
  void store_sqn(const Imsi& imsi, const hss::SimDraft& draft) const;
  /// What may not be; the same words as the store's for what it refuses itself.
  std::optional<std::string> conflict_of(const store::Subscriber& subscriber);
  /// Notes what is allowed, but is most often a slip.
  void look_for_slips(const store::Subscriber& subscriber);
  /// Calls `visit` for every subscriber behind `after`, until it says stop.
  void for_each(Imsi after, const std::function<bool(const store::SubscriberRecord&)>& visit);
  /// Says what a command that changed something has done, and what was noted on the way.
  void report(bool json, const char* done, std::uint64_t count) const;

  store::Subscribers& subscribers() const { return *subscribers_; }

 private:
  std::uint8_t ind_bits() const;
  void note(std::string text);

  std::optional<config::Config> network_;
  std::unique_ptr<store::Subscribers> subscribers_;
  std::optional<SimConflicts> conflicts_;
  std::vector<std::string> notes_;
  std::set<std::string> noted_;
};

/// One line on a terminal that counts up; nothing where standard error is a file.
class Progress {
 public:
  explicit Progress(const char* what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void at(std::uint64_t count);

 private:
  const char* what_;
  const bool shown_;
  bool printed_ = false;
  std::chrono::steady_clock::time_point next_{};
};

// Import and export (command_sim_files.cpp).
void add_sim_import_command(CLI::App& sim, int& status);
void add_sim_export_command(CLI::App& sim, int& status);

}  // namespace zerocell::app
