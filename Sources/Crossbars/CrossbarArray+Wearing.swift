import Devices
import Kernels

/// What an array had been through at a moment: the start of a window whose wear can be replayed.
public struct WearReading: Sendable {
  fileprivate let wear: [Double]
  fileprivate let setPulses: [UInt32]
  fileprivate let resetPulses: [UInt32]
  fileprivate let refreshPulses: [UInt32]
  fileprivate let verifyReads: [UInt32]
  fileprivate let travel: [Double]
  fileprivate let rowPhases: [UInt64]
  fileprivate let writes: [WriteActivity]
  fileprivate let verifyCounts: [UInt64]
  fileprivate let reads: [ReadActivity]
  fileprivate let tileReads: [ReadActivity]
  /// Lines of each block by their number, where lines move.
  fileprivate let lines: [[UInt32: LineDevices]]
}

/// How a window wears an array, and what a replay of it does.
///
/// A window is what happened between a `WearReading` and the present. Replaying it r times adds r times its pulses, travel,
/// wear, reads and writes to what is counted, as if the stream had gone on in the same way:
///
///     c(i) += r·Δc(i),  n(i) += r·Δn(i),  and the devices with c(i) ≥ L(i) fail
///
/// Every count is a whole number of windows, so pulses, half-selects and energy remain in proportion to each other. States
/// stay as they are: a replay is for streams to which the weights have settled. A device that was written in the window is
/// as old after the replay as before it, since it would have been written as often; the others grow older with the clock.
extension CrossbarArray {
  /// What has happened up to now. O(devices) of time and memory.
  public func wearReading() -> WearReading {
    WearReading(
      wear: devices.map { Array($0.wear.elements) } ?? [], setPulses: Array(ledger.setPulses.elements),
      resetPulses: Array(ledger.resetPulses.elements), refreshPulses: Array(ledger.refreshPulses.elements),
      verifyReads: Array(ledger.verifyReads.elements), travel: Array(ledger.travel.elements),
      rowPhases: Array(halfSelects.rowPhases.elements), writes: Array(writes.elements),
      verifyCounts: Array(verifyCounts.elements), reads: Array(activity.elements),
      tileReads: Array(tileActivity.elements),
      lines: isLevelled ? (0..<layout.blockCount).map { linesByNumber(block: $0) } : [])
  }

  /// Reads of each block of columns, and of each tile where tiles are read one by one, since a reading.
  public func readActivity(since start: WearReading) -> (blocks: [ReadActivity], tiles: [ReadActivity]) {
    let tiles = zip(tileActivity.elements, start.tileReads).map { $0.growth(since: $1) }
    guard !tiles.isEmpty else { return (zip(activity.elements, start.reads).map { $0.growth(since: $1) }, []) }
    return (blocks(ofTiles: tiles), tiles)
  }

  /// Wear of all devices since a reading, full-cycle equivalents.
  public func wear(since start: WearReading) -> Double {
    guard let devices else { return 0 }
    if isLevelled {
      func sum(_ lines: [[UInt32: LineDevices]]) -> Double {
        lines.reduce(0) { total, block in
          block.sorted { $0.key < $1.key }.reduce(total) { $1.value.wear.reduce($0, +) }
        }
      }
      return sum((0..<layout.blockCount).map { linesByNumber(block: $0) }) - sum(start.lines)
    }
    return zip(devices.wear.elements, start.wear).reduce(0) { $0 + ($1.0 - $1.1) }
  }

  /// Replays of the window since `start` after which each device that answers will have failed, where these are at most
  /// `limit`, in no particular order. O(devices).
  /// - Parameter spreads: whether lines that move shared the wear of their tile equally.
  public func replaysToFailure(since start: WearReading, limit: Double, spreads: Bool = false) -> [Double] {
    guard let devices, devices.wear.count > 0 else { return [] }
    if isLevelled { return lineReplaysToFailure(since: start.lines, limit: limit, spreads: spreads) }
    var found: [Double] = []
    for index in 0..<devices.wear.count where devices.isSound(at: index) {
      let spent = devices.wear[index] - start.wear[index]
      guard spent > 0 else { continue }
      let replays = (Double(devices.lives[index]) - devices.wear[index]) / spent
      if replays <= limit { found.append(max(replays, 0)) }
    }
    return found
  }

  /// Lets the window since `start` happen `replays` more times, and lets the devices fail whose lives are over.
  ///
  /// - Parameters:
  ///   - start: a reading of this array.
  ///   - replays: how many times.
  ///   - tick: the present after the replays.
  ///   - elapsed: ticks that the replays take.
  ///   - spreads: whether lines that move share the wear of their tile equally, as many moves make them.
  /// - Returns: devices that failed.
  @discardableResult
  public func replay(
    since start: WearReading, times replays: UInt64, tick: UInt64, elapsed: UInt64, spreads: Bool = false
  ) -> Int {
    let failed: Int
    if isLevelled {
      failed = replayLines(since: start.lines, times: replays, tick: tick, elapsed: elapsed, spreads: spreads)
    } else {
      failed = replayDevices(since: start, times: Double(replays), tick: tick, elapsed: elapsed)
      replayLedger(since: start, times: replays)
    }
    replayCounts(since: start, times: replays)
    if let ageing {
      for block in 0..<layout.blockCount { ageing.passTime(block: block, elapsed: elapsed) }
      age(to: tick)
    } else if failed > 0 || isLevelled {
      refreshPresent()
    }
    return failed
  }

  private func replayDevices(since start: WearReading, times: Double, tick: UInt64, elapsed: UInt64) -> Int {
    guard let devices else { return 0 }
    var failed = 0
    for plane in 0..<planeCount {
      for row in 0..<layout.rows {
        for column in 0..<layout.columns {
          let index = plane * layout.storageCount + layout.index(row: row, column: column)
          guard devices.isSound(at: index) else { continue }
          let wasWritten =
            ledger.setPulses[index] != start.setPulses[index] || ledger.resetPulses[index] != start.resetPulses[index]
          if devices.writeTicks.count > 0, wasWritten { devices.writeTicks[index] &+= elapsed }
          guard devices.wear.count > 0 else { continue }
          devices.wear[index] += times * (devices.wear[index] - start.wear[index])
          guard devices.wear[index] >= Double(devices.lives[index]) else { continue }
          devices.wear[index] = Double(devices.lives[index])
          devices.bringToPresent(at: index, tick: tick)
          devices.wearOut(number: devices.deviceNumber(row: row, column: column, plane: plane), at: index)
          if devices.writeTicks.count > 0 { devices.writeTicks[index] = .max }
          failed += 1
        }
      }
    }
    return failed
  }

  private func replayLedger(since start: WearReading, times: UInt64) {
    func pulses(_ buffer: borrowing AlignedBuffer<UInt32>, _ before: [UInt32]) {
      for index in 0..<buffer.count where buffer[index] != before[index] {
        let more = UInt64(buffer[index] - before[index]).multipliedReportingOverflow(by: times)
        WearLedger.add(more.overflow ? Int.max : Int(clamping: more.partialValue), to: &buffer.base[index])
      }
    }
    pulses(ledger.setPulses, start.setPulses)
    pulses(ledger.resetPulses, start.resetPulses)
    pulses(ledger.refreshPulses, start.refreshPulses)
    pulses(ledger.verifyReads, start.verifyReads)
    for index in 0..<ledger.travel.count {
      ledger.travel[index] += Double(times) * (ledger.travel[index] - start.travel[index])
    }
    for index in 0..<halfSelects.rowPhases.count {
      halfSelects.rowPhases[index] &+= times &* (halfSelects.rowPhases[index] - start.rowPhases[index])
    }
  }

  private func replayCounts(since start: WearReading, times: UInt64) {
    for index in 0..<verifyCounts.count {
      verifyCounts[index] &+= times &* (verifyCounts[index] - start.verifyCounts[index])
    }
    for tile in 0..<writes.count { writes.base[tile].repeatGrowth(since: start.writes[tile], times: times) }
    for block in 0..<activity.count { activity.base[block].repeatGrowth(since: start.reads[block], times: times) }
    for tile in 0..<tileActivity.count {
      tileActivity.base[tile].repeatGrowth(since: start.tileReads[tile], times: times)
    }
  }
}

extension WriteActivity {
  /// Adds what has come together since `before` some more times.
  fileprivate mutating func repeatGrowth(since before: WriteActivity, times: UInt64) {
    for (_, path) in Self.counts { self[keyPath: path] &+= times &* (self[keyPath: path] - before[keyPath: path]) }
    for (_, path) in Self.charges {
      self[keyPath: path] += Double(times) * (self[keyPath: path] - before[keyPath: path])
    }
  }
}

extension ReadActivity {
  /// Adds what has come together since `before` some more times.
  fileprivate mutating func repeatGrowth(since before: ReadActivity, times: UInt64) {
    for path in Self.counts { self[keyPath: path] &+= times &* (self[keyPath: path] - before[keyPath: path]) }
  }

  /// What has come together since `before`.
  fileprivate func growth(since before: ReadActivity) -> ReadActivity {
    var growth = self
    for path in Self.counts { growth[keyPath: path] -= before[keyPath: path] }
    return growth
  }
}

extension Ageing {
  /// Moves the latest write of a block along with the clock, as devices that are written all the time are.
  func passTime(block: Int, elapsed: UInt64) {
    if lastWrite[block] > 0 { lastWrite[block] &+= elapsed }
  }
}
