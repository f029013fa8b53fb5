import Checkpoints
import Foundation
import Kernels
import Spiking
import Testing

@testable import Emulation

/// Graphs as networks on ideal arrays, against the equations of NIR.
@Suite("NIR graphs as networks") struct NIRTranslationTests {
  let folder: TemporaryFolder
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
  static let golden = "\(tests)/CheckpointsTests/Fixtures/golden.nir"

  init() throws { folder = try TemporaryFolder() }

  // MARK: The golden graph

  /// The recurrent net of `golden_eprop.json`, of which the graph was made.
  private struct Golden: Decodable {
    struct Case: Decodable {
      var z: [[Int]]
      var y: [[Double]]
    }

    var X: [[Int]]
    var cases: [String: Case]
  }

  @Test("the golden graph spikes as its record says", arguments: ["golden", "golden_uncompressed"])
  func goldenGraph(name: String) throws {
    let file = try NIRFile(path: "\(Self.tests)/CheckpointsTests/Fixtures/\(name).nir")
    let imported = try ImportedNetwork(file, .init(timeStep: 1e-3))
    #expect(imported.leak == 0.9 && imported.threshold == 0.6 && imported.readoutDecay == 0.8)
    #expect(imported.hidden == [4] && imported.isRecurrent && !imported.hasBias && imported.reset == .subtractive)
    let record = try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: URL(filePath: "\(Self.tests)/SpikingTests/Fixtures/golden_eprop.json")))
    let expected = try #require(record.cases["rec_lif_sub"])
    let network = SpikingNetwork.make(try imported.ideal(), ticks: record.X.count)
    #expect(network.parameters.neuron.leak == 0.9 && network.parameters.readout.decay == 0.8)
    _ = network.present(Self.raster(record.X.map { $0.map(Double.init) }), label: 0, learns: false)
    #expect(network.hidden[0].output.flags.map { $0.map { $0 ? 1 : 0 } } == expected.z)
    for output in 0..<2 {
      let sum = expected.y.reduce(0) { $0 + $1[output] }
      #expect(abs(Double(network.readout.evidence[output]) - sum) < 1e-5)
    }
  }

  private static func raster(_ inputs: [[Double]]) -> SpikeRaster {
    var raster = SpikeRaster(rowCount: inputs[0].count)
    for tick in inputs {
      for (row, value) in tick.enumerated() where value != 0 { raster.appendRow(row) }
      raster.endTick()
    }
    return raster
  }

  // MARK: Random graphs

  /// A dense graph of this kind, and its layers by the equations.
  private func dense(
    _ type: NIRNeurons.Kind, varied: Bool, recurrent: Bool, subtracts: Bool, seed: UInt64
  ) throws -> (graph: NIRGraph, layers: [NIRReference.Layer]) {
    var shop = NIRWorkshop(seed: seed)
    let (rows, first, second, outputs) = (11, 9, 7, 3)
    var nodes: [(String, NIRNode.Kind)] = []
    var layers: [NIRReference.Layer] = []
    var more: [(String, String)] = []
    for (index, shape) in [(rows, first), (first, second)].enumerated() {
      let weight = shop.tensor([shape.1, shape.0], -0.8...1.2)
      let bias = shop.list(shape.1, varied ? -0.1...0.2 : 0...0)
      let neurons = shop.neurons(type, [shape.1], varied: varied)
      nodes.append(("fc\(index)", varied ? .affine(weight: weight, bias: NIRTensor(bias)) : .linear(weight: weight)))
      nodes.append(("n\(index)", .neurons(neurons)))
      var layer = NIRReference.Layer(
        weight: DenseMatrix(outputs: shape.1, inputs: shape.0, values: weight.values), bias: bias, neurons: neurons,
        subtracts: subtracts)
      if recurrent {
        let own = shop.tensor([shape.1, shape.1], -0.7...0.5)
        nodes.append(("own\(index)", .linear(weight: own)))
        more += [("n\(index)", "own\(index)"), ("own\(index)", "n\(index)")]
        layer.own = own.values
      }
      layers.append(layer)
    }
    let weight = shop.tensor([outputs, second], -1...1)
    let bias = shop.list(outputs, varied ? -0.2...0.2 : 0...0)
    let readout = shop.neurons(.leakyIntegrator, [outputs], timeConstant: 0.03, varied: varied)
    nodes.append(("fc", varied ? .affine(weight: weight, bias: NIRTensor(bias)) : .linear(weight: weight)))
    nodes.append(("li", .neurons(readout)))
    layers.append(
      NIRReference.Layer(
        weight: DenseMatrix(outputs: outputs, inputs: second, values: weight.values), bias: bias, neurons: readout))
    let metadata: NIRMetadata = subtracts ? ["reset": .text("subtract")] : [:]
    return (.chain(input: [rows], nodes, output: outputs, more: more, metadata: metadata), layers)
  }

  struct Kind: CustomTestStringConvertible, Sendable {
    var type: NIRNeurons.Kind
    var varied = false
    var recurrent = false
    var subtracts = false
    var isEuler = false
    var testDescription: String {
      "\(type.rawValue)\(varied ? ", varied" : "")\(recurrent ? ", recurrent" : "")\(subtracts ? ", subtractive" : "")\(isEuler ? ", Euler" : "")"
    }
  }

  @Test(
    "neurons of every type spike as their equations say",
    arguments: [
      Kind(type: .leakyIntegrateAndFire), Kind(type: .leakyIntegrateAndFire, subtracts: true, isEuler: true),
      Kind(type: .leakyIntegrateAndFire, varied: true),
      Kind(type: .leakyIntegrateAndFire, varied: true, recurrent: true),
      Kind(type: .leakyIntegrateAndFire, varied: true, recurrent: true, subtracts: true, isEuler: true),
      Kind(type: .integrateAndFire, varied: true), Kind(type: .integrateAndFire, recurrent: true, subtracts: true),
      Kind(type: .currentLeakyIntegrateAndFire), Kind(type: .currentLeakyIntegrateAndFire, varied: true, isEuler: true),
      Kind(type: .currentLeakyIntegrateAndFire, varied: true, recurrent: true, subtracts: true),
    ])
  func kinds(_ kind: Kind) throws {
    let (graph, layers) = try dense(
      kind.type, varied: kind.varied, recurrent: kind.recurrent, subtracts: kind.subtracts, seed: 5)
    let imported = try ImportedNetwork(
      graph.filed(in: folder), .init(timeStep: 1e-3, decay: kind.isEuler ? .euler : .exact))
    #expect(imported.hasBias == kind.varied && imported.isRecurrent == kind.recurrent)
    try compare(imported, NIRReference(layers: layers, timeStep: 1e-3, isEuler: kind.isEuler))
  }

  /// Presents random samples to both; spikes must be equal, and sums of the readout close.
  private func compare(
    _ imported: ImportedNetwork, _ equations: NIRReference, image: ImageShape? = nil, density: Double = 0.3
  ) throws {
    let ticks = 40
    let network = SpikingNetwork.make(try imported.ideal(image: image), ticks: ticks)
    var equations = equations
    var shop = NIRWorkshop(seed: 77)
    var fired = 0
    for _ in 0..<3 {
      let inputs = (0..<ticks).map { _ in shop.list(imported.inputs, 0...1).map { $0 < density ? 1.0 : 0 } }
      // The recording may number its pixels in another order.
      let rows = inputs.map { tick -> [Double] in
        guard let image else { return tick }
        var moved = tick
        for (index, value) in tick.enumerated() {
          let place = index % (image.height * image.width)
          let channel = index / (image.height * image.width)
          moved[image.row(channel: channel, y: place / image.width, x: place % image.width)] = value
        }
        return moved
      }
      _ = network.present(Self.raster(rows), label: 0, learns: false)
      equations.rest()
      var spikes = equations.layers.dropLast().map { _ in [[Bool]]() }
      var evidence = [Double](repeating: 0, count: imported.outputs)
      for tick in inputs {
        let signals = equations.step(tick)
        for index in spikes.indices { spikes[index].append(signals[index].map { $0 > 0 }) }
        for (output, value) in (signals.last ?? []).enumerated() { evidence[output] += value }
      }
      for (layer, expected) in zip(network.hidden, spikes.suffix(network.hidden.count)) {
        let columns = layer.layer.array.layout.columns
        #expect(layer.output.flags.map { Array($0[..<columns]) } == expected)
        fired += layer.spikeCount
      }
      for (value, expected) in zip(network.readout.evidence, evidence) {
        #expect(abs(Double(value) - expected) < 1e-3 * max(1, abs(expected)), "\(value) is not \(expected)")
      }
    }
    #expect(fired > 50, "\(fired) spikes are too few for a comparison")
  }

  @Test("nested graphs, factors and products of weights are folded in")
  func nested() throws {
    var shop = NIRWorkshop(seed: 9)
    let (first, second) = (shop.tensor([6, 5], -1...1), shop.tensor([8, 6], -1...1.4))
    let (own, out) = (shop.tensor([8, 8], -0.6...0.4), shop.tensor([2, 8], -1...1))
    let (before, between) = (shop.list(5, 0.5...2), shop.list(8, 0.5...2))
    let (lif, li) = (shop.neurons(.leakyIntegrateAndFire, [8]), shop.neurons(.leakyIntegrator, [2]))
    let inner = NIRGraph.chain(
      input: [8], [("lif", .neurons(lif)), ("own", .linear(weight: own))], output: 8,
      more: [("lif", "own"), ("own", "lif")])
    let graph = NIRGraph.chain(
      input: [5],
      [
        ("scale", .scale(NIRTensor(before))), ("a", .linear(weight: first)), ("b", .linear(weight: second)),
        ("scale2", .scale(NIRTensor(between))), ("rnn", .graph(inner)), ("out", .linear(weight: out)),
        ("li", .neurons(li)),
      ], output: 2)
    let imported = try ImportedNetwork(graph.filed(in: folder), .init(timeStep: 1e-3))
    #expect(imported.hidden == [8] && imported.isRecurrent)
    let weight = DenseMatrix(outputs: 8, inputs: 6, values: second.values)
      .product(with: DenseMatrix(outputs: 6, inputs: 5, values: first.values))
      .scaled(rows: between).scaled(columns: before)
    let layers = [
      NIRReference.Layer(weight: weight, bias: [Double](repeating: 0, count: 8), own: own.values, neurons: lif),
      NIRReference.Layer(
        weight: DenseMatrix(outputs: 2, inputs: 8, values: out.values), bias: [0, 0], neurons: li),
    ]
    try compare(imported, NIRReference(layers: layers, timeStep: 1e-3))
  }

  @Test("weights that lead to the output are a readout without memory")
  func memoryless() throws {
    var shop = NIRWorkshop(seed: 3)
    let graph = NIRGraph.chain(
      input: [4],
      [
        ("a", .linear(weight: shop.tensor([5, 4], -1...1))),
        ("lif", .neurons(shop.neurons(.leakyIntegrateAndFire, [5]))),
        ("b", .linear(weight: shop.tensor([2, 5], -1...1))),
      ], output: 2)
    let imported = try ImportedNetwork(graph.filed(in: folder), .init(timeStep: 1e-3))
    #expect(imported.readoutDecay == 0 && imported.outputs == 2)
    #expect(try imported.ideal().readout.decay == 0)
  }

  // MARK: Images

  @Test("convolutions and pooling are kernels and weights", arguments: [ImageShape.Order.channelsFirst, .channelsLast])
  func images(order: ImageShape.Order) throws {
    var shop = NIRWorkshop(seed: 21)
    let kernels = shop.tensor([3, 2, 3, 3], -0.5...0.9)
    let deeper = shop.tensor([4, 3, 2, 2], -0.5...1)
    let (first, second) = (
      shop.neurons(.integrateAndFire, [3, 8, 6]), shop.neurons(.integrateAndFire, [4, 3, 2])
    )
    let (dense, hidden) = (shop.tensor([6, 24], -0.5...0.8), shop.neurons(.integrateAndFire, [6]))
    let (out, li) = (shop.tensor([2, 6], -1...1), shop.neurons(.leakyIntegrator, [2]))
    func zero(_ count: Int) -> NIRTensor { NIRTensor([Double](repeating: 0, count: count)) }
    let graph = NIRGraph.chain(
      input: [2, 8, 6],
      [
        ("c1", .convolution(NIRConvolution(inputShape: [8, 6], weight: kernels, bias: zero(3), padding: .same))),
        ("n1", .neurons(first)), ("pool", .sumPool(NIRPooling(size: [2, 2], stride: [2, 2]))),
        ("c2", .convolution(NIRConvolution(inputShape: nil, weight: deeper, bias: zero(4)))), ("n2", .neurons(second)),
        ("flat", .flatten(NIRFlattening(inputShape: [4, 3, 2]))), ("fc", .linear(weight: dense)),
        ("n3", .neurons(hidden)), ("out", .linear(weight: out)), ("li", .neurons(li)),
      ], output: 2, metadata: ["reset": .text("subtract")])
    let imported = try ImportedNetwork(graph.filed(in: folder), .init(timeStep: 1e-3))
    #expect(imported.convolutions.map(\.stage.notation) == ["3c3p1", "4c4s2"])
    #expect(imported.features == ImageShape(channels: 4, height: 3, width: 2, order: .channelsFirst))
    // The same by the definition of a cross-correlation.
    let layers = [
      NIRReference.Layer(
        weight: Self.correlation(kernels, [2, 8, 6], padding: 1), bias: [Double](repeating: 0, count: 144),
        neurons: first, subtracts: true),
      NIRReference.Layer(
        weight: Self.correlation(deeper, [3, 4, 3], padding: 0).product(with: Self.sums([3, 8, 6])),
        bias: [Double](repeating: 0, count: 24), neurons: second, subtracts: true),
      NIRReference.Layer(
        weight: DenseMatrix(outputs: 6, inputs: 24, values: dense.values), bias: [Double](repeating: 0, count: 6),
        neurons: hidden, subtracts: true),
      NIRReference.Layer(
        weight: DenseMatrix(outputs: 2, inputs: 6, values: out.values), bias: [0, 0], neurons: li),
    ]
    try compare(
      imported, NIRReference(layers: layers, timeStep: 1e-3),
      image: ImageShape(channels: 2, height: 8, width: 6, order: order), density: 0.1)
  }

  @Test("pooling ahead of weights is part of them")
  func pooledWeights() throws {
    var shop = NIRWorkshop(seed: 22)
    let (dense, hidden) = (shop.tensor([6, 12], -0.5...0.8), shop.neurons(.leakyIntegrateAndFire, [6], varied: true))
    let (out, li) = (shop.tensor([2, 6], -1...1), shop.neurons(.leakyIntegrator, [2]))
    let graph = NIRGraph.chain(
      input: [2, 4, 6],
      [
        ("pool", .averagePool(NIRPooling(size: [2, 2], stride: [2, 2]))), ("flat", .flatten(NIRFlattening(first: 1))),
        ("fc", .linear(weight: dense)), ("lif", .neurons(hidden)), ("out", .linear(weight: out)), ("li", .neurons(li)),
      ], output: 2)
    let imported = try ImportedNetwork(graph.filed(in: folder), .init(timeStep: 1e-3))
    #expect(imported.convolutions.isEmpty && imported.hidden == [6])
    let pool = Self.sums([2, 4, 6]).scaled(rows: [Double](repeating: 0.25, count: 12))
    let layers = [
      NIRReference.Layer(
        weight: DenseMatrix(outputs: 6, inputs: 12, values: dense.values).product(with: pool),
        bias: [Double](repeating: 0, count: 6), neurons: hidden),
      NIRReference.Layer(
        weight: DenseMatrix(outputs: 2, inputs: 6, values: out.values), bias: [0, 0], neurons: li),
    ]
    for order in [ImageShape.Order.channelsFirst, .channelsLast] {
      try compare(
        imported, NIRReference(layers: layers, timeStep: 1e-3),
        image: ImageShape(channels: 2, height: 4, width: 6, order: order))
    }
  }

  /// A cross-correlation with stride 1 as a matrix, by its definition.
  private static func correlation(_ kernels: NIRTensor, _ image: [Int], padding: Int) -> DenseMatrix {
    let (size, channels) = (kernels.shape[2], kernels.shape[0])
    let (height, width) = (image[1] + 2 * padding - size + 1, image[2] + 2 * padding - size + 1)
    var matrix = DenseMatrix(
      outputs: channels * height * width, inputs: image.reduce(1, *),
      values: [Double](repeating: 0, count: channels * height * width * image.reduce(1, *)))
    for output in 0..<matrix.outputs {
      for input in 0..<matrix.inputs {
        let (y, x) = (output / width % height, output % width)
        let line = input / image[2] % image[1] - y + padding
        let column = input % image[2] - x + padding
        guard 0..<size ~= line, 0..<size ~= column else { continue }
        let (kernel, channel) = (output / (height * width), input / (image[1] * image[2]))
        matrix.values[output * matrix.inputs + input] =
          kernels.values[((kernel * image[0] + channel) * size + line) * size + column]
      }
    }
    return matrix
  }

  /// Sums of 2 × 2 pixels as a matrix.
  private static func sums(_ image: [Int]) -> DenseMatrix {
    let (height, width) = (image[1] / 2, image[2] / 2)
    var matrix = DenseMatrix(
      outputs: image[0] * height * width, inputs: image.reduce(1, *),
      values: [Double](repeating: 0, count: image[0] * height * width * image.reduce(1, *)))
    for input in 0..<matrix.inputs {
      let (channel, y, x) = (input / (image[1] * image[2]), input / image[2] % image[1], input % image[2])
      matrix.values[((channel * height + y / 2) * width + x / 2) * matrix.inputs + input] = 1
    }
    return matrix
  }
}
