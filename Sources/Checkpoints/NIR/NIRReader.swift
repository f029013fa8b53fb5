import HDF5Store

/// Reads the nodes of a file. Shapes are compared before any value is read, and all values share one budget.
struct NIRReader {
  let file: HDF5File
  let path: String
  private var numbersLeft: Int
  private var nodesLeft = NIRFile.mostNodes

  init(file: HDF5File, path: String) {
    self.file = file
    self.path = path
    // Deflate makes at most 1032 of a byte, and the shortest numbers that are read in bulk have four of them.
    let bytes = FileSystem.byteCount(of: path) ?? 0
    numbersLeft = min(NIRFile.mostNumbers, bytes.multipliedReportingOverflow(by: 1032 / 4).partialValue)
  }

  // MARK: Nodes

  /// The node of a group.
  mutating func node(_ place: String, depth: Int) throws(NIRError) -> NIRNode {
    nodesLeft -= 1
    guard nodesLeft >= 0 else {
      throw .tooLarge(
        file: path, node: place, what: "nodes", found: NIRFile.mostNodes + 1, limit: NIRFile.mostNodes)
    }
    guard try kind(of: place) == .group else {
      throw malformed(place, expected: "a group, one node", found: "no group")
    }
    let type = try text("\(place)/type")
    let kind = try kind(type, at: place, depth: depth)
    return NIRNode(kind, metadata: try metadata(of: place))
  }

  private mutating func kind(_ type: String, at place: String, depth: Int) throws(NIRError) -> NIRNode.Kind {
    if let neurons = NIRNeurons.Kind(rawValue: type) { return .neurons(try self.neurons(neurons, at: place)) }
    switch type {
    case "Input": return .input(shape: try extents("\(place)/shape"))
    case "Output": return .output(shape: try extents("\(place)/shape"))
    case "Linear": return .linear(weight: try weight("\(place)/weight"))
    case "Affine":
      let weight = try weight("\(place)/weight")
      return .affine(weight: weight, bias: try bias("\(place)/bias", count: weight.values.count / weight.shape.last!))
    case "Scale": return .scale(try tensor("\(place)/scale"))
    case "Conv2d": return .convolution(try convolution(at: place))
    case "SumPool2d": return .sumPool(try pooling(at: place))
    case "AvgPool2d": return .averagePool(try pooling(at: place))
    case "Flatten":
      let shape = try exists("\(place)/input_type") ? extents("\(place)/input_type") : nil
      return .flatten(
        NIRFlattening(
          first: try integer("\(place)/start_dim"), last: try integer("\(place)/end_dim"), inputShape: shape))
    case "NIRGraph":
      guard depth < NIRFile.deepestNesting else {
        throw .tooLarge(
          file: path, node: place, what: "levels of nested graphs", found: depth + 1, limit: NIRFile.deepestNesting)
      }
      return .graph(try graph(at: place, depth: depth))
    default:
      throw .unsupported(file: path, node: place, found: "found a node of type \(type)", remedy: Self.remedy(type))
    }
  }

  /// What to do about a node of a type that is not read.
  private static func remedy(_ type: String) -> String {
    switch type {
    case "Delay": "spikes arrive in their own tick, fed back ones in the next; export the network without delays"
    case "Threshold": "use IF or LIF neurons in its place"
    case "I": "use LI with a long time constant, or IF, in its place"
    case "Conv1d": "write it as a Conv2d whose kernels are one pixel high, or as a Linear"
    default:
      "known are Input, Output, Linear, Affine, Scale, Conv2d, SumPool2d, AvgPool2d, Flatten, IF, LI, LIF, CubaLI, CubaLIF, "
        + "NIRGraph"
    }
  }

  private mutating func graph(at place: String, depth: Int) throws(NIRError) -> NIRGraph {
    guard try kind(of: "\(place)/nodes") == .group else {
      throw malformed("\(place)/nodes", expected: "a group of nodes", found: "no group")
    }
    var nodes: [String: NIRNode] = [:]
    for child in try reading({ () throws(HDF5Error) in try file.children(of: "\(place)/nodes") }) {
      nodes[child.name] = try node("\(place)/nodes/\(child.name)", depth: depth + 1)
    }
    let edges = try self.edges("\(place)/edges")
    for edge in edges {
      for end in [edge.source, edge.destination] where nodes[end] == nil {
        throw malformed(
          "\(place)/edges", expected: "names of nodes of the graph",
          found: "an edge from \(Self.quoted(edge.source)) to \(Self.quoted(edge.destination)), of which "
            + "\(Self.quoted(end)) is no node")
      }
    }
    return NIRGraph(nodes: nodes, edges: edges)
  }

  private func edges(_ place: String) throws(NIRError) -> [NIRGraph.Edge] {
    let shape = try shape(place)
    // A graph without edges is a list of length 0.
    guard shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) != 0 else { return [] }
    guard shape.count == 2, shape[1] == 2 else {
      throw malformed(place, expected: "edges [count, 2]", found: "\(shape)")
    }
    guard shape[0] <= NIRFile.mostEdges else {
      throw .tooLarge(file: path, node: place, what: "edges", found: shape[0], limit: NIRFile.mostEdges)
    }
    try requirePlainTexts(place)
    let names = try reading { () throws(HDF5Error) in try file.readTexts(place, byteLimit: 1 << 26) }
    return stride(from: 0, to: names.count - 1, by: 2).map { NIRGraph.Edge(names[$0], names[$0 + 1]) }
  }

  private mutating func neurons(_ type: NIRNeurons.Kind, at place: String) throws(NIRError) -> NIRNeurons {
    let first = try tensor("\(place)/r")
    var neurons = NIRNeurons(type: type, shape: first.shape, resistances: first.values)
    for parameter in NIRNeurons.parameters(of: type) where parameter.name != "r" {
      let name = "\(place)/\(parameter.name)"
      if let standard = parameter.standard, try !exists(name) {
        neurons[keyPath: parameter.path] = [Double](repeating: standard, count: first.values.count)
        continue
      }
      let found = try tensor(name)
      // Writers give w_in as one number for all.
      if parameter.standard != nil, found.values.count == 1 {
        neurons[keyPath: parameter.path] = [Double](repeating: found.values[0], count: first.values.count)
        continue
      }
      guard found.shape == first.shape else {
        throw malformed(name, expected: "the shape of r, \(first.shape)", found: "\(found.shape)")
      }
      neurons[keyPath: parameter.path] = found.values
    }
    for name in ["tau", "tau_mem", "tau_syn"] {
      guard let parameter = NIRNeurons.parameters(of: type).first(where: { $0.name == name }) else { continue }
      guard let bad = neurons[keyPath: parameter.path].first(where: { $0 <= 0 }) else { continue }
      throw malformed("\(place)/\(name)", expected: "time constants above 0 s", found: "\(bad)")
    }
    return neurons
  }

  // MARK: Images

  private mutating func convolution(at place: String) throws(NIRError) -> NIRConvolution {
    let weight = try tensor("\(place)/weight")
    guard weight.shape.count == 4 else {
      throw malformed("\(place)/weight", expected: "kernels [out, in, height, width]", found: "\(weight.shape)")
    }
    let padding: NIRConvolution.Padding
    if try elementType("\(place)/padding") == .string {
      switch try text("\(place)/padding") {
      case "same": padding = .same
      case "valid": padding = .valid
      case let other: throw malformed("\(place)/padding", expected: "same, valid or pixels", found: Self.quoted(other))
      }
    } else {
      padding = .pixels(try pair("\(place)/padding", least: 0))
    }
    let groups = try integer("\(place)/groups")
    guard groups > 0 else { throw malformed("\(place)/groups", expected: "at least 1", found: "\(groups)") }
    let shape = try exists("\(place)/input_shape") ? pair("\(place)/input_shape", least: 1) : nil
    return NIRConvolution(
      inputShape: shape, weight: weight, bias: try bias("\(place)/bias", count: weight.shape[0]),
      stride: try pair("\(place)/stride", least: 1), padding: padding,
      dilation: try pair("\(place)/dilation", least: 1), groups: groups)
  }

  private mutating func pooling(at place: String) throws(NIRError) -> NIRPooling {
    NIRPooling(
      size: try pair("\(place)/kernel_size", least: 1), stride: try pair("\(place)/stride", least: 1),
      padding: try pair("\(place)/padding", least: 0))
  }

  /// Two whole numbers, or one that stands for both.
  private mutating func pair(_ place: String, least: Int) throws(NIRError) -> [Int] {
    let values = try integers(place)
    guard values.count == 1 || values.count == 2, values.allSatisfy({ least...(1 << 20) ~= $0 }) else {
      throw malformed(place, expected: "one or two whole numbers from \(least)", found: "\(values)")
    }
    return values.count == 1 ? [values[0], values[0]] : values
  }

  // MARK: Numbers

  private mutating func weight(_ place: String) throws(NIRError) -> NIRTensor {
    let weight = try tensor(place)
    guard weight.shape.count >= 2, !weight.shape.contains(0) else {
      throw malformed(place, expected: "weights [..., outputs, inputs]", found: "\(weight.shape)")
    }
    return weight
  }

  private mutating func bias(_ place: String, count: Int) throws(NIRError) -> NIRTensor {
    let bias = try tensor(place)
    guard bias.values.count == count else {
      throw malformed(place, expected: "\(count) numbers, one for each output", found: "\(bias.shape)")
    }
    return bias
  }

  /// Extents of a shape, each at least 1.
  private mutating func extents(_ place: String) throws(NIRError) -> [Int] {
    let extents = try integers(place)
    guard !extents.isEmpty, extents.count <= 8, extents.allSatisfy({ 1...NIRFile.mostNumbers ~= $0 }),
      extents.reduce(1.0, { $0 * Double($1) }) <= Double(NIRFile.mostNumbers)
    else { throw malformed(place, expected: "a shape of up to 8 axes", found: "\(extents.prefix(9))") }
    return extents
  }

  private mutating func integer(_ place: String) throws(NIRError) -> Int {
    let values = try integers(place)
    guard values.count == 1 else { throw malformed(place, expected: "one whole number", found: "\(values.count)") }
    return values[0]
  }

  private mutating func integers(_ place: String) throws(NIRError) -> [Int] {
    let shape = try shape(place)
    guard let count = Self.count(shape), count <= 64 else {
      throw malformed(place, expected: "a few whole numbers", found: "shape \(shape)")
    }
    let values = try tensor(place).values
    let integers = values.compactMap { Int(exactly: $0) }
    guard integers.count == values.count else { throw malformed(place, expected: "whole numbers", found: "\(values)") }
    return integers
  }

  /// All numbers of a dataset, in double precision.
  private mutating func tensor(_ place: String) throws(NIRError) -> NIRTensor {
    let shape = try shape(place)
    guard let count = Self.count(shape), count <= numbersLeft else {
      throw .tooLarge(
        file: path, node: place, what: "numbers", found: Self.count(shape) ?? .max, limit: numbersLeft)
    }
    numbersLeft -= count
    let limit = NIRFile.mostNumbers * MemoryLayout<Double>.stride
    let type = try elementType(place)
    let values: [Double]
    if case .integer(bits: 54..., _) = type {
      values = try reading { () throws(HDF5Error) in
        try file.read(place, as: Int64.self, byteLimit: limit).map(Double.init)
      }
    } else {
      values = try reading { () throws(HDF5Error) in try file.read(place, as: Double.self, byteLimit: limit) }
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw malformed(place, expected: "finite numbers", found: "\(values[index]) at position \(index)")
    }
    return NIRTensor(shape: shape, values: values, isSingle: type == Float.hdf5ElementType)
  }

  private static func count(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, extent >= 0 else { return nil }
      count = product
    }
    return count
  }

  // MARK: Metadata

  private mutating func metadata(of place: String) throws(NIRError) -> NIRMetadata {
    let group = "\(place)/metadata"
    guard try exists(group), try kind(of: group) == .group else { return [:] }
    var metadata: NIRMetadata = [:]
    for child in try reading({ () throws(HDF5Error) in try file.children(of: group) }) where child.kind == .dataset {
      let name = "\(group)/\(child.name)"
      switch try elementType(name) {
      case .string: metadata[child.name] = try shape(name).isEmpty ? .text(text(name)) : nil
      case .integer, .floatingPoint:
        let tensor = try tensor(name)
        metadata[child.name] = tensor.shape.isEmpty ? .number(tensor.values[0]) : .numbers(tensor.values)
      case .other: break
      }
    }
    return metadata
  }

  // MARK: HDF5

  /// The names of the uppermost objects, for messages.
  var contents: String {
    get throws(NIRError) {
      let names = try reading { () throws(HDF5Error) in try file.children(of: "/") }.prefix(8).map(\.name)
      return names.isEmpty ? "nothing" : names.joined(separator: ", ")
    }
  }

  func exists(_ place: String) throws(NIRError) -> Bool {
    try reading { () throws(HDF5Error) in try file.exists(place) }
  }

  /// What stands at a place; `nil` for nothing.
  func kind(of place: String) throws(NIRError) -> HDF5ObjectKind? {
    try exists(place) ? reading { () throws(HDF5Error) in try file.kind(of: place) } : nil
  }

  func text(_ place: String) throws(NIRError) -> String {
    try require(place)
    try requirePlainTexts(place)
    return try reading { () throws(HDF5Error) in try file.readText(place, byteLimit: 1 << 16) }
  }

  /// Texts are followed only where they can be checked before, as in all files of NIR itself.
  private func requirePlainTexts(_ place: String) throws(NIRError) {
    guard try reading({ () throws(HDF5Error) in try file.isInOnePiece(place) }) else {
      throw malformed(place, expected: "texts in one piece of the file", found: "texts in chunks")
    }
  }

  private func shape(_ place: String) throws(NIRError) -> [Int] {
    try require(place)
    return try reading { () throws(HDF5Error) in try file.shape(of: place) }
  }

  private func elementType(_ place: String) throws(NIRError) -> HDF5ElementType {
    try require(place)
    return try reading { () throws(HDF5Error) in try file.elementType(of: place) }
  }

  private func require(_ place: String) throws(NIRError) {
    guard try kind(of: place) == .dataset else {
      throw malformed(place, expected: "a dataset", found: try exists(place) ? "none, but a group" : "nothing")
    }
  }

  private func reading<Result>(_ body: () throws(HDF5Error) -> Result) throws(NIRError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw .unreadable(file: path, reason: "\(error)")
    }
  }

  private func malformed(_ place: String, expected: String, found: String) -> NIRError {
    .malformed(file: path, node: place, expected: expected, found: found)
  }

  private static func quoted(_ text: String) -> String {
    "'\(text.prefix(60))'"
  }
}
