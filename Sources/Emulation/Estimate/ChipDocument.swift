import Devices
import Hardware
import Yams

/// A network without weights and the chip it is put on, for `crosspoint estimate`.
///
///     name: VGG9 on CIFAR-10
///     ticks: 5
///     layers:                       # density: share of the inputs that spike in a tick
///       - {name: conv1, inputs: 3, outputs: 64, kernel: 3, input_size: 32, output_size: 32, density: 0.2}
///       - {name: conv2, inputs: 64, outputs: 64, kernel: 3, input_size: 32, output_size: 16, density: 0.1}
///     chip:                         # all of it may be left out
///       constants: neurosim         # or spikesim-65nm: what the published estimator says
///       crossbar: 64                # rows and columns
///       tiles: 6                    # of the chip; as many as are needed when left out
///       device: rram-taox-hfox      # a preset, of constants neurosim
///       node: 65nm
///       adc_bits: 6
///       memory: rram                # or sram, of constants spikesim-65nm
///       membrane: sram              # or fefet
///       schedule: layer-by-layer    # or pipelined
///       overlap_writes: false
///       set: {clock: 250}           # constants of one's own
public struct ChipDocument: Sendable {
  /// Its name.
  public var name: String
  /// The layers.
  public var shape: NetworkShape
  /// Constants of the chip.
  public var constants = ChipConstants.neuroSim
  /// Rows and columns of a crossbar.
  public var crossbar = 64
  /// Tiles of the chip.
  public var tiles: Int?
  /// Preset of the devices.
  public var device = "rram-taox-hfox"
  /// Process of the circuits, as in `hardware.node`.
  public var node = "65nm"
  /// Memory of the crossbars, for the published estimator.
  public var memory = ChipEstimate.Memory.resistive
  /// How the chip is used.
  public var use = ChipUse()

  private static let keys = ["name", "ticks", "layers", "chip"]
  private static let layerKeys = ["name", "inputs", "outputs", "kernel", "input_size", "output_size", "density"]
  private static let chipKeys = [
    "constants", "crossbar", "tiles", "device", "node", "adc_bits", "memory", "membrane", "schedule", "overlap_writes",
    "set",
  ]

  /// Reads a file.
  /// - Throws: `StudyError`, `ConfigurationError`, `ChipError`.
  public static func load(path: String) throws -> ChipDocument {
    try ChipDocument(text: ConfigurationDocument.text(ofFile: path), file: path)
  }

  /// Whether a file lists the layers of a network, as experiments do not.
  public static func isNetwork(path: String) -> Bool {
    guard let text = try? ConfigurationDocument.text(ofFile: path) else { return false }
    return text.split(separator: "\n").contains { $0.hasPrefix("layers:") }
  }

  /// Reads YAML text.
  /// - Throws: `StudyError`, `ChipError`.
  public init(text: String, file: String) throws {
    let reader = YAMLReader(file: file)
    let mapping = try reader.root(of: text, expected: "keys such as ticks and layers")
    try reader.check(mapping, known: Self.keys)
    guard let list = mapping["layers"] else {
      throw StudyError.malformed(file: file, line: 1, expected: "layers", found: "none")
    }
    guard let nodes = list.sequence else { throw reader.malformed(list, "a list of layers") }
    name = try mapping["name"].map { try reader.text($0) } ?? "network"
    let ticks = try mapping["ticks"].map { try reader.whole($0) } ?? 1
    shape = try NetworkShape(
      layers: nodes.enumerated().map { try Self.layer($1, index: $0, reader) }, ticks: ticks)
    if let chip = mapping["chip"] { try take(reader.mapping(chip), reader) }
  }

  private static func layer(_ node: Node, index: Int, _ reader: YAMLReader) throws -> NetworkShape.Layer {
    let mapping = try reader.mapping(node)
    try reader.check(mapping, known: layerKeys)
    func whole(_ key: String) throws -> Int {
      guard let value = mapping[key] else { throw reader.malformed(node, "\(key) of the layer") }
      return try reader.whole(value)
    }
    func whole(_ key: String, _ usual: Int) throws -> Int { try mapping[key].map { try reader.whole($0) } ?? usual }
    let size = try whole("input_size", 1)
    return try NetworkShape.Layer(
      name: mapping["name"].map { try reader.text($0) } ?? "layer\(index + 1)", inputs: whole("inputs"),
      outputs: whole("outputs"), kernel: whole("kernel", 1), inputSize: size, outputSize: whole("output_size", size),
      density: mapping["density"].map { try reader.number($0) } ?? 1)
  }

  private mutating func take(_ mapping: Node.Mapping, _ reader: YAMLReader) throws {
    try reader.check(mapping, known: Self.chipKeys)
    if let node = mapping["constants"] { constants = try ChipConstants(named: reader.text(node)) }
    if let node = mapping["crossbar"] { crossbar = try reader.whole(node) }
    if let node = mapping["tiles"] { tiles = try reader.whole(node) }
    if let node = mapping["device"] { device = try reader.text(node) }
    if let node = mapping["node"] { self.node = try reader.text(node) }
    if let node = mapping["adc_bits"] { use.converterBits = try Self.bits(reader.whole(node)) }
    if let node = mapping["memory"] { memory = try reader.choice(node) }
    if let node = mapping["membrane"] { use.membrane = try reader.choice(node) }
    if let node = mapping["schedule"] { use.schedule = try reader.choice(node) }
    if let node = mapping["overlap_writes"] { use.overlapsWrites = try reader.flag(node) }
    if let node = mapping["set"] {
      for (key, value) in try reader.mapping(node) {
        try constants.set(reader.text(key), to: reader.number(value))
      }
    }
  }

  private static func bits(_ bits: Int) throws(ChipError) -> Int {
    guard 1...16 ~= bits else { throw .badNumber(what: "adc_bits", expected: "1 to 16", found: "\(bits)") }
    return bits
  }

  /// Where the layers lie.
  /// - Throws: `ChipError`.
  public func plan() throws -> ChipPlan {
    try ChipPlan(
      shape, crossbar: crossbar, elementsPerTile: Int(min(constants[.elementsPerTile], 65_536)), available: tiles)
  }

  /// What an inference takes.
  /// - Throws: `ChipError`, also for a device or node there is not.
  public func estimate() throws -> ChipEstimate {
    let plan = try plan()
    guard constants.name != ChipConstants.spikeSim.name else {
      guard node == "65nm" else { throw ChipError.nodeWithoutConstants(node: node, set: constants.name) }
      return try ChipEstimate.published(shape, plan: plan, constants: constants, memory: memory)
    }
    let (device, hardware) = try circuits()
    return ChipEstimate.expected(
      shape, plan: plan, constants: constants, device: device, hardware: hardware, use: use)
  }

  /// The device and the circuits around the crossbars.
  private func circuits() throws(ChipError) -> (DeviceParameters, HardwareParameters) {
    guard let technology = DeviceTechnology.named(device) else {
      throw ChipError.unknownDevice(name: device, known: DeviceTechnology.all.map(\.name))
    }
    guard let process = ExperimentConfiguration.Hardware.Node(rawValue: node) else {
      throw ChipError.nodeWithoutConstants(node: node, set: constants.name)
    }
    let hardware = HardwareParameters(
      node: process.parameters, columnsPerConverter: Int(min(constants[.columnsPerConverter], 65_536)))
    return (technology.parameters, hardware)
  }
}
