// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/shard.hpp"

#include <pthread.h>

namespace zerocell {

Shard::Shard(std::string name) : name_(std::move(name)) {}

Shard::~Shard() {
  stop();
}

void Shard::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    loop_.run();
  });
}

void Shard::stop() {
  if (!thread_.joinable()) return;
  // Posted, so that everything posted before it has run.
  loop_.post([this] { loop_.stop(); });
  thread_.join();
}

}  // namespace zerocell
