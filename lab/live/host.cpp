// SPDX-License-Identifier: Apache-2.0
#include "lab/live/host.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace zerocell::lab {
namespace {

std::unexpected<std::string> failed(const std::string& what) {
  return std::unexpected(what + ": " + std::strerror(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool good() const { return number_ >= 0; }

 private:
  int number_;
};

}  // namespace

Program::Program(Program&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      output_(std::exchange(other.output_, -1)),
      status_(other.status_) {}

Program& Program::operator=(Program&& other) noexcept {
  if (this == &other) return *this;
  kill();
  process_ = std::exchange(other.process_, -1);
  output_ = std::exchange(other.output_, -1);
  status_ = other.status_;
  return *this;
}

bool Program::running() {
  if (process_ < 0) return false;
  int status = 0;
  if (::waitpid(process_, &status, WNOHANG) == 0) return true;
  process_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

std::string Program::output() const {
  std::string text;
  if (output_ < 0) return text;
  std::array<char, 4096> piece;
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(output_, piece.data(), piece.size(), offset);
    if (got <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    offset += got;
  }
}

void Program::signal(int number) const {
  if (process_ > 0) ::kill(process_, number);
}

void Program::kill() {
  if (running()) {
    signal(SIGKILL);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    status_ = 128 + SIGKILL;
  }
  if (output_ >= 0) ::close(std::exchange(output_, -1));
}

std::expected<Program, std::string> Host::start(const Start& start) const {
  const std::string path = "/run/netns/" + name_;
  const Descriptor space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!space.good()) return failed(path);
  Program program;
  program.output_ = start.output.empty()
                        ? ::memfd_create("output", MFD_CLOEXEC)
                        : ::open(start.output.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (program.output_ < 0) return failed("output of " + start.arguments.front());

  // All memory is taken before the fork: other threads of ours may hold the allocator's lock.
  std::vector<char*> arguments;
  for (const std::string& argument : start.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return failed("fork");
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Its own group: Ctrl-C is for the lab, which ends its programs in order.
    ::setpgid(0, 0);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY);
    if (::getppid() != parent || ::setns(space.number(), CLONE_NEWNET) != 0 || ::dup2(nothing, 0) < 0 ||
        ::dup2(program.output_, 1) < 0 || ::dup2(program.output_, 2) < 0 ||
        (!start.directory.empty() && ::chdir(start.directory.c_str()) != 0))
      ::_exit(126);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  program.process_ = child;
  return program;
}

Task<std::expected<Program, std::string>> Host::run(Loop& loop, Start start, Duration patience) const {
  const Time give_up = loop.now() + patience;
  auto program = this->start(start);
  while (program && program->running() && loop.now() < give_up)
    co_await sleep(loop, std::chrono::milliseconds(10));
  if (program && program->running()) {
    program->signal(SIGKILL);
    while (program->running()) co_await sleep(loop, std::chrono::milliseconds(1));
  }
  co_return program;
}

std::expected<void, std::string> Host::enter() const {
  const std::string path = "/run/netns/" + name_;
  const Descriptor space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!space.good() || ::setns(space.number(), CLONE_NEWNET) != 0) return failed(path);
  return {};
}

std::expected<void, std::string> Host::within(
    const std::function<std::expected<void, std::string>()>& inside) const {
  const Descriptor ours(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!ours.good()) return failed("/proc/thread-self/ns/net");
  if (auto entered = enter(); !entered) return entered;
  auto outcome = inside();
  if (::setns(ours.number(), CLONE_NEWNET) != 0) return failed("back from " + name_);
  return outcome;
}

std::expected<void, std::string> Host::create() const {
  const pid_t child = ::fork();
  if (child < 0) return failed("fork");
  if (child == 0) {
    ::execlp("ip", "ip", "netns", "add", name_.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child || status != 0)
    return std::unexpected("ip netns add " + name_ + " failed");
  return ip("link set lo up\n");
}

std::expected<void, std::string> Host::ip(std::string_view commands) const {
  const Descriptor input(::memfd_create("commands", MFD_CLOEXEC));
  if (!input.good() ||
      ::write(input.number(), commands.data(), commands.size()) != static_cast<ssize_t>(commands.size()))
    return failed("commands for ip");
  const std::string batch = "/proc/self/fd/" + std::to_string(input.number());
  const Descriptor output(::memfd_create("output", MFD_CLOEXEC));
  const pid_t child = ::fork();
  if (child < 0) return failed("fork");
  if (child == 0) {
    ::fcntl(input.number(), F_SETFD, 0);
    ::dup2(output.number(), 1);
    ::dup2(output.number(), 2);
    ::execlp("ip", "ip", "-n", name_.c_str(), "-batch", batch.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) == child && status == 0) return {};
  std::array<char, 512> text{};
  const ssize_t got = ::pread(output.number(), text.data(), text.size(), 0);
  return std::unexpected("ip in " + name_ + ": " +
                         std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))));
}

std::expected<void, std::string> Host::sysctl(std::string_view path, std::string_view value) const {
  const std::string file = "/proc/sys/" + std::string(path);
  return within([&]() -> std::expected<void, std::string> {
    const Descriptor setting(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!setting.good() ||
        ::write(setting.number(), value.data(), value.size()) != static_cast<ssize_t>(value.size()))
      return failed(file);
    return {};
  });
}

}  // namespace zerocell::lab
