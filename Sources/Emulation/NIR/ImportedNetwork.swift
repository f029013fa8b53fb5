import Foundation
import Kernels
import Spiking

/// A network that a NIR graph describes, in the terms of this program: leak, threshold and weights of a tick.
public struct ImportedNetwork: Sendable, Equatable {
  /// How a graph in continuous time becomes ticks.
  public struct Discretisation: Sendable, Equatable {
    /// Where the leak of a tick comes from.
    public enum Decay: Sendable, Equatable {
      /// λ = exp(−Δt/τ): input held for a tick, solved exactly.
      case exact
      /// λ = 1 − Δt/τ, as frameworks have it that train in ticks.
      case euler
    }

    /// Length of a tick Δt, seconds.
    public var timeStep: Double
    /// Where the leak comes from; `nil`: as the metadata say, exact where they do not.
    public var decay: Decay?
    /// What a spike does; `nil`: as the metadata say, to v_reset where they do not.
    public var reset: LeakyIntegrateAndFire.Reset?

    /// Sets all.
    public init(timeStep: Double, decay: Decay? = nil, reset: LeakyIntegrateAndFire.Reset? = nil) {
      self.timeStep = timeStep
      self.decay = decay
      self.reset = reset
    }
  }

  /// A convolution in front of the dense layers.
  public struct Convolution: Sendable, Equatable {
    /// Its notation.
    public var stage: FeatureStage
    /// Kernels `[channels · size · size × kernels]`, rows `(channel · size + y) · size + x`.
    public var kernels: [Float]
  }

  /// Shape of the input, channels first where it is an image.
  public var inputShape: [Int]
  /// Convolutions from the input on.
  public var convolutions: [Convolution] = []
  /// What the dense layers read of the convolutions, channels first; `nil` without.
  public var features: ImageShape?
  /// Neurons of each hidden layer.
  public var hidden: [Int]
  /// Number of outputs.
  public var outputs: Int
  /// Whether hidden layers see their own spikes of the tick before.
  public var isRecurrent: Bool
  /// Whether each layer has a row of biases.
  public var hasBias: Bool
  /// Length of a tick, seconds.
  public var timeStep: Double
  /// Decay of the membranes in a tick λ.
  public var leak: Float
  /// Decay of the filtered input in a tick, 0 without filter.
  public var synapseLeak: Float
  /// Threshold θ.
  public var threshold: Float
  /// What a spike does to the potential.
  public var reset: LeakyIntegrateAndFire.Reset
  /// Ticks after a spike without another.
  public var refractoryTicks = 0
  /// Thresholds that rise with every spike.
  public var adaptation: AdaptiveThreshold?
  /// Decay of the readout in a tick κ.
  public var readoutDecay: Float
  /// Weights of each layer, the readout last, row-major `[rows × columns]`: rows of the inputs, of the bias, of the layer's
  /// own spikes.
  public var weights: [[Float]]

  /// Number of inputs.
  public var inputs: Int { inputShape.reduce(1, *) }

  /// Largest magnitude of a weight or kernel.
  public var largestWeight: Float { allWeights.reduce(0) { max($0, $1.reduce(0) { max($0, abs($1)) }) } }

  /// How many weights and kernels are beyond a limit, of how many.
  public func count(beyond limit: Float) -> (beyond: Int, total: Int) {
    (allWeights.reduce(0) { $0 + $1.count { abs($0) > limit } }, allWeights.reduce(0) { $0 + $1.count })
  }

  private var allWeights: [[Float]] { convolutions.map(\.kernels) + weights }

  /// The time constant whose exponential decay in a tick is `decay`, to the last bit of single precision; 0 for no memory,
  /// infinite for no decay.
  static func timeConstant(ofDecay decay: Float, timeStep: Double) -> Double {
    decay >= 1 ? .infinity : decay <= 0 ? 0 : -timeStep / log(Double(decay))
  }

  /// Puts this network in the place of the one that `parameters` describe.
  ///
  /// - Parameter image: what the rows of the recording show, if they do; rows are numbered as the recording has them.
  public func apply(to parameters: inout NetworkParameters, image: ImageShape?) throws(SpikingError) {
    let timeStep = parameters.neuron.timeStep
    parameters.hidden = hidden
    parameters.isRecurrent = isRecurrent
    parameters.hasBias = hasBias
    parameters.neuron.membraneTimeConstant = Self.timeConstant(ofDecay: leak, timeStep: timeStep)
    parameters.neuron.synapseTimeConstant = Self.timeConstant(ofDecay: synapseLeak, timeStep: timeStep)
    parameters.neuron.threshold = threshold
    parameters.neuron.reset = reset
    parameters.neuron.refractoryTicks = refractoryTicks
    parameters.neuron.membrane = nil
    parameters.neuron.adaptation = adaptation
    // A tick of the graph is one of the network, however long.
    parameters.neuron.adaptation?.timeConstant *= timeStep / self.timeStep
    parameters.readout.timeConstant = Self.timeConstant(ofDecay: readoutDecay, timeStep: timeStep)
    if let image, !convolutions.isEmpty {
      parameters.features = try FeatureParameters(
        image: image, stages: convolutions.map(\.stage), sigma: 0, kernels: convolutions.map(\.kernels))
    }
    parameters.initialWeights = weights
    if let order = rowOrder(image: image) {
      parameters.initialWeights?[0] = Self.reordered(weights[0], columns: hidden[0], order: order)
    }
  }

  /// Row of the network for each input of the first dense layer, both counted from 0; `nil` where they are the same.
  private func rowOrder(image: ImageShape?) -> [Int]? {
    let shape: ImageShape
    if let features {
      shape = ImageShape(
        channels: features.channels, height: features.height, width: features.width, order: .channelsLast)
    } else if let image, inputShape == [image.channels, image.height, image.width], image.order == .channelsLast {
      shape = image
    } else {
      return nil
    }
    return (0..<shape.count).map { index in
      let place = index % (shape.height * shape.width)
      return shape.row(
        channel: index / (shape.height * shape.width), y: place / shape.width, x: place % shape.width)
    }
  }

  private static func reordered(_ weights: [Float], columns: Int, order: [Int]) -> [Float] {
    var moved = weights
    for (input, row) in order.enumerated() {
      moved.replaceSubrange(row * columns..<(row + 1) * columns, with: weights[input * columns..<(input + 1) * columns])
    }
    return moved
  }
}
