// SPDX-License-Identifier: Apache-2.0
#include "core/telemetry/pcap.hpp"

#include <ctime>
#include <deque>
#include <mutex>
#include <vector>

#include "core/telemetry/background_writer.hpp"
#include "core/telemetry/log.hpp"
#include "core/telemetry/metrics.hpp"
#include "core/telemetry/packet_maker.hpp"

namespace zerocell {
namespace {

constexpr std::uint32_t kPpidS1ap = 18;  // TS 36.412 §7
constexpr std::uint16_t kLinkTypeRaw = 101;
constexpr std::size_t kPendingOctetsMax = 1024 * 1024;  // Ours: messages of UEs that nobody identified yet.

/// The interfaces of every file, in this order.
constexpr std::array<std::string_view, 5> kInterfaces{"s11", "s5", "s1-u", "s1-mme", "s6a"};
constexpr std::uint32_t kInterfaceS1Mme = 3;
constexpr std::uint32_t kInterfaceS6a = 4;

// Block and option codes of pcapng, draft-ietf-opsawg-pcapng.
constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint16_t kOptionComment = 1;
constexpr std::uint16_t kOptionInterfaceName = 2;
constexpr std::uint16_t kOptionUserApplication = 4;
constexpr std::uint16_t kOptionTimeResolution = 9;

Counter packets_captured{"zerocell_capture_packets_total", "Packets that were handed to a capture file."};
Counter packets_dropped{
    "zerocell_capture_packets_dropped_total",
    "Packets that a capture file lacks: its disk was slow or full, or the file reached its limit."};

/// One block of pcapng, little-endian, padded to words.
class Block {
 public:
  Block(ByteVector& out, std::uint32_t type) : out_(out), start_(out.size()) {
    u32(type);
    u32(0);
  }
  void u16(std::uint16_t value) { number(value, 2); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void bytes(Bytes data) {
    out_.insert(out_.end(), data.begin(), data.end());
    while ((out_.size() - start_) % 4 != 0) out_.push_back(0);
  }
  void option(std::uint16_t code, Bytes value) {
    u16(code);
    u16(static_cast<std::uint16_t>(value.size()));
    bytes(value);
  }
  void option(std::uint16_t code, std::string_view value) {
    option(code, Bytes(reinterpret_cast<const std::uint8_t*>(value.data()), value.size()));
  }
  void close() {
    const auto size = static_cast<std::uint32_t>(out_.size() - start_ + 4);
    u32(size);
    for (std::size_t i = 0; i < 4; ++i) out_[start_ + 4 + i] = static_cast<std::uint8_t>(size >> (8 * i));
  }

 private:
  void number(std::uint64_t value, std::size_t octets) {
    for (std::size_t i = 0; i < octets; ++i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  ByteVector& out_;
  const std::size_t start_;
};

ByteVector file_header() {
  ByteVector out;
  Block section(out, kSectionHeader);
  section.u32(0x1A2B3C4D);
  section.u16(1);
  section.u16(0);
  section.u64(UINT64_MAX);  // Length of the section: not known.
  section.option(kOptionUserApplication, "Zerocell");
  section.u32(0);
  section.close();
  for (const std::string_view name : kInterfaces) {
    Block interface(out, kInterfaceDescription);
    interface.u16(kLinkTypeRaw);
    interface.u16(0);
    interface.u32(0);  // No limit to a packet's length.
    interface.option(kOptionInterfaceName, name);
    const std::uint8_t nanoseconds = 9;
    interface.option(kOptionTimeResolution, Bytes(&nanoseconds, 1));
    interface.u32(0);
    interface.close();
  }
  return out;
}

std::uint64_t machine_wall_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

void report(const std::string& what) {
  log::error("capture_failed", {{"reason", what}});
}

}  // namespace

class SignallingCapture::State {
 public:
  explicit State(std::function<std::uint64_t()> wall_ns)
      : wall_ns_(wall_ns ? std::move(wall_ns) : std::function<std::uint64_t()>(&machine_wall_ns)) {}

  std::expected<void, std::string> add_file(const std::string& path, const Imsi& imsi,
                                            const config::Pcap& pcap) {
    auto writer = BackgroundWriter::open(path, {.queue_bytes_max = pcap.queue_bytes_max,
                                                .file_bytes_max = pcap.file_bytes_max,
                                                .append = false,
                                                .on_error = &report,
                                                .dropped = &packets_dropped});
    if (!writer) return std::unexpected(writer.error());
    (*writer)->append(file_header());
    traces_imsis_ = traces_imsis_ || !imsi.empty();
    files_.push_back({imsi, std::move(*writer)});
    return {};
  }

  template <class Make>
  void capture(std::uint32_t interface, const Party& party, Make make) {
    const std::lock_guard lock(mutex_);
    make(packets_, [&](Bytes packet) { add(interface, party, packet); });
  }

  void identify(std::uint64_t ue, const Imsi& imsi) {
    if (!traces_imsis_ || ue == 0) return;
    const std::lock_guard lock(mutex_);
    std::erase_if(pending_, [&](const Pending& pending) {
      if (pending.ue != ue) return false;
      for (File& file : files_)
        if (file.imsi == imsi) write(file, pending.block);
      pending_octets_ -= pending.block.size();
      return true;
    });
  }

  void flush() {
    for (File& file : files_) file.writer->flush();
  }

 private:
  struct File {
    Imsi imsi;  ///< Empty: everything.
    std::unique_ptr<BackgroundWriter> writer;
  };
  struct Pending {
    std::uint64_t ue;
    ByteVector block;
  };

  void add(std::uint32_t interface, const Party& party, Bytes packet) {
    block_.clear();
    Block block(block_, kEnhancedPacket);
    const std::uint64_t now = wall_ns_();
    block.u32(interface);
    block.u32(static_cast<std::uint32_t>(now >> 32));
    block.u32(static_cast<std::uint32_t>(now));
    block.u32(static_cast<std::uint32_t>(packet.size()));
    block.u32(static_cast<std::uint32_t>(packet.size()));
    block.bytes(packet);
    if (!party.imsi.empty()) {
      block.option(kOptionComment, "imsi " + party.imsi.text());
      block.u32(0);
    }
    block.close();

    for (File& file : files_)
      if (file.imsi.empty() || file.imsi == party.imsi) write(file, block_);
    if (!traces_imsis_ || !party.imsi.empty() || party.ue == 0) return;
    pending_.push_back({party.ue, block_});
    pending_octets_ += block_.size();
    while (pending_octets_ > kPendingOctetsMax) {
      pending_octets_ -= pending_.front().block.size();
      pending_.pop_front();
    }
  }

  static void write(File& file, const ByteVector& block) {
    static log::RateLimit limit(1);
    if (file.writer->append(block))
      packets_captured.add();
    else
      limit.warning("capture_incomplete", {{"packets_dropped", file.writer->dropped()}});
  }

  const std::function<std::uint64_t()> wall_ns_;
  std::vector<File> files_;  // Fixed once the capture is open.
  bool traces_imsis_ = false;
  std::mutex mutex_;  // Orders packets; held for copying only.
  PacketMaker packets_;
  ByteVector block_;
  std::deque<Pending> pending_;
  std::size_t pending_octets_ = 0;
};

SignallingCapture::SignallingCapture(std::unique_ptr<State> state) : state_(std::move(state)) {}
SignallingCapture::~SignallingCapture() = default;

std::expected<std::unique_ptr<SignallingCapture>, std::string> SignallingCapture::open(
    const config::Pcap& pcap, std::function<std::uint64_t()> wall_ns) {
  if (pcap.file.empty() && pcap.imsis.empty()) return nullptr;
  auto state = std::make_unique<State>(std::move(wall_ns));
  if (!pcap.file.empty())
    if (auto added = state->add_file(pcap.file, {}, pcap); !added) return std::unexpected(added.error());
  for (const config::PcapImsi& traced : pcap.imsis)
    if (auto added = state->add_file(traced.file, traced.imsi, pcap); !added)
      return std::unexpected(added.error());
  return std::unique_ptr<SignallingCapture>(new SignallingCapture(std::move(state)));
}

void SignallingCapture::s1ap(const Endpoint& from, const Endpoint& to, std::uint16_t stream, Bytes message,
                             const Party& party) {
  state_->capture(kInterfaceS1Mme, party, [&](PacketMaker& packets, const PacketMaker::Use& use) {
    packets.sctp(from, to, stream, kPpidS1ap, message, use);
  });
}

void SignallingCapture::gtp(Gtp point, const Endpoint& from, const Endpoint& to, Bytes message,
                            const Party& party) {
  state_->capture(
      static_cast<std::uint32_t>(point), party,
      [&](PacketMaker& packets, const PacketMaker::Use& use) { packets.udp(from, to, message, use); });
}

void SignallingCapture::diameter(const Endpoint& from, const Endpoint& to, Bytes message,
                                 const Party& party) {
  state_->capture(kInterfaceS6a, party, [&](PacketMaker& packets, const PacketMaker::Use& use) {
    packets.tcp(from, to, message, use);
  });
}

void SignallingCapture::identify(std::uint64_t ue, const Imsi& imsi) {
  state_->identify(ue, imsi);
}
void SignallingCapture::flush() {
  state_->flush();
}

}  // namespace zerocell
