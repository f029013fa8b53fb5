import Foundation

/// The workloads of `crosspoint bench`.
public enum BenchmarkWorkload: String, CaseIterable, Codable, Sendable {
  /// Spikes through the network, nothing learned.
  case forward
  /// Learning on ideal devices.
  case learnIdeal = "learn-ideal"
  /// Learning on RRAM with noise, converters, spread and wear.
  case learnRRAM = "learn-rram"
  /// Learning from spike times: 784 inputs, 400 competing neurons.
  case spikeTiming = "stdp"
  /// A recurrent layer of 100 neurons that learns on phase-change memory.
  case recurrent
  /// Two threads against one, and that both give the same bits.
  case threads
  /// Saving and loading.
  case checkpoint
  /// Recordings to spikes.
  case encode
  /// Files of camera events to events.
  case decode
  /// Reads of a tile with all that can lie between.
  case read
  /// Pulses, verified pulses and drift.
  case write
  /// The innermost loops.
  case kernels
}

/// How thoroughly to measure.
public struct BenchmarkSettings: Sendable {
  /// Calls of each alternative, of which the fastest counts.
  public var repetitions: Int
  /// A tenth of the work: enough to see that everything runs.
  public var isQuick: Bool
  /// Where files are written and read.
  public var folder: String
  /// Seed of the synthetic input.
  public var seed: UInt64

  /// Settings with their defaults.
  public init(
    repetitions: Int = 15, isQuick: Bool = false, folder: String = NSTemporaryDirectory(), seed: UInt64 = 1
  ) {
    self.repetitions = repetitions
    self.isQuick = isQuick
    self.folder = folder
    self.seed = seed
  }

  /// `full` of something, or a tenth when quick.
  func scaled(_ full: Int) -> Int { isQuick ? max(1, full / 10) : full }
}

/// Runs workloads one after the other.
public enum BenchmarkSuite {
  /// Measures.
  /// - Parameter progress: told the name of each workload before it begins.
  /// - Throws: when files cannot be written to `settings.folder`.
  public static func run(
    _ workloads: [BenchmarkWorkload] = BenchmarkWorkload.allCases, settings: BenchmarkSettings = BenchmarkSettings(),
    progress: (BenchmarkWorkload) -> Void = { _ in }
  ) throws -> BenchmarkReport {
    var report = BenchmarkReport(repetitions: settings.repetitions)
    for workload in workloads {
      progress(workload)
      switch workload {
      case .forward: report.lines += try ForwardWorkload(settings).run()
      case .learnIdeal, .learnRRAM: report.lines += try LearningWorkload(workload, settings).run()
      case .spikeTiming: report.lines += try SpikeTimingWorkload(settings).run()
      case .recurrent: report.lines += try RecurrentWorkload(settings).run()
      case .threads: try ThreadsWorkload(settings).run(into: &report)
      case .checkpoint: report.lines += try CheckpointWorkload(settings).run()
      case .encode: report.lines += try EncodingWorkload(settings).run()
      case .decode: report.lines += try DecodingWorkload(settings).run()
      case .read: report.lines += try ReadingWorkload(settings).run()
      case .write: report.lines += try WritingWorkload(settings).run()
      case .kernels: try KernelWorkload(settings).run(into: &report)
      }
    }
    return report
  }
}

/// A folder for the files of a workload, removed with everything in it.
final class TemporaryFolder {
  let path: String

  init(in parent: String) throws(EmulationError) {
    let folder = "\(parent)/crosspoint-bench-\(UUID().uuidString)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .fileAccess(path: folder, action: "create folder", reason: error.localizedDescription)
    }
    path = folder
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
