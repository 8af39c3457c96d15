// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "api/http_server.hpp"
#include "core/runtime/clock.hpp"
#include "core/types/apn.hpp"
#include "core/types/identity.hpp"

namespace zerocell::api {

/// A PDN connection as an operator sees it.
struct PdnView {
  Apn apn{};
  std::uint8_t ebi = 0;
  std::uint8_t qci = 0;
  std::size_t dedicated_bearers = 0;
  std::optional<Ipv4Address> ipv4{};
  std::optional<Ipv6Address> ipv6_prefix{};
};

/// A UE as an operator sees it.
struct UeView {
  Imsi imsi{};
  Imei imei{};  ///< Empty where it is not known.
  enum class State : std::uint8_t { detached, idle, asleep, connected } state = State::detached;
  std::optional<Tai> tai{};              ///< Last known.
  std::optional<Ecgi> cell{};            ///< The same.
  std::optional<WallTime> awake_at{};    ///< Asleep by PSM until its update is due then.
  std::optional<Duration> listens_in{};  ///< With eDRX: until its next paging time window.
  std::vector<PdnView> connections{};
};

/// Where pages about UEs come from. On the loop's thread.
class Ues {
 public:
  virtual ~Ues() = default;
  virtual std::optional<UeView> find(const Imsi& imsi) = 0;
  struct Part {
    std::vector<UeView> ues{};
    std::optional<std::uint32_t> next{};  ///< Where the next part begins; absent: this was the last.
  };
  /// UEs from this place of the MME's records on, at most `count`.
  virtual Part list(std::uint32_t from, std::uint32_t count) = 0;
};

constexpr std::uint32_t kUesOfPageMax = 1000;

/// An answer that says what is wrong: {"error": TEXT}.
HttpResponse wrong(std::string_view status, std::string_view what);

/// `GET /ues?from=PLACE&count=N` and `GET /ues/IMSI`, as JSON; else what is `wrong`.
HttpResponse ue_pages(Ues& ues, std::string_view target);

}  // namespace zerocell::api
