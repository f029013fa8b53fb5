import Checkpoints
import Crossbars
import Hardware
import Kernels
import Plasticity

/// A network on emulated crossbars that can be run, looked at and saved.
public protocol EmulatedNetwork: AnyObject, Sendable {
  /// What was set.
  var parameters: NetworkParameters { get }
  /// Arrays from the input to the readout, with their names.
  var arrays: [(name: String, array: CrossbarArray)] { get }
  /// Ticks read since the start of the run.
  var ticksRead: UInt64 { get }
  /// What each learning layer keeps, reads and writes, with its name.
  var learningNeeds: [(layer: String, needs: LearningNeeds)] { get }
  /// How well fixed feedback fits the forward weights, from −1 to 1; `nil` without fixed feedback.
  var feedbackAlignment: Double? { get }
  /// The first thing that was no number, if there was one.
  var firstFlaw: NetworkFlaw? { get }
  /// Everything that evolves, copied out or put back.
  /// - Precondition: a snapshot that is set has the shapes of this network; check a file's shapes before.
  var snapshot: NetworkSnapshot { get set }

  /// Learning from here on: rates of hidden layers and readout, and a factor on what has no rate.
  func setRates(hidden rate: Float, readout readoutRate: Float, factor: Float)
  /// Brings all neurons to rest, where they go on between samples.
  func rest()
  /// Lets time pass in which nothing is read: devices that drift or decay grow older.
  func passTime(ticks: UInt64)
  /// Presents a sample, from rest or from where the last one ended, decides, and learns from it if `learns`.
  /// - Precondition: a target with labels of ticks has one for each.
  func present(_ sample: SpikeRaster, target: SampleTarget, learns: Bool) -> SampleOutcome
  /// What spoke for each class in the last sample; the decision is for the most, the first of equals.
  var evidence: [Float] { get }
  /// Spikes of each neuron of each hidden layer in the last sample, layer after layer.
  var hiddenSpikeCounts: [Int32] { get }
  /// What each of `arrays` is fed by and feeds.
  var fedNeurons: [FedNeurons] { get }
}

/// Inputs of an array, as many as spikes may come with a tick, and neurons or integrators behind it.
public typealias FedNeurons = (inputs: Int, count: Int)

/// Where a network stood at a moment.
public struct NetworkReading: Sendable {
  /// Ticks read.
  var ticks: UInt64
  /// The arrays, in their order.
  var arrays: [WearReading]
}

extension NetworkParameters {
  /// The network with its initial weights.
  ///
  /// - Parameters:
  ///   - largestSample: most ticks of a sample.
  ///   - pool: threads that share the columns.
  public func makeNetwork(
    largestSample: Int = 1, pool: TilePool = TilePool(threadCount: 1)
  ) -> any EmulatedNetwork {
    competition == nil
      ? SpikingNetwork(parameters: self, largestSample: largestSample, pool: pool)
      : CompetitiveNetwork(parameters: self, largestSample: largestSample, pool: pool)
  }
}

extension EmulatedNetwork {
  /// Presents a sample with one class.
  public func present(_ sample: SpikeRaster, label: Int, learns: Bool, firstScored: Int = 0) -> SampleOutcome {
    present(sample, target: SampleTarget(label: label, firstScored: firstScored), learns: learns)
  }

  /// Memory devices of all arrays.
  public var deviceCount: Int { arrays.reduce(0) { $0 + $1.array.deviceCount } }
  /// Devices for each weight, with the share of the reference columns of tiles; mean over all weights.
  public var devicesPerWeight: Double {
    let weights = arrays.map { Double($0.array.layout.rows * $0.array.layout.columns) }
    let devices = zip(arrays, weights).reduce(0) { $0 + $1.0.array.devicesPerWeight * $1.1 }
    return devices / weights.reduce(0, +)
  }
  /// Tiles whose wires were solved, and whose solution was kept, since the network was made.
  public var wireSolutions: (solved: UInt64, reused: UInt64) {
    arrays.map(\.array.wireSolutions).reduce((0, 0)) { ($0.0 + $1.solved, $0.1 + $1.reused) }
  }
  /// Devices that no longer answer to pulses.
  public var stuckDeviceCount: Int { arrays.reduce(0) { $0 + $1.array.stuckDeviceCount } }
  /// Lets lines share the wear after a sample: see `CrossbarArray.level`.
  /// - Parameter sample: samples learned from so far, this one among them.
  func level(afterSample sample: UInt64) {
    for (_, array) in arrays where array.isLevelled { array.level(afterSample: sample, tick: ticksRead) }
  }
  /// Whether lines move.
  public var isLevelled: Bool { arrays.contains { $0.array.isLevelled } }
  /// Spare lines that could still replace one.
  public var usableSpareRows: Int { arrays.reduce(0) { $0 + $1.array.usableSpareRows } }
  /// What levelling has done.
  public var levellingCounts: LevellingCounts {
    arrays.reduce(into: LevellingCounts()) {
      $0.moves += $1.array.levellingCounts.moves
      $0.retired += $1.array.levellingCounts.retired
    }
  }
  /// Devices that have worn out; those stuck since fabrication are not among them.
  public var wornDeviceCount: Int { arrays.reduce(0) { $0 + $1.array.wornDeviceCount } }
  /// Pulses of all devices and kinds since the start of the run.
  public var allPulses: UInt64 {
    arrays.reduce(0) { sum, layer in
      [WearLedger.PulseKind.set, .reset, .refresh].reduce(sum) { $0 + layer.array.totalPulses($1) }
    }
  }
  /// Pulses of all devices since the start of the run.
  public var totalPulses: (set: UInt64, reset: UInt64) {
    arrays.reduce((0, 0)) { ($0.0 + $1.array.totalPulses(.set), $0.1 + $1.array.totalPulses(.reset)) }
  }
  /// Writes of all arrays since the start of the run.
  public var writeActivity: WriteActivity {
    arrays.reduce(into: WriteActivity()) { $0.add($1.array.writeActivity) }
  }
  /// Energy and time of these writes; the arrays are written one after the other.
  public func writeCosts(on hardware: HardwareParameters) -> WriteCosts {
    arrays.reduce(.none) { $0 + $1.array.writeCosts(on: hardware) }
  }
  /// Energy and time of all reads and neurons since the start of the run; the arrays are read one after the other.
  public func readCosts(on hardware: HardwareParameters) -> ReadCosts { readCosts(since: nil, on: hardware) }
  /// Where the network stands. O(devices) of time and memory.
  public var reading: NetworkReading {
    NetworkReading(ticks: ticksRead, arrays: arrays.map { $0.array.wearReading() })
  }
  /// Energy and time of all reads and neurons since a reading; since the start of the run for `nil`. Devices are priced as
  /// they are now.
  func readCosts(since start: NetworkReading?, on hardware: HardwareParameters) -> ReadCosts {
    zip(arrays, fedNeurons).enumerated().reduce(.none) { sum, next in
      let (index, (layer, fed)) = next
      let neurons = ReadCosts.Neurons(
        inputs: fed.inputs, count: fed.count, ticks: ticksRead - (start?.ticks ?? 0))
      return sum + layer.array.readCosts(neurons: neurons, since: start?.arrays[index], on: hardware)
    }
  }
  /// Devices that have spent more than half of their own life.
  public var devicesPastHalfLife: Int { arrays.reduce(0) { $0 + $1.array.deviceCount(pastLifeFraction: 0.5) } }
  /// Reads of all arrays since the start of the run.
  public var readActivity: ReadActivity {
    arrays.reduce(into: ReadActivity()) { $0.add($1.array.readActivity) }
  }
}
