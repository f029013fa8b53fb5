import Checkpoints
import Foundation
import HDF5Store
import Testing

/// Files of the reference implementation, and what is written here, read back.
@Suite("NIR files") struct NIRFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.path(forResource: name, ofType: "nir", inDirectory: "Fixtures"))
  }

  @Test("a file of the reference implementation is read right", arguments: ["golden", "golden_uncompressed"])
  func golden(name: String) throws {
    let file = try NIRFile(path: try Self.fixture(name))
    #expect(file.version == "1.0.8")
    let graph = file.graph
    #expect(graph.metadata == ["dt": .number(0.001), "decay": .text("euler"), "reset": .text("subtract")])
    #expect(graph.nodes.keys.sorted() == ["fc", "fc2", "input", "li", "lif", "output", "rec"])
    let edges = [("input", "fc"), ("fc", "lif"), ("lif", "rec"), ("rec", "lif"), ("lif", "fc2"), ("fc2", "li")]
    #expect(graph.edges == (edges + [("li", "output")]).map { NIRGraph.Edge($0.0, $0.1) })
    #expect(graph.nodes["input"]?.kind == .input(shape: [3]))
    guard case .linear(let weight) = graph.nodes["rec"]?.kind, case .neurons(let lif) = graph.nodes["lif"]?.kind,
      case .neurons(let li) = graph.nodes["li"]?.kind
    else {
      Issue.record("\(graph)")
      return
    }
    #expect(weight.shape == [4, 4] && weight.isSingle)
    #expect(weight.values[..<4].map { Float($0) } == [0, -0.403, -0.553, 0.047])
    #expect(lif.type == .leakyIntegrateAndFire && lif.shape == [4])
    #expect(lif.timeConstants.count == 4 && lif.timeConstants.allSatisfy { abs($0 - 0.01) < 1e-15 })
    #expect(lif.resistances.count == 4 && lif.resistances.allSatisfy { abs($0 - 10) < 1e-12 })
    #expect(lif.thresholds == [0.6, 0.6, 0.6, 0.6] && lif.resetPotentials == [0, 0, 0, 0])
    #expect(li.type == .leakyIntegrator && li.timeConstants.count == 2 && li.thresholds.isEmpty)
    #expect(li.timeConstants.allSatisfy { abs($0 - 0.005) < 1e-15 })
  }

  /// A graph with a node of every type.
  static func everything() -> NIRGraph {
    var nodes: [String: NIRNode] = [
      "input": NIRNode(.input(shape: [2, 6, 6])), "output": NIRNode(.output(shape: [2]), metadata: ["a": .number(1.5)]),
      "linear": NIRNode(.linear(weight: NIRTensor(shape: [2, 3], values: [1, 2, 3, -4, 5, 6e-30] as [Float]))),
      "affine": NIRNode(
        .affine(weight: NIRTensor(shape: [1, 2], values: [0.1, 0.2] as [Double]), bias: NIRTensor([0.3]))),
      "scale": NIRNode(.scale(NIRTensor([2, 3])), metadata: ["list": .numbers([1, 2, 3]), "word": .text("über")]),
      "convolution": NIRNode(
        .convolution(
          NIRConvolution(
            inputShape: [6, 6], weight: NIRTensor(shape: [1, 2, 1, 2], values: [1, 2, 3, 4] as [Float]),
            bias: NIRTensor([0]), stride: [2, 1], padding: .pixels([0, 1]), dilation: [1, 2], groups: 1))),
      "same": NIRNode(
        .convolution(
          NIRConvolution(
            inputShape: nil, weight: NIRTensor(shape: [1, 1, 1, 1], values: [1] as [Double]), bias: NIRTensor([0]),
            padding: .same, groups: 2))),
      "sum": NIRNode(.sumPool(NIRPooling(size: [2, 3], stride: [2, 2], padding: [1, 0]))),
      "mean": NIRNode(.averagePool(NIRPooling(size: [2, 2], stride: [2, 2]))),
      "flatten": NIRNode(.flatten(NIRFlattening(first: 0, last: -1, inputShape: [2, 3, 3]))),
      "nested": NIRNode(
        .graph(NIRGraph(nodes: ["in": NIRNode(.input(shape: [1]))], edges: [])), metadata: ["depth": .number(1)]),
    ]
    for type in NIRNeurons.Kind.allCases {
      var neurons = NIRNeurons(type: type, shape: [2, 1], resistances: [1, 2])
      if type.leaks { (neurons.timeConstants, neurons.leakPotentials) = ([0.01, 0.02], [0, 0.1]) }
      if type.spikes { (neurons.thresholds, neurons.resetPotentials) = ([1, 1.1], [0, -0.1]) }
      if type.filters { (neurons.synapseTimeConstants, neurons.inputWeights) = ([0.001, 0.002], [1, 3]) }
      nodes[type.rawValue] = NIRNode(.neurons(neurons))
    }
    return NIRGraph(
      nodes: nodes, edges: [.init("input", "nested"), .init("nested", "nested"), .init("linear", "LIF")],
      metadata: ["dt": .number(0.1)])
  }

  @Test("what is written is read back, node by node")
  func roundTrip() throws {
    let path = folder.file("all.nir")
    let graph = Self.everything()
    try NIRFile.write(graph, to: path)
    let file = try NIRFile(path: path)
    #expect(file.version == NIRFile.writtenVersion)
    for (name, node) in graph.nodes { #expect(file.graph.nodes[name] == node, "\(name)") }
    #expect(file.graph == graph)
    #expect(try folder.names() == ["all.nir"])
  }

  @Test("a file that cannot be written leaves what was there")
  func unwritable() throws {
    let path = folder.file("no/such/folder.nir")
    let error = #expect(throws: NIRError.self) { try NIRFile.write(Self.everything(), to: path) }
    #expect("\(try #require(error))".hasPrefix("cannot write \(path): "))
  }

  // MARK: The Python package

  /// Whether `python3` has the package `nir`.
  static let hasPackage = (try? Python.run("import nir, numpy")) != nil

  @Test("the Python package reads what is written here", .enabled(if: hasPackage, "python3 has no package nir"))
  func pythonReads() throws {
    let path = folder.file("all.nir")
    var graph = Self.everything()
    // Python checks the types along the edges, which make no sense here, and needs the shape of an image.
    graph.edges = []
    (graph.nodes["nested"], graph.nodes["same"]) = (nil, nil)
    try NIRFile.write(graph, to: path)
    let script = """
      import nir, sys
      g = nir.read(sys.argv[1], type_check=False)
      print(nir.serialization.read_version(sys.argv[1]) if hasattr(nir, "serialization") else "")
      for k in sorted(g.nodes): print(k, type(g.nodes[k]).__name__)
      print(g.nodes["linear"].weight.dtype, g.nodes["linear"].weight.tolist()[0])
      print(g.nodes["CubaLIF"].tau_syn.ravel().tolist(), g.metadata["dt"], g.nodes["scale"].metadata["word"])
      """
    let text = try Python.run(script, [path])
    #expect(text.contains("CubaLIF CubaLIF\nCubaLI") || text.contains("CubaLI CubaLI\nCubaLIF CubaLIF"))
    #expect(text.contains("float32 [1.0, 2.0, 3.0]"))
    #expect(text.contains("[0.001, 0.002] 0.1 über"))
  }

  @Test("what the Python package writes is read here", .enabled(if: hasPackage, "python3 has no package nir"))
  func pythonWrites() throws {
    let path = folder.file("python.nir")
    let script = """
      import nir, numpy as np, sys
      n = lambda *v: np.array(v, dtype=np.float64)
      inner = nir.NIRGraph(
          nodes={"input": nir.Input({"input": np.array([2])}),
                 "lif": nir.CubaLIF(tau_syn=n(.1, .1), tau_mem=n(.2, .2), r=n(1, 1), v_leak=n(0, 0), v_threshold=n(1, 2)),
                 "w": nir.Linear(np.ones((2, 2), dtype=np.float32)), "output": nir.Output({"output": np.array([2])})},
          edges=[("input", "lif"), ("lif", "w"), ("w", "lif"), ("lif", "output")])
      g = nir.NIRGraph(
          nodes={"input": nir.Input({"input": np.array([3])}), "fc": nir.Affine(np.ones((2, 3)), n(.5, -.5)),
                 "rnn": inner, "output": nir.Output({"output": np.array([2])})},
          edges=[("input", "fc"), ("fc", "rnn"), ("rnn", "output")])
      nir.write(sys.argv[1], g)
      """
    try Python.run(script, [path])
    let graph = try NIRFile(path: path).graph
    guard case .graph(let inner) = graph.nodes["rnn"]?.kind, case .neurons(let neurons) = inner.nodes["lif"]?.kind
    else {
      Issue.record("\(graph)")
      return
    }
    #expect(neurons.type == .currentLeakyIntegrateAndFire && neurons.thresholds == [1, 2])
    #expect(neurons.inputWeights == [1, 1] && neurons.resetPotentials == [0, 0])
    #expect(inner.edges.count == 4 && graph.nodeCount == 7)
  }
}
