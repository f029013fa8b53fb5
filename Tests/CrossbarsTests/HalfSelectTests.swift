import Devices
import Glibc
import Kernels
import Testing

@testable import Crossbars

/// One plane of an array, pulse by pulse: who sees which voltage.
private struct PulseByPulse {
  let layout: BlockedLayout
  let biasing: LineBiasing
  var counts: [UInt64]
  /// Level of each device, moved by its own pulses and by every pulse at reduced voltage on its own.
  var levels: [Double]
  let model: DeviceModel
  let equivalent: Double
  var charge = 0.0

  init(_ array: CrossbarArray, plane: Int) {
    layout = array.layout
    biasing = array.parameters.writing.biasing
    counts = [UInt64](repeating: 0, count: layout.rows * layout.columns)
    levels = array.levels(plane: plane)
    model = DeviceModel(parameters: array.parameters.device)
    let decades = array.parameters.device.pulse.halfSelectDecades
    equivalent = pow(10, biasing == .halfVoltage ? -decades : -decades * 4 / 3)
  }

  /// Writes the part of a row that lies in one block: first all SET pulses, then all RESET pulses.
  mutating func write(row: Int, block: Int, pulses: [Int]) {
    let columns = layout.columns(inBlock: block)
    let tileRow = row / layout.tileRows
    let rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
    for sign in [1, -1] {
      let trains = pulses.map { max($0 * sign, 0) }
      for number in 0..<(trains.max() ?? 0) {
        for other in rows {
          for (place, column) in columns.enumerated() {
            let isPulsed = number < trains[place]
            let index = other * layout.columns + column
            if other == row && isPulsed {
              move(index, by: Double(sign))
            } else if biasing == .thirdVoltage || other == row || isPulsed {
              counts[index] += 1
              move(index, by: Double(sign) * equivalent)
            }
          }
        }
      }
    }
  }

  private mutating func move(_ index: Int, by pulses: Double) {
    levels[index] = model.mean(after: pulses, from: CellState(level: levels[index]), of: model.typical).level
  }
}

@Suite struct HalfSelectTests {
  private static func device(decades: Double) -> DeviceParameters {
    var device = DeviceParameters.quiet
    device.pulse.halfSelectDecades = decades
    return device
  }

  private static func array(
    _ biasing: LineBiasing, decades: Double, direction: PairDirection = .pushPull, refresh: PairRefresh? = nil
  ) -> CrossbarArray {
    CrossbarArray.make(
      rows: 11, columns: 14, tile: (4, 5), device: device(decades: decades),
      writing: WriteParameters(direction: direction, refresh: refresh, biasing: biasing))
  }

  /// Writes random rows to an array and to its planes pulse by pulse.
  private static func exercise(_ array: CrossbarArray, writes: Int, longest: Int) -> [PulseByPulse] {
    array.deploy(ReferenceRandom.targets(154, in: -0.4...0.4))
    var planes = (0..<2).map { PulseByPulse(array, plane: $0) }
    var random = ReferenceRandom(6)
    for event in 0..<writes {
      let (row, block) = (Int.random(in: 0..<11, using: &random), Int.random(in: 0..<3, using: &random))
      let columns = array.layout.columns(inBlock: block)
      let pulses = columns.map { _ in
        Bool.random(using: &random) ? Int.random(in: -longest...longest, using: &random) : 0
      }
      var all = [Int](repeating: 0, count: 154)
      for (place, column) in columns.enumerated() { all[row * 14 + column] = pulses[place] }
      array.program(all, event: UInt64(event))
      switch array.parameters.writing.direction {
      case .pushPull:
        planes[0].write(row: row, block: block, pulses: pulses)
        planes[1].write(row: row, block: block, pulses: pulses.map { -$0 })
      case .oneSided:
        planes[0].write(row: row, block: block, pulses: pulses.map { max($0, 0) })
        planes[1].write(row: row, block: block, pulses: pulses.map { max(-$0, 0) })
      }
    }
    return planes
  }

  @Test(arguments: [LineBiasing.halfVoltage, .thirdVoltage], [PairDirection.pushPull, .oneSided])
  func countsAreThoseOfALoopOverEveryPulse(biasing: LineBiasing, direction: PairDirection) {
    let array = Self.array(biasing, decades: 4, direction: direction)
    let planes = Self.exercise(array, writes: 60, longest: 7)
    for plane in 0..<2 { #expect(array.halfSelectCounts(plane: plane) == planes[plane].counts) }
    let total = planes.reduce(0) { $0 + $1.counts.reduce(0, +) }
    #expect(array.writeActivity.halfSelects == total && total > 1_000)
    // States of 1 to 10 µS under them.
    let mean = array.writeActivity.halfSelectCharge / Double(total)
    #expect(mean > 2e-6 && mean < 7e-6)
  }

  /// The charge under pulses at reduced voltage: all states known and standing still.
  @Test func chargeIsTheSumOfTheStates() {
    let array = Self.array(.halfVoltage, decades: 12, direction: .oneSided)
    array.deploy((0..<154).map { Float($0) / 400 })
    array.program(row: 5, column: 6, pulses: 3)
    let states = array.conductances(plane: 0).map(Double.init)
    // Row 5 in the tile of rows 4…7 and columns 5…9; the minus devices of the row take no pulses.
    let row = [5, 7, 8, 9].reduce(0.0) { $0 + states[5 * 14 + $1] }
    let column = [4, 6, 7].reduce(0.0) { $0 + states[$1 * 14 + 6] }
    #expect(array.writeActivity.halfSelects == 3 * 7)
    #expect(abs(array.writeActivity.halfSelectCharge / (3 * (row + column)) - 1) < 1e-6)
  }

  /// Disturb in one go, in mean, against every pulse on its own.
  ///
  /// Late by less than 0.01 pulses of each line and polarity, and too much by what a device's own pulses count for its own
  /// lines: twice (V/2) or once (V/3) the equivalent of each.
  @Test(arguments: [(LineBiasing.halfVoltage, 2.5), (.halfVoltage, 3), (.thirdVoltage, 2)])
  func disturbIsThatOfALoopOverEveryPulse(biasing: LineBiasing, decades: Double) {
    let array = Self.array(biasing, decades: decades)
    let planes = Self.exercise(array, writes: 400, longest: 5)
    let undisturbed = Self.array(.selector, decades: decades)
    _ = Self.exercise(undisturbed, writes: 400, longest: 5)
    let equivalent = planes[0].equivalent
    let model = DeviceModel(parameters: Self.device(decades: decades))
    // The largest step of the response, at its start.
    let step = model.mean(after: 1, from: CellState(level: 0), of: model.typical).level
    var (worst, effect) = (0.0, 0.0)
    for plane in 0..<2 {
      let own = zip(array.ledger.pulses(.set, plane: plane), array.ledger.pulses(.reset, plane: plane)).map {
        Double($0 + $1)
      }
      for (index, level) in array.levels(plane: plane).enumerated() {
        let error = abs(level - planes[plane].levels[index])
        let surplus = own[index] * equivalent * (biasing == .halfVoltage ? 2 : 1)
        #expect(error < step * (4 * HalfSelects.foldedPulses + surplus) + 1e-5)
        worst = max(worst, error)
        effect = max(effect, abs(level - undisturbed.levels(plane: plane)[index]))
      }
    }
    #expect(effect > 1e-3 && effect > 1.2 * worst)
  }

  /// What a device's own pulses add to its disturb: counted on its row and on its column, though it takes them itself.
  @Test func ownPulsesAddTwiceTheirEquivalent() {
    let array = Self.array(.halfVoltage, decades: 3, direction: .oneSided)
    let quiet = Self.array(.selector, decades: 3, direction: .oneSided)
    for event in 0..<20 {
      array.program(row: 0, column: 0, pulses: 1, event: UInt64(event))
      quiet.program(row: 0, column: 0, pulses: 1, event: UInt64(event))
    }
    let model = DeviceModel(parameters: Self.device(decades: 3))
    let surplus = model.mean(after: 20 * 1.002, from: CellState(level: 0), of: model.typical).level
    #expect(abs(array.levels(plane: 0)[0] - surplus) < 1e-5)
    #expect(array.levels(plane: 0)[0] > quiet.levels(plane: 0)[0] + 5e-4)
  }

  /// Pulses of a refresh disturb in their own direction: erasing lowers the neighbours.
  @Test func refreshesDisturbInTheirDirection() {
    let array = Self.array(.halfVoltage, decades: 4, direction: .oneSided, refresh: PairRefresh())
    array.deploy([Float](repeating: 0, count: 154))
    array.program(row: 2, column: 3, pulses: 14, event: 0)
    array.program(row: 2, column: 3, pulses: -30, event: 1)
    array.program(row: 2, column: 3, pulses: 25, event: 2)
    let activity = array.writeActivity
    #expect(activity.refreshResetPulses > 30 && activity.refreshSetPulses < activity.refreshResetPulses / 2)
    let state = array.state
    let lines = state.pendingColumnDisturb
    let (sets, resets) = (lines[..<(lines.count / 2)], lines[(lines.count / 2)...])
    #expect(sets.reduce(0, +) == UInt32(activity.setPulses + activity.refreshSetPulses))
    #expect(resets.reduce(0, +) == UInt32(activity.refreshResetPulses))
    let rows = state.pendingRowDisturb
    #expect(rows[(rows.count / 2)...].reduce(0, +) == UInt32(activity.refreshResetPulses))
  }

  @Test func selectorsLeaveOthersAlone() {
    let array = Self.array(.selector, decades: 1)
    array.deploy([Float](repeating: 0.1, count: 154))
    let before = array.state.conductances
    for event in 0..<20 { array.program(row: 5, column: 6, pulses: event % 2 == 0 ? 9 : -9, event: UInt64(event)) }
    for plane in 0..<2 {
      let after = array.state.conductances[plane]
      #expect(zip(before[plane], after).enumerated().allSatisfy { ($0.element.0 == $0.element.1) == ($0.offset != 76) })
      #expect(array.halfSelectCounts(plane: plane) == [UInt64](repeating: 0, count: 154))
    }
    #expect(array.writeActivity.halfSelects == 0 && array.writeActivity.halfSelectCharge == 0)
  }

  /// A stuck device is not disturbed, and disturb wakes nobody.
  @Test func stuckDevicesAreNotDisturbed() {
    var device = Self.device(decades: 1)
    device.faults = FabricationFaults(stuckOff: 0.3)
    let array = CrossbarArray.make(
      rows: 8, columns: 8, device: device, writing: WriteParameters(biasing: .halfVoltage))
    let fresh = array.state.conductances
    for event in 0..<40 { array.program(row: event % 8, column: event / 8, pulses: 5, event: UInt64(event)) }
    for plane in 0..<2 {
      for (index, condition) in array.conditions(plane: plane).enumerated() {
        #expect((array.state.conductances[plane][index] == fresh[plane][index]) == (condition != .sound))
      }
    }
  }
}
