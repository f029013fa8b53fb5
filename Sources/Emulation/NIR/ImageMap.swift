import Kernels

/// A convolution without neurons, of one image or of several after each other: a cross-correlation with kernels, as PyTorch
/// means it.
struct ImageMap: Sendable, Equatable {
  /// What is read, channels first.
  let input: ImageShape
  /// What comes out, channels first.
  let output: ImageShape
  /// Height and width of a kernel.
  let size: [Int]
  /// Pixels from place to place, down and across.
  let stride: [Int]
  /// Idle pixels around the image, above and left.
  let padding: [Int]
  /// Kernels `[out × in × height × width]`, row-major.
  let kernels: [Double]

  /// Most weights of all kernels.
  static let mostWeights = 1 << 24

  /// A convolution; `nil` where the image is too small for any place or the kernels have too many weights.
  init?(input: ImageShape, channels: Int, size: [Int], stride: [Int], padding: [Int], kernels: [Double]) {
    let places = zip([input.height, input.width], 0..<2).map { extent, axis in
      let free = extent + 2 * padding[axis] - size[axis]
      return free < 0 ? 0 : free / stride[axis] + 1
    }
    guard places[0] > 0, places[1] > 0, Double(channels) * Double(places[0]) * Double(places[1]) < 1e9,
      kernels.count == channels * input.channels * size[0] * size[1]
    else { return nil }
    self.input = input
    output = ImageShape(channels: channels, height: places[0], width: places[1], order: .channelsFirst)
    self.size = size
    self.stride = stride
    self.padding = padding
    self.kernels = kernels
  }

  /// Position of a weight in the kernels.
  func index(_ out: Int, _ channel: Int, _ y: Int, _ x: Int) -> Int {
    ((out * input.channels + channel) * size[0] + y) * size[1] + x
  }

  /// This convolution, then another of what comes out; `nil` where one convolution cannot do both exactly or its kernels would
  /// be too large.
  ///
  /// Idle pixels of the second stand for places that the first does not have; a single convolution would give them what it
  /// sees there, so that they must see no pixel.
  func followed(by next: ImageMap) -> ImageMap? {
    for axis in 0..<2 where next.padding[axis] > 0 {
      let extent = axis == 0 ? input.height : input.width
      let places = axis == 0 ? output.height : output.width
      guard size[axis] <= stride[axis] + padding[axis], places * stride[axis] - padding[axis] >= extent else {
        return nil
      }
    }
    let whole = (0..<2).map { (next.size[$0] - 1) * stride[$0] + size[$0] }
    let count = Double(next.output.channels) * Double(input.channels) * Double(whole[0]) * Double(whole[1])
    guard count <= Double(Self.mostWeights) else { return nil }
    var kernels = [Double](repeating: 0, count: Int(count))
    next.forEachWeight { out, middle, nextY, nextX, nextWeight in
      for channel in 0..<input.channels {
        for y in 0..<size[0] {
          for x in 0..<size[1] {
            let (line, column) = (nextY * stride[0] + y, nextX * stride[1] + x)
            kernels[((out * input.channels + channel) * whole[0] + line) * whole[1] + column] +=
              nextWeight * self.kernels[index(middle, channel, y, x)]
          }
        }
      }
    }
    return ImageMap(
      input: input, channels: next.output.channels, size: whole, stride: (0..<2).map { stride[$0] * next.stride[$0] },
      padding: (0..<2).map { padding[$0] + next.padding[$0] * stride[$0] }, kernels: kernels)
  }

  private func forEachWeight(_ body: (_ out: Int, _ channel: Int, _ y: Int, _ x: Int, _ weight: Double) -> Void) {
    for out in 0..<output.channels {
      for channel in 0..<input.channels {
        for y in 0..<size[0] {
          for x in 0..<size[1] {
            let weight = kernels[index(out, channel, y, x)]
            if weight != 0 { body(out, channel, y, x, weight) }
          }
        }
      }
    }
  }

  /// The same with factors for each place of the output; `nil` where they differ within a channel.
  func scaled(by factors: [Double]) -> ImageMap? {
    let places = output.height * output.width
    for (index, factor) in factors.enumerated() where factor != factors[index / places * places] { return nil }
    let weights = input.channels * size[0] * size[1]
    return ImageMap(
      input: input, channels: output.channels, size: size, stride: stride, padding: padding,
      kernels: kernels.enumerated().map { $0.element * factors[$0.offset / weights * places] })
  }

  /// The convolution as a matrix `[places of the output × pixels]`, both channels first.
  var dense: DenseMatrix {
    var matrix = DenseMatrix(
      outputs: output.count, inputs: input.count, values: [Double](repeating: 0, count: output.count * input.count))
    forEachWeight { out, channel, y, x, weight in
      for line in 0..<output.height {
        let pixelY = line * stride[0] - padding[0] + y
        guard 0..<input.height ~= pixelY else { continue }
        for column in 0..<output.width {
          let pixelX = column * stride[1] - padding[1] + x
          guard 0..<input.width ~= pixelX else { continue }
          let row = output.row(channel: out, y: line, x: column)
          matrix.values[row * input.count + input.row(channel: channel, y: pixelY, x: pixelX)] += weight
        }
      }
    }
    return matrix
  }
}
