/// Population coding of sampled channels: `levelCount` rows per channel, of which exactly one is active at every tick.
///
/// A channel's levels are divided at its quantiles, so each row is active equally often over the training samples. A
/// value on an edge belongs to the level above it. Row: `channel · levelCount + level`.
public struct LevelRows: Sendable {
  /// Number of levels per channel.
  public let levelCount: Int
  private let edges: [[Float]]

  /// Makes an encoder from the edges between levels, `levelCount − 1` ascending values per channel.
  /// - Precondition: Every channel has the same number of edges, ascending.
  public init(edges: [[Float]]) {
    let levelCount = (edges.first?.count ?? 0) + 1
    precondition(edges.allSatisfy { $0.count == levelCount - 1 }, "channels have different numbers of levels")
    precondition(edges.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 <= $1 } }, "level edges descend")
    self.levelCount = levelCount
    self.edges = edges
  }

  /// Number of rows.
  public var rowCount: Int { edges.count * levelCount }

  /// Level of a value, from 0.
  public func level(of value: Float, channel: Int) -> Int {
    var level = 0
    for edge in edges[channel] where edge <= value { level += 1 }
    return level
  }

  /// Active row of a channel.
  public func row(of value: Float, channel: Int) -> Int {
    channel * levelCount + level(of: value, channel: channel)
  }
}
