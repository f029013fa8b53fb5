/// How the lines of a tile share the wear, and what becomes of lines with dead devices.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | | `scheme` | | none | |
/// | k | `spareRows`: further word lines of each tile | lines | 0 | 0…64 |
/// | | `retireAfter`: stuck devices of a line that retire it; 0 for never | devices | 0 | ≥ 0 |
/// | | `interval` between two moves of a tile | samples | 1000 | ≥ 1 |
public struct LevellingParameters: Sendable, Equatable {
  /// Which lines change places.
  public enum Scheme: Sendable, Equatable {
    /// None.
    case none
    /// The line ahead of a free one moves into it, and so on in turn: every line comes to every place.
    case rowRotation
    /// The line written most since the last move and the least worn one.
    case rowSwap
    /// The plus and the minus devices of the line where these differ most in wear.
    case pairSwap
  }

  /// Which lines change places.
  public var scheme: Scheme
  /// Further word lines of each tile.
  public var spareRows: Int
  /// Stuck devices of a line that retire it; 0 for never.
  public var retireAfter: Int
  /// Samples between two moves of a tile.
  public var interval: Int

  /// Sets all.
  public init(scheme: Scheme = .none, spareRows: Int = 0, retireAfter: Int = 0, interval: Int = 1000) {
    self.scheme = scheme
    self.spareRows = spareRows
    self.retireAfter = retireAfter
    self.interval = interval
  }

  /// Whether anything can move.
  public var isActive: Bool { scheme != .none || (retireAfter > 0 && spareRows > 0) }
}

/// What levelling has done to an array.
public struct LevellingCounts: Sendable, Equatable {
  /// No moves.
  public init() {}

  /// Lines that were written at a new place.
  public var moves: UInt64 = 0
  /// Lines that were retired.
  public var retired: UInt64 = 0

  /// As a checkpoint holds them.
  init(_ counts: [UInt64]) { (moves, retired) = (counts[0], counts[1]) }
}
