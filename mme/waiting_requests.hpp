// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/runtime/loop.hpp"
#include "mme/ue.hpp"
#include "sgw/s11.hpp"

namespace zerocell::mme {

/// The answer that a request of the serving gateway waits for. It is given later, by the loop, so that what
/// the gateway does about it does not run inside the procedure. Dropped without an answer it says that the UE
/// could not be reached, or, once the procedure has begun, that it did not respond.
template <class T>
class Reply {
 public:
  using Place = std::shared_ptr<Promised<sgw::Answer<T>>>;

  Reply(Loop& loop, Place place) : loop_(&loop), place_(std::move(place)) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (place_) give(std::unexpected(begun_ ? gtp::Cause::ue_not_responding : gtp::Cause::unable_to_page_ue));
  }
  void begun() { begun_ = true; }
  void give(sgw::Answer<T> answer) {
    loop_->post([place = std::exchange(place_, {}), given = std::move(answer)]() mutable {
      place->set(std::move(given));
    });
  }

 private:
  Loop* loop_;
  Place place_;
  bool begun_ = false;
};

/// How long what the MME itself wants of a UE waits for its turn.
enum class Waits : std::uint8_t {
  if_room,           ///< Of those that somebody else can bring about without end.
  always,            ///< While the UE is connected.
  over_connections,  ///< And beyond: the UE is paged for it.
};

/// Procedures that wait until their UE has ended another one, or was paged: each UE runs one at a time. They
/// stay with the UE's record, since some outlive its connection.
class WaitingRequests {
 public:
  struct Request {
    ProcedureKind kind = ProcedureKind::none;
    std::move_only_function<Task<Next>(Ue&)> begin;
    EsmTransaction transaction{};      ///< Of a UE's own request, or one that the gateway answers.
    bool outlives_connection = false;  ///< A gateway's request: the UE is paged for it.
    bool always_kept = false;          ///< Of it there is only as much as was begun.
  };
  /// Ours: one for each bearer that a UE can have, and some room for its own requests.
  static constexpr std::size_t kPerUeMax = 16;

  /// False, and the request is dropped, when too many wait already and it is not one that is always kept.
  bool add(UeDirectory::Index ue, Request request);
  /// The one that is next.
  void add_first(UeDirectory::Index ue, Request request);
  std::optional<Request> take(UeDirectory::Index ue);
  bool has(UeDirectory::Index ue) const { return queues_.contains(ue); }
  /// Whether this request of the UE waits.
  bool has(UeDirectory::Index ue, Bytes request) const;
  /// Drops what waits for a UE.
  void drop(UeDirectory::Index ue) { queues_.erase(ue); }
  /// Drops what meant nothing but the connection that has ended.
  void drop_of_connection(UeDirectory::Index ue);
  void clear() { queues_.clear(); }
  std::size_t size() const { return queues_.size(); }

 private:
  std::unordered_map<UeDirectory::Index, std::vector<Request>> queues_;
};

}  // namespace zerocell::mme
