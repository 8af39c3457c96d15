// SPDX-License-Identifier: Apache-2.0
#include "lab/scenarios.hpp"

namespace zerocell::lab {
namespace {

constexpr Duration kReleasePatience = std::chrono::seconds(5);
constexpr Duration kRetryAfter = std::chrono::milliseconds(20);

std::unexpected<std::string> failed(std::string_view step, const std::string& why) {
  return std::unexpected(std::string(step) + ": " + why);
}

}  // namespace

Task<ScenarioResult<MmeDescription>> bring_up(Loop& loop, Enb& enb, Duration patience) {
  const Time give_up = loop.now() + patience;
  for (;;) {
    auto mme = co_await enb.connect();
    if (mme) co_return std::move(*mme);
    if (mme.error().kind != EnbFailure::Kind::no_association || loop.now() >= give_up)
      co_return failed("S1 Setup", mme.error().text());
    co_await sleep(loop, kRetryAfter);
  }
}

Task<ScenarioResult<Registration>> attach_by_imsi(Ue& ue) {
  auto registration = co_await ue.attach(UeIdentity::imsi);
  if (!registration) co_return failed("attach", registration.error().text());
  if (!registration->bearer.erab) co_return failed("attach", "accepted without a radio bearer");
  if (!registration->guti) co_return failed("attach", "accepted without a GUTI");
  co_return std::move(*registration);
}

Task<ScenarioResult<void>> detach(Ue& ue) {
  const auto detached = co_await ue.detach();
  if (!detached) co_return failed("detach", detached.error().text());
  const auto idle = co_await ue.idle(kReleasePatience);
  if (!idle) co_return failed("release after detach", idle.error().text());
  co_return ScenarioResult<void>();
}

Task<ScenarioResult<void>> switch_off(Ue& ue) {
  const auto detached = co_await ue.detach(true);
  if (!detached) co_return failed("switch off", detached.error().text());
  const auto idle = co_await ue.idle(kReleasePatience);
  if (!idle) co_return failed("release after switch off", idle.error().text());
  co_return ScenarioResult<void>();
}

Task<ScenarioResult<Registration>> attach_by_guti(Ue& ue) {
  if (!ue.guti()) co_return failed("attach by GUTI", "the device has none");
  auto registration = co_await ue.attach(UeIdentity::guti_if_known);
  if (!registration) co_return failed("attach by GUTI", registration.error().text());
  if (!registration->bearer.erab) co_return failed("attach by GUTI", "accepted without a radio bearer");
  co_return std::move(*registration);
}

Task<ScenarioResult<UeFailure>> refused(Ue& ue) {
  const auto registration = co_await ue.attach();
  if (registration) co_return failed("attach", "accepted, though it must be refused");
  co_return registration.error();
}

}  // namespace zerocell::lab
