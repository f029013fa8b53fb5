import Devices
import Kernels

/// Wear levelling: lines of a tile take each other's places, and spare lines those of lines with dead devices.
///
/// A move is a write like others: the states of the line are sent to its new devices, open loop, in two rounds of refresh
/// pulses, which are counted, cost energy and wear. Only what is a device's own, its life, its spread, its faults, stays with it.
/// A tile makes at most one move for levelling in each interval.
/// - Reference: row rotation is Start-Gap of M. K. Qureshi et al., MICRO 2009, doi:10.1145/1669112.1669117; swaps of hot and
///   cold lines are common practice, see the survey of S. Mittal, J. S. Vetter, IEEE TPDS 27, 1537 (2016),
///   doi:10.1109/TPDS.2015.2442980
extension CrossbarArray {
  /// Whether lines of this array can move.
  public var isLevelled: Bool { parameters.writing.levelling.isActive && devices != nil }

  /// Makes the moves that are due after a sample: one for levelling in each tile, and the retirements.
  ///
  /// - Parameters:
  ///   - sample: number of the sample, from 1; part of the random counters.
  ///   - tick: when it happens.
  public func level(afterSample sample: UInt64, tick: UInt64) {
    let levelling = parameters.writing.levelling
    guard isLevelled, sample % UInt64(levelling.interval) == 0 else { return }
    let event = sample | 1 << 62
    for block in 0..<layout.blockCount {
      for tileRow in 0..<layout.tileRowCount {
        if levelling.retireAfter > 0 { retire(tileRow: tileRow, block: block, event: event, tick: tick) }
        switch levelling.scheme {
        case .none: break
        case .rowRotation: rotate(tileRow: tileRow, block: block, event: event, tick: tick)
        case .rowSwap: swap(tileRow: tileRow, block: block, event: event, tick: tick)
        case .pairSwap: crossPair(tileRow: tileRow, block: block, event: event, tick: tick)
        }
      }
    }
  }

  /// Rows of a tile.
  private func rows(ofTileRow tileRow: Int) -> Range<Int> {
    tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
  }

  private func spareIndex(tileRow: Int, block: Int, spare: Int) -> Int {
    ((block * layout.tileRowCount) + tileRow) * parameters.writing.levelling.spareRows + spare
  }

  // MARK: Moves

  /// Replaces the devices of a row by a spare line, and writes there what the row held.
  private func exchange(row: Int, block: Int, withSpare index: Int, event: UInt64, tick: UInt64) {
    guard let devices else { return }
    let (line, wanted) = (line(row: row, block: block), presentStates(row: row, block: block, tick: tick))
    put(devices.spares[index], row: row, block: block)
    devices.spares[index] = line
    write(wanted, row: row, block: block, event: event, tick: tick)
    devices.levelling.moves += 1
  }

  /// Lets two rows take each other's devices.
  private func exchange(row: Int, with other: Int, block: Int, event: UInt64, tick: UInt64) {
    let lines = [line(row: row, block: block), line(row: other, block: block)]
    let wanted = [row, other].map { presentStates(row: $0, block: block, tick: tick) }
    put(lines[1], row: row, block: block)
    put(lines[0], row: other, block: block)
    write(wanted[0], row: row, block: block, event: event, tick: tick)
    write(wanted[1], row: other, block: block, event: event, tick: tick)
    devices?.levelling.moves += 2
  }

  /// States of the devices of a row `[planes × block width]`.
  private func presentStates(row: Int, block: Int, tick: UInt64) -> [Double] {
    guard let devices else { return [] }
    return (0..<planeCount).flatMap { plane in
      let start = plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
      return (0..<layout.blockWidth).map { devices.state(at: start + $0, tick: tick) }
    }
  }

  /// Brings the devices of a row to these states, as far as they go, by pulses that typical devices would need.
  private func write(_ wanted: [Double], row: Int, block: Int, event: UInt64, tick: UInt64) {
    guard let devices else { return }
    ageing?.refresh(block: block)
    let columns = layout.columns(inBlock: block).count
    let device = parameters.device
    func level(_ state: Double) -> Double { (state - device.off) / (device.on - device.off) }
    // The second round mends what noise, spread and an erasure left.
    for round in 0..<2 {
      scratch.phases[block] = RowPhases()
      for plane in 0..<planeCount {
        let start = plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
        var pulses = [Int32](repeating: 0, count: layout.blockWidth)
        for column in 0..<columns where devices.isSound(at: start + column) {
          let cell = CellState(
            level: level(devices.state(at: start + column, tick: tick)),
            setsSinceReset: devices.setsSinceReset.count > 0 ? Int(devices.setsSinceReset[start + column]) : 0)
          let goal = level(wanted[plane * layout.blockWidth + column])
          pulses[column] = Int32(devices.model.pulses(from: cell, toward: goal))
        }
        guard pulses.contains(where: { $0 != 0 }) else { continue }
        write(
          pulses, sign: 1, plane: plane, row: row, block: block, event: event | UInt64(round) << 63, tick: tick,
          isRefresh: true)
      }
      finishRow(row, block: block, event: event, tick: tick)
    }
  }

  // MARK: Schemes

  /// Start-Gap: with the lines of a tile and its first spare in a ring by their numbers, the line ahead of the free one moves into
  /// it and becomes the free one.
  private func rotate(tileRow: Int, block: Int, event: UInt64, tick: UInt64) {
    guard let devices else { return }
    let spare = spareIndex(tileRow: tileRow, block: block, spare: 0)
    let free = devices.spares[spare].identity >> 1
    let serving = rows(ofTileRow: tileRow).map { (row: $0, line: devices.lineMap[block * layout.rows + $0] >> 1) }
    let ahead = serving.filter { $0.line < free }.max { $0.line < $1.line } ?? serving.max { $0.line < $1.line }
    guard let ahead else { return }
    exchange(row: ahead.row, block: block, withSpare: spare, event: event, tick: tick)
  }

  /// The row written most since the last move takes the least worn line of its tile.
  private func swap(tileRow: Int, block: Int, event: UInt64, tick: UInt64) {
    guard let devices else { return }
    let rows = rows(ofTileRow: tileRow)
    let pulses = rows.map { line(row: $0, block: block).pulses }
    let base = block * layout.rows
    let recent = rows.map {
      pulses[$0 - rows.lowerBound] - min(devices.lineCounts[base + $0], pulses[$0 - rows.lowerBound])
    }
    let hot = recent.indices.max { (recent[$0], $1) < (recent[$1], $0) } ?? 0
    let cold = pulses.indices.min { (pulses[$0], $0) < (pulses[$1], $1) } ?? 0
    // A move costs more than it saves unless the lines differ by more than an interval's writes.
    if hot != cold, pulses[hot] > pulses[cold] + recent[hot] {
      exchange(
        row: rows.lowerBound + hot, with: rows.lowerBound + cold, block: block, event: event, tick: tick)
    }
    for row in rows { devices.lineCounts[base + row] = line(row: row, block: block).pulses }
  }

  /// The plus and the minus devices of the row where they differ most in wear change roles.
  private func crossPair(tileRow: Int, block: Int, event: UInt64, tick: UInt64) {
    var best: (row: Int, difference: Double)?
    for row in rows(ofTileRow: tileRow) {
      let line = line(row: row, block: block)
      let (plus, minus) = line.polarityLoads
      let difference = abs(plus - minus)
      guard difference > 0.1 * (plus + minus), difference > best?.difference ?? 0 else { continue }
      best = (row, difference)
    }
    guard let best else { return }
    let wanted = presentStates(row: best.row, block: block, tick: tick)
    put(line(row: best.row, block: block).crossed, row: best.row, block: block)
    write(wanted, row: best.row, block: block, event: event, tick: tick)
    devices?.levelling.moves += 1
  }

  /// Moves rows whose lines have too many dead devices onto spares that have fewer.
  private func retire(tileRow: Int, block: Int, event: UInt64, tick: UInt64) {
    guard let devices else { return }
    let levelling = parameters.writing.levelling
    // The first spare is the free place of a rotation.
    let first = levelling.scheme == .rowRotation ? 1 : 0
    for row in rows(ofTileRow: tileRow) {
      guard line(row: row, block: block).stuckCount >= levelling.retireAfter else { continue }
      let spare = (first..<max(levelling.spareRows, first)).map {
        spareIndex(tileRow: tileRow, block: block, spare: $0)
      }.first { devices.spares[$0].stuckCount < levelling.retireAfter }
      guard let spare else { continue }
      exchange(row: row, block: block, withSpare: spare, event: event, tick: tick)
      devices.levelling.retired += 1
    }
  }

  // MARK: Looking at it

  /// Pulses of one kind over all devices, those of spare lines among them.
  public func totalPulses(_ kind: WearLedger.PulseKind) -> UInt64 {
    guard let devices, !devices.spares.isEmpty else { return ledger.total(kind) }
    return devices.spares.reduce(ledger.total(kind)) { sum, line in
      let pulses =
        switch kind {
        case .set: line.setPulses
        case .reset: line.resetPulses
        case .refresh: line.refreshPulses
        case .verify: line.verifyReads
        }
      return pulses.reduce(sum) { $0 + UInt64($1) }
    }
  }

  /// What levelling has done so far.
  public var levellingCounts: LevellingCounts { devices?.levelling ?? LevellingCounts() }

  /// Spare lines of all tiles that could still replace one.
  public var usableSpareRows: Int {
    guard let devices else { return 0 }
    let limit = max(parameters.writing.levelling.retireAfter, 1)
    return devices.spares.count { $0.stuckCount < limit }
  }

  /// Physical line behind each row of each block, `[blocks × rows]`; empty where lines do not move.
  public var physicalLines: [Int] { devices.map { $0.lineMap.elements.map { Int($0 >> 1) } } ?? [] }
}

extension LineDevices {
  /// Wear of the plus and of the minus devices, or their pulses where devices do not wear.
  var polarityLoads: (plus: Double, minus: Double) {
    let loads =
      wear.isEmpty ? setPulses.indices.map { Double(setPulses[$0]) + Double(resetPulses[$0]) } : wear
    return (loads[..<(loads.count / 2)].reduce(0, +), loads[(loads.count / 2)...].reduce(0, +))
  }
}
