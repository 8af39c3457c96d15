// SPDX-License-Identifier: Apache-2.0
#include "mme/waiting_requests.hpp"

#include <algorithm>

namespace zerocell::mme {

bool WaitingRequests::add(UeDirectory::Index ue, Request request) {
  auto& queue = queues_[ue];
  if (queue.size() >= kPerUeMax && !request.always_kept) return false;
  queue.push_back(std::move(request));
  return true;
}

void WaitingRequests::add_first(UeDirectory::Index ue, Request request) {
  auto& queue = queues_[ue];
  queue.insert(queue.begin(), std::move(request));
}

std::optional<WaitingRequests::Request> WaitingRequests::take(UeDirectory::Index ue) {
  const auto found = queues_.find(ue);
  if (found == queues_.end()) return std::nullopt;
  auto& queue = found->second;
  Request first = std::move(queue.front());
  queue.erase(queue.begin());
  if (queue.empty()) queues_.erase(found);
  return first;
}

void WaitingRequests::drop_of_connection(UeDirectory::Index ue) {
  const auto found = queues_.find(ue);
  if (found == queues_.end()) return;
  std::erase_if(found->second, [](const Request& request) { return !request.outlives_connection; });
  if (found->second.empty()) queues_.erase(found);
}

bool WaitingRequests::has(UeDirectory::Index ue, Bytes request) const {
  const auto found = queues_.find(ue);
  return found != queues_.end() && std::ranges::any_of(found->second, [request](const Request& waiting) {
           return waiting.transaction.repeated_by(request);
         });
}

}  // namespace zerocell::mme
