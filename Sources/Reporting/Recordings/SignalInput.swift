import Recordings

/// A sampled recording with what its file does not state.
public struct SignalInput: Sendable {
  /// Formats of sampled recordings.
  public enum Format: String, Sendable, CaseIterable {
    /// Sound.
    case wav
    /// Records of PhysioNet.
    case wfdb
    /// Arrays of MATLAB.
    case mat
    /// Columns of text.
    case table
  }

  /// What files do not state.
  public struct Options: Sendable, Equatable {
    /// Name or number, from 1, of the column with the time of a table; `nil` where there is none.
    public var timeColumn: String?
    /// Unit of the times of a table.
    public var timeUnit: TimeUnit
    /// Names or numbers of the columns of a table that are channels; `nil` for all but the time.
    public var columns: [String]?
    /// The unit of the samples of a table or array, or one for each channel.
    public var units: [String]
    /// Rate of an array, or of a table without times, in Hz.
    public var inputRate: Double?
    /// Path of the array in a MATLAB file.
    public var array: String?
    /// Which index of the array counts samples.
    public var sampleAxis: MATFile.SampleAxis

    /// Sets all.
    public init(
      timeColumn: String? = nil, timeUnit: TimeUnit = .seconds, columns: [String]? = nil, units: [String] = ["1"],
      inputRate: Double? = nil, array: String? = nil, sampleAxis: MATFile.SampleAxis = .rows
    ) {
      (self.timeColumn, self.timeUnit, self.columns, self.units) = (timeColumn, timeUnit, columns, units)
      (self.inputRate, self.array, self.sampleAxis) = (inputRate, array, sampleAxis)
    }
  }

  /// The file.
  public var path: String
  /// Its format.
  public var format: Format
  /// What it does not state.
  public var options: Options

  /// Finds the format from the ending of the name; a table is one whose times or rate were told, as events are text too.
  /// - Returns: `nil` where it is no sampled recording.
  public init?(path: String, options: Options = Options()) {
    let name = path.split(separator: "/").last ?? ""
    let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    switch ending {
    case "wav": format = .wav
    case "hea": format = .wfdb
    case "mat": format = .mat
    case _ where options.timeColumn != nil || options.inputRate != nil: format = .table
    default: return nil
    }
    (self.path, self.options) = (path, options)
  }

  /// Opens the recording.
  /// - Parameter rate: Samples per second wanted, in Hz; `nil` for those of the file.
  /// - Throws: `RecordingError`.
  public func open(rate: Double? = nil) throws(RecordingError) -> SampledSignal {
    let signal: SampledSignal
    switch format {
    case .wav: signal = try WAVFile.open(path: path)
    case .wfdb: signal = try WFDBRecord.open(path: path)
    case .mat: signal = try array()
    case .table:
      let layout = SignalTableLayout(
        timeColumn: options.timeColumn, timeUnit: options.timeUnit, columns: options.columns, units: options.units)
      guard options.timeColumn != nil, rate != nil else {
        signal = try SignalTableFile.open(path: path, layout: layout, sampleRateInHertz: options.inputRate)
        break
      }
      // Rows at uneven times become samples at the rate that is wanted.
      return try SignalTableFile.open(path: path, layout: layout, sampleRateInHertz: rate)
    }
    guard let rate, rate != signal.sampleRateInHertz else { return signal }
    return try signal.resampled(toHertz: rate)
  }

  private func array() throws(RecordingError) -> SampledSignal {
    let file = try MATFile(path: path)
    guard let array = options.array, let rate = options.inputRate else {
      let arrays = try file.arrays().prefix(16)
        .map { "\($0.path) (\($0.shape.map(String.init).joined(separator: " x ")))" }
      throw .setting(
        name: "array of \(path)", expected: "--array PATH and --input-rate HZ, which the file does not state",
        found: arrays.isEmpty ? "a file without arrays of numbers" : "the arrays \(arrays.joined(separator: ", "))")
    }
    guard options.units.count == 1 else {
      throw .setting(name: "units of \(array)", expected: "one for all channels", found: "\(options.units.count)")
    }
    return try file.signal(
      array, sampleRateInHertz: rate, samplesAlong: options.sampleAxis, channelNames: options.columns,
      unit: options.units[0])
  }
}
