// A read-only HDF5 file driver that checks the global heap before the library sees it.
//
// Variable-length values, and with them nearly all text attributes, live in "global heap collections". They are the
// only metadata without a checksum in the 1.10 format, and HDF5 1.10 follows their sizes unchecked: one damaged bit
// there ends in a crash or an endless loop. This driver reads like the default one, without file locks, and fails the
// read of a collection whose objects do not tile it exactly (HDF5 File Format Specification, section III.E).
#pragma once

#include <fcntl.h>
#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

struct chdf5_guarded_file {
  H5FD_t base;
  int descriptor;
  haddr_t end_of_allocation;
  haddr_t size;
  dev_t device;
  ino_t inode;
};

static inline H5FD_t *chdf5_guard_open(const char *name, unsigned flags, hid_t access, haddr_t limit) {
  (void)access, (void)limit;
  if (flags & (H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_CREAT)) return NULL;
  struct stat status;
  int descriptor = open(name, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  struct chdf5_guarded_file *file = calloc(1, sizeof *file);
  if (!file || fstat(descriptor, &status) < 0) {
    free(file);
    close(descriptor);
    return NULL;
  }
  file->descriptor = descriptor;
  file->size = (haddr_t)status.st_size;
  file->device = status.st_dev;
  file->inode = status.st_ino;
  return &file->base;
}

static inline herr_t chdf5_guard_close(H5FD_t *base) {
  struct chdf5_guarded_file *file = (struct chdf5_guarded_file *)base;
  int status = close(file->descriptor);
  free(file);
  return status;
}

static inline int chdf5_guard_compare(const H5FD_t *left, const H5FD_t *right) {
  const struct chdf5_guarded_file *a = (const struct chdf5_guarded_file *)left;
  const struct chdf5_guarded_file *b = (const struct chdf5_guarded_file *)right;
  if (a->device != b->device) return a->device < b->device ? -1 : 1;
  return a->inode == b->inode ? 0 : a->inode < b->inode ? -1 : 1;
}

static inline herr_t chdf5_guard_query(const H5FD_t *base, unsigned long *features) {
  (void)base;
  if (features) {
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  }
  return 0;
}

static inline haddr_t chdf5_guard_get_allocation(const H5FD_t *base, H5FD_mem_t type) {
  (void)type;
  return ((const struct chdf5_guarded_file *)base)->end_of_allocation;
}

static inline herr_t chdf5_guard_set_allocation(H5FD_t *base, H5FD_mem_t type, haddr_t end) {
  (void)type;
  ((struct chdf5_guarded_file *)base)->end_of_allocation = end;
  return 0;
}

static inline haddr_t chdf5_guard_get_size(const H5FD_t *base, H5FD_mem_t type) {
  (void)type;
  return ((const struct chdf5_guarded_file *)base)->size;
}

// Reads `size` bytes; bytes behind the end of the file are zero, as HDF5 expects.
static inline bool chdf5_guard_fetch(
    const struct chdf5_guarded_file *file, haddr_t start, size_t size, uint8_t *bytes) {
  while (size > 0) {
    ssize_t received = pread(file->descriptor, bytes, size, (off_t)start);
    if (received < 0) return false;
    if (received == 0) {
      memset(bytes, 0, size);
      return true;
    }
    bytes += received;
    start += (haddr_t)received;
    size -= (size_t)received;
  }
  return true;
}

static inline uint64_t chdf5_guard_number(const uint8_t *bytes, int count) {
  uint64_t number = 0;
  while (count-- > 0) number = number << 8 | bytes[count];
  return number;
}

// Whether the objects of a collection of `size` bytes follow each other without gap up to its end. An object is a
// header of 16 bytes (index 2, references 2, reserved 4, size 8) and its data, padded to 8; index 0 is the free rest.
static inline bool chdf5_guard_tiles(const uint8_t *collection, uint64_t size) {
  const uint64_t header = 16;
  uint64_t position = header;
  while (size - position >= header) {
    const uint8_t *object = collection + position;
    uint64_t rest = size - position;
    uint64_t data = chdf5_guard_number(object + 8, 8);
    if (chdf5_guard_number(object, 2) == 0) return data == rest;
    if (chdf5_guard_number(object + 4, 4) != 0 || data > rest - header) return false;
    uint64_t padded = (data + 7) / 8 * 8;
    if (padded > rest - header) return false;
    position += header + padded;
  }
  return true;
}

// Checks the collection at `start` whose first bytes are `head`.
static inline bool chdf5_guard_accepts(const struct chdf5_guarded_file *file, haddr_t start, const uint8_t *head) {
  const uint64_t smallest = 4096;
  uint64_t size = chdf5_guard_number(head + 8, 8);
  if (size < smallest || size > file->size) return false;
  uint8_t *collection = malloc(size);
  bool accepted = collection && chdf5_guard_fetch(file, start, size, collection) && chdf5_guard_tiles(collection, size);
  free(collection);
  return accepted;
}

static inline herr_t chdf5_guard_read(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t start, size_t size, void *bytes) {
  (void)type, (void)transfer;
  const struct chdf5_guarded_file *file = (const struct chdf5_guarded_file *)base;
  if (start > INT64_MAX || size > INT64_MAX - start) return -1;
  if (!chdf5_guard_fetch(file, start, size, bytes)) return -1;
  // HDF5 reads the head of a collection in 4096 bytes, and passes it off as raw data.
  if (size == 4096 && memcmp(bytes, "GCOL\1", 5) == 0 && !chdf5_guard_accepts(file, start, bytes)) {
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_HEAP, H5E_BADVALUE,
             "the heap of variable-length values at byte %llu is damaged", (unsigned long long)start);
    return -1;
  }
  return 0;
}

static inline herr_t chdf5_guard_write(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t start, size_t size, const void *bytes) {
  (void)base, (void)type, (void)transfer, (void)start, (void)size, (void)bytes;
  return -1;
}

// Registers the driver; the identifier goes to `H5Pset_driver`.
static inline hid_t chdf5_register_guard(void) {
  static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
      .version = H5FD_CLASS_VERSION,
      .value = 600,
#endif
      .name = "crosspoint-guard",
      .maxaddr = INT64_MAX,
      .fc_degree = H5F_CLOSE_STRONG,
      .open = chdf5_guard_open,
      .close = chdf5_guard_close,
      .cmp = chdf5_guard_compare,
      .query = chdf5_guard_query,
      .get_eoa = chdf5_guard_get_allocation,
      .set_eoa = chdf5_guard_set_allocation,
      .get_eof = chdf5_guard_get_size,
      .read = chdf5_guard_read,
      .write = chdf5_guard_write,
      .fl_map = H5FD_FLMAP_DICHOTOMY,
  };
  return H5FDregister(&driver);
}
