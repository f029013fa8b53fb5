import Foundation
import HDF5Store
import Testing

@Suite struct RoundTripTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func roundTrip<Scalar: HDF5Scalar & Equatable>(_ values: [Scalar]) throws {
    let path = folder.file("\(Scalar.self).h5")
    let shapes = [[values.count], [2, values.count / 2], [1, 2, values.count / 2]]
    let file = try HDF5File.create(at: path)
    for (index, shape) in shapes.enumerated() {
      try file.write(values, shape: shape, to: "a/\(index)", units: "S", description: "Plain.")
      try file.write(
        values, shape: shape, to: "z/\(index)", units: "S", description: "Deflated.", compression: .deflate(level: 4))
    }
    try file.write(values[0], to: "scalar", units: "V", description: "One.")
    try file.write([Scalar](), shape: [0, 3], to: "empty", units: "1", description: "None.")
    try file.write(
      [Scalar](), shape: [0], to: "emptyDeflated", units: "1", description: "None.", compression: .deflate(level: 1))
    try file.close()

    let reader = try HDF5File.open(at: path)
    for (index, shape) in shapes.enumerated() {
      for name in ["a/\(index)", "/z/\(index)"] {
        #expect(try reader.shape(of: name) == shape)
        #expect(try reader.elementType(of: name) == Scalar.hdf5ElementType)
        #expect(try reader.read(name) == values)
        var copy = [Scalar](repeating: 0, count: values.count)
        try copy.withUnsafeMutableBufferPointer { try reader.read(name, into: $0) }
        #expect(copy == values)
      }
    }
    #expect(try reader.shape(of: "scalar") == [])
    #expect(try reader.readScalar("scalar") == values[0])
    #expect(try reader.read("scalar") == [values[0]])
    #expect(try reader.shape(of: "empty") == [0, 3])
    #expect(try reader.read("empty", as: Scalar.self) == [])
    #expect(try reader.read("emptyDeflated", as: Scalar.self) == [])
    #expect(try reader.textAttribute("units", of: "a/0") == "S")
    #expect(try reader.textAttribute("description", of: "z/1") == "Deflated.")
  }

  @Test func everyIntegerTypeKeepsItsExtremes() throws {
    try roundTrip([Int8.min, -1, 0, .max])
    try roundTrip([UInt8.min, 1, 2, .max])
    try roundTrip([Int16.min, -1, 0, .max])
    try roundTrip([UInt16.min, 1, 2, .max])
    try roundTrip([Int32.min, -1, 0, .max])
    try roundTrip([UInt32.min, 1, 2, .max])
    try roundTrip([Int64.min, -1, 0, .max])
    try roundTrip([UInt64.min, 1, 2, .max])
  }

  @Test func floatingPointKeepsItsExtremes() throws {
    try roundTrip([Float.leastNonzeroMagnitude, -.greatestFiniteMagnitude, .infinity, -0.0])
    try roundTrip([Double.leastNonzeroMagnitude, -.greatestFiniteMagnitude, .infinity, 1 / 3])
  }

  @Test func notANumberKeepsItsBits() throws {
    let path = folder.file("nan.h5")
    let patterns: [UInt64] = [Double.nan.bitPattern, 0x7FF8_0000_DEAD_BEEF, 0xFFF8_0000_0000_0001]
    let file = try HDF5File.create(at: path)
    try file.write(patterns.map(Double.init(bitPattern:)), shape: [3], to: "x", units: "1", description: "NaN.")
    try file.close()
    let values = try HDF5File.open(at: path).read("x", as: Double.self)
    #expect(values.map(\.bitPattern) == patterns)
  }

  @Test(arguments: [HDF5Compression.none, .deflate(level: 0), .deflate(level: 9)])
  func rowsOfManyChunks(_ compression: HDF5Compression) throws {
    let path = folder.file("rows.h5")
    let (rows, columns) = (5000, 130)
    let values = (0..<rows * columns).map { Int32(truncatingIfNeeded: $0 &* 2_654_435_761) }
    let file = try HDF5File.create(at: path)
    try values.withUnsafeBufferPointer {
      try file.write(
        $0, shape: [rows, columns], to: "x", units: "1", description: "Noise.", compression: compression)
    }
    try file.close()

    let reader = try HDF5File.open(at: path)
    #expect(try reader.chunkRows(of: "x") == (compression == .none ? nil : (1 << 20) / (4 * columns)))
    for range in [0..<1, 0..<5000, 4999..<5000, 1990..<2100, 17..<17, 5000..<5000] {
      let expected = Array(values[range.lowerBound * columns..<range.upperBound * columns])
      #expect(try reader.read("x", rows: range) == expected)
      var buffer = [Int32](repeating: 0, count: expected.count)
      try buffer.withUnsafeMutableBufferPointer { try reader.read("x", rows: range, into: $0) }
      #expect(buffer == expected)
    }
    #expect(try reader.read("x") == values)
  }

  @Test func deflateMakesRepetitionSmall() throws {
    let path = folder.file("small.h5")
    let file = try HDF5File.create(at: path)
    let zeros = [Float](repeating: 1, count: 1 << 18)
    try file.write(zeros, shape: [1 << 18], to: "x", units: "1", description: "Ones.", compression: .deflate(level: 6))
    try file.close()
    #expect(try bytes(of: path).count < 20_000)
  }

  @Test func integersWidenAndFitIntoFloatingPoint() throws {
    let path = folder.file("widen.h5")
    let file = try HDF5File.create(at: path)
    try file.write([Int16(-300), 300], shape: [2], to: "i16", units: "1", description: "x")
    try file.write([UInt16(65535)], shape: [1], to: "u16", units: "1", description: "x")
    try file.write([Float(0.1)], shape: [1], to: "f32", units: "1", description: "x")
    try file.close()
    let reader = try HDF5File.open(at: path)
    #expect(try reader.read("i16", as: Int64.self) == [-300, 300])
    #expect(try reader.read("i16", as: Float.self) == [-300, 300])
    #expect(try reader.read("u16", as: Int32.self) == [65535])
    #expect(try reader.read("f32", as: Double.self) == [Double(Float(0.1))])
  }

  @Test func textsOfAllKinds() throws {
    let path = folder.file("text.h5")
    let texts = ["", "plain", "µs ⇒ Ω", "日本語", "👩‍🔬", "line\nbreak", String(repeating: "long ", count: 40_000)]
    let file = try HDF5File.create(at: path)
    try file.write(texts, to: "list", description: "List.")
    try file.write(Array(texts[0..<6]), shape: [2, 3], to: "table", description: "Table.")
    try file.write("größer", to: "one", description: "One.")
    try file.write([], to: "none", description: "None.")
    try file.close()
    let reader = try HDF5File.open(at: path)
    #expect(try reader.readTexts("list") == texts)
    #expect(try reader.readTexts("table") == Array(texts[0..<6]))
    #expect(try reader.shape(of: "table") == [2, 3])
    #expect(try reader.readText("one") == "größer")
    #expect(try reader.readTexts("none") == [])
    #expect(try reader.elementType(of: "one") == .string)
    #expect(try reader.textAttribute("units", of: "one") == "1")
  }

  @Test func attributesOnFileGroupAndDataset() throws {
    let path = folder.file("attributes.h5")
    let file = try HDF5File.create(at: path)
    try file.createGroup("g")
    let seeds: HDF5Attribute = .numbers([UInt64.max, 0])
    try file.write(1.5, to: "g/x", units: "S", description: "Größe.", attributes: ["seeds": seeds])
    for object in ["/", "g", "g/x"] {
      try file.setAttribute("zulu", to: .text("first"), of: object)
      try file.setAttribute("zulu", to: .text("∂G/∂t"), of: object)
      try file.setAttribute("count", to: .number(Int16(-7)), of: object)
      try file.setAttribute("none", to: .numbers([Float]()), of: object)
    }
    try file.close()

    let reader = try HDF5File.open(at: path)
    #expect(try reader.attributeNames() == ["count", "none", "zulu"])
    #expect(try reader.attributeNames(of: "g/x") == ["count", "description", "none", "seeds", "units", "zulu"])
    for object in ["/", "g", "g/x"] {
      #expect(try reader.textAttribute("zulu", of: object) == "∂G/∂t")
      #expect(try reader.numberAttribute("count", of: object) == Int32(-7))
      #expect(try reader.numbersAttribute("none", of: object, as: Float.self) == [])
      #expect(try reader.hasAttribute("count", of: object))
      #expect(try !reader.hasAttribute("Count", of: object))
    }
    #expect(try reader.numbersAttribute("seeds", of: "g/x") == [UInt64.max, 0])
    #expect(try reader.attributeType("seeds", of: "g/x") == .integer(bits: 64, isSigned: false))
  }

  @Test func childrenComeInAlphabeticalOrder() throws {
    let path = folder.file("children.h5")
    let file = try HDF5File.create(at: path)
    let names = (0..<300).map { "item \($0)" }
    for name in names.shuffled() { try file.createGroup("many/" + name) }
    try file.write(Int8(1), to: "b", units: "1", description: "x")
    try file.createGroup("a/b/c")
    try file.createGroup("a/b")
    #expect(try file.children().map { "\($0.name): \($0.kind)" } == ["a: group", "b: dataset", "many: group"])
    #expect(try file.children(of: "many").map(\.name) == names.sorted())
    #expect(try file.children(of: "a/b/c") == [])
    for (path, exists) in [("/", true), ("a/b", true), ("/a//b/c/", true), ("a/x", false), ("b/x/y", false)] {
      #expect(try file.exists(path) == exists)
    }
  }

  @Test func sameContentGivesSameBytes() throws {
    try writeSpecimen(at: folder.file("1.h5"))
    // Time stamps in HDF5 count whole seconds.
    Thread.sleep(forTimeInterval: 1.1)
    try writeSpecimen(at: folder.file("2.h5"))
    #expect(try bytes(of: folder.file("1.h5")) == bytes(of: folder.file("2.h5")))
  }
}
