// SPDX-License-Identifier: Apache-2.0
#include "core/state/record_table.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace zerocell::detail {
namespace {

constexpr std::uint64_t kMagic = 0x31454C4C45435A00;  // "\0ZCELLE1"
constexpr std::size_t kHeaderOctets = 4096;

struct TableHeader {
  std::uint64_t magic;
  std::uint32_t layout_version;
  std::uint32_t slot_octets;
  std::uint32_t capacity;
  std::uint32_t high_water;
};

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<std::string> failed(const RecordStorage& storage, const char* what, const std::string& why) {
  return std::unexpected(std::string(what) + " table " + (storage.path.empty() ? "in memory" : storage.path) +
                         ": " + why);
}

}  // namespace

std::expected<SlotMapping, std::string> SlotMapping::open(const RecordStorage& storage,
                                                          std::uint32_t slot_octets,
                                                          std::uint32_t layout_version, const char* what) {
  const std::size_t octets = kHeaderOctets + std::size_t{storage.capacity} * slot_octets;
  const Descriptor file(
      storage.path.empty() ? -1 : ::open(storage.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  bool fresh = true;
  if (!storage.path.empty()) {
    if (file.get() < 0) return failed(storage, what, std::strerror(errno));
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return failed(storage, what, std::strerror(errno));
    fresh = status.st_size == 0;
    if (fresh && ::ftruncate(file.get(), static_cast<off_t>(octets)) != 0)
      return failed(storage, what, std::strerror(errno));
    if (!fresh) {
      TableHeader found{};
      if (::pread(file.get(), &found, sizeof found, 0) != sizeof found || found.magic != kMagic)
        return failed(storage, what, "is not a record table; move it away");
      if (found.layout_version != layout_version || found.slot_octets != slot_octets)
        return failed(storage, what,
                      "was written by a version with another record layout (" +
                          std::to_string(found.layout_version) + ", here " + std::to_string(layout_version) +
                          "); move it away: its UEs attach again");
      if (found.capacity != storage.capacity || static_cast<std::uint64_t>(status.st_size) < octets)
        return failed(storage, what,
                      "was made for " + std::to_string(found.capacity) +
                          " records, the configuration asks for " + std::to_string(storage.capacity));
    }
  }
  void* mapping =
      ::mmap(nullptr, octets, PROT_READ | PROT_WRITE,
             storage.path.empty() ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED, file.get(), 0);
  if (mapping == MAP_FAILED) return failed(storage, what, std::strerror(errno));
  SlotMapping opened;
  opened.mapping_ = static_cast<std::byte*>(mapping);
  opened.mapping_octets_ = octets;
  opened.slots_ = opened.mapping_ + kHeaderOctets;
  opened.slot_octets_ = slot_octets;
  opened.capacity_ = storage.capacity;
  if (fresh)
    *reinterpret_cast<TableHeader*>(opened.mapping_) = {kMagic, layout_version, slot_octets, storage.capacity,
                                                        0};
  return opened;
}

SlotMapping::SlotMapping(SlotMapping&& other) noexcept {
  *this = std::move(other);
}

SlotMapping& SlotMapping::operator=(SlotMapping&& other) noexcept {
  if (this == &other) return *this;
  unmap();
  mapping_ = std::exchange(other.mapping_, nullptr);
  mapping_octets_ = other.mapping_octets_;
  slots_ = other.slots_;
  slot_octets_ = other.slot_octets_;
  capacity_ = other.capacity_;
  return *this;
}

SlotMapping::~SlotMapping() {
  unmap();
}

void SlotMapping::unmap() noexcept {
  if (mapping_ != nullptr) ::munmap(mapping_, mapping_octets_);
}

std::uint32_t SlotMapping::high_water() const {
  return reinterpret_cast<const TableHeader*>(mapping_)->high_water;
}

void SlotMapping::raise_high_water(std::uint32_t slots) {
  reinterpret_cast<TableHeader*>(mapping_)->high_water = slots;
}

}  // namespace zerocell::detail
