import Crossbars
import Kernels
import Testing

@testable import Emulation

/// Threads, tiles and cuts change no bit.
@Suite("Same bits")
struct SameBitsTests {
  private static let ticks = 40
  private let samples = TestSample.random(12, rows: 70, classes: 3, ticks: Self.ticks, seed: 5)

  @Test("for any number of threads", arguments: NetworkCase.all)
  func threads(_ network: NetworkCase) {
    let single = SpikingNetwork.make(network.parameters, ticks: Self.ticks)
    let outcomes = single.learn(samples)
    let pulses = single.totalPulses
    #expect(pulses.set + pulses.reset > 100)
    for threads in 2...4 {
      let several = SpikingNetwork.make(network.parameters, ticks: Self.ticks, threads: threads)
      #expect(several.learn(samples) == outcomes)
      #expect(several.snapshot == single.snapshot, "\(threads) threads")
    }
  }

  @Test("for rows driven to amplitudes, of any threads and cuts", arguments: [nil, 7])
  func gradedRows(updateTicks: Int?) throws {
    var parameters = try worstNetwork()
    parameters.updateTicks = updateTicks
    parameters.rowDriver = RowDriver(bits: 5, gainSigma: 0.02, nonlinearity: 0.3)
    let samples = samples.enumerated().map { $1.graded(seed: UInt64($0)) }
    let single = SpikingNetwork.make(parameters, ticks: Self.ticks)
    let outcomes = single.learn(samples)
    #expect(single.readActivity.gradedRows > 1000)
    let first = SpikingNetwork.make(parameters, ticks: Self.ticks, threads: 3)
    let early = first.learn(Array(samples[..<5]))
    let second = SpikingNetwork.make(parameters, ticks: Self.ticks, threads: 2)
    second.snapshot = first.snapshot
    #expect(early + second.learn(Array(samples[5...])) == outcomes)
    #expect(second.snapshot == single.snapshot)
  }

  @Test("amplitudes of one are spikes")
  func fullDrive() throws {
    for updateTicks in [nil, 7] {
      var parameters = try raggedNetwork()
      parameters.updateTicks = updateTicks
      parameters.rowDriver = RowDriver()
      let full = samples.map { sample in
        var raster = SpikeRaster(rowCount: sample.raster.rowCount)
        raster.removeAll(isGraded: true)
        for tick in 0..<sample.raster.tickCount {
          for row in sample.raster.activeRows(at: tick) { raster.appendRow(Int(row), amplitude: 1) }
          raster.endTick()
        }
        return TestSample(raster: raster, label: sample.label)
      }
      let (binary, graded) = (
        SpikingNetwork.make(parameters, ticks: Self.ticks), SpikingNetwork.make(parameters, ticks: Self.ticks)
      )
      #expect(binary.learn(samples) == graded.learn(full))
      #expect(binary.snapshot.layers.map(\.array.weights) == graded.snapshot.layers.map(\.array.weights))
    }
  }

  @Test("worn devices are part of the comparison")
  func wear() throws {
    let network = SpikingNetwork.make(try worstNetwork(), ticks: Self.ticks)
    let before = network.stuckDeviceCount
    network.learn(samples)
    #expect(network.stuckDeviceCount > before)
    #expect(network.readActivity.saturatedConversions > 0)
  }

  @Test("for any tile, as long as reads are exact", arguments: [(64, 64), (64, 32), (24, 20), (7, 1)])
  func tiles(rows: Int, columns: Int) throws {
    var parameters = try raggedNetwork()
    for updateTicks in [nil, 7] {
      parameters.updateTicks = updateTicks
      (parameters.tileRows, parameters.tileColumns) = (128, 128)
      let whole = SpikingNetwork.make(parameters, ticks: Self.ticks)
      (parameters.tileRows, parameters.tileColumns) = (rows, columns)
      let tiled = SpikingNetwork.make(parameters, ticks: Self.ticks, threads: 2)
      #expect(whole.learn(samples) == tiled.learn(samples))
      for (a, b) in zip(whole.snapshot.layers, tiled.snapshot.layers) {
        #expect(a.array.weights == b.array.weights)
        #expect(a.array.setPulses == b.array.setPulses && a.array.travel == b.array.travel)
        #expect(a.potentials == b.potentials && a.eligibility == b.eligibility)
      }
    }
  }

  @Test("for a network that continues another's snapshot", arguments: NetworkCase.all)
  func snapshot(_ network: NetworkCase) {
    let uninterrupted = SpikingNetwork.make(network.parameters, ticks: Self.ticks)
    let outcomes = uninterrupted.learn(samples)
    let first = SpikingNetwork.make(network.parameters, ticks: Self.ticks)
    first.learn(samples[..<5])
    let state = first.snapshot
    let second = SpikingNetwork.make(network.parameters, ticks: Self.ticks, threads: 2)
    second.snapshot = state
    #expect(second.snapshot == state)
    #expect(second.learn(samples[5...]) == Array(outcomes[5...]))
    #expect(second.snapshot == uninterrupted.snapshot)
  }

  @Test("but not for another seed, sample or threshold of the writes")
  func different() throws {
    let parameters = try worstNetwork()
    let network = SpikingNetwork.make(parameters, ticks: Self.ticks)
    network.learn(samples)
    func state(_ change: (inout NetworkParameters) -> Void, _ samples: [TestSample]) -> Bool {
      var changed = parameters
      change(&changed)
      let other = SpikingNetwork.make(changed, ticks: Self.ticks)
      other.learn(samples)
      return other.snapshot == network.snapshot
    }
    #expect(state({ _ in }, samples))
    #expect(!state({ $0.seed += 1 }, samples))
    #expect(!state({ _ in }, samples.reversed()))
    #expect(!state({ $0.policy = .accumulateThreshold(threshold: 3, largestTrain: 64) }, samples))
  }

  @Test("testing leaves everything alone but the count of the reads")
  func testing() throws {
    let network = SpikingNetwork.make(try worstNetwork(), ticks: Self.ticks)
    network.learn(samples[..<3])
    let before = network.snapshot
    for sample in samples { _ = network.present(sample.raster, label: sample.label, learns: false) }
    let after = network.snapshot
    #expect(after.boundaries == before.boundaries)
    #expect(after.readTicks == before.readTicks + UInt64(samples.count * Self.ticks))
    for (a, b) in zip(before.layers, after.layers) {
      #expect(a.array.conductances == b.array.conductances && a.array.wear == b.array.wear)
      #expect(a.array.setPulses == b.array.setPulses && a.pendingChanges == b.pendingChanges)
    }
  }
}
