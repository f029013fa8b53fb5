extension LayerWear {
  /// What the devices of one tile have been through.
  public struct Tile: Sendable, Equatable {
    /// Pulses of all kinds.
    public var pulses: UInt64 = 0
    /// Devices that have worn out.
    public var failed = 0
    /// Devices.
    public var devices = 0
    /// Sum of the shares of their lives that they have spent.
    fileprivate var spent = 0.0

    /// Mean share of their lives that they have spent.
    public var meanLifeFraction: Double { devices > 0 ? spent / Double(devices) : 0 }
  }

  /// The tiles `[tile rows][tile columns]`.
  public var tiles: [[Tile]] {
    let (down, across) = ((rows + tile.rows - 1) / tile.rows, (columns + tile.columns - 1) / tile.columns)
    var tiles = [[Tile]](repeating: [Tile](repeating: Tile(), count: across), count: down)
    let (pulses, failed) = (pulses, hasFailed)
    for index in pulses.indices {
      let place = index % (rows * columns)
      let (tileRow, tileColumn) = (place / columns / tile.rows, place % columns / tile.columns)
      tiles[tileRow][tileColumn].pulses += pulses[index]
      tiles[tileRow][tileColumn].failed += failed[index] ? 1 : 0
      tiles[tileRow][tileColumn].devices += 1
      tiles[tileRow][tileColumn].spent += Double(lifeFractions[index])
    }
    return tiles
  }
}
