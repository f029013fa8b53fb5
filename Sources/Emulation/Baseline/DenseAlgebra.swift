import COpenBLAS

/// The few dense operations left to OpenBLAS, on one thread: the caller decides what runs beside it.
enum DenseAlgebra {
  // Once per process, before the first call.
  private static let isPinned: Bool = {
    openblas_set_num_threads(1)
    return true
  }()

  /// outputs `[columns]` = inputs `[rows]` · matrix, row-major `[rows × columns]`.
  static func multiply(
    _ inputs: UnsafePointer<Float>, by matrix: UnsafePointer<Float>, rows: Int, columns: Int,
    into outputs: UnsafeMutablePointer<Float>
  ) {
    precondition(isPinned)
    cblas_sgemv(
      CblasRowMajor, CblasTrans, Int32(rows), Int32(columns), 1, matrix, Int32(columns), inputs, 1, 0, outputs, 1)
  }

  /// Σ|x| of `count` numbers: reads them once, in order, as fast as the memory gives them.
  static func sumOfMagnitudes(_ values: UnsafePointer<Float>, count: Int) -> Float {
    precondition(isPinned)
    return cblas_sasum(Int32(count), values, 1)
  }

  /// Solves matrix · x = b for a symmetric positive definite matrix by Cholesky factorisation.
  ///
  /// - Parameters:
  ///   - matrix: row-major `[size × size]`, of which the upper triangle is read; overwritten.
  ///   - rightHandSides: one row `[size]` after another; each is replaced by its solution.
  /// - Returns: `false` when the matrix is not positive definite to working precision.
  static func solvePositiveDefinite(
    matrix: UnsafeMutablePointer<Double>, size: Int, rightHandSides: UnsafeMutablePointer<Double>, count: Int
  ) -> Bool {
    precondition(isPinned)
    var (order, columns, status) = (Int32(size), Int32(count), Int32(0))
    var leading = order
    // The upper triangle by rows is the lower one by columns.
    dposv_("L", &order, &columns, matrix, &leading, rightHandSides, &leading, &status, 1)
    return status == 0
  }
}
