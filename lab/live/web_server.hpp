// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "lab/live/host.hpp"

namespace zerocell::lab {

/// A web server with one page, on every address of a host of the lab's internet.
class WebServer {
 public:
  static std::expected<std::unique_ptr<WebServer>, std::string> open(Loop& loop, const Host& host,
                                                                     std::uint16_t port, std::string page);
  ~WebServer();

  std::size_t requests() const { return requests_; }

 private:
  struct Visitor {
    std::string heard;
    std::string left;
    std::unique_ptr<Watch> watch;
  };
  WebServer(Loop& loop, int listener, std::string page);
  void greet();
  void hear(int socket);
  void say(int socket);
  void leave(int socket);

  Loop& loop_;
  int listener_;
  std::string page_;
  std::map<int, Visitor> visitors_;
  std::size_t requests_ = 0;
  std::unique_ptr<Watch> watch_;
};

}  // namespace zerocell::lab
