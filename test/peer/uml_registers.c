// SPDX-License-Identifier: Apache-2.0
// Preloaded into user-mode-linux where the processor has more state than its kernel knows (AMX): such a
// kernel writes a tracee's registers from a buffer that is shorter than this kernel takes, is refused, and
// dies before its first process. What it leaves out stays here as the tracee has it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef long (*Ptrace)(int request, pid_t process, void* address, void* data);

long ptrace(enum __ptrace_request request, ...) {
  static Ptrace next;
  if (!next) next = (Ptrace)dlsym(RTLD_NEXT, "ptrace");
  va_list arguments;
  va_start(arguments, request);
  const pid_t process = va_arg(arguments, pid_t);
  void* const address = va_arg(arguments, void*);
  void* const data = va_arg(arguments, void*);
  va_end(arguments);
  const long done = next((int)request, process, address, data);
  if (done == 0 || errno != EFAULT || request != PTRACE_SETREGSET || address != (void*)NT_X86_XSTATE)
    return done;

  static char whole[1 << 16] __attribute__((aligned(64)));
  struct iovec all = {whole, sizeof whole};
  const struct iovec* const given = data;
  if (next(PTRACE_GETREGSET, process, address, &all) != 0 || given->iov_len > all.iov_len) return -1;
  memcpy(whole, given->iov_base, given->iov_len);
  return next(PTRACE_SETREGSET, process, address, &all);
}
