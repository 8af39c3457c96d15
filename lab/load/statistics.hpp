// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "lab/load/histogram.hpp"
#include "lab/load/procedure.hpp"

namespace zerocell::load {

/// What was begun, what came of it, and how long it took.
struct Statistics {
  struct OfProcedure {
    std::uint64_t begun = 0;
    std::uint64_t done = 0;
    std::uint64_t failed = 0;
    Histogram took;
  };
  std::array<OfProcedure, kProcedures> procedures;
  std::array<Histogram, kSentMessages> answers;
  Histogram first_packet;  ///< From a service request after a page to the first packet that waited,
                           ///< or from a path switch request to the first packet of the new path.
  /// "attach: rejected, #22 congestion" and how often.
  std::map<std::string, std::uint64_t> failures;

  OfProcedure& of(Procedure procedure) { return procedures[static_cast<std::size_t>(procedure)]; }
  const OfProcedure& of(Procedure procedure) const { return procedures[static_cast<std::size_t>(procedure)]; }
  Histogram& of(Sent message) { return answers[static_cast<std::size_t>(message)]; }
  const Histogram& of(Sent message) const { return answers[static_cast<std::size_t>(message)]; }
};

}  // namespace zerocell::load
