import Foundation
import HDF5Store
import Testing

@Suite struct DamageTests {
  let folder: TemporaryFolder
  let specimen: String

  init() throws {
    folder = try TemporaryFolder()
    specimen = folder.file("specimen.h5")
    try writeSpecimen(at: specimen)
  }

  @Test func aCutFileSaysSo() throws {
    let whole = try bytes(of: specimen)
    let path = folder.file("cut.h5")
    for length in Array(0..<128) + Array(stride(from: 128, to: whole.count, by: 37)) + [whole.count - 1] {
      try write(whole.prefix(length), to: path)
      let error = failure { () throws(HDF5Error) in _ = try survey(path) }
      if length == 0 {
        #expect(error == .notHDF5(file: path, found: "an empty file"))
      } else {
        guard case .truncated(_, _, UInt64(length)) = error else {
          Issue.record("cut to \(length) bytes: \(String(describing: error))")
          return
        }
      }
    }
    try write(whole + [0, 0, 0], to: path)
    #expect(try survey(path) == survey(specimen))
  }

  @Test(.timeLimit(.minutes(20)))
  func flippedBitsNeverCrash() throws {
    let whole = try bytes(of: specimen)
    let sound = try survey(specimen)
    let path = folder.file("flipped.h5")
    var generator = SplitMix64(state: 0x5EED)
    var refused = 0
    var unnoticed = 0
    for round in 0..<600 {
      var damaged = whole
      for _ in 0...(round % 3) {
        damaged[Int.random(in: 0..<whole.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      try write(damaged, to: path)
      do throws(HDF5Error) {
        if try survey(path) != sound { unnoticed += 1 }
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    // Only plain values and the heap of texts carry no checksum.
    #expect(refused > 150, "\(refused) of 600 damaged files were refused")
    #expect(unnoticed < 300, "\(unnoticed) of 600 damaged files read differently without an error")
  }

  /// Each of these ends in a crash or an endless loop where HDF5 1.10 meets it unguarded.
  @Test(
    arguments: [
      (8, [0xFF, 0xFF, 0xFF, 0xFF]),  // the size of the heap
      (24, [0xFF, 0xFF, 0xFF, 0x7F]),  // the size of the first object
      (24, [0xF9, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),  // one that overflows when padded
      (16, [0, 0]),  // the first object as free space that does not reach the end
      (16, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),  // and of no size
    ] as [(Int, [UInt8])])
  func aDamagedHeapIsFound(offset: Int, patch: [UInt8]) throws {
    var damaged = try bytes(of: specimen)
    let heap = try #require(damaged.indices.first { damaged[$0...].starts(with: Array("GCOL".utf8)) })
    damaged.replaceSubrange(heap + offset..<heap + offset + patch.count, with: patch)
    let path = folder.file("heap.h5")
    try write(damaged, to: path)
    let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(at: path).textAttribute("name") }
    let text = "the heap of variable-length values at byte \(heap) is damaged"
    #expect(error?.description.contains(text) == true, "\(String(describing: error))")
  }

  /// In a process of its own, since a limit on the size of files holds for all of a process.
  @Test func aFullDiskIsReportedAndForgotten() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let path = folder.file("x.h5")
      signal(SIGXFSZ, SIG_IGN)
      for bytes in [100, 2000, 6000] {
        try limitFileSize(to: rlim_t(bytes))
        let error = failure { () throws(HDF5Error) in try writeSpecimen(at: path) }
        #expect(error?.description.contains("File too large") == true, "\(String(describing: error))")
        #expect(throws: HDF5Error.self) { try survey(path) }
        try limitFileSize(to: .max)
        try writeSpecimen(at: path)
        #expect(try survey(path).count > 10)
      }
    }
  }

  @Test func aDamagedChunkIsFound() throws {
    let path = folder.file("chunk.h5")
    let file = try HDF5File.create(at: path)
    let values = (0..<10_000).map { Int32($0 % 17) }
    try file.write(values, shape: [10_000], to: "x", units: "1", description: "x", compression: .deflate(level: 6))
    try file.close()
    var damaged = try bytes(of: path)
    // The first bytes of a zlib stream of level 6.
    let chunk = try #require(damaged.indices.first { damaged[$0...].starts(with: [0x78, 0x9C]) })
    damaged[chunk + 40] ^= 0x10
    try write(damaged, to: path)
    let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(at: path).read("x", as: Int32.self) }
    guard case .library(path, "/x", "read", let stack) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(stack.first?.hasPrefix("H5Dread:") == true)
    #expect(stack.last?.contains("inflate") == true)
  }
}
