/// Shapes of the layers of a network, without weights: all that an estimate needs.
public struct NetworkShape: Sendable, Equatable {
  /// A convolution, or with `kernel` 1 and sizes 1 a dense layer.
  public struct Layer: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Channels in.
    public var inputs: Int
    /// Channels out.
    public var outputs: Int
    /// Edge of the kernel.
    public var kernel: Int
    /// Edge of the input map.
    public var inputSize: Int
    /// Edge of the output map, after pooling.
    public var outputSize: Int
    /// Share of the inputs that spike in a tick, 0…1.
    public var density: Double

    /// Sets all.
    /// - Throws: `ChipError.badNumber`.
    public init(
      name: String, inputs: Int, outputs: Int, kernel: Int = 1, inputSize: Int = 1, outputSize: Int = 1,
      density: Double = 1
    ) throws(ChipError) {
      for (what, value) in [
        ("inputs", inputs), ("outputs", outputs), ("kernel", kernel), ("input_size", inputSize),
        ("output_size", outputSize),
      ] where !(1...Self.most).contains(value) {
        throw .badNumber(what: "layer \"\(name)\", \(what)", expected: "1 to \(Self.most)", found: "\(value)")
      }
      guard (0...1).contains(density) else {
        throw .badNumber(what: "layer \"\(name)\", density", expected: "0 to 1", found: "\(density)")
      }
      self.name = name
      self.inputs = inputs
      self.outputs = outputs
      self.kernel = kernel
      self.inputSize = inputSize
      self.outputSize = outputSize
      self.density = density
    }

    private static let most = 1_000_000

    /// Places at which the kernel is applied, as the published estimator counts them: those of the output map.
    public var positions: Double { Double(outputSize) * Double(outputSize) }
    /// Multiply-accumulates of a tick.
    public var operations: Double {
      Double(inputs) * Double(outputs) * Double(kernel) * Double(kernel) * positions
    }
    /// Neurons.
    public var neurons: Double { Double(outputs) * positions }
  }

  /// What is counted stays within 64 bits.
  private static let mostOperations = 1e18

  /// The layers, from the input on.
  public let layers: [Layer]
  /// Ticks of an inference.
  public let ticks: Int

  /// Sets all.
  /// - Throws: `ChipError`, also where layers do not chain.
  public init(layers: [Layer], ticks: Int) throws(ChipError) {
    try self.init(unchained: layers, ticks: ticks)
    guard let first = layers.first else { return }
    var before = first
    for layer in layers.dropFirst() {
      let isFlat = layer.kernel == 1 && layer.inputSize == 1
      let flat = Double(before.outputs) * before.positions
      let chains =
        layer.inputs == before.outputs && layer.inputSize == before.outputSize
        || isFlat && Double(layer.inputs) == flat
      guard chains else {
        throw .brokenChain(
          layer: layer.name,
          expected: "\(before.outputs) × \(before.outputSize) × \(before.outputSize)",
          found: "\(layer.inputs) × \(layer.inputSize) × \(layer.inputSize)")
      }
      before = layer
    }
  }

  /// Layers of which each may take more than what the layer before gives, such as a bias or its own spikes.
  /// - Throws: `ChipError`.
  public init(unchained layers: [Layer], ticks: Int) throws(ChipError) {
    guard !layers.isEmpty else { throw .noLayers }
    guard (1...1_000_000_000).contains(ticks) else {
      throw .badNumber(what: "ticks", expected: "1 to 1000000000", found: "\(ticks)")
    }
    for layer in layers {
      let inputs = Double(layer.inputs) * Double(layer.inputSize) * Double(layer.inputSize)
      let most = max(layer.operations, inputs) * Double(ticks)
      guard most <= Self.mostOperations else {
        throw .badNumber(
          what: "layer \"\(layer.name)\", operations of all ticks", expected: "at most 1e18", found: "\(most)")
      }
    }
    self.layers = layers
    self.ticks = ticks
  }
}
