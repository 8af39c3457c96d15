// SPDX-License-Identifier: Apache-2.0
#include "core/nas/validate.hpp"

#include <catch2/catch.hpp>

#include "core/nas/examples/examples.hpp"

namespace zerocell::nas {
namespace {

TEST_CASE("examples_of_every_message_mean_something") {
  for (const auto& [message, direction] : examples::every_emm_message()) CHECK_FALSE(semantic_error(message));
  for (const auto& [message, direction] : examples::every_esm_message()) CHECK_FALSE(semantic_error(message));
}

TEST_CASE("attach_by_imei_is_for_emergencies_only") {
  AttachRequest request = examples::ordinary_attach_request();
  request.eps_mobile_identity = *Imei::parse("352099001234561");
  CHECK(semantic_error(request)->emm_cause() == EmmCause::invalid_mandatory_information);
  request.eps_attach_type = EpsAttachType::emergency;
  CHECK_FALSE(semantic_error(request));
}

TEST_CASE("reserved_types_are_semantically_wrong_and_unused_ones_mean_the_ordinary") {
  AttachRequest attach = examples::ordinary_attach_request();
  attach.eps_attach_type = EpsAttachType::reserved;
  CHECK(semantic_error(attach)->emm_cause() == EmmCause::invalid_mandatory_information);
  attach.eps_attach_type = static_cast<EpsAttachType>(4);
  CHECK_FALSE(semantic_error(attach));
  CHECK(as_network_reads(attach.eps_attach_type) == EpsAttachType::eps);
  TrackingAreaUpdateRequest update{.old_guti = Guti()};
  for (unsigned type = 0; type < 8; ++type) {
    update.eps_update_type.value = static_cast<EpsUpdateType::Value>(type);
    CHECK(semantic_error(update).has_value() == (type > 5));
  }
}

TEST_CASE("synch_failure_without_auts_lacks_a_conditional_ie") {
  CHECK(semantic_error(AuthenticationFailure{EmmCause::synch_failure})->emm_cause() ==
        EmmCause::conditional_ie_error);
  CHECK_FALSE(semantic_error(AuthenticationFailure{EmmCause::mac_failure}));
}

TEST_CASE("command_of_an_unknown_algorithm_mismatches_the_capabilities") {
  SecurityModeCommand command;
  command.selected_nas_security_algorithms.integrity = static_cast<IntegrityAlgorithm>(4);
  CHECK(semantic_error(command)->emm_cause() == EmmCause::ue_security_capabilities_mismatch);
}

TEST_CASE("request_outside_a_transaction_or_inside_a_bearer_is_refused") {
  PdnConnectivityRequest request{.procedure_transaction_identity = 1};
  CHECK_FALSE(semantic_error(request));
  request.procedure_transaction_identity = 0;
  CHECK(semantic_error(request)->esm_cause() == EsmCause::invalid_pti_value);
  request.procedure_transaction_identity = 255;
  CHECK(semantic_error(request)->esm_cause() == EsmCause::invalid_pti_value);
  request.procedure_transaction_identity = 1;
  request.eps_bearer_identity = 5;
  CHECK(semantic_error(request)->esm_cause() == EsmCause::invalid_eps_bearer_identity);
}

TEST_CASE("message_under_a_reserved_transaction_that_asks_for_nothing_is_ignored") {
  const EsmMessage accept =
      ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = 5, .procedure_transaction_identity = 255};
  REQUIRE(semantic_error(accept));
  CHECK(semantic_error(accept)->ignore());
  const EsmMessage status = EsmStatus{.procedure_transaction_identity = 255};
  REQUIRE(semantic_error(status));
  CHECK(semantic_error(status)->ignore());
  const EsmMessage request = PdnDisconnectRequest{.procedure_transaction_identity = 255,
                                                  .linked_eps_bearer_identity = LinkedBearer{5}};
  CHECK(semantic_error(request)->esm_cause() == EsmCause::invalid_pti_value);
}

TEST_CASE("answer_about_no_bearer_is_refused") {
  const EsmMessage accept = ActivateDefaultEpsBearerContextAccept{};
  CHECK(semantic_error(accept)->esm_cause() == EsmCause::invalid_eps_bearer_identity);
  const EsmMessage of_a_bearer = ActivateDefaultEpsBearerContextAccept{.eps_bearer_identity = 5};
  CHECK_FALSE(semantic_error(of_a_bearer));
  const EsmMessage unlinked = PdnDisconnectRequest{.procedure_transaction_identity = 4};
  CHECK(semantic_error(unlinked)->esm_cause() == EsmCause::invalid_eps_bearer_identity);
}

}  // namespace
}  // namespace zerocell::nas
