import Kernels

/// What a mapping knows digitally of the weights of an array, beside the devices.
final class MappingState: @unchecked Sendable {
  private let layout: BlockedLayout
  /// Columns of tiles that store the complement (1), `[tile rows × padded columns]`; empty without complements.
  let complements: AlignedBuffer<UInt8>
  /// Negative weights (1) in block storage; empty unless signs are kept apart from the digits.
  let signs: AlignedBuffer<UInt8>
  /// Weight that a weight of 1 on each tile stands for, `[tile rows × blocks]`.
  let scales: AlignedBuffer<Float>

  init(layout: BlockedLayout, mapping: WeightMapping) {
    self.layout = layout
    complements = AlignedBuffer(count: mapping.storesComplements ? layout.tileRowCount * layout.paddedColumns : 0)
    var keepsSigns = false
    if case .bitSlices(let slices) = mapping.scheme { keepsSigns = slices.signs == .twosComplement }
    signs = AlignedBuffer(count: keepsSigns ? layout.storageCount : 0)
    scales = AlignedBuffer(count: layout.tileCount)
    scales.fill(1)
  }

  /// Whether a column of a tile stores the complement.
  func isComplement(row: Int, block: Int, place: Int) -> Bool {
    guard complements.count > 0 else { return false }
    return complements[row / layout.tileRows * layout.paddedColumns + block * layout.blockWidth + place] != 0
  }

  /// Weight that a weight of 1 on a tile stands for.
  func scale(row: Int, block: Int) -> Float { scales[row / layout.tileRows * layout.blockCount + block] }

  /// Columns of each tile, `[tile rows × columns]`, that store the complement.
  var complementColumns: [UInt8] {
    guard complements.count > 0 else { return [] }
    return (0..<layout.tileRowCount).flatMap { tileRow in
      (0..<layout.columns).map { complements[tileRow * layout.paddedColumns + layout.paddedColumn($0)] }
    }
  }

  func setComplementColumns(_ values: [UInt8]) {
    guard complements.count > 0 else { return }
    for (index, value) in values.enumerated() {
      complements[index / layout.columns * layout.paddedColumns + layout.paddedColumn(index % layout.columns)] = value
    }
  }
}
