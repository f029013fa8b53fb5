import Foundation
import HDF5Store
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
  /// Runs `body` on eight threads of its own and gives what they threw.
  private func onEightThreads(_ body: @escaping @Sendable (Int) throws -> Void) -> [String] {
    let failures = Mutex<[String]>([])
    let threads = DispatchGroup()
    withExtendedLifetime(failures) {
      let report: @Sendable (String) -> Void = { message in failures.withLock { $0.append(message) } }
      for index in 0..<8 {
        threads.enter()
        Thread {
          do { try body(index) } catch { report("\(error)") }
          threads.leave()
        }.start()
      }
      threads.wait()
    }
    return failures.withLock { $0 }
  }

  @Test func eightThreadsOnEightFiles() throws {
    let folder = try TemporaryFolder()
    let failures = onEightThreads { index in
      for round in 0..<20 {
        let path = folder.file("\(index).h5")
        let values = (0..<3000).map { Int32($0 &* (index + 1) &+ round) }
        let file = try HDF5File.create(at: path)
        try file.write(
          values, shape: [3000], to: "a/\(round)", units: "1", description: "x", compression: .deflate(level: 1))
        try file.write("thread \(index)", to: "name", description: "x")
        if round % 2 == 0 { try file.close() }
        _ = consume file
        let reader = try HDF5File.open(at: path)
        guard try reader.read("a/\(round)") == values, try reader.readText("name") == "thread \(index)" else {
          throw CocoaError(.fileReadCorruptFile)
        }
        guard try !reader.exists("b"), (try? reader.shape(of: "b")) == nil else { throw CocoaError(.fileReadUnknown) }
      }
    }
    #expect(failures == [])
  }

  @Test func eightThreadsOnOneFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("shared.h5")
    try writeSpecimen(at: path)
    let sound = try survey(path)
    let failures = onEightThreads { _ in
      for _ in 0..<20 {
        guard try survey(path) == sound else { throw CocoaError(.fileReadCorruptFile) }
      }
    }
    #expect(failures == [])
  }
}
