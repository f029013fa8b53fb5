import Crossbars
import Devices

/// What happened in the crossbars of a layer, counted while a network ran or worked out from its shape.
public struct LayerActivity: Sendable, Equatable {
  /// Name of the layer.
  public var name: String
  /// Reads and the neurons they feed.
  public var reads: ReadCosts
  /// Writes.
  public var writes: WriteCosts
  /// Rows driven, summed over crossbars.
  public var drives: Double
  /// Conversions.
  public var conversions: Double
  /// Multiply-accumulates of all weights at every place and tick.
  public var operations: Double
  /// Those whose input spiked.
  public var effectiveOperations: Double

  /// Sets all from the reads of crossbars.
  ///
  /// - Parameters:
  ///   - tiles: what was counted in each crossbar.
  ///   - operations: dense ones, in all ticks.
  public init(
    name: String, tiles: [ReadCosts.Tile], reads: ReadCosts, writes: WriteCosts = .none, operations: Double
  ) {
    self.name = name
    self.reads = reads
    self.writes = writes
    self.operations = operations
    drives = tiles.reduce(0) { $0 + Double($1.activity.activeRows) }
    conversions = tiles.reduce(0) { $0 + Double($1.activity.conversions) }
    effectiveOperations = tiles.reduce(0) { $0 + Double($1.activity.activeRows) * Double($1.columns) }
  }

  /// The activity to expect of a layer whose inputs spike independently with its density.
  ///
  /// A crossbar of r rows is read in a tick and place with probability 1 − (1 − p)^r, by p·r rows in the mean; its devices
  /// are half way between off and on.
  ///
  /// - Parameters:
  ///   - ticks: of all samples.
  ///   - crossbar: rows and columns of a crossbar.
  ///   - device: the memory device, two for a weight.
  ///   - converterBits: resolution of the converters.
  ///   - hardware: the circuits around the crossbars.
  /// - Complexity: O(crossbars).
  public init(
    expectedOf layer: NetworkShape.Layer, ticks: Int, crossbar: Int, device: DeviceParameters, converterBits: Int,
    hardware: HardwareParameters
  ) {
    let reads = Double(ticks) * layer.positions
    let state = (device.off + device.on) / 2
    var tiles: [ReadCosts.Tile] = []
    for row in stride(from: 0, to: layer.inputs, by: crossbar) {
      for column in stride(from: 0, to: layer.outputs, by: crossbar) {
        let (rows, columns) = (min(crossbar, layer.inputs - row), min(crossbar, layer.outputs - column))
        var activity = ReadActivity()
        activity.tileReads = UInt64((reads * Self.chance(rows, layer.density)).rounded())
        activity.activeRows = UInt64((reads * layer.density * Double(rows)).rounded())
        activity.conversions = activity.tileReads * UInt64(columns)
        let tile = ReadCosts.Tile(
          rows: rows, columns: columns, activity: activity, state: state * Double(2 * rows * columns))
        tiles += repeatElement(tile, count: layer.kernel * layer.kernel)
      }
    }
    let neurons = ReadCosts.Neurons(
      inputs: layer.inputs * layer.inputSize * layer.inputSize, count: Int(layer.neurons), ticks: UInt64(ticks))
    self.init(
      name: layer.name, tiles: tiles,
      reads: ReadCosts(
        tiles: tiles, device: device, converterBits: converterBits, neurons: neurons, hardware: hardware),
      operations: layer.operations * Double(ticks))
  }

  /// That at least one of `rows` spikes.
  private static func chance(_ rows: Int, _ density: Double) -> Double {
    var silent = 1.0
    for _ in 0..<rows { silent *= 1 - density }
    return 1 - silent
  }
}

extension CrossbarArray {
  /// What happened in the array since the start of the run.
  ///
  /// - Parameters:
  ///   - name: of the layer.
  ///   - neurons: what the columns feed.
  ///   - hardware: the circuits around the crossbars.
  /// - Complexity: O(devices).
  public func activity(
    name: String, neurons: ReadCosts.Neurons, on hardware: HardwareParameters
  ) -> LayerActivity {
    let dense = Double(layout.rows) * Double(neurons.count) * Double(neurons.ticks)
    return LayerActivity(
      name: name, tiles: readTiles(since: nil), reads: readCosts(neurons: neurons, on: hardware),
      writes: writeCosts(on: hardware), operations: dense)
  }
}
