import COpenBLAS

/// The dense operations left to OpenBLAS, on one thread: the caller decides what runs beside it. Matrices are column-major
/// and of symmetric ones the upper triangle is used.
enum DenseBlock {
  // Once per process, before the first call.
  private static let isPinned: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// Replaces a symmetric positive definite matrix `[size × size]` by its inverse.
  /// - Returns: `false` when it is not positive definite to working precision.
  static func invert(_ matrix: UnsafeMutablePointer<Double>, size: Int) -> Bool {
    precondition(isPinned)
    var (order, status) = (Int32(size), Int32(0))
    var leading = order
    dpotrf_("U", &order, matrix, &leading, &status, 1)
    guard status == 0 else { return false }
    dpotri_("U", &order, matrix, &leading, &status, 1)
    return status == 0
  }

  /// product `[size × columns]` = symmetric matrix · factor.
  static func multiply(
    _ matrix: UnsafePointer<Double>, size: Int, by factor: UnsafePointer<Double>, columns: Int,
    into product: UnsafeMutablePointer<Double>
  ) {
    precondition(isPinned)
    let (order, count) = (Int32(size), Int32(columns))
    if columns == 1 {
      cblas_dsymv(CblasColMajor, CblasUpper, order, 1, matrix, order, factor, 1, 0, product, 1)
    } else {
      cblas_dsymm(
        CblasColMajor, CblasLeft, CblasUpper, order, count, 1, matrix, order, factor, order, 0, product, order)
    }
  }
}
