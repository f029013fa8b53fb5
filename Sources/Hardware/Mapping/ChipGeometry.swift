/// What a chip is built of: crossbars in processing elements in chip tiles.
///
/// A processing element serves one layer: it holds the crossbars whose partial sums it adds. A chip tile holds elements with
/// a common buffer, of one layer or of several.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | R | `crossbarRows`: inputs | rows | 64 | 1…65536 |
/// | C | `crossbarColumns`: outputs | columns | 64 | 1…65536 |
/// | d | `devicesPerWeight` at each crossing of an input and an output | devices | 2 | 1…64 |
/// | X | `crossbarsPerElement` | crossbars | 9 | 1…1024 |
/// | E | `elementsPerChipTile` | elements | 8 | 1…1024 |
///
/// An output has as many bit lines as its weights need, so the grid of crossbars does not depend on d.
/// - Reference: A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815 (2023), arXiv:2210.12899: 64 × 64 crossbars, 9 of them (one for each place of
///   a 3 × 3 kernel) in a processing element, 8 elements in a tile.
public struct ChipGeometry: Sendable, Equatable {
  /// Inputs of a crossbar.
  public let crossbarRows: Int
  /// Outputs of a crossbar.
  public let crossbarColumns: Int
  /// Memory devices that carry one weight.
  public let devicesPerWeight: Int
  /// Crossbars of a processing element.
  public let crossbarsPerElement: Int
  /// Processing elements of a chip tile.
  public let elementsPerChipTile: Int

  /// Sets all numbers.
  /// - Throws: `MappingError.badGeometry`.
  public init(
    crossbarRows: Int = 64, crossbarColumns: Int = 64, devicesPerWeight: Int = 2, crossbarsPerElement: Int = 9,
    elementsPerChipTile: Int = 8
  ) throws(MappingError) {
    // The limits keep the devices of the largest chip within 64-bit integers.
    for (name, value, most) in [
      ("rows of a crossbar", crossbarRows, 65_536), ("columns of a crossbar", crossbarColumns, 65_536),
      ("devices per weight", devicesPerWeight, 64), ("crossbars per element", crossbarsPerElement, 1024),
      ("elements per chip tile", elementsPerChipTile, 1024),
    ] where !(1...most).contains(value) {
      throw .badGeometry(name: name, expected: 1...most, found: value)
    }
    self.crossbarRows = crossbarRows
    self.crossbarColumns = crossbarColumns
    self.devicesPerWeight = devicesPerWeight
    self.crossbarsPerElement = crossbarsPerElement
    self.elementsPerChipTile = elementsPerChipTile
  }

  /// Weights that a crossbar has room for.
  public var weightsPerCrossbar: Int { crossbarRows * crossbarColumns }
  /// Crossbars of a chip tile.
  public var crossbarsPerChipTile: Int { crossbarsPerElement * elementsPerChipTile }
}
