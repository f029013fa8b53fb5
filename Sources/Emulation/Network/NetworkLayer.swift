import Checkpoints
import Crossbars
import Devices
import Kernels
import Plasticity

/// The array of one layer with the write path behind it: what hidden layers and readout have in common.
final class NetworkLayer: @unchecked Sendable {
  let name: String
  let array: CrossbarArray
  let policy: (any WritePolicy)?
  private let optimiser: (any Optimiser)?
  private let requests: [RequestList]
  /// The changes of a row in which one column changes.
  private let lanes: AlignedBuffer<Float>

  /// Pulse requests of a block; a reference, so that threads can fill different lists.
  private final class RequestList: @unchecked Sendable {
    var items: [PulseRequest] = []
  }

  init(index: Int, parameters: NetworkParameters) {
    name = parameters.name(ofLayer: index)
    let shape = parameters.shape(ofLayer: index)
    array = parameters.makeArray(index: index, rows: shape.rows, columns: shape.columns)
    let (array, layout) = (array, array.layout)
    policy = parameters.policy.makePolicy(
      layout: layout, step: array.nominalStep, array: index,
      seed: parameters.noiseSeed ?? parameters.seed,
      wear: { array.worstWearFraction(at: $0) })
    optimiser = parameters.optimiser.makeOptimiser(layout: layout)
    lanes = AlignedBuffer(count: layout.blockWidth)
    requests = (0..<layout.blockCount).map { _ in RequestList() }
    array.deploy(parameters.initialWeights?[index] ?? Self.randomWeights(index: index, parameters: parameters))
  }

  /// Random weights of a layer. Biases are 0, and so are the weights from a neuron to itself.
  private static func randomWeights(index: Int, parameters: NetworkParameters) -> [Float] {
    let (rows, columns) = parameters.shape(ofLayer: index)
    let isReadout = index == parameters.hidden.count
    let sigma = isReadout ? parameters.initialReadoutSigma : parameters.initialWeightSigma
    let mean = isReadout ? 0 : parameters.initialWeightMean
    var weights = initialWeights(count: rows * columns, sigma: sigma, array: index, seed: parameters.seed)
    let inputs = parameters.inputs(ofLayer: index)
    if !isReadout, parameters.isRecurrent {
      let scale = sigma > 0 ? parameters.initialRecurrentSigma / sigma : 0
      for place in inputs * columns..<weights.count {
        let isOwn = place / columns - inputs == place % columns
        weights[place] = isOwn ? 0 : weights[place] * scale
      }
    }
    if mean != 0 {
      // Synapses that are learned from spike times are never negative.
      let smallest = parameters.competition == nil ? -parameters.weightLimit : 0
      for place in weights.indices {
        weights[place] = min(max(weights[place] + mean, smallest), parameters.weightLimit)
      }
    }
    if parameters.hasBias {
      for place in (inputs - 1) * columns..<inputs * columns { weights[place] = 0 }
    }
    return weights
  }

  /// What evolves in the layer, with the potentials of what it feeds.
  func snapshot(stateUnit: String, potentials: [Float]) -> LayerSnapshot {
    var saved = LayerSnapshot(
      name: name, rows: array.layout.rows, columns: array.layout.columns, array: array.state, stateUnit: stateUnit,
      potentials: potentials, pendingChanges: policy?.pendingChanges ?? [])
    guard let state = optimiser?.state else { return saved }
    (saved.firstMoments, saved.secondMoments, saved.momentCounts) = (state.first, state.second, state.counts)
    return saved
  }

  /// Rows and columns.
  var fedNeurons: FedNeurons { (array.layout.rows, array.layout.columns) }

  /// Puts back array and pending changes.
  func restore(_ saved: LayerSnapshot) {
    array.state = saved.array
    policy?.pendingChanges = saved.pendingChanges
    optimiser?.state = OptimiserState(
      first: saved.firstMoments, second: saved.secondMoments, counts: saved.momentCounts)
  }

  /// Normal weights of an array.
  static func initialWeights(count: Int, sigma: Float, array: Int, seed: UInt64) -> [Float] {
    let stream = RandomStream(seed: seed, purpose: .initialWeights)
    var weights: [Float] = []
    weights.reserveCapacity(count + 3)
    for group in 0..<(count + 3) / 4 {
      let z = stream.gaussians(array: array, item: group, event: 0)
      for lane in 0..<4 { weights.append(sigma * z[lane]) }
    }
    weights.removeLast(weights.count - count)
    return weights
  }

  /// Takes the wanted changes of one row of a block, in which the learning rate is `rate`.
  func absorb(block: Int, row: Int, changes wanted: UnsafePointer<Float>, rate: Float, boundary: UInt64) {
    let changes = optimiser?.advance(block: block, row: row, changes: wanted, rate: rate) ?? wanted
    request(block: block, row: row, changes: changes, boundary: boundary)
  }

  /// Takes the wanted changes of one row of a block past the optimiser.
  func request(block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64) {
    guard let policy else {
      array.writeExactly(block: block, row: row, changes: changes, event: boundary)
      return
    }
    policy.absorb(block: block, row: row, changes: changes, boundary: boundary, into: &requests[block].items)
  }

  /// Scales the weights of each column of a block so that the magnitudes of its first `rows` rows add up to `sum`, as changes
  /// like those of learning. Columns without weights stay as they are.
  /// - Reference: P. U. Diehl, M. Cook, Front. Comput. Neurosci. 9, 99 (2015), doi:10.3389/fncom.2015.00099.
  func normalise(block: Int, rows: Int, columnSum sum: Float, boundary: UInt64, tick: UInt64) {
    let layout = array.layout
    let (weights, width) = (array.effectiveWeights(block: block), layout.blockWidth)
    var growth = [Float](repeating: 0, count: width)
    for row in 0..<rows {
      for lane in 0..<width { growth[lane] += abs(weights[row * width + lane]) }
    }
    for lane in 0..<width { growth[lane] = growth[lane] > 0 ? sum / growth[lane] - 1 : 0 }
    var changes = growth
    for row in 0..<rows {
      for lane in 0..<width { changes[lane] = weights[row * width + lane] * growth[lane] }
      request(block: block, row: row, changes: changes, boundary: boundary)
    }
    write(block: block, boundary: boundary, tick: tick)
  }

  /// Takes the wanted changes `[rows]` of one column.
  func absorb(column: Int, changes: UnsafePointer<Float>, boundary: UInt64) {
    guard let policy else { return array.writeExactly(column: column, changes: changes) }
    let layout = array.layout
    let block = column / layout.tileColumns
    let lane = column - block * layout.tileColumns
    for row in 0..<layout.rows where changes[row] != 0 {
      lanes[lane] = changes[row]
      policy.absorb(block: block, row: row, changes: lanes.base, boundary: boundary, into: &requests[block].items)
    }
    lanes[lane] = 0
  }

  /// Writes the pulses that are due in a block at a boundary, at tick `tick`.
  func write(block: Int, boundary: UInt64, tick: UInt64) {
    let list = requests[block]
    array.program(list.items, block: block, event: boundary, tick: tick)
    list.items.removeAll(keepingCapacity: true)
  }

  /// The first wanted change or weight that was no number, if there was one.
  var firstFlaw: NetworkFlaw? {
    let layout = array.layout
    if let flaw = policy?.firstNonFinite {
      return NetworkFlaw(
        layer: name, row: flaw.row, column: flaw.column, tileRow: flaw.row / layout.tileRows,
        tileColumn: flaw.block, boundary: flaw.boundary)
    }
    return array.firstFlaw.map {
      NetworkFlaw(
        layer: name, row: $0.row, column: $0.column, tileRow: $0.tileRow, tileColumn: $0.tileColumn,
        boundary: $0.event)
    }
  }
}

/// Where and when learning asked a synapse for something that is no number.
public struct NetworkFlaw: Sendable, Equatable {
  /// Name of the layer.
  public var layer: String
  /// Row of the synapse in the layer's matrix.
  public var row: Int
  /// Column of the synapse.
  public var column: Int
  /// Row of its tile among the layer's tiles.
  public var tileRow: Int
  /// Column of its tile.
  public var tileColumn: Int
  /// Boundary at which it happened, from 0.
  public var boundary: UInt64
}
