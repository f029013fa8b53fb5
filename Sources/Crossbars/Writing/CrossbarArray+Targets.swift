import Devices
import Kernels

extension CrossbarArray {
  /// Writes whole weights, with the pulses it takes: what brings a computed network onto an array.
  ///
  /// Every device of a weight is written towards the state that carries the weight (`deploy(_:)` says which). With
  /// write-verify it is pulsed until a verify read accepts it. Without, it is read once, without noise, and gets the pulses
  /// that bring the typical device from there closest to its state; a phase-change device that is too high is erased first.
  /// An ideal array takes the weights as they are, with one pulse for each that changes.
  /// - Parameters:
  ///   - targets: row-major `[rows × columns]` weights.
  ///   - event: number of this write since the start of the run, below 2⁶³; part of the random counters.
  ///   - tick: when it happens.
  /// - Complexity: O(devices), times the pulses of a device with write-verify.
  public func programTargets(_ targets: [Float], event: UInt64 = 0, tick: UInt64 = 0) {
    precondition(targets.count == layout.rows * layout.columns, "one weight for each synapse")
    guard devices != nil else { return programContinuous(targets) }
    prepareMapping(for: targets)
    for block in 0..<layout.blockCount {
      for row in 0..<layout.rows {
        let columns = layout.columns(inBlock: block)
        let states = columns.map {
          self.states(ofWeight: targets[row * layout.columns + $0], row: row, column: $0)
        }
        scratch.phases[block] = RowPhases()
        for plane in 0..<planeCount {
          program(states.map { $0[plane] }, plane: plane, row: row, block: block, event: event, tick: tick)
        }
        finishRow(row, block: block, event: event, tick: tick)
      }
    }
  }

  private func programContinuous(_ targets: [Float]) {
    for row in 0..<layout.rows {
      for column in 0..<layout.columns {
        let position = layout.index(row: row, column: column)
        let limit = parameters.weightLimit
        let change = min(max(targets[row * layout.columns + column], -limit), limit) - weights[position]
        if change != 0 { moveContinuous(by: change, pulses: change > 0 ? 1 : -1, at: position) }
      }
    }
  }

  /// Writes one plane of a row to its states; devices without one are left alone.
  func program(_ goals: [Double?], plane: Int, row: Int, block: Int, event: UInt64, tick: UInt64) {
    let padding = [Int32](repeating: 0, count: layout.blockWidth - goals.count)
    if case .writeVerify = parameters.writing.scheme {
      goals.map { $0 ?? 0 }.withUnsafeBufferPointer {
        write(
          goals.map { $0 == nil ? 0 : 1 } + padding, sign: 1, plane: plane, row: row, block: block, event: event,
          tick: tick,
          goals: $0.baseAddress)
      }
      return
    }
    let trains = goals.enumerated().map { column, goal in
      goal.map { train(toward: $0, at: deviceIndex(plane: plane, row: row, block: block) + column, tick: tick) }
        ?? (first: 0, second: 0)
    }
    if trains.contains(where: { $0.first != 0 }) {
      write(trains.map(\.first) + padding, sign: 1, plane: plane, row: row, block: block, event: event, tick: tick)
    }
    // The pulses after an erasure draw with their own event number: the erasing ones had the first.
    if trains.contains(where: { $0.second != 0 }) {
      write(
        trains.map(\.second) + padding, sign: 1, plane: plane, row: row, block: block, event: event | 1 << 63,
        tick: tick)
    }
  }

  private func deviceIndex(plane: Int, row: Int, block: Int) -> Int {
    plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
  }

  /// One train, or an erasure and a train, that bring a device towards a state.
  private func train(toward goal: Double, at index: Int, tick: UInt64) -> (first: Int32, second: Int32) {
    guard let devices else { return (0, 0) }
    let (off, range) = (parameters.device.off, parameters.device.on - parameters.device.off)
    func level(_ state: Double) -> Double { min(max((state - off) / range, 0), 1) }
    let cell = CellState(
      level: level(devices.state(at: index, tick: tick)),
      setsSinceReset: devices.setsSinceReset.count > 0 ? Int(devices.setsSinceReset[index]) : 0)
    let model = devices.model
    let pulses = model.pulses(from: cell, toward: level(goal))
    guard pulses < 0, case .phaseChange = parameters.device.response else { return (Int32(pulses), 0) }
    let erased = model.mean(after: -1, from: cell, of: model.typical)
    return (-1, Int32(model.pulses(from: erased, toward: level(goal))))
  }
}

extension DeviceModel {
  /// Pulses, negative for RESET, that bring the mean of the typical device closest to a level. No pulses are spent on the
  /// last `closeEnough` of the way, nor where ever more of them get no further. O(log pulses).
  func pulses(from cell: CellState, toward goal: Double) -> Int {
    let sign: Double = goal > cell.level ? 1 : -1
    /// How far the goal is still ahead.
    func distance(_ pulses: Int) -> Double {
      (goal - (pulses == 0 ? cell : mean(after: sign * Double(pulses), from: cell, of: typical)).level) * sign
    }
    guard distance(0) > Self.closeEnough else { return 0 }
    var (short, enough) = (0, 1)
    var accepted = Self.closeEnough
    while distance(enough) > accepted {
      // A device that has come to rest stays short of the goal.
      if enough >= Self.restingPulses, distance(enough) - distance(2 * enough) < Self.closeEnough {
        accepted += distance(enough)
        short = 0
        break
      }
      (short, enough) = (enough, enough * 2)
    }
    while enough - short > 1 {
      let middle = (short + enough) / 2
      if distance(middle) > accepted { short = middle } else { enough = middle }
    }
    return Int(sign) * (abs(distance(enough)) <= abs(distance(short)) ? enough : short)
  }

  /// Distance to a level that no further pulse is spent on, as a fraction of the range.
  private static let closeEnough = 5e-4
  /// Pulses that get nowhere when twice as many of them get less than `closeEnough` further.
  private static let restingPulses = 256
}
