import CKernels
import Kernels

/// What reads need of weights that are no plain pairs.
extension CrossbarArray {
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
    finishMappedRow(row, block: block, start: start, width: width)
  }

  /// Undoes complements, and works out what is subtracted digitally.
  private func finishMappedRow(_ row: Int, block: Int, start: Int, width: Int) {
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
    let driven = DrivenRows(UnsafeBufferPointer(start: read.rows, count: read.count), amplitudes: read.amplitudes)
    driven.sumRows(of: lines.rests.base + start, stride: width, width: width, into: rests)
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
}
