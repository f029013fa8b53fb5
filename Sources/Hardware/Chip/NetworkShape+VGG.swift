extension NetworkShape {
  /// The twelve convolutions of 3 × 3 of the VGG16 that SpikeSim and the review estimate, without its classifier.
  ///
  /// - Parameters:
  ///   - size: edge of the input, a multiple of 16: 32 for CIFAR, 64 for TinyImageNet.
  ///   - density: share of the inputs of all layers but the first that spike in a tick.
  /// - Throws: `ChipError.badNumber`.
  /// - Reference: A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815 (2023), arXiv:2210.12899.
  public static func vgg16(size: Int, ticks: Int, density: Double) throws(ChipError) -> NetworkShape {
    guard size > 0, size % 16 == 0 else {
      throw .badNumber(what: "edge of the input", expected: "a multiple of 16", found: "\(size)")
    }
    let channels = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512]
    // Pooled after these convolutions.
    let pooled: Set = [1, 3, 6, 9]
    var edge = size
    var layers: [Layer] = []
    for index in 0..<channels.count - 1 {
      let output = pooled.contains(index) ? edge / 2 : edge
      layers.append(
        try Layer(
          name: "conv\(index + 1)", inputs: channels[index], outputs: channels[index + 1], kernel: 3, inputSize: edge,
          outputSize: output, density: index == 0 ? 1 : density))
      edge = output
    }
    return try NetworkShape(layers: layers, ticks: ticks)
  }
}
