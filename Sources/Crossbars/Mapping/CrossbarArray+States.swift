import Devices
import Kernels

/// From weights to states of devices.
extension CrossbarArray {
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
}
