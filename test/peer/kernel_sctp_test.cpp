// SPDX-License-Identifier: Apache-2.0
// Runs inside user-mode-linux (test/peer/uml): shows that the kernel there has what the core's kernel SCTP
// path needs.
#include <arpa/inet.h>
#include <netinet/sctp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace {

constexpr std::uint32_t kS1apPpid = 18;  // TS 36.412 §7
constexpr int kPatience_ms = 10'000;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) { REQUIRE(descriptor_ >= 0); }
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

struct Message {
  std::vector<std::uint8_t> bytes;
  std::uint16_t stream = 0;
  std::uint32_t ppid = 0;
};

sockaddr_in at(const char* address, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  REQUIRE(inet_pton(AF_INET, address, &name.sin_addr) == 1);
  return name;
}

Socket open_socket() {
  Socket made{::socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP)};
  sctp_event_subscribe events{};
  events.sctp_data_io_event = 1;
  REQUIRE(::setsockopt(made.descriptor(), IPPROTO_SCTP, SCTP_EVENTS, &events, sizeof events) == 0);
  return made;
}

Socket listen_at(sockaddr_in name) {
  Socket listener = open_socket();
  REQUIRE(::bind(listener.descriptor(), reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
  REQUIRE(::listen(listener.descriptor(), 8) == 0);
  return listener;
}

Socket connect_to(sockaddr_in name) {
  Socket client = open_socket();
  REQUIRE(::connect(client.descriptor(), reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
  return client;
}

Socket accept_from(const Socket& listener) {
  pollfd ready{listener.descriptor(), POLLIN, 0};
  REQUIRE(::poll(&ready, 1, kPatience_ms) == 1);
  return Socket{::accept(listener.descriptor(), nullptr, nullptr)};
}

void send(const Socket& socket, const Message& message) {
  const auto sent = sctp_sendmsg(socket.descriptor(), message.bytes.data(), message.bytes.size(), nullptr, 0,
                                 htonl(message.ppid), 0, message.stream, 0, 0);
  REQUIRE(sent == static_cast<ssize_t>(message.bytes.size()));
}

Message receive(const Socket& socket) {
  Message message;
  message.bytes.resize(65'536);
  sctp_sndrcvinfo info{};
  int flags = 0;
  pollfd ready{socket.descriptor(), POLLIN, 0};
  REQUIRE(::poll(&ready, 1, kPatience_ms) == 1);
  const auto size = sctp_recvmsg(socket.descriptor(), message.bytes.data(), message.bytes.size(), nullptr,
                                 nullptr, &info, &flags);
  REQUIRE(size >= 0);
  message.bytes.resize(static_cast<std::size_t>(size));
  message.stream = info.sinfo_stream;
  message.ppid = ntohl(info.sinfo_ppid);
  return message;
}

}  // namespace

TEST_CASE("kernel_sctp_carries_stream_and_ppid_both_ways") {
  const sockaddr_in mme = at("127.0.1.100", 36412);
  const Socket listener = listen_at(mme);
  const Socket client = connect_to(mme);
  const Socket server = accept_from(listener);

  send(client, {{0x00, 0x11, 0x22}, 0, kS1apPpid});
  send(client, {std::vector<std::uint8_t>(9'000, 0x5a), 1, kS1apPpid});
  for (int i = 0; i < 2; ++i) send(server, receive(server));

  const Message first = receive(client);
  CHECK(first.bytes == std::vector<std::uint8_t>{0x00, 0x11, 0x22});
  CHECK(first.stream == 0);
  CHECK(first.ppid == kS1apPpid);
  const Message second = receive(client);
  CHECK(second.bytes == std::vector<std::uint8_t>(9'000, 0x5a));
  CHECK(second.stream == 1);
  CHECK(second.ppid == kS1apPpid);
}

TEST_CASE("kernel_sctp_says_when_the_peer_has_closed") {
  const sockaddr_in mme = at("127.0.1.100", 36412);
  const Socket listener = listen_at(mme);
  std::vector<Socket> client;
  client.push_back(connect_to(mme));
  const Socket server = accept_from(listener);
  client.clear();
  CHECK(receive(server).bytes.empty());
}
