// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/nas/codec.hpp"

namespace zerocell::nas {

/// What TS 24.301 §7.3, §7.7.2 and §7.8 find wrong in a message that decoded: its meaning, not its form. The
/// fault's cause is for EMM STATUS or ESM STATUS, or for the procedure's own reject.
std::optional<Fault> semantic_error(const EmmMessage& message);
std::optional<Fault> semantic_error(const EsmMessage& message);

/// As above, of one message; the messages that are not here have nothing to judge beyond their form.
std::optional<Fault> semantic_error(const AttachRequest& message);
std::optional<Fault> semantic_error(const TrackingAreaUpdateRequest& message);
std::optional<Fault> semantic_error(const AuthenticationFailure& message);
std::optional<Fault> semantic_error(const SecurityModeCommand& message);
std::optional<Fault> semantic_error(const SecurityModeComplete& message);
std::optional<Fault> semantic_error(const PdnConnectivityRequest& message);

}  // namespace zerocell::nas
