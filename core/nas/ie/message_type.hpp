// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "core/crypto/eps_algorithms.hpp"

namespace zerocell::nas {

/// Protocol discriminator, TS 24.007 §11.2.3.1.1, as EPS NAS uses it.
constexpr std::uint8_t kEsmDiscriminator = 0x2;
constexpr std::uint8_t kEmmDiscriminator = 0x7;

/// Security header type, TS 24.301 §9.3.1.
enum class SecurityHeader : std::uint8_t {
  plain = 0,
  integrity = 1,
  integrity_ciphered = 2,
  integrity_new_context = 3,
  integrity_ciphered_new_context = 4,
  integrity_partially_ciphered = 5,
  service_request = 12,  ///< 12 to 15: all are read as SERVICE REQUEST.
};

/// Message type of an EMM message, TS 24.301 §9.8.
enum class EmmType : std::uint16_t {
  attach_request = 0x41,
  attach_accept = 0x42,
  attach_complete = 0x43,
  attach_reject = 0x44,
  detach_request = 0x45,
  detach_accept = 0x46,
  tracking_area_update_request = 0x48,
  tracking_area_update_accept = 0x49,
  tracking_area_update_complete = 0x4A,
  tracking_area_update_reject = 0x4B,
  extended_service_request = 0x4C,
  control_plane_service_request = 0x4D,
  service_reject = 0x4E,
  service_accept = 0x4F,
  guti_reallocation_command = 0x50,
  guti_reallocation_complete = 0x51,
  authentication_request = 0x52,
  authentication_response = 0x53,
  authentication_reject = 0x54,
  identity_request = 0x55,
  identity_response = 0x56,
  authentication_failure = 0x5C,
  security_mode_command = 0x5D,
  security_mode_complete = 0x5E,
  security_mode_reject = 0x5F,
  emm_status = 0x60,
  emm_information = 0x61,
  downlink_nas_transport = 0x62,
  uplink_nas_transport = 0x63,
  cs_service_notification = 0x64,
  downlink_generic_nas_transport = 0x68,
  uplink_generic_nas_transport = 0x69,
  service_request = 0x100,  ///< Has no type octet on the wire, so no octet means it.
};

/// Message type of an ESM message, TS 24.301 §9.8.
enum class EsmType : std::uint8_t {
  activate_default_eps_bearer_context_request = 0xC1,
  activate_default_eps_bearer_context_accept = 0xC2,
  activate_default_eps_bearer_context_reject = 0xC3,
  activate_dedicated_eps_bearer_context_request = 0xC5,
  activate_dedicated_eps_bearer_context_accept = 0xC6,
  activate_dedicated_eps_bearer_context_reject = 0xC7,
  modify_eps_bearer_context_request = 0xC9,
  modify_eps_bearer_context_accept = 0xCA,
  modify_eps_bearer_context_reject = 0xCB,
  deactivate_eps_bearer_context_request = 0xCD,
  deactivate_eps_bearer_context_accept = 0xCE,
  pdn_connectivity_request = 0xD0,
  pdn_connectivity_reject = 0xD1,
  pdn_disconnect_request = 0xD2,
  pdn_disconnect_reject = 0xD3,
  bearer_resource_allocation_request = 0xD4,
  bearer_resource_allocation_reject = 0xD5,
  bearer_resource_modification_request = 0xD6,
  bearer_resource_modification_reject = 0xD7,
  esm_information_request = 0xD9,
  esm_information_response = 0xDA,
  notification = 0xDB,
  esm_dummy_message = 0xDC,
  esm_status = 0xE8,
  remote_ue_report = 0xE9,
  remote_ue_report_response = 0xEA,
  esm_data_transport = 0xEB,
};

/// The message's name as in TS 24.301 §9.8, in lower case; "unknown message" for a number that is not listed.
std::string_view name_of(EmmType type);
std::string_view name_of(EsmType type);

}  // namespace zerocell::nas
