// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lab/enb.hpp"
#include "lab/ue.hpp"

/// What devices do, on any Loop and any transport: the lab's runs and the tests of the core share these. An
/// error says which step failed, and why.
namespace zerocell::lab {

template <class T>
using ScenarioResult = std::expected<T, std::string>;

/// The eNodeB sets up S1. A core that is just starting is asked again, at most for `patience`.
Task<ScenarioResult<MmeDescription>> bring_up(Loop& loop, Enb& enb, Duration patience);
/// The device attaches by its IMSI, whatever it was before, and keeps its bearer.
Task<ScenarioResult<Registration>> attach_by_imsi(Ue& ue);
/// The device detaches, and is released.
Task<ScenarioResult<void>> detach(Ue& ue);
/// The device is switched off, without waiting for an answer, and is released.
Task<ScenarioResult<void>> switch_off(Ue& ue);
/// The device attaches again by the GUTI that it got.
Task<ScenarioResult<Registration>> attach_by_guti(Ue& ue);
/// A device that the network must refuse. Yields why it was refused.
Task<ScenarioResult<UeFailure>> refused(Ue& ue);

}  // namespace zerocell::lab
