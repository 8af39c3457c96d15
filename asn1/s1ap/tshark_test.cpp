// SPDX-License-Identifier: Apache-2.0

// Wireshark as a judge that knows nothing of our codec: every message that we write is S1AP to it, of the
// right procedure, and without an error.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>

#include "asn1/s1ap/describe_test.hpp"
#include "asn1/s1ap/samples_test.hpp"

namespace zerocell::s1ap {
namespace {

constexpr std::uint32_t kLinkTypeUser0 = 147;

/// A capture of bare S1AP messages, removed at the end.
class Capture {
 public:
  Capture()
      : path_(std::filesystem::temp_directory_path() /
              ("zerocell-s1ap-" + std::to_string(::getpid()) + ".pcap")),
        file_(std::fopen(path_.c_str(), "wb")) {
    for (const std::uint32_t word : {0xA1B2C3D4u, 0x00040002u, 0u, 0u, 65535u, kLinkTypeUser0}) put(word);
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() {
    std::fclose(file_);
    std::filesystem::remove(path_);
  }

  void add(Bytes message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    for (const std::uint32_t word : {0u, 0u, size, size}) put(word);
    std::fwrite(message.data(), 1, message.size(), file_);
  }

  /// A line a message: protocols, procedure code, severities of expert remarks, and the remarks.
  std::vector<std::string> dissect() {
    std::fflush(file_);
    std::string command = "tshark -o s1ap.dissect_container:FALSE -r " + path_.string() +
                          " -o 'uat:user_dlts:\"User 0 (DLT=147)\",\"s1ap\",\"0\",\"\",\"0\",\"\"'"
                          " -T fields -E separator='|' -e frame.protocols -e s1ap.procedureCode"
                          " -e _ws.expert.severity -e _ws.expert.message";
    // What other protocols make of our random octets is no judgement on S1AP.
    for (const char* const other : {"lppa", "gcsna", "bssgp", "lte_rrc", "rrc", "ngap"})
      command += std::string(" --disable-protocol ") + other;
    std::FILE* const pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
    std::vector<std::string> lines(1);
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      if (c == '\n')
        lines.emplace_back();
      else
        lines.back() += static_cast<char>(c);
    }
    ::pclose(pipe);
    lines.pop_back();
    return lines;
  }

 private:
  void put(std::uint32_t word) { std::fwrite(&word, sizeof word, 1, file_); }

  std::filesystem::path path_;
  std::FILE* file_;
};

TEST_CASE("wireshark_reads_every_message_without_an_error") {
  if (std::system("tshark --version >/dev/null 2>&1") != 0) {
    WARN("skipped: tshark is not installed (scripts/deps installs it)");
    return;
  }
  constexpr std::string_view kError = "8388608";
  std::mt19937_64 random(401);
  const auto arena = std::make_unique<InlineArena<1 << 20>>();
  std::vector<std::uint8_t> buffer(1 << 20);
  std::vector<std::string> written;
  std::vector<Procedure> procedures;
  Capture capture;
  for (std::size_t i = 0; i < kMessageTypes; ++i)
    for (const Fullness fullness : {Fullness::least, Fullness::all, Fullness::some, Fullness::some}) {
      arena->reset();
      const Message message =
          sample(static_cast<MessageType>(i), fullness, random, *arena, Contents::readable);
      const auto octets = encode(message.type, message.body, buffer);
      REQUIRE(octets);
      capture.add(*octets);
      written.push_back(std::string(name(message.type)) + " " + to_hex(*octets) + " " + describe(message));
      procedures.push_back(procedure(message.type));
    }
  const auto lines = capture.dissect();
  REQUIRE(lines.size() == written.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    INFO(written[i]);
    INFO(lines[i]);
    CHECK(lines[i].find("s1ap") != std::string::npos);
    CHECK(lines[i].find("|" + std::to_string(static_cast<int>(procedures[i]))) != std::string::npos);
    CHECK(lines[i].find(kError) == std::string::npos);
  }
}

}  // namespace
}  // namespace zerocell::s1ap
