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

  @Test(.timeLimit(.minutes(2)))
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

  @Test func aDamagedChunkIsFound() throws {
    let path = folder.file("chunk.h5")
    let file = try HDF5File.create(at: path)
    let values = (0..<10_000).map { Int32($0 % 17) }
    try file.write(values, shape: [10_000], to: "x", units: "1", description: "x", compression: .deflate(level: 6))
    try file.close()
    var damaged = try bytes(of: path)
    let chunk = try #require(
      damaged.indices.first {
        damaged[$0...].starts(with: [0x78, 0x01]) || damaged[$0...].starts(with: [0x78, 0x5E])
          || damaged[$0...].starts(with: [0x78, 0x9C])
      })
    damaged[chunk + 40] ^= 0x10
    try write(damaged, to: path)
    let error = failure { () throws(HDF5Error) in _ = try HDF5File.open(at: path).read("x", as: Int32.self) }
    guard case .library(path, "/x", "read", let stack) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(stack.hasPrefix("H5Dread:"))
    #expect(stack.contains("inflate"))
  }
}
