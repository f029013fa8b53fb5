/// Which crossbars, processing elements and chip tiles hold the layers of a network.
///
/// Layers take their places one after the other, in reading order: a layer begins at the next free processing element, and a
/// chip tile is filled with elements before the next one begins.
///
///     chip tiles = ⌈Σ P / E⌉       utilisation = Σ rows · columns · d / (chip tiles · E · X · R · C · d)
///
/// With `LayerShape.convolution` and kernels of 3 × 3 the counts are those of SpikeSim,
/// ⌈C_in/64⌉ · ⌈C_out/64⌉ elements for a layer.
/// - Reference: A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815 (2023), arXiv:2210.12899.
public struct ChipMapping: Sendable, Equatable {
  /// The chip.
  public let geometry: ChipGeometry
  /// The layers, from the input on.
  public let layers: [LayerPlacement]

  /// Most layers of a chip.
  public static let mostLayers = 4096

  /// Gives every layer its place.
  /// - Throws: `MappingError.badLayerCount`, `.badLayer`, `.unevenGroups`.
  public init(_ shapes: [LayerShape], geometry: ChipGeometry) throws(MappingError) {
    guard (1...Self.mostLayers).contains(shapes.count) else {
      throw .badLayerCount(expected: 1...Self.mostLayers, found: shapes.count)
    }
    self.geometry = geometry
    var next = 0
    var layers: [LayerPlacement] = []
    for shape in shapes {
      try shape.check()
      layers.append(LayerPlacement(shape: shape, geometry: geometry, firstElement: next))
      next += layers[layers.count - 1].elementCount
    }
    self.layers = layers
  }

  /// Processing elements in use.
  public var elementCount: Int { layers.reduce(0) { $0 + $1.elementCount } }
  /// Chip tiles, the last of them perhaps with elements that nobody uses.
  public var chipTileCount: Int { LayerPlacement.ceiling(elementCount, over: geometry.elementsPerChipTile) }
  /// Crossbars that hold weights.
  public var crossbarCount: Int { layers.reduce(0) { $0 + $1.crossbarCount } }
  /// Crossbars of all chip tiles.
  public var providedCrossbars: Int { chipTileCount * geometry.crossbarsPerChipTile }
  /// Devices that carry weights.
  public var usedDevices: Int { layers.reduce(0) { $0 + $1.usedDevices } }
  /// Devices of all chip tiles.
  public var providedDevices: Int {
    providedCrossbars * geometry.weightsPerCrossbar * geometry.devicesPerWeight
  }
  /// Used devices as a fraction of those of all chip tiles.
  public var utilisation: Double { Double(usedDevices) / Double(providedDevices) }
  /// Used devices as a fraction of those of the crossbars that hold weights.
  public var crossbarUtilisation: Double {
    Double(usedDevices) / Double(layers.reduce(0) { $0 + $1.providedDevices })
  }
  /// Additions of partial sums when every crossbar is read once.
  public var additionsPerRead: Int { layers.reduce(0) { $0 + $1.additionsPerRead } }

  /// Number of the layer that a processing element works for; `nil` for an element that nobody uses.
  /// - Complexity: O(log layers).
  public func layer(ofElement element: Int) -> Int? {
    guard (0..<elementCount).contains(element) else { return nil }
    var (low, high) = (0, layers.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if layers[middle].firstElement <= element { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
