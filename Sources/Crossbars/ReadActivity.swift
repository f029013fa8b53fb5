/// What reads amounted to: the counts that energy and latency are made of.
public struct ReadActivity: BitwiseCopyable, Sendable, Equatable {
  /// Rows driven, summed over blocks.
  public var activeRows: UInt64 = 0
  /// Tiles read (only with converters or noise; an exact read does not look at tiles).
  public var tileReads: UInt64 = 0
  /// Analog-to-digital conversions.
  public var conversions: UInt64 = 0
  /// Conversions that ran into an end of the scale.
  public var saturatedConversions: UInt64 = 0

  /// No reads.
  public init() {}

  /// Adds the counts of `other`.
  public mutating func add(_ other: ReadActivity) {
    activeRows += other.activeRows
    tileReads += other.tileReads
    conversions += other.conversions
    saturatedConversions += other.saturatedConversions
  }
}
