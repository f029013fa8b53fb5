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
    let network = try BenchmarkNetwork.rram.network()
    try LabelledSamples(count: settings.scaled(20), seed: settings.seed).presentation(to: network, learns: true).body()
    let checkpoint = Checkpoint(
      experiment: "name: benchmark\n", streamFingerprint: "synthetic", writtenBy: ProgramVersion.text,
      seed: settings.seed, position: position(layers: network.arrays.count), network: network.snapshot)
    let store = CheckpointStore(folder: folder.path)
    let path = try store.save(checkpoint, keep: 1).path
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let raw = RawFile(path: folder.path + "/raw", bytes: [UInt8](bytes))
    let amount = Double(bytes.count) / 1e6
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

  private func position(layers: Int) -> RunPosition {
    var position = RunPosition()
    position.spikes = [UInt64](repeating: 0, count: layers)
    position.spikesSinceRow = position.spikes
    return position
  }
}

/// A file written and read in one piece, with the same promise of survival as a checkpoint.
private final class RawFile {
  private let path: String
  private let bytes: [UInt8]
  private var buffer: [UInt8]

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    buffer = [UInt8](repeating: 0, count: bytes.count)
  }

  func write() throws(EmulationError) {
    let partial = path + ".partial"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("write") }
    defer { close(descriptor) }
    try transfer("write") { offset in
      bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
    }
    guard fsync(descriptor) == 0, rename(partial, path) == 0 else { throw failure("sync") }
  }

  func read() throws(EmulationError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read") }
    defer { close(descriptor) }
    try transfer("read") { offset in
      buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress! + offset, $0.count - offset) }
    }
  }

  private func transfer(_ action: String, _ body: (_ offset: Int) -> Int) throws(EmulationError) {
    var done = 0
    while done < bytes.count {
      let count = body(done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure(action) }
      done += count
    }
  }

  private func failure(_ action: String) -> EmulationError {
    .fileAccess(path: path, action: action, reason: String(cString: strerror(errno)))
  }
}
