// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "asn1/s1ap/s1ap.hpp"

/// What of an eNodeB's request was not understood, and is told with the answer to it: TS 36.413 §10.3.4.2.
namespace zerocell::mme {

/// For an answer that leaves while the request is being handled. Nothing: all was understood.
inline std::optional<s1ap::CriticalityDiagnostics> diagnostics_of(const s1ap::Inbound& request) {
  const bool owed =
      request.report == s1ap::Report::in_response && !request.diagnostics.ies_criticality_diagnostics.empty();
  return owed ? std::optional(request.diagnostics) : std::nullopt;
}

/// The same for an answer that leaves later, when the request is gone.
class KeptDiagnostics {
 public:
  KeptDiagnostics() = default;
  explicit KeptDiagnostics(const s1ap::Inbound& request) {
    if (const auto owed = diagnostics_of(request))
      items_.assign(owed->ies_criticality_diagnostics.begin(), owed->ies_criticality_diagnostics.end());
  }
  /// Valid as long as this is.
  std::optional<s1ap::CriticalityDiagnostics> told() const {
    if (items_.empty()) return std::nullopt;
    return s1ap::CriticalityDiagnostics{.ies_criticality_diagnostics = items_};
  }

 private:
  /// No more than aper::kFindingsMax and the IEs that a message must have. Nearly always none, and no memory.
  std::vector<s1ap::CriticalityDiagnosticsIeItem> items_;
};

}  // namespace zerocell::mme
