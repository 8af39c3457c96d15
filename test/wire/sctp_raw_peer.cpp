// SPDX-License-Identifier: Apache-2.0
// A peer of which only this file is ours: usrsctp as it comes, with its own raw sockets, threads and
// checksums.
//
//   sctp_raw_peer connect LOCAL REMOTE PORT COUNT   sends COUNT messages of growing size and wants each back
//   sctp_raw_peer listen LOCAL PORT                 accepts one association and sends everything back
//
// LOCAL may be several addresses, separated by commas. Exit code 0 when the other side ended it in order.
#include <arpa/inet.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <usrsctp.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kSizeStep = 997;
constexpr std::size_t kSizeMax = 60'000;
constexpr std::uint32_t kPpid = 0x5a5a0000;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "sctp_raw_peer: %s: %s\n", what, std::strerror(errno));
  std::_Exit(1);
}

sockaddr_in name_of(const std::string& address, const char* port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  if (inet_pton(AF_INET, address.c_str(), &name.sin_addr) != 1) fail("address");
  return name;
}

struct socket* open_on(std::string_view addresses, const char* port) {
  struct socket* made = usrsctp_socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP, nullptr, nullptr, 0, nullptr);
  if (made == nullptr) fail("socket");
  const int on = 1;
  usrsctp_setsockopt(made, IPPROTO_SCTP, SCTP_RECVRCVINFO, &on, sizeof on);
  while (!addresses.empty()) {
    const auto end = std::min(addresses.find(','), addresses.size());
    sockaddr_in name = name_of(std::string(addresses.substr(0, end)), port);
    if (usrsctp_bindx(made, reinterpret_cast<sockaddr*>(&name), 1, SCTP_BINDX_ADD_ADDR) != 0) fail("bind");
    addresses.remove_prefix(std::min(end + 1, addresses.size()));
  }
  return made;
}

struct Message {
  std::vector<char> octets;
  sctp_rcvinfo info{};
};

/// Empty at the end of the association.
Message receive(struct socket* from) {
  Message message;
  message.octets.resize(kSizeMax + 1);
  std::size_t size = 0;
  for (int flags = 0; (flags & MSG_EOR) == 0;) {
    socklen_t info_length = sizeof message.info;
    unsigned info_type = 0;
    flags = 0;
    const ssize_t part = usrsctp_recvv(from, message.octets.data() + size, message.octets.size() - size,
                                       nullptr, nullptr, &message.info, &info_length, &info_type, &flags);
    if (part < 0) fail("receive");
    if (part == 0) break;
    size += static_cast<std::size_t>(part);
  }
  message.octets.resize(size);
  return message;
}

void send(struct socket* to, const std::vector<char>& octets, std::uint16_t stream, std::uint32_t ppid) {
  sctp_sndinfo info{};
  info.snd_sid = stream;
  info.snd_ppid = ppid;
  if (usrsctp_sendv(to, octets.data(), octets.size(), nullptr, 0, &info, sizeof info, SCTP_SENDV_SNDINFO, 0) <
      0) {
    fail("send");
  }
}

int echo(struct socket* listener) {
  if (usrsctp_listen(listener, 1) != 0) fail("listen");
  std::puts("listening");
  std::fflush(stdout);
  struct socket* accepted = usrsctp_accept(listener, nullptr, nullptr);
  if (accepted == nullptr) fail("accept");
  const int on = 1;
  usrsctp_setsockopt(accepted, IPPROTO_SCTP, SCTP_RECVRCVINFO, &on, sizeof on);
  for (;;) {
    const Message message = receive(accepted);
    if (message.octets.empty()) return 0;
    send(accepted, message.octets, message.info.rcv_sid, message.info.rcv_ppid);
  }
}

int expect_echoes(struct socket* with, int count) {
  for (int i = 0; i < count; ++i) {
    const std::size_t size = (static_cast<std::size_t>(i) * kSizeStep) % kSizeMax + 1;
    const std::vector<char> octets(size, static_cast<char>(i));
    const auto stream = static_cast<std::uint16_t>(i % 10);
    send(with, octets, stream, htonl(kPpid));
    const Message back = receive(with);
    if (back.octets != octets || back.info.rcv_sid != stream || back.info.rcv_ppid != htonl(kPpid)) {
      std::fprintf(stderr, "sctp_raw_peer: message %d came back changed\n", i);
      return 1;
    }
  }
  usrsctp_shutdown(with, SHUT_WR);
  return receive(with).octets.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  usrsctp_init(0, nullptr, nullptr);
  // What is not this stack's own must not be aborted: others share the network namespace.
  usrsctp_sysctl_set_sctp_blackhole(2);
  usrsctp_sysctl_set_sctp_no_csum_on_loopback(0);
  int result = 2;
  if (argc == 6 && std::string_view(argv[1]) == "connect") {
    struct socket* with = open_on(argv[2], "0");
    sockaddr_in name = name_of(argv[3], argv[4]);
    if (usrsctp_connect(with, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) fail("connect");
    result = expect_echoes(with, std::atoi(argv[5]));
  } else if (argc == 4 && std::string_view(argv[1]) == "listen") {
    result = echo(open_on(argv[2], argv[3]));
  }
  ::usleep(50'000);  // Its threads send the last of the shutdown.
  std::_Exit(result);
}
