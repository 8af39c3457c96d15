// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "asn1/s1ap/s1ap.hpp"

namespace zerocell::s1ap {

/// The message's values as text, by the names of the specification: `{name=value,…}` for a SEQUENCE, names
/// sorted; `[…]` for a list; `name(value)` for a CHOICE; `id/criticality:value` for a field of a container;
/// octets and bits as `hexadecimal/bits`.
std::string describe(const Message& message);

}  // namespace zerocell::s1ap
