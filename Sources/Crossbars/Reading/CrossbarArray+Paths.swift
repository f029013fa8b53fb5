import CKernels
import Devices
import Kernels

/// What lies between the devices and the feet of the columns in a read.
struct ReadPaths {
  /// Tiles with an effective matrix.
  var transfers: TileTransfers?
  /// Columns whose currents are worked out in every read.
  var gated: GatedReader?
  /// Columns that collect charge.
  var charge: ChargeColumns?
}

extension CrossbarArray {
  /// What is on the way of a read, if anything is.
  static func paths(
    _ parameters: Parameters, layout: BlockedLayout, coding: SynapseCoding, hasLines: Bool, isNoisy: Bool, seed: UInt64
  ) -> ReadPaths {
    var paths = ReadPaths()
    if let wires = parameters.wires {
      precondition(parameters.device.quantity == .conductance, "no current flows through capacitive devices")
      if wires.model == .gated {
        paths.gated = GatedReader(
          lines: wires.lines, layout: layout, coding: coding, ownsPairs: parameters.device.isContinuous)
      } else {
        paths.transfers = TileTransfers(
          path: .wires(wires), layout: layout, coding: coding, hasLines: hasLines, isNoisy: isNoisy)
      }
    }
    if let charge = parameters.charge {
      precondition(parameters.device.quantity == .capacitance, "charge is read from capacitive devices")
      let columns = ChargeColumns(
        charge, layout: layout, coding: coding, middle: (parameters.device.on + parameters.device.off) / 2,
        array: parameters.index, seed: seed)
      paths.charge = columns
      paths.transfers = TileTransfers(
        path: .charge(columns), layout: layout, coding: coding, hasLines: hasLines, isNoisy: isNoisy)
    }
    return paths
  }

  /// Tiles whose wires were solved, and tiles written since whose solution was close enough, since the array was made or its
  /// state put back.
  public var wireSolutions: (solved: UInt64, reused: UInt64) {
    guard let transfers = paths.transfers else { return (0, 0) }
    return transfers.counts.elements.reduce((0, 0)) { ($0.0 + $1.solved, $0.1 + $1.reused) }
  }

  /// Works out the tiles that some rows of a block reach.
  func refreshTransfers(_ transfers: TileTransfers, block: Int, rows: UnsafeBufferPointer<Int32>) {
    var last = -1
    for row in rows where Int(row) / layout.tileRows != last {
      last = Int(row) / layout.tileRows
      transfers.refresh(tileRow: last, block: block, of: self)
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

  /// Points a read at one line of a tile, as its converters see it.
  func turn(_ read: inout cpk_tile_read, line: Int, tileRow: Int, block: Int) {
    let driven = DrivenRows(UnsafeBufferPointer(start: read.rows, count: read.count), amplitudes: read.amplitudes)
    converters?.turn(&read, line: line, tileRow: tileRow, block: block)
    read.shift = 0
    if let charge = paths.charge {
      read.column_variances = charge.variances(line: line, tileRow: tileRow, block: block)
      if coding.isUnsigned && references == nil {
        read.shift += charge.injectedWeight(line: line, tileRow: tileRow)
      }
    }
    if let references {
      read.shift -= references.noise(planes: coding.linePlanes[line], block: block, driven: driven, read: read)
    }
    if let gated = paths.gated {
      read.currents = gated.read(line: line, block: block, tileRow: tileRow, driven: driven, states: presentStates)
      if let references {
        read.shift -= gated.read(
          references, planes: coding.linePlanes[line], block: block, tileRow: tileRow, driven: driven)
      }
    }
  }

  /// Weights at the feet of the columns, row-major `[rows × columns]`: what a read of a single active row sees, the other
  /// rows idle, without noise and converters.
  public var weightsBehindWires: [Float] {
    (0..<layout.rows).flatMap { row in
      (0..<layout.blockCount).flatMap { block in
        withUnsafePointer(to: Int32(row)) { active in
          weightsAtColumns(of: UnsafeBufferPointer(start: active, count: 1), block: block)
        }
      }
    }
  }

  private func weightsAtColumns(of row: UnsafeBufferPointer<Int32>, block: Int) -> [Float] {
    let columns = layout.columns(inBlock: block).count
    let number = Int(row[0])
    if let transfers = paths.transfers { refreshTransfers(transfers, block: block, rows: row) }
    guard let gated = paths.gated else {
      let first = (block * layout.rows + number) * layout.blockWidth
      return Array(UnsafeBufferPointer(start: (paths.transfers?.weights.base ?? weights.base) + first, count: columns))
    }
    var total = [Float](repeating: 0, count: columns)
    for line in 0..<coding.lineCount {
      let tileRow = number / layout.tileRows
      let planes = coding.linePlanes[line]
      let reference =
        references.map { gated.read($0, planes: planes, block: block, tileRow: tileRow, driven: DrivenRows(row)) } ?? 0
      let sums = gated.read(
        line: line, block: block, tileRow: tileRow, driven: DrivenRows(row), states: presentStates)
      for column in 0..<columns { total[column] += sums[column] - reference }
    }
    guard parameters.mapping != WeightMapping() else { return total }
    let start = (block * layout.rows + number) * layout.blockWidth
    return (0..<columns).map { finished(total[$0], row: number, block: block, place: $0, at: start + $0) }
  }
}
