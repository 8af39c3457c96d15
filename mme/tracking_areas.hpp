// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/mme.hpp"
#include "core/config/network.hpp"
#include "core/nas/ie/area.hpp"
#include "hss/subscription.hpp"
#include "mme/ue.hpp"

namespace zerocell::mme {

/// The tracking areas in which a UE may move without a word, TS 24.301 §5.3.4: of a record only where and how
/// its list was made is kept. Part of the MME.
class TrackingAreas {
 public:
  TrackingAreas(const config::Network& network, const config::Mme& settings)
      : network_(network), settings_(settings) {}

  /// A list from here on, for a message that tells it: where the UE is, and where else its access lets it be
  /// over the same radio access (§5.5.1.2.4, §5.5.3.2.4).
  nas::TaiList give(Ue& ue) const;
  /// Where it is to be looked for: the areas that it was last told, and while it may still go by its old
  /// GUTI, those that came with it. As many of the other radio access are beside each: that may have been
  /// learnt of since.
  static constexpr std::size_t kPagedMax = 4 * nas::kTaisPerListMax;
  using Paged = InlineList<Tai, kPagedMax>;
  Paged paged(const UeRecord& record) const;

  /// Keeps which of its areas this eNodeB serves over NB-IoT: an area has one radio access.
  void note_radio_access(const Enb& enb);

 private:
  /// `first`, and the others of this radio access.
  nas::TaiList list(const Tai& first, std::uint8_t access, hss::RatType rat) const;
  hss::RatType rat_of(const Tai& tai) const;

  const config::Network& network_;
  const config::Mme& settings_;
  std::vector<Tai> nb_iot_;  ///< As eNodeBs have told, those that are gone too; sorted.
};

}  // namespace zerocell::mme
