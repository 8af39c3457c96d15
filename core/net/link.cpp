// SPDX-License-Identifier: Apache-2.0
#include "core/net/link.hpp"

#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace zerocell::net {
namespace {

Descriptor route_socket() {
  return Descriptor(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
}

/// One rtnetlink request, as it stands on the wire.
class Request {
 public:
  template <class Payload>
  Request(std::uint16_t type, std::uint16_t flags, const Payload& payload) {
    auto* header = reinterpret_cast<nlmsghdr*>(memory_.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    header->nlmsg_len = NLMSG_LENGTH(sizeof payload);
    std::memcpy(NLMSG_DATA(header), &payload, sizeof payload);
  }
  void attribute(std::uint16_t type, const void* data, std::size_t octets) {
    auto* header = reinterpret_cast<nlmsghdr*>(memory_.data());
    auto* attribute = reinterpret_cast<rtattr*>(memory_.data() + NLMSG_ALIGN(header->nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = static_cast<std::uint16_t>(RTA_LENGTH(octets));
    std::memcpy(RTA_DATA(attribute), data, octets);
    header->nlmsg_len =
        static_cast<std::uint32_t>(NLMSG_ALIGN(header->nlmsg_len) + RTA_ALIGN(attribute->rta_len));
  }
  /// 0, or an errno.
  int write(const Descriptor& socket) const {
    const auto* header = reinterpret_cast<const nlmsghdr*>(memory_.data());
    return ::send(socket.get(), memory_.data(), header->nlmsg_len, 0) < 0 ? errno : 0;
  }
  /// 0, or the errno that the kernel answered.
  int send() const {
    const Descriptor socket = route_socket();
    return socket.open() ? send(socket) : errno;
  }
  int send(const Descriptor& socket) const {
    if (const int error = write(socket); error != 0) return error;
    alignas(nlmsghdr) std::array<std::uint8_t, 4096> answer;
    const ssize_t received = ::recv(socket.get(), answer.data(), answer.size(), 0);
    if (received < 0) return errno;
    const auto* reply = reinterpret_cast<const nlmsghdr*>(answer.data());
    if (static_cast<std::size_t>(received) < NLMSG_LENGTH(sizeof(nlmsgerr)) ||
        reply->nlmsg_type != NLMSG_ERROR)
      return EPROTO;
    nlmsgerr outcome;
    std::memcpy(&outcome, NLMSG_DATA(reply), sizeof outcome);
    return -outcome.error;
  }

 private:
  alignas(nlmsghdr) std::array<std::uint8_t, 512> memory_{};
};

std::expected<void, NetError> outcome_of(int error, std::string what) {
  if (error == 0) return {};
  std::string message = std::move(what) + ": " + std::strerror(error);
  if (error == EPERM)
    message +=
        "; this needs CAP_NET_ADMIN: run as root, or give it to the program with "
        "\"setcap cap_net_admin+ep zerocell\"";
  return std::unexpected(NetError{error, std::move(message)});
}

std::string name_of(unsigned interface_index) {
  std::array<char, IF_NAMESIZE> name{};
  return ::if_indextoname(interface_index, name.data()) != nullptr ? name.data()
                                                                   : std::to_string(interface_index);
}

/// About the route of the prefix into the interface.
Request route_request(std::uint16_t type, std::uint16_t flags, unsigned interface_index,
                      const IpPrefix& prefix) {
  rtmsg message{};
  message.rtm_family = prefix.address.is_v4() ? AF_INET : AF_INET6;
  message.rtm_dst_len = prefix.length;
  message.rtm_table = RT_TABLE_MAIN;
  message.rtm_protocol = RTPROT_STATIC;
  message.rtm_scope = RT_SCOPE_LINK;
  message.rtm_type = RTN_UNICAST;
  Request request(type, flags, message);
  request.attribute(RTA_DST, prefix.address.octets().data(), prefix.address.octets().size());
  const std::uint32_t index = interface_index;
  request.attribute(RTA_OIF, &index, sizeof index);
  return request;
}

/// What a message of a listing says of a route of the main table; nothing where it is about something else.
std::optional<LinkRoutes::Route> read_route(const nlmsghdr& header, unsigned interface_index) {
  if (header.nlmsg_type != RTM_NEWROUTE || header.nlmsg_len < NLMSG_LENGTH(sizeof(rtmsg)))
    return std::nullopt;
  const auto* message = static_cast<const rtmsg*>(NLMSG_DATA(&header));
  if (message->rtm_table != RT_TABLE_MAIN || message->rtm_type != RTN_UNICAST) return std::nullopt;
  LinkRoutes::Route route;
  const bool v4 = message->rtm_family == AF_INET;
  route.prefix.address = v4 ? IpAddress(Ipv4Address()) : IpAddress(Ipv6Address());
  route.prefix.length = message->rtm_dst_len;
  route.ours = message->rtm_protocol == RTPROT_STATIC;
  std::uint32_t index = 0;
  auto octets = header.nlmsg_len - NLMSG_LENGTH(sizeof(rtmsg));
  for (const auto* attribute = RTM_RTA(message); RTA_OK(attribute, octets);
       attribute = RTA_NEXT(attribute, octets)) {
    const void* data = RTA_DATA(attribute);
    const std::size_t size = RTA_PAYLOAD(attribute);
    if (attribute->rta_type == RTA_OIF && size == sizeof index) std::memcpy(&index, data, size);
    if (attribute->rta_type != RTA_DST) continue;
    Ipv4Address address;
    Ipv6Address wide;
    if (v4 && size == address.octets.size()) {
      std::memcpy(address.octets.data(), data, size);
      route.prefix.address = address;
    } else if (!v4 && size == wide.octets.size()) {
      std::memcpy(wide.octets.data(), data, size);
      route.prefix.address = wide;
    }
  }
  if (index != interface_index) return std::nullopt;
  return route;
}

/// Adds the routes of one family that lead into the interface. 0, or an errno.
int list_routes(const Descriptor& socket, int family, unsigned interface_index,
                std::vector<LinkRoutes::Route>& found) {
  rtmsg message{};
  message.rtm_family = static_cast<std::uint8_t>(family);
  Request request(RTM_GETROUTE, NLM_F_DUMP, message);
  const std::uint32_t index = interface_index;
  request.attribute(RTA_OIF, &index, sizeof index);
  if (const int error = request.write(socket); error != 0) return error;
  alignas(nlmsghdr) std::array<std::uint8_t, 65'536> answer;
  for (;;) {
    const ssize_t received = ::recv(socket.get(), answer.data(), answer.size(), MSG_TRUNC);
    if (received < 0) return errno;
    if (static_cast<std::size_t>(received) > answer.size()) return EMSGSIZE;
    auto octets = static_cast<std::uint32_t>(received);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data()); NLMSG_OK(header, octets);
         header = NLMSG_NEXT(header, octets)) {
      if (header->nlmsg_type == NLMSG_DONE) return 0;
      if (header->nlmsg_type == NLMSG_ERROR) {
        nlmsgerr outcome{};
        if (header->nlmsg_len < NLMSG_LENGTH(sizeof outcome)) return EPROTO;
        std::memcpy(&outcome, NLMSG_DATA(header), sizeof outcome);
        return outcome.error == 0 ? EPROTO : -outcome.error;
      }
      const auto* of = static_cast<const rtmsg*>(NLMSG_DATA(header));
      if (header->nlmsg_len < NLMSG_LENGTH(sizeof(rtmsg)) || of->rtm_family != family) continue;
      if (const auto route = read_route(*header, interface_index)) found.push_back(*route);
    }
  }
}

}  // namespace

std::expected<void, NetError> set_link_up(unsigned interface_index, unsigned mtu) {
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(interface_index);
  link.ifi_flags = IFF_UP;
  link.ifi_change = IFF_UP;
  Request request(RTM_NEWLINK, 0, link);
  const std::uint32_t value = mtu;
  request.attribute(IFLA_MTU, &value, sizeof value);
  return outcome_of(request.send(),
                    "cannot set " + name_of(interface_index) + " up with MTU " + std::to_string(mtu));
}

std::expected<void, NetError> add_address(unsigned interface_index, const IpAddress& address,
                                          std::uint8_t prefix_length) {
  ifaddrmsg message{};
  message.ifa_family = address.is_v4() ? AF_INET : AF_INET6;
  message.ifa_prefixlen = prefix_length;
  message.ifa_index = interface_index;
  message.ifa_scope = RT_SCOPE_UNIVERSE;
  // Nobody else is on a point-to-point link: the address is not probed for first.
  if (!address.is_v4()) message.ifa_flags = IFA_F_NODAD;
  Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, message);
  request.attribute(IFA_LOCAL, address.octets().data(), address.octets().size());
  request.attribute(IFA_ADDRESS, address.octets().data(), address.octets().size());
  return outcome_of(request.send(), "cannot give " + address.text() + "/" + std::to_string(prefix_length) +
                                        " to " + name_of(interface_index));
}

std::expected<void, NetError> add_route(unsigned interface_index, const IpPrefix& prefix) {
  return outcome_of(route_request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, interface_index, prefix).send(),
                    "cannot route " + prefix.text() + " into " + name_of(interface_index));
}

int LinkRoutes::open() {
  if (socket_.open()) return 0;
  socket_ = route_socket();
  if (!socket_.open()) return errno;
  // The kernel then lists this interface's routes only. One before 4.20 lists all, and we choose.
  const int on = 1;
  (void)::setsockopt(socket_.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  return 0;
}

int LinkRoutes::send(std::uint16_t type, std::uint16_t flags, const IpPrefix& prefix) {
  int error = open();
  if (error == 0) error = route_request(type, flags, interface_index_, prefix).send(socket_);
  if (error != 0) socket_ = Descriptor();
  return error;
}

std::expected<void, NetError> LinkRoutes::add(const IpPrefix& prefix) {
  const int error = send(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, prefix);
  if (error == 0) return {};
  return outcome_of(error, "cannot route " + prefix.text() + " into " + name_of(interface_index_));
}

std::expected<void, NetError> LinkRoutes::remove(const IpPrefix& prefix) {
  const int error = send(RTM_DELROUTE, 0, prefix);
  if (error == 0 || error == ESRCH || error == ENODEV) return {};
  return outcome_of(error,
                    "cannot take the route to " + prefix.text() + " from " + name_of(interface_index_));
}

std::expected<std::vector<LinkRoutes::Route>, NetError> LinkRoutes::all() {
  std::vector<Route> found;
  int error = open();
  for (const int family : {AF_INET, AF_INET6})
    if (error == 0) error = list_routes(socket_, family, interface_index_, found);
  if (error == 0) return found;
  socket_ = Descriptor();
  return std::unexpected(
      outcome_of(error, "cannot list the routes into " + name_of(interface_index_)).error());
}

std::expected<void, NetError> accept_own_sources(const std::string& interface) {
  const auto accepts = [](const std::string& of) {
    std::ifstream file("/proc/sys/net/ipv4/conf/" + of + "/accept_local");
    char value = '0';
    return file >> value && value != '0';
  };
  if (accepts("all") || accepts(interface)) return {};
  const std::string path = "/proc/sys/net/ipv4/conf/" + interface + "/accept_local";
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.open() && ::write(file.get(), "1", 1) == 1) return {};
  const int error = errno;
  return std::unexpected(NetError{
      error,
      "cannot set accept_local of " + interface + ": " + std::strerror(error) +
          "; without it hosts do not hear which MTU a UE has: set it once, with \"sysctl -w net/ipv4/conf/" +
          interface + "/accept_local=1\""});
}

std::vector<IpAddress> local_addresses() {
  std::vector<IpAddress> found;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    if (entry->ifa_addr->sa_family == AF_INET) {
      Ipv4Address v4;
      std::memcpy(v4.octets.data(), &reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr, 4);
      found.emplace_back(v4);
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      Ipv6Address v6;
      std::memcpy(v6.octets.data(), &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr, 16);
      found.emplace_back(v6);
    }
  }
  ::freeifaddrs(list);
  return found;
}

bool forwarding_enabled(bool v4) {
  std::ifstream file(v4 ? "/proc/sys/net/ipv4/ip_forward" : "/proc/sys/net/ipv6/conf/all/forwarding");
  char value = '0';
  return file >> value && value != '0';
}

}  // namespace zerocell::net
