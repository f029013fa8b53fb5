import CKernels
import Kernels

/// The converters of an array: what a read needs of them, and how each column differs from the next.
final class ConverterColumns: @unchecked Sendable {
  private let layout: BlockedLayout
  private let step: Float
  private let inverseStep: Float
  private let largestCode: Float
  private let bow: Float
  private let noiseVariance: Float
  // [tile rows × padded columns]; empty where all columns are alike.
  private let offsets: AlignedBuffer<Float>
  private let gains: AlignedBuffer<Float>

  init(_ converter: Converter, layout: BlockedLayout, weightLimit: Float, array: Int, seed: UInt64) {
    self.layout = layout
    step = converter.step(tileRows: layout.tileRows, weightLimit: weightLimit)
    inverseStep = 1 / step
    largestCode = converter.largestCode
    bow = Float(converter.nonlinearity * 1.5 * 3.0.squareRoot() / Double(converter.largestCode))
    let noise = Float(converter.noise) * step
    noiseVariance = noise * noise
    let count = layout.tileRowCount * layout.paddedColumns
    offsets = AlignedBuffer(count: converter.offsetSigma > 0 ? count : 0)
    gains = AlignedBuffer(count: converter.gainSigma > 0 ? count : 0)
    guard offsets.count + gains.count > 0 else { return }
    let stream = RandomStream(seed: seed, purpose: .converterOffset)
    for tileRow in 0..<layout.tileRowCount {
      for column in 0..<layout.columns {
        let z = stream.gaussians(array: array, item: tileRow * layout.columns + column, event: 0)
        let place = tileRow * layout.paddedColumns + layout.paddedColumn(column)
        if offsets.count > 0 { offsets[place] = Float(converter.trimmed(Double(Float(converter.offsetSigma) * z[0]))) }
        if gains.count > 0 { gains[place] = Float(1 + converter.gainSigma * Double(z[1])) }
      }
    }
  }

  /// Sets what all columns share.
  func prepare(_ read: inout cpk_tile_read) {
    read.step = step
    read.inverse_step = inverseStep
    read.largest_code = largestCode
    read.inverse_code = 1 / largestCode
    read.bow = bow
    read.noise_variance = noiseVariance
  }

  /// Turns to the columns of one tile.
  func turn(_ read: inout cpk_tile_read, tileRow: Int, block: Int) {
    let start = tileRow * layout.paddedColumns + block * layout.blockWidth
    if offsets.count > 0 { read.offsets = UnsafePointer(offsets.base + start) }
    if gains.count > 0 { read.gains = UnsafePointer(gains.base + start) }
  }
}
