// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/ue_pages.hpp"
#include "mme/mme.hpp"
#include "pgw/pgw.hpp"

namespace zerocell::app {

/// UEs as the MME and the PDN gateway of this process know them.
class UeViews final : public api::Ues {
 public:
  /// Both must outlive it.
  UeViews(mme::Mme& mme, const pgw::Pgw& gateway) : mme_(mme), gateway_(gateway) {}

  std::optional<api::UeView> find(const Imsi& imsi) override;
  Part list(std::uint32_t from, std::uint32_t count) override;

 private:
  api::UeView view_of(mme::UeDirectory::Index index);

  mme::Mme& mme_;
  const pgw::Pgw& gateway_;
};

}  // namespace zerocell::app
