import Kernels

/// What reads amounted to: the counts that energy and latency are made of.
public struct ReadActivity: BitwiseCopyable, Sendable, Equatable {
  /// Rows driven, summed over blocks.
  public var activeRows: UInt64 = 0
  /// Tiles read (only with converters, noise or gated wires; an exact read does not look at tiles).
  public var tileReads: UInt64 = 0
  /// Analog-to-digital conversions.
  public var conversions: UInt64 = 0
  /// Conversions that ran into an end of the scale.
  public var saturatedConversions: UInt64 = 0
  /// Rows among the driven ones that were driven to an amplitude instead of fully.
  public var gradedRows: UInt64 = 0
  /// Σ (V/Vread)² over these, in units of 2⁻¹⁶: whole numbers add up to the same sum in any order.
  public var gradedSquares: UInt64 = 0

  /// No reads.
  public init() {}

  /// Adds the counts of `other`.
  public mutating func add(_ other: ReadActivity) {
    for path in Self.counts { self[keyPath: path] += other[keyPath: path] }
  }

  /// All counts.
  static let counts: [WritableKeyPath<ReadActivity, UInt64> & Sendable] = [
    \.activeRows, \.tileReads, \.conversions, \.saturatedConversions, \.gradedRows, \.gradedSquares,
  ]

  private static let squareUnit: Float = 65_536

  /// Σ (V/Vread)² over all driven rows: what the energy in the devices follows.
  public var squaredDrives: Double {
    Double(activeRows) - Double(gradedRows) + Double(gradedSquares) / Double(Self.squareUnit)
  }

  /// Counts rows that were driven.
  mutating func record(_ driven: DrivenRows) {
    activeRows += UInt64(driven.rows.count)
    guard let amplitudes = driven.amplitudes else { return }
    gradedRows += UInt64(driven.rows.count)
    for position in driven.rows.indices {
      gradedSquares += UInt64(amplitudes[position] * amplitudes[position] * Self.squareUnit + 0.5)
    }
  }

  /// Counts one read of a tile.
  mutating func record(_ driven: DrivenRows, conversions: Int, saturated: Int) {
    record(driven)
    tileReads += 1
    self.conversions += UInt64(conversions)
    saturatedConversions += UInt64(saturated)
  }
}

extension CrossbarArray {
  /// What the reads of all blocks amounted to.
  public var readActivity: ReadActivity {
    blockReadActivity.reduce(into: ReadActivity()) { $0.add($1) }
  }

  /// What the reads of each block of columns amounted to.
  public var blockReadActivity: [ReadActivity] {
    tileActivity.count > 0 ? blocks(ofTiles: tileReadActivity) : Array(activity.elements)
  }

  /// Counts of tiles, summed over the tiles of each block.
  func blocks(ofTiles tiles: [ReadActivity]) -> [ReadActivity] {
    var blocks = [ReadActivity](repeating: ReadActivity(), count: layout.blockCount)
    for (tile, counts) in tiles.enumerated() { blocks[tile % layout.blockCount].add(counts) }
    return blocks
  }

  /// What the reads of each tile amounted to, `[tile rows × blocks]`; empty for an array that is read exactly, without
  /// converters, noise and gated wires, which is not read tile by tile.
  public var tileReadActivity: [ReadActivity] { Array(tileActivity.elements) }

  /// Σ G over all devices of each tile as they are now, siemens (farads), `[tile rows × blocks]`. The devices of a
  /// continuous array are those of a pair around mid-range, whose sum does not depend on the weight.
  public var tileConductances: [Double] {
    var sums = [Double](repeating: 0, count: layout.tileCount)
    let states = presentStates
    for row in 0..<layout.rows {
      for block in 0..<layout.blockCount {
        let columns = layout.columns(inBlock: block)
        let tile = row / layout.tileRows * layout.blockCount + block
        guard let states else {
          sums[tile] += Double(planeCount * columns.count) * midConductance
          continue
        }
        let start = layout.index(row: row, column: columns.lowerBound)
        for plane in 0..<planeCount {
          let place = states + plane * layout.storageCount + start
          for column in columns.indices { sums[tile] += Double(place[column - columns.lowerBound]) }
        }
      }
    }
    return sums
  }
}
