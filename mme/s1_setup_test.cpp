// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "asn1/s1ap/messages.hpp"
#include "mme/test_world.hpp"

/// What an eNodeB says of itself in S1 Setup, TS 36.413 §8.7.3, and by what it is found afterwards.
using namespace zerocell;
using namespace zerocell::mme;
using namespace std::chrono_literals;

namespace {

const Plmn kPlmn = *Plmn::parse("00101");

/// A form of eNB ids, the highest number that it has, and a cell of the eNodeB with that (§9.2.1.38).
struct Form {
  lab::EnbIdForm form;
  std::uint32_t number;
  s1ap::EnbId id;
  std::uint32_t cell;
};
const Form kForms[] = {
    {lab::EnbIdForm::macro, 0xFFFFF, s1ap::MacroEnbId{0xFFFFF}, 0xFFFFF01},
    {lab::EnbIdForm::home, 0xFFFFFFF, s1ap::HomeEnbId{0xFFFFFFF}, 0xFFFFFFF},
    {lab::EnbIdForm::short_macro, 0x3FFFF, s1ap::ShortMacroEnbId{0x3FFFF}, 0xFFFFC01},
    {lab::EnbIdForm::long_macro, 0x1FFFFF, s1ap::LongMacroEnbId{0x1FFFFF}, 0xFFFFF81},
};

/// A UE at one eNodeB, and beside it one with an id of each form.
struct Forms : World {
  Forms() {
    ZC_ASSERT(attach(ue).has_value());
    wait(1s);
  }
  /// The eNodeB sets up S1 anew, as another one.
  void rename(lab::Enb& enb, lab::EnbIdForm form, std::uint32_t number) {
    enb.settings_mutable().enb_id_form = form;
    enb.settings_mutable().enb_id = number;
    const auto set_up = lab::finish(loop, enb.setup());
    REQUIRE(set_up);
    REQUIRE(*set_up);
  }
  /// S1 handover of the UE to whoever has this id, which is `target`.
  void hand_over(lab::Enb& target, const s1ap::EnbId& id) {
    const auto at_source = *ue.connection();
    const auto order = lab::finish(loop, source.prepare_handover(at_source, {{kPlmn, id}, {kPlmn, 7}}));
    REQUIRE(order);
    REQUIRE(*order);
    REQUIRE(target.connections() == 1);
    target.notify_arrival(source, at_source, (*order)->connection);
    wait(1s);
    CHECK(source.connections() == 0);
  }
  void switch_path(lab::Enb& from, lab::Enb& to) {
    const auto moved = lab::finish(loop, to.take_over(from, *ue.connection()));
    REQUIRE(moved);
    REQUIRE(*moved);
    wait(1s);
  }
  std::vector<WarningAnswer> warn(WarningArea area) {
    ++serial;
    auto answers = lab::finish(loop, mme->warnings().broadcast({.message_identifier = 4371,
                                                                .serial_number = serial,
                                                                .contents = ByteVector(84, 1),
                                                                .area = std::move(area)}));
    REQUIRE(answers);
    return *answers;
  }

  lab::Enb& source = add_enb(1);
  lab::Enb& other = add_enb(2);
  lab::Ue& ue = add_ue(source, 1);
  std::uint16_t serial = 0;
};

/// S1 SETUP REQUEST of an eNodeB that is served, but for what a test changes.
struct Request {
  std::vector<Plmn> plmns{kPlmn};
  s1ap::SupportedTasItem area{7, plmns, {}};
  s1ap::S1SetupRequest message;
  Request() {
    message.global_enb_id = {kPlmn, s1ap::MacroEnbId{1}};
    message.supported_tas = {&area, 1};
    message.default_paging_drx = s1ap::PagingDrx::v32;
  }
  Request(const Request&) = delete;
  /// Whether it is taken; nothing else is said to the eNodeB.
  bool taken(World& world, lab::Enb& enb) {
    const auto all = enb.received_total();
    const auto before = enb.received(s1ap::MessageType::s1_setup_response);
    enb.send(message);
    world.wait(100ms);
    CHECK(enb.received_total() == all + 1);
    return enb.received(s1ap::MessageType::s1_setup_response) == before + 1;
  }
};

}  // namespace

TEST_CASE("enb_of_each_form_of_id_is_found_by_it_for_handovers_warnings_paging_and_reset") {
  Forms world;
  const Form& form = kForms[GENERATE(0u, 1u, 2u, 3u)];
  lab::Enb& other = world.other;
  world.rename(other, form.form, form.number);
  world.hand_over(other, form.id);
  CHECK(world.record(1)->ecgi == Ecgi{kPlmn, form.cell});
  world.switch_path(other, world.source);
  CHECK(world.record(1)->ecgi == Ecgi{kPlmn, 1 << 8 | 1});
  world.switch_path(world.source, other);
  CHECK(world.record(1)->ecgi == Ecgi{kPlmn, form.cell});

  const s1ap::GlobalEnbId id{kPlmn, form.id};
  for (const WarningArea& area : {WarningArea{.cells = {{kPlmn, form.cell}}}, WarningArea{.enbs = {id}}}) {
    const auto answers = world.warn(area);
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].enb == id);
    CHECK(answers[0].answered);
  }
  CHECK(world.warn({.cells = {{kPlmn, form.cell ^ 0x8000000}}}).empty());

  // Its last cell is one of that eNodeB, and of no other.
  world.go_idle(other, world.ue);
  world.downlink_packet(1);
  world.wait(1s);
  CHECK(other.received(s1ap::MessageType::paging) == 1);
  CHECK(world.source.received(s1ap::MessageType::paging) == 0);

  CHECK(world.mme->reset_enb(id, s1ap::CauseMisc::om_intervention));
  world.wait(1s);
  CHECK(other.received(s1ap::MessageType::reset) == 1);
  CHECK(world.complaints() == "");
}

TEST_CASE("enb_that_is_recommended_by_an_id_of_any_form_is_paged") {
  Forms world;
  const Form& form = kForms[GENERATE(0u, 1u, 2u, 3u)];
  world.rename(world.other, form.form, form.number);
  world.source.behaviour().recommended_cells = {{.eutran_cgi = {kPlmn, form.cell}}};
  world.source.behaviour().recommended_enbs = {{s1ap::GlobalEnbId{kPlmn, form.id}}};
  world.go_idle(world.source, world.ue);
  world.add_enb(3);
  world.downlink_packet(1);
  world.wait(1s);
  CHECK(world.other.received(s1ap::MessageType::paging) == 1);
  CHECK(world.enbs.back()->received(s1ap::MessageType::paging) == 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("ids_of_different_forms_are_those_of_different_enbs_though_their_numbers_are_equal") {
  constexpr std::uint32_t kNumber = 0x12345;
  Forms world;
  const std::pair<lab::EnbIdForm, s1ap::EnbId> forms[] = {
      {lab::EnbIdForm::macro, s1ap::MacroEnbId{kNumber}},
      {lab::EnbIdForm::home, s1ap::HomeEnbId{kNumber}},
      {lab::EnbIdForm::short_macro, s1ap::ShortMacroEnbId{kNumber}},
      {lab::EnbIdForm::long_macro, s1ap::LongMacroEnbId{kNumber}}};
  std::vector<lab::Enb*> enbs;
  for (std::uint32_t i = 0; i < 4; ++i) {
    enbs.push_back(&world.add_enb(10 + i));
    world.rename(*enbs.back(), forms[i].first, kNumber);
  }
  // None took another one's place.
  CHECK(world.mme->enbs() == 6);
  for (std::size_t i = 0; i < 4; ++i) {
    const s1ap::GlobalEnbId id{kPlmn, forms[i].second};
    const auto answers = world.warn({.enbs = {id}});
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].enb == id);
    for (std::size_t k = 0; k < 4; ++k)
      CHECK(enbs[k]->received(s1ap::MessageType::write_replace_warning_request) == (k <= i ? 1 : 0));
    world.hand_over(*enbs[i], forms[i].second);
    world.switch_path(*enbs[i], world.source);
  }
  CHECK(world.complaints() == "");
}

TEST_CASE("enb_with_a_closed_group_an_nb_iot_cycle_and_5g_beside_it_is_served_like_any_other") {
  World world;
  // With an address of its own: tshark may read what goes there as NB-IoT.
  auto& enb = world.add_enb(77);
  Request request;
  const s1ap::CsgIdListItem groups[] = {{.csg_id = 0}, {.csg_id = 0x7FFFFFF}};
  const s1ap::ConnectedEnGnbItem node{.en_gnb_id = {.value = 5, .bits = 22},
                                      .supported_tas = {&request.area, 1}};
  request.message.csg_id_list = groups;
  request.message.nb_iot_default_paging_drx = s1ap::NbIotDefaultPagingDrx::v1024;
  request.message.ue_retention_information = s1ap::UeRetentionInformation::ues_retained;
  request.message.connected_en_gnb_list = {&node, 1};
  REQUIRE(request.taken(world, enb));
  auto& ue = world.add_ue(enb, 1);
  CHECK(world.attach(ue));
  s1ap::EnbConfigurationUpdate update;
  update.csg_id_list = {&groups[1], 1};
  update.nb_iot_default_paging_drx = s1ap::NbIotDefaultPagingDrx::v128;
  enb.send(update);
  world.wait(100ms);
  CHECK(enb.received(s1ap::MessageType::enb_configuration_update_acknowledge) == 1);
  CHECK(ue.connected());
  CHECK(world.complaints() == "");
}

TEST_CASE("name_of_an_enb_may_be_as_long_as_it_can_be_or_absent") {
  World world;
  auto& enb = world.add_enb(1);
  for (const std::size_t length : {std::size_t{1}, std::size_t{150}}) {
    const std::string name(length, 'x');
    enb.settings_mutable().name = name;
    const auto set_up = lab::finish(world.loop, enb.setup());
    REQUIRE(set_up);
    CHECK(*set_up);
    const auto updated = lab::finish(world.loop, enb.configuration_update(name));
    REQUIRE(updated);
    CHECK(*updated);
  }
  Request nameless;
  CHECK(nameless.taken(world, enb));
  CHECK(world.complaints() == "");
}

TEST_CASE("areas_that_an_enb_tells_twice_are_served_once_and_those_of_others_not_at_all") {
  World world;
  auto& enb = world.add_enb(1);
  const Plmn foreign = *Plmn::parse("99999");
  const std::vector<Plmn> plmns{foreign, kPlmn, kPlmn};
  const std::vector<Plmn> foreigners{foreign};
  const s1ap::SupportedTasItem areas[] = {
      {7, plmns, {}}, {7, plmns, {}}, {1000, plmns, {}}, {9, foreigners, {}}};
  Request request;
  request.message.supported_tas = areas;
  REQUIRE(request.taken(world, enb));
  auto& ue = world.add_ue(enb, 1);
  REQUIRE(world.attach(ue));
  world.wait(1s);
  world.go_idle(enb, ue);
  world.downlink_packet(1);
  world.wait(1s);
  CHECK(enb.received(s1ap::MessageType::paging) == 1);
  // Its own PLMN in an area of a foreign one only: not an area that it serves for us.
  CHECK(lab::finish(world.loop, world.mme->warnings().broadcast({.area = {.tracking_areas = {{kPlmn, 9}}}}))
            ->empty());
  // None of its areas is served: one under a PLMN of ours, and one of ours under another.
  for (const auto& [first, cause] :
       {std::pair{std::size_t{2}, "unspecified"}, {std::size_t{3}, "unknown-PLMN"}}) {
    std::string told;
    enb.on_message = [&](const s1ap::Message& message) {
      if (const auto* failure = message.as<s1ap::S1SetupFailure>()) told = s1ap::name(failure->cause);
    };
    request.message.supported_tas = {areas + first, 4 - first};
    CHECK_FALSE(request.taken(world, enb));
    CHECK(told == cause);
  }
}

namespace {

/// Every GUMMEI in it, in its order.
std::vector<Gummei> gummeis_in(aper::List<s1ap::ServedGummeisItem> items) {
  std::vector<Gummei> all;
  for (const auto& item : items)
    for (const Plmn& plmn : item.served_plmns)
      for (const std::uint16_t group : item.served_group_ids)
        for (const std::uint8_t code : item.served_mmecs) all.push_back({plmn, group, code});
  return all;
}

}  // namespace

TEST_CASE("s1_setup_response_and_configuration_update_tell_every_gummei_that_is_served_and_the_capacity") {
  World world;
  const Plmn partner = *Plmn::parse("00102");
  world.network.plmns.push_back(partner);
  world.network.more_group_ids = {0x8002};
  world.network.more_codes = {0x1B};
  world.network.relative_capacity = 77;
  world.network.mme_name = "one of two";
  auto& enb = world.add_enb(1);
  std::vector<Gummei> told;
  std::optional<std::uint8_t> capacity;
  std::string name;
  enb.on_message = [&](const s1ap::Message& message) {
    if (const auto* update = message.as<s1ap::MmeConfigurationUpdate>()) {
      told = gummeis_in(update->served_gummeis);
      capacity = update->relative_mme_capacity;
      name = update->mme_name.value_or("");
    }
    if (const auto* response = message.as<s1ap::S1SetupResponse>()) {
      told = gummeis_in(response->served_gummeis);
      capacity = response->relative_mme_capacity;
      name = response->mme_name.value_or("");
    }
  };
  REQUIRE(lab::finish(world.loop, enb.setup())->has_value());
  const std::vector<Gummei> all{{kPlmn, 0x8001, 0x1A},   {kPlmn, 0x8001, 0x1B},   {kPlmn, 0x8002, 0x1A},
                                {kPlmn, 0x8002, 0x1B},   {partner, 0x8001, 0x1A}, {partner, 0x8001, 0x1B},
                                {partner, 0x8002, 0x1A}, {partner, 0x8002, 0x1B}};
  CHECK(told == all);
  CHECK(capacity == 77);
  CHECK(name == "one of two");

  // §8.7.5: what has changed, as a whole.
  world.network.more_codes = {0x1C};
  world.network.relative_capacity = 0;
  world.network.mme_name = "one of one";
  world.mme->update_configuration();
  world.wait(1s);
  std::vector<Gummei> changed = all;
  for (Gummei& one : changed)
    if (one.code == 0x1B) one.code = 0x1C;
  CHECK(told == changed);
  CHECK(capacity == 0);
  CHECK(name == "one of one");
  CHECK(world.complaints() == "");
}
