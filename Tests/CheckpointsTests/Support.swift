import Checkpoints
import Crossbars
import Foundation

/// A folder that is removed with its contents when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "checkpoints-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}

/// Vigna's SplitMix64: a fixed seed gives the same state and the same damage on every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
  try Data(bytes).write(to: URL(filePath: path))
}

/// The error that `body` throws, or nil if it throws none.
func failure(_ body: () throws(CheckpointError) -> Void) -> CheckpointError? {
  do throws(CheckpointError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// States of no physical meaning, but of every shape a checkpoint can have.
struct Specimen {
  private var generator: SplitMix64

  /// A run with devices that have all there is to devices, traces, eligibility and pending changes; each polarity of the
  /// readout has two devices.
  static func devices(seed: UInt64 = 1) -> Checkpoint {
    var specimen = Specimen(generator: SplitMix64(state: seed))
    return specimen.checkpoint([
      specimen.deviceLayer("hidden1", rows: 5, columns: 4),
      specimen.deviceLayer("readout", rows: 4, columns: 3, planes: 4),
    ])
  }

  /// A run whose arrays are worth cutting into pieces.
  static func large() -> Checkpoint {
    var specimen = Specimen(generator: SplitMix64(state: 9))
    var checkpoint = specimen.checkpoint([
      specimen.deviceLayer("hidden1", rows: 150, columns: 70), specimen.deviceLayer("readout", rows: 70, columns: 3),
    ])
    checkpoint.position.isTesting = false
    return checkpoint
  }

  /// A run with ideal pairs that carries nothing between windows; its position is the start.
  static func idealPairs() -> Checkpoint {
    var specimen = Specimen(generator: SplitMix64(state: 2))
    var checkpoint = specimen.checkpoint([
      specimen.idealLayer("hidden10", rows: 7, columns: 5), specimen.idealLayer("hidden2", rows: 5, columns: 2),
    ])
    checkpoint.position = RunPosition()
    checkpoint.experiment = ""
    return checkpoint
  }

  /// A run at a training sample, with distinct state.
  static func training(seen: UInt64, pass: Int = 0, sample: Int) -> Checkpoint {
    var checkpoint = devices(seed: seen + 100)
    checkpoint.position = RunPosition()
    checkpoint.position.samplesSeen = seen
    checkpoint.position.pass = pass
    checkpoint.position.sampleInPhase = sample
    return checkpoint
  }

  private mutating func checkpoint(_ layers: [LayerSnapshot]) -> Checkpoint {
    var position = RunPosition()
    position.pass = 3
    position.isTesting = true
    position.sampleInPhase = 57
    position.decisionsInPhase = 57
    position.correctInPhase = 41
    position.samplesSeen = 180_000
    position.samplesSinceRow = 7
    position.decisionsSinceRow = 7
    position.correctSinceRow = 6
    position.neuronSpikesSinceRow = [0, 3, 9]
    position.confusion = [5, 1, 0, 3]
    position.spikesSinceRow = [11, 12]
    position.spikes = [1 << 40, 99]
    position.testAccuracies = [0.5, 0.75, 1]
    position.trainingAccuracies = [0, 0.1]
    position.metricsBytes = 4096
    position.eventsBytes = UInt64.max
    position.wallSeconds = 12.5
    position.isComplete = false
    return Checkpoint(
      experiment: "name: Prüfling ∆\nnetwork:\n  hidden: [4]\n", streamFingerprint: "sha256:00ff", writtenBy: "0.1.0",
      seed: UInt64.max - 1, position: position,
      network: NetworkSnapshot(layers: layers, readTicks: 1 << 50, boundaries: 123))
  }

  /// Devices with every part of the state there is, on two by two tiles.
  private mutating func deviceLayer(_ name: String, rows: Int, columns: Int, planes: Int = 2) -> LayerSnapshot {
    let count = rows * columns
    let (blocks, tileRows) = (2, 2)
    var array = CrossbarArray.State()
    array.conductances = (0..<planes).map { _ in floats(count, 0...1e-4) }
    array.conditions = (0..<planes).map { _ in numbers(count, 0...5) }
    array.wear = (0..<planes).map { _ in doubles(count) }
    array.setsSinceReset = (0..<planes).map { _ in numbers(count, 0...UInt16.max) }
    array.writeTicks = (0..<planes).map { _ in numbers(count, 0...UInt64.max) }
    array.retentionCoefficients = (0..<planes).map { _ in floats(count, -1...1) }
    array.trapOccupancy = (0..<planes).map { _ in numbers(count, 0...1) }
    array.setPulses = (0..<planes).map { _ in counts(count) }
    array.resetPulses = (0..<planes).map { _ in counts(count) }
    array.refreshPulses = (0..<planes).map { _ in counts(count) }
    array.verifyReads = (0..<planes).map { _ in counts(count) }
    array.travel = (0..<planes).map { _ in doubles(count) }
    array.activity = activity(blocks)
    array.tileActivity = activity(tileRows * blocks)
    array.writes = writes(tileRows * blocks)
    array.verifyHistograms = numbers(blocks * 2 * VerifyHistogram.binCount, 0...1 << 50)
    array.ageingClocks =
      numbers(blocks, 0...1 << 50) + numbers(blocks, 0...UInt64.max) + numbers(blocks, 0...1 << 50)
    array.rowPhases = numbers(planes * blocks * rows, 0...1 << 50)
    array.pendingRowDisturb = counts(2 * planes * blocks * rows)
    array.pendingColumnDisturb = counts(2 * planes * tileRows * blocks * 16)
    return LayerSnapshot(
      name: name, rows: rows, columns: columns, array: array, potentials: floats(columns, -1...1),
      pendingChanges: floats(count, -1...1), inputTraces: floats(rows, 0...1), eligibility: floats(count, -1...1),
      feedback: name == "readout" ? [] : floats(3 * columns, -1...1))
  }

  private mutating func idealLayer(_ name: String, rows: Int, columns: Int) -> LayerSnapshot {
    let count = rows * columns
    var array = CrossbarArray.State()
    array.weights = floats(count, -0.5...0.5)
    array.setPulses = [counts(count)]
    array.resetPulses = [counts(count)]
    array.travel = [doubles(count)]
    array.activity = activity(1)
    return LayerSnapshot(
      name: name, rows: rows, columns: columns, array: array, potentials: floats(columns, -1...1), pendingChanges: [],
      inputTraces: [], eligibility: [], feedback: [])
  }

  private mutating func writes(_ tiles: Int) -> [WriteActivity] {
    (0..<tiles).map { _ in
      var activity = WriteActivity()
      for (_, path) in WriteActivity.counts {
        activity[keyPath: path] = UInt64.random(in: 0..<1 << 53, using: &generator)
      }
      for (_, path) in WriteActivity.charges { activity[keyPath: path] = Double.random(in: 0...1, using: &generator) }
      return activity
    }
  }

  private mutating func activity(_ blocks: Int) -> [ReadActivity] {
    (0..<blocks).map { _ in
      var activity = ReadActivity()
      activity.activeRows = generator.next()
      activity.gradedRows = generator.next()
      activity.gradedSquares = generator.next()
      activity.tileReads = generator.next()
      activity.conversions = generator.next()
      activity.saturatedConversions = generator.next()
      return activity
    }
  }

  private mutating func floats(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &generator) }
  }

  private mutating func doubles(_ count: Int) -> [Double] {
    (0..<count).map { _ in Double.random(in: 0...1e6, using: &generator) }
  }

  private mutating func counts(_ count: Int) -> [UInt32] { numbers(count, 0...UInt32.max) }

  private mutating func numbers<Number: FixedWidthInteger>(_ count: Int, _ range: ClosedRange<Number>) -> [Number] {
    (0..<count).map { _ in Number.random(in: range, using: &generator) }
  }
}
