import Devices
import Glibc
import Kernels
import Testing

@testable import Crossbars

/// A replay of a window is the window, many times.
@Suite("Replayed windows")
struct ReplayTests {
  private static let layout = BlockedLayout(rows: 20, columns: 24, tileRows: 16, tileColumns: 16)

  private static func array(_ change: (inout DeviceParameters) -> Void = { _ in }) -> CrossbarArray {
    var device = DeviceTechnology.named("rram-taox-hfox")!.parameters
    device.endurance = Endurance(scale: 40, shape: 2, wearPerPulse: 0.02, stuckOnShare: 0.5)
    change(&device)
    return CrossbarArray(
      layout: layout,
      parameters: .init(
        index: 0, weightLimit: 0.3, converter: nil, hasReadNoise: true, device: device,
        writing: WriteParameters(biasing: .halfVoltage)), seed: 5)
  }

  /// A window in which some rows are written and read.
  private static func use(_ array: CrossbarArray, window: Int) {
    var sums = [Float](repeating: 0, count: array.layout.blockWidth)
    for block in 0..<array.layout.blockCount {
      let requests = stride(from: 0, to: layout.rows, by: 3).flatMap { row in
        layout.columns(inBlock: block).map { column in
          PulseRequest(
            position: Int32(layout.index(row: row, column: column)),
            pulses: (row + column + window) % 2 == 0 ? 2 : -3)
        }
      }
      array.program(requests, block: block, event: UInt64(window), tick: UInt64(window))
      [Int32(1), 4, 18].withUnsafeBufferPointer { rows in
        array.read(block: block, rows: rows, tick: UInt64(window), into: &sums)
      }
    }
  }

  private static func counts(_ array: CrossbarArray) -> [[UInt64]] {
    let state = array.state
    let pulses = (state.setPulses + state.resetPulses).joined().map { UInt64($0) }
    let writes = state.writes.flatMap { tile in WriteActivity.counts.map { tile[keyPath: $0.path] } }
    let reads = state.tileActivity.flatMap { [$0.activeRows, $0.tileReads] }
    let half = (0..<array.planeCount).flatMap(array.halfSelectCounts(plane:))
    return [pulses, writes, reads, half, state.rowPhases]
  }

  @Test("every count grows by the window a whole number of times, so all stay in proportion")
  func counts() {
    let array = Self.array { $0.endurance = .unlimited }
    Self.use(array, window: 0)
    let before = Self.counts(array)
    let start = array.wearReading()
    Self.use(array, window: 1)
    let after = Self.counts(array)
    array.replay(since: start, times: 9, tick: 100, elapsed: 98)
    let replayed = Self.counts(array)
    for (list, (first, second)) in zip(replayed, zip(before, after)) {
      #expect(list == zip(first, second).map { $0 + 10 * ($1 - $0) })
    }
    // The ledger and the account of the tiles tell of the same pulses.
    let activity = array.writeActivity
    #expect(activity.setPulses == array.ledger.total(.set) && activity.resetPulses == array.ledger.total(.reset))
    let half = (0..<array.planeCount).flatMap(array.halfSelectCounts(plane:)).reduce(0, +)
    #expect(activity.halfSelects == half)
  }

  @Test("no time is too short: a replay of nothing changes nothing")
  func nothing() {
    let array = Self.array()
    Self.use(array, window: 0)
    let start = array.wearReading()
    Self.use(array, window: 1)
    let state = array.state
    array.replay(since: start, times: 0, tick: 1, elapsed: 0)
    #expect(array.state == state)
  }

  @Test("the devices that fail are those whose lives the wear passes, as foretold")
  func failures() throws {
    let array = Self.array()
    Self.use(array, window: 0)
    let start = array.wearReading()
    Self.use(array, window: 1)
    let before = array.state
    let foretold = array.replaysToFailure(since: start, limit: 500).sorted()
    try #require(foretold.count > 50)
    let times = UInt64(foretold[foretold.count / 2].rounded(.up))
    let failed = array.replay(since: start, times: times, tick: 2, elapsed: 0)
    #expect(failed == foretold.count { $0 <= Double(times) } && failed == array.wornDeviceCount)
    for plane in 0..<array.planeCount {
      let fractions = array.wearFractions(plane: plane)
      for (index, condition) in array.conditions(plane: plane).enumerated() {
        let isWorn = [.wornOff, .wornOn, .wornInPlace].contains(condition)
        #expect(isWorn == (fractions[index] >= 1))
        if isWorn { #expect(fractions[index] < 1.0001) }
      }
      // A device that was not written in the window is as it was.
      let row = 1
      for column in 0..<Self.layout.columns {
        let index = row * Self.layout.columns + column
        #expect(array.state.wear[plane][index] == before.wear[plane][index])
      }
    }
    // Failed devices no longer answer, and reads see where they are stuck.
    let stuck = array.effectiveWeights
    Self.use(array, window: 2)
    let rest = array.conditions(plane: 0).indices.filter {
      array.conditions(plane: 0)[$0] != .sound && array.conditions(plane: 1)[$0] != .sound
    }
    try #require(!rest.isEmpty)
    for index in rest { #expect(array.effectiveWeights[index] == stuck[index]) }
  }

  @Test("devices written in the window stay young, the others age")
  func ages() throws {
    let array = Self.array {
      $0.retention = .stretched(StretchedDecay(time: 10, exponent: 0.5, restLevel: 0, timeSigma: 0))
      $0.endurance = .unlimited
    }
    let start = array.wearReading()
    Self.use(array, window: 1)
    let before = array.state
    array.replay(since: start, times: 1000, tick: 1_000_001, elapsed: 1_000_000)
    let after = array.state
    for plane in 0..<array.planeCount {
      for row in 0..<Self.layout.rows {
        let index = row * Self.layout.columns
        #expect(after.writeTicks[plane][index] == before.writeTicks[plane][index] + (row % 3 == 0 ? 1_000_000 : 0))
      }
    }
    let (young, old) = (array.conductances(plane: 0)[0], array.conductances(plane: 0)[Self.layout.columns])
    #expect(young > old)
  }

  /// η·N^(−1/β), and η·(−ln 0.99)^(1/β), with the intervals of 95 % that order statistics of 1e6 Weibull lives have.
  @Test("first failure and 1 % dead of a million devices under uniform pulses are those of theory")
  func weibull() throws {
    let layout = BlockedLayout(rows: 500, columns: 1000, tileRows: 500, tileColumns: 64)
    var device = DeviceTechnology.named("rram-taox-hfox")!.parameters
    let (scale, shape) = (1e6, 1.5)
    // Wear counts pulses alone, so it is uniform.
    device.endurance = Endurance(
      scale: scale, shape: shape, displacementExponent: 0, wearPerPulse: 0, stuckOnShare: 0.5)
    device.faults = FabricationFaults(stuckOff: 0, stuckOn: 0)
    let array = CrossbarArray(
      layout: layout,
      parameters: .init(index: 0, weightLimit: 0.3, converter: nil, hasReadNoise: false, device: device), seed: 11)
    #expect(array.deviceCount == 1_000_000)
    let start = array.wearReading()
    for block in 0..<layout.blockCount {
      let requests = (0..<layout.rows).flatMap { row in
        layout.columns(inBlock: block).map {
          PulseRequest(position: Int32(layout.index(row: row, column: $0)), pulses: 1)
        }
      }
      array.program(requests, block: block, event: 0, tick: 0)
    }
    // One pulse a device, which is one full cycle: failures are lives.
    let limit = scale * 0.06
    let lives = array.replaysToFailure(since: start, limit: limit).map { $0 + 1 }.sorted()
    func life(survivors quantile: Double) -> Double { scale * pow(-log(quantile), 1 / shape) }
    // The first of N: P(all alive at c) = exp(−N (c/η)^β).
    let count = 1e6
    func first(_ probability: Double) -> Double { scale * pow(-log(1 - probability) / count, 1 / shape) }
    #expect(lives[0] > first(0.025) && lives[0] < first(0.975))
    #expect(abs(first(1 - exp(-1)) / (scale * pow(count, -1 / shape)) - 1) < 1e-9)
    // The 10 000th: the share dead there is 0.01 within 1.96 standard errors.
    let spread = 1.96 * (0.01 * 0.99 / count).squareRoot()
    #expect(lives[9_999] > life(survivors: 0.99 + spread) && lives[9_999] < life(survivors: 0.99 - spread))
    #expect(abs(life(survivors: 0.99) / scale - 0.047) < 0.001)
    // A replay kills them by then.
    let failed = array.replay(since: start, times: UInt64(lives[9_999].rounded(.up)), tick: 1, elapsed: 0)
    #expect(abs(failed - 10_000) <= 2)
  }
}
