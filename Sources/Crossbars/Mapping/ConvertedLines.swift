import CKernels
import Kernels

/// What a read needs when its sums are finished behind the converters: the lines of a mapping apart, as their converters see
/// them, and what is subtracted digitally.
final class ConvertedLines: @unchecked Sendable {
  /// Weights of each line ahead of the converters, by line of block storage, in weights of the tile.
  let weights: AlignedBuffer<Float>
  /// Variances of reads of each, squared weights; empty without read noise.
  let variances: AlignedBuffer<Float>
  /// What each active row takes from the result, in block storage.
  let rests: AlignedBuffer<Float>
  /// Results of one line and of all lines of a tile, for each block.
  private let results: AlignedBuffer<Float>
  private let width: Int

  init(layout: BlockedLayout, lineCount: Int, isNoisy: Bool) {
    weights = AlignedBuffer(count: lineCount * layout.storageCount)
    variances = AlignedBuffer(count: isNoisy ? lineCount * layout.storageCount : 0)
    rests = AlignedBuffer(count: layout.storageCount)
    width = layout.blockWidth
    results = AlignedBuffer(count: 2 * layout.paddedColumns)
  }

  /// Room for the sum of the lines of a tile, `[blockWidth]`, and for what is subtracted.
  func room(block: Int) -> (sums: UnsafeMutablePointer<Float>, rests: UnsafeMutablePointer<Float>) {
    let start = results.base + 2 * block * width
    return (start, start + width)
  }
}
