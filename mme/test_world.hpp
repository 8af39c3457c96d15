// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "core/crypto/milenage.hpp"
#include "core/net/sctp_simulated.hpp"
#include "core/runtime/virtual_loop.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/pcap.hpp"
#include "lab/enb.hpp"
#include "lab/running.hpp"
#include "lab/ue.hpp"
#include "mme/mme.hpp"

/// A whole network for tests of the MME: simulated eNodeBs and UEs around it, in virtual time, over a
/// simulated SCTP. The HSS and the gateway are as small as they can be, and misbehave where a test wants it.
namespace zerocell::mme {

inline Key<16> test_key(std::uint8_t seed) {
  Key<16> key;
  for (std::size_t i = 0; i < 16; ++i) key.reveal_mutable()[i] = static_cast<std::uint8_t>(seed + i);
  return key;
}

inline Imsi test_imsi(unsigned number) {
  auto digits = std::to_string(number);
  return *Imsi::parse("00101" + std::string(10 - digits.size(), '0') + digits);
}

inline lab::SimCard test_sim(unsigned number) {
  return {test_imsi(number), test_key(static_cast<std::uint8_t>(number)), test_key(0x55)};
}

/// Knows every SIM of test_sim; SQN counts by one for each IND.
class TestHss final : public hss::S6a {
 public:
  TestHss(VirtualLoop& loop, Random& random) : loop_(loop), random_(random) {}

  std::map<Imsi, hss::S6aError> refused{};  ///< For Authentication Information.
  std::map<Imsi, hss::S6aError> barred{};   ///< For Update Location.
  hss::PdnType pdn_type = hss::PdnType::ipv4v6;
  Duration delay{};
  bool wrong_plmn = false;
  std::map<Imsi, ImeiLock> imei_locks{};
  std::vector<IpPrefix> framed_routes{};  ///< At "internet".
  gtp::BearerRules bearers{};             ///< The same.
  hss::AccessRestrictions restrictions{};
  std::optional<std::uint32_t> periodic_update_seconds{};
  std::vector<Imei> terminals{};                         ///< That Update Location told, one after the other.
  std::vector<std::pair<Plmn, hss::RatType>> located{};  ///< The same.
  unsigned vectors_given = 0;
  unsigned locations_updated = 0;
  unsigned purged = 0;
  unsigned resynchronized = 0;
  std::map<Imsi, std::uint64_t> sqn{};

  Task<hss::S6aAnswer<hss::AuthenticationInformationAnswer>> authentication_information(
      hss::AuthenticationInformationRequest request) override {
    if (delay > Duration::zero()) co_await sleep(loop_, delay);
    if (refused.contains(request.imsi)) co_return std::unexpected(refused[request.imsi]);
    const auto number = static_cast<unsigned>(std::stoul(request.imsi.text().substr(5)));
    const lab::SimCard card = test_sim(number);
    const Milenage milenage(card.k, card.op_c);
    if (request.resynchronization) {
      const auto told = open_auts(milenage, request.resynchronization->rand, request.resynchronization->auts);
      if (!told) co_return std::unexpected(hss::S6aError{hss::S6aResult::authentication_data_unavailable});
      ++resynchronized;
      sqn[request.imsi] = told->value();
    }
    const Sqn next((sqn[request.imsi] += 33));
    hss::AuthenticationInformationAnswer answer;
    answer.vectors[0] = make_eps_vector(milenage, random_.octets<16>(), next,
                                        wrong_plmn ? *Plmn::parse("99999") : request.visited_plmn);
    answer.count = 1;
    ++vectors_given;
    co_return answer;
  }
  Task<hss::S6aAnswer<hss::UpdateLocationAnswer>> update_location(
      hss::UpdateLocationRequest request) override {
    if (delay > Duration::zero()) co_await sleep(loop_, delay);
    if (barred.contains(request.imsi)) co_return std::unexpected(barred[request.imsi]);
    ++locations_updated;
    located.push_back({request.visited_plmn, request.rat});
    auto profile = std::make_shared<hss::ApnConfigurationProfile>();
    hss::ApnConfiguration internet;
    internet.apn = *Apn::parse("internet");
    internet.pdn_type = pdn_type;
    internet.ambr = {10'000'000, 20'000'000};
    profile->configurations.push_back(internet);
    hss::ApnConfiguration ims = internet;
    ims.context_id = 2;
    ims.apn = *Apn::parse("ims");
    ims.qci = 5;
    ims.ambr = {1'000'000, 2'000'000};
    profile->configurations[0].framed_routes = framed_routes;
    profile->configurations[0].bearers = bearers;
    profile->configurations.push_back(ims);
    hss::UpdateLocationAnswer answer;
    answer.subscription.emplace();
    answer.subscription->apns = profile;
    answer.subscription->access_restrictions = restrictions;
    answer.subscription->rau_tau_timer_seconds = periodic_update_seconds;
    terminals.push_back(request.terminal);
    if (const auto lock = imei_locks.find(request.imsi); lock != imei_locks.end()) {
      if (lock->second.wants_to_learn() && request.terminal.known())
        lock->second.digits = request.terminal.equipment;
      answer.subscription->imei_lock = lock->second;
    }
    answer.subscription->ue_ambr = {50'000'000, 100'000'000};
    co_return answer;
  }
  Task<hss::S6aAnswer<hss::PurgeUeAnswer>> purge_ue(hss::PurgeUeRequest) override {
    ++purged;
    co_return hss::PurgeUeAnswer{};
  }
  Task<hss::S6aAnswer<hss::NotifyAnswer>> notify(hss::NotifyRequest) override {
    co_return hss::NotifyAnswer{};
  }

 private:
  VirtualLoop& loop_;
  Random& random_;
};

/// Gives every session an address, and remembers what it was told.
class TestGateway final : public sgw::S11 {
 public:
  explicit TestGateway(VirtualLoop& loop) : loop_(loop) {}

  struct Session {
    Imsi imsi;
    std::uint8_t ebi = 5;
    std::string policy_group{};
    bool emergency = false;
    bool quarantined = false;
    std::vector<IpPrefix> framed_routes{};
    gtp::BearerRules bearers{};
    std::uint8_t maximum_apn_restriction = 0;
    gtp::Fteid user_plane{};
    std::optional<gtp::Fteid> access{};              ///< Where downlink packets go; nothing while idle.
    bool failed = false;                             ///< Paging was in vain.
    std::map<std::uint8_t, gtp::Fteid> dedicated{};  ///< Where downlink packets of these bearers go.
  };
  std::map<std::uint64_t, Session> sessions{};
  std::optional<gtp::Cause> refuses{};
  std::optional<gtp::Cause> refuses_modify{};
  std::optional<std::uint8_t> unreachable{};  ///< Of this bearer it cannot reach the eNodeB.
  std::optional<gtp::PdnType> has_only{};     ///< Addresses of this version alone; `narrows_with` says why.
  gtp::Cause narrows_with = gtp::Cause::new_pdn_type_network_preference;
  std::uint8_t apn_restriction = 0;
  Duration delay{};
  Duration modify_delay{};
  std::uint64_t created = 0;
  unsigned path_switches = 0;                          ///< Modify Bearer Requests that move the path.
  std::optional<gtp::Fteid> moved_user_plane{};        ///< Where uplink packets go after such a request.
  std::optional<sgw::UserLocation> location{};         ///< Told last.
  std::vector<sgw::DeleteBearerCommand> lost{};        ///< Dedicated bearers that lost their E-RABs.
  std::map<std::uint64_t, unsigned> forwarding{};      ///< Indirect tunnels that stand, by session.
  std::vector<sgw::BearerResourceCommand> commands{};  ///< What UEs have asked for.
  std::vector<sgw::ModifyBearerCommand> subscribed{};  ///< What subscriptions have said anew.

  Task<sgw::Answer<sgw::CreateSessionResponse>> create_session(sgw::CreateSessionRequest request) override {
    if (delay > Duration::zero()) co_await sleep(loop_, delay);
    if (refuses) co_return std::unexpected(*refuses);
    const std::uint64_t id = ++created;
    sgw::CreateSessionResponse response;
    response.session = sgw::SessionId{id};
    response.address.type = has_only.value_or(request.pdn_type);
    if (response.address.type != request.pdn_type) response.cause = narrows_with;
    response.address.v4 = Ipv4Address::from_host(0x0A2D0000 + static_cast<std::uint32_t>(id) + 1);
    response.address.v6 = *Ipv6Address::parse("fd00:45::1");
    response.ambr = request.ambr;
    response.qos = request.qos;
    response.apn_restriction = apn_restriction;
    response.user_plane = {.teid = static_cast<std::uint32_t>(0x1000 + id),
                           .v4 = Ipv4Address::parse("10.0.0.1")};
    sessions[id] = {.imsi = request.imsi,
                    .ebi = request.ebi,
                    .policy_group = request.policy_group,
                    .emergency = request.emergency,
                    .quarantined = request.quarantined,
                    .framed_routes = request.framed_routes,
                    .bearers = request.bearers,
                    .maximum_apn_restriction = request.maximum_apn_restriction,
                    .user_plane = response.user_plane};
    co_return response;
  }
  Task<sgw::Answer<sgw::ModifyBearerResponse>> modify_bearer(sgw::ModifyBearerRequest request) override {
    if (modify_delay > Duration::zero()) co_await sleep(loop_, modify_delay);
    if (refuses_modify) co_return std::unexpected(*refuses_modify);
    const auto found = sessions.find(std::to_underlying(request.session));
    if (found == sessions.end()) co_return std::unexpected(gtp::Cause::context_not_found);
    if (request.path_switch) {
      ++path_switches;
      if (moved_user_plane) found->second.user_plane = *moved_user_plane;
    }
    if (request.location) location = request.location;
    sgw::ModifyBearerResponse response;
    for (const auto& bearer : request.bearers) {
      if (bearer.ebi == unreachable) continue;
      if (bearer.ebi == found->second.ebi)
        found->second.access = bearer.access;
      else if (const auto one = found->second.dedicated.find(bearer.ebi);
               one != found->second.dedicated.end())
        one->second = bearer.access;
      response.bearers.push_back({bearer.ebi, found->second.user_plane});
    }
    co_return response;
  }
  Task<sgw::Answer<void>> release_access_bearers(sgw::ReleaseAccessBearersRequest request) override {
    const auto found = sessions.find(std::to_underlying(request.session));
    if (found == sessions.end()) co_return std::unexpected(gtp::Cause::context_not_found);
    found->second.access.reset();
    co_return sgw::Answer<void>();
  }
  Task<sgw::Answer<void>> delete_session(sgw::DeleteSessionRequest request) override {
    if (sessions.erase(std::to_underlying(request.session)) == 0)
      co_return std::unexpected(gtp::Cause::context_not_found);
    co_return sgw::Answer<void>();
  }
  Task<sgw::Answer<void>> bearer_resource_command(sgw::BearerResourceCommand command) override {
    commands.push_back(std::move(command));
    if (refuses) co_return std::unexpected(*refuses);
    co_return sgw::Answer<void>();
  }
  Task<sgw::Answer<void>> delete_bearer_command(sgw::DeleteBearerCommand command) override {
    lost.push_back(command);
    const auto found = sessions.find(std::to_underlying(command.session));
    if (found == sessions.end()) co_return std::unexpected(gtp::Cause::context_not_found);
    for (const std::uint8_t ebi : command.ebis) found->second.dedicated.erase(ebi);
    co_return sgw::Answer<void>();
  }
  Task<sgw::Answer<void>> modify_bearer_command(sgw::ModifyBearerCommand command) override {
    subscribed.push_back(std::move(command));
    co_return sgw::Answer<void>();
  }
  void downlink_data_failed(const sgw::DownlinkDataFailure& failure) override {
    const auto found = sessions.find(std::to_underlying(failure.session));
    if (found != sessions.end()) found->second.failed = true;
  }
  Task<sgw::Answer<sgw::CreateIndirectTunnelResponse>> create_indirect_tunnel(
      sgw::CreateIndirectTunnelRequest request) override {
    ++forwarding[std::to_underlying(request.session)];
    sgw::CreateIndirectTunnelResponse response;
    for (const auto& target : request.downlink)
      response.downlink.push_back(
          {target.ebi, {.teid = 0xF000u + target.ebi, .v4 = Ipv4Address::parse("10.0.0.1")}});
    for (const auto& target : request.uplink)
      response.uplink.push_back(
          {target.ebi, {.teid = 0xF100u + target.ebi, .v4 = Ipv4Address::parse("10.0.0.1")}});
    co_return response;
  }
  Task<sgw::Answer<void>> delete_indirect_tunnel(sgw::SessionId session) override {
    if (forwarding.erase(std::to_underlying(session)) == 0)
      co_return std::unexpected(gtp::Cause::context_not_found);
    co_return sgw::Answer<void>();
  }

 private:
  VirtualLoop& loop_;
};

inline config::Network test_network() {
  config::Network network;
  network.plmns = {*Plmn::parse("00101")};
  network.tacs = {{7, 9}};
  network.mme_group_id = 0x8001;
  network.mme_code = 0x1A;
  network.full_name = "Zerocell";
  network.time_zone = {config::TimeZone::Kind::offset, 4};
  return network;
}

/// The signalling of one World, in a file of the directory that ZEROCELL_TEST_CAPTURES names, where it names
/// one: then NAS is not ciphered, but where a test wants that, and the file's name begins with what it is.
class TestCapture {
 public:
  explicit TestCapture(config::Mme& settings) : settings_(settings) {
    const char* const directory = std::getenv("ZEROCELL_TEST_CAPTURES");
    if (directory == nullptr) return;
    static unsigned number = 0;
    directory_ = directory;
    name_ = std::to_string(++number) + ".pcapng";
    auto opened = SignallingCapture::open({.file = (directory_ / name_).string()});
    ZC_ASSERT(opened.has_value());
    capture_ = std::move(*opened);
    settings_.ciphering = {config::Ciphering::eea0};
  }
  ~TestCapture() {
    if (!capture_) return;
    capture_.reset();
    const bool plain = settings_.ciphering == std::vector{config::Ciphering::eea0};
    std::filesystem::rename(directory_ / name_, directory_ / ((plain ? "plain-" : "ciphered-") + name_));
  }
  TestCapture(const TestCapture&) = delete;
  TestCapture& operator=(const TestCapture&) = delete;
  SignallingCapture* get() const { return capture_.get(); }

 private:
  config::Mme& settings_;
  std::filesystem::path directory_;
  std::string name_;
  std::unique_ptr<SignallingCapture> capture_;
};

class World {
 public:
  explicit World(std::uint64_t seed = 1, std::uint32_t ues_max = 1000)
      : loop(seed),
        random(seed),
        net(loop, seed),
        network(test_network()),
        hss(loop, random),
        gateway(loop),
        core_sctp(net.make_transport()) {
    s1ap.bind = {*IpAddress::parse("127.0.1.100")};
    mme = std::make_unique<Mme>(MmeParts{.loop = loop,
                                         .random = random,
                                         .sctp = *core_sctp,
                                         .gateway = gateway,
                                         .network = network,
                                         .s1ap = s1ap,
                                         .settings = settings,
                                         .capture = capture.get()},
                                *UeDirectory::Records::open({"", ues_max}),
                                *Bearers::Records::open({"", ues_max * 4}));
    mme->use(hss);
    ZC_ASSERT(mme->start().has_value());
  }

  /// An eNodeB that has set up S1, in tracking area 7.
  lab::Enb& add_enb(std::uint32_t id = 1) {
    lab::EnbSettings described;
    described.enb_id = id;
    described.tracking_area = {network.plmns.front(), 7};
    described.local = {{*IpAddress::parse("127.0.2." + std::to_string(id)), 36412}};
    described.mme = {s1ap.bind.front(), s1ap.port};
    described.gtpu_v4 = Ipv4Address::from_host(0x7F000200 + id);
    radios.push_back(net.make_transport());
    enbs.push_back(std::make_unique<lab::Enb>(loop, *radios.back(), described));
    const auto connected = lab::finish(loop, enbs.back()->connect());
    ZC_ASSERT(connected && *connected);
    return *enbs.back();
  }
  lab::Ue& add_ue(lab::Enb& enb, unsigned number) {
    ues.push_back(std::make_unique<lab::Ue>(loop, enb, lab::UeSettings{.sim = test_sim(number)}));
    return *ues.back();
  }
  lab::UeResult<lab::Registration> attach(lab::Ue& ue,
                                          lab::UeIdentity identity = lab::UeIdentity::guti_if_known) {
    auto result = lab::finish(loop, ue.attach(identity), std::chrono::minutes(10));
    ZC_ASSERT(result.has_value());
    return std::move(*result);
  }
  /// The eNodeB releases a UE that is silent; then it is idle.
  void go_idle(lab::Enb& enb, lab::Ue& ue, s1ap::Cause cause = s1ap::CauseRadioNetwork::user_inactivity) {
    if (ue.connection()) enb.request_release(*ue.connection(), cause);
    wait(std::chrono::milliseconds(200));
    ZC_ASSERT(!ue.connected());
  }
  /// A packet waits at the gateway for this UE.
  sgw::DownlinkDataAcknowledge downlink_packet(unsigned number, std::uint8_t arp_priority = 9) {
    for (const auto& [id, session] : gateway.sessions)
      if (session.imsi == test_imsi(number))
        return mme->downlink_data({.session = sgw::SessionId{id},
                                   .imsi = session.imsi,
                                   .ebi = session.ebi,
                                   .arp = {.priority = arp_priority}});
    return {.cause = gtp::Cause::context_not_found};
  }
  void wait(Duration duration) { loop.run_for(duration); }
  const UeRecord* record(unsigned number) {
    const auto index = mme->directory().find(test_imsi(number));
    return index ? &mme->directory()[*index] : nullptr;
  }
  /// Everything the peers hold against the MME, in one text; empty is what a test wants.
  std::string complaints() const {
    std::string all;
    for (const auto& enb : enbs)
      for (const auto& complaint : enb->complaints()) all += complaint + "\n";
    for (const auto& ue : ues)
      for (const auto& complaint : ue->complaints()) all += complaint + "\n";
    return all;
  }

  VirtualLoop loop;
  SeededRandom random;
  net::SimulatedNetwork net;
  config::Network network;
  config::S1ap s1ap;
  config::Mme settings;
  TestCapture capture{settings};
  TestHss hss;
  TestGateway gateway;
  std::unique_ptr<net::SctpTransport> core_sctp;
  std::unique_ptr<Mme> mme;
  std::vector<std::unique_ptr<net::SctpTransport>> radios;
  std::vector<std::unique_ptr<lab::Enb>> enbs;
  std::vector<std::unique_ptr<lab::Ue>> ues;
};

}  // namespace zerocell::mme
