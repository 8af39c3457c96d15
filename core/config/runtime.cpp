// SPDX-License-Identifier: Apache-2.0
#include "core/config/runtime.hpp"

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

void describe(Fields& fields, Runtime& runtime) {
  fields.key("lab_seed", runtime.lab_seed,
             "Seed of every random number, so that a run repeats. Keys and identities become predictable: "
             "labs only");
}

void validate(const Runtime&, const Report&) {}

}  // namespace zerocell::config
