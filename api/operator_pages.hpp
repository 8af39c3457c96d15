// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "api/http_server.hpp"
#include "core/types/identity.hpp"
#include "core/types/ip.hpp"

namespace zerocell::api {

/// An eNodeB as an operator sees it.
struct EnbView {
  std::string id;  ///< As everything here names it: "00101-macro-0x1a2d0".
  std::string name;
  Endpoint peer;
  std::vector<Tai> tais;  ///< That it serves, of ours.
  std::size_t connected_ues = 0;
};

/// What eNodeBs are to keep back, TS 36.413 §9.2.3.20.
enum class Overload : std::uint8_t {
  data,
  signalling,
  all_but_emergency,
  all_but_high_priority,
  delay_tolerant
};

/// Where a UE is: once, at each change of cell from now on, or no more.
enum class Location : std::uint8_t { once, changes, stop };

/// What a trace records, TS 36.413 §9.2.1.4 (TS 32.422 §5).
struct Trace {
  enum class Depth : std::uint8_t { minimum, medium, maximum };
  std::array<std::uint8_t, 8> id{};  ///< PLMN, trace id, recording session reference.
  IpAddress collector;
  Depth depth = Depth::medium;
};

/// What an operator does to eNodeBs and connected UEs. On the loop's thread. False: there is no such eNodeB,
/// or the UE is not connected to one.
class Operations {
 public:
  virtual ~Operations() = default;
  virtual std::vector<EnbView> enbs() = 0;
  /// All its UEs, or these alone, are disconnected.
  virtual bool reset_enb(std::string_view id) = 0;
  virtual bool reset_ues(std::string_view id, const std::vector<Imsi>& imsis) = 0;
  /// `percent` of that traffic, 1 to 99; nothing: all of it.
  virtual void start_overload(Overload what, std::optional<std::uint8_t> percent) = 0;
  virtual void stop_overload() = 0;
  /// `changes` and `stop` hold for the UE's later connections too, also where this is false; and so do
  /// traces.
  virtual bool locate(const Imsi& imsi, Location what) = 0;
  virtual bool start_trace(const Imsi& imsi, const Trace& trace) = 0;
  virtual bool stop_trace(const Imsi& imsi, const std::array<std::uint8_t, 8>& id) = 0;
  /// A UE that is idle is paged for it. False: it is not attached.
  virtual bool detach(const Imsi& imsi, bool attach_again) = 0;
};

/// `GET /enbs`, `POST /enbs/ID/reset?imsi=IMSI&imsi=…`, `POST /overload?keep_back=WHAT&percent=N`, and of a
/// UE `POST /ues/IMSI/location?report=WHEN`, `/trace?id=ID&collector=ADDRESS&depth=DEPTH`, `/trace?stop=ID`
/// and
/// `/detach?attach_again=yes`. {"done": false} is said of a UE that is not connected, and for which nothing
/// was done now; else what is `wrong`.
HttpResponse operator_pages(Operations& operations, const HttpRequest& request);

}  // namespace zerocell::api
