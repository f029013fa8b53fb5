/// Where the layers of a network lie: processing elements in tiles, tiles on a mesh, row after row and back (a snake), so that
/// layers that follow each other are neighbours.
///
/// An element holds the k² crossbars of one block of X input channels × X output channels.
/// - Reference: A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815 (2023), arXiv:2210.12899.
public struct ChipPlan: Sendable, Equatable {
  /// Where a layer lies.
  public struct Place: Sendable, Equatable {
    /// Blocks of input channels.
    public var rowBlocks: Int
    /// Blocks of output channels.
    public var columnBlocks: Int
    /// Its elements, numbered over the chip.
    public var elements: Range<Int>
    /// Tiles with elements of it.
    public var tiles: Range<Int>
    /// Tiles that an input goes to, in the mean: those with elements of its block.
    public var tilesPerInput: Double
    /// Sums that go from a tile to the next for each code that is converted: the elements of a tile add up what they have of a
    /// column block, and the tiles of the block pass the sum on.
    public var sumsPerConversion: Double
    /// Share of the crossings of its crossbars that carry weights.
    public var utilisation: Double
  }

  /// A layer each.
  public let places: [Place]
  /// Rows and columns of a crossbar.
  public let crossbar: Int
  /// Elements of a tile.
  public let elementsPerTile: Int
  /// Tiles with elements.
  public let tileCount: Int
  /// Tiles side by side.
  public let meshWidth: Int

  /// Elements in use.
  public var elementCount: Int { places.last?.elements.upperBound ?? 0 }

  /// Places layers one after the other.
  /// - Parameters:
  ///   - crossbar: rows and columns of a crossbar, 1…65536.
  ///   - elementsPerTile: 1 or more.
  ///   - available: tiles of the chip; `nil` for as many as are needed.
  /// - Throws: `ChipError.tooFewTiles` and `ChipError.badNumber`.
  public init(_ shape: NetworkShape, crossbar: Int, elementsPerTile: Int, available: Int? = nil) throws(ChipError) {
    for (what, value) in [("crossbar", crossbar), ("elements_per_tile", elementsPerTile)]
    where !(1...65_536).contains(value) {
      throw .badNumber(what: what, expected: "1 to 65536", found: "\(value)")
    }
    let crossbars = shape.layers.reduce(0.0) {
      let blocks = Double(Self.blocks($1.inputs, crossbar) * Self.blocks($1.outputs, crossbar))
      return $0 + blocks * Double($1.kernel) * Double($1.kernel)
    }
    guard crossbars <= 4e6 else {
      throw .badNumber(what: "crossbars of the network", expected: "at most 4000000", found: "\(crossbars)")
    }
    var next = 0
    places = shape.layers.map { layer in
      let rows = Self.blocks(layer.inputs, crossbar)
      let columns = Self.blocks(layer.outputs, crossbar)
      let elements = next..<next + rows * columns
      next = elements.upperBound
      let room = Double(rows * crossbar) * Double(columns * crossbar)
      return Place(
        rowBlocks: rows, columnBlocks: columns, elements: elements,
        tiles: elements.lowerBound / elementsPerTile..<(elements.upperBound - 1) / elementsPerTile + 1,
        tilesPerInput: Self.tilesPerInput(rows, columns, from: elements.lowerBound, elementsPerTile),
        sumsPerConversion: Self.sumsPerConversion(rows, columns, from: elements.lowerBound, elementsPerTile),
        utilisation: Double(layer.inputs) * Double(layer.outputs) / room)
    }
    self.crossbar = crossbar
    self.elementsPerTile = elementsPerTile
    tileCount = Self.blocks(next, elementsPerTile)
    if let available, available < tileCount { throw .tooFewTiles(needed: tileCount, available: available) }
    meshWidth = Int(Double(tileCount).squareRoot().rounded(.up))
  }

  // Elements stand column block after column block, the row blocks of each side by side.

  private static func tilesPerInput(_ rows: Int, _ columns: Int, from first: Int, _ perTile: Int) -> Double {
    var total = 0
    for row in 0..<rows {
      var last = -1
      for column in 0..<columns {
        let tile = (first + column * rows + row) / perTile
        if tile != last { total += 1 }
        last = tile
      }
    }
    return Double(total) / Double(rows)
  }

  private static func sumsPerConversion(_ rows: Int, _ columns: Int, from first: Int, _ perTile: Int) -> Double {
    let passed = (0..<columns).reduce(0) { sum, column in
      let start = first + column * rows
      return sum + (start + rows - 1) / perTile - start / perTile
    }
    return Double(passed) / Double(rows * columns)
  }

  private static func blocks(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }

  /// Column and row of a tile on the mesh.
  public func position(ofTile tile: Int) -> (x: Int, y: Int) {
    let (y, along) = tile.quotientAndRemainder(dividingBy: meshWidth)
    return (y % 2 == 0 ? along : meshWidth - 1 - along, y)
  }

  /// Hops between two tiles: columns and rows apart.
  public func hops(from first: Int, to second: Int) -> Int {
    let (a, b) = (position(ofTile: first), position(ofTile: second))
    return abs(a.x - b.x) + abs(a.y - b.y)
  }

  /// Mean hops of a spike on its way into a layer, from any tile of the layer before, or from the port at tile 0, to any tile
  /// of the layer. O(tiles).
  public func inputHops(ofLayer layer: Int) -> Double {
    meanHops(from: layer == 0 ? 0..<1 : places[layer - 1].tiles, to: places[layer].tiles)
  }

  private func meanHops(from sources: Range<Int>, to targets: Range<Int>) -> Double {
    let places = [sources, targets].map { $0.map { position(ofTile: $0) } }
    return Self.meanDistance(places.map { $0.map(\.x) }) + Self.meanDistance(places.map { $0.map(\.y) })
  }

  /// Mean of |a − b| over all pairs of one of either list, by how often each coordinate occurs.
  private static func meanDistance(_ lists: [[Int]]) -> Double {
    let most = lists.joined().max() ?? 0
    let counts = lists.map { list in
      list.reduce(into: [Double](repeating: 0, count: most + 1)) { $0[$1] += 1 }
    }
    var total = 0.0
    for (a, ours) in counts[0].enumerated() where ours > 0 {
      for (b, theirs) in counts[1].enumerated() { total += ours * theirs * Double(abs(a - b)) }
    }
    return total / Double(lists[0].count * lists[1].count)
  }
}
