import Checkpoints
import Foundation
import Testing

@testable import Emulation

/// Graphs that no network here is, each with the node and what to do.
@Suite("NIR graphs that are refused") struct NIRRefusalTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// 3-4-2 with changes.
  private static func graph(
    metadata: NIRMetadata = [:], _ change: (inout NIRGraph) -> Void = { _ in }
  ) -> NIRGraph {
    var shop = NIRWorkshop(seed: 1)
    var graph = NIRGraph.chain(
      input: [3],
      [
        ("fc", .linear(weight: shop.tensor([4, 3], -1...1))),
        ("lif", .neurons(shop.neurons(.leakyIntegrateAndFire, [4]))),
        ("out", .linear(weight: shop.tensor([2, 4], -1...1))), ("li", .neurons(shop.neurons(.leakyIntegrator, [2]))),
      ], output: 2, metadata: metadata)
    change(&graph)
    return graph
  }

  private static func neurons(
    _ type: NIRNeurons.Kind, _ count: Int, _ change: (inout NIRNeurons) -> Void = { _ in }
  ) -> NIRNode {
    var shop = NIRWorkshop(seed: 2)
    var neurons = shop.neurons(type, [count])
    change(&neurons)
    return NIRNode(.neurons(neurons))
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var graph: NIRGraph
    var words: [String]

    init(_ name: String, _ words: [String], metadata: NIRMetadata = [:], _ change: (inout NIRGraph) -> Void = { _ in })
    {
      testDescription = name
      self.words = words
      graph = NIRRefusalTests.graph(metadata: metadata, change)
    }
  }

  static let refusals: [Refusal] = [
    Refusal("several leaks", ["node/nodes/lif", "tau from 0.01 s to 0.02 s", "share one"]) {
      $0.nodes["lif"] = neurons(.leakyIntegrateAndFire, 4) { $0.timeConstants[2] = 0.01 }
    },
    Refusal("spiking output", ["node/nodes/li", "spiking neurons (LIF) ahead of the output", "a Linear and an LI"]) {
      $0.nodes["li"] = neurons(.leakyIntegrateAndFire, 2)
    },
    Refusal("filtered readout", ["CubaLI with filtered synapses as readout", "use LI"]) {
      $0.nodes["li"] = neurons(.currentLeakyIntegrator, 2)
    },
    Refusal("threshold at the reset", ["v_threshold 0.0 at or below v_reset 0.0"]) {
      $0.nodes["lif"] = neurons(.leakyIntegrateAndFire, 4) { $0.thresholds[1] = 0 }
    },
    Refusal("filter and leak potential", ["filtered synapses and a v_leak other than v_reset", "Affine"]) {
      $0.nodes["lif"] = neurons(.currentLeakyIntegrateAndFire, 4) { $0.leakPotentials[1] = 0.1 }
    },
    Refusal("sizes", ["node/nodes/fc", "expected 3 signals, found [5]"]) {
      $0.nodes["input"] = NIRNode(.input(shape: [5]))
    },
    Refusal("neurons without weights for all", ["node/nodes/li: ", "5 signals, one for each neuron, found [2]"]) {
      $0.nodes["li"] = neurons(.leakyIntegrator, 5)
    },
    Refusal("two inputs", ["2 Input and 1 Output", "one of each"]) {
      $0.nodes["input2"] = NIRNode(.input(shape: [3]))
    },
    Refusal("skipped layer", ["node/nodes/li", "found a readout that hears node/nodes/input, node/nodes/lif"]) {
      $0.nodes["skip"] = NIRNode(.linear(weight: NIRTensor(shape: [2, 3], values: [1, 1, 1, 1, 1, 1] as [Float])))
      $0.edges += [.init("input", "skip"), .init("skip", "li")]
    },
    Refusal("loose neurons", ["node/nodes/stray", "found nothing that leads to it"]) {
      $0.nodes["stray"] = neurons(.leakyIntegrateAndFire, 4)
    },
    Refusal("a cycle without neurons", ["a cycle without neurons", "put neurons into it"]) {
      $0.nodes["loop"] = NIRNode(.scale(NIRTensor([1, 1, 1, 1])))
      $0.edges += [.init("fc", "loop"), .init("loop", "loop"), .init("loop", "lif")]
    },
    Refusal("feedback to an earlier layer", ["layers that are no chain", "the one before and itself only"]) {
      $0.nodes["fc2"] = NIRNode(.scale(NIRTensor([1, 1, 1, 1])))
      $0.nodes["lif2"] = neurons(.leakyIntegrateAndFire, 4)
      $0.edges = $0.edges.map { $0 == .init("lif", "out") ? .init("lif2", "out") : $0 }
      $0.edges += [.init("lif", "fc2"), .init("fc2", "lif2"), .init("lif2", "lif")]
    },
    Refusal(
      "one of two layers recurrent", ["node/nodes/lif2", "without recurrence, and one with it in node/nodes/lif,"]
    ) {
      $0.nodes["lif2"] = neurons(.leakyIntegrateAndFire, 4)
      $0.edges = $0.edges.map { $0 == .init("lif", "out") ? .init("lif2", "out") : $0 }
      $0.edges += [.init("lif", "lif2"), .init("lif", "lif")]
    },
    Refusal("no neurons", ["no spiking neurons"]) {
      $0.nodes["lif"] = NIRNode(.scale(NIRTensor([1, 1, 1, 1])))
    },
    Refusal("an integrator inside", ["LI ahead of other nodes"]) { $0.nodes["lif"] = neurons(.leakyIntegrator, 4) },
    Refusal(
      "another tick", ["node/metadata/dt", "0.0001 s", "network.weights_time_step"], metadata: ["dt": .number(1e-4)]),
    Refusal(
      "Euler beyond a tick", ["shorter than a tick", "weights_decay: exact"], metadata: ["decay": .text("euler")]
    ) {
      $0.nodes["lif"] = neurons(.leakyIntegrateAndFire, 4) { $0.timeConstants = [5e-4, 5e-4, 5e-4, 5e-4] }
    },
    Refusal(
      "unknown reset", ["node/metadata/reset", "expected subtract or subtractive or zero", "gently"],
      metadata: ["reset": .text("gently")]),
    Refusal(
      "metadata that disagree", ["node/nodes/lif/metadata/reset", "the same as node/metadata/reset"],
      metadata: ["reset": .text("zero")]
    ) { $0.nodes["lif"]?.metadata["reset"] = .text("subtract") },
    Refusal("adaptation without time", ["node/metadata/tau_a"], metadata: ["beta_a": .number(0.1)]),
    Refusal("weights beyond numbers", ["node/nodes/lif", "weights of a finite size, found inf from row 0 to neuron 0"])
    {
      $0.nodes["lif"] = neurons(.leakyIntegrateAndFire, 4) { $0.resistances = [-1e300, 1, 1, 1] }
      $0.nodes["fc"] = NIRNode(.linear(weight: NIRTensor(shape: [4, 3], values: [Double](repeating: -1, count: 12))))
    },
    Refusal("a stack of matrices", ["found weights [2, 2, 3]", "one matrix for each"]) {
      $0.nodes["fc"] = NIRNode(
        .linear(weight: NIRTensor(shape: [2, 2, 3], values: [Double](repeating: 1, count: 12))))
    },
    Refusal("a convolution of a list", ["expected an image [channels, height, width], found [3]"]) {
      $0.nodes["fc"] = convolution()
    },
    Refusal("a convolution with biases", ["a convolution with biases", "train it without"]) {
      $0.nodes["input"] = NIRNode(.input(shape: [1, 2, 2]))
      $0.nodes["fc"] = convolution(bias: 0.5)
    },
    Refusal("an oblong stride", ["stride [2, 1]", "the same down and across"]) {
      $0.nodes["input"] = NIRNode(.input(shape: [1, 3, 2]))
      $0.nodes["fc"] = convolution(stride: [2, 1])
      $0.nodes["lif"] = neurons(.leakyIntegrateAndFire, 4) { $0.shape = [1, 2, 2] }
    },
    Refusal("convolutions only", ["convolutions only", "at least one dense layer"]) {
      $0.nodes["input"] = NIRNode(.input(shape: [1, 2, 2]))
      $0.nodes["fc"] = convolution()
      $0.nodes["lif"] = neurons(.leakyIntegrateAndFire, 4) { $0.shape = [1, 2, 2] }
    },
  ]

  private static func convolution(bias: Double = 0, stride: [Int] = [1, 1]) -> NIRNode {
    NIRNode(
      .convolution(
        NIRConvolution(
          inputShape: nil, weight: NIRTensor(shape: [1, 1, 1, 1], values: [1] as [Float]), bias: NIRTensor([bias]),
          stride: stride)))
  }

  @Test("with the node and what to do", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    let file = try refusal.graph.filed(in: folder)
    let text = sentence { _ = try ImportedNetwork(file, .init(timeStep: 1e-3)) }
    #expect(text.hasPrefix("\(file.path): "))
    for word in refusal.words { #expect(text.contains(word), "\(text)") }
  }

  @Test("the graph without any of that is none of them")
  func sound() throws {
    let network = try ImportedNetwork(Self.graph().filed(in: folder), .init(timeStep: 1e-3))
    #expect(network.hidden == [4] && network.outputs == 2 && network.inputs == 3)
  }
}
