// SPDX-License-Identifier: Apache-2.0
#include "lab/handover_containers.hpp"

#include <catch2/catch.hpp>

namespace zerocell::lab {
namespace {

const Plmn kPlmn = *Plmn::parse("00101");
const s1ap::TargetEnbId kTarget{{kPlmn, s1ap::MacroEnbId{0x12345}}, {kPlmn, 7}};

TEST_CASE("a_source_container_tells_the_cells_that_a_ue_was_in") {
  const std::array<Ecgi, 2> visited = {Ecgi{kPlmn, 0x0000101}, Ecgi{kPlmn, 0xFFFFFFF}};
  const ByteVector container = source_container(kTarget, visited);
  CHECK(visited_cell(container, 0) == 0x0000101);
  CHECK(visited_cell(container, 1) == 0xFFFFFFF);
  CHECK_FALSE(visited_cell(container, 2));
  CHECK_FALSE(visited_cell(Bytes(container).first(container.size() - 1), 0));
  CHECK_FALSE(visited_cell({}, 0));
}

TEST_CASE("a_target_container_tells_the_c_rnti") {
  CHECK(c_rnti_in(target_container(0)) == 0);
  CHECK(c_rnti_in(target_container(0x8001)) == 0x8001);
  CHECK(c_rnti_in(target_container(0xFFFF)) == 0xFFFF);
  CHECK(c_rnti_in(Bytes(target_container(0xFFFF)).first(15)) == 0);
}

}  // namespace
}  // namespace zerocell::lab
