import Crossbars
import Emulation
import Hardware
import Kernels
import Recordings

/// What stuck devices do to the weights of an experiment, and what remains with each remedy, as JSON and as text.
///
/// Every crossbar is mapped by itself, all inputs count alike, and the sound devices of a tile are set exactly.
public struct FloorPlanFaults: Encodable, Sendable {
  /// The weights of a layer with one remedy more.
  public struct Stage: Encodable, Sendable {
    /// The last remedy: a name of `FaultAwareMapping.Remedy`.
    public let remedy: String
    /// Root mean square error of the weights of the layer.
    public let weightError: Double
  }

  /// The stuck devices of a layer.
  public struct Layer: Encodable, Sendable {
    /// Name of the layer.
    public let name: String
    /// Weights.
    public let weights: Int
    /// Devices that are stuck, those of spare columns left out.
    public let stuckDevices: Int
    /// Errors, the first without any remedy.
    public let stages: [Stage]
    /// Inputs that are stored negated, over all tiles.
    public let flippedRows: Int
    /// Inputs on another word line, over all tiles.
    public let movedRows: Int
    /// Outputs on another bit line, over all tiles.
    public let movedColumns: Int
    /// Share of the squared error that the remedies take away; 1 where there was none.
    public let recoveredFraction: Double
  }

  /// Where the weights come from: `initial`, or a file.
  public let weights: String
  /// Weight that the full range of a device carries.
  public let weightLimit: Double
  /// Share of devices stuck at Gmin since fabrication.
  public let stuckOffFraction: Double
  /// Share of devices stuck at Gmax since fabrication.
  public let stuckOnFraction: Double
  /// Spare columns of each crossbar.
  public let spareColumns: Int
  /// The layers, from the input on; none if no device can be stuck.
  public let layers: [Layer]

  /// Most weights of a layer.
  public static let mostWeights = WeightMatrixFile.largestCount

  /// Draws the faults of an experiment and looks for the best mapping.
  ///
  /// - Parameters:
  ///   - file: weights of each layer at `layers/<name>/weight`, as in the results of a run; `nil` for those that a run of the
  ///     experiment begins with.
  ///   - spareColumns: bit lines of each crossbar beside those of the experiment, with faults of their own.
  /// - Throws: `FloorPlanError`, `WeightMatrixError`, `MappingError`.
  public init(_ parameters: NetworkParameters, weights file: WeightMatrixFile? = nil, spareColumns: Int = 0) throws {
    weights = file?.path ?? "initial"
    weightLimit = Double(parameters.weightLimit)
    let faults = parameters.device.faults
    stuckOffFraction = faults.stuckOff
    stuckOnFraction = faults.stuckOn
    self.spareColumns = spareColumns
    guard faults.total > 0, !parameters.device.isContinuous else {
      layers = []
      return
    }
    let shapes = parameters.arrayShapes
    for shape in shapes where shape.rows * shape.columns > Self.mostWeights {
      throw FloorPlanError.tooManyWeights(
        layer: shape.name, expected: Self.mostWeights, found: shape.rows * shape.columns)
    }
    let targets = try file.map { try Self.targets(parameters, from: $0) } ?? Self.initialTargets(parameters)
    layers = try zip(shapes, targets).map { shape, targets in
      try Self.layer(shape, of: parameters, targets: targets, spareColumns: spareColumns)
    }
  }

  // MARK: Weights

  /// Initial weights as an ideal network has them, where nothing is stuck and nothing varies.
  private static func initialTargets(_ parameters: NetworkParameters) -> [[Float]] {
    var parameters = parameters
    parameters.device.isContinuous = true
    parameters.writing = WriteParameters()
    parameters.policy = .exact
    parameters.hasReadNoise = false
    parameters.mapping = WeightMapping()
    (parameters.wires, parameters.charge, parameters.converter) = (nil, nil, nil)
    return parameters.makeNetwork().arrays.map(\.array.effectiveWeights)
  }

  private static func targets(_ parameters: NetworkParameters, from file: WeightMatrixFile) throws -> [[Float]] {
    try parameters.arrayShapes.map { shape in
      let matrix = try file.matrix(dataset: "layers/\(shape.name)/weight", transposed: false)
      guard (matrix.rows, matrix.columns) == (shape.rows, shape.columns) else {
        throw FloorPlanError.otherShape(
          file: file.path, layer: shape.name, expected: [shape.rows, shape.columns],
          found: [matrix.rows, matrix.columns])
      }
      return matrix.values
    }
  }

  // MARK: Layers

  private static func layer(
    _ shape: NetworkParameters.ArrayShape, of parameters: NetworkParameters, targets: [Float], spareColumns: Int
  ) throws -> Layer {
    let array = array(shape, of: parameters, columns: shape.columns, number: shape.index)
    let layout = array.layout
    // Spare devices are an array of their own, so that the others are those of a run.
    let spares =
      spareColumns == 0
      ? nil
      : Self.array(
        shape, of: parameters, columns: spareColumns * layout.blockCount,
        number: parameters.arrayShapes.count + shape.index)
    let tiles = try FaultyTile.tiles(of: array, spares: spares, sparesPerTile: spareColumns)
    let mappings = try tiles.enumerated().map { number, tile in
      try FaultAwareMapping(
        targets: part(number, of: targets, layout), tile: tile, spareColumns: spareColumns)
    }
    let costs = mappings[0].stages.indices.map { stage in mappings.reduce(0) { $0 + $1.stages[stage].cost } }
    let weights = layout.rows * layout.columns
    func moved(_ places: [Int]) -> Int { places.enumerated().count { $0 != $1 } }
    return Layer(
      name: shape.name, weights: weights, stuckDevices: array.stuckDeviceCount,
      stages: zip(mappings[0].stages, costs).map {
        Stage(remedy: $0.remedy.rawValue, weightError: ($1 / Double(weights)).squareRoot())
      },
      flippedRows: mappings.reduce(0) { $0 + $1.isFlipped.count { $0 } },
      movedRows: mappings.reduce(0) { $0 + moved($1.rowOfInput) },
      movedColumns: mappings.reduce(0) { $0 + moved($1.columnOfOutput) },
      recoveredFraction: costs[0] > 0 ? 1 - costs[costs.count - 1] / costs[0] : 1)
  }

  private static func array(
    _ shape: NetworkParameters.ArrayShape, of parameters: NetworkParameters, columns: Int, number: Int
  ) -> CrossbarArray {
    let layout = BlockedLayout(
      rows: shape.rows, columns: columns, tileRows: parameters.tileRows,
      tileColumns: parameters.tileColumns)
    return CrossbarArray(
      layout: layout,
      parameters: CrossbarArray.Parameters(
        index: number, weightLimit: parameters.weightLimit, converter: nil, hasReadNoise: false,
        device: parameters.device, writing: parameters.writing, tickSeconds: parameters.neuron.timeStep,
        mapping: parameters.mapping),
      seed: parameters.seed)
  }

  /// The targets of one tile, in the order of `FaultyTile.tiles`.
  private static func part(_ tile: Int, of targets: [Float], _ layout: BlockedLayout) -> [Float] {
    let first = tile / layout.blockCount * layout.tileRows
    let columns = layout.columns(inBlock: tile % layout.blockCount)
    return (first..<min(first + layout.tileRows, layout.rows)).flatMap { row in
      targets[row * layout.columns + columns.lowerBound..<row * layout.columns + columns.upperBound]
    }
  }
}

/// Why the stuck devices of an experiment cannot be looked at.
public enum FloorPlanError: Error, Equatable, CustomStringConvertible {
  /// A layer is too large.
  case tooManyWeights(layer: String, expected: Int, found: Int)
  /// A file holds weights of another network.
  case otherShape(file: String, layer: String, expected: [Int], found: [Int])

  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .tooManyWeights(let layer, let expected, let found):
      "layer \"\(layer)\": expected at most \(expected) weights to look for stuck devices, found \(found); leave out --faults"
    case .otherShape(let file, let layer, let expected, let found):
      "\(file): layers/\(layer)/weight: expected [\(expected[0]) x \(expected[1])] as in the experiment, found "
        + "[\(found[0]) x \(found[1])]; give the weights of this network"
    }
  }
}

// MARK: Text

extension FloorPlanFaults {
  /// For a terminal.
  public var text: String {
    guard !layers.isEmpty else {
      return "No device of this experiment is stuck since fabrication, so there is nothing to remedy; set some with "
        + "--set device.stuck_off_fraction=0.0904 --set device.stuck_on_fraction=0.0175\n"
    }
    let names = layers[0].stages.map { Self.title($0.remedy) }
    var table = TextTable(header: ["RMS error of the weights"] + layers.map(\.name))
    for (stage, name) in names.enumerated() {
      table.append([name] + layers.map { NumberText.compact($0.stages[stage].weightError) })
    }
    table.append(["squared error recovered"] + layers.map { NumberText.fixed($0.recoveredFraction, decimals: 3) })
    table.append(["stuck devices"] + layers.map { NumberText.grouped($0.stuckDevices) })
    table.append(["rows stored negated"] + layers.map { NumberText.grouped($0.flippedRows) })
    table.append(["rows moved"] + layers.map { NumberText.grouped($0.movedRows) })
    table.append(["columns moved"] + layers.map { NumberText.grouped($0.movedColumns) })
    return
      "Stuck devices: \(NumberText.compact(stuckOffFraction)) at Gmin, \(NumberText.compact(stuckOnFraction)) at Gmax; "
      + "\(weights == "initial" ? "initial weights" : "weights of \(weights)"), weight limit "
      + "\(NumberText.compact(weightLimit))\n\n" + table.rendered()
  }

  private static func title(_ remedy: String) -> String {
    switch FaultAwareMapping.Remedy(rawValue: remedy) {
    case .none?, nil: "no remedy"
    case .compensation?: "the partner compensates"
    case .rowFlips?: "+ rows stored negated"
    case .rowPermutation?: "+ rows permuted"
    case .columnPermutation?: "+ rows and columns permuted"
    case .spareColumns?: "+ spare columns"
    }
  }
}
