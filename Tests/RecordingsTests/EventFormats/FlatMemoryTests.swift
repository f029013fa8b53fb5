import Foundation
import Recordings
import Testing

@Suite struct FlatMemoryTests {
  /// Writes an EVT 3.0 recording of about `size` bytes, a piece at a time.
  private static func generate(_ path: String, size: Int) {
    guard let file = fopen(path, "w") else { exit(3) }
    fputs("% evt 3.0\n% geometry 1280x720\n% end\n", file)
    var words: [UInt16] = []
    var (written, time) = (0, 0)
    while written < size {
      words.removeAll(keepingCapacity: true)
      for _ in 0..<1000 {
        time += 37
        words += [
          0x8000 | UInt16(time >> 12 & 0xFFF), 0x6000 | UInt16(time & 0xFFF), UInt16(time % 720),
          0x2000 | UInt16(time % 1280), 0x3800 | UInt16(time % 1200), 0x4FFF,
        ]
      }
      written += words.count * 2
      fwrite(words, 2, words.count, file)
    }
    fclose(file)
  }

  /// Decodes a recording and gives the peak memory of the process in KiB.
  private static func peakAfterDecoding(_ path: String) throws -> Int {
    let source = try EventRecording.open(path: path)
    var batch = EventBatch(capacity: 16_384)
    var count = 0
    while try source.next(into: &batch) { count += batch.count }
    guard count > 1000, source.end == .clean else { exit(4) }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss
  }

  @Test func aLongRecordingNeedsTheMemoryOfAShortOne() async {
    await #expect(processExitsWith: .success) {
      let path = NSTemporaryDirectory() + "flat-memory-\(getpid()).raw"
      defer { unlink(path) }
      Self.generate(path, size: 4_000_000)
      let short = try Self.peakAfterDecoding(path)
      Self.generate(path, size: 100_000_000)
      let long = try Self.peakAfterDecoding(path)
      #expect(long - short < 1024)
    }
  }
}
