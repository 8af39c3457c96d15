// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/aper/form.hpp"

namespace zerocell::aper {

/// Whether two values of one form are equal; views are compared by content.
bool equal(const Form& form, const void* a, const void* b);
/// The same for a member, absence included.
bool equal(const Field& field, const void* record_a, const void* record_b);

}  // namespace zerocell::aper
