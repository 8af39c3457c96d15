// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "asn1/s1ap/s1ap.hpp"

namespace zerocell::s1ap {

/// How much of what is optional a sample holds.
enum class Fullness : std::uint8_t { least, some, all };

/// A message of `type` with random values that its specification allows, made in `arena`.
Message sample(MessageType type, Fullness fullness, std::mt19937_64& random, Arena& arena);

}  // namespace zerocell::s1ap
