import Devices
import Kernels

/// What the wires of an array's tiles make of its weights, for models that have an effective conductance matrix:
/// `T_ij` amperes into column j for each volt on row i (`TransferSolver`).
///
/// A read then sums `T` instead of the conductances. A tile is worked out when it is read for the first time after a
/// write, so tiles without spikes cost nothing, and the result depends on the present states only. The read noise of a
/// device reaches its column attenuated as its own current is, to first order: σ² is scaled by (ΣT/ΣG)² of its pair.
final class ArrayWires: @unchecked Sendable {
  let parameters: WireParameters
  private let layout: BlockedLayout
  /// Weights behind the wires, in block storage.
  let weights: AlignedBuffer<Float>
  /// Read variances behind the wires; empty without read noise.
  let variances: AlignedBuffer<Float>
  /// Tiles written since they were last worked out, `[blocks × tile rows]`.
  private let isStale: AlignedBuffer<Bool>
  /// Room for one tile for each block, since threads read different blocks.
  private let workbenches: [Workbench]

  /// Solvers and matrices of the tiles of one block.
  private final class Workbench {
    var solvers: [Int: TransferSolver] = [:]
    let conductances: AlignedBuffer<Double>
    let transfer: AlignedBuffer<Double>
    let conductanceSums: AlignedBuffer<Float>

    init(elements: Int) {
      conductances = AlignedBuffer(count: elements)
      transfer = AlignedBuffer(count: elements)
      conductanceSums = AlignedBuffer(count: elements)
    }
  }

  init(parameters: WireParameters, layout: BlockedLayout, isNoisy: Bool) {
    precondition(parameters.model != .gated, "gated reads have no effective matrix")
    self.parameters = parameters
    self.layout = layout
    weights = AlignedBuffer(count: layout.storageCount)
    variances = AlignedBuffer(count: isNoisy ? layout.storageCount : 0)
    isStale = AlignedBuffer(count: layout.tileCount)
    isStale.fill(true)
    workbenches = (0..<layout.blockCount).map { _ in Workbench(elements: layout.tileRows * layout.tileColumns) }
  }

  /// Notes that a row of a block was written.
  func noteChange(row: Int, block: Int) {
    isStale[block * layout.tileRowCount + row / layout.tileRows] = true
  }

  /// Works out a tile that was written since the last time.
  func refresh(tileRow: Int, block: Int, of array: CrossbarArray) {
    guard isStale[block * layout.tileRowCount + tileRow] else { return }
    isStale[block * layout.tileRowCount + tileRow] = false
    let tile = Tile(
      rows: tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows),
      columns: layout.columns(inBlock: block).count, start: block * layout.blockElements, width: layout.blockWidth)
    let bench = workbenches[block]
    forEachElement(of: tile) { position, element in
      weights[position] = 0
      bench.conductanceSums[element] = 0
      if variances.count > 0 { variances[position] = 0 }
    }
    for plane in 0..<array.planeCount { add(plane: plane, of: array, tile: tile, bench: bench) }
    guard variances.count > 0 else { return }
    forEachElement(of: tile) { position, element in
      let ratio = variances[position] / bench.conductanceSums[element]
      variances[position] = array.variances[position] * ratio * ratio
    }
  }

  private struct Tile {
    var rows: Range<Int>
    var columns: Int
    /// First element of the block, and elements of a row of it.
    var start: Int
    var width: Int
  }

  private func forEachElement(of tile: Tile, _ body: (_ position: Int, _ element: Int) -> Void) {
    for row in tile.rows {
      let position = tile.start + row * tile.width
      let element = (row - tile.rows.lowerBound) * tile.columns
      for column in 0..<tile.columns { body(position + column, element + column) }
    }
  }

  /// Adds what one plane of devices sends through the wires. The sum of `T` over the planes waits in `variances`.
  private func add(plane: Int, of array: CrossbarArray, tile: Tile, bench: Workbench) {
    let raises = plane < array.parameters.writing.devicesPerPolarity
    let scale = raises ? array.weightPerSiemens : -array.weightPerSiemens
    forEachElement(of: tile) { position, element in
      bench.conductances[element] = array.presentConductance(plane: plane, at: position)
    }
    let solver = solver(for: tile, in: bench)
    do {
      if parameters.model == .approximate {
        solver.approximate(bench.conductances.base, into: bench.transfer.base)
      } else {
        try solver.solve(bench.conductances.base, into: bench.transfer.base)
      }
    } catch {
      // Only a conductance that is no number has no solution; the array has noted that flaw when it was written.
      bench.transfer.fill(.nan)
    }
    let isNoisy = variances.count > 0
    forEachElement(of: tile) { position, element in
      weights[position] += Float(bench.transfer[element] * scale)
      bench.conductanceSums[element] += Float(bench.conductances[element])
      if isNoisy { variances[position] += Float(bench.transfer[element]) }
    }
  }

  private func solver(for tile: Tile, in bench: Workbench) -> TransferSolver {
    if let solver = bench.solvers[tile.rows.count] { return solver }
    do {
      let solver = try TransferSolver(rows: tile.rows.count, columns: tile.columns, lines: parameters.lines)
      bench.solvers[tile.rows.count] = solver
      return solver
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
