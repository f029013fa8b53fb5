import Devices
import Kernels

/// What lies between the devices of an array's tiles and the feet of their columns, for reads that are linear in the row
/// voltages: an effective matrix `T_ij` of each plane of devices of each tile, summed in the place of the states.
///
/// | path | T_ij |
/// | --- | --- |
/// | wires | amperes into column j for each volt on row i (`TransferSolver`) |
/// | charge | C_ij times the gain of the whole column (`ChargeParameters`) |
///
/// A tile is worked out when it is read for the first time after a write, so tiles without spikes cost nothing, and the
/// result depends on the present states only. With `WireParameters.staleness` a tile keeps its attenuations `T/G` until its
/// states have moved by that share of their sum: reads in between see the new states through the old wires, which is right
/// to first order; what was last solved is part of the state of the array.
///
/// The read noise of a device reaches its column attenuated as its own current is, to first order: σ² is scaled by
/// (ΣT/ΣG)² of the devices of a line.
final class TileTransfers: @unchecked Sendable {
  /// What is on the way.
  enum Path {
    case wires(WireParameters)
    case charge(ChargeColumns)
  }

  /// Far from every state.
  private static let neverSolved: Float = -1

  private let path: Path
  private let layout: BlockedLayout
  private let lineCount: Int
  private let hasReferences: Bool
  private let isNoisy: Bool
  /// Weights at the feet of the columns, in block storage.
  let weights: AlignedBuffer<Float>
  /// Read variances there; empty without read noise.
  let variances: AlignedBuffer<Float>
  /// The same of each line ahead of its converters, by line; empty unless sums are finished behind them.
  let lineWeights: AlignedBuffer<Float>
  let lineVariances: AlignedBuffer<Float>
  /// States of the last solution by plane; empty unless solutions may be stale. State.
  let solved: AlignedBuffer<Float>
  /// T/G of the last solution, by plane.
  private let attenuations: AlignedBuffer<Float>
  private let referenceAttenuations: AlignedBuffer<Float>
  /// Tiles written since they were last worked out, and tiles whose attenuations are out of step, `[blocks × tile rows]`.
  private let isStale: AlignedBuffer<Bool>
  private let lacksAttenuations: AlignedBuffer<Bool>
  /// Solutions and reuses of each block.
  let counts: AlignedBuffer<(solved: UInt64, reused: UInt64)>
  /// Room for one tile for each block, since threads read different blocks.
  private let workbenches: [TransferWorkbench]

  init(path: Path, layout: BlockedLayout, coding: SynapseCoding, hasLines: Bool, isNoisy: Bool) {
    self.path = path
    self.layout = layout
    self.isNoisy = isNoisy
    lineCount = hasLines ? coding.lineCount : 0
    hasReferences = coding.mapping.hasReferences
    let storage = layout.storageCount
    weights = AlignedBuffer(count: storage)
    variances = AlignedBuffer(count: isNoisy ? storage : 0)
    lineWeights = AlignedBuffer(count: lineCount * storage)
    lineVariances = AlignedBuffer(count: isNoisy ? lineCount * storage : 0)
    var staleness = 0.0
    if case .wires(let wires) = path { staleness = wires.staleness }
    let kept = staleness > 0 ? coding.planes.count : 0
    solved = AlignedBuffer(count: kept * storage)
    attenuations = AlignedBuffer(count: kept * storage)
    referenceAttenuations = AlignedBuffer(count: hasReferences ? kept * layout.blockCount * layout.rows : 0)
    isStale = AlignedBuffer(count: layout.tileCount)
    lacksAttenuations = AlignedBuffer(count: layout.tileCount)
    isStale.fill(true)
    lacksAttenuations.fill(true)
    solved.fill(Self.neverSolved)
    counts = AlignedBuffer(count: layout.blockCount)
    counts.fill((0, 0))
    let width = layout.tileColumns + (hasReferences ? 1 : 0)
    workbenches = (0..<layout.blockCount).map { _ in
      TransferWorkbench(elements: layout.tileRows * width, sums: max(1, coding.lineCount) * layout.tileRows * width)
    }
  }

  /// Notes that a row of a block was written.
  func noteChange(row: Int, block: Int) {
    isStale[block * layout.tileRowCount + row / layout.tileRows] = true
  }

  /// Forgets everything but what was last solved, after a state was put back.
  func restart() {
    isStale.fill(true)
    lacksAttenuations.fill(true)
  }

  /// Works out a tile that was written since the last time.
  func refresh(tileRow: Int, block: Int, of array: CrossbarArray) {
    let number = block * layout.tileRowCount + tileRow
    guard isStale[number] else { return }
    isStale[number] = false
    let tile = TransferTile(layout: layout, tileRow: tileRow, block: block, hasReference: hasReferences)
    let bench = workbenches[block]
    clear(tile, bench: bench)
    let isReused = solved.count > 0 && isCloseEnough(tile, of: array)
    for plane in 0..<array.planeCount {
      load(plane: plane, of: array, tile: tile, bench: bench)
      if solved.count == 0 {
        work(tile: tile, plane: plane, bench: bench)
      } else {
        if !isReused || lacksAttenuations[number] {
          keep(plane: plane, of: array, tile: tile, bench: bench, isAnew: !isReused)
        }
        reuse(plane: plane, tile: tile, bench: bench)
      }
      add(plane: plane, of: array, tile: tile, bench: bench)
    }
    lacksAttenuations[number] = false
    if isReused { counts[block].reused += 1 } else { counts[block].solved += 1 }
    array.finishTransfer(tile, weights: weights)
    if isNoisy { spread(tile, of: array, bench: bench) }
  }

  private func clear(_ tile: TransferTile, bench: TransferWorkbench) {
    bench.stateSums.fill(0)
    bench.transferSums.fill(0)
    tile.forEachElement { position, _ in
      weights[position] = 0
      for line in 0..<lineCount { lineWeights[line * layout.storageCount + position] = 0 }
    }
  }

  /// Takes the states of one plane of a tile, with those of its references as a last column.
  private func load(plane: Int, of array: CrossbarArray, tile: TransferTile, bench: TransferWorkbench) {
    tile.forEachElement { position, element in
      bench.states[element] = presentState(plane: plane, at: position, of: array)
    }
    guard let references = array.references else { return }
    for (index, row) in tile.rows.enumerated() {
      bench.states[index * tile.width + tile.columns] =
        Double(references.value(plane: plane, row: row, block: tile.block))
    }
  }

  /// A state as reads see it; rounded to what is saved of it where solutions are kept.
  private func presentState(plane: Int, at position: Int, of array: CrossbarArray) -> Double {
    let state = array.presentConductance(plane: plane, at: position)
    return solved.count > 0 ? Double(Float(state)) : state
  }

  /// From states to what arrives.
  private func work(tile: TransferTile, plane: Int, bench: TransferWorkbench) {
    switch path {
    case .wires(let wires): bench.solve(wires, rows: tile.rows.count, columns: tile.width)
    case .charge(let charge):
      charge.transfer(bench.states.base, into: bench.transfer.base, tile: tile, plane: plane)
    }
  }

  // MARK: Reuse of solutions

  /// Whether the states of a tile have moved little since it was solved.
  private func isCloseEnough(_ tile: TransferTile, of array: CrossbarArray) -> Bool {
    guard case .wires(let wires) = path else { return false }
    var (moved, sum) = (0.0, 0.0)
    for plane in 0..<array.planeCount {
      tile.forEachElement { position, _ in
        let state = presentState(plane: plane, at: position, of: array)
        moved += abs(state - Double(solved[plane * layout.storageCount + position]))
        sum += state
      }
    }
    return moved <= wires.staleness * sum
  }

  /// Works out the attenuations of one plane, of the present states or, where these moved little, of those solved before.
  /// References count as they were set: what time does to them must not depend on when a run was resumed.
  private func keep(plane: Int, of array: CrossbarArray, tile: TransferTile, bench: TransferWorkbench, isAnew: Bool) {
    let present = Array(bench.states.elements)
    tile.forEachElement { position, element in
      let index = plane * layout.storageCount + position
      if isAnew { solved[index] = Float(bench.states[element]) } else { bench.states[element] = Double(solved[index]) }
    }
    if let references = array.references {
      for (index, row) in tile.rows.enumerated() {
        bench.states[index * tile.width + tile.columns] =
          Double(references.programmed(plane: plane, row: row, block: tile.block))
      }
    }
    work(tile: tile, plane: plane, bench: bench)
    noteAttenuations(plane: plane, tile: tile, bench: bench)
    bench.states.copy(from: present)
  }

  private func noteAttenuations(plane: Int, tile: TransferTile, bench: TransferWorkbench) {
    tile.forEachElement { position, element in
      let state = bench.states[element]
      attenuations[plane * layout.storageCount + position] = state > 0 ? Float(bench.transfer[element] / state) : 1
    }
    guard referenceAttenuations.count > 0 else { return }
    for (index, row) in tile.rows.enumerated() {
      let element = index * tile.width + tile.columns
      let state = bench.states[element]
      referenceAttenuations[(plane * layout.blockCount + tile.block) * layout.rows + row] =
        state > 0 ? Float(bench.transfer[element] / state) : 1
    }
  }

  private func reuse(plane: Int, tile: TransferTile, bench: TransferWorkbench) {
    tile.forEachElement { position, element in
      bench.transfer[element] = bench.states[element] * Double(attenuations[plane * layout.storageCount + position])
    }
    guard referenceAttenuations.count > 0 else { return }
    for (index, row) in tile.rows.enumerated() {
      let element = index * tile.width + tile.columns
      let attenuation = referenceAttenuations[(plane * layout.blockCount + tile.block) * layout.rows + row]
      bench.transfer[element] = bench.states[element] * Double(attenuation)
    }
  }

  // MARK: Sums

  /// Adds what one plane of devices sends.
  private func add(plane: Int, of array: CrossbarArray, tile: TransferTile, bench: TransferWorkbench) {
    let part = array.coding.planes[plane]
    let sums = part.line * bench.states.count
    let line = lineCount > 0 ? part.line * layout.storageCount : 0
    tile.forEachElement { position, element in
      var arriving = bench.transfer[element]
      bench.stateSums[sums + element] += Float(bench.states[element])
      bench.transferSums[sums + element] += Float(arriving)
      if hasReferences { arriving -= bench.transfer[element / tile.width * tile.width + tile.columns] }
      let weight = Float(arriving * part.weightPerSiemens)
      weights[position] += weight
      if lineCount > 0 { lineWeights[line + position] += weight }
    }
  }

  /// Read noise as it arrives.
  private func spread(_ tile: TransferTile, of array: CrossbarArray, bench: TransferWorkbench) {
    let sums = bench.states.count
    tile.forEachElement { position, element in
      var (transfer, state): (Float, Float) = (0, 0)
      for line in 0..<array.coding.lineCount {
        let (own, all) = (bench.transferSums[line * sums + element], bench.stateSums[line * sums + element])
        transfer += own
        state += all
        guard lineCount > 0, let lines = array.lines else { continue }
        let at = line * layout.storageCount + position
        lineVariances[at] = lines.variances[at] * (own / all) * (own / all)
      }
      let ratio = transfer / state
      variances[position] = array.variances[position] * ratio * ratio
    }
  }
}

/// One tile of an array, and where its elements are: in a matrix of its own, and in block storage.
struct TransferTile {
  let rows: Range<Int>
  /// Columns of weights.
  let columns: Int
  /// Columns with the reference.
  let width: Int
  let block: Int
  let tileRow: Int
  private let start: Int
  private let stride: Int

  init(layout: BlockedLayout, tileRow: Int, block: Int, hasReference: Bool) {
    rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
    columns = layout.columns(inBlock: block).count
    width = columns + (hasReference ? 1 : 0)
    self.block = block
    self.tileRow = tileRow
    start = block * layout.blockElements
    stride = layout.blockWidth
  }

  /// The weights of the tile, row by row.
  func forEachElement(_ body: (_ position: Int, _ element: Int) -> Void) {
    for row in rows {
      let position = start + row * stride
      let element = (row - rows.lowerBound) * width
      for column in 0..<columns { body(position + column, element + column) }
    }
  }
}

/// Solvers and matrices of the tiles of one block.
final class TransferWorkbench {
  private var solvers: [[Int]: TransferSolver] = [:]
  let states: AlignedBuffer<Double>
  let transfer: AlignedBuffer<Double>
  /// Σ G and Σ T over the planes of each line.
  let stateSums: AlignedBuffer<Float>
  let transferSums: AlignedBuffer<Float>

  init(elements: Int, sums: Int) {
    states = AlignedBuffer(count: elements)
    transfer = AlignedBuffer(count: elements)
    stateSums = AlignedBuffer(count: sums)
    transferSums = AlignedBuffer(count: sums)
  }

  /// Solves the present states for what arrives at the feet of the columns.
  func solve(_ wires: WireParameters, rows: Int, columns: Int) {
    do {
      let solver = try solver(rows: rows, columns: columns, lines: wires.lines)
      if wires.model == .approximate {
        solver.approximate(states.base, into: transfer.base)
      } else {
        try solver.solve(states.base, into: transfer.base)
      }
    } catch {
      // Only a conductance that is no number has no solution; the array has noted that flaw when it was written.
      transfer.fill(.nan)
    }
  }

  private func solver(rows: Int, columns: Int, lines: LineResistances) throws(CircuitError) -> TransferSolver {
    if let solver = solvers[[rows, columns]] { return solver }
    let solver = try TransferSolver(rows: rows, columns: columns, lines: lines)
    solvers[[rows, columns]] = solver
    return solver
  }
}
