import Devices
import Kernels

/// Wear of a window of an array whose lines move, by line instead of by place.
extension CrossbarArray {
  /// All lines of a block by their number, with pairs in the roles they were made for.
  func linesByNumber(block: Int) -> [UInt32: LineDevices] {
    guard let devices else { return [:] }
    let rows = (0..<layout.rows).map { line(row: $0, block: block) }
    let perBlock = devices.spares.count / layout.blockCount
    let spares = devices.spares[block * perBlock..<(block + 1) * perBlock]
    let lines = (rows + spares).map { $0.identity & 1 == 0 ? $0 : $0.crossed }
    return Dictionary(uniqueKeysWithValues: lines.map { ($0.identity >> 1, $0) })
  }

  /// What a line went through in a window.
  struct LineChange {
    var now: LineDevices
    var wear: [Double]
    var set: [UInt64]
    var reset: [UInt64]
    var refresh: [UInt64]
    var verify: [UInt64]
    var travel: [Double]
    var phases: [UInt64]
  }

  /// What all lines of a tile went through since `start`, ascending in their numbers.
  /// - Parameter spreads: whether the lines shared it equally, as moves in a long time make them.
  private func changes(
    tileRow: Int, block: Int, since start: [UInt32: LineDevices], now: [UInt32: LineDevices], spreads: Bool
  ) -> [LineChange] {
    guard let devices else { return [] }
    let rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
    let spares = (0..<parameters.writing.levelling.spareRows).map { devices.spareLine(tileRow: tileRow, spare: $0) }
    var changes = (Array(rows) + spares).compactMap { number -> LineChange? in
      guard let now = now[UInt32(number)], let before = start[UInt32(number)] else { return nil }
      func grown(_ path: KeyPath<LineDevices, [UInt32]>) -> [UInt64] {
        zip(now[keyPath: path], before[keyPath: path]).map { UInt64($0 - $1) }
      }
      return LineChange(
        now: now, wear: zip(now.wear, before.wear).map { $0 - $1 }, set: grown(\.setPulses),
        reset: grown(\.resetPulses),
        refresh: grown(\.refreshPulses), verify: grown(\.verifyReads),
        travel: zip(now.travel, before.travel).map { $0 - $1 }, phases: zip(now.phases, before.phases).map { $0 - $1 })
    }
    guard spreads else { return changes }
    Self.spread(&changes, \.wear)
    Self.spread(&changes, \.travel)
    for path in [\LineChange.set, \.reset, \.refresh, \.verify, \.phases] { Self.spread(&changes, path) }
    return changes
  }

  private static func spread(_ changes: inout [LineChange], _ path: WritableKeyPath<LineChange, [Double]>) {
    for place in changes.first?[keyPath: path].indices ?? 0..<0 {
      let mean = changes.reduce(0) { $0 + $1[keyPath: path][place] } / Double(changes.count)
      for line in changes.indices { changes[line][keyPath: path][place] = mean }
    }
  }

  /// Whole numbers keep their sum: the first lines take what does not divide.
  private static func spread(_ changes: inout [LineChange], _ path: WritableKeyPath<LineChange, [UInt64]>) {
    for place in changes.first?[keyPath: path].indices ?? 0..<0 {
      let sum = changes.reduce(0) { $0 + $1[keyPath: path][place] }
      let (share, rest) = sum.quotientAndRemainder(dividingBy: UInt64(changes.count))
      for line in changes.indices { changes[line][keyPath: path][place] = share + (UInt64(line) < rest ? 1 : 0) }
    }
  }

  private func forEachTile(_ body: (_ tileRow: Int, _ block: Int, _ now: [UInt32: LineDevices]) -> Void) {
    for block in 0..<layout.blockCount {
      let now = linesByNumber(block: block)
      for tileRow in 0..<layout.tileRowCount { body(tileRow, block, now) }
    }
  }

  /// Lives of the devices of a line `[planes × block width]`.
  private func lives(ofLine number: UInt32, block: Int) -> [Double] {
    guard let devices, devices.wear.count > 0 else { return [] }
    var lives = [Double](repeating: .infinity, count: planeCount * layout.blockWidth)
    for (lane, column) in layout.columns(inBlock: block).enumerated() {
      for plane in 0..<planeCount {
        let device = (Int(number) * layout.columns + column) * planeCount + plane
        // As they are kept for the devices of rows.
        lives[plane * layout.blockWidth + lane] = Double(
          Float(devices.factory.life(array: devices.array, device: device).fullCycles))
      }
    }
    return lives
  }

  /// As `replaysToFailure(since:limit:)`, by line.
  func lineReplaysToFailure(since start: [[UInt32: LineDevices]], limit: Double, spreads: Bool) -> [Double] {
    var found: [Double] = []
    forEachTile { tileRow, block, now in
      for change in changes(tileRow: tileRow, block: block, since: start[block], now: now, spreads: spreads) {
        let lives = lives(ofLine: change.now.identity >> 1, block: block)
        for place in change.wear.indices
        where change.wear[place] > 0 && change.now.conditions[place] == DeviceCondition.sound.rawValue {
          let replays = (lives[place] - change.now.wear[place]) / change.wear[place]
          if replays <= limit { found.append(max(replays, 0)) }
        }
      }
    }
    return found
  }

  /// As the replay of devices and their counts, by line; returns the devices that failed.
  func replayLines(
    since start: [[UInt32: LineDevices]], times: UInt64, tick: UInt64, elapsed: UInt64, spreads: Bool
  ) -> Int {
    guard let devices else { return 0 }
    var failed = 0
    var after = (0..<layout.blockCount).map { _ in [UInt32: LineDevices]() }
    forEachTile { tileRow, block, now in
      for change in changes(tileRow: tileRow, block: block, since: start[block], now: now, spreads: spreads) {
        var line = change.now
        failed += replay(change, on: &line, times: times, tick: tick, elapsed: elapsed, block: block)
        after[block][line.identity >> 1] = line
      }
    }
    for block in 0..<layout.blockCount {
      func back(_ identity: UInt32) -> LineDevices? {
        after[block][identity >> 1].map { identity & 1 == 0 ? $0 : $0.crossed }
      }
      for row in 0..<layout.rows {
        if let line = back(devices.lineMap[block * layout.rows + row]) { put(line, row: row, block: block) }
      }
      let perBlock = devices.spares.count / layout.blockCount
      for spare in block * perBlock..<(block + 1) * perBlock {
        if let line = back(devices.spares[spare].identity) { devices.spares[spare] = line }
      }
    }
    return failed
  }

  private func replay(
    _ change: LineChange, on line: inout LineDevices, times: UInt64, tick: UInt64, elapsed: UInt64, block: Int
  ) -> Int {
    func add(_ path: WritableKeyPath<LineDevices, [UInt32]>, _ more: [UInt64]) {
      for place in more.indices where more[place] > 0 {
        let product = more[place].multipliedReportingOverflow(by: times)
        WearLedger.add(product.overflow ? .max : Int(clamping: product.partialValue), to: &line[keyPath: path][place])
      }
    }
    add(\.setPulses, change.set)
    add(\.resetPulses, change.reset)
    add(\.refreshPulses, change.refresh)
    add(\.verifyReads, change.verify)
    for place in line.travel.indices { line.travel[place] += Double(times) * change.travel[place] }
    for place in line.phases.indices { line.phases[place] &+= times &* change.phases[place] }
    for place in line.writeTicks.indices
    where change.set[place] + change.reset[place] > 0 && line.writeTicks[place] < .max {
      line.writeTicks[place] &+= elapsed
    }
    guard let devices, !line.wear.isEmpty else { return 0 }
    let lives = lives(ofLine: line.identity >> 1, block: block)
    var failed = 0
    for place in line.wear.indices where line.conditions[place] == DeviceCondition.sound.rawValue {
      line.wear[place] += Double(times) * change.wear[place]
      guard line.wear[place] >= lives[place] else { continue }
      line.wear[place] = lives[place]
      let (plane, lane) = (place / layout.blockWidth, place % layout.blockWidth)
      let column = layout.columns(inBlock: block).lowerBound + lane
      let number = (Int(line.identity >> 1) * layout.columns + column) * planeCount + plane
      let end = devices.end(ofDevice: number, state: line.states[place])
      (line.conditions[place], line.states[place]) = (end.condition.rawValue, end.state)
      if !line.writeTicks.isEmpty { line.writeTicks[place] = .max }
      failed += 1
    }
    return failed
  }
}

extension DevicePlanes {
  /// How a device ends whose life is over.
  func end(ofDevice number: Int, state: Float) -> (condition: DeviceCondition, state: Float) {
    guard parameters.endurance.failure != .stuckInPlace else { return (.wornInPlace, state) }
    let numbers = hasVariation ? factory.numbers(array: array, device: number) : model.typical
    return factory.life(array: array, device: number).endsStuckOn
      ? (.wornOn, numbers.low + numbers.range) : (.wornOff, numbers.low)
  }

  private var hasVariation: Bool { !parameters.variation.isNone }
}
