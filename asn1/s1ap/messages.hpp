// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "asn1/s1ap/context.hpp"
#include "asn1/s1ap/erab.hpp"
#include "asn1/s1ap/handover.hpp"
#include "asn1/s1ap/location_and_trace.hpp"
#include "asn1/s1ap/management.hpp"
#include "asn1/s1ap/nas_transport.hpp"
#include "asn1/s1ap/paging.hpp"
#include "asn1/s1ap/transfer.hpp"
#include "asn1/s1ap/ue_information.hpp"
#include "asn1/s1ap/warning.hpp"
