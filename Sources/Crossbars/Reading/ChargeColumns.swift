import Kernels

/// The columns of an array of capacitive devices: how each turns charge into what is converted.
final class ChargeColumns: @unchecked Sendable {
  let parameters: ChargeParameters
  private let layout: BlockedLayout
  private let middle: Double
  private let weightPerFarad: [Double]
  /// Relative gains of the columns by plane, `[planes × tile rows × (columns + blocks)]`, references after the columns.
  private let gains: [Double]
  /// Variance of kT/C noise of each column of each line in squared weights, `[lines × tile rows × padded columns]`.
  let variances: AlignedBuffer<Float>
  private let lines: [Int]

  init(
    _ parameters: ChargeParameters, layout: BlockedLayout, coding: SynapseCoding, middle: Double, array: Int,
    seed: UInt64
  ) {
    self.parameters = parameters
    self.layout = layout
    self.middle = middle
    weightPerFarad = coding.planes.map(\.weightPerSiemens)
    lines = coding.planes.map(\.line)
    let columns = layout.columns + layout.blockCount
    let stream = RandomStream(seed: seed, purpose: .columnCapacitors)
    gains = (0..<coding.planes.count * layout.tileRowCount * columns).map {
      1 + parameters.capacitorSigma * Double(stream.gaussians(array: array, item: $0, event: 0)[0])
    }
    variances = AlignedBuffer(
      count: parameters.hasThermalNoise ? coding.lineCount * layout.tileRowCount * layout.paddedColumns : 0)
  }

  /// Offset of all sums of a line from the injected charge, in weights, where nothing is subtracted ahead of the converter.
  func injectedWeight(line: Int, tileRow: Int) -> Float {
    let gauge = parameters.gauge(rows: rowCount(tileRow), middle: middle)
    return Float(parameters.injection * gauge * weightPerFarad[lines.firstIndex(of: line) ?? 0])
  }

  private func rowCount(_ tileRow: Int) -> Int {
    min((tileRow + 1) * layout.tileRows, layout.rows) - tileRow * layout.tileRows
  }

  /// From capacitances to effective ones, `[rows × width]`; takes the noise of the columns along.
  func transfer(
    _ states: UnsafePointer<Double>, into transfer: UnsafeMutablePointer<Double>, tile: TransferTile, plane: Int
  ) {
    let rows = tile.rows.count
    var referenceVariance = 0.0
    for column in (0..<tile.width).reversed() {
      let total = (0..<rows).reduce(0) { $0 + states[$1 * tile.width + column] }
      let gain = parameters.gain(total: total, rows: rows, middle: middle) * self.gain(column, tile: tile, plane: plane)
      for row in 0..<rows { transfer[row * tile.width + column] = states[row * tile.width + column] * gain }
      guard variances.count > 0 else { continue }
      let weight = weightPerFarad[plane]
      let variance = parameters.variance(total: total, rows: rows, middle: middle) * weight * weight
      if column == tile.columns {
        referenceVariance = variance
      } else {
        add(variance + referenceVariance, column: column, tile: tile, plane: plane)
      }
    }
  }

  private func gain(_ column: Int, tile: TransferTile, plane: Int) -> Double {
    let columns = layout.columns + layout.blockCount
    let place = column == tile.columns ? layout.columns + tile.block : tile.block * layout.tileColumns + column
    return gains[(plane * layout.tileRowCount + tile.tileRow) * columns + place]
  }

  /// Adds the noise of the column of one plane to its line; the first plane of a line begins anew.
  private func add(_ variance: Double, column: Int, tile: TransferTile, plane: Int) {
    let line = lines[plane]
    let at =
      (line * layout.tileRowCount + tile.tileRow) * layout.paddedColumns + tile.block * layout.blockWidth + column
    let isFirst = lines.firstIndex(of: line) == plane
    variances[at] = (isFirst ? 0 : variances[at]) + Float(variance)
  }

  /// Noise of the columns of a tile, one line or all lines together.
  func variances(line: Int, tileRow: Int, block: Int) -> UnsafePointer<Float>? {
    guard variances.count > 0 else { return nil }
    let start = (line * layout.tileRowCount + tileRow) * layout.paddedColumns + block * layout.blockWidth
    return UnsafePointer(variances.base + start)
  }
}
