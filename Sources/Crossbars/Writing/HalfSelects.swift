import Devices
import Glibc
import Kernels

/// What devices see because they share a line with one that is written, for arrays without a selector at each device.
///
/// While a row is pulsed for as long as its longest train, its devices that have taken their own pulses see the reduced
/// voltage, and so do the devices of other rows in a pulsed column (V/2), or all others of the tile (V/3). With R(i) the
/// phase pulses of row i, C(j) the pulses of column j and n(i,j) those of a device itself, all within its tile,
///
///     V/2:  h(i,j) = R(i) − n(i,j) + C(j) − n(i,j)          V/3:  h(i,j) = Σ R − n(i,j)
///
/// so h follows exactly from one count per row and the pulses of the ledger. Each such pulse moves the device by
/// 10^(−d) nominal pulses of its polarity (V/2; 10^(−4d/3) at V/3, d the decades lost from V to V/2, exponential kinetics).
/// What has come together is applied to a tile in one go, in mean, after the write with which a line reaches `foldedPulses`
/// of one polarity, so a device is late by less than that for each of its lines. The lines do not tell whose pulses they
/// were, so n pulses to a device itself move it as if it had seen 2n (V/3: n) at reduced voltage on top: 2·10^(−d) of their
/// own effect, 0.02 % at d = 4 and 0.2 % at d = 3.
final class HalfSelects: @unchecked Sendable {
  let layout: BlockedLayout
  let planeCount: Int
  let biasing: LineBiasing
  /// Phase pulses of each row of each block, by plane: `[planes × blocks × rows]`.
  let rowPhases: AlignedBuffer<UInt64>
  /// Disturbing pulses not yet applied, SET then RESET: rows `[2 × planes × blocks × rows]`.
  let pendingRows: AlignedBuffer<UInt32>
  /// The same for columns: `[2 × planes × tile rows × padded columns]`.
  let pendingColumns: AlignedBuffer<UInt32>

  /// Disturb of one line, in nominal pulses, that may wait before it is applied: the bound of its lateness.
  static let foldedPulses = 0.01

  init(layout: BlockedLayout, planes: Int, biasing: LineBiasing) {
    self.layout = layout
    self.biasing = biasing
    planeCount = planes
    let isActive = biasing != .selector
    rowPhases = AlignedBuffer(count: isActive ? planes * layout.blockCount * layout.rows : 0)
    pendingRows = AlignedBuffer(count: isActive ? 2 * planes * layout.blockCount * layout.rows : 0)
    pendingColumns = AlignedBuffer(count: isActive ? 2 * planes * layout.tileRowCount * layout.paddedColumns : 0)
  }

  var isActive: Bool { biasing != .selector }

  private func rowIndex(plane: Int, block: Int, row: Int) -> Int {
    (plane * layout.blockCount + block) * layout.rows + row
  }

  private func columnIndex(plane: Int, tileRow: Int, block: Int) -> Int {
    (plane * layout.tileRowCount + tileRow) * layout.paddedColumns + block * layout.blockWidth
  }

  /// Notes a row write. `counts` are the pulses each column took, SET and RESET.
  func record(
    plane: Int, block: Int, row: Int, longest: (set: UInt64, reset: UInt64),
    pulses: (_ column: Int) -> (set: UInt32, reset: UInt32)
  ) {
    let at = rowIndex(plane: plane, block: block, row: row)
    rowPhases[at] += longest.set + longest.reset
    let resets = pendingRows.count / 2
    pendingRows[at] &+= UInt32(truncatingIfNeeded: longest.set)
    pendingRows[resets + at] &+= UInt32(truncatingIfNeeded: longest.reset)
    let start = columnIndex(plane: plane, tileRow: row / layout.tileRows, block: block)
    for column in 0..<layout.columns(inBlock: block).count {
      let (set, reset) = pulses(column)
      pendingColumns[start + column] &+= set
      pendingColumns[pendingColumns.count / 2 + start + column] &+= reset
    }
  }

  /// Equivalent nominal pulses of one pulse at reduced voltage.
  func equivalent(_ pulse: PulseConditions) -> Double {
    switch biasing {
    case .selector: 0
    case .halfVoltage: pulse.halfSelectEquivalents
    case .thirdVoltage: pow(pulse.halfSelectEquivalents, 4.0 / 3)
    }
  }

  /// Pulses at reduced voltage of the devices of a plane, row-major `[rows × columns]`.
  /// - Parameter own: pulses each device received itself, row-major.
  func counts(plane: Int, own: [UInt64]) -> [UInt64] {
    guard isActive else { return [UInt64](repeating: 0, count: own.count) }
    var result = own
    for block in 0..<layout.blockCount {
      for tileRow in 0..<layout.tileRowCount {
        let rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
        let columns = layout.columns(inBlock: block)
        let phases = rows.map { rowPhases[rowIndex(plane: plane, block: block, row: $0)] }
        let all = phases.reduce(0, +)
        for column in columns {
          let inColumn = rows.reduce(UInt64(0)) { $0 + own[$1 * layout.columns + column] }
          for row in rows {
            let mine = own[row * layout.columns + column]
            let seen = biasing == .halfVoltage ? phases[row - rows.lowerBound] + inColumn - mine : all
            result[row * layout.columns + column] = seen - min(mine, seen)
          }
        }
      }
    }
    return result
  }

  /// Applies the disturb of a tile to its devices if a line has enough of it.
  /// - Returns: whether it did.
  func foldIfDue(plane: Int, block: Int, tileRow: Int, devices: DevicePlanes) -> Bool {
    let equivalent = equivalent(devices.parameters.pulse)
    let limit = UInt64(max(Self.foldedPulses / max(equivalent, 1e-30), 1).rounded(.up).clamped(to: 4e9))
    let rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
    let columns = columnIndex(plane: plane, tileRow: tileRow, block: block)
    let width = layout.columns(inBlock: block).count
    let rowSets = rows.map { UInt64(pendingRows[rowIndex(plane: plane, block: block, row: $0)]) }
    let rowResets = rows.map {
      UInt64(pendingRows[pendingRows.count / 2 + rowIndex(plane: plane, block: block, row: $0)])
    }
    let columnResets = pendingColumns.count / 2 + columns
    var highest: UInt64 = 0
    if biasing == .thirdVoltage {
      highest = max(rowSets.reduce(0, +), rowResets.reduce(0, +))
    } else {
      highest = max(rowSets.max() ?? 0, rowResets.max() ?? 0)
      for column in 0..<width {
        highest = max(highest, UInt64(max(pendingColumns[columns + column], pendingColumns[columnResets + column])))
      }
    }
    guard highest >= limit else { return false }
    for row in rows {
      let index = plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
      for column in 0..<width where devices.isSound(at: index + column) {
        let local = row - rows.lowerBound
        let third = biasing == .thirdVoltage
        let sets = third ? rowSets.reduce(0, +) : rowSets[local] + UInt64(pendingColumns[columns + column])
        let resets = third ? rowResets.reduce(0, +) : rowResets[local] + UInt64(pendingColumns[columnResets + column])
        devices.disturb(at: index + column, sets: Double(sets) * equivalent, resets: Double(resets) * equivalent)
      }
    }
    clear(plane: plane, block: block, rows: rows, columns: columns, width: width)
    return true
  }

  private func clear(plane: Int, block: Int, rows: Range<Int>, columns: Int, width: Int) {
    for row in rows {
      let at = rowIndex(plane: plane, block: block, row: row)
      pendingRows[at] = 0
      pendingRows[pendingRows.count / 2 + at] = 0
    }
    for column in 0..<width {
      pendingColumns[columns + column] = 0
      pendingColumns[pendingColumns.count / 2 + columns + column] = 0
    }
  }
}

extension Double {
  fileprivate func clamped(to highest: Double) -> Double { min(self, highest) }
}

extension DevicePlanes {
  /// Moves a device by the mean of fractions of pulses, without noise.
  ///
  /// A magnetic junction has no mean between its two states, and at half its voltage the barrier holds: it stays.
  func disturb(at index: Int, sets: Double, resets: Double) {
    if case .magnetic = parameters.response { return }
    let device = device(at: index)
    let low = Double(device.low)
    let range = Double(device.range)
    let window = window(at: index, of: device)
    var cell = CellState(
      level: (Double(states[index]) - low) / range,
      setsSinceReset: setsSinceReset.count > 0 ? Int(setsSinceReset[index]) : 0)
    if sets > 0 { cell = model.mean(after: sets, from: cell, of: device) }
    if resets > 0 { cell = model.mean(after: -resets, from: cell, of: device) }
    states[index] = Float(low + min(max(cell.level, window.lowest), window.highest) * range)
  }
}

extension CrossbarArray {
  /// Pulses that the devices of a row have received so far, SET and RESET, refreshes among them.
  func receivedPulses(at index: Int, count: Int) -> [(set: UInt32, reset: UInt32)] {
    (index..<index + count).map { position in
      let refreshes = ledger.refreshPulses.count > 0 ? ledger.refreshPulses[position] : 0
      return (ledger.setPulses[position] &+ refreshes, ledger.resetPulses[position])
    }
  }

  /// Counts what the other devices of the tile saw of a row write.
  func recordHalfSelects(_ row: RowWrite, before: [(set: UInt32, reset: UInt32)]) {
    guard let devices else { return }
    let after = receivedPulses(at: row.index, count: row.columns)
    let taken = zip(after, before).map { (set: $0.set &- $1.set, reset: $0.reset &- $1.reset) }
    let phases = scratch.phases[row.block]
    // The ledger does not tell the polarities of a refresh apart, but its trains have one at a time.
    let erases = row.isRefresh && phases.reset > 0
    halfSelects.record(
      plane: row.plane, block: row.block, row: row.row, longest: (phases.set, phases.reset)
    ) { erases ? (0, taken[$0].set) : taken[$0] }
    let tileRow = row.row / layout.tileRows
    let rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
    let longest = phases.set + phases.reset
    var count: UInt64 = 0
    var charge = 0.0
    for column in 0..<row.columns {
      let own = UInt64(taken[column].set) + UInt64(taken[column].reset)
      let ownState = Double(devices.states[row.index + column])
      count += longest - min(own, longest)
      charge += Double(longest - min(own, longest)) * ownState
      // Devices of other rows see the pulses of their column (V/2), or all of the phase (V/3).
      let seen = halfSelects.biasing == .halfVoltage ? own : longest
      guard seen > 0 else { continue }
      let first = row.index + column - (row.row - rows.lowerBound) * layout.blockWidth
      var others = -ownState
      for index in stride(from: first, to: first + rows.count * layout.blockWidth, by: layout.blockWidth) {
        others += Double(devices.states[index])
      }
      count += seen * UInt64(rows.count - 1)
      charge += Double(seen) * others
    }
    let tile = tileRow * layout.blockCount + row.block
    writes.base[tile].halfSelects += count
    writes.base[tile].halfSelectCharge += charge
  }

  /// Applies the disturb that has come together in the tile of a row, if it is enough.
  func disturb(_ devices: DevicePlanes, row: Int, block: Int, tick: UInt64) {
    let tileRow = row / layout.tileRows
    var hasMoved = false
    for plane in 0..<planeCount
    where halfSelects.foldIfDue(plane: plane, block: block, tileRow: tileRow, devices: devices) {
      hasMoved = true
    }
    guard hasMoved else { return }
    ageing?.refresh(block: block)
    for row in tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows) {
      refreshRow(row, block: block)
    }
  }
}
