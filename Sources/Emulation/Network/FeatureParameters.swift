import Kernels
import Spiking

/// The feature layers in front of the dense layers: convolutions with fixed kernels, and pooling.
public struct FeatureParameters: Sendable, Equatable {
  /// What the recording shows.
  public let image: ImageShape
  /// The layers, from the input on.
  public let stages: [FeatureStage]
  /// The maps that each makes.
  public let shapes: [ImageShape]
  /// Standard deviation of random kernels.
  public let sigma: Float
  /// Kernels of each convolution `[channels · size · size × kernels]`, row-major, rows `(channel · size + y) · size + x`;
  /// `nil` for random ones.
  public let kernels: [[Float]]?

  /// Works out the shapes.
  /// - Throws: `SpikingError` for layers that have no neurons or too many.
  /// - Precondition: kernels have the shapes of the convolutions.
  public init(
    image: ImageShape, stages: [FeatureStage], sigma: Float, kernels: [[Float]]? = nil
  ) throws(SpikingError) {
    self.image = image
    self.stages = stages
    self.sigma = sigma
    var shapes: [ImageShape] = []
    for stage in stages { shapes.append(try stage.shape(after: shapes.last ?? image)) }
    self.shapes = shapes
    self.kernels = kernels
  }

  /// The maps that the dense layers read.
  public var output: ImageShape { shapes.last ?? image }

  /// A convolution among the layers.
  public struct Convolution: Sendable, Equatable {
    /// Place among the feature layers.
    public let stage: Int
    /// Place among the convolutions.
    public let number: Int
    /// What it reads.
    public let input: ImageShape
    /// The maps that it makes.
    public let output: ImageShape
    /// Side of a kernel.
    public let size: Int
    /// Pixels from place to place.
    public let stride: Int
    /// Idle pixels around the image.
    public let padding: Int
    /// Name of its array.
    public var name: String { "features\(number + 1)" }
    /// Rows of its array.
    public var rows: Int { input.channels * size * size }
    /// Columns of its array.
    public var columns: Int { output.channels }
  }

  /// The convolutions, from the input on.
  public var convolutions: [Convolution] {
    var found: [Convolution] = []
    for (index, stage) in stages.enumerated() {
      guard case .convolution(_, let size, let stride, let padding) = stage else { continue }
      found.append(
        Convolution(
          stage: index, number: found.count, input: index == 0 ? image : shapes[index - 1], output: shapes[index],
          size: size, stride: stride, padding: padding))
    }
    return found
  }
}
