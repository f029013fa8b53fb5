import Kernels
import Recordings

/// What in the input makes rows hot: how often the recording drives each row of the first layer, beside the pulses of its devices.
public struct InputHeat: Sendable {
  /// One row.
  public struct Row: Sendable, Equatable {
    /// Number of the row.
    public var row: Int
    /// What drives it.
    public var name: String
    /// Pulses of its devices.
    public var pulses: UInt64
    /// Input spikes per sample; a row that is driven to an amplitude counts as a spike.
    public var spikesPerSample: Double
  }

  /// All rows, in their order.
  public let rows: [Row]
  /// Rank correlation of pulses with input spikes, from −1 to 1; `nil` where one of them is the same for all rows.
  public let rankCorrelation: Double?

  /// The rows with most pulses, hottest first.
  public func hottest(_ count: Int) -> [Row] {
    Array(rows.sorted { ($0.pulses, $1.row) > ($1.pulses, $0.row) }.prefix(count))
  }

  /// Counts the input spikes of training samples at equal distances, two hundred at most.
  /// - Parameters:
  ///   - record: of the run.
  ///   - overrides: the place of the recording.
  /// - Throws: `EmulationError.recordingNotFound`; what reading does.
  public init(of record: WearRecord, overrides: [String] = []) throws {
    let configuration = try ExperimentConfiguration.load(
      text: record.configuration.resolved.yaml, name: record.checkpoint, overrides: overrides)
    let experiment = try Experiment(configuration, experimentFolder: nil)
    let source = experiment.source
    let samples = Experiment.spread(experiment.trainingSamples, limit: 200)
    var spikes = [Int](repeating: 0, count: source.inputRowCount)
    var raster = SpikeRaster(rowCount: source.inputRowCount)
    for sample in samples {
      try source.encode(sample: sample, into: &raster)
      for row in raster.rows { spikes[Int(row)] += 1 }
    }
    let pulses = record.layers[0].pulsesOfRows
    rows = (0..<min(source.inputRowCount, pulses.count)).map { row in
      Row(
        row: row, name: source.rowName(row), pulses: pulses[row],
        spikesPerSample: Double(spikes[row]) / Double(samples.count))
    }
    rankCorrelation = Self.rankCorrelation(rows.map { Double($0.pulses) }, rows.map(\.spikesPerSample))
  }

  /// Correlation of ranks; equal values share the mean of their ranks (Spearman).
  static func rankCorrelation(_ left: [Double], _ right: [Double]) -> Double? {
    let (x, y) = (ranks(left), ranks(right))
    let mean = Double(x.count + 1) / 2
    let (xx, yy) = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }, y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
    guard xx > 0, yy > 0 else { return nil }
    return zip(x, y).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / (xx * yy).squareRoot()
  }

  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}
