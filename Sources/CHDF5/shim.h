// The C face of HDF5 for Swift. Constants that are macros in HDF5 (and so do not import) become functions with the
// prefix `chdf5_`, and the one call whose signature changed between HDF5 1.10 and 1.12 gets a stable form.
#pragma once

#include <hdf5.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard.h"

// File access flags.
static inline unsigned chdf5_access_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned chdf5_access_read_only(void) { return H5F_ACC_RDONLY; }

// Property list classes and the default list.
static inline hid_t chdf5_default_properties(void) { return H5P_DEFAULT; }
static inline hid_t chdf5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_create_class(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_create_class(void) { return H5P_GROUP_CREATE; }
static inline hid_t chdf5_dataset_transfer_class(void) { return H5P_DATASET_XFER; }
static inline hid_t chdf5_dataset_create_class(void) { return H5P_DATASET_CREATE; }

// The dataspace that stands for "everything".
static inline hid_t chdf5_whole_space(void) { return H5S_ALL; }

// Native memory types.
static inline hid_t chdf5_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t chdf5_native_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_native_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t chdf5_native_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t chdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_native_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t chdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_native_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }

// The size that makes a string type variable in length.
static inline size_t chdf5_variable_size(void) { return H5T_VARIABLE; }

// The error stack of the calling thread.
static inline hid_t chdf5_error_stack(void) { return H5E_DEFAULT; }
static inline void chdf5_silence_errors(void) { (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// Switches advisory file locks off: they fail on many network and read-only file systems.
static inline herr_t chdf5_disable_file_locking(hid_t file_access) {
  return H5Pset_file_locking(file_access, false, true);
}

// Writes only the 1.10 file format, in which all metadata but the heap of variable-length strings is checksummed.
static inline herr_t chdf5_fix_format(hid_t file_access) {
  return H5Pset_libver_bounds(file_access, H5F_LIBVER_V110, H5F_LIBVER_V110);
}

typedef herr_t (*chdf5_name_visitor)(const char *name, void *context);

struct chdf5_visit {
  chdf5_name_visitor visitor;
  void *context;
};

static inline herr_t chdf5_visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *visit) {
  (void)object, (void)info;
  return ((struct chdf5_visit *)visit)->visitor(name, ((struct chdf5_visit *)visit)->context);
}

// Names are visited as they come: where HDF5 1.10 sorts them itself and meets damage, it frees what it never filled.

// Calls `visitor` with each attribute name of `object`, in no order, until it returns non-zero.
static inline herr_t chdf5_for_each_attribute(hid_t object, chdf5_name_visitor visitor, void *context) {
  struct chdf5_visit visit = {visitor, context};
  hsize_t start = 0;
  return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &start, chdf5_visit_attribute, &visit);
}

#if H5_VERSION_GE(1, 12, 0)
#define CHDF5_LINK_INFO H5L_info2_t
#define CHDF5_LINK_ITERATE H5Literate2
#else
#define CHDF5_LINK_INFO H5L_info_t
#define CHDF5_LINK_ITERATE H5Literate
#endif

static inline herr_t chdf5_visit_link(hid_t group, const char *name, const CHDF5_LINK_INFO *info, void *visit) {
  (void)group, (void)info;
  return ((struct chdf5_visit *)visit)->visitor(name, ((struct chdf5_visit *)visit)->context);
}

// Calls `visitor` with each link name of `group`, in no order, until it returns non-zero.
static inline herr_t chdf5_for_each_link(hid_t group, chdf5_name_visitor visitor, void *context) {
  struct chdf5_visit visit = {visitor, context};
  hsize_t start = 0;
  return CHDF5_LINK_ITERATE(group, H5_INDEX_NAME, H5_ITER_NATIVE, &start, chdf5_visit_link, &visit);
}

// Asks the disk to begin with what a file has in memory, without waiting. The call is Linux's own and hidden from Swift.
static inline void chdf5_begin_writeback(int descriptor) {
  const unsigned sync_file_range_write = 2;
  (void)syscall(SYS_sync_file_range, descriptor, 0L, 0L, sync_file_range_write);
}
