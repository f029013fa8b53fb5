/// The constants of a chip beyond its crossbars and devices: energies, areas and times of the circuits, each with unit and source.
///
/// Two sets: `spikesim-65nm` holds what the published estimator of SpikeSim charges for a cycle of a processing element;
/// `neurosim` prices what moves between tiles and elements, beside `ReadCosts` and `WriteCosts`, which price the rest by
/// device and activity. Its digital circuits are those of 65 nm: areas go with the square of the node, energies stay.
public struct ChipConstants: Sendable, Equatable {
  /// A constant, named as in YAML.
  public enum Key: String, CaseIterable, Sendable {
    case crossbarReadEnergy = "crossbar_read_energy"
    case staticCrossbarReadEnergy = "sram_crossbar_read_energy"
    case conversionEnergy = "conversion_energy"
    case multiplexerEnergy = "multiplexer_energy"
    case subtractionEnergy = "subtraction_energy"
    case temporaryBufferEnergy = "temporary_buffer_energy"
    case tileBufferEnergy = "tile_buffer_energy"
    case treeEnergy = "h_tree_energy"
    case fetchEnergy = "memory_fetch_energy"
    case neuronEnergy = "neuron_energy"
    case meshEnergy = "mesh_hop_energy"
    case crossbarArea = "crossbar_area"
    case staticCrossbarArea = "sram_crossbar_area"
    case converterArea = "converter_area"
    case multiplexerArea = "multiplexer_area"
    case subtractorArea = "subtractor_area"
    case temporaryBufferArea = "temporary_buffer_area"
    case tileBufferArea = "tile_buffer_area"
    case treeArea = "h_tree_area"
    case memoryBitArea = "memory_bit_area"
    case membraneBits = "membrane_bits"
    case membraneLayers = "membrane_layers"
    case clock = "clock"
    case cyclesPerRead = "cycles_per_read"
    case columnsPerConverter = "columns_per_converter"
    case elementsPerTile = "elements_per_tile"
    case leakage = "leakage"
  }

  /// What a constant is.
  public struct Entry: Sendable, Equatable {
    /// Its name.
    public var key: Key
    /// Its value in `unit`.
    public var value: Double
    /// Its unit.
    public var unit: String
    /// What it is, in words.
    public var meaning: String
    /// Where it comes from.
    public var source: String
  }

  /// Name of the set.
  public let name: String
  /// All constants that the set uses, in the order of `Key`.
  public private(set) var entries: [Entry]

  /// Value of a constant, in its unit; 0 for one that the set does not use.
  public subscript(key: Key) -> Double {
    entries.first { $0.key == key }?.value ?? 0
  }

  private init(name: String, values: [Key: Double], source: (Key) -> String) {
    self.name = name
    entries = Key.allCases.compactMap { key in
      guard let value = values[key], let (unit, meaning) = Self.descriptions[key] else { return nil }
      return Entry(key: key, value: value, unit: unit, meaning: meaning, source: source(key))
    }
  }

  /// A set by its name.
  /// - Throws: `ChipError.unknownConstants`.
  public init(named name: String) throws(ChipError) {
    switch name {
    case Self.spikeSim.name: self = .spikeSim
    case Self.neuroSim.name: self = .neuroSim
    default: throw .unknownConstants(name: name, known: Self.names)
    }
  }

  /// Names of the sets.
  public static var names: [String] { [spikeSim.name, neuroSim.name] }

  /// Replaces a constant.
  /// - Throws: `ChipError` for a name there is not or a value that cannot be.
  public mutating func set(_ name: String, to value: Double) throws(ChipError) {
    guard let index = entries.firstIndex(where: { $0.key.rawValue == name }) else {
      throw .unknownConstant(name: name, known: entries.map(\.key.rawValue))
    }
    let least: Double = Self.counts.contains(entries[index].key) ? 1 : 0
    guard value.isFinite, value >= least else {
      throw .badNumber(what: name, expected: "a number of at least \(Int(least))", found: "\(value)")
    }
    entries[index].value = value
    entries[index].source = "given"
  }

  /// Constants that are divided by.
  private static let counts: Set<Key> = [.clock, .cyclesPerRead, .columnsPerConverter, .elementsPerTile, .membraneBits]

  private static let spikeSimSource =
    "ela_spikesim.py of SpikeSim (A. Moitra et al., IEEE TCAD 42, 3815 (2023), arXiv:2210.12899)"

  /// What SpikeSim charges: 65 nm, 64 × 64 crossbars. Its area of a crossbar is that of 4F² cells at F = 40 nm.
  public static let spikeSim = ChipConstants(
    name: "spikesim-65nm",
    values: [
      .crossbarReadEnergy: 1.76423, .staticCrossbarReadEnergy: 671.089, .conversionEnergy: 2.03084,
      .multiplexerEnergy: 0.094245, .subtractionEnergy: 1.15e-6, .temporaryBufferEnergy: 0.2,
      .tileBufferEnergy: 397, .treeEnergy: 19.64 * 8, .meshEnergy: 0, .fetchEnergy: 4.64, .neuronEnergy: 1.274 * 4,
      .crossbarArea: 26.2144, .staticCrossbarArea: 671.089, .converterArea: 693.633, .multiplexerArea: 45.9,
      .subtractorArea: 13411.41498, .temporaryBufferArea: 484.643999, .tileBufferArea: 0.7391 * 64 * 128,
      .treeArea: 216_830 * 2, .memoryBitArea: 0.7391, .membraneBits: 22, .membraneLayers: 5, .clock: 250,
      .cyclesPerRead: 26, .columnsPerConverter: 8, .elementsPerTile: 8, .leakage: 0,
    ],
    source: { key in
      switch key {
      case .meshEnergy, .leakage: "none in \(spikeSimSource)"
      default: spikeSimSource
      }
    })

  /// What follows activity. The areas of circuits are SpikeSim's; a converter of 4 bits has the area of its converter, others
  /// by the number of gates of NeuroSim's.
  public static let neuroSim = ChipConstants(
    name: "neurosim",
    values: [
      .tileBufferEnergy: 4, .treeEnergy: 19.64 * 8 / (64 * 9 + 64 * 8), .meshEnergy: 3.5,
      .crossbarArea: 26.2144 * (65.0 / 40) * (65.0 / 40), .staticCrossbarArea: 671.089 * (65.0 / 40) * (65.0 / 40),
      .converterArea: 693.633, .multiplexerArea: 45.9, .subtractorArea: 13411.41498,
      .temporaryBufferArea: 484.643999, .tileBufferArea: 0.7391 * 64 * 128, .treeArea: 216_830 * 2,
      .memoryBitArea: 0.7391, .membraneBits: 22, .membraneLayers: 0, .columnsPerConverter: 8, .elementsPerTile: 8,
      .leakage: 0,
    ],
    source: { key in
      switch key {
      case .crossbarArea, .staticCrossbarArea: "\(spikeSimSource), from 40 nm to 65 nm"
      case .meshEnergy: "1.5 pJ for a 32-bit flit through a router and 2 pJ for 1 mm of link: assumed"
      case .treeEnergy: "157.12 pJ of SpikeSim's cycle over its 576 spikes and 64 codes of 8 bits"
      case .tileBufferEnergy: "SRAM of 5 to 20 KB at 65 nm, 1 to 8 pJ per 64 bits: assumed"
      case .leakage: "no figure: 0 until given"
      default: spikeSimSource
      }
    })

  private static let descriptions: [Key: (unit: String, meaning: String)] = [
    .crossbarReadEnergy: ("pJ", "a read of a crossbar of resistive devices"),
    .staticCrossbarReadEnergy: ("pJ", "a read of a crossbar of SRAM; the published figure equals the area"),
    .conversionEnergy: ("pJ", "a conversion"),
    .multiplexerEnergy: ("pJ", "a switch of the multiplexer ahead of a converter"),
    .subtractionEnergy: ("pJ", "a subtraction or addition of codes"),
    .temporaryBufferEnergy: ("pJ", "an access to the buffer of partial sums"),
    .tileBufferEnergy: ("pJ", "the buffer of a tile: spikesim-65nm per cycle, neurosim per 64 bits"),
    .treeEnergy: ("pJ", "spikesim-65nm: H-tree per cycle of an element; neurosim: per bit"),
    .fetchEnergy: ("pJ", "a fetch of input spikes"),
    .neuronEnergy: ("pJ", "the neuron updates of a cycle of an element"),
    .meshEnergy: ("pJ", "a 32-bit flit from a tile to its neighbour"),
    .crossbarArea: ("µm²", "a crossbar of resistive devices"),
    .staticCrossbarArea: ("µm²", "a crossbar of SRAM"),
    .converterArea: ("µm²", "a converter"),
    .multiplexerArea: ("µm²", "a multiplexer"),
    .subtractorArea: ("µm²", "a subtractor (DIFF)"),
    .temporaryBufferArea: ("µm²", "the buffer of partial sums of a tile"),
    .tileBufferArea: ("µm²", "the buffer of a tile"),
    .treeArea: ("µm²", "the H-tree of a tile"),
    .memoryBitArea: ("µm²", "a bit of the memory of membranes and input maps"),
    .membraneBits: ("bit", "bits of a membrane potential, and of an input pixel"),
    .membraneLayers: ("layers", "first layers that have membrane memory; 0 for all"),
    .clock: ("MHz", "clock"),
    .cyclesPerRead: ("clocks", "clocks of a read of a processing element"),
    .columnsPerConverter: ("columns", "columns that share a converter"),
    .elementsPerTile: ("elements", "processing elements of a tile"),
    .leakage: ("mW/mm²", "power of what waits"),
  ]
}
