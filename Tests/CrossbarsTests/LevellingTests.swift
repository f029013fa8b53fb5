import Devices
import Kernels
import Testing

@testable import Crossbars

/// Lines that share the wear of a tile.
@Suite("Levelling")
struct LevellingTests {
  private static let layout = BlockedLayout(rows: 20, columns: 20, tileRows: 8, tileColumns: 16)

  /// A device without noise and spread whose pulses do what they should.
  private static func quiet() -> DeviceParameters {
    var device = DeviceTechnology.named("rram-epiram")!.parameters
    device.cycleNoise.sigma = 0
    device.variation = DeviceVariation()
    device.faults = FabricationFaults(stuckOff: 0, stuckOn: 0)
    device.endurance = .unlimited
    return device
  }

  private static func array(
    _ levelling: LevellingParameters, device: DeviceParameters = quiet(), biasing: LineBiasing = .selector,
    mapping: WeightMapping = WeightMapping()
  ) -> CrossbarArray {
    let array = CrossbarArray(
      layout: layout,
      parameters: .init(
        index: 0, weightLimit: 0.3, converter: nil, hasReadNoise: false, device: device,
        writing: WriteParameters(biasing: biasing, levelling: levelling), mapping: mapping), seed: 3)
    array.deploy((0..<400).map { 0.25 * Float(($0 * 37) % 101 - 50) / 50 })
    return array
  }

  /// A pulse to each device of some rows of all blocks.
  private static func write(_ array: CrossbarArray, rows: [Int], pulses: Int32 = 1, event: UInt64) {
    let signed = event % 2 == 0 ? pulses : -pulses
    for block in 0..<layout.blockCount {
      var requests: [PulseRequest] = []
      for row in rows.sorted() {
        for column in layout.columns(inBlock: block) {
          requests.append(PulseRequest(position: Int32(layout.index(row: row, column: column)), pulses: signed))
        }
      }
      array.program(requests, block: block, event: event, tick: event)
    }
  }

  private static func conserves(_ array: CrossbarArray) -> Bool {
    let activity = array.writeActivity
    let refreshes = activity.refreshSetPulses + activity.refreshResetPulses
    return array.totalPulses(.set) == activity.setPulses && array.totalPulses(.reset) == activity.resetPulses
      && array.totalPulses(.refresh) == refreshes
  }

  @Test("without moves an array with spares is one without, bit for bit")
  func spares() {
    let (plain, spared) = (
      Self.array(LevellingParameters()), Self.array(LevellingParameters(spareRows: 2, retireAfter: 50, interval: 5))
    )
    for event in 1...20 {
      for array in [plain, spared] {
        Self.write(array, rows: [1, 5, 11], event: UInt64(event))
        array.level(afterSample: UInt64(event), tick: UInt64(event))
      }
    }
    #expect(plain.effectiveWeights == spared.effectiveWeights && spared.levellingCounts == LevellingCounts())
    #expect(spared.deviceCount == plain.deviceCount + 2 * 3 * 2 * 20 && spared.physicalLines.count == 40)
    #expect(plain.physicalLines.isEmpty && plain.deviceCount == 800)
  }

  @Test("moves keep the weights, and every pulse of theirs is counted")
  func weights() {
    for levelling in [
      LevellingParameters(scheme: .rowRotation, spareRows: 1, interval: 1),
      LevellingParameters(scheme: .rowSwap, interval: 1),
    ] {
      let array = Self.array(levelling)
      for sample in 1...30 {
        Self.write(array, rows: [2, 3, 12], event: UInt64(sample))
        let before = array.effectiveWeights
        array.level(afterSample: UInt64(sample), tick: UInt64(sample))
        // A pulse is 1/64 of the range of a device here, so no synapse is off by more than one of both.
        for (now, then) in zip(array.effectiveWeights, before) { #expect(abs(now - then) < 0.3 / 32) }
      }
      #expect(array.levellingCounts.moves >= 30 && Self.conserves(array))
      #expect(array.writeActivity.refreshSetPulses > 0)
      for block in 0..<2 {
        let lines = array.physicalLines[block * 20..<(block + 1) * 20]
        #expect(Set(lines).count == 20)
      }
    }
  }

  @Test("a rotation brings every line to every place, and a single hot row wears all lines of its tile alike")
  func rotation() {
    let array = Self.array(LevellingParameters(scheme: .rowRotation, spareRows: 1, interval: 1))
    let still = Self.array(LevellingParameters())
    var lines: [Set<Int>] = [Set<Int>](repeating: [], count: 8)
    for sample in 1...720 {
      for target in [array, still] { Self.write(target, rows: [4], event: UInt64(sample)) }
      array.level(afterSample: UInt64(sample), tick: UInt64(sample))
      for row in 0..<8 { lines[row].insert(array.physicalLines[row]) }
    }
    // Nine lines, the spare being number 20.
    #expect(lines.allSatisfy { $0 == Set(Array(0..<8) + [20]) })
    // Learning wrote one row; its pulses lie on all nine lines within a turn of 72 moves.
    let pulses = array.linesByNumber(block: 0).filter { $0.key < 8 || $0.key == 20 }.map {
      $0.value.setPulses.reduce(0) { $0 + Int($1) } + $0.value.resetPulses.reduce(0) { $0 + Int($1) }
    }
    let mean = Double(pulses.reduce(0, +)) / 9
    #expect(Double(pulses.max() ?? 0) / mean < 1.25)
    let alone = (0..<8).map { row in
      still.ledger.pulses(.set, plane: 0)[row * 20..<row * 20 + 16].reduce(0) { $0 + Int($1) }
    }
    #expect(alone.count { $0 > 0 } == 1)
  }

  @Test("swaps lower the largest wear of an uneven load")
  func swaps() {
    // Row r of the tile is written every 2^r samples.
    func load(_ array: CrossbarArray) -> Double {
      for sample in 1...2048 {
        let rows = (0..<8).filter { sample % (1 << $0) == 0 }
        Self.write(array, rows: rows, event: UInt64(sample))
        array.level(afterSample: UInt64(sample), tick: UInt64(sample))
      }
      let lines = (0..<8).map { array.line(row: $0, block: 0).pulses }
      return Double(lines.max() ?? 0) / (Double(lines.reduce(0, +)) / 8)
    }
    let uneven = load(Self.array(LevellingParameters()))
    let levelled = load(Self.array(LevellingParameters(scheme: .rowSwap, interval: 128)))
    #expect(uneven > 3.9 && levelled < 2)
  }

  @Test("crossed pairs share what one polarity would bear")
  func crossing() {
    var device = Self.quiet()
    device.endurance = Endurance(
      scale: 1e9, shape: 2, displacementExponent: 0, wearPerPulse: 0, setWeight: 1, resetWeight: 0)
    func difference(_ levelling: LevellingParameters) -> (share: Double, conserves: Bool) {
      let array = Self.array(levelling, device: device)
      for sample in 1...400 {
        // Up by one pulse in most samples, so that the plus devices bear the SET pulses.
        Self.write(array, rows: [1], event: UInt64(sample % 4 == 0 ? 2 * sample + 1 : 2 * sample))
        array.level(afterSample: UInt64(sample), tick: UInt64(sample))
      }
      let (plus, minus) = array.line(row: 1, block: 0).polarityLoads
      return (abs(plus - minus) / (plus + minus), Self.conserves(array))
    }
    let still = difference(LevellingParameters())
    let crossed = difference(LevellingParameters(scheme: .pairSwap, interval: 20))
    #expect(still.share > 0.4 && crossed.share < still.share / 3 && crossed.conserves)
  }

  @Test("a row with dead devices moves to a spare, as long as there is one")
  func retirement() {
    var device = Self.quiet()
    device.endurance = Endurance(
      scale: 30, shape: 50, displacementExponent: 0, wearPerPulse: 0, stuckOnShare: 0.5)
    let array = Self.array(LevellingParameters(spareRows: 1, retireAfter: 4, interval: 1), device: device)
    var retired: [UInt64] = []
    for sample in 1...120 {
      Self.write(array, rows: [6], event: UInt64(sample))
      array.level(afterSample: UInt64(sample), tick: UInt64(sample))
      retired.append(array.levellingCounts.retired)
    }
    // One spare for row 6 in each of the two blocks; afterwards it dies for good.
    #expect(retired.last == 2 && retired[10] == 0)
    #expect(array.physicalLines[6] == 20 && array.physicalLines[7] == 7)
    #expect(array.usableSpareRows == 2 * 3 - 2)
    // The spares die whole, their predecessors only until they are retired.
    #expect(array.wornDeviceCount > 40 && array.wornDeviceCount <= 2 * 40 && Self.conserves(array))
  }

  @Test("a state that is put back goes on with the same bits")
  func state() {
    var device = DeviceTechnology.named("rram-taox-hfox")!.parameters
    device.endurance = Endurance(scale: 20, shape: 1.5, wearPerPulse: 0.02, stuckOnShare: 0.5)
    device.faults = FabricationFaults(stuckOff: 0.05, stuckOn: 0.02)
    for levelling in [
      LevellingParameters(scheme: .rowRotation, spareRows: 2, retireAfter: 8, interval: 2),
      LevellingParameters(scheme: .rowSwap, spareRows: 1, retireAfter: 8, interval: 3),
      LevellingParameters(scheme: .pairSwap, interval: 2),
    ] {
      func go(_ array: CrossbarArray, _ samples: ClosedRange<Int>) {
        for sample in samples {
          Self.write(array, rows: [sample % 20, 3], pulses: 3, event: UInt64(sample))
          array.level(afterSample: UInt64(sample), tick: UInt64(sample))
        }
      }
      let whole = Self.array(levelling, device: device, biasing: .halfVoltage)
      go(whole, 1...60)
      let first = Self.array(levelling, device: device, biasing: .halfVoltage)
      go(first, 1...31)
      let second = Self.array(levelling, device: device, biasing: .halfVoltage)
      second.state = first.state
      #expect(second.state == first.state)
      go(second, 32...60)
      #expect(second.state == whole.state && second.effectiveWeights == whole.effectiveWeights)
      #expect(whole.levellingCounts.moves > 10)
    }
  }

  @Test("a replay wears the lines, wherever they are, and shares their wear where moves are many")
  func replay() {
    var device = Self.quiet()
    device.endurance = Endurance(scale: 1e6, shape: 2, displacementExponent: 0, wearPerPulse: 0, stuckOnShare: 0.5)
    for spreads in [false, true] {
      let array = Self.array(LevellingParameters(scheme: .rowRotation, spareRows: 1, interval: 1), device: device)
      let start = array.wearReading()
      for sample in 1...18 {
        Self.write(array, rows: [4], event: UInt64(sample))
        array.level(afterSample: UInt64(sample), tick: UInt64(sample))
      }
      let window = array.wear(since: start)
      let before = array.effectiveWeights
      let pulses = array.linesByNumber(block: 0).mapValues(\.pulses)
      array.replay(since: start, times: 9, tick: 30, elapsed: 0, spreads: spreads)
      #expect(abs(array.wear(since: start) / window - 10) < 1e-9 && Self.conserves(array))
      #expect(array.effectiveWeights == before)
      let after = array.linesByNumber(block: 0).mapValues(\.pulses)
      for (line, count) in pulses where !spreads { #expect(after[line] == 10 * count) }
      guard spreads else { continue }
      let grown = (Array(0..<8) + [20]).map { (after[UInt32($0)] ?? 0) - (pulses[UInt32($0)] ?? 0) }
      // Shares are whole pulses of each of 32 devices: their remainders come again with each of the 9 times.
      #expect((grown.max() ?? 0) - (grown.min() ?? 0) <= 32 * 9)
    }
  }
}
