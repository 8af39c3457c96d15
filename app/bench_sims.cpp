// SPDX-License-Identifier: Apache-2.0
#include "app/bench_sims.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "app/command_frame.hpp"
#include "hss/sim_file.hpp"

namespace zerocell::app {

std::vector<load::Sim> read_load_sims(const std::string& path) {
  std::ifstream file(path);
  if (!file) fail("--sims: cannot read " + path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<load::Sim> sims;
  std::string problem;
  hss::read_sims(
      text, path.ends_with(".json") ? hss::SimFormat::json : hss::SimFormat::csv,
      [&](hss::SimRow& row) {
        if (!problem.empty()) return;
        hss::SimDraft draft;
        const auto wrong = row.apply(draft);
        const auto sim = draft.finish();
        if (wrong || !sim)
          problem = fmt::format("{}:{}: {}", path, row.line, wrong ? *wrong : sim.error());
        else if (sim->secrets.algorithm != store::Algorithm::milenage)
          problem = fmt::format("{}:{}: only SIMs with MILENAGE can be simulated", path, row.line);
        else
          sims.push_back({sim->imsi,
                          {Key<16>(std::span(sim->secrets.k.reveal()).first<16>()),
                           Key<16>(std::span(sim->secrets.op_c.reveal()).first<16>())}});
      },
      [&](const hss::SimFileProblem& wrong) {
        if (problem.empty()) problem = fmt::format("{}:{}: {}", path, wrong.line, wrong.message);
      });
  if (!problem.empty()) fail(problem, kBadUsage);
  return sims;
}

}  // namespace zerocell::app
