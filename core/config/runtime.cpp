// SPDX-License-Identifier: Apache-2.0
#include "core/config/runtime.hpp"

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

void describe(Fields& fields, Runtime& runtime) {
  fields.key("lab_seed", runtime.lab_seed,
             "Seed of every random number, so that a run repeats. Keys and identities become predictable: "
             "labs only");
  fields.key(
      "busy_poll_us", runtime.busy_poll_us,
      "How long signalling looks for more to do before its thread sleeps, microseconds. 50 to 200 answer "
      "some tens of microseconds sooner under load, and cost more of a processor",
      {0, 10'000});
}

void validate(const Runtime&, const Report&) {}

}  // namespace zerocell::config
