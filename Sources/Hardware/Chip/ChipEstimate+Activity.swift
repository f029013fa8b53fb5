import Devices

/// In which order layers work.
public enum ChipSchedule: String, CaseIterable, Sendable {
  /// A layer works through all ticks of a sample before the next begins.
  case layerByLayer = "layer-by-layer"
  /// All layers work at once, each a tick behind the layer before.
  case pipelined
}

/// How a chip is built and used, beside its constants.
public struct ChipUse: Sendable, Equatable {
  /// In which order layers work.
  public var schedule = ChipSchedule.layerByLayer
  /// Whether rows are written while the next sample is read, which takes a second port.
  public var overlapsWrites = false
  /// Resolution of the converters.
  public var converterBits = 6
  /// Memory of the membranes.
  public var membrane = MembraneMemory.staticRAM

  /// The default.
  public init() {}
}

/// Memory that keeps membrane potentials from tick to tick.
public enum MembraneMemory: String, CaseIterable, Sendable {
  /// SRAM.
  case staticRAM = "sram"
  /// Ferroelectric transistors.
  case ferroelectric = "fefet"

  /// Area relative to SRAM.
  /// - Reference: A. Moitra et al. 2024, arXiv:2408.12767, section V.B: a seventh.
  public var relativeArea: Double { self == .staticRAM ? 1 : 1.0 / 7 }
  /// Energy of an access pair (read and write) relative to SRAM: a FeFET is written with three times the energy, and is
  /// taken to be read with the same.
  /// - Reference: A. Moitra et al. 2024, arXiv:2408.12767, section V.B.
  public var relativeEnergy: Double { self == .staticRAM ? 1 : (1 + 3) / 2 }

  /// Seconds until cells that bear `endurance` writes are worn out when they are written once in a tick.
  /// - Parameter ticksPerSecond: ticks of all samples in a second.
  public static func lifetime(endurance: Double, ticksPerSecond: Double) -> Double { endurance / ticksPerSecond }
}

extension ChipEstimate {
  /// What a network on a chip took, from what happened in its crossbars.
  ///
  /// Reads, conversions, neurons and writes cost what `ReadCosts` and `WriteCosts` say. Beside them, of each layer:
  ///
  /// | part | event | counted |
  /// | --- | --- | --- |
  /// | tile buffer | 64 bits | a bit for each driven row, b bits for each conversion |
  /// | H-tree | a bit | the same bits |
  /// | mesh, spikes | flit and hop | spikes · tiles they go to · mean hops from the layer before |
  /// | mesh, sums | flit and hop | sums of a column that a tile passes on to the next, which adds its own |
  ///
  /// Layers one after the other take Σ t; pipelined layers take Σ t/T + max t·(T − 1)/T for T ticks of a sample. Writes add
  /// their time, or where they overlap only as far as they take longer than reads.
  ///
  /// - Parameters:
  ///   - activity: a layer each, as in `shape`.
  ///   - samples: that `activity` adds up; `shape.ticks` is those of one.
  public static func activity(
    _ activity: [LayerActivity], shape: NetworkShape, plan: ChipPlan, constants: ChipConstants,
    hardware: HardwareParameters, use: ChipUse = ChipUse(), samples: Double = 1
  ) -> ChipEstimate {
    precondition(activity.count == shape.layers.count, "an activity for each layer")
    let layers = activity.indices.map { index in
      layer(activity[index], index: index, kernel: shape.layers[index].kernel, plan, constants, use)
    }
    let ratio = hardware.node.feature / 65
    return ChipEstimate(
      samples: samples, ticks: Double(shape.ticks) * samples, layers: layers,
      areas: areas(
        shape, plan: plan, constants: constants, scale: ratio * ratio,
        converter: SuccessiveApproximationConverter(bits: use.converterBits).gatesRelativeToFourBits,
        membrane: use.membrane.relativeArea),
      latency: latency(layers, ticks: Double(shape.ticks), use), leakage: constants[.leakage] * 1e3)
  }

  /// What an inference of a network takes whose inputs spike independently with the densities of its shape.
  ///
  /// - Parameter device: the memory device, two for a weight.
  public static func expected(
    _ shape: NetworkShape, plan: ChipPlan, constants: ChipConstants, device: DeviceParameters,
    hardware: HardwareParameters, use: ChipUse = ChipUse()
  ) -> ChipEstimate {
    let activity = shape.layers.map {
      LayerActivity(
        expectedOf: $0, ticks: shape.ticks, crossbar: plan.crossbar, device: device,
        converterBits: use.converterBits, hardware: hardware)
    }
    return self.activity(activity, shape: shape, plan: plan, constants: constants, hardware: hardware, use: use)
  }

  private static func latency(_ layers: [Layer], ticks: Double, _ use: ChipUse) -> Double {
    let sum = layers.reduce(0) { $0 + $1.readTime }
    let longest = layers.map(\.readTime).max() ?? 0
    let reads = use.schedule == .layerByLayer ? sum : sum / ticks + longest * (ticks - 1) / ticks
    let writes = layers.reduce(0) { $0 + $1.writeTime }
    return use.overlapsWrites ? max(reads, writes) : reads + writes
  }

  private static func layer(
    _ activity: LayerActivity, index: Int, kernel: Int, _ plan: ChipPlan, _ constants: ChipConstants, _ use: ChipUse
  ) -> Layer {
    let place = plan.places[index]
    var components = activity.reads.parts.map { part, component in
      let isMembrane = component.name == ReadCosts.membraneAccesses
      return Component(
        part == .read ? .read : part == .conversion ? .convert : .digital, component.name,
        count: Double(component.count), energy: component.energy * (isMembrane ? use.membrane.relativeEnergy : 1))
    }
    components += communication(activity, index: index, kernel: kernel, plan, constants, use)
    components += activity.writes.components.map {
      Component(.write, $0.name, count: Double($0.count), energy: $0.energy)
    }
    return Layer(
      name: activity.name, place: place, components: components.filter { $0.count > 0 },
      operations: activity.operations, effectiveOperations: activity.effectiveOperations,
      readTime: activity.reads.time, writeTime: activity.writes.time)
  }

  private static func communication(
    _ activity: LayerActivity, index: Int, kernel: Int, _ plan: ChipPlan, _ constants: ChipConstants, _ use: ChipUse
  ) -> [Component] {
    let place = plan.places[index]
    func component(_ name: String, _ count: Double, _ key: ChipConstants.Key) -> Component {
      Component(.communicate, name, count: count, energy: count * constants[key] * 1e-12)
    }
    let bits = activity.drives + activity.conversions * Double(use.converterBits)
    let spikes = activity.drives / Double(kernel * kernel * place.columnBlocks)
    return [
      component("tile buffer", bits / 64, .tileBufferEnergy),
      component("H-tree", bits, .treeEnergy),
      component("mesh, spikes", spikes * place.tilesPerInput * plan.inputHops(ofLayer: index), .meshEnergy),
      component("mesh, sums", activity.conversions * place.sumsPerConversion, .meshEnergy),
    ]
  }
}
