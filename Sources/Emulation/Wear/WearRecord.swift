import Checkpoints
import Crossbars
import Devices
import Foundation

/// What a run or a deployment did to its devices, from its newest checkpoint. The recording is not needed.
public struct WearRecord: Sendable {
  /// The path that was named.
  public let path: String
  /// The checkpoint.
  public let checkpoint: String
  /// The experiment.
  public let configuration: ExperimentConfiguration
  /// Training samples seen, replayed ones of a deployment among them.
  public let samples: UInt64
  /// Test accuracy of the last test of the run; `nil` before one.
  public let testAccuracy: Double?
  /// The layers, from the input on.
  public let layers: [LayerWear]
  /// States of the devices before learning, layer by layer, as of `LayerWear.states`; `nil` where the checkpoint does not tell.
  public let initialStates: [[Float]]?
  /// Rows of the first layer that are driven by the recording.
  public let inputRows: Int

  /// Reads a run folder, a folder of a deployment, or a checkpoint.
  /// - Throws: `EmulationError`, `CheckpointError`.
  public init(path: String) throws {
    let (checkpoint, file) = try RunFolder.newestCheckpoint(of: path)
    self.path = path
    self.checkpoint = file
    configuration = try ExperimentConfiguration.load(text: checkpoint.experiment, name: file)
    samples = checkpoint.position.samplesSeen
    testAccuracy = checkpoint.position.testAccuracies.last
    let saved = checkpoint.network.layers
    let shape = configuration.networkParameters(inputRows: saved[0].rows, outputs: saved[saved.count - 1].columns)
    let own = shape.isRecurrent && shape.hidden.count > 0 ? saved[0].columns : 0
    inputRows = max(saved[0].rows - (shape.hasBias ? 1 : 0) - own, 1)
    let network = configuration.networkParameters(inputRows: inputRows, outputs: shape.outputs).makeNetwork()
    if network.snapshot.layers.map(\.name) == saved.map(\.name),
      checkpoint.network.shapeMismatch(with: network.snapshot).isEmpty
    {
      let startsAnew = configuration.weightsPath == nil
      initialStates =
        startsAnew
        ? network.arrays.map { _, array in (0..<array.planeCount).flatMap { array.conductances(plane: $0) } } : nil
      network.snapshot = checkpoint.network
      layers = network.arrays.map { LayerWear(name: $0.name, array: $0.array) }
    } else {
      initialStates = nil
      layers = Self.arrays(saved, parameters: shape).map { LayerWear(name: $0.name, array: $0.array) }
    }
  }

  /// The arrays of layers that no network of this shape alone has, such as feature layers: these are numbered after the others.
  static func arrays(
    _ saved: [LayerSnapshot], parameters: NetworkParameters
  ) -> [(name: String, array: CrossbarArray)] {
    let features = saved.count - parameters.layerCount
    return saved.enumerated().map { place, layer in
      let index = place < features ? parameters.layerCount + place : place - features
      let array = parameters.makeArray(index: index, rows: layer.rows, columns: layer.columns)
      array.state = layer.array
      return (layer.name, array)
    }
  }

  /// All devices of all layers in one: wear, shares of lives, and failures.
  public var projection: WearProjection? {
    guard samples > 0 else { return nil }
    return WearProjection(
      wear: layers.flatMap(\.wear), lifeFractions: layers.flatMap(\.lifeFractions),
      hasFailed: layers.flatMap(\.hasFailed), samples: Double(samples),
      endurance: configuration.device.parameters.endurance)
  }
}
