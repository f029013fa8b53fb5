import Checkpoints
import Foundation
import HDF5Store
import Testing

/// Files that are cut, damaged, or made to do harm end in a sentence.
@Suite("Damaged NIR files") struct NIRDamageTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The sentence of the error that reading a file ends in; empty without.
  private func sentence(_ path: String) -> String {
    do {
      _ = try NIRFile(path: path)
      return ""
    } catch {
      return "\(error)"
    }
  }

  /// A file with a graph that `body` writes, below `node`.
  private func file(_ name: String, _ body: (HDF5File) throws -> Void) throws -> String {
    let path = folder.file(name)
    let file = try HDF5File.create(at: path)
    try file.write("NIRGraph", to: "node/type", description: "type")
    try file.write(["a", "a"], shape: [1, 2], to: "node/edges", description: "edges")
    try file.createGroup("node/nodes")
    try body(file)
    try file.close()
    return path
  }

  private func node(_ type: String, in file: HDF5File, at place: String = "node/nodes/a") throws {
    try file.write(type, to: "\(place)/type", description: "type")
  }

  @Test(
    "types that are not read are refused with what to do",
    arguments: [
      ("Delay", "export the network without delays"), ("Threshold", "use IF or LIF"),
      ("I", "LI with a long time constant"),
      ("Conv1d", "Conv2d whose kernels are one pixel high"), ("Wormhole", "known are Input, Output"),
    ])
  func unknownType(type: String, remedy: String) throws {
    let path = try file("x.nir") { try node(type, in: $0) }
    let text = sentence(path)
    #expect(text.hasPrefix("\(path): node/nodes/a: found a node of type \(type), "))
    #expect(text.contains(remedy))
  }

  @Test("what is missing or misshapen is named")
  func malformed() throws {
    typealias Case = (expected: String, write: (HDF5File) throws -> Void)
    let place = "node/nodes/a"
    func numbers(_ values: [Double], _ shape: [Int], _ name: String, _ file: HDF5File) throws {
      try file.write(values, shape: shape, to: "\(place)/\(name)", units: "1", description: name)
    }
    let cases: [Case] = [
      ("node/nodes/a/type: expected a dataset, found nothing", { try $0.createGroup(place) }),
      (
        "node/nodes/a: expected a group, one node",
        {
          try $0.write(1.0, to: place, units: "1", description: "a number")
        }
      ),
      ("a/weight: expected a dataset, found nothing", { try node("Linear", in: $0) }),
      (
        "a/weight: expected weights [..., outputs, inputs], found [2]",
        {
          try node("Linear", in: $0)
          try numbers([1, 2], [2], "weight", $0)
        }
      ),
      (
        "a/weight: expected finite numbers, found nan at position 1",
        {
          try node("Linear", in: $0)
          try numbers([1, .nan], [1, 2], "weight", $0)
        }
      ),
      (
        "a/bias: expected 1 numbers, one for each output, found [2]",
        {
          try node("Affine", in: $0)
          try numbers([1, 2], [1, 2], "weight", $0)
          try numbers([1, 2], [2], "bias", $0)
        }
      ),
      (
        "a/tau: expected the shape of r, [2], found [1]",
        {
          try node("LI", in: $0)
          try numbers([1, 1], [2], "r", $0)
          try numbers([1], [1], "tau", $0)
        }
      ),
      (
        "a/tau: expected time constants above 0 s, found -1.0",
        {
          try node("LI", in: $0)
          for name in ["r", "v_leak"] { try numbers([1], [1], name, $0) }
          try numbers([-1], [1], "tau", $0)
        }
      ),
      (
        "a/shape: expected a shape of up to 8 axes, found [0]",
        {
          try node("Input", in: $0)
          try numbers([0], [1], "shape", $0)
        }
      ),
      (
        "a/shape: expected whole numbers, found [1.5]",
        {
          try node("Input", in: $0)
          try numbers([1.5], [1], "shape", $0)
        }
      ),
      (
        "a/shape: expected a few whole numbers",
        {
          try node("Input", in: $0)
          try numbers([Double](repeating: 1, count: 100), [100], "shape", $0)
        }
      ),
      (
        "a/kernel_size: expected one or two whole numbers from 1, found [0]",
        {
          try node("SumPool2d", in: $0)
          try numbers([0], [1], "kernel_size", $0)
        }
      ),
      (
        "a/padding: expected same, valid or pixels, found 'nearly'",
        {
          try node("Conv2d", in: $0)
          try numbers([1], [1, 1, 1, 1], "weight", $0)
          try $0.write("nearly", to: "\(place)/padding", description: "padding")
        }
      ),
    ]
    for (index, one) in cases.enumerated() {
      let text = sentence(try file("\(index).nir", one.write))
      #expect(text.contains(one.expected), "\(text)")
    }
  }

  @Test("edges lead to nodes")
  func edges() throws {
    let path = try file("x.nir") { _ in }
    #expect(sentence(path).contains("node/edges: expected names of nodes of the graph, found an edge from 'a' to 'a'"))
  }

  @Test("graphs nested without end are not followed")
  func deep() throws {
    let path = try file("x.nir") { file in
      var place = "node/nodes/a"
      for _ in 0..<40 {
        try node("NIRGraph", in: file, at: place)
        try file.write(["a", "a"], shape: [1, 2], to: "\(place)/edges", description: "edges")
        place += "/nodes/a"
      }
      try file.createGroup(place)
    }
    #expect(sentence(path).contains("levels of nested graphs, at most 16 are read"))
  }

  @Test("files that are none say what they are")
  func others() throws {
    #expect(sentence(folder.file("none.nir")).contains("No such file"))
    try write(Array("node".utf8), to: folder.file("text.nir"))
    #expect(sentence(folder.file("text.nir")).contains("is not an HDF5 file"))
    let path = folder.file("other.nir")
    let file = try HDF5File.create(at: path)
    try file.write([1.0], shape: [1], to: "weights", units: "1", description: "weights")
    try file.close()
    #expect(
      sentence(path) == "\(path) is not a NIR file: expected HDF5 with a group node of type NIRGraph, found weights")
    let lonely = folder.file("lonely.nir")
    let second = try HDF5File.create(at: lonely)
    try second.write("Input", to: "node/type", description: "type")
    try second.write([Int64(1)], shape: [1], to: "node/shape", units: "1", description: "shape")
    try second.close()
    #expect(sentence(lonely).hasSuffix("found a node of type Input"))
  }

  @Test("a cut file says so")
  func cut() throws {
    let whole = try bytes(of: try NIRFileTests.fixture("golden"))
    let path = folder.file("cut.nir")
    for length in stride(from: 0, to: whole.count, by: 499) {
      try write(whole.prefix(length), to: path)
      #expect(sentence(path).contains(length == 0 ? "an empty file" : "truncated"))
    }
  }

  /// The reference implementation writes the format of HDF5 that has no checksums.
  @Test("flipped bits never crash", .timeLimit(.minutes(20)), arguments: ["golden", "golden_uncompressed"])
  func flipped(name: String) throws {
    let whole = try bytes(of: try NIRFileTests.fixture(name))
    let path = folder.file("flipped.nir")
    var generator = SplitMix64(state: 0xF11)
    var refused = 0
    for _ in 0..<500 {
      var damaged = whole
      damaged[Int.random(in: 0..<whole.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try write(damaged, to: path)
      if !sentence(path).isEmpty { refused += 1 }
    }
    #expect(refused > 20, "\(refused) of 500 damaged files were refused")
  }

  /// Each of these has HDF5 1.10 read beyond its memory, or convert gigabytes.
  @Test(
    "references to texts, and sizes of numbers, are checked",
    arguments: [
      (2048 + 13, 0x80, "its texts lie nowhere in the file"), (2048 + 5, 0x40, "its texts lie nowhere in the file"),
      (855, 0x80, "its characters are of 2147483649 bytes"),
    ])
  func references(offset: Int, bit: UInt8, expected: String) throws {
    var damaged = try bytes(of: try NIRFileTests.fixture("golden_uncompressed"))
    damaged[offset] ^= bit
    let path = folder.file("reference.nir")
    try write(damaged, to: path)
    let text = sentence(path)
    #expect(text.contains(expected), "\(text)")
  }
}
