/// What one kind of event cost.
public struct CostComponent: Sendable, Equatable {
  /// What it is, in words.
  public var name: String
  /// What it is, as a key in files: `set_pulses`.
  public var key: String { name.lowercased().map { $0 == " " || $0 == "-" ? "_" : "\($0)" }.joined() }
  /// How many there were.
  public var count: UInt64
  /// Energy in joules.
  public var energy: Double
  /// Time in seconds of the busiest tile; 0 for what happens beside other things.
  public var time: Double

  /// Sets all.
  public init(name: String, count: UInt64, energy: Double, time: Double) {
    self.name = name
    self.count = count
    self.energy = energy
    self.time = time
  }
}
