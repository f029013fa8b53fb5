import HDF5Store

/// Weights of one layer as they go onto an array.
public struct WeightMatrix: Sendable, Equatable {
  /// Rows: inputs.
  public let rows: Int
  /// Columns: outputs.
  public let columns: Int
  /// The weights, row-major `[rows × columns]`.
  public let values: [Float]
  /// Where they come from, such as `net.h5:layers/hidden1/weight`.
  public let source: String
  /// Whether the file holds them as `[outputs × inputs]`.
  public let isTransposed: Bool

  /// - Precondition: one value for each synapse, at least one.
  public init(rows: Int, columns: Int, values: [Float], source: String = "", isTransposed: Bool = false) {
    precondition(rows > 0 && columns > 0 && values.count == rows * columns, "one weight for each synapse")
    self.rows = rows
    self.columns = columns
    self.values = values
    self.source = source
    self.isTransposed = isTransposed
  }

  /// Largest magnitude of a weight.
  public var largestMagnitude: Float { values.reduce(0) { max($0, abs($1)) } }
}

/// An HDF5 file with matrices of weights: datasets of any name, or a NIR graph.
///
/// In a NIR graph (Neuromorphic Intermediate Representation) the weights of a node lie at `node/nodes/<name>/weight`, beside
/// its `type`, and are `[outputs × inputs]`. They are transposed to the rows and columns of a crossbar. Biases are left out.
/// - Reference: J. E. Pedersen et al., Nat. Commun. 15, 8122 (2024), doi:10.1038/s41467-024-52259-9.
public final class WeightMatrixFile: Sendable {
  /// A dataset that could be a matrix of weights.
  public struct Candidate: Sendable, Equatable {
    /// Its path in the file.
    public let path: String
    /// Its shape in the file.
    public let shape: [Int]
  }

  /// Most weights of a matrix.
  public static let largestCount = 1 << 26
  /// Largest magnitude of a weight, as of `crossbar.weight_limit`.
  public static let largestWeight: Float = 1e6
  /// Types of NIR nodes whose weights are one matrix.
  public static let matrixNodes = ["Linear", "Affine"]

  /// Where the file is.
  public let path: String
  private let file: HDF5File
  private let isGraph: Bool

  // A file that nests deeper or holds more is searched in part: groups may link to those above them.
  private static let deepestGroup = 12
  private static let mostObjects = 20_000

  /// Opens a file.
  /// - Throws: `WeightMatrixError.unreadable`.
  public init(path: String) throws(WeightMatrixError) {
    self.path = path
    do {
      file = try HDF5File.open(at: path)
      isGraph = try file.exists("node/nodes") && file.kind(of: "node/nodes") == .group
    } catch {
      throw WeightMatrixError.unreadable(path: path, reason: "\(error)")
    }
  }

  /// SHA-256 of the file.
  public var sha256: String {
    get throws(WeightMatrixError) {
      do {
        return try FileDigest.sha256(ofFile: path)
      } catch {
        throw WeightMatrixError.unreadable(path: path, reason: "\(error)")
      }
    }
  }

  // MARK: What there is

  /// The datasets that could be matrices of weights, by path: floating-point numbers in two dimensions, in a NIR graph the
  /// weights of suitable nodes.
  public var candidates: [Candidate] {
    get throws(WeightMatrixError) { try survey().candidates }
  }

  /// What a file holds: matrices, and other things by path, for messages.
  private struct Survey {
    var candidates: [Candidate] = []
    var others: [String] = []
    var objects = 0
  }

  private func survey() throws(WeightMatrixError) -> Survey {
    var survey = Survey()
    try collect("", depth: 0, into: &survey)
    return survey
  }

  private func collect(_ group: String, depth: Int, into survey: inout Survey) throws(WeightMatrixError) {
    for child in try reading({ () throws(HDF5Error) in try file.children(of: group) }) {
      survey.objects += 1
      guard survey.objects <= Self.mostObjects else { return }
      let place = group.isEmpty ? child.name : "\(group)/\(child.name)"
      switch child.kind {
      case .group where depth < Self.deepestGroup: try collect(place, depth: depth + 1, into: &survey)
      case .dataset: note(place, in: &survey)
      default: break
      }
    }
  }

  /// Takes stock of a dataset; one that cannot be looked at is no matrix, whatever else it is.
  private func note(_ place: String, in survey: inout Survey) {
    let node = node(of: place)
    guard let shape = try? file.shape(of: place), let type = try? file.elementType(of: place) else { return }
    let isSuitable = node.map { Self.matrixNodes.contains($0.type) } ?? !isGraph
    if shape.count == 2, Self.isFloatingPoint(type), isSuitable {
      survey.candidates.append(Candidate(path: place, shape: shape))
    } else if node != nil || !isGraph {
      survey.others.append("\(place) (\(node.map { "\($0.type), " } ?? "")\(type) \(shape))")
    }
  }

  private static func isFloatingPoint(_ type: HDF5ElementType) -> Bool {
    guard case .floatingPoint = type else { return false }
    return type.converts(to: Double.hdf5ElementType)
  }

  /// The node of a NIR graph whose weights a dataset holds, and its type; `nil` for any other dataset.
  private func node(of dataset: String) -> (name: String, type: String)? {
    let parts = dataset.split(separator: "/")
    guard isGraph, parts.count >= 3, parts[parts.count - 1] == "weight", parts[parts.count - 3] == "nodes" else {
      return nil
    }
    let type = parts.dropLast().joined(separator: "/") + "/type"
    guard let text = try? file.readText(type, byteLimit: 1 << 10) else { return nil }
    return (String(parts[parts.count - 2]), text)
  }

  // MARK: Reading

  /// Reads one matrix.
  ///
  /// - Parameters:
  ///   - dataset: path of the dataset, or name of a node of a NIR graph; `nil` where the file holds one matrix only.
  ///   - transposed: whether the file holds `[outputs × inputs]`; `nil`: as NIR has it in its graphs, else not.
  /// - Throws: `WeightMatrixError`.
  public func matrix(dataset: String? = nil, transposed: Bool? = nil) throws(WeightMatrixError) -> WeightMatrix {
    let place = try locate(dataset)
    let node = node(of: place)
    if let node, !Self.matrixNodes.contains(node.type) {
      throw .unsuitableNode(file: path, node: node.name, type: node.type)
    }
    let shape = try checkedShape(of: place)
    var values = try weights(of: place)
    let isTransposed = transposed ?? (node != nil)
    if isTransposed { values = Self.transposed(values, rows: shape[0], columns: shape[1]) }
    return WeightMatrix(
      rows: isTransposed ? shape[1] : shape[0], columns: isTransposed ? shape[0] : shape[1], values: values,
      source: "\(path):\(place)", isTransposed: isTransposed)
  }

  private func locate(_ dataset: String?) throws(WeightMatrixError) -> String {
    guard let dataset else {
      let survey = try survey()
      guard let first = survey.candidates.first else {
        let others = survey.others.prefix(8).joined(separator: ", ")
        throw .noMatrix(file: path, found: others.isEmpty ? "no dataset" : others)
      }
      guard survey.candidates.count == 1 else {
        throw .severalMatrices(file: path, candidates: survey.candidates)
      }
      return first.path
    }
    let parts = dataset.split(separator: "/").joined(separator: "/")
    for place in [parts] + (isGraph ? ["node/nodes/\(parts)/weight", "\(parts)/weight"] : []) where !parts.isEmpty {
      let isDataset = try reading { () throws(HDF5Error) in
        guard try file.exists(place) else { return false }
        return try file.kind(of: place) == .dataset
      }
      if isDataset { return place }
    }
    throw .unknownDataset(file: path, dataset: dataset, candidates: try candidates)
  }

  private func checkedShape(of place: String) throws(WeightMatrixError) -> [Int] {
    let shape = try reading { () throws(HDF5Error) in try file.shape(of: place) }
    let type = try reading { () throws(HDF5Error) in try file.elementType(of: place) }
    func refused(_ expected: String, _ found: String) -> WeightMatrixError {
      .notAMatrix(file: path, dataset: place, expected: expected, found: found)
    }
    guard shape.count == 2 else { throw refused("a matrix of two dimensions", "shape \(shape)") }
    guard Self.isFloatingPoint(type) else { throw refused("floating-point numbers of at most 64 bits", "\(type)") }
    guard shape[0] > 0, shape[1] > 0 else { throw refused("at least one weight", "shape \(shape)") }
    let (count, overflow) = shape[0].multipliedReportingOverflow(by: shape[1])
    guard !overflow, count <= Self.largestCount else {
      throw refused("at most \(Self.largestCount) weights", "shape \(shape); program a part of it")
    }
    return shape
  }

  private func weights(of place: String) throws(WeightMatrixError) -> [Float] {
    let type = try reading { () throws(HDF5Error) in try file.elementType(of: place) }
    if type.converts(to: Float.hdf5ElementType) {
      return try checked(reading { () throws(HDF5Error) in try file.read(place, as: Float.self) }, place)
    }
    return try checked(reading { () throws(HDF5Error) in try file.read(place, as: Double.self) }, place).map(Float.init)
  }

  private func checked<Number: BinaryFloatingPoint>(
    _ values: [Number], _ place: String
  ) throws(WeightMatrixError) -> [Number] {
    let largest = Number(Self.largestWeight)
    guard let bad = values.firstIndex(where: { !(abs($0) <= largest) }) else { return values }
    let columns = try reading { () throws(HDF5Error) in try file.shape(of: place)[1] }
    throw .badWeight(
      file: path, dataset: place, row: bad / columns, column: bad % columns,
      expected: values[bad].isFinite
        ? "weights between -\(Int(Self.largestWeight)) and \(Int(Self.largestWeight))" : "finite numbers",
      found: "\(values[bad])")
  }

  private static func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { result, count in
      for column in 0..<columns {
        for row in 0..<rows { result[column * rows + row] = values[row * columns + column] }
      }
      count = values.count
    }
  }

  private func reading<Result>(_ body: () throws(HDF5Error) -> Result) throws(WeightMatrixError) -> Result {
    do {
      return try body()
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }
}
