import Glibc
import HDF5Store

extension NIRFile {
  /// Writes a graph as a whole: under a temporary name, synchronised, then renamed over what is there.
  ///
  /// - Precondition: edges name nodes of their graph, and neurons have as many numbers as their shape says.
  /// - Throws: `NIRError.cannotWrite`.
  public static func write(_ graph: NIRGraph, to path: String) throws(NIRError) {
    let partial = "\(path).partial-\(getpid())"
    do throws(HDF5Error) {
      let file = try HDF5File.create(at: partial)
      try file.write(writtenVersion, to: "version", description: "version of NIR")
      try NIRWriter(file: file).write(NIRNode(.graph(graph), metadata: graph.metadata), at: "node")
      try file.close()
    } catch {
      FileSystem.remove(partial)
      throw .cannotWrite(file: path, reason: CheckpointOutput.reason(error))
    }
    if let reason = FileSystem.synchronise(partial) ?? FileSystem.rename(partial, to: path) {
      FileSystem.remove(partial)
      throw .cannotWrite(file: path, reason: reason)
    }
    _ = FileSystem.synchronise(FileSystem.folder(of: path))
  }
}

/// Writes nodes as groups.
private struct NIRWriter {
  let file: HDF5File

  func write(_ node: NIRNode, at place: String) throws(HDF5Error) {
    try file.write(node.type, to: "\(place)/type", description: "type of the node")
    switch node.kind {
    case .input(let shape), .output(let shape):
      try write(shape, to: "\(place)/shape", description: "shape of the signal")
    case .linear(let weight):
      try write(weight, to: "\(place)/weight", description: Self.weightDescription)
    case .affine(let weight, let bias):
      try write(weight, to: "\(place)/weight", description: Self.weightDescription)
      try write(bias, to: "\(place)/bias", description: "bias of each output")
    case .scale(let scale):
      try write(scale, to: "\(place)/scale", description: "factor of each element")
    case .convolution(let convolution):
      try write(convolution, at: place)
    case .sumPool(let pooling), .averagePool(let pooling):
      try write(pooling.size, to: "\(place)/kernel_size", description: "height and width of a window")
      try write(pooling.stride, to: "\(place)/stride", description: "pixels from window to window")
      try write(pooling.padding, to: "\(place)/padding", description: "idle pixels around the image")
    case .flatten(let flattening):
      try write(flattening.first, to: "\(place)/start_dim", description: "first axis of those that become one")
      try write(flattening.last, to: "\(place)/end_dim", description: "last axis of those that become one")
      if let shape = flattening.inputShape {
        try write(shape, to: "\(place)/input_type", description: "shape of the input")
      }
    case .neurons(let neurons):
      for parameter in NIRNeurons.parameters(of: neurons.type) {
        try file.write(
          neurons[keyPath: parameter.path], shape: neurons.shape, to: "\(place)/\(parameter.name)",
          units: parameter.units, description: parameter.description, compression: .deflate(level: 4))
      }
    case .graph(let graph):
      try write(graph, at: place)
    }
    for (name, value) in node.metadata.sorted(by: { $0.key < $1.key }) {
      try write(value, to: "\(place)/metadata/\(name)")
    }
  }

  private static let weightDescription = "weights [outputs x inputs]"

  private func write(_ graph: NIRGraph, at place: String) throws(HDF5Error) {
    try file.createGroup("\(place)/nodes")
    for (name, node) in graph.nodes.sorted(by: { $0.key < $1.key }) {
      var node = node
      if case .graph(let inner) = node.kind { node.metadata.merge(inner.metadata) { own, _ in own } }
      try write(node, at: "\(place)/nodes/\(name)")
    }
    try file.write(
      graph.edges.flatMap { [$0.source, $0.destination] }, shape: [graph.edges.count, 2], to: "\(place)/edges",
      description: "source and destination of each edge")
  }

  private func write(_ convolution: NIRConvolution, at place: String) throws(HDF5Error) {
    if let shape = convolution.inputShape {
      try write(shape, to: "\(place)/input_shape", description: "height and width of the image")
    }
    try write(convolution.weight, to: "\(place)/weight", description: "kernels [out x in x height x width]")
    try write(convolution.bias, to: "\(place)/bias", description: "bias of each kernel")
    try write(convolution.stride, to: "\(place)/stride", description: "pixels from place to place")
    switch convolution.padding {
    case .pixels(let pixels): try write(pixels, to: "\(place)/padding", description: "idle pixels around the image")
    case .same: try file.write("same", to: "\(place)/padding", description: "idle pixels around the image")
    case .valid: try file.write("valid", to: "\(place)/padding", description: "idle pixels around the image")
    }
    try write(convolution.dilation, to: "\(place)/dilation", description: "pixels from place to place of a kernel")
    try write(convolution.groups, to: "\(place)/groups", description: "groups of channels")
  }

  private func write(_ tensor: NIRTensor, to place: String, description: String) throws(HDF5Error) {
    let compression = HDF5Compression.deflate(level: 4)
    if tensor.isSingle {
      try file.write(
        tensor.values.map { Float($0) }, shape: tensor.shape, to: place, units: "1", description: description,
        compression: compression)
    } else {
      try file.write(
        tensor.values, shape: tensor.shape, to: place, units: "1", description: description, compression: compression)
    }
  }

  private func write(_ values: [Int], to place: String, description: String) throws(HDF5Error) {
    try file.write(
      values.map { Int64($0) }, shape: [values.count], to: place, units: "1", description: description)
  }

  private func write(_ value: Int, to place: String, description: String) throws(HDF5Error) {
    try file.write(Int64(value), to: place, units: "1", description: description)
  }

  private func write(_ value: NIRMetadataValue, to place: String) throws(HDF5Error) {
    switch value {
    case .number(let number): try file.write(number, to: place, units: "1", description: "metadata")
    case .text(let text): try file.write(text, to: place, description: "metadata")
    case .numbers(let numbers):
      try file.write(numbers, shape: [numbers.count], to: place, units: "1", description: "metadata")
    }
  }
}
