import Checkpoints
import Kernels
import Spiking

/// Puts the layers of a translated graph together: gains and thresholds folded into weights, rows in the order of the arrays.
struct NIRAssembly {
  /// A dense layer, its weights in double precision.
  struct Layer {
    let place: String
    let inputs: Int
    let columns: Int
    /// `[columns × inputs]`.
    var forward: [Double]
    /// `[columns × columns]`; empty without recurrence.
    var own: [Double] = []
    /// One for each column.
    var biases: [Double]
    /// Whether the graph gives it biases, of 0 perhaps, which may learn.
    var isBiased: Bool
  }

  let graph: FlatGraph
  let inputShape: [Int]
  /// The threshold of all neurons.
  let threshold: Double
  let populations: [NIRTranslation.Population]
  let constants: [NeuronConstants]

  private(set) var convolutions: [ImportedNetwork.Convolution] = []
  private(set) var features: ImageShape?
  private(set) var layers: [Layer] = []
  private var readout: Layer?

  init(
    graph: FlatGraph, inputShape: [Int], threshold: Double, populations: [NIRTranslation.Population],
    constants: [NeuronConstants]
  ) {
    self.graph = graph
    self.inputShape = inputShape
    self.threshold = threshold
    self.populations = populations
    self.constants = constants
  }

  /// Whether hidden layers hear themselves.
  var isRecurrent: Bool { layers.first.map { !$0.own.isEmpty } ?? false }
  /// Whether any layer has biases.
  var hasBias: Bool { (layers + [readout].compactMap { $0 }).contains(where: \.isBiased) }
  /// Number of outputs.
  var readoutColumns: Int { readout?.columns ?? 0 }

  // MARK: Layers

  /// Adds the convolutions, then the dense layers.
  mutating func addLayers() throws(NIRError) {
    var last = graph.input
    for (population, constants) in zip(populations, constants) {
      let factors = zip(constants.gains, constants.thresholds).map { $0 * (threshold / $1) }
      if layers.isEmpty, case .image(let map)? = population.input.maps[last] {
        try add(map, population, constants, factors: factors)
      } else {
        let drives = zip(constants.drives, constants.thresholds).map { $0 * (threshold / $1) }
        layers.append(try layer(population, from: last, factors: factors, drives: drives))
      }
      last = population.place
    }
    guard let first = layers.first else {
      throw unsupported(last, "found convolutions only", "at least one dense layer goes between them and the readout")
    }
    for layer in layers where layer.own.isEmpty != first.own.isEmpty {
      let (with, without) = layer.own.isEmpty ? (first.place, layer.place) : (layer.place, first.place)
      throw unsupported(
        without, "found a layer without recurrence, and one with it in \(with)",
        "all hidden layers are recurrent or none; connect it with itself by weights of 0")
    }
  }

  /// Adds the readout.
  mutating func addReadout(
    _ population: NIRTranslation.Population, _ constants: NeuronConstants
  ) throws(NIRError) {
    let last = populations.last?.place ?? graph.input
    readout = try layer(population, from: last, factors: constants.gains, drives: constants.drives)
  }

  private func layer(
    _ population: NIRTranslation.Population, from source: String, factors: [Double], drives: [Double]
  ) throws(NIRError) -> Layer {
    for map in population.input.maps.values where map.denseCount > SignalPaths.mostWeights {
      throw .tooLarge(
        file: graph.file, node: population.place, what: "weights of a layer", found: Int(min(map.denseCount, 1e18)),
        limit: Int(SignalPaths.mostWeights))
    }
    guard let map = population.input.maps[source] else {
      throw unsupported(population.place, "found nothing that comes from \(source)", "connect them")
    }
    let forward = map.dense.scaled(rows: factors)
    let biases =
      population.input.constant.isEmpty
      ? drives : population.input.constant.indices.map { population.input.constant[$0] * factors[$0] + drives[$0] }
    var layer = Layer(
      place: population.place, inputs: forward.inputs, columns: forward.outputs, forward: forward.values,
      biases: biases, isBiased: !population.input.constant.isEmpty || drives.contains { $0 != 0 })
    if let own = population.input.maps[population.place] { layer.own = own.dense.scaled(rows: factors).values }
    return layer
  }

  // MARK: Convolutions

  private mutating func add(
    _ map: ImageMap, _ population: NIRTranslation.Population, _ constants: NeuronConstants, factors: [Double]
  ) throws(NIRError) {
    let place = population.place
    guard population.input.maps.count == 1 else {
      throw unsupported(place, "found a convolution that hears itself", "only dense layers are recurrent")
    }
    guard population.input.constant.allSatisfy({ $0 == 0 }), constants.drives.allSatisfy({ $0 == 0 }) else {
      throw unsupported(
        place, "found a convolution with biases, or a v_leak other than v_reset",
        "its crossbar is read without a bias row; train it without them")
    }
    guard let map = map.scaled(by: factors) else {
      throw unsupported(
        place, "found neurons of one channel that differ in r, w_in or v_threshold",
        "all places of a channel share one kernel")
    }
    guard map.size[0] == map.size[1], map.stride[0] == map.stride[1], map.padding[0] == map.padding[1] else {
      throw unsupported(
        place, "found kernels of \(map.size), stride \(map.stride), padding \(map.padding), pooling ahead included",
        "kernels, strides and padding are the same down and across")
    }
    guard map.stride[0] <= 65_536, map.output.count <= FeatureStage.mostNeurons,
      map.input.channels * map.size[0] * map.size[0] <= FeatureStage.mostNeurons
    else { throw unsupported(place, "found \(map.output.count) neurons", "make the image or the kernels smaller") }
    let (channels, size) = (map.output.channels, map.size[0])
    let rows = map.input.channels * size * size
    var kernels = [Float](repeating: 0, count: rows * channels)
    for channel in 0..<channels {
      for row in 0..<rows { kernels[row * channels + channel] = Float(map.kernels[channel * rows + row]) }
    }
    features = map.output
    convolutions.append(
      ImportedNetwork.Convolution(
        stage: .convolution(kernels: channels, size: size, stride: map.stride[0], padding: map.padding[0]),
        kernels: kernels))
  }

  // MARK: Weights

  /// Weights of the dense layers and the readout, row-major `[rows × columns]`: inputs, bias, own spikes.
  func weights() throws(NIRError) -> [[Float]] {
    let hasBias = hasBias
    return try (layers + [readout].compactMap { $0 }).map { layer throws(NIRError) in
      var weights: [Float] = []
      weights.reserveCapacity((layer.inputs + 1) * layer.columns + layer.own.count)
      for row in 0..<layer.inputs {
        for column in 0..<layer.columns { weights.append(Float(layer.forward[column * layer.inputs + row])) }
      }
      if hasBias { weights += layer.biases.map { Float($0) } }
      if !layer.own.isEmpty {
        for row in 0..<layer.columns {
          for column in 0..<layer.columns { weights.append(Float(layer.own[column * layer.columns + row])) }
        }
      }
      guard let bad = weights.firstIndex(where: { !$0.isFinite }) else { return weights }
      throw .unfit(
        file: graph.file, node: layer.place, expected: "weights of a finite size",
        found: "\(weights[bad]) from row \(bad / layer.columns) to neuron \(bad % layer.columns), its gain included")
    }
  }

  private func unsupported(_ place: String, _ found: String, _ remedy: String) -> NIRError {
    .unsupported(file: graph.file, node: place, found: found, remedy: remedy)
  }
}
