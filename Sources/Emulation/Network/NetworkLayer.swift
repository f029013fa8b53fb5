import Crossbars
import Devices
import Kernels
import Plasticity

/// The array of one layer with the write path behind it: what hidden layers and readout have in common.
final class NetworkLayer: @unchecked Sendable {
  let name: String
  let array: CrossbarArray
  let policy: (any WritePolicy)?
  private let requests: [RequestList]

  /// Pulse requests of a block; a reference, so that threads can fill different lists.
  private final class RequestList: @unchecked Sendable {
    var items: [PulseRequest] = []
  }

  init(index: Int, parameters: NetworkParameters) {
    name = parameters.name(ofLayer: index)
    let shape = parameters.shape(ofLayer: index)
    let isReadout = index == parameters.hidden.count
    let layout = BlockedLayout(
      rows: shape.rows, columns: shape.columns, tileRows: parameters.tileRows, tileColumns: parameters.tileColumns)
    array = CrossbarArray(
      layout: layout,
      parameters: CrossbarArray.Parameters(
        index: index, weightLimit: parameters.weightLimit, converter: parameters.converter,
        hasReadNoise: parameters.hasReadNoise, device: parameters.device),
      seed: parameters.seed)
    policy = Self.policy(parameters: parameters, array: array)
    requests = (0..<layout.blockCount).map { _ in RequestList() }
    let sigma = isReadout ? parameters.initialReadoutSigma : parameters.initialWeightSigma
    array.deploy(
      Self.initialWeights(count: shape.rows * shape.columns, sigma: sigma, array: index, seed: parameters.seed))
  }

  private static func policy(parameters: NetworkParameters, array: CrossbarArray) -> (any WritePolicy)? {
    switch parameters.writes {
    case .exact:
      return nil
    case .accumulateAndThreshold(let threshold, let largestTrain):
      return AccumulateAndThreshold(
        layout: array.layout,
        parameters: WritePolicyParameters(step: array.nominalStep, threshold: threshold, largestTrain: largestTrain))
    case .stochasticRounding(let largestTrain):
      return StochasticRounding(
        layout: array.layout,
        parameters: WritePolicyParameters(step: array.nominalStep, threshold: 1, largestTrain: largestTrain),
        array: array.parameters.index, seed: parameters.seed)
    }
  }

  private static func initialWeights(count: Int, sigma: Float, array: Int, seed: UInt64) -> [Float] {
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

  /// Takes the wanted changes of one row of a block.
  func absorb(block: Int, row: Int, changes: UnsafePointer<Float>, boundary: UInt64) {
    guard let policy else {
      array.writeExactly(block: block, row: row, changes: changes)
      return
    }
    policy.absorb(block: block, row: row, changes: changes, boundary: boundary, into: &requests[block].items)
  }

  /// Writes the pulses that are due in a block.
  func write(block: Int) {
    let list = requests[block]
    array.program(list.items, block: block)
    list.items.removeAll(keepingCapacity: true)
  }
}
