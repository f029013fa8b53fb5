import CHDF5
import Glibc

/// Allocates the values of variable length of one read, up to a limit.
final class HDF5VariableBudget {
  private var bytesLeft: Int
  private(set) var isExceeded = false

  init(bytes: Int) { bytesLeft = bytes }

  /// Makes reads with the transfer list `properties` allocate from this budget, which must outlive them.
  func govern(_ properties: hid_t) -> herr_t {
    H5Pset_vlen_mem_manager(
      properties,
      { size, context in
        guard let context else { return nil }
        let budget = Unmanaged<HDF5VariableBudget>.fromOpaque(context).takeUnretainedValue()
        guard size <= budget.bytesLeft else {
          budget.isExceeded = true
          return nil
        }
        budget.bytesLeft -= size
        return malloc(size)
      }, Unmanaged.passUnretained(self).toOpaque(), { pointer, _ in free(pointer) }, nil)
  }
}
