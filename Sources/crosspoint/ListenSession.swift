import Emulation
import Foundation
import Recordings
import Reporting

/// A live stream from its beginning to its end: counts, records and shows what comes.
final class ListenSession: PolledEvents {
  private let source: LiveEventSource
  private let recorder: LiveRecorder?
  private let limit: Int64?
  private let queueCapacity: Int
  private let showsLines: Bool
  private var taken = 0
  private var isOver = false
  private var latest: LiveReport?

  /// Longest wait for events, in µs, so that signals are seen.
  private static let heartbeat: Int64 = 100_000

  init(
    source: LiveEventSource, recorder: LiveRecorder?, limitInMicroseconds limit: Int64?, queueCapacity: Int,
    showsLines: Bool
  ) {
    (self.source, self.recorder, self.limit) = (source, recorder, limit)
    (self.queueCapacity, self.showsLines) = (queueCapacity, showsLines)
  }

  var elapsedMicroseconds: Int64 { source.elapsedMicroseconds }
  var lostEventCount: Int { source.lostEventCount }

  /// Whether a signal came or the time is over.
  func isStopped() -> Bool {
    StopSignals.pending != nil || limit.map { elapsedMicroseconds >= $0 } ?? false
  }

  func poll(into batch: inout EventBatch, timeoutInMicroseconds timeout: Int64) throws(RecordingError) -> LivePoll {
    let left = limit.map { max($0 - elapsedMicroseconds, 0) } ?? timeout
    let outcome: LivePoll
    do {
      outcome = try source.poll(into: &batch, timeoutInMicroseconds: min(timeout, left))
    } catch {
      isOver = true
      throw error
    }
    isOver = outcome == .over
    taken += batch.count
    if batch.count > 0 { try recorder?.append(batch, sensor: source.sensor) }
    for notice in source.takeNotices() { FileHandle.standardError.write(Data("\(notice)\n".utf8)) }
    return outcome
  }

  /// Takes events until the end, saying once a second what came; returns the damage that ended the stream.
  func watch() -> RecordingError? {
    var batch = EventBatch(capacity: 1 << 14)
    var nextLine: Int64 = 1_000_000
    do throws(RecordingError) {
      while !isStopped(), !isOver {
        let wait = showsLines ? min(max(nextLine - elapsedMicroseconds, 0), Self.heartbeat) : Self.heartbeat
        _ = try poll(into: &batch, timeoutInMicroseconds: wait)
        guard showsLines, elapsedMicroseconds >= nextLine else { continue }
        let moment = report
        Output.write(moment.line(since: latest, queueCapacity: queueCapacity) + "\n")
        latest = moment
        nextLine = elapsedMicroseconds / 1_000_000 * 1_000_000 + 1_000_000
      }
      return nil
    } catch {
      return error
    }
  }

  /// Takes what waits, ends receiving and publishes the recording.
  func finish() throws -> LiveReport {
    if !isOver {
      var batch = EventBatch(capacity: 1 << 14)
      let counts = source.counts
      let target = counts.events - counts.dropped
      while taken < target {
        // What ends the stream from here on ends nothing that is wanted.
        guard (try? source.poll(into: &batch, timeoutInMicroseconds: 0)) == .ready else { break }
        taken += batch.count
        try recorder?.append(batch, sensor: source.sensor)
      }
    }
    source.stop()
    try recorder?.finish()
    var final = report
    if let recorder {
      (final.output, final.written) = (recorder.path, recorder.eventCount)
      let losses = recorder.losses
      if losses.total > 0 {
        FileHandle.standardError.write(
          Data("warning: \(recorder.path) cannot hold \(losses.total) events; use .h5, .csv or .npy\n".utf8))
      }
    }
    return final
  }

  private var report: LiveReport {
    LiveReport(
      format: source.formatName, counts: source.counts, timestamps: source.timestampCounts, skipped: source.skipped,
      taken: taken, seconds: Double(elapsedMicroseconds) / 1e6)
  }
}

/// Live samples from the beginning to the end of listening.
final class SampleSession {
  private let source: LiveSampleSource
  private let recorder: LiveSampleRecorder?
  private let limit: Int64?
  private let queueCapacity: Int
  private let showsLines: Bool
  private var taken = 0

  init(
    source: LiveSampleSource, recorder: LiveSampleRecorder?, limitInMicroseconds limit: Int64?, queueCapacity: Int,
    showsLines: Bool
  ) {
    (self.source, self.recorder, self.limit) = (source, recorder, limit)
    (self.queueCapacity, self.showsLines) = (queueCapacity, showsLines)
  }

  /// Takes samples until a signal or the end of the time.
  func run() throws -> LiveReport {
    var batch = LiveSampleBatch(channelCount: source.channelCount)
    var (latest, nextLine): (LiveReport?, Int64) = (nil, 1_000_000)
    while StopSignals.pending == nil, limit.map({ source.elapsedMicroseconds < $0 }) ?? true {
      if try source.poll(into: &batch, timeoutInMicroseconds: 50_000) == .ready {
        taken += batch.count
        try recorder?.append(batch)
      }
      for notice in source.takeNotices() { FileHandle.standardError.write(Data("\(notice)\n".utf8)) }
      guard showsLines, source.elapsedMicroseconds >= nextLine else { continue }
      let moment = report
      Output.write(moment.line(since: latest, queueCapacity: queueCapacity) + "\n")
      latest = moment
      nextLine = source.elapsedMicroseconds / 1_000_000 * 1_000_000 + 1_000_000
    }
    source.stop()
    try recorder?.finish()
    var final = report
    if let recorder { (final.output, final.written) = (recorder.path, taken) }
    return final
  }

  private var report: LiveReport {
    LiveReport(
      format: "MQTT samples", counts: source.counts, timestamps: source.timestampCounts, taken: taken,
      seconds: Double(source.elapsedMicroseconds) / 1e6)
  }
}
