// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hss/sim_fields.hpp"

/// SIMs in files: CSV and JSON, with the fields of sim_fields.hpp.
namespace zerocell::hss {

enum class SimFormat : std::uint8_t { csv, json };

/// What one row of a file says; what it does not say stays as it is.
struct SimRow {
  std::uint64_t line = 0;  ///< From 1.
  std::string imsi;
  std::string sqn;
  std::vector<std::pair<const SimField*, std::string>> fields;
  std::optional<store::Profile> profile;  ///< JSON: all that SIMs share, in one member.
  std::optional<std::vector<store::StaticAddress>> static_addresses;
  std::optional<std::vector<store::FramedRoutes>> framed_routes;

  /// Puts the row into a draft. The error names the field.
  std::optional<std::string> apply(SimDraft& draft) const;
};

struct SimFileProblem {
  std::uint64_t line = 0;
  std::string message;
};

using OnSimRow = std::function<void(SimRow& row)>;
using OnSimProblem = std::function<void(SimFileProblem problem)>;

/// CSV (RFC 4180) with a header line that names the columns; an empty cell says nothing. JSON: a list of
/// objects. Calls one of both for each row; a file that cannot be read as such at all is one problem.
void read_sims(std::string_view text, SimFormat format, const OnSimRow& on_row,
               const OnSimProblem& on_problem);

/// One line of CSV without its end. With `secrets` hidden there are no columns for them.
std::string csv_header(Secrets secrets);
std::string csv_line(const store::Subscriber& subscriber, std::string_view sqn, Secrets secrets);

/// One object, on one line. `location`: where it is served, null to leave it out.
std::string json_object(const store::Subscriber& subscriber, std::string_view sqn, Secrets secrets,
                        const store::Location* location);

}  // namespace zerocell::hss
