import Foundation
import HDF5Store
import Recordings
import Testing

/// Matrices of weights out of plain HDF5 files and NIR graphs.
@Suite struct WeightMatrixFileTests {
  private let folder = try! TemporaryFolder()

  private func write(_ name: String = "w.h5", _ fill: (HDF5File) throws -> Void) throws -> String {
    let path = folder.path + "/" + name
    let file = try HDF5File.create(at: path)
    try fill(file)
    try file.close()
    return path
  }

  private func put<Scalar: HDF5Scalar>(_ values: [Scalar], _ shape: [Int], _ path: String, in file: HDF5File) throws {
    try file.write(values, shape: shape, to: path, units: "1", description: "test")
  }

  /// A graph as NIR writes it: an input, a layer of each type, and their other parameters.
  private func graph(_ types: [(name: String, type: String, shape: [Int])]) throws -> String {
    try write("g.nir") { file in
      try file.write("0.2", to: "version", description: "test")
      try file.write("NIRGraph", to: "node/type", description: "test")
      try file.write("Input", to: "node/nodes/input/type", description: "test")
      try put([Int64(3)], [1], "node/nodes/input/shape", in: file)
      for (name, type, shape) in types {
        let count = shape.reduce(1, *)
        try file.write(type, to: "node/nodes/\(name)/type", description: "test")
        try put((0..<count).map(Float.init), shape, "node/nodes/\(name)/weight", in: file)
        try put([Float](repeating: 0, count: shape[0] * 2), [shape[0], 2], "node/nodes/\(name)/bias", in: file)
      }
    }
  }

  private func refusal(_ body: () throws(WeightMatrixError) -> Void) -> WeightMatrixError? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test func theOnlyMatrixNeedsNoName() throws {
    let path = try write { file in
      try put([Float(1), 2, 3, 4, 5, 6], [2, 3], "layers/a/weight", in: file)
      try put([Float(7), 8], [2], "layers/a/bias", in: file)
      try put([Int32(1), 2], [1, 2], "layers/a/counts", in: file)
    }
    let file = try WeightMatrixFile(path: path)
    let matrix = try file.matrix()
    #expect(matrix.rows == 2 && matrix.columns == 3 && matrix.values == [1, 2, 3, 4, 5, 6] && !matrix.isTransposed)
    #expect(matrix.source == "\(path):layers/a/weight" && matrix.largestMagnitude == 6)
    let turned = try file.matrix(dataset: "/layers/a/weight", transposed: true)
    #expect(turned.rows == 3 && turned.columns == 2 && turned.values == [1, 4, 2, 5, 3, 6])
    #expect(try file.sha256.count == 64)
  }

  @Test func doublePrecisionIsRounded() throws {
    let path = try write { file in try put([0.1, -0.2], [1, 2], "w", in: file) }
    #expect(try WeightMatrixFile(path: path).matrix().values == [0.1, -0.2])
  }

  @Test func nodesOfGraphsAreTransposed() throws {
    let path = try graph([("fc", "Linear", [4, 3]), ("out", "Affine", [2, 4])])
    let file = try WeightMatrixFile(path: path)
    #expect(try file.candidates.map(\.path) == ["node/nodes/fc/weight", "node/nodes/out/weight"])
    for name in ["fc", "node/nodes/fc", "node/nodes/fc/weight"] {
      let matrix = try file.matrix(dataset: name)
      #expect(matrix.rows == 3 && matrix.columns == 4 && matrix.isTransposed)
      #expect(matrix.values == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
    }
    let plain = try file.matrix(dataset: "out", transposed: false)
    #expect(plain.rows == 2 && plain.columns == 4 && plain.values == (0..<8).map(Float.init))
    let error = try #require(refusal { () throws(WeightMatrixError) in _ = try file.matrix() })
    #expect("\(error)".contains("2 matrices; choose one with --dataset: node/nodes/fc/weight [4 x 3], node/nodes/out"))
    let unknown = try #require(refusal { () throws(WeightMatrixError) in _ = try file.matrix(dataset: "fc3") })
    #expect("\(unknown)".contains("no dataset 'fc3'; it holds node/nodes/fc/weight"))
  }

  @Test func convolutionsAreRefusedByName() throws {
    let path = try graph([("conv", "Conv2d", [2, 1, 3, 3]), ("odd", "Conv1d", [2, 3])])
    let file = try WeightMatrixFile(path: path)
    #expect(try file.candidates.isEmpty)
    for (node, type) in [("conv", "Conv2d"), ("odd", "Conv1d")] {
      #expect(
        refusal { () throws(WeightMatrixError) in _ = try file.matrix(dataset: node) }
          == .unsuitableNode(file: path, node: node, type: type))
    }
    guard case .noMatrix(_, let found) = refusal({ () throws(WeightMatrixError) in _ = try file.matrix() }) else {
      Issue.record("was not refused")
      return
    }
    #expect(found.contains("Conv2d") && found.contains("[2, 1, 3, 3]"))
  }

  /// A dataset that is no matrix of weights, and what the refusal must say of it.
  struct Damage: Sendable {
    let part: String
    let fill: @Sendable (WeightMatrixFileTests, HDF5File) throws -> Void

    init(_ part: String, _ fill: @escaping @Sendable (WeightMatrixFileTests, HDF5File) throws -> Void) {
      self.part = part
      self.fill = fill
    }
  }

  static let damages: [Damage] = [
    Damage("two dimensions, found shape [4]") { try $0.put([Float(1), 2, 3, 4], [4], "w", in: $1) },
    Damage("two dimensions, found shape [1, 2, 2]") { try $0.put([Float(1), 2, 3, 4], [1, 2, 2], "w", in: $1) },
    Damage("two dimensions, found shape []") { try $1.write(Float(1), to: "w", units: "1", description: "test") },
    Damage("at least one weight, found shape [0, 3]") { try $0.put([Float](), [0, 3], "w", in: $1) },
    Damage("floating-point numbers of at most 64 bits, found Int32") {
      try $0.put([Int32(1), 2], [1, 2], "w", in: $1)
    },
    Damage("floating-point numbers of at most 64 bits, found text") {
      try $1.write(["a", "b"], shape: [1, 2], to: "w", description: "test")
    },
    Damage("finite numbers, found nan in row 1, column 0") { try $0.put([1, 2, Float.nan, 4], [2, 2], "w", in: $1) },
    Damage("finite numbers, found -inf in row 0, column 1") {
      try $0.put([1, -Double.infinity], [1, 2], "w", in: $1)
    },
    Damage("between -1000000 and 1000000, found 1e+300 in row 0") { try $0.put([1, 1e300], [1, 2], "w", in: $1) },
    Damage("between -1000000 and 1000000, found -2000000.0 in row 0") {
      try $0.put([1, Float(-2e6)], [1, 2], "w", in: $1)
    },
    Damage("no dataset 'w'") { try $1.createGroup("w") },
  ]

  @Test(arguments: damages)
  func whatIsNoMatrixIsRefusedWithASentence(damage: Damage) throws {
    let path = try write { try damage.fill(self, $0) }
    let file = try WeightMatrixFile(path: path)
    let error = try #require(refusal { () throws(WeightMatrixError) in _ = try file.matrix(dataset: "w") })
    #expect("\(error)".hasPrefix(path + ": ") && "\(error)".contains(damage.part), "\(error)")
  }

  @Test func aMatrixBeyondAllBoundsIsRefusedUnread() throws {
    // Zeros compress to nothing: a small file may declare any size.
    let side = (1 << 13) + 1
    let path = try write { file in
      try file.write(
        [Float](repeating: 0, count: side * side), shape: [side, side], to: "w", units: "1", description: "test",
        compression: .deflate(level: 1))
    }
    let error = refusal { () throws(WeightMatrixError) in _ = try WeightMatrixFile(path: path).matrix() }
    guard case .notAMatrix(_, "w", let expected, _) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect(expected == "at most \(WeightMatrixFile.largestCount) weights")
  }

  @Test func filesThatAreNoneAreRefused() throws {
    let text = try folder.write(Array("not HDF5".utf8), to: "a.h5")
    for path in [text, folder.path, folder.path + "/none.h5"] {
      guard case .unreadable = refusal({ () throws(WeightMatrixError) in _ = try WeightMatrixFile(path: path) }) else {
        Issue.record("\(path) was not refused")
        continue
      }
    }
    let empty = try WeightMatrixFile(path: write { _ in })
    #expect(
      refusal { () throws(WeightMatrixError) in _ = try empty.matrix() }
        == .noMatrix(file: empty.path, found: "no dataset"))
    #expect(refusal { () throws(WeightMatrixError) in _ = try empty.matrix(dataset: "") } != nil)
  }

  /// Any byte of a small graph may be wrong: the file is refused or read, but nothing traps.
  @Test func damagedGraphsNeverTrap() throws {
    let path = try graph([("fc", "Linear", [4, 3])])
    let sound = try [UInt8](Data(contentsOf: URL(filePath: path)))
    var state: UInt64 = 7
    for turn in 0..<150 {
      var broken = sound
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        broken[Int(state >> 33) % broken.count] = UInt8(truncatingIfNeeded: state >> 25)
      }
      if turn % 5 == 0 { broken.removeLast(broken.count / 3) }
      let copy = try folder.write(broken, to: "broken-\(turn).nir")
      _ = refusal { () throws(WeightMatrixError) in
        let file = try WeightMatrixFile(path: copy)
        _ = try file.candidates
        _ = try file.matrix()
      }
    }
  }

}
