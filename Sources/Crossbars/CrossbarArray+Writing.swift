import CKernels
import Devices
import Kernels

extension CrossbarArray {
  /// Sets all weights before learning, without pulses: what a factory or a first programming left on the array.
  ///
  /// Scales, complements and sign bits of the mapping are chosen for these weights. A push-pull pair is placed symmetrically around mid-range, a one-sided pair with its weaker side at Gmin, all clipped
  /// to the range of the devices; stuck devices stay stuck.
  /// - Parameter targets: row-major `[rows × columns]` weights.
  public func deploy(_ targets: [Float]) {
    precondition(targets.count == layout.rows * layout.columns, "one weight for each synapse")
    guard let devices else {
      let limit = parameters.weightLimit
      layout.scatter(targets.map { min(max($0, -limit), limit) }, into: weights.base)
      return refreshScratch()
    }
    prepareMapping(for: targets)
    forEachDevice { row, column, plane, states in
      devices.deploy(
        states[plane], number: devices.deviceNumber(row: row, column: column, plane: plane),
        at: layout.index(row: row, column: column) + plane * layout.storageCount)
    } states: { row, column in
      states(ofWeight: targets[row * layout.columns + column], row: row, column: column)
    }
    refreshPresent()
  }

  /// Brings every device to its own Gmin without pulses, as after a full erasure.
  /// - Precondition: the device is not continuous.
  public func deployErased() {
    guard let devices else { preconditionFailure("a continuous device has no Gmin") }
    forEachDevice { row, column, plane, _ in
      devices.deploy(
        -.infinity, number: devices.deviceNumber(row: row, column: column, plane: plane),
        at: layout.index(row: row, column: column) + plane * layout.storageCount)
    } states: { _, _ in
      []
    }
    refreshPresent()
  }

  private func forEachDevice(
    _ body: (_ row: Int, _ column: Int, _ plane: Int, _ states: [Double]) -> Void,
    states: (_ row: Int, _ column: Int) -> [Double]
  ) {
    for row in 0..<layout.rows {
      for column in 0..<layout.columns {
        let wanted = states(row, column)
        for plane in 0..<planeCount { body(row, column, plane, wanted) }
      }
    }
  }

  /// Works out anew, from the state, what reads use.
  func refreshPresent() {
    if let ageing { for block in 0..<layout.blockCount { ageing.refresh(block: block) } }
    refreshScratch()
  }

  /// States of the plus and the minus devices that carry a weight.
  func pairStates(weight: Double) -> (plus: Double, minus: Double) {
    let share = weight / weightPerSiemens / Double(parameters.writing.devicesPerPolarity)
    switch parameters.writing.direction {
    case .pushPull: return (midConductance + share / 2, midConductance - share / 2)
    case .oneSided: return (parameters.device.off + max(share, 0), parameters.device.off + max(-share, 0))
    }
  }

  /// Writes pulse requests to the synapses of one block.
  ///
  /// Requests to different blocks may be written on different threads.
  /// - Parameters:
  ///   - requests: in ascending order of position, each position at most once.
  ///   - event: number of this write since the start of the run; part of the random counters, so that no two writes of a
  ///     block may have the same.
  ///   - tick: when it happens.
  public func program(_ requests: some Sequence<PulseRequest>, block: Int, event: UInt64 = 0, tick: UInt64 = 0) {
    guard devices != nil else {
      for request in requests {
        let pulses = Int(request.pulses)
        moveContinuous(by: Float(pulses) * nominalStep, pulses: pulses, at: Int(request.position))
      }
      return
    }
    let width = layout.blockWidth
    let blockStart = block * layout.blockElements
    let row = scratch.pulses.base + block * width
    var rowStart = -1
    for request in requests {
      let position = Int(request.position)
      if rowStart < 0 || position < rowStart || position >= rowStart + width {
        if rowStart >= 0 { writeRow((rowStart - blockStart) / width, block: block, event: event, tick: tick) }
        rowStart = blockStart + (position - blockStart) / width * width
      }
      row[position - rowStart] = request.pulses
    }
    if rowStart >= 0 { writeRow((rowStart - blockStart) / width, block: block, event: event, tick: tick) }
  }

  /// Writes the row whose pulses lie in the scratch, and clears them there.
  private func writeRow(_ row: Int, block: Int, event: UInt64, tick: UInt64) {
    let start = block * layout.blockWidth
    let pulses = scratch.pulses.base + start
    scratch.phases[block] = RowPhases()
    // The devices of a polarity take turns.
    let count = parameters.writing.devicesPerPolarity
    let turn = Int(event % UInt64(count))
    if parameters.mapping.scheme != .differentialPair {
      if coding.slices == nil {
        writeSingles(pulses, turn: turn, row: row, block: block, event: event, tick: tick)
      } else {
        writeDigits(pulses, row: row, block: block, event: event, tick: tick)
      }
      pulses.update(repeating: 0, count: layout.blockWidth)
      return finishRow(row, block: block, event: event, tick: tick)
    }
    switch parameters.writing.direction {
    case .pushPull:
      write(pulses, sign: 1, plane: turn, row: row, block: block, event: event, tick: tick)
      write(pulses, sign: -1, plane: count + turn, row: row, block: block, event: event, tick: tick)
    case .oneSided:
      let raising = scratch.raising.base + start
      let lowering = scratch.lowering.base + start
      for column in 0..<layout.blockWidth {
        raising[column] = max(pulses[column], 0)
        lowering[column] = max(-pulses[column], 0)
      }
      write(raising, sign: 1, plane: turn, row: row, block: block, event: event, tick: tick)
      write(lowering, sign: 1, plane: count + turn, row: row, block: block, event: event, tick: tick)
      if let rule = parameters.writing.refresh {
        refreshPairs(rule, row: row, block: block, turn: turn, event: event, tick: tick)
      }
    }
    pulses.update(repeating: 0, count: layout.blockWidth)
    finishRow(row, block: block, event: event, tick: tick)
  }

  /// Takes stock after all planes of a row were written.
  func finishRow(_ row: Int, block: Int, event: UInt64, tick: UInt64) {
    guard let devices else { return }
    let tile = row / layout.tileRows * layout.blockCount + block
    let phases = scratch.phases[block]
    writes.base[tile].rowWrites += 1
    writes.base[tile].setPhasePulses += phases.set
    writes.base[tile].resetPhasePulses += phases.reset
    writes.base[tile].verifyPhases += phases.verify
    if halfSelects.isActive { disturb(devices, row: row, block: block, tick: tick) }
    refreshRow(row, block: block)
    checkRow(row, block: block, event: event)
  }

  /// Writes one plane of a row.
  func write(
    _ pulses: UnsafePointer<Int32>, sign: Int32, plane: Int, row: Int, block: Int, event: UInt64, tick: UInt64,
    isRefresh: Bool = false, goals: UnsafePointer<Double>? = nil
  ) {
    guard let devices else { return }
    let index = plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
    let columns = layout.columns(inBlock: block)
    let start = block * layout.blockWidth
    let tally = WriteTally(
      activity: writes.base + (row / layout.tileRows * layout.blockCount + block),
      histogram: verifyCounts.count > 0 ? verifyCounts.base + block * 2 * VerifyHistogram.binCount : nil,
      gaussians: scratch.gaussians.base + start, due: scratch.due.base + start / 8,
      phases: scratch.phases.base + block)
    let request = RowWrite(
      plane: plane, block: block, row: row, index: index, firstColumn: columns.lowerBound, columns: columns.count,
      event: event, tick: tick, isRefresh: isRefresh, goals: goals)
    let before = halfSelects.isActive ? receivedPulses(at: index, count: columns.count) : []
    let phases = scratch.phases[block]
    if halfSelects.isActive { scratch.phases[block] = RowPhases() }
    (isRefresh ? refreshWriter : writer).write(
      request, pulses: pulses, sign: sign, devices: devices, ledger: ledger, tally: tally)
    if halfSelects.isActive {
      recordHalfSelects(request, before: before)
      scratch.phases[block].extend(set: phases.set, reset: phases.reset, verify: phases.verify)
    }
    ageing?.noteWrite(row: row, block: block, plane: plane, tick: tick)
  }

  /// Writes exact weight changes to one row of a block of an ideal array; each moved synapse counts one pulse.
  /// - Precondition: the device is continuous.
  public func writeExactly(block: Int, row: Int, changes: UnsafePointer<Float>, event: UInt64 = 0) {
    precondition(devices == nil, "only a continuous device takes exact changes")
    let start = block * layout.blockElements + row * layout.blockWidth
    cpk_write_exact(
      weights.base + start, changes, parameters.weightLimit, ledger.setPulses.base + start,
      ledger.resetPulses.base + start, ledger.travel.base + start, layout.blockWidth)
    checkRow(row, block: block, event: event)
    refreshReading(from: start, count: layout.blockWidth)
  }

  /// Writes exact, finite weight changes `[rows]` to one column of an ideal array; each moved synapse counts one pulse.
  /// - Precondition: the device is continuous.
  public func writeExactly(column: Int, changes: UnsafePointer<Float>) {
    precondition(devices == nil, "only a continuous device takes exact changes")
    for row in 0..<layout.rows where changes[row] != 0 {
      moveContinuous(by: changes[row], pulses: changes[row] > 0 ? 1 : -1, at: layout.index(row: row, column: column))
    }
  }

  func moveContinuous(by change: Float, pulses: Int, at position: Int) {
    let limit = parameters.weightLimit
    let before = weights[position]
    let after = min(max(before + change, -limit), limit)
    weights[position] = after
    refreshReading(from: position, count: 1)
    ledger.record(pulses: pulses, displacement: Double(after - before), at: position)
  }

  // MARK: What reads need

  /// Brings what a read needs into line with all devices.
  func refreshScratch() {
    for block in 0..<layout.blockCount {
      refreshReferences(block: block)
      for row in 0..<layout.rows { refreshRow(row, block: block) }
    }
  }

  /// Brings what a read needs into line with the devices of one row of a block.
  func refreshRow(_ row: Int, block: Int) {
    let start = (block * layout.rows + row) * layout.blockWidth
    let width = layout.blockWidth
    if let states = presentStates, parameters.mapping != WeightMapping() {
      refreshMappedRow(row, block: block, states: states)
    } else if let states = presentStates {
      let scale = Float(weightPerSiemens)
      let count = parameters.writing.devicesPerPolarity
      let minus = count * layout.storageCount
      for position in start..<start + width {
        weights.base[position] = (states[position] - states[position + minus]) * scale
      }
      for device in stride(from: 1, to: count, by: 1) {
        let (plus, other) = (states + device * layout.storageCount, states + device * layout.storageCount + minus)
        for position in start..<start + width {
          weights.base[position] += (plus[position] - other[position]) * scale
        }
      }
    }
    refreshReading(from: start, count: width)
  }

  /// Brings variances and wires into line with the weights of some synapses of one row of a block.
  private func refreshReading(from start: Int, count: Int) {
    if let transfers = paths.transfers {
      let row = start / layout.blockWidth
      transfers.noteChange(row: row % layout.rows, block: row / layout.rows)
    }
    if devices == nil { paths.gated?.noteWeights(weights.base, from: start, count: count, middle: midConductance) }
    refreshVariance(from: start, count: count)
  }

  private func refreshVariance(from start: Int, count: Int) {
    guard variances.count > 0 else { return }
    let noise = parameters.device.readNoise
    let scale = Float(weightPerSiemens)
    guard let devices, let states = presentStates else {
      for position in start..<start + count {
        let half = Double(weights[position]) / weightPerSiemens / 2
        let plus = noise.sigma(state: midConductance + half, age: 0, on: parameters.device.on)
        let minus = noise.sigma(state: midConductance - half, age: 0, on: parameters.device.on)
        variances[position] = Float((plus * plus + minus * minus) * weightPerSiemens * weightPerSiemens)
      }
      return
    }
    if parameters.mapping != WeightMapping() {
      let row = start / layout.blockWidth
      return refreshMappedVariances(row: row % layout.rows, block: row / layout.rows) {
        readSigma(noise, at: $0, devices: devices, states: states)
      }
    }
    if let (slope, offset) = Self.line(of: noise) {
      let (factor, rest) = (Float(slope) * scale, Float(offset * weightPerSiemens))
      for position in start..<start + count {
        let sigma = states[position] * factor + rest
        variances.base[position] = sigma * sigma
      }
      for plane in 1..<planeCount {
        let first = states + plane * layout.storageCount
        for position in start..<start + count {
          let sigma = first[position] * factor + rest
          variances.base[position] += sigma * sigma
        }
      }
      return
    }
    for position in start..<start + count {
      var sum = 0.0
      for plane in 0..<planeCount {
        let sigma = readSigma(noise, at: position + plane * layout.storageCount, devices: devices, states: states)
        sum += sigma * sigma
      }
      variances[position] = Float(sum * weightPerSiemens * weightPerSiemens)
    }
  }

  /// Slope and offset of a noise whose σ is a straight line of the state.
  private static func line(of noise: ReadNoise) -> (slope: Double, offset: Double)? {
    switch noise {
    case .relative(let slope): (slope, 0)
    case .affine(let slope, let offset): (slope, offset)
    default: nil
    }
  }

  private func readSigma(
    _ noise: ReadNoise, at index: Int, devices: DevicePlanes, states: UnsafePointer<Float>
  ) -> Double {
    var age = 0.0
    if noise.dependsOnAge, devices.writeTicks.count > 0, let ageing {
      let block = index % layout.storageCount / layout.blockElements
      let now = ageing.foldTicks[block]
      let written = devices.writeTicks[index]
      age = now > written ? Double(now - written) * parameters.tickSeconds : 0
    }
    return noise.sigma(
      state: Double(states[index]), programmed: Double(devices.states[index]), age: age, on: parameters.device.on)
  }

  /// Remembers the first synapse of a row that holds no number.
  private func checkRow(_ row: Int, block: Int, event: UInt64) {
    let start = (block * layout.rows + row) * layout.blockWidth
    var largest: UInt32 = 0
    for position in start..<start + layout.blockWidth {
      largest = max(largest, weights.base[position].bitPattern & 0x7fff_ffff)
    }
    guard largest >= Float.infinity.bitPattern else { return }
    for column in 0..<layout.columns(inBlock: block).count where !weights[start + column].isFinite {
      let flaw = ArrayFlaw(
        row: row, column: layout.columns(inBlock: block).lowerBound + column, tileRow: row / layout.tileRows,
        tileColumn: block, event: event)
      return scratch.note(flaw, block: block)
    }
  }

  /// Mid-range of the typical device in siemens (farads).
  var midConductance: Double { (parameters.device.on + parameters.device.off) / 2 }
}
