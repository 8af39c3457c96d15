// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "core/types/apn.hpp"
#include "core/types/ip.hpp"

using namespace zerocell;

TEST_CASE("event_is_one_line_with_its_imsi_procedure_and_fields") {
  log::Capture capture;
  log::info("attach_accepted", {.imsi = *Imsi::parse("001010000000001"), .procedure = "attach"},
            {{"ue_ipv4", *Ipv4Address::parse("10.45.0.2")},
             {"apn", *Apn::parse("internet")},
             {"bearer", std::uint8_t{5}},
             {"new", true},
             {"seconds", 0.25},
             {"enb", "a b\n\"c\""}});
  const std::string text = capture.text();
  CHECK(text.substr(28) ==
        "info    attach_accepted imsi=001010000000001 procedure=attach ue_ipv4=10.45.0.2 apn=internet "
        "bearer=5 new=true seconds=0.25 enb=\"a b\\u000a\\\"c\\\"\"\n");
}
