import Checkpoints

/// One row of `metrics.csv`: what happened since the row before it.
public struct MetricsRow: Sendable, Equatable {
  /// Part of a run.
  public enum Phase: String, Sendable {
    /// Learning; accuracy is of decisions made before learning from the sample.
    case train
    /// Measuring on samples that are never learned from.
    case test
  }

  /// Training samples seen in all passes.
  public var samples: UInt64
  /// Pass, from 1.
  public var pass: Int
  /// Learning or measuring.
  public var phase: Phase
  /// Share of correct decisions since the last row of the phase.
  public var accuracy: Double
  /// SET pulses of all devices since the start.
  public var setPulses: UInt64
  /// RESET pulses of all devices since the start.
  public var resetPulses: UInt64
  /// Devices that no longer answer to pulses.
  public var stuckDevices: Int
  /// Input spikes per sample since the last row.
  public var inputSpikesPerSample: Double
  /// Mean firing rate of the hidden neurons since the last row, hertz.
  public var hiddenRateInHertz: Double
  /// Share of conversions that ran into an end of the scale since the start; 0 without converters.
  public var saturatedFraction: Double
  /// Pulses of refreshes of all devices since the start.
  public var refreshPulses: UInt64
  /// Verify reads of all devices since the start.
  public var verifyReads: UInt64
  /// Energy of all writes since the start, joule.
  public var writeEnergyInJoules: Double
  /// Energy of driving rows in all reads since the start, joule.
  public var readEnergyInJoules: Double
  /// Energy of all conversions of reads since the start, joule.
  public var conversionEnergyInJoules: Double
  /// Energy of accumulators, neurons and their memory since the start, joule.
  public var digitalEnergyInJoules: Double
  /// Hidden neurons without a spike since the last row.
  public var silentNeurons: Int
  /// Share of weights within 1 % of an end of their range.
  public var weightsAtRails: Double
  /// Mean cosine between the feedback of hidden layers and the forward weights to the outputs; `nil` without fixed feedback.
  public var feedbackAlignment: Double?
  /// Σ(output − signal)²/Σ signal² since the last row of the phase; `nil` for classes.
  public var normalisedError: Double?

  /// First line of the file.
  public static let header =
    "samples,pass,phase,accuracy,set_pulses,reset_pulses,stuck_devices,input_spikes_per_sample,hidden_rate_hz,"
    + "saturated_fraction,refresh_pulses,verify_reads,write_energy_J,read_energy_J,conversion_energy_J,digital_energy_J,"
    + "silent_neurons,weights_at_rails,feedback_alignment,normalised_error"

  /// The row as text; numbers read back to the same bits.
  public var line: String {
    "\(samples),\(pass),\(phase.rawValue),\(accuracy),\(setPulses),\(resetPulses),\(stuckDevices),"
      + "\(inputSpikesPerSample),\(hiddenRateInHertz),\(saturatedFraction),\(refreshPulses),\(verifyReads),"
      + "\(writeEnergyInJoules),\(readEnergyInJoules),\(conversionEnergyInJoules),\(digitalEnergyInJoules),"
      + "\(silentNeurons),\(weightsAtRails),\(feedbackAlignment.map { "\($0)" } ?? ""),"
      + "\(normalisedError.map { "\($0)" } ?? "")"
  }

  /// Reads a row.
  public init?(line: some StringProtocol) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 19 || fields.count == 20, let samples = UInt64(fields[0]), let pass = Int(fields[1]),
      let phase = Phase(rawValue: String(fields[2])), let accuracy = Double(fields[3]),
      let setPulses = UInt64(fields[4]), let resetPulses = UInt64(fields[5]), let stuckDevices = Int(fields[6]),
      let inputSpikes = Double(fields[7]), let rate = Double(fields[8]), let saturated = Double(fields[9]),
      let refreshPulses = UInt64(fields[10]), let verifyReads = UInt64(fields[11]), let writes = Double(fields[12]),
      let reads = Double(fields[13]), let conversions = Double(fields[14]), let digital = Double(fields[15]),
      let silent = Int(fields[16]), let rails = Double(fields[17]), fields[18].isEmpty || Double(fields[18]) != nil
    else { return nil }
    self.init(
      samples: samples, pass: pass, phase: phase, accuracy: accuracy, setPulses: setPulses, resetPulses: resetPulses,
      stuckDevices: stuckDevices, inputSpikesPerSample: inputSpikes, hiddenRateInHertz: rate,
      saturatedFraction: saturated, refreshPulses: refreshPulses, verifyReads: verifyReads, writeEnergyInJoules: writes,
      readEnergyInJoules: reads, conversionEnergyInJoules: conversions, digitalEnergyInJoules: digital,
      silentNeurons: silent, weightsAtRails: rails, feedbackAlignment: Double(fields[18]),
      normalisedError: fields.count > 19 ? Double(fields[19]) : nil)
  }

  /// A row from its parts.
  public init(
    samples: UInt64, pass: Int, phase: Phase, accuracy: Double, setPulses: UInt64, resetPulses: UInt64,
    stuckDevices: Int, inputSpikesPerSample: Double, hiddenRateInHertz: Double, saturatedFraction: Double,
    refreshPulses: UInt64, verifyReads: UInt64, writeEnergyInJoules: Double, readEnergyInJoules: Double,
    conversionEnergyInJoules: Double, digitalEnergyInJoules: Double, silentNeurons: Int = 0, weightsAtRails: Double = 0,
    feedbackAlignment: Double? = nil, normalisedError: Double? = nil
  ) {
    self.normalisedError = normalisedError
    self.samples = samples
    self.pass = pass
    self.phase = phase
    self.accuracy = accuracy
    self.setPulses = setPulses
    self.resetPulses = resetPulses
    self.stuckDevices = stuckDevices
    self.inputSpikesPerSample = inputSpikesPerSample
    self.hiddenRateInHertz = hiddenRateInHertz
    self.saturatedFraction = saturatedFraction
    self.refreshPulses = refreshPulses
    self.verifyReads = verifyReads
    self.writeEnergyInJoules = writeEnergyInJoules
    self.readEnergyInJoules = readEnergyInJoules
    self.conversionEnergyInJoules = conversionEnergyInJoules
    self.digitalEnergyInJoules = digitalEnergyInJoules
    self.silentNeurons = silentNeurons
    self.weightsAtRails = weightsAtRails
    self.feedbackAlignment = feedbackAlignment
  }

  /// All rows of a metrics file.
  public static func rows(of text: String) -> [MetricsRow] {
    text.split(separator: "\n").dropFirst().compactMap { MetricsRow(line: $0) }
  }
}
