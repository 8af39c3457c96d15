// SPDX-License-Identifier: Apache-2.0
#include "core/net/link.hpp"

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

#include "core/net/descriptor.hpp"

namespace zerocell::net {
namespace {

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
  /// 0, or the errno that the kernel answered.
  int send() {
    const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket.open()) return errno;
    const auto* header = reinterpret_cast<const nlmsghdr*>(memory_.data());
    if (::send(socket.get(), memory_.data(), header->nlmsg_len, 0) < 0) return errno;
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

/// About the route of the prefix into the interface; what Request::send gives.
int send_route(std::uint16_t type, std::uint16_t flags, unsigned interface_index, const IpPrefix& prefix) {
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
  return request.send();
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
  return outcome_of(send_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, interface_index, prefix),
                    "cannot route " + prefix.text() + " into " + name_of(interface_index));
}

std::expected<void, NetError> remove_route(unsigned interface_index, const IpPrefix& prefix) {
  const int error = send_route(RTM_DELROUTE, 0, interface_index, prefix);
  return outcome_of(error == ESRCH ? 0 : error,
                    "cannot take the route to " + prefix.text() + " from " + name_of(interface_index));
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
