// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/background_writer.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "core/telemetry/metrics.hpp"

namespace zerocell {
namespace {

/// All of it or an errno. Descriptors that cannot take more right now (a terminal, a pipe) are waited for.
int write_all(int descriptor, Bytes data) {
  while (!data.empty()) {
    const ssize_t written = ::write(descriptor, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    data = data.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

std::expected<std::unique_ptr<BackgroundWriter>, std::string> BackgroundWriter::open(const std::string& path,
                                                                                     Options options) {
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (options.append ? O_APPEND : O_TRUNC);
  const int descriptor = path == "-" ? ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(path.c_str(), flags, S_IRUSR | S_IWUSR | S_IRGRP);
  if (descriptor < 0) return std::unexpected("cannot open " + path + " for writing: " + std::strerror(errno));
  return std::unique_ptr<BackgroundWriter>(new BackgroundWriter(descriptor, path, std::move(options)));
}

BackgroundWriter::BackgroundWriter(int descriptor, std::string path, Options options)
    : descriptor_(descriptor), path_(std::move(path)), options_(std::move(options)) {
  // Signals belong to the thread that waits for them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

BackgroundWriter::~BackgroundWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  ::close(descriptor_);
}

bool BackgroundWriter::append(Bytes record) {
  bool was_empty;
  {
    const std::lock_guard lock(mutex_);
    if (record.size() > options_.queue_bytes_max - queue_.size() ||
        record.size() > options_.file_bytes_max - accepted_bytes_) {
      count_dropped(1);
      return false;
    }
    was_empty = queue_.empty();
    queue_.insert(queue_.end(), record.begin(), record.end());
    ++queued_records_;
    accepted_bytes_ += record.size();
  }
  if (was_empty) wake_.notify_one();
  return true;
}

void BackgroundWriter::flush() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && !writing_; });
}

std::uint64_t BackgroundWriter::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void BackgroundWriter::count_dropped(std::uint64_t records) {
  dropped_ += records;
  if (options_.dropped != nullptr) options_.dropped->add(records);
}

void BackgroundWriter::run() {
  ByteVector batch;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    batch.clear();
    batch.swap(queue_);
    const std::uint64_t records = std::exchange(queued_records_, 0);
    writing_ = true;
    lock.unlock();
    write_out(batch, records);
    lock.lock();
    writing_ = false;
    if (queue_.empty()) idle_.notify_all();
  }
}

void BackgroundWriter::write_out(const ByteVector& data, std::uint64_t records) {
  struct stat before{};
  const bool regular = ::fstat(descriptor_, &before) == 0 && S_ISREG(before.st_mode);
  const int error = write_all(descriptor_, data);
  if (error == 0) return;
  // Half a batch would leave half a record, behind which nobody reads on.
  if (regular && ::ftruncate(descriptor_, before.st_size) == 0) ::lseek(descriptor_, 0, SEEK_END);
  {
    const std::lock_guard lock(mutex_);
    count_dropped(records);
    accepted_bytes_ -= data.size();
  }
  if (!std::exchange(error_reported_, true) && options_.on_error != nullptr)
    options_.on_error("cannot write to " + path_ + ": " + std::strerror(error));
}

}  // namespace zerocell
