// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/nas/ie/tft.hpp"

namespace zerocell::nas {

/// What a UE asks for as a traffic flow aggregate, TS 24.301 §6.5.3.4 and §6.5.4.4: as decode_tft and
/// rule_error have it, but that the identifiers of new filters mean nothing. Those are the network's to give
/// (§9.9.4.15), and are 0 and up here.
std::expected<Tft, TftError> read_aggregate(Bytes value);

}  // namespace zerocell::nas
