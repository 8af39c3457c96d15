// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/operator_pages.hpp"
#include "mme/mme.hpp"

namespace zerocell::app {

/// What an operator does to the eNodeBs and UEs of this process. What eNodeBs then tell of UEs is logged.
class Operations final : public api::Operations {
 public:
  /// `mme` must outlive it.
  explicit Operations(mme::Mme& mme);

  std::vector<api::EnbView> enbs() override;
  bool reset_enb(std::string_view id) override;
  bool reset_ues(std::string_view id, const std::vector<Imsi>& imsis) override;
  void start_overload(api::Overload what, std::optional<std::uint8_t> percent) override;
  void stop_overload() override;
  bool locate(const Imsi& imsi, api::Location what) override;
  bool start_trace(const Imsi& imsi, const api::Trace& trace) override;
  bool stop_trace(const Imsi& imsi, const std::array<std::uint8_t, 8>& id) override;
  bool detach(const Imsi& imsi, bool attach_again) override;

 private:
  std::optional<s1ap::GlobalEnbId> find(std::string_view id);

  mme::Mme& mme_;
};

}  // namespace zerocell::app
