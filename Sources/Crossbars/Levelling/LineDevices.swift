import Devices
import Kernels

/// The devices of one word line of a tile with all that happened to them: what moves when a line takes another place.
///
/// Arrays are `[planes × block width]`, plane after plane.
struct LineDevices: Sendable, Equatable {
  /// Which physical line it is, and whether its plus and minus devices have changed roles: `line << 1 | isCrossed`.
  var identity: UInt32
  var states: [Float]
  var conditions: [UInt8]
  var wear: [Double]
  var setsSinceReset: [UInt16]
  var writeTicks: [UInt64]
  var coefficients: [Float]
  var setPulses: [UInt32]
  var resetPulses: [UInt32]
  var refreshPulses: [UInt32]
  var verifyReads: [UInt32]
  var travel: [Double]
  /// Of half-selects: phases by plane, and pending disturb `[2 × planes]`.
  var phases: [UInt64]
  var pending: [UInt32]

  /// Devices that no longer answer.
  var stuckCount: Int { conditions.count { $0 != DeviceCondition.sound.rawValue } }
  /// Pulses of all kinds.
  var pulses: UInt64 {
    [setPulses, resetPulses, refreshPulses].reduce(0) { $1.reduce($0) { $0 + UInt64($1) } }
  }
}

extension CrossbarArray {
  /// Position of the first device of a line.
  private func start(plane: Int, row: Int, block: Int) -> Int {
    plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
  }

  /// Copies the devices of a line out.
  func line(row: Int, block: Int) -> LineDevices {
    guard let devices else { preconditionFailure("a continuous array has no lines of devices") }
    let width = layout.blockWidth
    func part<Element>(_ buffer: borrowing AlignedBuffer<Element>) -> [Element] {
      guard buffer.count > 0 else { return [] }
      let base = buffer.base
      return (0..<planeCount).flatMap { plane in
        Array(UnsafeBufferPointer(start: base + start(plane: plane, row: row, block: block), count: width))
      }
    }
    return LineDevices(
      identity: devices.lineMap[block * layout.rows + row], states: part(devices.states),
      conditions: part(devices.conditions), wear: part(devices.wear), setsSinceReset: part(devices.setsSinceReset),
      writeTicks: part(devices.writeTicks), coefficients: part(devices.coefficients),
      setPulses: part(ledger.setPulses), resetPulses: part(ledger.resetPulses),
      refreshPulses: part(ledger.refreshPulses), verifyReads: part(ledger.verifyReads), travel: part(ledger.travel),
      phases: halfSelects.phases(row: row, block: block), pending: halfSelects.pending(row: row, block: block))
  }

  /// Puts a line to a place; what its devices are like by themselves follows from its identity.
  func put(_ line: LineDevices, row: Int, block: Int) {
    guard let devices else { return }
    let width = layout.blockWidth
    func part<Element>(_ values: [Element], _ buffer: borrowing AlignedBuffer<Element>) {
      guard buffer.count > 0 else { return }
      for plane in 0..<planeCount {
        let start = start(plane: plane, row: row, block: block)
        for lane in 0..<width { buffer.base[start + lane] = values[plane * width + lane] }
      }
    }
    devices.lineMap[block * layout.rows + row] = line.identity
    part(line.states, devices.states)
    part(line.conditions, devices.conditions)
    part(line.wear, devices.wear)
    part(line.setsSinceReset, devices.setsSinceReset)
    part(line.writeTicks, devices.writeTicks)
    part(line.coefficients, devices.coefficients)
    part(line.setPulses, ledger.setPulses)
    part(line.resetPulses, ledger.resetPulses)
    part(line.refreshPulses, ledger.refreshPulses)
    part(line.verifyReads, ledger.verifyReads)
    part(line.travel, ledger.travel)
    halfSelects.put(phases: line.phases, pending: line.pending, row: row, block: block)
    devices.makeNumbers(row: row, block: block)
  }
}

extension LineDevices {
  /// The line with the plus and the minus devices of its pairs in each other's roles.
  var crossed: LineDevices {
    func turned<Element>(_ values: [Element]) -> [Element] {
      let half = values.count / 2
      return Array(values[half...]) + Array(values[..<half])
    }
    var line = self
    line.identity ^= 1
    line.states = turned(states)
    line.conditions = turned(conditions)
    line.wear = turned(wear)
    line.setsSinceReset = turned(setsSinceReset)
    line.writeTicks = turned(writeTicks)
    line.coefficients = turned(coefficients)
    line.setPulses = turned(setPulses)
    line.resetPulses = turned(resetPulses)
    line.refreshPulses = turned(refreshPulses)
    line.verifyReads = turned(verifyReads)
    line.travel = turned(travel)
    line.phases = turned(phases)
    // SET of all planes, then RESET of all planes.
    line.pending = turned(Array(pending.prefix(pending.count / 2))) + turned(Array(pending.suffix(pending.count / 2)))
    return line
  }
}

extension HalfSelects {
  /// Phase pulses of a row by plane; empty where devices have selectors.
  func phases(row: Int, block: Int) -> [UInt64] {
    isActive ? (0..<planeCount).map { rowPhases[($0 * layout.blockCount + block) * layout.rows + row] } : []
  }

  /// Disturb of a row that waits `[2 × planes]`: SET of each plane, then RESET.
  func pending(row: Int, block: Int) -> [UInt32] {
    guard isActive else { return [] }
    return (0..<2 * planeCount).map { pendingRows[($0 * layout.blockCount + block) * layout.rows + row] }
  }

  /// Puts back what a line had.
  func put(phases: [UInt64], pending: [UInt32], row: Int, block: Int) {
    for (plane, count) in phases.enumerated() {
      rowPhases[(plane * layout.blockCount + block) * layout.rows + row] = count
    }
    for (place, count) in pending.enumerated() {
      pendingRows[(place * layout.blockCount + block) * layout.rows + row] = count
    }
  }
}
