// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace zerocell::store {

enum class ErrorKind : std::uint8_t {
  not_found,
  already_exists,
  conflict,      ///< A number that must be unique belongs to another subscriber.
  invalid,       ///< A value that the model does not allow; in what was given, or in what is stored.
  busy,          ///< Another process held the write lock for too long.
  read_only,     ///< The file, its directory or its file system cannot be written.
  no_space,      ///< The disk is full. What was stored before is untouched.
  corrupt,       ///< The file is damaged, or no database.
  newer_schema,  ///< Written by a later version of the program.
  foreign_file,  ///< A database, but not one of ours.
  unavailable,   ///< The file cannot be opened or read at all.
  overloaded,    ///< More waits to be done than the named limit.
};

/// `message` is for a person: what happened to which file, and what to do about it.
struct Error {
  ErrorKind kind = ErrorKind::unavailable;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

}  // namespace zerocell::store
