// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>

#include "mme/test_world.hpp"

namespace zerocell::mme {

/// One UE that is attached, and what it asks for.
struct Attached {
  World world;
  lab::Enb& enb = world.add_enb();
  lab::Ue& ue = world.add_ue(enb, 1);

  Attached() {
    REQUIRE(world.attach(ue));
    world.wait(std::chrono::seconds(1));
  }
  lab::UeResult<lab::Bearer> connect(std::optional<Apn> apn, nas::PdnType type = nas::PdnType::ipv4) {
    auto result = lab::finish(world.loop, ue.connect_pdn(apn, type));
    REQUIRE(result);
    world.wait(std::chrono::seconds(1));
    return std::move(*result);
  }
  lab::UeResult<lab::Bearer> connect_ims() { return connect(Apn::parse("ims")); }
  lab::UeResult<void> disconnect(std::uint8_t linked) {
    auto result = lab::finish(world.loop, ue.disconnect_pdn(linked));
    REQUIRE(result);
    world.wait(std::chrono::seconds(1));
    return std::move(*result);
  }
  std::size_t bearers_of_record() {
    std::size_t count = 0;
    for ([[maybe_unused]] const BearerRecord& bearer : world.mme->bearers().of(*world.record(1))) ++count;
    return count;
  }
};

}  // namespace zerocell::mme
