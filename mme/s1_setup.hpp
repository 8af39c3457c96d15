// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>

#include "asn1/s1ap/management.hpp"
#include "core/config/network.hpp"
#include "core/config/s1ap.hpp"
#include "mme/enb.hpp"

namespace zerocell::mme {

/// Why an eNodeB is refused: the cause for S1 SETUP FAILURE, and words for the log.
struct SetupRefusal {
  s1ap::Cause cause;
  const char* reason = "";
};

/// What of an eNodeB's tracking areas we serve; sorted. Areas of a PLMN or with a TAC that is not ours are
/// left out: the eNodeB may share them with other networks (TS 36.413 §8.7.3.4).
std::vector<Tai> served_tais(aper::List<s1ap::SupportedTasItem> supported, const config::Network& network);

/// Those of them whose radio access is NB-IoT (RAT-Type, §9.2.1.117); sorted.
std::vector<Tai> nb_iot_tais(aper::List<s1ap::SupportedTasItem> supported, const config::Network& network);

/// S1 SETUP REQUEST, TS 36.413 §8.7.3: takes what it says into `enb`, or says why not; then `enb` is
/// unchanged.
std::expected<void, SetupRefusal> set_up(Enb& enb, const s1ap::S1SetupRequest& request,
                                         const config::Network& network, const config::S1ap& policy);

/// ENB CONFIGURATION UPDATE, §8.7.4: the same for what it changes.
std::expected<void, SetupRefusal> update(Enb& enb, const s1ap::EnbConfigurationUpdate& update,
                                         const config::Network& network);

}  // namespace zerocell::mme
