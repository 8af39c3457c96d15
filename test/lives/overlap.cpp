// SPDX-License-Identifier: Apache-2.0
// Two things at once: the MME is held in the middle of one until the other begins.
#include "test/lives/story.hpp"

namespace zerocell::lives {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// In which state the first of the two finds its UE.
enum class From : std::uint8_t { anywhere, idle, connected };

/// What runs first, and what is not heard of it, so that the MME waits for it.
struct First {
  Act act{};
  From from = From::anywhere;
  std::optional<nas::EmmType> deaf_to{};
  std::optional<nas::EsmType> deaf_to_esm{};
  bool wrong_mac = false;                     ///< Its request is challenged.
  bool loses_security_mode_complete = false;  ///< The UE uses the new keys, the MME does not know.
  bool enb_sets_nothing_up = false;
  bool enb_releases_nothing = false;
  bool enb_is_to_hand_over = false;  ///< It refuses, and gives back, what would disturb that.
  std::optional<Act> second{};       ///< What is to begin meanwhile, more often than anything else.
};

constexpr First kFirsts[] = {
    {Act::attach_by_strange_guti, From::anywhere, nas::EmmType::identity_request},
    {Act::attach_by_imsi, From::anywhere, nas::EmmType::authentication_request},
    {Act::attach_by_imsi, From::anywhere, nas::EmmType::security_mode_command},
    {Act::attach_by_imsi, From::connected, nas::EmmType::security_mode_command},
    {Act::attach_with_other_capabilities, From::connected, nas::EmmType::security_mode_command},
    {.act = Act::attach_with_other_capabilities,
     .from = From::connected,
     .loses_security_mode_complete = true},
    {.act = Act::tracking_area_update,
     .from = From::idle,
     .wrong_mac = true,
     .loses_security_mode_complete = true},
    {.act = Act::attach_by_imsi, .loses_security_mode_complete = true},
    {Act::attach_by_guti, From::anywhere, nas::EmmType::attach_accept},
    {Act::attach_by_imsi},
    {Act::attach_by_guti, From::idle},
    {.act = Act::attach_by_guti, .enb_sets_nothing_up = true},
    {.act = Act::tracking_area_update,
     .from = From::idle,
     .deaf_to = nas::EmmType::authentication_request,
     .wrong_mac = true},
    {.act = Act::tracking_area_update,
     .from = From::idle,
     .deaf_to = nas::EmmType::security_mode_command,
     .wrong_mac = true},
    {.act = Act::tracking_area_update,
     .from = From::connected,
     .deaf_to = nas::EmmType::security_mode_command,
     .wrong_mac = true},
    {Act::tracking_area_update, From::idle, nas::EmmType::tracking_area_update_accept},
    {Act::tracking_area_update, From::connected, nas::EmmType::tracking_area_update_accept},
    {Act::update_with_active_flag, From::idle, nas::EmmType::tracking_area_update_accept},
    {.act = Act::update_with_active_flag, .from = From::idle, .enb_sets_nothing_up = true},
    {Act::tracking_area_update, From::idle},
    {Act::periodic_update, From::idle},
    {.act = Act::service_request, .from = From::idle, .enb_sets_nothing_up = true},
    {Act::service_request, From::idle, nas::EmmType::guti_reallocation_command},
    {Act::service_request, From::idle},
    {Act::extended_service_request, From::idle},
    {Act::network_detach, From::connected, nas::EmmType::detach_request},
    {Act::network_detach, From::connected},
    {Act::network_detach, From::idle},
    {Act::cancel_location, From::connected, nas::EmmType::detach_request},
    {Act::suspend, From::connected, nas::EmmType::detach_request},
    {Act::create_bearer, From::connected, {}, nas::EsmType::activate_dedicated_eps_bearer_context_request},
    {Act::create_bearer, From::idle},
    {Act::modify_bearer, From::connected, {}, nas::EsmType::modify_eps_bearer_context_request},
    {Act::modify_bearer, From::idle},
    {Act::delete_bearer, From::connected, {}, nas::EsmType::deactivate_eps_bearer_context_request},
    {Act::delete_bearer, From::idle},
    {Act::connect_pdn, From::connected, {}, nas::EsmType::activate_default_eps_bearer_context_request},
    {Act::connect_pdn, From::connected},
    {Act::call, From::connected, {}, nas::EsmType::activate_default_eps_bearer_context_request},
    {Act::call, From::connected},
    {Act::attach_for_emergency},
    {Act::attach_for_emergency, From::anywhere, nas::EmmType::security_mode_command},
    {Act::disconnect_pdn, From::connected, {}, nas::EsmType::deactivate_eps_bearer_context_request},
    {Act::allocate_resource, From::connected},
    {Act::downlink_packet, From::idle},
    {Act::downlink_packet, From::idle},
    {Act::s1_handover, From::connected},
    {Act::s1_handover, From::connected},
    {.act = Act::s1_handover, .from = From::connected, .second = Act::reset_by_enb},
    {.act = Act::s1_handover, .from = From::connected, .second = Act::x2_handover},
    {Act::x2_handover, From::connected},
    {.act = Act::create_bearer,
     .from = From::connected,
     .enb_is_to_hand_over = true,
     .second = Act::s1_handover},
    {.act = Act::create_bearer,
     .from = From::connected,
     .enb_is_to_hand_over = true,
     .second = Act::x2_handover},
    {.act = Act::delete_bearer,
     .from = From::connected,
     .enb_is_to_hand_over = true,
     .second = Act::network_detach},
    {.act = Act::connect_pdn, .from = From::connected, .enb_is_to_hand_over = true, .second = Act::detach},
    {.act = Act::tracking_area_update, .from = From::connected, .enb_is_to_hand_over = true},
    {.act = Act::detach,
     .from = From::connected,
     .enb_releases_nothing = true,
     .second = Act::network_detach},
    {.act = Act::switch_off, .from = From::connected, .enb_releases_nothing = true},
    {.act = Act::go_idle, .from = From::connected, .enb_releases_nothing = true},
};

constexpr Act kSeconds[] = {
    Act::attach_by_imsi,
    Act::attach_by_guti,
    Act::attach_by_strange_guti,
    Act::repeat_request,
    Act::repeat_request,
    Act::detach,
    Act::detach,
    Act::switch_off,
    Act::service_request,
    Act::service_request,
    Act::extended_service_request,
    Act::cs_fallback,
    Act::tracking_area_update,
    Act::tracking_area_update,
    Act::periodic_update,
    Act::connect_pdn,
    Act::disconnect_pdn,
    Act::call,
    Act::attach_for_emergency,
    Act::allocate_resource,
    Act::modify_resource,
    Act::junk,
    Act::go_idle,
    Act::s1_handover,
    Act::s1_handover,
    Act::x2_handover,
    Act::lose_erabs,
    Act::network_detach,
    Act::cancel_location,
    Act::suspend,
    Act::remove_sim,
    Act::create_bearer,
    Act::delete_bearer,
    Act::downlink_packet,
    Act::error_indication,
    Act::reset_by_enb,
    Act::reset_by_mme,
};

/// It begins with a message of the UE's, whose wait for an answer it takes.
bool is_the_ues(Act act) {
  return act < Act::s1_handover;
}

Task<bool> to_its_end(Story& story, unsigned who, Act what) {
  co_await act(story, who, what);
  co_return true;
}

/// The UE is registered and as the first procedure wants it, if it can be.
Task<void> bring_to(Story& story, unsigned who, From from) {
  Network& network = story.network;
  lab::Ue& ue = *network.ues[who];
  if (from == From::anywhere) co_return;
  if (!ue.registered()) co_await act(story, who, Act::attach_by_guti);
  if (from == From::idle) co_await act(story, who, Act::go_idle);
  if (from == From::connected && !ue.connection()) co_await act(story, who, Act::service_request);
}

}  // namespace

Task<void> overlap(Story& story, unsigned who) {
  Network& network = story.network;
  lab::Ue& ue = *network.ues[who];
  const First& first = kFirsts[network.draw(std::size(kFirsts))];
  const Act second =
      first.second && network.draw(2) == 0 ? *first.second : kSeconds[network.draw(std::size(kSeconds))];
  ue.behaviour() = {};
  co_await bring_to(story, who, first.from);

  lab::Enb& enb = network.enb_of(ue);
  if (first.deaf_to) ue.behaviour().deaf_to = {*first.deaf_to};
  if (first.deaf_to_esm) ue.behaviour().deaf_to_esm = {*first.deaf_to_esm};
  ue.behaviour().wrong_mac = first.wrong_mac;
  if (first.loses_security_mode_complete)
    ue.behaviour().uplink = [&ue, before = ue.received(nas::EmmType::security_mode_command)](ByteVector&) {
      return ue.received(nas::EmmType::security_mode_command) == before;
    };
  if (first.enb_sets_nothing_up) enb.behaviour().ignores_initial_context_setup = true;
  if (first.enb_releases_nothing) enb.behaviour().ignores_release_command = true;
  if (first.enb_is_to_hand_over) announce_handovers(network, enb);
  std::optional<lab::Running<bool>> running(std::in_place, to_its_end(story, who, first.act));
  co_await sleep(network.loop,
                 network.draw(8) == 0 ? seconds(network.draw(25)) : milliseconds(network.draw(150)));

  if (is_the_ues(second) && is_the_ues(first.act)) running.reset();
  ue.behaviour().wrong_mac = false;
  ue.behaviour().uplink = nullptr;
  // What it has missed it may hear at the next repetition, or never.
  if (network.draw(2) == 0) ue.behaviour() = {};
  const bool comes_anew = second == Act::service_request || network.draw(3) == 0;
  if (comes_anew && is_the_ues(second)) {
    ue.lose_radio();
    if (network.draw(2) == 0) ue.move_to(network.any_enb());
  }
  co_await act(story, who, second);
  ue.behaviour() = {};
  if (first.enb_sets_nothing_up) enb.behaviour().ignores_initial_context_setup = false;
  if (first.enb_releases_nothing) enb.behaviour().ignores_release_command = false;
  if (first.enb_is_to_hand_over) enb.behaviour().busy_with_handover.reset();
  while (running && !running->done()) co_await sleep(network.loop, milliseconds(500));
}

}  // namespace zerocell::lives
