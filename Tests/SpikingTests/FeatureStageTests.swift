import Kernels
import Spiking
import Testing

@Suite struct FeatureStageTests {
  private static let image = ImageShape(channels: 2, height: 34, width: 34, order: .channelsFirst)

  @Test func notationIsRead() throws {
    #expect(
      try FeatureStage.stages("12c5-2a-64c3s2p1-4m") == [
        .convolution(kernels: 12, size: 5, stride: 1, padding: 0), .meanPool(size: 2),
        .convolution(kernels: 64, size: 3, stride: 2, padding: 1), .anyPool(size: 4),
      ])
    for notation in ["12c5", "1c1p0", "2a", "12c5s2p1", "3m"] {
      let stage = try FeatureStage.stages(notation)[0]
      #expect(try FeatureStage.stages(stage.notation) == [stage])
    }
  }

  @Test(arguments: [
    ("", "does not begin"), ("c5", "does not begin"), ("12c", "is no layer"), ("12", "is no layer"),
    ("0c5", "does not begin"), ("12c0", "is no layer"), ("12c5s0", "stride of 0"), ("12c5p5", "padded by as much"),
    ("12c5-", "does not begin"), ("12c5-x", "has \"x\""), ("2a3", "is no layer"), ("2am", "is no layer"),
    ("12c5c5", "has \"c\""), ("12c5 ", "has \" \""), ("99999c5", "above 65536"), ("12c99999999999999999999", "above"),
    ("-2a", "does not begin"), ("12c5a", "is no layer"),
  ])
  func badNotationIsRefused(notation: String, reason: String) throws {
    let error = #expect(throws: SpikingError.self) { try FeatureStage.stages(notation) }
    #expect(try #require(error).description.contains(reason))
  }

  @Test func shapesAreThoseOfTheField() throws {
    // SLAYER's N-MNIST network 34x34x2-12c5-2a-64c5-2a: 30, 15, 11, 5.
    var shape = Self.image
    var sides: [[Int]] = []
    for stage in try FeatureStage.stages("12c5-2a-64c5-2a") {
      shape = try stage.shape(after: shape)
      sides.append([shape.channels, shape.height, shape.width])
    }
    #expect(sides == [[12, 30, 30], [12, 15, 15], [64, 11, 11], [64, 5, 5]])
    #expect(try FeatureStage.stages("8c3s2p1")[0].shape(after: Self.image).width == 17)
  }

  @Test func layersThatDoNotFitAreRefused() throws {
    let small = ImageShape(channels: 2, height: 3, width: 9, order: .channelsFirst)
    for notation in ["4c5", "4a", "4m"] {
      #expect(throws: SpikingError.emptyFeature(part: notation, height: 3, width: 9)) {
        try FeatureStage.stages(notation)[0].shape(after: small)
      }
    }
    #expect(throws: SpikingError.self) { try FeatureStage.stages("65536c1")[0].shape(after: Self.image) }
  }
}

@Suite struct KernelUnrollingTests {
  @Test(
    arguments: [(5, 1, 0), (3, 2, 1), (4, 3, 0), (1, 1, 0), (3, 1, 2)], [ImageShape.Order.channelsFirst, .channelsLast])
  func activePlacesAndRowsAreThoseOfTheDefinition(kernel: (Int, Int, Int), order: ImageShape.Order) throws {
    let (size, stride, padding) = kernel
    let input = ImageShape(channels: 3, height: 9, width: 11, order: order)
    let stage = FeatureStage.convolution(kernels: 4, size: size, stride: stride, padding: padding)
    let output = try stage.shape(after: input)
    var unrolling = KernelUnrolling(input: input, output: output, size: size, stride: stride, padding: padding)
    var random = SystemStream(7)
    for _ in 0..<20 {
      let active = (0..<input.count).filter { _ in random.next() % 12 == 0 }
      active.map { Int32($0) }.withUnsafeBufferPointer { unrolling.take($0) }
      var found: [Int: [Int]] = [:]
      unrolling.forEachActivePlace { place, rows in found[place] = rows.map { Int($0) } }
      for y in 0..<output.height {
        for x in 0..<output.width {
          var rows: [Int] = []
          for channel in 0..<3 {
            for line in 0..<size {
              for column in 0..<size {
                let (pixelY, pixelX) = (y * stride + line - padding, x * stride + column - padding)
                guard 0..<9 ~= pixelY, 0..<11 ~= pixelX else { continue }
                guard active.contains(input.row(channel: channel, y: pixelY, x: pixelX)) else { continue }
                rows.append(unrolling.kernelRow(channel: channel, y: line, x: column))
              }
            }
          }
          let seen = found.removeValue(forKey: y * output.width + x) ?? []
          #expect(seen == rows.sorted())
        }
      }
      #expect(found.isEmpty)
    }
  }
}

@Suite struct SpikePoolingTests {
  private static func run(_ kind: SpikePooling.Kind, _ ticks: [[Int32]]) -> [[Int32]] {
    let input = ImageShape(channels: 1, height: 4, width: 5, order: .channelsFirst)
    let output = ImageShape(channels: 1, height: 2, width: 2, order: .channelsLast)
    var pooling = SpikePooling(kind, input: input, output: output, size: 2)
    var raster = SpikeRaster(rowCount: 4)
    for tick in ticks { tick.withUnsafeBufferPointer { pooling.step($0, into: &raster) } }
    return (0..<ticks.count).map { Array(raster.activeRows(at: $0)) }
  }

  /// Places 4 of each line belong to no square of 2 x 2.
  @Test func anySpikeOfASquareIsPassedOnOnce() {
    let spikes = Self.run(.any, [[0, 1, 5], [4, 9], [8, 18], []])
    #expect(spikes == [[0], [], [1, 3], []])
  }

  @Test func fourSpikesMakeOneOfTheMean() {
    let many = Self.run(.mean, [[0, 1, 5], [0, 1], [0, 1, 5, 6], [0, 1], [2]])
    #expect(many == [[], [0], [0], [], []])
    let few = Self.run(.mean, [[0, 1, 5, 6], [0], [1], [5], [6]])
    #expect(few == [[0], [], [], [], [0]])
  }
}

/// SplitMix64.
private struct SystemStream {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
