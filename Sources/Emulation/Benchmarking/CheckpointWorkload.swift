import Checkpoints
import Foundation

/// Bytes per second of saving and loading the RRAM network, against the same bytes written and read in one piece.
struct CheckpointWorkload {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run() throws -> [BenchmarkLine] {
    let folder = try TemporaryFolder(in: settings.folder)
    let store = CheckpointStore(folder: folder.path)
    return try small(store, in: folder) + large(store, in: folder)
  }

  /// The network of the other benchmarks, saved and loaded.
  private func small(_ store: CheckpointStore, in folder: TemporaryFolder) throws -> [BenchmarkLine] {
    let network = try BenchmarkNetwork.rram.network()
    try LabelledSamples(count: settings.scaled(20), seed: settings.seed).presentation(to: network, learns: true).body()
    let checkpoint = checkpoint(of: network)
    let raw = RawFile(path: folder.path + "/raw", count: try size(of: store.save(checkpoint, keep: 1).path))
    let amount = Double(raw.count) / 1e6
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: amount) { _ = try store.save(checkpoint, keep: 1) },
        TimedWork(amount: amount) { try raw.write() },
        TimedWork(amount: amount) { _ = try store.newestValid() },
        TimedWork(amount: amount) { try raw.read() },
      ], repetitions: settings.repetitions, clock: .wall)
    let size = String(format: "%.1f MB", amount)
    return [
      BenchmarkLine(.checkpoint, "save", rates[0], "MB/s", baseline: "write, fsync and rename of \(size)", rates[1]),
      BenchmarkLine(.checkpoint, "load", rates[2], "MB/s", baseline: "read of \(size)", rates[3]),
    ]
  }

  /// Twenty-five million devices, saved: what is neither the disk nor the processor's caches weighs least here. Saved once
  /// more with the copy of the state that a run makes, for the memory that takes.
  private func large(_ store: CheckpointStore, in folder: TemporaryFolder) throws -> [BenchmarkLine] {
    let network = try BenchmarkNetwork.rram.network(hidden: settings.scaled(5400))
    let before = ResidentMemory.restartPeak() ? ResidentMemory.now : nil
    let count = try size(of: store.save(checkpoint(of: network), keep: 1).path)
    let memory = before.flatMap { before in ResidentMemory.peak.map { Double($0 - before) } } ?? 0
    let checkpoint = checkpoint(of: network)
    let raw = RawFile(path: folder.path + "/raw", count: count)
    let amount = Double(count) / 1e6
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: amount) { _ = try store.save(checkpoint, keep: 1) },
        TimedWork(amount: amount) { try raw.write() },
      ], repetitions: min(settings.repetitions, 5), clock: .wall)
    let size = String(format: "%.0f MB", amount)
    let saving = BenchmarkLine(
      .checkpoint, "save-large", rates[0], "MB/s", baseline: "write, fsync and rename of \(size)", rates[1])
    guard memory > 0 else { return [saving] }
    return [
      saving,
      BenchmarkLine(
        .checkpoint, "save-memory", Double(count) / memory, "MB saved per MB of extra memory",
        baseline: "one copy of the \(size)", 1),
    ]
  }

  private func checkpoint(of network: SpikingNetwork) -> Checkpoint {
    Checkpoint(
      experiment: "name: benchmark\n", streamFingerprint: "synthetic", writtenBy: ProgramVersion.text,
      seed: settings.seed, position: position(layers: network.arrays.count), network: network.snapshot)
  }

  private func size(of path: String) throws -> Int {
    try URL(fileURLWithPath: path).resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
  }

  private func position(layers: Int) -> RunPosition {
    var position = RunPosition()
    position.spikes = [UInt64](repeating: 0, count: layers)
    position.spikesSinceRow = position.spikes
    return position
  }
}

/// Memory of this process that is in use.
private enum ResidentMemory {
  /// Bytes now; `nil` where the system does not tell.
  static var now: Int? { value("VmRSS:") }
  /// Most bytes since the last `restartPeak`.
  static var peak: Int? { value("VmHWM:") }

  /// Forgets the peak of before.
  /// - Returns: whether the system can.
  /// - Reference: proc_pid_clear_refs(5).
  static func restartPeak() -> Bool {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return write(descriptor, "5", 1) == 1
  }

  private static func value(_ name: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix(name) {
      // As in "VmRSS:     1234 kB".
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      return words.count > 1 ? Int(words[1]).map { $0 << 10 } : nil
    }
    return nil
  }
}

/// A file written and read piece after piece, with the same promise of survival as a checkpoint.
private final class RawFile {
  /// Bytes of the file.
  let count: Int
  private let path: String
  private var buffer: [UInt8]

  init(path: String, count: Int) {
    self.path = path
    self.count = count
    buffer = [UInt8](repeating: 0x5A, count: min(count, 64 << 20))
  }

  func write() throws(EmulationError) {
    let partial = path + ".partial"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("write") }
    defer { close(descriptor) }
    try transfer("write") { Foundation.write(descriptor, $0.baseAddress!, $0.count) }
    guard fsync(descriptor) == 0, rename(partial, path) == 0 else { throw failure("sync") }
  }

  func read() throws(EmulationError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read") }
    defer { close(descriptor) }
    try transfer("read") { Foundation.read(descriptor, $0.baseAddress!, $0.count) }
  }

  private func transfer(
    _ action: String, _ body: (UnsafeMutableRawBufferPointer) -> Int
  ) throws(EmulationError) {
    var done = 0
    while done < count {
      let moved = buffer.withUnsafeMutableBytes { bytes in
        body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<min(bytes.count, count - done)]))
      }
      if moved < 0 && errno == EINTR { continue }
      guard moved > 0 else { throw failure(action) }
      done += moved
    }
  }

  private func failure(_ action: String) -> EmulationError {
    .fileAccess(path: path, action: action, reason: String(cString: strerror(errno)))
  }
}
