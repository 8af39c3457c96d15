// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "mme/mme.hpp"

/// S1AP procedures about the interface that the MME begins, TS 36.413 §8.7.
namespace zerocell::mme {
namespace {

Counter resets_sent{"zerocell_mme_s1_resets_sent_total", "Resets that the MME asked eNodeBs for."};
Counter resets_unanswered{"zerocell_mme_s1_resets_unanswered_total",
                          "eNodeBs that were let go because they did no reset that they were asked for."};

constexpr unsigned kAttempts = 3;  // Ours; TS 36.413 §8.7.1.4 leaves it open.

Duration to_wait(const std::optional<s1ap::TimeToWait>& told) {
  using namespace std::chrono_literals;
  if (!told) return 10s;
  switch (*told) {
    case s1ap::TimeToWait::v1s:
      return 1s;
    case s1ap::TimeToWait::v2s:
      return 2s;
    case s1ap::TimeToWait::v5s:
      return 5s;
    case s1ap::TimeToWait::v10s:
      return 10s;
    case s1ap::TimeToWait::v20s:
      return 20s;
    case s1ap::TimeToWait::v60s:
      return 60s;
  }
  return 10s;
}

/// §8.7.1.2.1. An eNodeB that does not do it holds UEs that we do not know of: its association ends.
Task<void> reset_by_us(Mme& mme, Enb& enb, s1ap::Cause cause,
                       std::vector<s1ap::UeAssociatedLogicalS1ConnectionItem> part) {
  s1ap::Reset reset;
  reset.cause = cause;
  if (part.empty())
    reset.reset_type = s1ap::ResetAll::reset_all;
  else
    reset.reset_type = s1ap::PartOfS1Interface{part};
  for (unsigned attempt = 0; attempt < kAttempts; ++attempt) {
    // Those that came since it was asked last go with the others.
    if (part.empty()) mme.drop_ues_of(enb);
    resets_sent.add();
    if (!mme.send(enb, reset)) co_return;
    const auto answer = co_await enb.reset_answers.receive(
        mme.loop(), std::chrono::milliseconds(mme.settings().s1_response_ms),
        [](const s1ap::Message*) { return true; });
    // §8.7.2: it has reset nothing, and would not the next time.
    if (answer && (**answer)->type == s1ap::MessageType::error_indication) break;
    if (answer) co_return;
  }
  resets_unanswered.add();
  log::warning("reset_not_done", {{"enb", enb}});
  mme.end_association(enb);
}

/// §8.7.5. An eNodeB that refuses is asked again when it wants to be.
Task<void> tell_configuration(Mme& mme, Enb& enb) {
  for (unsigned attempt = 0; attempt < kAttempts; ++attempt) {
    const auto groups = mme.network().group_ids();
    const auto codes = mme.network().codes();
    s1ap::ServedGummeisItem served;
    served.served_plmns = mme.network().plmns;
    served.served_group_ids = groups;
    served.served_mmecs = codes;
    s1ap::MmeConfigurationUpdate update;
    if (!mme.network().mme_name.empty()) update.mme_name = mme.network().mme_name;
    update.served_gummeis = {&served, 1};
    update.relative_mme_capacity = mme.network().relative_capacity;
    if (!mme.send(enb, update)) co_return;
    const auto answer = co_await enb.update_answers.receive(
        mme.loop(), std::chrono::milliseconds(mme.settings().s1_response_ms),
        [](const s1ap::Message*) { return true; });
    if (!answer) continue;
    if ((**answer)->type == s1ap::MessageType::error_indication) break;
    const auto* failure = (**answer)->as<s1ap::MmeConfigurationUpdateFailure>();
    if (failure == nullptr) co_return;
    log::warning("mme_configuration_update_refused", {{"enb", enb}, {"cause", s1ap::name(failure->cause)}});
    co_await sleep(mme.loop(), to_wait(failure->time_to_wait));
  }
  log::warning("mme_configuration_update_without_effect", {{"enb", enb}});
}

}  // namespace

void Mme::reset_enb(Enb& enb, s1ap::Cause cause) {
  enb.reset.cancel();
  enb.reset.start(reset_by_us(*this, enb, cause, {}));
}

bool Mme::reset_enb(const s1ap::GlobalEnbId& id, s1ap::Cause cause) {
  Enb* enb = find_enb(id);
  if (enb == nullptr) return false;
  reset_enb(*enb, cause);
  return true;
}

bool Mme::reset_ues(const s1ap::GlobalEnbId& id, const std::vector<Imsi>& imsis, s1ap::Cause cause) {
  Enb* enb = find_enb(id);
  if (enb == nullptr) return false;
  std::vector<s1ap::UeAssociatedLogicalS1ConnectionItem> part;
  for (const Imsi& imsi : imsis) {
    const auto index = directory_.find(imsi);
    if (!index || directory_[*index].connection == UeRecord::kNoConnection) continue;
    Ue& ue = *ues_[directory_[*index].connection];
    if (ue.enb != enb || part.size() == kUesPerResetMax) continue;
    part.push_back({ue.mme_ue_s1ap_id, ue.enb_ue_s1ap_id});
    drop(ue);
  }
  if (part.empty()) return false;
  enb->reset.cancel();
  enb->reset.start(reset_by_us(*this, *enb, cause, std::move(part)));
  return true;
}

void Mme::update_configuration() {
  for (auto& [id, enb] : enbs_) {
    if (!enb->set_up) continue;
    enb->update.cancel();
    enb->update.start(tell_configuration(*this, *enb));
  }
}

}  // namespace zerocell::mme
