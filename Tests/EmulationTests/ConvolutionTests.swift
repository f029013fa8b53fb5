import Crossbars
import Foundation
import Kernels
import Recordings
import Spiking
import Testing

@testable import Emulation

/// Convolutions on a crossbar against convolutions of the same weights.
@Suite("Convolution")
struct ConvolutionTests {
  /// N-MNIST beside the project: `CROSSPOINT_DATA`, else `../shared/data`.
  private static let recordings =
    (ProcessInfo.processInfo.environment["CROSSPOINT_DATA"]
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../../shared/data") + "/n-mnist"

  private static func features(_ notation: String, image: ImageShape) throws -> FeatureParameters {
    let stages = try FeatureStage.stages(notation)
    let plan = try FeatureParameters(image: image, stages: stages, sigma: 0.2)
    // Weights on a binary grid: sums are exact in any order.
    let stream = RandomStream(key: 3)
    let kernels = plan.convolutions.map { convolution in
      (0..<convolution.rows * convolution.columns).map { index in
        Float(Int(stream.words(array: convolution.number, item: index, event: 0)[0] % 65) - 28) / 128
      }
    }
    return try FeatureParameters(image: image, stages: stages, sigma: 0, kernels: kernels)
  }

  private static func network(_ features: FeatureParameters, ticks: Int) throws -> SpikingNetwork {
    var parameters = try raggedNetwork()
    parameters.inputRows = features.image.count
    parameters.features = features
    parameters.outputs = 10
    return SpikingNetwork.make(parameters, ticks: ticks)
  }

  /// Places with an active pixel under the kernel, and the sums there, by the definition of a convolution.
  private static func direct(
    _ convolution: FeatureParameters.Convolution, weights: [Float], active: [Bool]
  ) -> [Int: [Float]] {
    let (input, output, size) = (convolution.input, convolution.output, convolution.size)
    var places: [Int: [Float]] = [:]
    for y in 0..<output.height {
      for x in 0..<output.width {
        var sums = [Float](repeating: 0, count: output.channels)
        var isActive = false
        for channel in 0..<input.channels {
          for line in 0..<size {
            for column in 0..<size {
              let pixel = (
                y: y * convolution.stride + line - convolution.padding,
                x: x * convolution.stride + column - convolution.padding
              )
              guard 0..<input.height ~= pixel.y, 0..<input.width ~= pixel.x,
                active[input.row(channel: channel, y: pixel.y, x: pixel.x)]
              else { continue }
              isActive = true
              let row = (channel * size + line) * size + column
              for output in sums.indices { sums[output] += weights[row * sums.count + output] }
            }
          }
        }
        if isActive { places[y * output.width + x] = sums }
      }
    }
    return places
  }

  /// Spikes and reads of a layer, the first unless told, by the definition.
  private static func reference(
    _ features: FeatureParameters, of chosen: FeatureParameters.Convolution? = nil, parameters: NetworkParameters,
    raster: SpikeRaster
  ) throws -> (spikes: [[Int32]], reads: Int) {
    let convolution = chosen ?? features.convolutions[0]
    let weights = try #require(features.kernels)[convolution.number]
    let leak = parameters.neuron.leak
    let threshold = parameters.neuron.threshold
    var potentials = [Float](repeating: 0, count: convolution.output.count)
    var reads = 0
    let spikes = raster.flags.map { active -> [Int32] in
      let sums = direct(convolution, weights: weights, active: active)
      reads += sums.count
      var fired: [Int32] = []
      for neuron in potentials.indices {
        let (place, kernel) = (neuron / convolution.columns, neuron % convolution.columns)
        let reset: Float = potentials[neuron] > threshold ? threshold : 0
        potentials[neuron] = potentials[neuron] * leak + (sums[place]?[kernel] ?? 0) - reset
        if potentials[neuron] > threshold { fired.append(Int32(neuron)) }
      }
      return fired
    }
    return (spikes, reads)
  }

  private func compare(_ notation: String, image: ImageShape, raster: SpikeRaster) throws {
    let features = try Self.features(notation, image: image)
    let network = try Self.network(features, ticks: raster.tickCount)
    let array = network.arrays[0].array
    #expect(network.arrays[0].name == "features1" && array.effectiveWeights == features.kernels?[0])
    let outcome = network.present(raster, label: 0, learns: false)
    let expected = try Self.reference(features, parameters: network.parameters, raster: raster)
    let layer = try #require(network.features?.layers[0])
    for tick in 0..<raster.tickCount { #expect(Array(layer.output.activeRows(at: tick)) == expected.spikes[tick]) }
    #expect(outcome.spikes[1] == UInt64(expected.spikes.reduce(0) { $0 + $1.count }))
    #expect(outcome.spikes[1] > 20)
    // An exact array counts the rows of its reads: those of the places that see an active pixel, and no others.
    #expect(expected.reads > 0)
  }

  @Test(
    "equals a direct convolution on real event frames",
    .enabled(if: FileManager.default.fileExists(atPath: recordings), "needs n-mnist in CROSSPOINT_DATA"),
    arguments: ["6c5", "20c3s2p1", "5c4s3"])
  func realFrames(notation: String) throws {
    let source = try NMNISTSource(path: Self.recordings, tickInMicroseconds: 5000, tickCount: 30)
    let image = try #require(source.imageShape)
    for sample in [0, source.sampleCount / 2] {
      var raster = SpikeRaster(rowCount: source.inputRowCount)
      try source.encode(sample: sample, into: &raster)
      #expect(raster.spikeCount > 500)
      try compare(notation, image: image, raster: raster)
    }
  }

  @Test("equals a direct convolution on random frames", arguments: ["6c5", "70c3s2p1", "5c4s3p2"])
  func randomFrames(notation: String) throws {
    let image = ImageShape(channels: 2, height: 11, width: 13, order: .channelsFirst)
    let raster = TestSample.random(1, rows: image.count, classes: 3, ticks: 40, seed: 9)[0].raster
    try compare(notation, image: image, raster: raster)
  }

  /// With converters a read is one tile read: as many as places that see an active pixel.
  @Test("is read once for each place with an active pixel")
  func reads() throws {
    let image = ImageShape(channels: 2, height: 11, width: 13, order: .channelsFirst)
    let raster = TestSample.random(1, rows: image.count, classes: 3, ticks: 12, seed: 4)[0].raster
    var sparse = SpikeRaster(rowCount: image.count)
    for tick in 0..<12 { sparse.appendTick(unordered: raster.activeRows(at: tick).prefix(3).map { Int($0) }) }
    let features = try Self.features("6c5", image: image)
    var parameters = try raggedNetwork()
    parameters.inputRows = image.count
    parameters.features = features
    parameters.tileRows = 64
    parameters.converter = Converter(bits: 12, fullScale: .worstCase, offsetSigma: 0)
    let network = SpikingNetwork.make(parameters, ticks: 12)
    _ = network.present(sparse, label: 0, learns: false)
    let expected = try Self.reference(features, parameters: parameters, raster: sparse)
    let activity = network.arrays[0].array.readActivity
    #expect(activity.tileReads == UInt64(expected.reads))
    #expect(activity.conversions == UInt64(expected.reads * 6))
    #expect(expected.reads < 12 * 7 * 9)
  }

  /// The second convolution reads the maps of the first: another order of pixels, the same order of kernel rows.
  @Test("holds for maps of maps")
  func deepLayers() throws {
    let image = ImageShape(channels: 2, height: 11, width: 13, order: .channelsFirst)
    let raster = TestSample.random(1, rows: image.count, classes: 3, ticks: 40, seed: 9)[0].raster
    let features = try Self.features("6c3-2m-9c3p1", image: image)
    let network = try Self.network(features, ticks: raster.tickCount)
    _ = network.present(raster, label: 0, learns: false)
    let layers = try #require(network.features?.layers)
    let second = features.convolutions[1]
    let expected = try Self.reference(features, of: second, parameters: network.parameters, raster: layers[1].output)
    for tick in 0..<raster.tickCount {
      #expect(Array(layers[2].output.activeRows(at: tick)) == expected.spikes[tick])
    }
    #expect(layers[2].output.spikeCount > 20)
  }

  @Test("needs the recording of a camera, and layers that fit")
  func refusals() throws {
    func configuration(_ notation: String) throws -> ExperimentConfiguration {
      try ExperimentConfiguration.load(
        text: minimalExperiment, name: "x.yaml", overrides: ["network.features=\(notation)"])
    }
    #expect(throws: EmulationError.self) { try configuration("4c3").features(image: nil) }
    let small = ImageShape(channels: 2, height: 4, width: 4, order: .channelsFirst)
    #expect(throws: SpikingError.self) { try configuration("4c5").features(image: small) }
    #expect(throws: ConfigurationError.self) { try configuration("4d5") }
    #expect(try configuration("none").features(image: nil) == nil)
  }
}
