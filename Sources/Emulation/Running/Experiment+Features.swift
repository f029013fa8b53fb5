import Foundation
import Kernels
import Recordings
import Spiking

extension ExperimentConfiguration {
  /// The notation of feature layers, checked alone: whether they fit depends on the recording.
  var featureConflicts: [Conflict] {
    guard network.features != ConfigurationTable.noFeatures else { return [] }
    do {
      _ = try FeatureStage.stages(network.features)
      return []
    } catch {
      return [(["network.features"], "\(error)")]
    }
  }

  /// The same experiment with the place of its file of kernels.
  func withKernels(experimentFolder: String?) throws(EmulationError) -> ExperimentConfiguration {
    let named = network.featureWeights
    guard network.features != ConfigurationTable.noFeatures, named != Self.randomKernels else { return self }
    let beside = experimentFolder.map { $0.isEmpty ? named : "\($0)/\(named)" } ?? named
    let candidates = named.hasPrefix("/") ? [named] : [beside, named]
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw .kernels(
        file: candidates[0], dataset: "network.feature_weights", expected: "an HDF5 file of kernels, or random",
        found: "no such file")
    }
    return withFeatureWeights(URL(fileURLWithPath: path).standardizedFileURL.path)
  }

  /// `network.feature_weights` without a file.
  private static let randomKernels = "random"

  /// The feature layers for recordings of this image; `nil` for none.
  /// - Throws: `EmulationError.noImage`, `.kernels`, `SpikingError`, `WeightMatrixError`.
  func features(image: ImageShape?) throws -> FeatureParameters? {
    guard network.features != ConfigurationTable.noFeatures else { return nil }
    guard let image else { throw EmulationError.noImage(stream: stream.path) }
    let stages = try FeatureStage.stages(network.features)
    let plan = try FeatureParameters(image: image, stages: stages, sigma: Float(network.initialFeatureSigma))
    guard network.featureWeights != Self.randomKernels else { return plan }
    return try FeatureParameters(
      image: image, stages: stages, sigma: 0, kernels: try kernels(of: plan, file: network.featureWeights))
  }

  private func kernels(of plan: FeatureParameters, file path: String) throws -> [[Float]] {
    let file = try WeightMatrixFile(path: path)
    return try plan.convolutions.map { convolution in
      let matrix = try file.matrix(dataset: convolution.name, transposed: false)
      guard matrix.rows == convolution.rows, matrix.columns == convolution.columns else {
        throw EmulationError.kernels(
          file: path, dataset: convolution.name,
          expected: "[\(convolution.rows), \(convolution.columns)] weights for \(network.features) on "
            + "\(convolution.input.channels) channels", found: "[\(matrix.rows), \(matrix.columns)]")
      }
      guard Double(matrix.largestMagnitude) <= crossbar.weightLimit else {
        throw EmulationError.kernels(
          file: path, dataset: convolution.name,
          expected: "weights within ±\(crossbar.weightLimit) (crossbar.weight_limit)",
          found: "\(matrix.largestMagnitude)")
      }
      return matrix.values
    }
  }
}
