import Checkpoints
import Crossbars
import Hardware

/// What the network of a run took on its chip, from what happened: learning and tests, as the newest checkpoint counted them.
public struct RunEstimate: Sendable {
  /// The experiment.
  public let configuration: ExperimentConfiguration
  /// The checkpoint.
  public let checkpoint: String
  /// Where the layers lie.
  public let plan: ChipPlan
  /// The estimate of all samples that were learned from; what tests took is in it too.
  public let estimate: ChipEstimate

  /// Reads a run folder or a checkpoint.
  /// - Parameters:
  ///   - constants: of the circuits between crossbars.
  ///   - tiles: of the chip; `nil` for as many as are needed.
  /// - Throws: `EmulationError`, `CheckpointError`, `ChipError`.
  public init(path: String, constants: ChipConstants = .neuroSim, tiles: Int? = nil, use: ChipUse = ChipUse()) throws {
    guard constants.name == ChipConstants.neuroSim.name else {
      throw ChipError.nodeWithoutConstants(node: "the activity of a run", set: constants.name)
    }
    let (record, file) = try RunFolder.newestCheckpoint(of: path)
    checkpoint = file
    configuration = try ExperimentConfiguration.load(text: record.experiment, name: file)
    let saved = record.network.layers
    let parameters = configuration.networkParameters(
      inputRows: saved[0].rows, outputs: saved[saved.count - 1].columns)
    let arrays = WearRecord.arrays(saved, parameters: parameters)
    let ticks = record.network.readTicks
    let samples = Double(max(record.position.samplesSeen, 1))
    let hardware = configuration.hardware.parameters
    let activity = zip(saved, arrays).map { layer, named in
      let layout = named.array.layout
      // A column of a convolution feeds a neuron at each place.
      let neurons = max(layout.columns, layer.potentials.count)
      return named.array.activity(
        name: named.name, neurons: ReadCosts.Neurons(inputs: layout.rows, count: neurons, ticks: ticks), on: hardware)
    }
    // Layers may take more than what the layer before gives, such as a bias or their own spikes.
    let shape = try NetworkShape(
      unchained: zip(saved, arrays).map { layer, named in
        try NetworkShape.Layer(name: named.name, inputs: layer.rows, outputs: layer.columns)
      }, ticks: max(1, Int(Double(ticks) / samples)))
    var use = use
    use.converterBits = parameters.converter?.bits ?? use.converterBits
    plan = try ChipPlan(
      shape, crossbar: max(parameters.tileRows, parameters.tileColumns),
      elementsPerTile: Int(min(constants[.elementsPerTile], 65_536)), available: tiles)
    estimate = ChipEstimate.activity(
      activity, shape: shape, plan: plan, constants: constants, hardware: hardware, use: use, samples: samples)
  }
}
