import Checkpoints
import Kernels

/// The linear ways of signals through a graph, from the input or from neurons to any other node.
struct SignalPaths {
  /// What arrives at a place.
  struct Signal {
    /// Shape of the signal, without batch.
    var shape: [Int]
    /// The map from each node that it comes from.
    var maps: [String: LinearMap]
    /// What is added in every tick; empty for nothing.
    var constant: [Double] = []

    /// Number of signals.
    var count: Int { shape.reduce(1, *) }
  }

  /// Most weights of a layer.
  static let mostWeights = Double(1 << 26)

  let graph: FlatGraph
  private var known: [String: Signal] = [:]
  private var open: Set<String> = []

  init(_ graph: FlatGraph) {
    self.graph = graph
  }

  /// The sum of what goes into a node.
  mutating func input(of place: String) throws(NIRError) -> Signal {
    var sum: Signal?
    for source in graph.sources[place] ?? [] {
      let signal = try output(of: source)
      sum = try sum.map { sum throws(NIRError) in try add(sum, signal, at: place) } ?? signal
    }
    guard let sum else { throw unsupported(place, "found nothing that leads to it", "connect it, or take it out") }
    return sum
  }

  private func add(_ left: Signal, _ right: Signal, at place: String) throws(NIRError) -> Signal {
    guard left.count == right.count else {
      throw unfit(place, expected: "signals of one size", found: "\(left.shape) and \(right.shape)")
    }
    var sum = left
    for (source, map) in right.maps {
      if let other = sum.maps[source] {
        try requireRoom(map, at: place)
        sum.maps[source] = other.adding(map)
      } else {
        sum.maps[source] = map
      }
    }
    if sum.constant.isEmpty {
      sum.constant = right.constant
    } else if !right.constant.isEmpty {
      sum.constant = zip(sum.constant, right.constant).map(+)
    }
    return sum
  }

  /// What leaves a node. Neurons and the input are where ways begin.
  mutating func output(of place: String) throws(NIRError) -> Signal {
    if let signal = known[place] { return signal }
    guard let node = graph.nodes[place] else { return Signal(shape: [], maps: [:]) }
    switch node.kind {
    case .input(let shape) where place == graph.input:
      return Signal(shape: shape, maps: [place: .identity(shape.reduce(1, *))])
    case .neurons(let neurons):
      let shape = neurons.shape.isEmpty ? [1] : neurons.shape
      return Signal(shape: shape, maps: [place: .identity(neurons.count)])
    default: break
    }
    guard open.insert(place).inserted else {
      throw unsupported(place, "found a cycle without neurons", "put neurons into it: they make it last a tick")
    }
    let signal = try pass(try input(of: place), through: node, at: place)
    open.remove(place)
    known[place] = signal
    return signal
  }

  private func pass(_ signal: Signal, through node: NIRNode, at place: String) throws(NIRError) -> Signal {
    switch node.kind {
    case .linear(let weight): return try multiply(signal, by: weight, bias: nil, at: place)
    case .affine(let weight, let bias): return try multiply(signal, by: weight, bias: bias.values, at: place)
    case .scale(let scale):
      // One number stands for all.
      let factors =
        scale.values.count == 1 ? [Double](repeating: scale.values[0], count: signal.count) : scale.values
      guard factors.count == signal.count else {
        throw unfit(place, expected: "a signal of \(factors.count)", found: "\(signal.shape)")
      }
      var scaled = signal
      scaled.maps = signal.maps.mapValues { $0.scaled(by: factors) }
      scaled.constant = zip(signal.constant, factors).map(*)
      return scaled
    case .flatten(let flattening): return try flatten(signal, flattening, at: place)
    case .convolution(let convolution):
      return try pass(
        signal, through: { image throws(NIRError) in try map(convolution, of: image, at: place) }, at: place)
    case .sumPool(let pooling):
      return try pass(signal, through: { image throws(NIRError) in map(pooling, factor: 1, of: image) }, at: place)
    case .averagePool(let pooling):
      let factor = 1 / Double(pooling.size[0] * pooling.size[1])
      return try pass(
        signal, through: { image throws(NIRError) in map(pooling, factor: factor, of: image) }, at: place)
    case .input, .output, .neurons, .graph: return signal
    }
  }

  // MARK: Matrices

  private func multiply(
    _ signal: Signal, by weight: NIRTensor, bias: [Double]?, at place: String
  ) throws(NIRError) -> Signal {
    guard weight.shape.count == 2 else {
      throw unsupported(
        place, "found weights \(weight.shape)", "weights of more than two axes are one matrix for each; write one")
    }
    guard weight.shape[1] == signal.count else {
      throw unfit(place, expected: "\(weight.shape[1]) signals", found: "\(signal.shape)")
    }
    let matrix = DenseMatrix(outputs: weight.shape[0], inputs: weight.shape[1], values: weight.values)
    var result = Signal(shape: [matrix.outputs], maps: [:])
    for (source, map) in signal.maps {
      guard Double(matrix.outputs) * Double(map.inputs) <= Self.mostWeights, map.denseCount <= Self.mostWeights else {
        throw tooLarge(place, Double(matrix.outputs) * Double(map.inputs))
      }
      result.maps[source] = map.followed(by: matrix)
    }
    if !signal.constant.isEmpty { result.constant = matrix.product(with: signal.constant) }
    if let bias {
      result.constant = result.constant.isEmpty ? bias : zip(result.constant, bias).map(+)
    }
    return result
  }

  private func flatten(
    _ signal: Signal, _ flattening: NIRFlattening, at place: String
  ) throws(NIRError) -> Signal {
    let axes = signal.shape.count
    // Shapes are without batch, but most writers count it among the axes.
    let first = max(0, flattening.first < 0 ? axes + flattening.first : flattening.first)
    let last = min(axes - 1, flattening.last < 0 ? axes + flattening.last : flattening.last)
    if let shape = flattening.inputShape, shape.reduce(1, *) != signal.count {
      throw unfit(place, expected: "a signal of shape \(shape)", found: "\(signal.shape)")
    }
    var result = signal
    // From the second axis on with channels first is what frameworks say for all of a sample.
    result.shape = first <= 1 && last == axes - 1 ? [signal.count] : signal.shape
    guard result.shape.count == 1 || first >= last else {
      throw unsupported(place, "found axes \(first) to \(last) of \(axes) made one", "flatten all of them")
    }
    return result
  }

  // MARK: Images

  private func pass(
    _ signal: Signal, through map: (ImageShape) throws(NIRError) -> ImageMap?, at place: String
  ) throws(NIRError) -> Signal {
    guard signal.shape.count == 3 else {
      throw unfit(place, expected: "an image [channels, height, width]", found: "\(signal.shape)")
    }
    guard signal.constant.allSatisfy({ $0 == 0 }) else {
      throw unsupported(
        place, "found an image with a bias in front of it", "convolutions have no bias row; leave it out")
    }
    let image = ImageShape(
      channels: signal.shape[0], height: signal.shape[1], width: signal.shape[2], order: .channelsFirst)
    guard let own = try map(image) else {
      throw unfit(place, expected: "windows that fit on the image", found: "an image of \(signal.shape)")
    }
    var result = Signal(shape: [own.output.channels, own.output.height, own.output.width], maps: [:])
    for (source, before) in signal.maps { result.maps[source] = try join(before, own, at: place) }
    return result
  }

  private func join(_ before: LinearMap, _ own: ImageMap, at place: String) throws(NIRError) -> LinearMap {
    switch before {
    case .identity: return .image(own)
    case .image(let first):
      if let both = first.followed(by: own) { return .image(both) }
    case .diagonal, .matrix: break
    }
    throw unsupported(
      place, "found an image operation behind another without neurons between them, which no single convolution can do",
      "put neurons between them, or leave out the padding of this one")
  }

  private func map(
    _ convolution: NIRConvolution, of image: ImageShape, at place: String
  ) throws(NIRError) -> ImageMap? {
    let shape = convolution.weight.shape
    if let expected = convolution.inputShape, expected != [image.height, image.width] {
      throw unfit(place, expected: "an image of \(expected)", found: "\([image.height, image.width])")
    }
    guard shape[1] * convolution.groups == image.channels, shape[0] % convolution.groups == 0 else {
      throw unfit(
        place, expected: "an image of \(shape[1] * convolution.groups) channels", found: "\(image.channels)")
    }
    guard convolution.bias.values.allSatisfy({ $0 == 0 }) else {
      throw unsupported(
        place, "found a convolution with biases", "its crossbar is read without a bias row; train it without biases")
    }
    let size = (0..<2).map { (shape[2 + $0] - 1) * convolution.dilation[$0] + 1 }
    let count = Double(shape[0]) * Double(image.channels) * Double(size[0]) * Double(size[1])
    guard count <= Double(ImageMap.mostWeights) else { throw tooLarge(place, count) }
    var padding = [0, 0]
    switch convolution.padding {
    case .pixels(let pixels): padding = pixels
    case .valid: break
    case .same:
      guard size.allSatisfy({ $0 % 2 == 1 }), convolution.stride == [1, 1] else {
        throw unsupported(
          place, "found padding 'same' around kernels of \(size), stride \(convolution.stride)",
          "it is the same on all sides for odd kernels and stride 1 only")
      }
      padding = size.map { $0 / 2 }
    }
    var kernels = [Double](repeating: 0, count: Int(count))
    let perGroup = shape[0] / convolution.groups
    for (index, weight) in convolution.weight.values.enumerated() {
      let (x, y) = (index % shape[3], index / shape[3] % shape[2])
      let channel = index / (shape[3] * shape[2]) % shape[1]
      let out = index / (shape[3] * shape[2] * shape[1])
      let from = out / perGroup * shape[1] + channel
      let line = (out * image.channels + from) * size[0] + y * convolution.dilation[0]
      kernels[line * size[1] + x * convolution.dilation[1]] = weight
    }
    return ImageMap(
      input: image, channels: shape[0], size: size, stride: convolution.stride, padding: padding, kernels: kernels)
  }

  private func map(_ pooling: NIRPooling, factor: Double, of image: ImageShape) -> ImageMap? {
    let area = Double(pooling.size[0]) * Double(pooling.size[1])
    let channels = image.channels
    guard Double(channels * channels) * area <= Double(ImageMap.mostWeights) else { return nil }
    var kernels = [Double](repeating: 0, count: channels * channels * Int(area))
    for channel in 0..<channels {
      for place in 0..<Int(area) { kernels[(channel * channels + channel) * Int(area) + place] = factor }
    }
    return ImageMap(
      input: image, channels: channels, size: pooling.size, stride: pooling.stride, padding: pooling.padding,
      kernels: kernels)
  }

  // MARK: Refusals

  private func requireRoom(_ map: LinearMap, at place: String) throws(NIRError) {
    guard map.denseCount <= Self.mostWeights else { throw tooLarge(place, map.denseCount) }
  }

  private func tooLarge(_ place: String, _ count: Double) -> NIRError {
    .tooLarge(
      file: graph.file, node: place, what: "weights of a layer", found: Int(min(count, 1e18)),
      limit: Int(Self.mostWeights))
  }

  private func unfit(_ place: String, expected: String, found: String) -> NIRError {
    .unfit(file: graph.file, node: place, expected: expected, found: found)
  }

  private func unsupported(_ place: String, _ found: String, _ remedy: String) -> NIRError {
    .unsupported(file: graph.file, node: place, found: found, remedy: remedy)
  }
}
