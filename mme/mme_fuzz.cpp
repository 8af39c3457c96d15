// SPDX-License-Identifier: Apache-2.0
#include "mme/test_world.hpp"

/// The MME with its state: an eNodeB that has set up S1, a UE that is registered and idle, one that is
/// attaching. The input is a row of steps, each an octet that says what to do and, for most, a length and as
/// many octets.
namespace {

using namespace zerocell;
using namespace zerocell::mme;

ByteVector octets_of(const UeRecord& record) {
  ByteVector octets(sizeof record);
  std::memcpy(octets.data(), &record, sizeof record);
  return octets;
}

class Session {
 public:
  Session() : enb_(world_.add_enb()), bystander_(world_.add_ue(enb_, 900)) {
    ZC_ASSERT(world_.attach(bystander_).has_value());
    enb_.request_release(*bystander_.connection());
    world_.wait(std::chrono::seconds(1));
    before_ = octets_of(*world_.record(900));
    world_.net.faults().delay_min = world_.net.faults().delay_max = std::chrono::milliseconds(1);
    attaching_.emplace(world_.add_ue(enb_, 1).attach());
  }

  void run(Bytes input) {
    Reader in(input);
    while (!in.empty()) {
      const std::uint8_t step = in.u8();
      if (step % 4 == 3) {
        world_.wait(std::chrono::milliseconds(step / 4));
        continue;
      }
      const std::size_t length = std::min<std::size_t>(in.u8(), in.remaining());
      const Bytes octets = in.take(length);
      if (step % 4 == 0) {
        if (octets.empty()) continue;  // SCTP has no empty messages.
        enb_.send_octets(octets, step / 4 % 2);
      } else {
        // As a first message of a UE of its own, or in the middle of the attach.
        lab::Ue& ue = step % 4 == 1 ? *world_.ues[1] : world_.add_ue(enb_, 2);
        ue.send_octets(octets);
      }
      world_.wait(std::chrono::milliseconds(1));
    }
  }

  /// What must hold whatever came: nobody else was touched, and nothing outlives who it belongs to.
  void check() {
    ZC_ASSERT(world_.record(900) != nullptr && octets_of(*world_.record(900)) == before_);
    enb_.abort();
    world_.wait(std::chrono::minutes(2));
    ZC_ASSERT(world_.mme->enbs() == 0 && world_.mme->connected_ues() == 0);
    std::size_t registered = 0;
    world_.mme->directory().records().for_each([&](UeDirectory::Index, const UeRecord& record) {
      registered += record.emm_state == EmmState::registered ? 1 : 0;
    });
    ZC_ASSERT(world_.gateway.sessions.size() == registered);
  }

 private:
  log::Capture quiet_{log::Level::error};
  World world_;
  lab::Enb& enb_;
  lab::Ue& bystander_;
  ByteVector before_;
  std::optional<lab::Running<lab::UeResult<lab::Registration>>> attaching_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Session session;
  session.run({data, size});
  session.check();
  return 0;
}
