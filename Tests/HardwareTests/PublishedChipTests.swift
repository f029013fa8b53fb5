import Foundation
import Hardware
import Testing

/// The chip model with the constants of SpikeSim against what its published script prints.
@Suite struct PublishedChipTests {
  struct Case: Decodable {
    struct Parameters: Decodable {
      var inc: [Int]
      var outc: [Int]
      var ind: [Int]
      var outd: [Int]
      var x: Int
      var k: Int
      var p: Int
      var T: Int
      var dev: String
    }
    var params: Parameters
    var printed: String
    var area: [Double]?
    var energy_layerwise_pJ: [Double]

    func shape() throws -> NetworkShape {
      let layers = try params.inc.indices.map {
        try NetworkShape.Layer(
          name: "layer\($0 + 1)", inputs: params.inc[$0], outputs: params.outc[$0], kernel: params.k,
          inputSize: params.ind[$0], outputSize: params.outd[$0])
      }
      return try NetworkShape(layers: layers, ticks: params.T)
    }

    /// The number behind a word in what was printed.
    func printed(after words: String) -> Double? {
      guard let range = printed.range(of: words) else { return nil }
      return Double(printed[range.upperBound...].split(separator: " ").first ?? "")
    }
  }

  static let oracle =
    ProcessInfo.processInfo.environment["CROSSPOINT_DATA"].map { $0 + "/../oracles" }
    ?? "../shared/oracles"

  static func cases() -> [(name: String, value: Case)] {
    guard let data = FileManager.default.contents(atPath: oracle + "/spikesim_ela_cases.json"),
      let cases = try? JSONDecoder().decode([String: Case].self, from: data)
    else { return [] }
    return cases.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  static let hasOracle = FileManager.default.fileExists(atPath: oracle + "/spikesim_ela_cases.json")

  private func near(_ value: Double, _ expected: Double) -> Bool { abs(value / expected - 1) < 1e-9 }

  @Test(.enabled(if: hasOracle, "oracles not found beside CROSSPOINT_DATA"))
  func energyAreaAndLatencyAreThoseOfTheScript() throws {
    let cases = Self.cases()
    #expect(cases.count == 6)
    for (name, item) in cases {
      let shape = try item.shape()
      let plan = try ChipPlan(shape, crossbar: item.params.x, elementsPerTile: item.params.p)
      let memory = try #require(ChipEstimate.Memory(rawValue: item.params.dev))
      let estimate = try ChipEstimate.published(shape, plan: plan, constants: .spikeSim, memory: memory)
      let total = item.energy_layerwise_pJ.reduce(0, +)
      #expect(near(estimate.energy, total * 1e-12), "\(name)")
      for (layer, expected) in zip(estimate.layers, item.energy_layerwise_pJ) {
        #expect(near(layer.energy, expected * 1e-12), "\(name)")
      }
      if let area = item.area {
        #expect(near(estimate.area, area[3] * 1e-12), "\(name)")
        #expect(near(estimate.areas.first { $0.name == "membrane memory" }?.area ?? 0, area[0] * 1e-12))
        #expect(item.printed.contains("No. of Tiles \(plan.tileCount).0\n"))
      }
      if let latency = item.printed(after: "Final Latency ") {
        #expect(near(estimate.latency, latency * 1e-9), "\(name)")
      }
    }
  }

  /// The figures of the first case, which its documentation prints, so that something is compared without the oracle.
  @Test func theExampleOfTheScript() throws {
    let sizes = [
      (3, 64, 32, 32), (64, 64, 32, 16), (64, 128, 16, 16), (128, 128, 16, 8), (128, 256, 8, 8),
      (256, 256, 8, 8), (256, 256, 8, 4),
    ]
    let shape = try NetworkShape(
      layers: sizes.enumerated().map {
        try NetworkShape.Layer(
          name: "\($0)", inputs: $1.0, outputs: $1.1, kernel: 3, inputSize: $1.2, outputSize: $1.3)
      }, ticks: 5)
    let plan = try ChipPlan(shape, crossbar: 64, elementsPerTile: 8)
    let estimate = try ChipEstimate.published(shape, plan: plan, constants: .spikeSim)
    #expect(plan.elementCount == 48 && plan.tileCount == 6)
    #expect(near(estimate.energy, 15.90693402624e-6))
    #expect(near(estimate.area, 8.425528755833998e-6))
    #expect(near(estimate.latency, 62.83264e-3))
  }

  @Test func componentsAddUp() throws {
    let shape = try NetworkShape(
      layers: [
        NetworkShape.Layer(name: "a", inputs: 100, outputs: 70),
        NetworkShape.Layer(name: "b", inputs: 70, outputs: 10),
      ], ticks: 10)
    let plan = try ChipPlan(shape, crossbar: 64, elementsPerTile: 8)
    var constants = ChipConstants.spikeSim
    try constants.set("leakage", to: 20)
    let estimate = try ChipEstimate.published(shape, plan: plan, constants: constants)
    #expect(near(ChipEstimate.Part.allCases.reduce(0) { $0 + estimate.energy(of: $1) }, estimate.energy))
    // 20 mW/mm² over the area and time.
    #expect(near(estimate.energy(of: .leak), 20e3 * estimate.area * estimate.latency))
    #expect(near(estimate.power, estimate.energy / estimate.latency))
  }
}
