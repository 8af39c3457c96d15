// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/background_writer.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/telemetry/metrics.hpp"

using namespace zerocell;

namespace {

struct TemporaryFile {
  TemporaryFile() {
    char name[] = "/tmp/zerocell-writer-XXXXXX";
    ::close(::mkstemp(name));
    path = name;
  }
  ~TemporaryFile() { ::unlink(path.c_str()); }
  std::string contents() const {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::string path;
};

std::unique_ptr<BackgroundWriter> open(const std::string& path, BackgroundWriter::Options options) {
  auto writer = BackgroundWriter::open(path, options);
  REQUIRE(writer);
  return std::move(*writer);
}

int errors_reported = 0;

}  // namespace

TEST_CASE("records_are_in_the_file_once_flush_returns") {
  const TemporaryFile file;
  const auto writer = open(file.path, {});
  CHECK(writer->append("one\n"));
  CHECK(writer->append("two\n"));
  writer->flush();
  CHECK(file.contents() == "one\ntwo\n");
}

TEST_CASE("destructor_writes_what_waits") {
  const TemporaryFile file;
  open(file.path, {})->append("one");
  open(file.path, {})->append("two");
  CHECK(file.contents() == "onetwo");
  open(file.path, {.append = false})->append("three");
  CHECK(file.contents() == "three");
}

TEST_CASE("record_that_fits_neither_queue_nor_file_is_dropped_whole") {
  const TemporaryFile file;
  Counter dropped{"zerocell_test_dropped_total", "Records dropped in a test."};
  {
    const auto writer = open(file.path, {.queue_bytes_max = 8, .file_bytes_max = 10, .dropped = &dropped});
    CHECK_FALSE(writer->append("123456789"));
    CHECK(writer->append("12345678"));
    writer->flush();
    CHECK_FALSE(writer->append("123"));
    CHECK(writer->append("9\n"));
    CHECK(writer->dropped() == 2);
  }
  CHECK(dropped.value() == 2);
  CHECK(file.contents() == "123456789\n");
}

TEST_CASE("half_written_record_is_taken_back_and_later_ones_follow_once_there_is_room") {
  const TemporaryFile file;
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  errors_reported = 0;
  {
    const auto writer = open(file.path, {.on_error = [](const std::string&) { ++errors_reported; }});
    writer->append("fits\n");
    writer->flush();
    const rlimit small{10, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    for (int i = 0; i < 2; ++i) {
      writer->append("does not fit any more\n");
      writer->flush();
    }
    CHECK(file.contents() == "fits\n");
    CHECK(writer->dropped() == 2);
    ::setrlimit(RLIMIT_FSIZE, &before);
    writer->append("fits again\n");
  }
  CHECK(file.contents() == "fits\nfits again\n");
  CHECK(errors_reported == 1);
}
