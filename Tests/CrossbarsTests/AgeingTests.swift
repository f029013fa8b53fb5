import Devices
import Glibc
import Kernels
import Testing

@testable import Crossbars

@Suite struct AgeingTests {
  static let technologies = ["pcm-gst-2019", "fefet-hzo-2017", "rram-cmo-hfox", "ecram-li-2018"]

  private static func array(
    _ device: DeviceParameters, tickSeconds: Double, writing: WriteParameters = WriteParameters()
  ) -> CrossbarArray {
    CrossbarArray.make(
      rows: 12, columns: 21, tile: (8, 10), device: device, writing: writing, tickSeconds: tickSeconds, seed: 3)
  }

  /// Only what ages: no noise of reads, which would have blocks looked at more often, and no wear.
  private static func ageing(_ name: String) -> DeviceParameters {
    var device = DeviceParameters.technology(name)
    device.readNoise = .none
    device.endurance = .unlimited
    device.faults = FabricationFaults(stuckOff: 0.05, stuckOn: 0.05)
    return device
  }

  /// State of every device at a tick by the closed form, with own ranges from the factory.
  private static func exact(
    _ array: CrossbarArray, _ state: CrossbarArray.State, _ devices: [[DeviceNumbers]], plane: Int, tick: UInt64
  ) -> [(state: Double, range: Double)] {
    let device = array.parameters.device
    return (0..<12 * 21).map { synapse in
      let own = devices[plane][synapse]
      let written = state.writeTicks[plane][synapse]
      let age = tick > written ? Double(tick - written) * array.parameters.tickSeconds : 0
      let now = device.retention.state(
        programmed: Double(state.conductances[plane][synapse]), age: age,
        coefficient: state.retentionCoefficients[plane][synapse], low: Double(own.low), range: Double(own.range))
      return (now, Double(own.range))
    }
  }

  /// Reads and writes at random times, from a tick apart to a large part of the run; `body` after each.
  private static func live(
    _ array: CrossbarArray, steps: Int, seed: UInt64, _ body: (_ tick: UInt64) -> Void
  ) {
    var random = ReferenceRandom(seed)
    var tick: UInt64 = 1
    for event in 0..<steps {
      let decades = Double.random(in: 0...1, using: &random)
      tick += UInt64(1 + Double(tick) * decades * decades * decades)
      let writes = event % 7 == 0
      for block in 0..<array.layout.blockCount {
        if writes && Bool.random(using: &random) {
          array.program(random.requests(array.layout, block: block), block: block, event: UInt64(event), tick: tick)
        } else {
          _ = random.next()
        }
      }
      _ = array.read([0, 5, 11], tick: tick)
      body(tick)
    }
  }

  /// Reads miss no more than the error bound, at any time and after writes at any time.
  @Test(arguments: technologies, [1e-3, 1])
  func readsAreWithinTheErrorBoundOfTheClosedForm(name: String, tickSeconds: Double) {
    let array = Self.array(Self.ageing(name), tickSeconds: tickSeconds)
    array.deploy(ReferenceRandom.targets(252, in: -0.4...0.4))
    var worst = 0.0
    var moved = 0.0
    var (folds, reads) = (0, 0)
    let factory = DeviceFactory(parameters: array.parameters.device, seed: 3)
    let devices = (0..<2).map { plane in (0..<252).map { factory.numbers(array: 0, device: $0 * 2 + plane) } }
    Self.live(array, steps: 90, seed: 40) { tick in
      let state = array.state
      reads += array.layout.blockCount
      folds += array.ageing.map { ageing in ageing.foldTicks.elements.count { $0 == tick } } ?? 0
      for plane in 0..<2 {
        let seen = array.conductances(plane: plane)
        let written = state.conductances[plane]
        for (index, exact) in Self.exact(array, state, devices, plane: plane, tick: tick).enumerated() {
          let error = abs(Double(seen[index]) - exact.state) / exact.range
          worst = max(worst, error)
          moved = max(moved, abs(Double(written[index]) - exact.state) / exact.range)
        }
      }
      let weights = zip(array.conductances(plane: 0), array.conductances(plane: 1)).map { $0 - $1 }
      let scale = Float(0.5 / (array.parameters.device.on - array.parameters.device.off))
      #expect(zip(array.effectiveWeights, weights).allSatisfy { abs($0 - $1 * scale) < 1e-6 })
    }
    #expect(worst < Ageing.errorBound * 1.01)
    #expect(moved > 20 * Ageing.errorBound && folds < reads * 9 / 10)
    #expect(array.stuckDeviceCount > 20)
  }

  /// Looking at an array changes nothing: at the end it is the same, looked at often or never.
  @Test(arguments: technologies)
  func agedStatesDoNotDependOnEarlierLooks(name: String) {
    let (watched, left) = (
      Self.array(Self.ageing(name), tickSeconds: 1e-2), Self.array(Self.ageing(name), tickSeconds: 1e-2)
    )
    var random = ReferenceRandom(9)
    var tick: UInt64 = 0
    for event in 0..<12 {
      tick += UInt64.random(in: 1...10_000, using: &random)
      for block in 0..<watched.layout.blockCount {
        let requests = random.requests(watched.layout, block: block)
        watched.program(requests, block: block, event: UInt64(event), tick: tick)
        left.program(requests, block: block, event: UInt64(event), tick: tick)
      }
      for look in [1, 3, 70, 800] as [UInt64] {
        watched.age(to: tick + look)
        _ = watched.read([1, 7], tick: tick + look)
      }
      tick += 800
    }
    watched.age(to: tick + 12_345)
    left.age(to: tick + 12_345)
    for plane in 0..<2 { #expect(watched.conductances(plane: plane) == left.conductances(plane: plane)) }
    #expect(watched.effectiveWeights == left.effectiveWeights)
    #expect(watched.state.conductances == left.state.conductances)
    #expect(watched.state.retentionCoefficients == left.state.retentionCoefficients)
    // An earlier look than the last one is no reason to stop.
    left.age(to: tick)
    left.age(to: tick + 12_345)
    #expect(watched.effectiveWeights == left.effectiveWeights)
  }

  /// Every write starts the clock of the devices it pulses, and of no others.
  @Test func writesRestartTheClock() {
    let array = Self.array(Self.ageing("pcm-gst-2019"), tickSeconds: 1)
    array.program(row: 3, column: 4, pulses: 1, event: 5, tick: 1_000)
    let state = array.state
    for plane in 0..<2 {
      for (index, written) in state.writeTicks[plane].enumerated() {
        let isStuck = state.conditions[plane][index] != 0
        #expect(written == (isStuck ? .max : index == 3 * 21 + 4 ? 1_000 : 0))
      }
    }
  }

  /// A train starts from where the device has drifted to, not from what was once written.
  @Test func trainsStartFromThePresentState() {
    var device = DeviceParameters.quiet
    device.retention = .powerLaw(PowerLawDrift(exponent: .fixed(mean: 0.05, sigma: 0)))
    let array = CrossbarArray.make(rows: 1, columns: 2, device: device, tickSeconds: 1)
    array.deploy([0.3, 0.3])
    let written = Double(array.state.conductances[0][0])
    array.program([3, 0], event: 1, tick: 1_000_000)
    let drifted = written * pow(1_000_020.0 / 20, -0.05)
    #expect(drifted < 0.6 * written)
    let model = DeviceModel(parameters: device)
    let expected = model.state(after: 3, from: drifted, of: model.typical)
    #expect(abs(Double(array.state.conductances[0][0]) / expected - 1) < 1e-5)
    #expect(Double(array.state.conductances[0][1]) == written)
  }

  /// Noise that grows with age does so whether or not states drift.
  @Test(arguments: [Retention.none, .relaxation(.conductiveMetalOxide)])
  func readNoiseFollowsTheAgeOfTheStates(retention: Retention) {
    var device = DeviceParameters.technology("rram-cmo-hfox")
    device.endurance = .unlimited
    device.variation = DeviceVariation()
    device.retention = retention
    let array = CrossbarArray.make(rows: 1, columns: 4_000, device: device, tickSeconds: 1e-3)
    // A first read fixes the schedule of looks.
    for tick in [0, 50_000] as [UInt64] {
      if tick > 0 { array.program(all: 1, event: tick, tick: tick) }
      var previous = 0.0
      for age in [20, 2_000] as [UInt64] {
        _ = array.read([0], tick: tick + age)
        let noise = zip(array.read([0], tick: tick + age), array.effectiveWeights).map { Double($0 - $1) }
        let expected = (0..<2).reduce(0.0) { sum, plane in
          sum
            + array.conductances(plane: plane).reduce(0.0) { part, state in
              let sigma = device.readNoise.sigma(state: Double(state), age: Double(age) * 1e-3, on: device.on)
              return part + sigma * sigma
            } / 4_000
        }
        let variance = moments(noise).variance
        // Looked at when the age has grown by half or more since the last look.
        #expect(abs(variance / (expected * 0.25 / (82e-6 * 82e-6)) - 1) < 0.12)
        #expect(variance > previous)
        previous = variance
      }
    }
  }
}
