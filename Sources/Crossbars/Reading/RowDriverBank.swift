import Kernels

/// The row drivers of an array's tiles, each a little different.
final class RowDriverBank: @unchecked Sendable {
  private let driver: RowDriver
  private let rows: Int
  // [blocks × rows]; gains empty where all drivers are alike.
  private let gains: AlignedBuffer<Float>
  private let driven: AlignedBuffer<Float>
  private let bow: Float

  init(_ driver: RowDriver, layout: BlockedLayout, array: Int, seed: UInt64) {
    self.driver = driver
    rows = layout.rows
    bow = driver.steps.map { Float(4 * driver.nonlinearity / Double($0)) } ?? 0
    driven = AlignedBuffer(count: layout.blockCount * layout.rows)
    gains = AlignedBuffer(count: driver.gainSigma > 0 ? driven.count : 0)
    let stream = RandomStream(seed: seed, purpose: .rowDriver)
    for item in 0..<gains.count {
      gains[item] = Float(1 + driver.gainSigma * Double(stream.gaussians(array: array, item: item, event: 0)[0]))
    }
  }

  /// What the drivers of one block of columns make of amplitudes, good until its next read.
  func drive(_ input: DrivenRows, block: Int) -> DrivenRows {
    guard let amplitudes = input.amplitudes else { return input }
    let own = driven.base + block * rows
    for (position, row) in input.rows.enumerated() {
      let amplitude = driver.rounded(amplitudes[position])
      let gain = gains.count > 0 ? gains[block * rows + Int(row)] : 1
      own[position] = amplitude * gain + bow * amplitude * (1 - amplitude)
    }
    return DrivenRows(input.rows, amplitudes: UnsafePointer(own))
  }
}
