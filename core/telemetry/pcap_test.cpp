// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/pcap.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "core/telemetry/log.hpp"
#include "core/telemetry/packet_maker.hpp"

using namespace zerocell;

namespace {

/// S1 Setup Request of macro eNB 0x19B, PLMN 001/01, TAC 1, written out from TS 36.413 §9.3 by hand.
const char* const kS1SetupRequest =
    "0011001f000003"
    "003b00080000f1100000019b"
    "004000070000004000f110"
    "0089400140";

/// Attach Request of IMSI 001010000000001 with a PDN Connectivity Request, TS 24.301 §8.2.4, §8.3.20.
const char* const kAttachRequest = "074171080910100000000010 02e0e0 00040201d011";

ByteVector hex(std::string text) {
  std::erase(text, ' ');
  return from_hex(text).value();
}

/// Initial UE Message around a NAS message of less than 100 octets.
ByteVector initial_ue_message(const ByteVector& nas) {
  ByteVector ies = hex("000005 000800020001 001a00");
  ies.push_back(static_cast<std::uint8_t>(nas.size() + 1));
  ies.push_back(static_cast<std::uint8_t>(nas.size()));
  ies.insert(ies.end(), nas.begin(), nas.end());
  const ByteVector rest = hex("004300060000f1100001 006440080000f1100019b010 0086400130");
  ies.insert(ies.end(), rest.begin(), rest.end());
  ByteVector message = hex("000c40");
  message.push_back(static_cast<std::uint8_t>(ies.size()));
  message.insert(message.end(), ies.begin(), ies.end());
  return message;
}

const Endpoint kEnb{*IpAddress::parse("10.10.0.2"), 36412};
const Endpoint kMme{*IpAddress::parse("10.10.0.1"), 36412};
const Endpoint kEnb6{*IpAddress::parse("fd00::2"), 40000};
const Endpoint kMme6{*IpAddress::parse("fd00::1"), 36412};
const Imsi kSim = *Imsi::parse("001010000000001");
const Imsi kOtherSim = *Imsi::parse("001010000000002");

struct Directory {
  Directory() {
    char name[] = "/tmp/zerocell-pcap-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Directory() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name) const { return path + "/" + name; }
  std::string path;
};

/// What tshark says about the file, one line a packet, with every checksum checked.
std::vector<std::string> tshark(const std::string& file, const std::string& arguments) {
  const std::string command =
      "tshark -n -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE -o "
      "'sctp.checksum:CRC 32c' -r " +
      file + " " + arguments + " 2>/dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> buffer;
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    output.append(buffer.data(), count);
  INFO(command);
  REQUIRE(WEXITSTATUS(::pclose(pipe)) == 0);
  std::vector<std::string> lines;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

using Lines = std::vector<std::string>;

/// Nothing that Wireshark would colour, but for our own comments.
void check_clean(const std::string& file) {
  CHECK(tshark(file, "-Y '_ws.malformed or _ws.expert.severity > comment'") == Lines{});
}

std::unique_ptr<SignallingCapture> open(const config::Pcap& pcap) {
  auto capture = SignallingCapture::open(pcap, [] { return std::uint64_t{1'700'000'000'123'456'789}; });
  REQUIRE(capture);
  return std::move(*capture);
}

}  // namespace

TEST_CASE("crc32c_gives_the_check_value_of_its_catalogue") {
  const std::string_view digits = "123456789";
  CHECK(crc32c(Bytes(reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size())) == 0xE3069283);
}

TEST_CASE("nothing_to_capture_is_no_capture") {
  CHECK(*SignallingCapture::open({}) == nullptr);
}

TEST_CASE("wireshark_reads_signalling_with_nas_and_finds_nothing_wrong") {
  const Directory directory;
  const std::string file = directory.file("all.pcapng");
  {
    const auto capture = open({.file = file});
    capture->s1ap(kEnb, kMme, 0, hex(kS1SetupRequest), {});
    capture->s1ap(kEnb, kMme, 1, initial_ue_message(hex(kAttachRequest)), {.imsi = kSim, .ue = 1});
    capture->s1ap(kEnb, kMme, 1, initial_ue_message(hex(kAttachRequest)), {.imsi = kSim, .ue = 1});
    capture->s1ap(kEnb6, kMme6, 1, initial_ue_message(hex(kAttachRequest)), {.imsi = kSim, .ue = 1});
    capture->gtp(SignallingCapture::Gtp::s11, {kMme.address, 2123}, {kEnb.address, 2123},
                 hex("40010009000001000300010005"), {});
    capture->gtp(SignallingCapture::Gtp::s1_u, {kMme6.address, 2152}, {kEnb6.address, 2152},
                 hex("3201000400000000 00010000"), {});
    // Device-Watchdog-Request with Origin-Host "a.b" and Origin-Realm "b", RFC 6733 §5.5.1.
    const ByteVector watchdog = hex(
        "0100002c 80000118 00000000 00000001 00000002 00000108 4000000b 612e6200 00000128 40000009 62000000");
    capture->diameter({kMme.address, 50000}, {kEnb.address, 3868}, watchdog, {});
    capture->diameter({kMme.address, 50000}, {kEnb.address, 3868}, watchdog, {});
  }
  check_clean(file);
  CHECK(tshark(file,
               "-T fields -e frame.time_epoch -e frame.interface_name -e _ws.col.Protocol -e "
               "s1ap.procedureCode -e "
               "e212.imsi -e sctp.data_tsn_raw -e sctp.data_ssn -E separator=/s") ==
        Lines{"1700000000.123456789 s1-mme S1AP 17  1 0",
              "1700000000.123456789 s1-mme S1AP/NAS-EPS 12 001010000000001 2 0",
              "1700000000.123456789 s1-mme S1AP/NAS-EPS 12 001010000000001 3 1",
              "1700000000.123456789 s1-mme S1AP/NAS-EPS 12 001010000000001 1 0",
              "1700000000.123456789 s11 GTPv2    ", "1700000000.123456789 s1-u GTP    ",
              "1700000000.123456789 s6a DIAMETER    ", "1700000000.123456789 s6a DIAMETER    "});
  CHECK(tshark(file, "-Y 'frame.comment == \"imsi 001010000000001\"'").size() == 3);
  CHECK(tshark(file, "-Y 'sctp.checksum.status == 1'").size() == 4);
  CHECK(tshark(file, "-Y 'udp.checksum.status == 1'").size() == 2);
  CHECK(tshark(file, "-Y 'tcp.checksum.status == 1'").size() == 2);
}

TEST_CASE("message_longer_than_a_packet_is_put_together_again") {
  const Directory directory;
  const std::string file = directory.file("long.pcapng");
  {
    const auto capture = open({.file = file});
    capture->s1ap(kEnb, kMme, 3, ByteVector(130000, 0), {});
    capture->s1ap(kEnb, kMme, 3, hex(kS1SetupRequest), {});
  }
  CHECK(
      tshark(
          file,
          "-Y sctp -T fields -e sctp.data_tsn_raw -e sctp.data_b_bit -e sctp.data_e_bit -e sctp.data_ssn -E "
          "separator=/s") == Lines{"1 1 0 0", "2 0 0 0", "3 0 1 0", "4 1 1 1"});
  CHECK(tshark(file, "-Y 's1ap.procedureCode == 17'").size() == 1);
}

TEST_CASE("file_of_an_imsi_holds_its_signalling_from_before_it_was_identified_and_no_other") {
  const Directory directory;
  const std::string all = directory.file("all.pcapng");
  const std::string one = directory.file("one.pcapng");
  const std::string two = directory.file("two.pcapng");
  {
    const auto capture = open({.file = all, .imsis = {{kSim, one}, {kOtherSim, two}}});
    const ByteVector attach = initial_ue_message(hex(kAttachRequest));
    capture->s1ap(kEnb, kMme, 0, hex(kS1SetupRequest), {});
    capture->s1ap(kEnb, kMme, 1, attach, {.ue = 7});
    capture->s1ap(kEnb, kMme, 1, attach, {.ue = 8});
    capture->identify(7, kSim);
    capture->s1ap(kEnb, kMme, 1, attach, {.imsi = kSim, .ue = 7});
    capture->s1ap(kEnb, kMme, 1, attach, {.imsi = kOtherSim, .ue = 8});
    capture->identify(7, kOtherSim);  // Nothing of 7 waits any more.
    capture->s1ap(kEnb, kMme, 1, attach, {.imsi = *Imsi::parse("001010000000003")});
  }
  CHECK(tshark(all, "-T fields -e sctp.data_tsn_raw") == Lines{"1", "2", "3", "4", "5", "6"});
  CHECK(tshark(one, "-T fields -e sctp.data_tsn_raw") == Lines{"2", "4"});
  CHECK(tshark(two, "-T fields -e sctp.data_tsn_raw") == Lines{"5"});
  check_clean(one);
}

TEST_CASE("file_that_cannot_be_opened_says_why") {
  const auto capture = SignallingCapture::open({.file = "/nonexistent/a.pcapng"});
  REQUIRE_FALSE(capture);
  CHECK(capture.error() == "cannot open /nonexistent/a.pcapng for writing: No such file or directory");
}

TEST_CASE("file_stops_at_its_limit_with_whole_packets") {
  const Directory directory;
  const std::string file = directory.file("limit.pcapng");
  log::Capture logged;
  {
    const auto capture = open({.file = file, .file_bytes_max = 4096});
    for (int i = 0; i < 100; ++i) capture->s1ap(kEnb, kMme, 1, hex(kS1SetupRequest), {});
  }
  CHECK(std::filesystem::file_size(file) <= 4096);
  CHECK(std::filesystem::file_size(file) > 3900);
  check_clean(file);
  CHECK(logged.text().find("capture_incomplete packets_dropped=") != std::string::npos);
}

TEST_CASE("full_disk_is_reported_once_and_every_lost_packet_counted") {
  log::Capture logged;
  {
    const auto capture = open({.file = "/dev/full"});
    for (int i = 0; i < 20; ++i) {
      capture->s1ap(kEnb, kMme, 1, hex(kS1SetupRequest), {});
      capture->flush();
    }
  }
  const std::string text = logged.text();
  const auto first =
      text.find("capture_failed reason=\"cannot write to /dev/full: No space left on device\"");
  CHECK(first != std::string::npos);
  CHECK(text.find("capture_failed", first + 1) == std::string::npos);
}

TEST_CASE("slow_disk_blocks_nobody") {
  const Directory directory;
  const std::string fifo = directory.file("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  // Somebody who holds the file open and does not read: after the pipe's 64 KiB the writer's thread stands
  // still.
  const std::string reads = directory.file("reads");
  FILE* reader = ::popen(
      ("exec 3<>" + fifo + "; sleep 4; touch " + reads + "; cat <&3 >/dev/null & sleep 5; kill $!").c_str(),
      "r");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  log::Capture logged;
  {
    const auto capture = open({.file = fifo, .queue_bytes_max = 65536});
    for (int i = 0; i < 5000; ++i) capture->s1ap(kEnb, kMme, 1, hex(kS1SetupRequest), {});
    CHECK_FALSE(std::filesystem::exists(reads));
    // It is said once a second, and the test before may just have had it said.
    const auto said = [&] { return logged.text().find("capture_incomplete") != std::string::npos; };
    for (int i = 0; i < 150 && !said(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      capture->s1ap(kEnb, kMme, 1, hex(kS1SetupRequest), {});
    }
    CHECK(said());
  }
  ::pclose(reader);
}
