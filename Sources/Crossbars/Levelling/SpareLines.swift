import Devices
import Kernels

extension CrossbarArray {
  /// Makes the spare lines: fresh devices that carry a weight of zero.
  func makeSpares() {
    guard let devices else { return }
    let spareRows = parameters.writing.levelling.spareRows
    devices.spares = (0..<layout.blockCount).flatMap { block in
      (0..<layout.tileRowCount).flatMap { tileRow in
        (0..<spareRows).map { spare in
          makeSpare(devices.spareLine(tileRow: tileRow, spare: spare), tileRow: tileRow, block: block)
        }
      }
    }
  }

  private func makeSpare(_ number: Int, tileRow: Int, block: Int) -> LineDevices {
    guard let devices else { preconditionFailure("a continuous array has no lines of devices") }
    // A line of the tile, emptied, with another number.
    let row = tileRow * layout.tileRows
    let kept = line(row: row, block: block)
    var spare = kept
    spare.identity = UInt32(number) << 1
    for path in [\LineDevices.setPulses, \.resetPulses, \.refreshPulses, \.verifyReads] {
      for place in spare[keyPath: path].indices { spare[keyPath: path][place] = 0 }
    }
    for place in spare.travel.indices { spare.travel[place] = 0 }
    for place in spare.wear.indices { spare.wear[place] = 0 }
    for place in spare.setsSinceReset.indices { spare.setsSinceReset[place] = 0 }
    for place in spare.phases.indices { spare.phases[place] = 0 }
    for place in spare.pending.indices { spare.pending[place] = 0 }
    for place in spare.conditions.indices { spare.conditions[place] = DeviceCondition.sound.rawValue }
    put(spare, row: row, block: block)
    devices.deployLine(number, states: { states(ofWeight: 0, row: row, column: $0) }, row: row, block: block)
    spare = line(row: row, block: block)
    put(kept, row: row, block: block)
    return spare
  }
}

extension DevicePlanes {
  /// Sets the devices of a row that a line has just come to, as it was fabricated.
  func deployLine(_ line: Int, states: (_ column: Int) -> [Double], row: Int, block: Int) {
    for column in layout.columns(inBlock: block) {
      let wanted = states(column)
      for plane in 0..<planeCount {
        let index = plane * layout.storageCount + layout.index(row: row, column: column)
        if let isOn = factory.fault(array: array, plane: plane, row: line, column: column, columns: layout.columns) {
          conditions[index] = (isOn ? DeviceCondition.fabricatedOn : .fabricatedOff).rawValue
        }
        deploy(wanted[plane], number: deviceNumber(row: row, column: column, plane: plane), at: index)
      }
    }
  }
}

/// Lines as plain numbers, for checkpoints: every value is exact in 64-bit floating point.
extension LineDevices {
  /// Numbers of one device: state, condition, wear, SET pulses since RESET, tick of the last write (−1 for none), retention,
  /// SET, RESET, refresh pulses, verify reads, travel; then of the line: phases and pending disturb by plane.
  static let numbersOfDevice = 11

  /// Numbers of a line of so many planes and columns.
  static func numberCount(planes: Int, width: Int) -> Int { planes * width * numbersOfDevice + 3 * planes }

  /// The line as numbers.
  func numbers(planes: Int, width: Int) -> [Double] {
    var numbers: [Double] = []
    func value<Element: BinaryInteger>(_ list: [Element], _ place: Int) -> Double {
      list.isEmpty ? 0 : Double(list[place])
    }
    for place in 0..<planes * width {
      let tick = writeTicks.isEmpty ? 0 : writeTicks[place] == .max ? -1 : Double(writeTicks[place])
      numbers += [
        Double(states[place]), value(conditions, place), wear.isEmpty ? 0 : wear[place], value(setsSinceReset, place),
        tick, coefficients.isEmpty ? 0 : Double(coefficients[place]), value(setPulses, place),
        value(resetPulses, place), value(refreshPulses, place), value(verifyReads, place), travel[place],
      ]
    }
    for place in 0..<planes { numbers.append(value(phases, place)) }
    for place in 0..<2 * planes { numbers.append(value(pending, place)) }
    return numbers
  }

  /// The line of these numbers, with parts where `self` has them.
  func restored(from numbers: ArraySlice<Double>, identity: UInt32, planes: Int, width: Int) -> LineDevices {
    var line = self
    line.identity = identity
    func count<Element: FixedWidthInteger>(_ value: Double, _ type: Element.Type) -> Element {
      value >= 0 ? Element(exactly: value) ?? .max : .max
    }
    for place in 0..<planes * width {
      let at = numbers.startIndex + place * Self.numbersOfDevice
      line.states[place] = Float(numbers[at])
      line.conditions[place] = count(numbers[at + 1], UInt8.self)
      if !wear.isEmpty { line.wear[place] = numbers[at + 2] }
      if !setsSinceReset.isEmpty { line.setsSinceReset[place] = count(numbers[at + 3], UInt16.self) }
      if !writeTicks.isEmpty { line.writeTicks[place] = count(numbers[at + 4], UInt64.self) }
      if !coefficients.isEmpty { line.coefficients[place] = Float(numbers[at + 5]) }
      line.setPulses[place] = count(numbers[at + 6], UInt32.self)
      line.resetPulses[place] = count(numbers[at + 7], UInt32.self)
      if !refreshPulses.isEmpty { line.refreshPulses[place] = count(numbers[at + 8], UInt32.self) }
      if !verifyReads.isEmpty { line.verifyReads[place] = count(numbers[at + 9], UInt32.self) }
      line.travel[place] = numbers[at + 10]
    }
    let rest = numbers.startIndex + planes * width * Self.numbersOfDevice
    for place in phases.indices { line.phases[place] = count(numbers[rest + place], UInt64.self) }
    for place in pending.indices { line.pending[place] = count(numbers[rest + planes + place], UInt32.self) }
    return line
  }
}

extension CrossbarArray {
  /// What levelling keeps, into a state.
  func saveLines(into state: inout State) {
    guard isLevelled, let devices else { return }
    state.lineMap = Array(devices.lineMap.elements)
    state.lineCounts = Array(devices.lineCounts.elements)
    state.levellingCounts = [devices.levelling.moves, devices.levelling.retired]
    state.spareMap = devices.spares.map(\.identity)
    state.spareLines = devices.spares.flatMap { $0.numbers(planes: planeCount, width: layout.blockWidth) }
  }

  /// Puts back what levelling keeps, ahead of the devices.
  func restoreLines(_ state: State) {
    guard isLevelled, let devices, state.lineMap.count == devices.lineMap.count else { return }
    devices.lineMap.copy(from: state.lineMap)
    devices.lineCounts.copy(from: state.lineCounts)
    devices.levelling = LevellingCounts(state.levellingCounts)
    let size = LineDevices.numberCount(planes: planeCount, width: layout.blockWidth)
    for (place, identity) in state.spareMap.enumerated() {
      devices.spares[place] = devices.spares[place].restored(
        from: state.spareLines[place * size..<(place + 1) * size], identity: identity, planes: planeCount,
        width: layout.blockWidth)
    }
    for block in 0..<layout.blockCount {
      for row in 0..<layout.rows { devices.makeNumbers(row: row, block: block) }
    }
  }
}
