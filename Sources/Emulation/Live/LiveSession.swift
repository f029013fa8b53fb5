import Checkpoints
import Foundation
import Kernels

/// A network on a live stream with a folder of its own: what it decided, what was lost, and, where it learns, its checkpoints.
///
/// The folder has `experiment.yaml`, `provenance.json`, `metrics.csv` with a row for every so many windows, `summary.json` at the
/// end, and `checkpoints` where it learns. It can be named in place of a run, so a later session goes on where this one ended.
/// What came in cannot be had again, so a session is not reproducible; the state that it leaves is exact.
public final class LiveSession {
  /// How a session is led.
  public struct Parameters: Sendable, Equatable {
    /// Whether the network learns.
    public var learns: Bool
    /// What the stream shows; `nil` where nobody says.
    public var labels: LiveLabels?
    /// Windows of a row of the metrics.
    public var rowWindows: Int
    /// Seconds from one checkpoint to the next.
    public var checkpointSeconds: Double

    /// Sets all.
    public init(learns: Bool, labels: LiveLabels? = nil, rowWindows: Int = 10, checkpointSeconds: Double = 30) {
      self.learns = learns
      self.labels = labels
      self.rowWindows = rowWindows
      self.checkpointSeconds = checkpointSeconds
    }
  }

  /// One row of the metrics, or the whole session.
  public struct Figures: Codable, Sendable, Equatable {
    /// Windows.
    public var windows = 0
    /// Time at which the first begins, in µs.
    public var startMicroseconds: Int64 = 0
    /// Time at which the last ends, in µs.
    public var endMicroseconds: Int64 = 0
    /// Events in them, before preparation.
    public var events = 0
    /// Events that the full queue dropped, or that are missing in the sequence of the sender.
    public var lostEvents = 0
    /// Events that came for a window that was closed.
    public var lateEvents = 0
    /// Windows of which the class is known.
    public var labelled = 0
    /// Of these, those decided rightly, before learning.
    public var correct = 0
    /// SET pulses of learning.
    public var setPulses: UInt64 = 0
    /// RESET pulses of learning.
    public var resetPulses: UInt64 = 0
    /// Devices that do not answer, at the end.
    public var stuckDevices = 0

    /// Share of right decisions; `nil` where no class is known.
    public var accuracy: Double? { labelled > 0 ? Double(correct) / Double(labelled) : nil }
  }

  /// First line of `metrics.csv`.
  public static let header =
    "windows,start_us,end_us,events,lost_events,late_events,labelled,correct,accuracy,set_pulses,reset_pulses,"
    + "stuck_devices"

  /// Where it is written.
  public let folder: RunFolder
  /// All that happened so far.
  public private(set) var total = Figures()

  private let network: LiveInference
  private let parameters: Parameters
  private let metrics: AppendOnlyFile
  private let saver: CheckpointSaver
  private var row = Figures()
  private var clock = SessionClock()
  private var position: RunPosition
  private var counted: (lost: Int, late: Int, set: UInt64, reset: UInt64)

  /// Begins a session in a new folder.
  /// - Throws: `EmulationError.folderInUse`; `LiveSessionError.noTeacher` where the rule of the run needs classes and none are told.
  public init(_ network: LiveInference, parameters: Parameters, output: String) throws {
    let configuration = network.configuration
    let needsLabels = network.network.parameters.competition == nil
    guard !parameters.learns || configuration.learning.rule != .none else {
      throw LiveSessionError.noRule
    }
    guard !parameters.learns || !needsLabels || parameters.labels != nil else { throw LiveSessionError.noTeacher }
    self.network = network
    self.parameters = parameters
    folder = try RunFolder.create(at: output)
    saver = CheckpointSaver(store: CheckpointStore(folder: folder.checkpointsPath), settings: configuration.checkpoint)
    position = network.position
    position.isComplete = false
    let pulses = network.network.totalPulses
    counted = (0, 0, pulses.set, pulses.reset)
    try folder.write(configuration.resolved.yaml, to: folder.experimentPath)
    var provenance = Provenance(experiment: network.experiment)
    provenance.addSession(fromSample: network.samplesSeen, threads: configuration.run.threads)
    try folder.write(try provenance.json(), to: folder.provenancePath)
    metrics = try AppendOnlyFile(path: folder.metricsPath, length: 0)
    try metrics.append(Self.header)
    if parameters.learns {
      network.network.setFinalRates(of: configuration, samplesSeen: network.samplesSeen)
      try beginSaving()
    }
  }

  /// Lets the network decide on a window and learn from it, and takes note.
  /// - Parameters:
  ///   - lost: events lost since the beginning of the stream.
  ///   - late: events that came too late since then.
  public func take(
    _ raster: SpikeRaster, window: LiveWindows.Window, lost: Int, late: Int
  ) throws -> LiveInference.Decision {
    let label = parameters.labels?.label(at: window.times.lowerBound)
    let isTaught = label != nil || network.network.parameters.competition != nil
    let decision = network.decide(
      on: raster, window: window, label: label, learns: parameters.learns && isTaught)
    if let flaw = network.network.firstFlaw { throw EmulationError.notANumber(flaw, sample: position.samplesSeen) }
    if parameters.learns, isTaught {
      position.samplesSeen += 1
      network.network.level(afterSample: position.samplesSeen)
    }
    if row.windows == 0 { row.startMicroseconds = window.times.lowerBound }
    row.windows += 1
    row.endMicroseconds = window.times.upperBound
    row.events += window.eventCount
    if let label {
      row.labelled += 1
      row.correct += decision.decision == label ? 1 : 0
    }
    count(lost: lost, late: late)
    if row.windows == parameters.rowWindows { try endRow() }
    if parameters.learns, clock.secondsSinceCheckpoint >= parameters.checkpointSeconds { try beginSaving() }
    return decision
  }

  private func count(lost: Int, late: Int) {
    row.lostEvents += lost - counted.lost
    row.lateEvents += late - counted.late
    let pulses = network.network.totalPulses
    row.setPulses += pulses.set - counted.set
    row.resetPulses += pulses.reset - counted.reset
    row.stuckDevices = network.network.stuckDeviceCount
    counted = (lost, late, pulses.set, pulses.reset)
  }

  private func endRow() throws {
    let accuracy = row.accuracy.map { "\($0)" } ?? ""
    try metrics.append(
      "\(row.windows),\(row.startMicroseconds),\(row.endMicroseconds),\(row.events),\(row.lostEvents),"
        + "\(row.lateEvents),\(row.labelled),\(row.correct),\(accuracy),\(row.setPulses),\(row.resetPulses),"
        + "\(row.stuckDevices)")
    if total.windows == 0 { total.startMicroseconds = row.startMicroseconds }
    total.windows += row.windows
    total.endMicroseconds = max(row.endMicroseconds, total.endMicroseconds)
    total.events += row.events
    total.lostEvents += row.lostEvents
    total.lateEvents += row.lateEvents
    total.labelled += row.labelled
    total.correct += row.correct
    total.setPulses += row.setPulses
    total.resetPulses += row.resetPulses
    total.stuckDevices = row.stuckDevices
    row = Figures()
  }

  /// Ends the session: the last row, the last checkpoint, the figures of the whole.
  /// - Parameters:
  ///   - lost: events lost since the beginning of the stream.
  ///   - late: events that came too late since then.
  public func finish(lost: Int, late: Int) throws {
    count(lost: lost, late: late)
    if row.windows > 0 || row.lostEvents > 0 || row.lateEvents > 0 { try endRow() }
    if parameters.learns { try beginSaving() } else { try metrics.synchronize() }
    _ = try saver.finish()
    try folder.write(try JSONText.encode(total), to: folder.summaryPath)
  }

  /// Begins to save what is, once the checkpoint before is saved: the stream does not wait for the disk.
  private func beginSaving() throws {
    _ = try saver.finish()
    try metrics.flush()
    position.metricsBytes = metrics.length
    let checkpoint = network.experiment.checkpoint(position: position, network: network.network.snapshot)
    saver.begin(
      checkpoint, after: [metrics.file],
      bytes: network.network.deviceCount * CheckpointSaver.bytesPerDevice)
    clock.checkpointBegun(pause: 0)
  }
}

/// Why a network cannot learn from a live stream.
public enum LiveSessionError: Error, Equatable, CustomStringConvertible {
  /// The run does not learn.
  case noRule
  /// The rule needs classes.
  case noTeacher

  /// A sentence to act on.
  public var description: String {
    switch self {
    case .noRule: "the run has learning.rule none, so there is nothing to learn by; leave --learn out"
    case .noTeacher:
      "learning from errors needs to know what the stream shows: give --label CLASS, or --labels FILE with lines of time and class"
    }
  }
}
