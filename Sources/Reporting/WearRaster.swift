/// One direction of a wear raster: devices as pixels, with blank pixels between tiles.
///
/// Devices wider than half a px of the figure get several pixels each, so that they stay sharp in viewers that smooth;
/// narrower ones share a pixel with their neighbours in the same tile.
struct RasterAxis {
  let cells: Int
  let tile: Int
  /// Devices that share a pixel; 1 when `magnification` is above 1.
  let block: Int
  /// Pixels of one device or block.
  let magnification: Int
  /// Blank pixels between two tiles.
  let gap: Int

  /// `length` is the room in the figure, px. `cells` and `tile` are above zero.
  init(cells: Int, tile: Int, length: Double) {
    let wanted = max(1, Int(2 * length))
    let gaps = (cells - 1) / tile
    // Gaps between tiles of a few devices would use up the room: such tiles touch.
    let areApart = gaps * 10 <= wanted
    self.cells = cells
    self.tile = areApart ? min(tile, cells) : cells
    gap = areApart ? 2 : 0
    block = (cells + wanted - 1) / wanted
    magnification = max(1, (wanted - (areApart ? 2 * gaps : 0)) / cells)
  }

  /// Pixels along this direction.
  var pixels: Int { pixel(cells - 1) + magnification }

  /// The first of the pixels that show `cell`.
  func pixel(_ cell: Int) -> Int {
    cell / tile * ((tile + block - 1) / block * magnification + gap) + cell % tile / block * magnification
  }
}

/// A layer's wear as palette pixels, inputs along x and neurons along y.
struct WearRaster {
  static let levels = 100
  static let gapIndex: UInt8 = 0
  static let neverWrittenIndex: UInt8 = 1
  static let stuckIndex: UInt8 = 2
  /// The palette entry of the least worn devices; the most worn have the last entry.
  static let firstLevelIndex: UInt8 = 3
  static let palette: [RGB] =
    [ColorMap.background, ColorMap.neverWritten, ColorMap.stuck]
    + (0..<levels).map { ColorMap.color(at: Double($0) / Double(levels - 1)) }

  let x: RasterAxis
  let y: RasterAxis
  /// Palette indices, row-major, `x.pixels` a line.
  private(set) var indices: [UInt8]

  /// Each pixel shows the most worn device it covers; stuck goes before worn, worn before never written.
  ///
  /// `scale` maps pulse counts above zero to 0…1; `map` is not empty.
  init(_ map: WearMap, size: (width: Double, height: Double), scale: AxisScale) {
    x = RasterAxis(cells: map.rows, tile: map.tileRows, length: size.width)
    y = RasterAxis(cells: map.columns, tile: map.tileColumns, length: size.height)
    indices = [UInt8](repeating: Self.gapIndex, count: x.pixels * y.pixels)
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let device = row * map.columns + column
        let index = Self.index(
          pulses: map.pulses[device], isStuck: !map.stuck.isEmpty && map.stuck[device], scale: scale)
        paint(index, left: x.pixel(row), top: y.pixel(column))
      }
    }
  }

  private mutating func paint(_ index: UInt8, left: Int, top: Int) {
    guard Self.outranks(index, indices[top * x.pixels + left]) else { return }
    for line in top..<top + y.magnification {
      for pixel in left..<left + x.magnification { indices[line * x.pixels + pixel] = index }
    }
  }

  private static func index(pulses: UInt64, isStuck: Bool, scale: AxisScale) -> UInt8 {
    if isStuck { return stuckIndex }
    guard pulses > 0 else { return neverWrittenIndex }
    return firstLevelIndex + UInt8((scale.position(Double(pulses)) * Double(levels - 1)).rounded())
  }

  private static func outranks(_ new: UInt8, _ old: UInt8) -> Bool {
    new == stuckIndex || old != stuckIndex && new > old
  }
}
