extension ChipEstimate {
  /// Memory of the crossbars, as the published estimator tells them apart.
  public enum Memory: String, CaseIterable, Sendable {
    /// Resistive devices.
    case resistive = "rram"
    /// SRAM.
    case staticRAM = "sram"
  }

  /// What the published estimator of SpikeSim would say: every cycle of a processing element costs the same, whatever spikes.
  ///
  /// With X the crossbar and s = X/8, a cycle has s·k² crossbar reads, s·s conversions and switches, 16·s subtractions, s
  /// accesses to the buffer of partial sums, and one of everything else. A layer has ⌈C_in/X⌉·⌈C_out/X⌉·H_out² cycles in a
  /// tick. Area counts whole tiles, memory for the input maps of all layers and the membranes of the first five.
  ///
  /// Latency is counted as there: the last layer takes H_out²·C_out cycles in a tick and those before ¾ of theirs. That is
  /// a cycle for each output value although an element works on X of them at once, so it serves to compare with that tool only.
  /// - Reference: A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815 (2023), arXiv:2210.12899; ela_spikesim.py.
  /// - Throws: `ChipError.nodeWithoutConstants` for constants that are not those.
  public static func published(
    _ shape: NetworkShape, plan: ChipPlan, constants: ChipConstants, memory: Memory = .resistive
  ) throws(ChipError) -> ChipEstimate {
    guard constants.name == ChipConstants.spikeSim.name else {
      throw .nodeWithoutConstants(node: constants.name, set: ChipConstants.spikeSim.name)
    }
    let cycle = constants[.cyclesPerRead] / constants[.clock] * 1e-6
    let ticks = Double(shape.ticks)
    let last = shape.layers.count - 1
    let layers = zip(shape.layers, plan.places).enumerated().map { index, pair in
      let (layer, place) = pair
      let cycles = Double(place.elements.count) * layer.positions * ticks
      let values = index == last ? layer.neurons : (0.75 * layer.neurons).rounded(.down)
      return Layer(
        name: layer.name, place: place,
        components: components(layer, cycles: cycles, crossbar: plan.crossbar, constants, memory),
        operations: layer.operations * ticks, effectiveOperations: nil, readTime: values * ticks * cycle, writeTime: 0)
    }
    return ChipEstimate(
      samples: 1, ticks: ticks, layers: layers, areas: areas(shape, plan: plan, constants: constants, memory: memory),
      latency: layers.reduce(0) { $0 + $1.readTime }, leakage: constants[.leakage] * 1e3)
  }

  private static func components(
    _ layer: NetworkShape.Layer, cycles: Double, crossbar: Int, _ constants: ChipConstants, _ memory: Memory
  ) -> [Component] {
    let shared = Double(crossbar) / constants[.columnsPerConverter]
    let kernel = Double(layer.kernel * layer.kernel)
    func component(_ part: Part, _ name: String, _ perCycle: Double, _ key: ChipConstants.Key) -> Component {
      let count = cycles * perCycle
      return Component(part, name, count: count, energy: count * constants[key] * 1e-12)
    }
    return [
      component(
        .read, "crossbar reads", shared * kernel,
        memory == .resistive ? .crossbarReadEnergy : .staticCrossbarReadEnergy),
      component(.convert, "conversions", shared * shared, .conversionEnergy),
      component(.convert, "multiplexers", shared * shared, .multiplexerEnergy),
      component(.digital, "subtractions", 16 * shared, .subtractionEnergy),
      component(.digital, "buffer of partial sums", shared, .temporaryBufferEnergy),
      component(.digital, "neurons", 1, .neuronEnergy),
      component(.communicate, "tile buffer", 1, .tileBufferEnergy),
      component(.communicate, "H-tree", 1, .treeEnergy),
      component(.communicate, "fetches", 1, .fetchEnergy),
    ]
  }
}

extension ChipEstimate {
  /// What a chip of whole tiles takes, with the memory of the maps of `shape`.
  ///
  /// - Parameters:
  ///   - scale: of all circuits: (node / 65 nm)².
  ///   - converter: area of a converter relative to that of the constants.
  ///   - membrane: area of a bit of membrane memory relative to SRAM.
  static func areas(
    _ shape: NetworkShape, plan: ChipPlan, constants: ChipConstants, memory: Memory = .resistive, scale: Double = 1,
    converter: Double = 1, membrane: Double = 1
  ) -> [Area] {
    let tiles = Double(plan.tileCount)
    let elements = tiles * Double(plan.elementsPerTile)
    let shared = Double(plan.crossbar) / constants[.columnsPerConverter]
    let kernel = Double(shape.layers.map { $0.kernel * $0.kernel }.max() ?? 1)
    let bits = constants[.membraneBits]
    let withMembranes = constants[.membraneLayers] > 0 ? Int(constants[.membraneLayers]) : shape.layers.count
    let inputBits = shape.layers.reduce(0) { $0 + Double($1.inputs * $1.inputSize * $1.inputSize) * bits }
    let membraneBits = shape.layers.prefix(withMembranes).reduce(0) { $0 + $1.neurons * bits }
    func area(_ name: String, _ count: Double, _ key: ChipConstants.Key, _ factor: Double = 1) -> Area {
      Area(name: name, count: count, area: count * constants[key] * factor * scale * 1e-12)
    }
    return [
      area("crossbars", elements * kernel, memory == .resistive ? .crossbarArea : .staticCrossbarArea),
      area("converters", elements * shared, .converterArea, converter),
      area("multiplexers", elements * shared, .multiplexerArea),
      area("subtractors", tiles * shared, .subtractorArea),
      area("buffers of partial sums", tiles, .temporaryBufferArea),
      area("tile buffers", tiles, .tileBufferArea),
      area("H-trees", tiles, .treeArea),
      area("input memory", inputBits, .memoryBitArea),
      area("membrane memory", membraneBits, .memoryBitArea, membrane),
    ].filter { $0.area > 0 }
  }
}
