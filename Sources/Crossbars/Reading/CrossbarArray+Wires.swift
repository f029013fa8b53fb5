import Devices
import Kernels

extension CrossbarArray {
  /// What takes the wires into account, if anything must.
  static func readers(
    _ parameters: Parameters, layout: BlockedLayout, weightPerSiemens: Double, isNoisy: Bool
  ) -> (ArrayWires?, GatedReader?) {
    guard let wires = parameters.wires else { return (nil, nil) }
    precondition(parameters.device.quantity == .conductance, "no current flows through capacitive devices")
    guard wires.model == .gated else {
      return (ArrayWires(parameters: wires, layout: layout, isNoisy: isNoisy), nil)
    }
    let reader = GatedReader(
      lines: wires.lines, layout: layout, devicesPerPolarity: parameters.writing.devicesPerPolarity,
      weightPerSiemens: weightPerSiemens, ownsPairs: parameters.device.isContinuous)
    return (nil, reader)
  }

  /// Works out the tiles that some rows of a block reach.
  func refreshWires(_ wires: ArrayWires, block: Int, rows: UnsafeBufferPointer<Int32>) {
    var last = -1
    for row in rows where Int(row) / layout.tileRows != last {
      last = Int(row) / layout.tileRows
      wires.refresh(tileRow: last, block: block, of: self)
    }
  }

  /// Conductance in siemens that reads see at a position of the block storage; a continuous pair lies around mid-range.
  func presentConductance(plane: Int, at position: Int) -> Double {
    if let presentStates { return Double(presentStates[position + plane * layout.storageCount]) }
    let half = Double(weights[position]) / weightPerSiemens / 2
    return plane == 0 ? midConductance + half : midConductance - half
  }

  /// States of the devices as reads see them, in planes of block storage; `nil` for a continuous array.
  var presentStates: UnsafePointer<Float>? {
    guard let devices else { return nil }
    return UnsafePointer(ageing?.present.base ?? devices.states.base)
  }

  /// Weights behind the wires, row-major `[rows × columns]`: what an otherwise ideal read of a single active row sees,
  /// the other rows idle.
  public var weightsBehindWires: [Float] {
    (0..<layout.rows).flatMap { row in
      (0..<layout.blockCount).flatMap { block in
        withUnsafePointer(to: Int32(row)) { active in
          let rows = UnsafeBufferPointer(start: active, count: 1)
          return Array(weightsBehindWires(row: rows, block: block))
        }
      }
    }
  }

  private func weightsBehindWires(row: UnsafeBufferPointer<Int32>, block: Int) -> UnsafeBufferPointer<Float> {
    let columns = layout.columns(inBlock: block).count
    let number = Int(row[0])
    if let gatedReader {
      let sums = gatedReader.read(block: block, tileRow: number / layout.tileRows, rows: row, states: presentStates)
      return UnsafeBufferPointer(start: sums, count: columns)
    }
    if let wires { refreshWires(wires, block: block, rows: row) }
    let first = (block * layout.rows + number) * layout.blockWidth
    return UnsafeBufferPointer(start: (wires?.weights.base ?? weights.base) + first, count: columns)
  }
}
