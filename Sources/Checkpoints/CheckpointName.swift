/// The file name of a checkpoint, which says where the run stood; names order as the run goes.
///
///     checkpoint-000000060000-pass01-test-00057.h5
///
/// The first number counts training samples seen; then passes completed, the phase (`train`, `test`, or `trained` at
/// the end of the run) and the samples of the phase. The position between two passes, with no training sample of the
/// next one, comes after the test of the pass before.
struct CheckpointName: Comparable {
  private enum Stage: Int {
    case training
    case testing
    case betweenPasses
    case end
  }

  /// Name of the file in its folder.
  let fileName: String
  private let samplesSeen: UInt64
  private let pass: Int
  private let stage: Stage
  private let sampleInPhase: Int

  /// The name for a position.
  init(_ position: RunPosition) {
    var parts = [Self.padded(position.samplesSeen, 12), "pass" + Self.padded(UInt64(max(0, position.pass)), 2)]
    if position.isComplete {
      parts.append(Self.end)
    } else {
      parts += [position.isTesting ? Self.test : Self.train, Self.padded(UInt64(max(0, position.sampleInPhase)), 5)]
    }
    fileName = Self.prefix + parts.joined(separator: "-") + Self.suffix
    samplesSeen = position.samplesSeen
    pass = position.pass
    sampleInPhase = position.isComplete ? 0 : position.sampleInPhase
    stage =
      position.isComplete
      ? .end : position.isTesting ? .testing : position.sampleInPhase == 0 ? .betweenPasses : .training
  }

  /// The position a file name stands for; nil for the name of anything else.
  init?(fileName: String) {
    guard fileName.hasPrefix(Self.prefix), fileName.hasSuffix(Self.suffix) else { return nil }
    let parts = fileName.dropFirst(Self.prefix.count).dropLast(Self.suffix.count).split(separator: "-")
    guard parts.count >= 3, let samplesSeen = UInt64(parts[0]), parts[1].hasPrefix("pass"),
      let pass = Int(parts[1].dropFirst(4))
    else { return nil }
    var position = RunPosition()
    position.samplesSeen = samplesSeen
    position.pass = pass
    switch (parts.count, parts[2]) {
    case (3, Self.end[...]): position.isComplete = true
    case (4, Self.train[...]), (4, Self.test[...]):
      guard let sample = Int(parts[3]) else { return nil }
      position.isTesting = parts[2] == Self.test
      position.sampleInPhase = sample
    default: return nil
    }
    self.init(position)
    // Anything that is spelled otherwise was not written by this program.
    guard self.fileName == fileName else { return nil }
  }

  static func < (a: CheckpointName, b: CheckpointName) -> Bool { a.order < b.order }

  private var order: (UInt64, Int, Int, Int) { (samplesSeen, pass, stage.rawValue, sampleInPhase) }

  private static let prefix = "checkpoint-"
  private static let suffix = ".h5"
  private static let train = "train"
  private static let test = "test"
  private static let end = "trained"

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
