import Emulation
import Hardware

extension ChipMapping {
  /// The arrays of a network on a chip with crossbars of its tiles.
  /// - Throws: `MappingError`.
  public init(
    _ network: NetworkParameters, crossbarsPerElement: Int = 9, elementsPerChipTile: Int = 8
  ) throws(MappingError) {
    try self.init(
      (network.features?.convolutions ?? []).map {
        LayerShape.convolution(
          name: $0.name, inputChannels: $0.input.channels, outputChannels: $0.columns, kernelSize: $0.size)
      }
        + (0..<network.layerCount).map { layer in
          let shape = network.shape(ofLayer: layer)
          return LayerShape(name: network.name(ofLayer: layer), rows: shape.rows, columns: shape.columns)
        },
      geometry: ChipGeometry(
        crossbarRows: network.tileRows, crossbarColumns: network.tileColumns,
        devicesPerWeight: network.mapping.planeCount(devicesPerPolarity: network.writing.devicesPerPolarity),
        crossbarsPerElement: crossbarsPerElement, elementsPerChipTile: elementsPerChipTile))
  }
}
