/// The extent of one axis of a dataset about an array. Those of planes, blocks and tiles follow from other datasets of the
/// layer, which are read before.
enum ArrayAxis: Sendable {
  case fixed(Int)
  /// Devices of a synapse.
  case planes
  /// Blocks of columns, each as wide as a tile.
  case blocks
  /// Tiles above each other.
  case tileRows
  /// Inputs.
  case rows
  /// Known from the number of values only, up to a limit.
  case counted(limit: @Sendable (LayerSize) -> Int)

  /// The extent in a layer, `nil` where only the number of values tells.
  func extent(_ layer: LayerSnapshot, _ size: LayerSize) -> Int? {
    let blocks = layer.array.activity.count
    return switch self {
    case .fixed(let extent): extent
    case .planes: layer.array.conductances.count
    case .blocks: blocks
    case .tileRows: blocks == 0 ? 0 : layer.array.writes.count / blocks
    case .rows: size.rows
    case .counted: nil
    }
  }
}

extension [ArrayAxis] {
  /// The shape of `count` values, or what their shape should have been.
  func shape(of count: Int, _ layer: LayerSnapshot, _ size: LayerSize) -> Result<[Int], WrongShape> {
    var known = 1
    for axis in self { known *= axis.extent(layer, size) ?? 1 }
    let isWhole = known > 0 && count > 0 && count % known == 0
    let shape = map { $0.extent(layer, size) ?? (isWhole ? count / known : 0) }
    guard isWhole, shape.reduce(1, *) == count, admits(shape, layer, size) else {
      return .failure(WrongShape(expected: words(layer, size)))
    }
    return .success(shape)
  }

  /// Whether a shape, as a file has it, fits the layer.
  func admits(_ shape: [Int], _ layer: LayerSnapshot, _ size: LayerSize) -> Bool {
    shape.count == count
      && zip(self, shape).allSatisfy { axis, extent in
        if case .counted(let limit) = axis { return 1...Swift.max(1, limit(size)) ~= extent }
        return extent == axis.extent(layer, size)
      }
  }

  /// The shape in words.
  func words(_ layer: LayerSnapshot, _ size: LayerSize) -> String {
    let extents = map { axis in
      if case .counted(let limit) = axis { return "1...\(limit(size))" }
      return "\(axis.extent(layer, size) ?? 0)"
    }
    return "shape [\(extents.joined(separator: ", "))]"
  }
}

/// A number of values that no shape of the axes has.
struct WrongShape: Error {
  let expected: String
}
