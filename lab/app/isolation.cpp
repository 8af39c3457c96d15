// SPDX-License-Identifier: Apache-2.0
#include "lab/app/isolation.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace zerocell::lab {
namespace {

constexpr int kCannotIsolate = 1;

volatile sig_atomic_t passed_on = 0;  // The child's process id, for the signal handler.

void pass_on(int signal) {
  if (passed_on > 0) ::kill(passed_on, signal);
}

bool write_file(const char* path, const std::string& text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  return written;
}

int cannot(const char* what) {
  std::fprintf(
      stderr,
      "zerocell-lab: %s: %s\n"
      "The lab lives in namespaces of its own. This kernel lets only root make them: try sudo, or allow\n"
      "user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
      "kernel.apparmor_restrict_unprivileged_userns=0).\n",
      what, std::strerror(errno));
  return kCannotIsolate;
}

/// As process 1.
int begin(const std::function<int()>& inside) {
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return cannot("private mounts");
  // Where a container hides parts of /proc there can be no other; the one that is there will do.
  ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  if (::mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0)
    return cannot("an empty /run");
  return inside();
}

}  // namespace

int run_isolated(const std::function<int()>& inside) {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  const int user_namespace = user == 0 ? 0 : CLONE_NEWUSER;
  if (::unshare(user_namespace | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID) != 0) return cannot("namespaces");
  if (user_namespace != 0 && (!write_file("/proc/self/setgroups", "deny") ||
                              !write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1") ||
                              !write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1")))
    return cannot("user namespace");

  // A signal between fork and handler waits until the child's id is known.
  sigset_t held, before;
  ::sigemptyset(&held);
  ::sigaddset(&held, SIGINT);
  ::sigaddset(&held, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &held, &before);
  std::array<int, 2> alive{};
  if (::pipe2(alive.data(), O_CLOEXEC) != 0) return cannot("pipe");
  const pid_t child = ::fork();
  if (child < 0) return cannot("fork");
  if (child == 0) {
    ::setpgid(0, 0);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(alive[1]);
    // The parent may have died before that line: then nobody holds the other end of the pipe.
    pollfd parent{alive[0], POLLIN, 0};
    if (::poll(&parent, 1, 0) != 0) ::_exit(kCannotIsolate);
    ::_exit(begin(inside));
  }
  passed_on = child;
  struct sigaction action{};
  action.sa_handler = pass_on;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  passed_on = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace zerocell::lab
