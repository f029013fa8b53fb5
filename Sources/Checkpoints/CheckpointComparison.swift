/// What differs between two checkpoints: which tensors, where, by how much.
public struct CheckpointComparison: Sendable, Equatable {
  /// A single number or text that differs.
  public struct Value: Sendable, Equatable {
    /// Path in the file.
    public let path: String
    /// On the first side.
    public let first: String
    /// On the second side.
    public let second: String
  }

  /// A tensor that differs.
  public struct Tensor: Sendable, Equatable {
    /// Path in the file.
    public let path: String
    /// Unit of the values, `"1"` where they have none.
    public let units: String
    /// Values on each side; none of the other figures says anything where they are not as many.
    public let counts: [Int]
    /// Values that differ.
    public let differing: Int
    /// Largest difference without sign.
    public let largest: Double
    /// Place of the largest difference among the values, row-major.
    public let place: Int
    /// Root mean square of the differences, over all values.
    public let rootMeanSquare: Double
  }

  /// Values outside the layers that differ.
  public let values: [Value]
  /// Tensors that differ, in the order of the layers.
  public let tensors: [Tensor]
  /// Tensors that were compared.
  public let tensorCount: Int

  /// Whether nothing differs but the time the computing took.
  public var isSame: Bool { values.isEmpty && tensors.isEmpty }

  /// Compares two checkpoints, value by value. Values count as the same when they are equal as numbers.
  public init(_ first: Checkpoint, _ second: Checkpoint) {
    var values: [Value] = []
    func compare(_ path: String, _ first: String, _ second: String) {
      if first != second { values.append(Value(path: path, first: first, second: second)) }
    }
    compare("/@\(Schema.Root.writtenBy)", first.writtenBy, second.writtenBy)
    compare("/@\(Schema.Root.seed)", "\(first.seed)", "\(second.seed)")
    compare("/@\(Schema.Root.streamFingerprint)", first.streamFingerprint, second.streamFingerprint)
    for (path, texts) in PositionSchema.texts(first.position, second.position) {
      compare(path, texts.0, texts.1)
    }
    let deployments = [first.deployment, second.deployment]
    for (field, keyPath) in DeploymentSchema.counts {
      let texts = deployments.map { $0.map { "\($0[keyPath: keyPath])" } ?? "none" }
      compare(field.inside(DeploymentSchema.group).path, texts[0], texts[1])
    }
    for (field, keyPath) in DeploymentSchema.numbers {
      let texts = deployments.map { $0.map { "\($0[keyPath: keyPath])" } ?? "none" }
      compare(field.inside(DeploymentSchema.group).path, texts[0], texts[1])
    }
    let networks = (first.network, second.network)
    compare(Schema.readTicks.path, "\(networks.0.readTicks)", "\(networks.1.readTicks)")
    compare(Schema.boundaries.path, "\(networks.0.boundaries)", "\(networks.1.boundaries)")
    compare(Schema.layers, "\(networks.0.layers.map(\.name))", "\(networks.1.layers.map(\.name))")
    var tensors: [Tensor] = []
    var count = 0
    for layer in networks.0.layers {
      guard let other = networks.1.layers.first(where: { $0.name == layer.name }) else { continue }
      let group = "\(Schema.layers)/\(layer.name)"
      compare(
        "\(group)@rows x columns", "\(layer.rows) x \(layer.columns)",
        "\(other.rows) x \(other.columns)")
      compare("\(group)@\(LayerSchema.stateUnit)", layer.stateUnit, other.stateUnit)
      for dataset in LayerSchema.datasets {
        let sides = (dataset.numbers(of: layer), dataset.numbers(of: other))
        if !sides.0.isEmpty || !sides.1.isEmpty { count += 1 }
        let field = dataset.field.inside(group, stateUnit: layer.stateUnit)
        if let tensor = Tensor(field, sides.0, sides.1) { tensors.append(tensor) }
      }
    }
    self.values = values
    self.tensors = tensors
    tensorCount = count
  }
}

extension CheckpointComparison.Tensor {
  /// `nil` where nothing differs.
  fileprivate init?(_ field: Field, _ first: [Double], _ second: [Double]) {
    guard first.count == second.count else {
      self.init(
        path: field.path, units: field.units, counts: [first.count, second.count], differing: 0,
        largest: 0, place: 0,
        rootMeanSquare: 0)
      return
    }
    var (differing, largest, place, squares) = (0, 0.0, 0, 0.0)
    for index in first.indices where first[index] != second[index] {
      let difference = abs(first[index] - second[index])
      differing += 1
      squares += difference * difference
      if difference > largest { (largest, place) = (difference, index) }
    }
    guard differing > 0 else { return nil }
    self.init(
      path: field.path, units: field.units, counts: [first.count, second.count],
      differing: differing,
      largest: largest, place: place, rootMeanSquare: (squares / Double(first.count)).squareRoot())
  }
}

extension PositionSchema {
  /// Every value of two positions as text, but for the time the computing took.
  fileprivate static func texts(
    _ first: RunPosition, _ second: RunPosition
  ) -> [(path: String, texts: (String, String))] {
    var all: [(path: String, texts: (String, String))] = []
    func add<Value>(_ entry: Entry<Value>) {
      let (field, keyPath) = entry
      all.append(
        (
          field.inside(Schema.position).path,
          ("\(first[keyPath: keyPath])", "\(second[keyPath: keyPath])")
        ))
    }
    for entry in counts { add(entry) }
    for (entry, _) in decisions { add(entry) }
    for entry in totals { add(entry) }
    for entry in flags { add(entry) }
    for entry in spikeLists + optionalLists { add(entry) }
    for entry in accuracies + [taskAccuracies, testErrors] { add(entry) }
    for entry in signalSums { add(entry) }
    return all
  }
}
