// SPDX-License-Identifier: Apache-2.0
#include "core/config/upf.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/fields.hpp"
#include "core/config/report.hpp"

namespace zerocell::config {

void describe(Fields& fields, DscpOfQci& marking) {
  fields.required("qci", marking.qci, "QCI of bearers", {1, 254});
  fields.required("dscp", marking.dscp, "Differentiated Services Code Point of their packets", {0, 63});
}

void describe(Fields& fields, Upf& upf) {
  fields.key("gtpu_bind", upf.gtpu_bind,
             "Local addresses for GTP-U, at most one IPv4 and one IPv6; eNodeBs are told these; the core "
             "does not run without",
             {0, 2});
  fields.key("gtpu_port", upf.gtpu_port, "UDP port; eNodeBs send to 2152 whatever stands here", {1, 65535});
  fields.key("gtpu_peers", upf.gtpu_peers, "Prefixes of those who may speak GTP-U to us; empty: everybody",
             {0, 1024});
  fields.key("gtpu_mtu", upf.gtpu_mtu, "MTU of the links towards eNodeBs, octets", {1280, 9216});
  fields.sections("dscp", upf.dscp, "How packets to eNodeBs are marked; those of other bearers are not");
  fields.key("ue_to_ue", upf.ue_to_ue, "Whether one UE may reach another");
  fields.key("sessions_max", upf.sessions_max, "PDN connections at once", {1, 1u << 24});
  fields.key("flows_max", upf.flows_max, "Flows whose verdict is remembered", {1024, 1u << 24});
  fields.key("flows_per_session_max", upf.flows_per_session_max, "A session's own share of them",
             {16, 1u << 20});
  fields.key("dedicated_bearers_max", upf.dedicated_bearers_max,
             "Dedicated bearers at once, beside the default bearer of each PDN connection", {0, 1u << 24});
  fields.key("forwarding_tunnels_max", upf.forwarding_tunnels_max,
             "Indirect forwarding tunnels of handovers at once", {0, 1u << 20});
  fields.key("forwarding_seconds", upf.forwarding_seconds, "The longest that such a tunnel lives", {1, 600});
  fields.key("buffered_packets_max", upf.buffered_packets_max,
             "Downlink packets kept for one bearer of an idle UE");
  fields.key("buffered_octets_max", upf.buffered_octets_max,
             "Downlink octets kept for all idle UEs, half of them at most for those that sleep");
  fields.key("buffered_seconds_max", upf.buffered_seconds_max,
             "How long a downlink packet is kept, but for a UE that sleeps longer", {1, 3600});
  fields.key("echo_interval_seconds", upf.echo_interval_seconds,
             "Echo Request to each eNodeB with a session; 0 (none), or at least 60");
  fields.key("t3_response_ms", upf.t3_response_ms, "How long an Echo Response may take", {100, 60000});
  fields.key("n3_requests", upf.n3_requests, "A path is down after so many Echo Requests without an answer",
             {1, 20});
  fields.key("echo_required", upf.echo_required,
             "Whether the path to an eNodeB that has never answered one is down too");
}

void validate(const Upf& upf, const Report& report) {
  const auto v4 = std::ranges::count_if(upf.gtpu_bind, &IpAddress::is_v4);
  if (v4 > 1 || static_cast<std::ptrdiff_t>(upf.gtpu_bind.size()) - v4 > 1)
    report("gtpu_bind", "has two addresses of one family; expected at most one IPv4 and one IPv6 address");
  for (std::size_t i = 0; i < upf.gtpu_bind.size(); ++i)
    if (upf.gtpu_bind[i] == IpAddress(Ipv4Address{}) || upf.gtpu_bind[i] == IpAddress(Ipv6Address{}))
      report(fmt::format("gtpu_bind[{}]", i),
             "is no address that an eNodeB can send to; expected one of this machine's own");
  for (std::size_t i = 0; i < upf.dscp.size(); ++i)
    if (std::ranges::find(upf.dscp, upf.dscp[i].qci, &DscpOfQci::qci) !=
        upf.dscp.begin() + static_cast<std::ptrdiff_t>(i))
      report.in("dscp", i)("qci", fmt::format("{} stands in the list twice; remove one", upf.dscp[i].qci));
  if (upf.echo_interval_seconds != 0 && upf.echo_interval_seconds < 60)
    report("echo_interval_seconds",
           fmt::format("is {}; expected 0, or at least 60 (TS 29.281 §7.2.1)", upf.echo_interval_seconds));
  if (upf.flows_per_session_max > upf.flows_max)
    report("flows_per_session_max",
           fmt::format("is {}, more than flows_max ({})", upf.flows_per_session_max, upf.flows_max));
}

}  // namespace zerocell::config
