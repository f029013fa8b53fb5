import CKernels
import Kernels

/// The converters of an array: what a read needs of them, and how each column differs from the next.
///
/// Each line of a mapping, such as the columns of one bit slice, has converters of its own.
final class ConverterColumns: @unchecked Sendable {
  private let layout: BlockedLayout
  private let lines: [ConverterScale]
  private let nonlinearity: Float
  private let noise: Float
  // [lines × tile rows × padded columns]; empty where all columns are alike.
  private let offsets: AlignedBuffer<Float>
  private let gains: AlignedBuffer<Float>

  init(_ converter: Converter, lines: [ConverterScale], layout: BlockedLayout, array: Int, seed: UInt64) {
    self.layout = layout
    self.lines = lines
    nonlinearity = Float(converter.nonlinearity * 1.5 * 3.0.squareRoot())
    noise = Float(converter.noise)
    let count = lines.count * layout.tileRowCount * layout.paddedColumns
    offsets = AlignedBuffer(count: converter.offsetSigma > 0 ? count : 0)
    gains = AlignedBuffer(count: converter.gainSigma > 0 ? count : 0)
    guard offsets.count + gains.count > 0 else { return }
    let stream = RandomStream(seed: seed, purpose: .converterOffset)
    for line in lines.indices {
      for tileRow in 0..<layout.tileRowCount {
        for column in 0..<layout.columns {
          let z = stream.gaussians(array: array, item: tileRow * layout.columns + column, event: UInt64(line))
          let place = self.place(line: line, tileRow: tileRow) + layout.paddedColumn(column)
          if offsets.count > 0 {
            offsets[place] = Float(converter.trimmed(Double(Float(converter.offsetSigma) * z[0])))
          }
          if gains.count > 0 { gains[place] = Float(1 + converter.gainSigma * Double(z[1])) }
        }
      }
    }
  }

  private func place(line: Int, tileRow: Int) -> Int {
    (line * layout.tileRowCount + tileRow) * layout.paddedColumns
  }

  /// Turns to the columns of one line of a tile.
  func turn(_ read: inout cpk_tile_read, line: Int, tileRow: Int, block: Int) {
    let own = lines[line]
    let step = own.step
    let half = (own.largestCode - own.smallestCode) / 2
    read.step = step
    read.inverse_step = 1 / step
    read.smallest_code = own.smallestCode
    read.middle_code = (own.largestCode + own.smallestCode) / 2
    read.largest_code = own.largestCode
    read.inverse_code = 1 / half
    read.bow = nonlinearity / half
    read.noise_variance = noise * step * (noise * step)
    let start = place(line: line, tileRow: tileRow) + block * layout.blockWidth
    if offsets.count > 0 { read.offsets = UnsafePointer(offsets.base + start) }
    if gains.count > 0 { read.gains = UnsafePointer(gains.base + start) }
  }
}
