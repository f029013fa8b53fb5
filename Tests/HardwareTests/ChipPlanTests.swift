import Hardware
import Testing

@Suite struct ChipPlanTests {
  private func shape(_ sizes: [(Int, Int)]) throws -> NetworkShape {
    try NetworkShape(
      layers: sizes.enumerated().map { try NetworkShape.Layer(name: "l\($0 + 1)", inputs: $1.0, outputs: $1.1) },
      ticks: 1)
  }

  @Test func layersShareTilesOneAfterTheOther() throws {
    let plan = try ChipPlan(shape([(128, 128), (128, 200), (200, 10)]), crossbar: 64, elementsPerTile: 8)
    #expect(plan.places.map(\.elements) == [0..<4, 4..<12, 12..<16])
    #expect(plan.places.map(\.tiles) == [0..<1, 0..<2, 1..<2])
    #expect(plan.tileCount == 2 && plan.places[0].utilisation == 1)
    #expect(plan.places[2].utilisation == 2000.0 / (256 * 64))
    // The second layer: two row blocks of four column blocks, the first two in one tile.
    #expect(plan.places[1].tilesPerInput == 2 && plan.places[1].sumsPerConversion == 0)
  }

  @Test func aSnakeKeepsNeighboursTogether() throws {
    let plan = try ChipPlan(shape([(64 * 9, 64)]), crossbar: 64, elementsPerTile: 1)
    #expect(plan.tileCount == 9 && plan.meshWidth == 3)
    for tile in 1..<9 { #expect(plan.hops(from: tile - 1, to: tile) == 1) }
    #expect(plan.hops(from: 0, to: 8) == 4)
    // Nine row blocks in nine tiles: eight pass a sum on, and an input goes to one of them.
    #expect(abs(plan.places[0].sumsPerConversion - 8.0 / 9) < 1e-12 && plan.places[0].tilesPerInput == 1)
    // From the corner: 0 + 2·1 + 3·2 + 2·3 + 4 over nine tiles.
    #expect(abs(plan.inputHops(ofLayer: 0) - 2) < 1e-12)
  }

  /// The network of the reference case: 336 elements in 42 tiles.
  @Test func vgg16() throws {
    let plan = try ChipPlan(
      NetworkShape.vgg16(size: 32, ticks: 5, density: 0.1), crossbar: 64, elementsPerTile: 8)
    #expect(plan.elementCount == 336 && plan.tileCount == 42)
    #expect(throws: ChipError.self) { try NetworkShape.vgg16(size: 30, ticks: 5, density: 0.1) }
  }

  @Test func whatCannotBeIsSaid() throws {
    #expect(throws: ChipError.noLayers) { try NetworkShape(layers: [], ticks: 1) }
    #expect(
      throws: ChipError.brokenChain(layer: "l2", expected: "20 × 1 × 1", found: "30 × 1 × 1")
    ) { try shape([(10, 20), (30, 5)]) }
    #expect(throws: ChipError.tooFewTiles(needed: 2, available: 1)) {
      try ChipPlan(shape([(64 * 9, 64)]), crossbar: 64, elementsPerTile: 8, available: 1)
    }
    #expect(ChipError.tooFewTiles(needed: 5, available: 2).description.contains("3 too few"))
    #expect(throws: ChipError.badNumber(what: "layer \"x\", inputs", expected: "1 to 1000000", found: "0")) {
      try NetworkShape.Layer(name: "x", inputs: 0, outputs: 1)
    }
    #expect(throws: ChipError.badNumber(what: "layer \"x\", density", expected: "0 to 1", found: "nan")) {
      try NetworkShape.Layer(name: "x", inputs: 1, outputs: 1, density: .nan)
    }
    #expect(throws: ChipError.self) { try ChipConstants(named: "7nm") }
    var constants = ChipConstants.neuroSim
    #expect(throws: ChipError.self) { try constants.set("conversion_energy", to: 1) }
    #expect(throws: ChipError.self) { try constants.set("columns_per_converter", to: 0) }
    #expect(throws: ChipError.self) { try constants.set("leakage", to: .infinity) }
  }

  @Test(arguments: [ChipConstants.spikeSim, .neuroSim])
  func everyConstantHasUnitAndSource(constants: ChipConstants) {
    #expect(constants.entries.count > 14)
    #expect(constants.entries.allSatisfy { !$0.unit.isEmpty && $0.source.count > 5 && !$0.meaning.isEmpty })
  }
}
