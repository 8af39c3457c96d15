// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <vector>

#include "core/runtime/loop.hpp"
#include "core/state/mapped_array.hpp"
#include "core/types/ring.hpp"
#include "egress/egress.hpp"
#include "egress/policy.hpp"
#include "upf/flow_policy.hpp"

namespace zerocell::egress {

/// The egress with rule lists by group: admits sessions for their owner, and decides about flows for the
/// packet path, on its thread, without a lock between them.
class PolicyEgress final : public Egress, public upf::FlowPolicy {
 public:
  /// `sessions_max` ids at most. The loop is the owner's; it must outlive the egress.
  PolicyEgress(PolicySet policies, std::uint32_t sessions_max, std::uint32_t denials_logged_per_second,
               Loop& loop);
  ~PolicyEgress() override;
  PolicyEgress(const PolicyEgress&) = delete;
  PolicyEgress& operator=(const PolicyEgress&) = delete;

  // By the owner.
  std::expected<SecurityId, AdmitError> admit(const Identity& identity) override;
  void update(SecurityId id, const Identity& identity) override;
  void leave(SecurityId id) override;
  /// Replaces all rules. When it returns, no packet passes on a verdict of the rules before.
  void set_policies(PolicySet policies);

  // By the packet path.
  upf::FlowDecision decide(const upf::FlowQuery& query) noexcept override;

 private:
  struct Snapshot {
    PolicySet policies;
    /// By the index of a group's name. A name that is not in here has no policy of its own.
    std::vector<const Policy*> by_group;
    const Policy* find(std::uint32_t group, const Imsi& imsi) const;
  };
  /// What the path needs of an identity. 16 octets.
  struct Record {
    std::atomic<std::uint64_t> imsi;
    std::atomic<std::uint32_t> group;  ///< Index + 1 of the subscription's group name; 0: not admitted.
    SecurityId next_free;
  };
  struct Denial {
    upf::FlowQuery flow;
    Imsi imsi;
    std::uint32_t group = 0;
    std::uint32_t rule = 0;
  };

  std::uint32_t group_index(std::string_view name);
  void publish(PolicySet policies);
  void log_denials();
  void log_denial(const Denial& denial);

  MappedArray<Record> records_;
  std::uint32_t high_water_ = 0;
  SecurityId free_head_ = 0;  // 0: none is free below the high water.
  SecurityId free_tail_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> group_names_;  // Of policies and of subscriptions.

  std::atomic<const Snapshot*> current_;
  std::atomic<const Snapshot*> reading_{nullptr};  // What the path uses at this moment.
  std::unique_ptr<const Snapshot> owned_;
  std::vector<std::unique_ptr<const Snapshot>> retired_;

  static constexpr std::size_t kDenialsMax = 1024;
  Ring<Denial> denials_{kDenialsMax};
  std::uint32_t denials_logged_per_second_;
  Time denial_second_{};
  std::uint32_t denials_in_second_ = 0;
  std::uint64_t denials_left_out_ = 0;
  Loop& loop_;
  std::shared_ptr<std::atomic<bool>> logging_posted_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<PolicyEgress*> self_ = std::make_shared<PolicyEgress*>(this);
};

}  // namespace zerocell::egress
