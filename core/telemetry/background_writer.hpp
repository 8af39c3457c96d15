// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/types/bytes.hpp"

namespace zerocell {

class Counter;

/// Appends records to a file from a thread of its own, so that whoever writes never waits for a disk. What
/// does not fit into the queue or the file is dropped and counted; a record is written whole or not at all.
/// The first error (a full disk) is reported once, and later records are tried again.
class BackgroundWriter {
 public:
  struct Options {
    std::size_t queue_bytes_max = 4 * 1024 * 1024;
    std::uint64_t file_bytes_max = UINT64_MAX;  ///< Of what this writer adds.
    bool append = true;                         ///< Else the file starts empty.
    /// Called at most once, from the writer's thread.
    void (*on_error)(const std::string& what) = nullptr;
    Counter* dropped = nullptr;  ///< Moved by each record that is lost.
  };

  /// `path` "-" is standard error. The error says what the system said about which file.
  static std::expected<std::unique_ptr<BackgroundWriter>, std::string> open(const std::string& path,
                                                                            Options options);
  /// Writes what waits.
  ~BackgroundWriter();
  BackgroundWriter(const BackgroundWriter&) = delete;
  BackgroundWriter& operator=(const BackgroundWriter&) = delete;

  /// Any thread; copies, and never waits for the file. False: dropped.
  bool append(Bytes record);
  bool append(std::string_view record) {
    return append(Bytes(reinterpret_cast<const std::uint8_t*>(record.data()), record.size()));
  }
  /// Returns when everything appended before was written or failed to be.
  void flush();
  /// Records lost, for whichever reason.
  std::uint64_t dropped() const;

 private:
  BackgroundWriter(int descriptor, std::string path, Options options);
  void count_dropped(std::uint64_t records);
  void run();
  void write_out(const ByteVector& data, std::uint64_t records);

  const int descriptor_;
  const std::string path_;
  const Options options_;
  mutable std::mutex
      mutex_;  // Held to copy a record or to swap two vectors, never over a system call on the file.
  std::condition_variable wake_;
  std::condition_variable idle_;
  ByteVector queue_;
  std::uint64_t queued_records_ = 0;
  std::uint64_t accepted_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool writing_ = false;
  bool stopping_ = false;
  bool error_reported_ = false;  // The writer's thread only.
  std::thread thread_;
};

}  // namespace zerocell
