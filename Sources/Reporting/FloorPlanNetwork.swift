import Emulation
import Hardware

extension ChipMapping {
  /// The arrays of a network on a chip with crossbars of its tiles.
  /// - Throws: `MappingError`.
  public init(
    _ network: NetworkParameters, crossbarsPerElement: Int = 9, elementsPerChipTile: Int = 8
  ) throws(MappingError) {
    try self.init(
      network.arrayShapes.map { LayerShape(name: $0.name, rows: $0.rows, columns: $0.columns) },
      geometry: ChipGeometry(
        crossbarRows: network.tileRows, crossbarColumns: network.tileColumns,
        devicesPerWeight: network.mapping.planeCount(devicesPerPolarity: network.writing.devicesPerPolarity),
        crossbarsPerElement: crossbarsPerElement, elementsPerChipTile: elementsPerChipTile))
  }
}
