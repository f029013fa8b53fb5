import CKernels
import Devices
import Kernels

extension CrossbarArray {
  // MARK: From weights to states

  /// Weight that the present mapping of a tile carries on its devices for a weight of the array, clipped to the limit.
  private func onTile(_ weight: Float, row: Int, block: Int) -> Double {
    let limit = Double(parameters.weightLimit)
    return min(max(Double(weight) / Double(mappingState.scale(row: row, block: block)), -limit), limit)
  }

  /// States of the devices of each plane that carry a weight.
  func states(ofWeight weight: Float, row: Int, column: Int) -> [Double] {
    let block = column / layout.tileColumns
    let place = column % layout.tileColumns
    let weight =
      parameters.mapping.scheme == .differentialPair ? Double(weight) : onTile(weight, row: row, block: block)
    let isComplement = mappingState.isComplement(row: row, block: block, place: place)
    switch parameters.mapping.scheme {
    case .differentialPair:
      let (plus, minus) = pairStates(weight: weight / Double(mappingState.scale(row: row, block: block)))
      return (0..<planeCount).map { $0 < planeCount / 2 ? plus : minus }
    case .referenceColumn, .digitalOffset:
      let share = weight / weightPerSiemens / Double(planeCount)
      return [Double](repeating: midConductance + (isComplement ? -share : share), count: planeCount)
    case .bitSlices:
      return coding.digits(of: coding.code(of: weight), isComplement: isComplement).enumerated().map {
        coding.state(digit: $1, plane: $0)
      }
    }
  }

  /// States that carry weights, by plane, in siemens (farads) and within the range; weights row-major `[rows × columns]`.
  /// A continuous array carries them around mid-range.
  public func states(carrying targets: [Float]) -> [[Float]] {
    let (off, on) = (parameters.device.off, parameters.device.on)
    var planes = [[Float]](repeating: [], count: planeCount)
    for (index, target) in targets.enumerated() {
      let states = states(ofWeight: target, row: index / layout.columns, column: index % layout.columns)
      for plane in planes.indices { planes[plane].append(Float(min(max(states[plane], off), on))) }
    }
    return planes
  }

  /// Chooses scales, complements and sign bits for weights that are about to be stored, row-major `[rows × columns]`.
  func prepareMapping(for targets: [Float]) {
    if parameters.mapping.rangeScaling != .none { chooseScales(targets) }
    if parameters.mapping.storesComplements { chooseComplements(targets) }
    guard mappingState.signs.count > 0 else { return }
    for row in 0..<layout.rows {
      for column in 0..<layout.columns {
        let block = column / layout.tileColumns
        let code = coding.code(of: onTile(targets[row * layout.columns + column], row: row, block: block))
        mappingState.signs[layout.index(row: row, column: column)] = code < 0 ? 1 : 0
      }
    }
  }

  /// Largest weights over the limit, of the array or of each tile. All-zero parts keep the scale 1.
  private func chooseScales(_ targets: [Float]) {
    var largest = [Float](repeating: 0, count: layout.tileCount)
    for row in 0..<layout.rows {
      for column in 0..<layout.columns {
        let tile = row / layout.tileRows * layout.blockCount + column / layout.tileColumns
        largest[tile] = max(largest[tile], abs(targets[row * layout.columns + column]))
      }
    }
    let ofArray = largest.max() ?? 0
    for tile in largest.indices {
      let weight = parameters.mapping.rangeScaling == .array ? ofArray : largest[tile]
      mappingState.scales[tile] = weight > 0 ? min(weight / parameters.weightLimit, 1) : 1
    }
  }

  /// Stores the complement where the column of a tile conducts less with it.
  private func chooseComplements(_ targets: [Float]) {
    let flags = mappingState.complements.base
    for tileRow in 0..<layout.tileRowCount {
      for column in 0..<layout.columns {
        let place = tileRow * layout.paddedColumns + layout.paddedColumn(column)
        func conductance(isComplement: Bool) -> Double {
          flags[place] = isComplement ? 1 : 0
          let rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
          return rows.reduce(0) { sum, row in
            sum + states(ofWeight: targets[row * layout.columns + column], row: row, column: column).reduce(0, +)
          }
        }
        let asIs = conductance(isComplement: false)
        flags[place] = conductance(isComplement: true) < asIs ? 1 : 0
      }
    }
  }

  // MARK: What reads need

  /// Brings references to the present of a block.
  func refreshReferences(block: Int) {
    references?.refresh(
      block: block, tick: ageing.map { $0.foldTicks[block] } ?? 0, scales: coding.planes.map(\.weightPerSiemens))
  }

  /// Brings what a read needs into line with the devices of one row of a block, for mappings other than the pair.
  func refreshMappedRow(_ row: Int, block: Int, states: UnsafePointer<Float>) {
    let start = (block * layout.rows + row) * layout.blockWidth
    let width = layout.columns(inBlock: block).count
    for position in start..<start + layout.blockWidth { weights[position] = 0 }
    if let lines {
      for line in 0..<coding.lineCount {
        for position in start..<start + layout.blockWidth { lines.weights[line * layout.storageCount + position] = 0 }
      }
    }
    for (plane, part) in coding.planes.enumerated() {
      let scale = Float(part.weightPerSiemens)
      let reference = references?.value(plane: plane, row: row, block: block) ?? 0
      let own = states + plane * layout.storageCount
      let zero = Float(coding.zero) + reference
      for position in start..<start + width { weights.base[position] += (own[position] - zero) * scale }
      guard let lines else { continue }
      let into = lines.weights.base + part.line * layout.storageCount
      for position in start..<start + width { into[position] += (own[position] - reference) * scale }
    }
    finishRow(row, block: block, start: start, width: width)
  }

  /// Undoes complements, and works out what is subtracted digitally.
  private func finishRow(_ row: Int, block: Int, start: Int, width: Int) {
    let tileScale = mappingState.scale(row: row, block: block)
    let current = coding.currentOfZero
    for place in 0..<width {
      let position = start + place
      let isComplement = mappingState.isComplement(row: row, block: block, place: place)
      let isNegative = mappingState.signs.count > 0 && mappingState.signs[position] != 0
      let rest = coding.digitalWeight(isNegative: isNegative, isComplement: isComplement)
      let sum = isComplement ? -weights[position] : weights[position]
      weights[position] = (sum - Float(rest)) * tileScale
      lines?.rests[position] = Float(rest + (isComplement ? -current : current))
    }
  }

  /// A sum of one active row as it leaves the tile: complements undone, what is known digitally subtracted.
  func finished(_ sum: Float, row: Int, block: Int, place: Int, at position: Int) -> Float {
    let isComplement = mappingState.isComplement(row: row, block: block, place: place)
    let isNegative = mappingState.signs.count > 0 && mappingState.signs[position] != 0
    let rest =
      coding.digitalWeight(isNegative: isNegative, isComplement: isComplement)
      + (isComplement ? -coding.currentOfZero : coding.currentOfZero)
    return ((isComplement ? -sum : sum) - Float(rest)) * mappingState.scale(row: row, block: block)
  }

  /// Finishes the sums of a tile whose weights at the feet of the columns were worked out.
  func finishTransfer(_ tile: TransferTile, weights: borrowing AlignedBuffer<Float>) {
    guard parameters.mapping != WeightMapping() else { return }
    let buffer = weights.base
    tile.forEachElement { position, element in
      let row = tile.rows.lowerBound + element / tile.width
      buffer[position] = finished(
        buffer[position], row: row, block: tile.block, place: element % tile.width, at: position)
    }
  }

  /// Reads one tile line by line and finishes the sums behind the converters.
  ///
  /// - Parameters:
  ///   - read: the rows and the counter of the read.
  ///   - sums: receives the weights of the tile, added.
  /// - Returns: conversions that met the end of their scale.
  func readLines(
    _ lines: ConvertedLines, read: inout cpk_tile_read, tileRow: Int, block: Int, sums: UnsafeMutablePointer<Float>
  ) -> Int {
    let width = layout.blockWidth
    let start = block * layout.blockElements
    let scale = mappingState.scales[tileRow * layout.blockCount + block]
    let (total, rests) = lines.room(block: block)
    total.update(repeating: 0, count: width)
    var saturated = 0
    for line in 0..<coding.lineCount {
      let first = line * layout.storageCount + start
      read.weights = UnsafePointer((paths.transfers?.lineWeights.base ?? lines.weights.base) + first)
      if lines.variances.count > 0 {
        read.variances = UnsafePointer((paths.transfers?.lineVariances.base ?? lines.variances.base) + first)
      }
      // Far enough from each other for the columns of a block.
      read.counter.0 = UInt32(line) << 20
      turn(&read, line: line, tileRow: tileRow, block: block)
      saturated += cpk_read_tile(&read, total, width)
    }
    cpk_sum_rows(lines.rests.base + start, width, read.rows, read.count, rests, width)
    for column in 0..<layout.columns(inBlock: block).count {
      let isComplement = mappingState.isComplement(row: tileRow * layout.tileRows, block: block, place: column)
      sums[column] += ((isComplement ? -total[column] : total[column]) - rests[column]) * scale
    }
    return saturated
  }

  /// Brings the variances of one row of a block into line with its states, in total and for each line.
  func refreshMappedVariances(row: Int, block: Int, sigma: (_ index: Int) -> Double) {
    let start = (block * layout.rows + row) * layout.blockWidth
    let tileScale = Double(mappingState.scale(row: row, block: block))
    for position in start..<start + layout.columns(inBlock: block).count {
      var total = 0.0
      if let lines, lines.variances.count > 0 {
        for line in 0..<coding.lineCount { lines.variances[line * layout.storageCount + position] = 0 }
      }
      for (plane, part) in coding.planes.enumerated() {
        let noise = sigma(position + plane * layout.storageCount) * part.weightPerSiemens
        total += noise * noise
        if let lines, lines.variances.count > 0 {
          lines.variances[part.line * layout.storageCount + position] += Float(noise * noise)
        }
      }
      variances[position] = Float(total * tileScale * tileScale)
    }
  }

  // MARK: Writing

  /// Writes the pulses of a row to the single devices of its weights; columns with complements move the other way.
  func writeSingles(
    _ pulses: UnsafeMutablePointer<Int32>, turn: Int, row: Int, block: Int, event: UInt64, tick: UInt64
  ) {
    for place in 0..<layout.columns(inBlock: block).count
    where mappingState.isComplement(row: row, block: block, place: place) {
      pulses[place] = -pulses[place]
    }
    write(pulses, sign: 1, plane: turn, row: row, block: block, event: event, tick: tick)
  }

  /// Moves the integers of a row by the requested steps: they are read, without error, and the digits that change are
  /// written to their new states.
  func writeDigits(
    _ steps: UnsafePointer<Int32>, row: Int, block: Int, event: UInt64, tick: UInt64
  ) {
    guard let devices, let slices = coding.slices else { return }
    let start = (block * layout.rows + row) * layout.blockWidth
    let width = layout.columns(inBlock: block).count
    var goals = [[Double?]](repeating: [Double?](repeating: nil, count: width), count: planeCount)
    for place in 0..<width where steps[place] != 0 {
      let isComplement = mappingState.isComplement(row: row, block: block, place: place)
      let isNegative = mappingState.signs.count > 0 && mappingState.signs[start + place] != 0
      let before = (0..<planeCount).map {
        coding.digit(state: devices.state(at: start + place + $0 * layout.storageCount, tick: tick), plane: $0)
      }
      let code = coding.code(digits: before, isNegative: isNegative, isComplement: isComplement)
      let next = min(max(code + Int(steps[place]), -slices.largestCode), slices.largestCode)
      if mappingState.signs.count > 0 { mappingState.signs[start + place] = next < 0 ? 1 : 0 }
      for (plane, digit) in coding.digits(of: next, isComplement: isComplement).enumerated()
      where digit != before[plane] {
        goals[plane][place] = coding.state(digit: digit, plane: plane)
      }
    }
    for plane in 0..<planeCount where goals[plane].contains(where: { $0 != nil }) {
      program(goals[plane], plane: plane, row: row, block: block, event: event, tick: tick)
    }
  }
}
