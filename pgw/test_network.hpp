// SPDX-License-Identifier: Apache-2.0
// For tests: a PDN gateway with a session, and an MME that remembers what it is asked for.
#pragma once

#include "pgw/test_gateway.hpp"

namespace zerocell::pgw::test {

/// An MME that takes what it is asked for, or refuses it, or answers only later.
class TestMme final : public sgw::S11Mme {
 public:
  Task<Answer<CreateBearerResponse>> create_bearer(CreateBearerRequest request) override {
    created.push_back(request);
    co_await Turn{*this};
    if (refuses) co_return std::unexpected(*refuses);
    co_return CreateBearerResponse{.ebi = next_ebi++,
                                   .access = {.teid = 700, .v4 = Ipv4Address::parse("10.0.0.9")}};
  }
  Task<Answer<void>> update_bearer(UpdateBearerRequest request) override {
    updated.push_back(request);
    co_await Turn{*this};
    if (refuses) co_return std::unexpected(*refuses);
    co_return Answer<void>();
  }
  Task<Answer<void>> delete_bearer(DeleteBearerRequest request) override {
    deleted.push_back(request);
    co_await Turn{*this};
    if (refuses) co_return std::unexpected(*refuses);
    co_return Answer<void>();
  }
  void bearer_resource_failed(const BearerResourceFailure& failure) override { failed.push_back(failure); }
  DownlinkDataAcknowledge downlink_data(const DownlinkDataNotification& notification) override {
    notified.push_back(notification);
    return acknowledge;
  }
  void answer() { std::exchange(waiting, {}).resume(); }

  std::vector<CreateBearerRequest> created{};
  std::vector<UpdateBearerRequest> updated{};
  std::vector<DeleteBearerRequest> deleted{};
  std::vector<BearerResourceFailure> failed{};
  std::vector<DownlinkDataNotification> notified{};
  DownlinkDataAcknowledge acknowledge{};
  std::optional<gtp::Cause> refuses{};
  std::uint8_t next_ebi = 6;
  bool waits = false;

 private:
  struct Turn {
    TestMme& mme;
    bool await_ready() const { return !mme.waits; }
    void await_suspend(std::coroutine_handle<> handle) { mme.waiting = handle; }
    void await_resume() const {}
  };
  std::coroutine_handle<> waiting;
};

inline const gtp::Fteid kAccess{.teid = 99, .v4 = Ipv4Address::parse("10.0.0.9")};

struct Network : Gateway {
  explicit Network(const config::ApnConfig& apn = internet(), CreateSessionRequest wanted = request())
      : Gateway(apn) {
    sgw.use(&mme);
    pgw.use(&sgw);
    session = now(sgw.create_session(std::move(wanted)))->session;
  }
  ~Network() { pgw.end_procedures(); }
  void attach_complete() {
    REQUIRE(now(sgw.modify_bearer({.session = session, .bearers = {{5, kAccess}}})));
    loop.run_ready();
  }
  std::optional<gtp::Cause> ask(std::string_view aggregate, std::optional<gtp::BearerQos> qos = {},
                                std::uint8_t ebi = 0, std::uint8_t linked = 5) {
    const auto answer = now(sgw.bearer_resource_command({.session = session,
                                                         .linked_ebi = linked,
                                                         .ebi = ebi,
                                                         .pti = 33,
                                                         .traffic_flow_aggregate = *from_hex(aggregate),
                                                         .flow_qos = qos}));
    const auto asked = [&] { return mme.created.size() + mme.updated.size() + mme.deleted.size(); };
    const auto before = asked();
    mme.failed.clear();
    loop.run_ready();
    // The answer comes before the procedure, or before the word that there is none.
    CHECK(asked() - before + mme.failed.size() == (answer ? 1 : 0));
    if (!answer) return answer.error();
    if (mme.failed.empty()) return std::nullopt;
    CHECK(mme.failed[0].session == session);
    CHECK(mme.failed[0].imsi == request().imsi);
    CHECK(mme.failed[0].ebi == ebi);
    CHECK(mme.failed[0].pti == 33);
    return mme.failed[0].cause;
  }
  TestUserPlane::Bearer& bearer() { return user_plane.bearers.begin()->second; }

  TestMme mme;
  SessionId session{};
};

}  // namespace zerocell::pgw::test
