import CKernels

/// Active rows of one tick and how far each is driven.
public struct DrivenRows {
  /// Active rows, ascending.
  public let rows: UnsafeBufferPointer<Int32>
  /// Amplitude of each, a fraction of the full read voltage; `nil` where all are fully driven.
  public let amplitudes: UnsafePointer<Float>?

  /// Rows and their amplitudes, good as long as the storage they point to.
  public init(_ rows: UnsafeBufferPointer<Int32>, amplitudes: UnsafePointer<Float>? = nil) {
    self.rows = rows
    self.amplitudes = amplitudes
  }

  /// The part of the list at these positions.
  public func part(_ positions: Range<Int>) -> DrivenRows {
    DrivenRows(
      UnsafeBufferPointer(rebasing: rows[positions]), amplitudes: amplitudes.map { $0 + positions.lowerBound })
  }
}

extension DrivenRows {
  /// Sums the rows of a matrix, each as far as it is driven.
  ///
  /// - Parameters:
  ///   - matrix: `[rows × stride]`.
  ///   - sums: receives `[width]`, 0 where no row is driven; `width` is a multiple of 16.
  public func sumRows(
    of matrix: UnsafePointer<Float>, stride: Int, width: Int, into sums: UnsafeMutablePointer<Float>
  ) {
    guard let first = rows.baseAddress, !rows.isEmpty else { return sums.update(repeating: 0, count: width) }
    if let amplitudes {
      cpk_sum_scaled_rows(matrix, stride, first, amplitudes, rows.count, sums, width)
    } else {
      cpk_sum_rows(matrix, stride, first, rows.count, sums, width)
    }
  }
}
