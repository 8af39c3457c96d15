// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "asn1/s1ap/s1ap.hpp"

namespace zerocell::s1ap {

/// How much of what is optional a sample holds.
enum class Fullness : std::uint8_t { least, some, all };

/// What stands where the specification leaves octets to other protocols: anything, or something that the
/// other protocol reads.
enum class Contents : std::uint8_t { random, readable };

/// A message of `type` with random values that its specification allows, made in `arena`.
Message sample(MessageType type, Fullness fullness, std::mt19937_64& random, Arena& arena,
               Contents contents = Contents::random);

}  // namespace zerocell::s1ap
