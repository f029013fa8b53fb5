import Crossbars
import Devices
import Hardware
import Testing

/// The chip priced by what happened.
@Suite struct ActivityChipTests {
  private let device: DeviceParameters
  private let hardware = HardwareParameters()

  init() throws { device = try #require(DeviceTechnology.named("rram-taox-hfox")).parameters }

  private func shape(density: Double, ticks: Int = 100) throws -> NetworkShape {
    try NetworkShape(
      layers: [
        NetworkShape.Layer(name: "a", inputs: 1024, outputs: 640, density: density),
        NetworkShape.Layer(name: "b", inputs: 640, outputs: 10, density: density),
      ], ticks: ticks)
  }

  private func estimate(_ shape: NetworkShape, _ use: ChipUse = ChipUse()) throws -> ChipEstimate {
    let plan = try ChipPlan(shape, crossbar: 64, elementsPerTile: 8)
    return ChipEstimate.expected(
      shape, plan: plan, constants: .neuroSim, device: device, hardware: hardware, use: use)
  }

  private func near(_ value: Double, _ expected: Double) -> Bool { abs(value / expected - 1) < 1e-9 }

  @Test func componentsAddUp() throws {
    let estimate = try estimate(shape(density: 0.1))
    #expect(near(ChipEstimate.Part.allCases.reduce(0) { $0 + estimate.energy(of: $1) }, estimate.energy))
    #expect(near(estimate.components.reduce(0) { $0 + $1.energy }, estimate.energy))
    #expect(near(estimate.layers.reduce(0) { $0 + $1.energy }, estimate.energy))
    #expect(estimate.energy(of: .communicate) > 0 && estimate.energy(of: .write) == 0)
  }

  /// What the cells, hops and H-tree take follows spikes; neurons take the same.
  @Test func energyFollowsSpikes() throws {
    let few = try estimate(shape(density: 0.1))
    let many = try estimate(shape(density: 0.2))
    func energy(_ estimate: ChipEstimate, _ name: String) -> Double {
      estimate.components.first { $0.name == name }?.energy ?? 0
    }
    for name in ["cells", "word lines", "mesh, spikes"] {
      #expect(abs(energy(many, name) / energy(few, name) - 2) < 1e-3, "\(name)")
    }
    #expect(energy(many, "neuron updates") == energy(few, "neuron updates"))
    #expect(try estimate(shape(density: 0)).energy(of: .convert) == 0)
  }

  /// Counts of a run and those of the shape are priced alike: the activity of an array that was driven as the shape says.
  @Test func activityAndShapeAgree() throws {
    let layer = try NetworkShape.Layer(name: "a", inputs: 64, outputs: 64, density: 1)
    let expected = LayerActivity(
      expectedOf: layer, ticks: 50, crossbar: 64, device: device, converterBits: 6, hardware: hardware)
    var counted = ReadActivity()
    counted.activeRows = 64 * 50
    counted.tileReads = 50
    counted.conversions = 64 * 50
    let tile = ReadCosts.Tile(
      rows: 64, columns: 64, activity: counted, state: (device.off + device.on) / 2 * Double(2 * 64 * 64))
    let neurons = ReadCosts.Neurons(inputs: 64, count: 64, ticks: 50)
    let happened = LayerActivity(
      name: "a", tiles: [tile],
      reads: ReadCosts(tiles: [tile], device: device, converterBits: 6, neurons: neurons, hardware: hardware),
      operations: layer.operations * 50)
    #expect(happened == expected)
  }

  @Test func latencyOfSchedules() throws {
    var use = ChipUse()
    let shape = try shape(density: 0.1)
    let sequential = try estimate(shape, use)
    use.schedule = .pipelined
    let pipelined = try estimate(shape, use)
    let times = sequential.layers.map(\.readTime)
    #expect(near(sequential.latency, times[0] + times[1]))
    #expect(near(pipelined.latency, (times[0] + times[1]) / 100 + max(times[0], times[1]) * 0.99))
    #expect(pipelined.energy == sequential.energy && pipelined.area == sequential.area)
  }

  @Test func membranesOfFerroelectricTransistorsAreSmallerAndDearer() throws {
    var use = ChipUse()
    let usual = try estimate(shape(density: 0.1), use)
    use.membrane = .ferroelectric
    let ferroelectric = try estimate(shape(density: 0.1), use)
    func area(_ estimate: ChipEstimate) -> Double { estimate.areas.first { $0.name == "membrane memory" }?.area ?? 0 }
    #expect(near(area(usual), 7 * area(ferroelectric)))
    #expect(near(area(usual), 650 * 22 * 0.7391e-12))
    #expect(ferroelectric.energy(of: .digital) > usual.energy(of: .digital))
    // 1 write per tick, 4 ticks, 100 samples a second: 10⁶ writes last 42 minutes.
    #expect(abs(MembraneMemory.lifetime(endurance: 1e6, ticksPerSecond: 400) / 60 - 41.7) < 0.1)
  }

  @Test func areaFollowsTheNodeAndTheConverters() throws {
    let shape = try shape(density: 0.1)
    let plan = try ChipPlan(shape, crossbar: 64, elementsPerTile: 8)
    func area(_ node: SuccessiveApproximationConverter.Node, bits: Int) -> ChipEstimate {
      var use = ChipUse()
      use.converterBits = bits
      return ChipEstimate.expected(
        shape, plan: plan, constants: .neuroSim, device: device, hardware: HardwareParameters(node: node), use: use)
    }
    let usual = area(.nanometres65, bits: 4)
    #expect(near(area(.nanometres32, bits: 4).area, usual.area * (32.0 / 65) * (32.0 / 65)))
    let converters = usual.areas.first { $0.name == "converters" }
    // 8 of 693.633 µm² in each of 8 elements of each tile.
    #expect(near(converters?.area ?? 0, Double(plan.tileCount * 8 * 8) * 693.633e-12))
    #expect(area(.nanometres65, bits: 8).area > usual.area)
  }

  @Test func hostileSizesAreRefused() throws {
    #expect(throws: ChipError.self) {
      try NetworkShape(
        layers: [NetworkShape.Layer(name: "x", inputs: 1_000_000, outputs: 1_000_000, kernel: 1000)],
        ticks: 1_000_000_000)
    }
    let wide = try NetworkShape(
      layers: [NetworkShape.Layer(name: "x", inputs: 1_000_000, outputs: 1_000_000)], ticks: 1)
    #expect(throws: ChipError.self) { try ChipPlan(wide, crossbar: 1, elementsPerTile: 1) }
    #expect(try ChipPlan(wide, crossbar: 512, elementsPerTile: 1).inputHops(ofLayer: 0) > 1000)
  }
}
