import Devices
import Kernels

extension CrossbarArray {
  /// Refreshes the pairs of a row that were just written and have saturated: erases both sides and writes the difference
  /// to one of them. The pairs are read without noise.
  func refreshPairs(_ rule: PairRefresh, row: Int, block: Int, turn: Int, event: UInt64, tick: UInt64) {
    guard let devices else { return }
    let pulses = scratch.pulses.base + block * layout.blockWidth
    let plus = SideOfRow(plane: turn, row: row, block: block, layout: layout)
    let minus = SideOfRow(plane: parameters.writing.devicesPerPolarity + turn, row: row, block: block, layout: layout)
    var wanted = [Double](repeating: 0, count: layout.columns(inBlock: block).count)
    var due: [Int] = []
    for column in wanted.indices where pulses[column] != 0 {
      let (high, low) = (
        level(devices, at: plus.first + column, tick: tick), level(devices, at: minus.first + column, tick: tick)
      )
      guard max(high, low) > rule.saturation, min(high, low) > rule.counterpart else { continue }
      wanted[column] = high - low
      due.append(column)
    }
    guard !due.isEmpty else { return }
    for side in [plus, minus] {
      refresh(side, due, raises: false, toward: { _ in 0 }, event: event, tick: tick)
    }
    // The rewriting pulses draw with their own event number: the erasing ones had the first.
    for (side, other, sign) in [(plus, minus, 1.0), (minus, plus, -1.0)] {
      let raised = due.filter { wanted[$0] * sign > 0 }
      refresh(
        side, raised, raises: true, toward: { level(devices, at: other.first + $0, tick: tick) + wanted[$0] * sign },
        event: event | 1 << 63, tick: tick)
    }
  }

  /// The devices of one plane in the row under work.
  private struct SideOfRow {
    let plane: Int
    let row: Int
    let block: Int
    /// Position of the first device.
    let first: Int

    init(plane: Int, row: Int, block: Int, layout: BlockedLayout) {
      self.plane = plane
      self.row = row
      self.block = block
      first = plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
    }
  }

  /// Sends devices the SET or RESET pulses that bring typical ones, in mean, closest to a level.
  private func refresh(
    _ side: SideOfRow, _ columns: [Int], raises: Bool, toward goal: (Int) -> Double, event: UInt64, tick: UInt64
  ) {
    guard let devices else { return }
    var pulses = [Int32](repeating: 0, count: layout.blockWidth)
    for column in columns {
      let index = side.first + column
      let cell = CellState(
        level: level(devices, at: index, tick: tick),
        setsSinceReset: devices.setsSinceReset.count > 0 ? Int(devices.setsSinceReset[index]) : 0)
      let needed = Int32(devices.model.pulses(from: cell, toward: goal(column)))
      pulses[column] = raises ? max(needed, 0) : min(needed, 0)
    }
    guard pulses.contains(where: { $0 != 0 }) else { return }
    write(
      pulses, sign: 1, plane: side.plane, row: side.row, block: side.block, event: event, tick: tick, isRefresh: true)
  }

  /// Present level of a device on the range of the typical one.
  private func level(_ devices: DevicePlanes, at index: Int, tick: UInt64) -> Double {
    (devices.state(at: index, tick: tick) - parameters.device.off) / (parameters.device.on - parameters.device.off)
  }
}
