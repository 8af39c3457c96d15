// SPDX-License-Identifier: Apache-2.0
#include "egress/policy_egress.hpp"

#include <fmt/format.h>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "upf/inner_packet.hpp"

namespace zerocell::egress {
namespace {

inline Counter flows_allowed{"zerocell_egress_flows_allowed_total", "Flows that a rule allowed."};
inline Counter flows_denied{"zerocell_egress_flows_denied_total",
                            "Flows that a rule, or the default, denied."};
inline Counter denials_not_logged{"zerocell_egress_denials_not_logged_total",
                                  "Denied flows that the log's limit left out."};

/// Group names come from the configuration and from subscriptions. Past this many, a new name counts as one
/// without a policy.
constexpr std::size_t kGroupNamesMax = 65536;
constexpr std::uint32_t kNoGroup = 0;  // The empty name: the subscription says nothing.

std::string_view protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case upf::kProtocolTcp:
      return "tcp";
    case upf::kProtocolUdp:
      return "udp";
    case upf::kProtocolIcmp:
    case upf::kProtocolIcmpv6:
      return "icmp";
    default:
      return "";
  }
}

}  // namespace

PolicyEgress::PolicyEgress(PolicySet policies, std::uint32_t sessions_max,
                           std::uint32_t denials_logged_per_second, Loop& loop)
    : records_(sessions_max), denials_logged_per_second_(denials_logged_per_second), loop_(loop) {
  group_names_.emplace("", kNoGroup);
  publish(std::move(policies));
}

PolicyEgress::~PolicyEgress() {
  *self_ = nullptr;
}

const Policy* PolicyEgress::Snapshot::find(std::uint32_t group, const Imsi& imsi) const {
  if (group == kNoGroup) return policies.find("", imsi);
  const Policy* own = group < by_group.size() ? by_group[group] : nullptr;
  if (own != nullptr) return own;
  return policies.default_policy ? &policies.policies[*policies.default_policy] : nullptr;
}

std::uint32_t PolicyEgress::group_index(std::string_view name) {
  if (const auto known = group_names_.find(name); known != group_names_.end()) return known->second;
  const auto index = static_cast<std::uint32_t>(group_names_.size());
  if (index >= kGroupNamesMax) return kGroupNamesMax;
  group_names_.emplace(name, index);
  return index;
}

void PolicyEgress::publish(PolicySet policies) {
  auto made = std::make_unique<Snapshot>();
  made->policies = std::move(policies);
  for (const Policy& policy : made->policies.policies) {
    const std::uint32_t index = group_index(policy.group);
    if (index >= made->by_group.size()) made->by_group.resize(index + 1);
    made->by_group[index] = &policy;
  }
  current_.store(made.get());
  epoch_.fetch_add(1);
  if (owned_) retired_.push_back(std::move(owned_));
  owned_ = std::move(made);
  // What the path may still be reading stays until the next change.
  const Snapshot* read = reading_.load();
  std::erase_if(retired_, [read](const auto& snapshot) { return snapshot.get() != read; });
}

void PolicyEgress::set_policies(PolicySet policies) {
  publish(std::move(policies));
}

std::expected<SecurityId, AdmitError> PolicyEgress::admit(const Identity& identity) {
  SecurityId id = 0;
  if (high_water_ < records_.size()) {
    id = ++high_water_;
  } else if (free_head_ != 0) {
    id = free_head_;
    free_head_ = records_[id - 1].next_free;
    if (free_head_ == 0) free_tail_ = 0;
  } else {
    return std::unexpected(AdmitError{
        fmt::format("all {} sessions of the egress are taken; raise upf.sessions_max", records_.size())});
  }
  Record& record = records_[id - 1];
  record.imsi.store(identity.imsi.packed(), std::memory_order_relaxed);
  const std::uint32_t group = group_index(identity.group);
  record.group.store(group + 1, std::memory_order_release);
  if (owned_->find(group, identity.imsi) == nullptr) {
    static log::RateLimit limit;
    limit.warning("egress_policy_missing", {.imsi = identity.imsi, .procedure = "egress"},
                  {{"group", identity.group}, {"result", "everything is denied"}});
  }
  return id;
}

void PolicyEgress::update(SecurityId id, const Identity& identity) {
  if (id == 0 || id > high_water_ || records_[id - 1].group.load(std::memory_order_relaxed) == 0) return;
  Record& record = records_[id - 1];
  record.imsi.store(identity.imsi.packed(), std::memory_order_relaxed);
  record.group.store(group_index(identity.group) + 1, std::memory_order_release);
  epoch_.fetch_add(1);
}

void PolicyEgress::leave(SecurityId id) {
  if (id == 0 || id > high_water_ || records_[id - 1].group.load(std::memory_order_relaxed) == 0) return;
  Record& record = records_[id - 1];
  record.group.store(0, std::memory_order_release);
  record.imsi.store(0, std::memory_order_relaxed);
  record.next_free = 0;
  if (free_tail_ != 0) records_[free_tail_ - 1].next_free = id;
  if (free_head_ == 0) free_head_ = id;
  free_tail_ = id;
}

upf::FlowDecision PolicyEgress::decide(const upf::FlowQuery& query) noexcept {
  // The epoch is read first: a change that comes during the decision makes it one of an older epoch, which
  // lets no packet pass.
  upf::FlowDecision decision{.allowed = false, .egress = 0, .rule = 0, .epoch = epoch()};
  if (query.security_id == 0 || query.security_id > records_.size()) return decision;
  const Record& record = records_[query.security_id - 1];
  const std::uint32_t group = record.group.load(std::memory_order_acquire);
  if (group == 0) return decision;
  const Imsi imsi = DecimalDigits<15>::from_packed(record.imsi.load(std::memory_order_relaxed));

  // The owner frees only what is not announced here.
  const Snapshot* snapshot = current_.load();
  for (;;) {
    reading_.store(snapshot);
    const Snapshot* again = current_.load();
    if (again == snapshot) break;
    snapshot = again;
  }
  if (const Policy* policy = snapshot->find(group - 1, imsi)) {
    const Policy::Match match = policy->match(query);
    decision.allowed = match.allowed;
    decision.rule = match.rule;
  }
  reading_.store(nullptr);

  if (decision.allowed) {
    flows_allowed.add();
    return decision;
  }
  flows_denied.add();
  if (!denials_.put({.flow = query, .imsi = imsi, .group = group - 1, .rule = decision.rule})) {
    denials_not_logged.add();
  } else if (!logging_posted_->exchange(true)) {
    loop_.post([posted = logging_posted_, self = self_] {
      posted->store(false);
      if (*self != nullptr) (*self)->log_denials();
    });
  }
  return decision;
}

void PolicyEgress::log_denials() {
  while (const auto denial = denials_.take()) {
    const Time now = loop_.now();
    if (now - denial_second_ >= std::chrono::seconds(1)) {
      denial_second_ = now;
      denials_in_second_ = 0;
    }
    if (denials_in_second_++ < denials_logged_per_second_) {
      log_denial(*denial);
    } else {
      ++denials_left_out_;
      denials_not_logged.add();
    }
  }
}

void PolicyEgress::log_denial(const Denial& denial) {
  const upf::FlowQuery& flow = denial.flow;
  const Policy* policy = owned_->find(denial.group, denial.imsi);
  std::string why = "no policy for this SIM's group";
  if (policy != nullptr && denial.rule == 0) why = "no rule matched: the default is deny";
  if (policy != nullptr && denial.rule > 0 && denial.rule <= policy->rules.size())
    why = fmt::format("rule {}: {}", denial.rule, policy->rules[denial.rule - 1].text());
  const std::string protocol = protocol_name(flow.protocol).empty()
                                   ? std::to_string(flow.protocol)
                                   : std::string(protocol_name(flow.protocol));
  const IpAddress remote = upf::address_at(flow.remote.data(), flow.v6 ? 6 : 4);
  const std::uint16_t port = flow.from_network ? flow.local_port : flow.remote_port;
  log::info("flow_denied", {.imsi = denial.imsi, .procedure = "egress"},
            {{"group", policy != nullptr ? policy->group : std::string()},
             {"begun_by", flow.from_network ? "network" : "ue"},
             {"remote", remote},
             {"proto", protocol},
             {"port", flow.ports ? port : std::uint16_t{0}},
             {"why", why},
             {"left_out_before", std::exchange(denials_left_out_, 0)}});
}

}  // namespace zerocell::egress
