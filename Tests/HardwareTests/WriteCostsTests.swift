import Crossbars
import Devices
import Hardware
import Kernels
import Testing

@Suite("Costs of writes")
struct WriteCostsTests {
  private static func technology(_ name: String) throws -> DeviceParameters {
    try #require(DeviceTechnology.named(name)).parameters
  }

  /// An array with some writes behind it.
  private static func written(_ name: String, _ writing: WriteParameters) throws -> CrossbarArray {
    let layout = BlockedLayout(rows: 40, columns: 36, tileRows: 16, tileColumns: 16)
    let array = CrossbarArray(
      layout: layout,
      parameters: .init(
        index: 0, weightLimit: 0.5, converter: nil, hasReadNoise: false, device: try technology(name), writing: writing),
      seed: 5)
    let stream = RandomStream(key: 17)
    for event in 0..<20 as Range<UInt64> {
      for block in 0..<layout.blockCount {
        var requests: [PulseRequest] = []
        for row in 0..<layout.rows {
          for column in layout.columns(inBlock: block) {
            let word = stream.words(array: row, item: column, event: event)[0]
            guard word % 3 == 0 else { continue }
            requests.append(
              PulseRequest(
                position: Int32(layout.index(row: row, column: column)),
                pulses: Int32(word >> 8 % 4 + 1) % 4 + 1 - (word & 16 == 0 ? 6 : 0)))
          }
        }
        array.program(requests, block: block, event: event, tick: event)
      }
    }
    return array
  }

  /// Costs of given counts of a single tile.
  private static func costs(
    _ activity: WriteActivity, _ device: DeviceParameters, _ writing: WriteParameters = WriteParameters(),
    lines: Int = 0
  ) -> [String: WriteCosts.Component] {
    let costs = WriteCosts(tiles: [activity], device: device, writing: writing, lines: [lines])
    return Dictionary(uniqueKeysWithValues: costs.components.map { ($0.key, $0) })
  }

  static let cases: [(String, WriteParameters)] = [
    ("rram-taox-hfox", WriteParameters()),
    ("rram-taox-hfox", WriteParameters(scheme: .writeVerify(WriteVerify(verifyBits: 6)))),
    ("rram-epiram", WriteParameters(biasing: .halfVoltage)), ("rram-epiram", WriteParameters(biasing: .thirdVoltage)),
    ("pcm-gst-2018", WriteParameters(direction: .oneSided, refresh: PairRefresh(saturation: 0.4, counterpart: 0.1))),
    ("fcm-hzo", WriteParameters()), ("stt-mram", WriteParameters()), ("fefet-hzo-2017", WriteParameters()),
  ]

  @Test("The components add up to the total, and their counts are the ledger's", arguments: cases)
  func conservation(name: String, writing: WriteParameters) throws {
    let array = try Self.written(name, writing)
    let costs = array.writeCosts()
    #expect(costs.energy > 0 && costs.time > 0 && costs.energy.isFinite)
    #expect(costs.tileTime > costs.time)
    #expect(costs.energy == costs.components.reduce(0) { $0 + $1.energy })
    let counts = Dictionary(uniqueKeysWithValues: costs.components.map { ($0.name, $0.count) })
    let pulses = array.ledger.total(.set) + array.ledger.total(.reset) + array.ledger.total(.refresh)
    #expect(counts["SET pulses"]! + counts["RESET pulses"]! == pulses)
    #expect(counts["lines"] == pulses)
    #expect(counts["verify reads"] == array.ledger.total(.verify))
    let halfSelects = (0..<array.planeCount).reduce(UInt64(0)) { $0 + array.halfSelectCounts(plane: $1).reduce(0, +) }
    #expect(counts["half-selected devices"] == halfSelects)
    #expect((writing.biasing == .selector) == (halfSelects == 0))
    for component in costs.components where component.count == 0 { #expect(component.energy == 0) }
  }

  @Test("An ohmic pulse costs V²·t·(G before + G after)/2, its line V²·C, and a row its longest trains")
  func ohmicPulse() throws {
    let layout = BlockedLayout(rows: 4, columns: 4, tileRows: 4, tileColumns: 4)
    var device = try Self.technology("rram-taox-hfox")
    device.cycleNoise.sigma = 0
    let array = CrossbarArray(
      layout: layout,
      parameters: .init(index: 0, weightLimit: 0.5, converter: nil, hasReadNoise: false, device: device), seed: 5)
    let before = (0..<2).map { Double(array.conductances(plane: $0)[5]) }
    array.program([PulseRequest(position: Int32(layout.index(row: 1, column: 1)), pulses: 3)], block: 0)
    let after = (0..<2).map { Double(array.conductances(plane: $0)[5]) }
    let costs = array.writeCosts()
    let pulse = device.pulse
    // Four columns with a line for either polarity, charged in both phases.
    let unselected = 8 * pulse.lineEnergy(.potentiation) + 8 * pulse.lineEnergy(.depression)
    let set = 3 * pulse.setVoltage * pulse.setVoltage * pulse.setWidth * (before[0] + after[0]) / 2
    let reset = 3 * pulse.resetVoltage * pulse.resetVoltage * pulse.resetWidth * (before[1] + after[1]) / 2
    let lines = 3 * pulse.lineEnergy(.potentiation) + 3 * pulse.lineEnergy(.depression)
    #expect(abs(costs.energy - (set + reset + lines + unselected)) < 1e-6 * costs.energy)
    #expect(abs(costs.time - 3 * (pulse.setWidth + pulse.resetWidth)) < 1e-15)
  }

  @Test("A fixed energy does not depend on the state")
  func fixedEnergy() throws {
    let array = try Self.written(
      "pcm-gst-2018", WriteParameters(direction: .oneSided, refresh: PairRefresh(saturation: 0.4, counterpart: 0.1)))
    guard case .fixed(let set, let reset) = array.parameters.device.pulse.energy else {
      Issue.record("the preset has fixed energies")
      return
    }
    let activity = array.writeActivity
    #expect(activity.refreshResetPulses > 0 && activity.resetPulses == 0)
    let costs = array.writeCosts()
    #expect(costs.components[0].energy == Double(activity.setPulses + activity.refreshSetPulses) * set)
    #expect(costs.components[1].energy == Double(activity.refreshResetPulses) * reset)
  }

  @Test("The time is that of the busiest tile, and arrays follow each other")
  func time() throws {
    let array = try Self.written("rram-epiram", WriteParameters())
    let pulse = array.parameters.device.pulse
    let tiles = array.tileWriteActivity.map {
      Double($0.setPhasePulses) * pulse.setWidth + Double($0.resetPhasePulses) * pulse.resetWidth
    }
    let costs = array.writeCosts()
    #expect(abs(costs.time - (tiles.max() ?? 0)) < 1e-12 * costs.time)
    #expect(abs(costs.tileTime - tiles.reduce(0, +)) < 1e-12 * costs.tileTime)
    #expect((costs + costs).time == 2 * costs.time && (costs + .none) == costs)
    #expect((costs + costs).tileTime == 2 * costs.tileTime)
  }

  @Test("An ohmic device takes (V/2)²·G·t or (V/3)²·G·t of a pulse for another, a nonlinear one less")
  func halfSelects() throws {
    var device = try Self.technology("rram-taox-hfox")
    device.pulse.setVoltage = 2
    device.pulse.setWidth = 30e-9
    device.pulse.resetVoltage = 3
    device.pulse.resetWidth = 20e-9
    var activity = WriteActivity()
    activity.halfSelects = 1000
    activity.halfSelectCharge = 5e-3
    (activity.setPhasePulses, activity.resetPhasePulses) = (1, 3)
    let full = (0.25 * 4 * 30e-9 + 0.75 * 9 * 20e-9) * 5e-3
    func energy(_ biasing: LineBiasing, ratio: Double) -> Double? {
      device.pulse.currentRatio = ratio
      return Self.costs(activity, device, WriteParameters(biasing: biasing))["half_selected_devices"]?.energy
    }
    #expect(energy(.selector, ratio: 2) == 0)
    #expect(abs(try #require(energy(.halfVoltage, ratio: 2)) / full - 1.0 / 4) < 1e-12)
    #expect(abs(try #require(energy(.thirdVoltage, ratio: 2)) / full - 1.0 / 9) < 1e-12)
    #expect(abs(try #require(energy(.halfVoltage, ratio: 10)) / full - 1.0 / 20) < 1e-12)
    #expect(abs(try #require(energy(.thirdVoltage, ratio: 8)) / full - 1.0 / 81) < 1e-12)
    device.pulse.energy = .fixed(set: 1e-15, reset: 2e-15)
    let fixed = 1000 * (0.25 * 1e-15 + 0.75 * 2e-15)
    #expect(abs(try #require(energy(.halfVoltage, ratio: 10)) / fixed - 1.0 / 20) < 1e-12)
  }

  @Test("A capacitance takes C·V² of a pulse, a quarter of it at half the voltage, and C·V²/2 of a read")
  func capacitances() throws {
    var device = try Self.technology("fcm-hzo")
    device.pulse.energy = .ohmic
    var activity = WriteActivity()
    (activity.setPulses, activity.setCharge, activity.setPhasePulses) = (10, 30e-15, 2)
    (activity.halfSelects, activity.halfSelectCharge) = (100, 200e-15)
    (activity.verifyReads, activity.verifyCharge) = (12, 24e-15)
    let costs = Self.costs(activity, device, WriteParameters(biasing: .halfVoltage))
    let (write, read) = (device.pulse.setVoltage, device.pulse.readVoltage)
    #expect(abs(try #require(costs["set_pulses"]).energy / (write * write * 30e-15) - 1) < 1e-12)
    #expect(abs(try #require(costs["half_selected_devices"]).energy / (write * write * 200e-15 / 4) - 1) < 1e-12)
    let reads = read * read * (24e-15 / 2 + 12 * device.pulse.lineCapacitance)
    #expect(abs(try #require(costs["verify_reads"]).energy / reads - 1) < 1e-12)
  }

  @Test("Lines without a pulse are charged once a phase: to V with selectors, else to V/2 or V/3")
  func unselectedLines() throws {
    let device = try Self.technology("rram-taox-hfox")
    var activity = WriteActivity()
    (activity.rowWrites, activity.setPhasePulses, activity.resetPhasePulses) = (7, 21, 0)
    for (biasing, share) in [(LineBiasing.selector, 1.0), (.halfVoltage, 1.0 / 4), (.thirdVoltage, 1.0 / 9)] {
      let costs = Self.costs(activity, device, WriteParameters(biasing: biasing), lines: 32)
      let lines = try #require(costs["unselected_lines"])
      #expect(lines.count == 7 * 32 && lines.time == 0)
      #expect(abs(lines.energy / (7 * 32 * share * device.pulse.lineEnergy(.potentiation)) - 1) < 1e-12)
    }
  }

  @Test("A verify read costs V²·(G·t + C_line) and, with a converter, a conversion of its column current")
  func verifyReads() throws {
    let device = try Self.technology("rram-65nm")
    var activity = WriteActivity()
    (activity.verifyReads, activity.verifyConversions, activity.verifyPhases) = (400, 400, 50)
    // 20 kΩ seen at 0.5 V is 4 kΩ at 0.1 V.
    activity.verifyCharge = 400 / 4e3
    #expect(device.pulse.readVoltage == 0.1)
    let costs = Self.costs(activity, device, WriteParameters(scheme: .writeVerify(WriteVerify(verifyBits: 6))))
    let (reads, conversions) = (try #require(costs["verify_reads"]), try #require(costs["verify_conversions"]))
    #expect(abs(reads.energy / (0.01 * (0.1 * device.pulse.readWidth + 400 * device.pulse.lineCapacitance)) - 1) < 1e-9)
    #expect(abs(conversions.energy / 400 * 1e15 - 381) < 0.7)
    #expect(abs(reads.time - 50 * device.pulse.readWidth) < 1e-15 && abs(conversions.time - 50 * 7e-9) < 1e-15)
    let comparator = Self.costs(activity, device, WriteParameters(scheme: .writeVerify(WriteVerify())))
    #expect(comparator["verify_conversions"]?.energy == 0)
  }

  @Test("A continuous device is not written by pulses and costs nothing")
  func continuousDevice() throws {
    let array = CrossbarArray(
      layout: BlockedLayout(rows: 4, columns: 4, tileRows: 4, tileColumns: 4),
      parameters: .init(
        index: 0, weightLimit: 0.5, converter: nil, hasReadNoise: false, device: try Self.technology("ideal")), seed: 5)
    array.program([PulseRequest(position: 0, pulses: 3)], block: 0)
    #expect(array.ledger.total(.set) > 0)
    let costs = array.writeCosts()
    #expect(costs == .none && costs.energy == 0 && costs.time == 0)
  }
}
