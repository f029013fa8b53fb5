/// A graph of the Neuromorphic Intermediate Representation: nodes that do something to signals, and edges along which
/// signals go.
///
/// Edges into one node add up. A cycle carries what a node gave one tick before. Time constants are in seconds.
/// - Reference: J. E. Pedersen et al., Neuromorphic intermediate representation, Nat. Commun. 15, 8122 (2024),
///   doi:10.1038/s41467-024-52259-9.
public struct NIRGraph: Sendable, Equatable {
  /// A signal from one node to another, by name.
  public struct Edge: Sendable, Hashable {
    /// Where it comes from.
    public var source: String
    /// Where it goes.
    public var destination: String

    /// An edge between two names.
    public init(_ source: String, _ destination: String) {
      self.source = source
      self.destination = destination
    }
  }

  /// The nodes by name.
  public var nodes: [String: NIRNode]
  /// The edges in the order of the file; repetitions mean nothing.
  public var edges: [Edge]
  /// What the writer added.
  public var metadata: NIRMetadata

  /// A graph from its parts.
  public init(nodes: [String: NIRNode], edges: [Edge], metadata: NIRMetadata = [:]) {
    self.nodes = nodes
    self.edges = edges
    self.metadata = metadata
  }

  /// Nodes of this graph and of those nested in it, the nested graphs themselves not counted.
  public var nodeCount: Int {
    nodes.values.reduce(0) { count, node in
      if case .graph(let inner) = node.kind { count + inner.nodeCount } else { count + 1 }
    }
  }
}

/// Values beside the parameters of a node, by name.
public typealias NIRMetadata = [String: NIRMetadataValue]

/// A value of metadata.
public enum NIRMetadataValue: Sendable, Equatable {
  /// A number.
  case number(Double)
  /// A text.
  case text(String)
  /// Numbers, row-major whatever their shape.
  case numbers([Double])
}

/// A node of a graph.
public struct NIRNode: Sendable, Equatable {
  /// What a node does, with its parameters.
  public indirect enum Kind: Sendable, Equatable {
    /// Where signals of this shape enter.
    case input(shape: [Int])
    /// Where signals of this shape leave.
    case output(shape: [Int])
    /// y = W·x, weight `[..., outputs × inputs]`.
    case linear(weight: NIRTensor)
    /// y = W·x + b.
    case affine(weight: NIRTensor, bias: NIRTensor)
    /// y = s·x, element by element.
    case scale(NIRTensor)
    /// Cross-correlation with kernels.
    case convolution(NIRConvolution)
    /// Sums of windows of an image.
    case sumPool(NIRPooling)
    /// Means of windows of an image.
    case averagePool(NIRPooling)
    /// The same signal in another shape.
    case flatten(NIRFlattening)
    /// Neurons: `IF`, `LI`, `LIF`, `CubaLI`, `CubaLIF`.
    case neurons(NIRNeurons)
    /// A graph in the place of a node.
    case graph(NIRGraph)
  }

  /// What it does.
  public var kind: Kind
  /// What the writer added.
  public var metadata: NIRMetadata

  /// A node from its parts.
  public init(_ kind: Kind, metadata: NIRMetadata = [:]) {
    self.kind = kind
    self.metadata = metadata
  }

  /// The type as NIR spells it.
  public var type: String {
    switch kind {
    case .input: "Input"
    case .output: "Output"
    case .linear: "Linear"
    case .affine: "Affine"
    case .scale: "Scale"
    case .convolution: "Conv2d"
    case .sumPool: "SumPool2d"
    case .averagePool: "AvgPool2d"
    case .flatten: "Flatten"
    case .neurons(let neurons): neurons.type.rawValue
    case .graph: "NIRGraph"
    }
  }
}

/// Numbers with their shape, row-major.
public struct NIRTensor: Sendable, Equatable {
  /// Extent of each axis.
  public let shape: [Int]
  /// As many as the product of the shape.
  public let values: [Double]
  /// Whether the file holds them in single precision.
  public let isSingle: Bool

  /// - Precondition: as many values as the shape says.
  public init(shape: [Int], values: [Double], isSingle: Bool = false) {
    precondition(shape.reduce(1, *) == values.count, "one value for each place")
    self.shape = shape
    self.values = values
    self.isSingle = isSingle
  }

  /// Numbers in single precision.
  public init(shape: [Int], values: [Float]) {
    self.init(shape: shape, values: values.map(Double.init), isSingle: true)
  }

  /// A list of numbers.
  public init(_ values: [Double]) {
    self.init(shape: [values.count], values: values)
  }
}
