import HDF5Store
import Testing

/// Datasets that grow, blocks of datasets, and what other programs write: records, sequences, filters.
@Suite struct TableTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("x.h5")
  }

  private func append<Scalar: HDF5Scalar>(_ values: [Scalar], to name: String, of file: HDF5File) throws {
    let result = values.withUnsafeBufferPointer { buffer in
      Result { () throws(HDF5Error) in try file.append(buffer, to: name) }
    }
    try result.get()
  }

  @Test(arguments: [HDF5Compression.none, .deflate(level: 4)])
  func aDatasetGrowsByRows(compression: HDF5Compression) throws {
    let file = try HDF5File.create(at: path)
    try file.createGrowing(
      "a/b", as: Float.self, rowShape: [3], units: "g", description: "rows", compression: compression)
    #expect(try file.shape(of: "a/b") == [0, 3])
    for part in 0..<5 { try append((0..<part * 3).map { Float(part * 100 + $0) }, to: "a/b", of: file) }
    #expect(throws: HDF5Error.self) { try append([Float(1)], to: "a/b", of: file) }
    #expect(throws: HDF5Error.self) { try append([1.0, 2, 3], to: "a/b", of: file) }
    try file.write([Int8(1)], shape: [1], to: "fixed", units: "1", description: "x")
    #expect(throws: HDF5Error.self) { try append([Int8(2)], to: "fixed", of: file) }
    try file.close()
    let read = try HDF5File.open(at: path)
    #expect(try read.shape(of: "a/b") == [10, 3])
    #expect(try read.textAttribute("units", of: "a/b") == "g")
    let expected = (0..<5).flatMap { part in (0..<part * 3).map { Float(part * 100 + $0) } }
    #expect(try read.read("a/b", as: Float.self) == expected)
  }

  @Test func aBlockIsARangeOfEachAxis() throws {
    let file = try HDF5File.create(at: path)
    try file.write((0..<60).map { Int32($0) }, shape: [3, 4, 5], to: "x", units: "1", description: "x")
    func block(_ ranges: [Range<Int>], count: Int) throws -> [Int64] {
      var values = [Int64](repeating: -1, count: count)
      let result = values.withUnsafeMutableBufferPointer { buffer in
        Result { () throws(HDF5Error) in try file.read("x", block: ranges, into: buffer) }
      }
      try result.get()
      return values
    }
    #expect(try block([1..<3, 2..<3, 1..<4], count: 6) == [31, 32, 33, 51, 52, 53])
    #expect(try block([0..<0, 0..<4, 0..<5], count: 0) == [])
    #expect(throws: HDF5Error.self) { try block([1..<4, 2..<3, 1..<4], count: 9) }
    #expect(throws: HDF5Error.self) { try block([-1..<0, 2..<3, 1..<4], count: 3) }
    #expect(throws: HDF5Error.self) { try block([0..<1, 0..<1], count: 1) }
    #expect(throws: HDF5Error.self) { try block([1..<3, 2..<3, 1..<4], count: 5) }
    #expect(try file.members(of: "x").isEmpty)
    #expect(try file.sequenceType(of: "x") == nil)
    #expect(try file.missingFilter(of: "x") == nil)
    #expect(throws: HDF5Error.self) { try file.readSequence("x", at: 0, as: Int64.self) }
    try file.close()
  }

  @Test(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"))
  func recordsWrittenByH5py() throws {
    try Python.run(
      """
      import h5py, sys, numpy as np
      f = h5py.File(sys.argv[1], "w")
      a = np.zeros(1000, dtype=[("x", "<u2"), ("on", "?"), ("t", ">i8"), ("f", "f4"), ("s", "S3")])
      a["x"], a["on"], a["t"], a["f"] = np.arange(1000) * 3, np.arange(1000) % 3 == 0, np.arange(1000) - 5, np.arange(1000) / 4
      f.create_dataset("r", data=a, chunks=(64,), compression="gzip")
      """, path)
    let file = try HDF5File.open(at: path)
    #expect(try file.members(of: "r").map(\.name) == ["x", "on", "t", "f", "s"])
    #expect(try file.members(of: "r")[2].type == .integer(bits: 64, isSigned: true))
    var buffer = [Int64](repeating: -7, count: 40)
    func read(_ rows: Range<Int>, _ fields: [HDF5Field], recordBytes: Int) -> HDF5Error? {
      buffer.withUnsafeMutableBufferPointer { buffer in
        failure { () throws(HDF5Error) in
          try file.readRecords(
            "r", rows: rows, fields: fields, recordBytes: recordBytes, into: UnsafeMutableRawBufferPointer(buffer))
        }
      }
    }
    let fields = [
      HDF5Field("t", as: Int64.self, at: 0), HDF5Field("on", as: Int64.self, at: 8),
      HDF5Field("f", as: Double.self, at: 16), HDF5Field("x", as: Int64.self, at: 24),
    ]
    #expect(read(90..<100, fields, recordBytes: 32) == nil)
    for row in 0..<10 {
      #expect(buffer[row * 4] == Int64(90 + row - 5))
      #expect(buffer[row * 4 + 1] == ((90 + row) % 3 == 0 ? 1 : 0))
      #expect(Double(bitPattern: UInt64(buffer[row * 4 + 2])) == Double(90 + row) / 4)
      #expect(buffer[row * 4 + 3] == Int64(90 + row) * 3)
    }
    #expect(read(990..<1001, fields, recordBytes: 32) != nil)
    #expect(read(0..<11, fields, recordBytes: 32) != nil)
    #expect(
      read(0..<1, [HDF5Field("q", as: Int64.self, at: 0)], recordBytes: 8) == .missing(file: path, object: "/r.q"))
    #expect(read(0..<1, [HDF5Field("t", as: Int32.self, at: 0)], recordBytes: 8) != nil)
    #expect(read(0..<1, [HDF5Field("t", as: Int64.self, at: 4)], recordBytes: 8) != nil)
  }

  @Test(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"), arguments: ["None", "(2,)"])
  func sequencesWrittenByH5py(chunks: String) throws {
    try Python.run(
      """
      import h5py, sys, numpy as np
      f = h5py.File(sys.argv[1], "w")
      d = f.create_dataset("v", (5,), dtype=h5py.vlen_dtype(np.dtype("float16")), chunks=eval(sys.argv[2]))
      for i in range(4): d[i] = np.arange(i * 100) / 2
      """, path, chunks)
    let file = try HDF5File.open(at: path)
    #expect(try file.sequenceType(of: "v") == .floatingPoint(exponentBits: 5, significandBits: 10))
    for index in 0..<4 {
      #expect(try file.readSequence("v", at: index, as: Float.self) == (0..<index * 100).map { Float($0) / 2 })
    }
    #expect(try file.readSequence("v", at: 4, as: Double.self) == [])
    #expect(throws: HDF5Error.self) { try file.readSequence("v", at: 5, as: Float.self) }
    #expect(throws: HDF5Error.self) { try file.readSequence("v", at: -1, as: Float.self) }
    #expect(throws: HDF5Error.self) { try file.readSequence("v", at: 1, as: Int64.self) }
    #expect(throws: HDF5Error.tooLarge(file: path, object: "/v", bytes: 1101, limit: 1100)) {
      try file.readSequence("v", at: 3, as: Float.self, byteLimit: 1100)
    }
  }

  /// HDF5 1.10 follows a wrong number of an object anywhere in memory.
  @Test(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"), arguments: ["None", "(2,)"])
  func aReferenceThatLeadsNowhereIsFound(chunks: String) throws {
    let offset = try Python.run(
      """
      import h5py, sys, numpy as np
      f = h5py.File(sys.argv[1], "w")
      d = f.create_dataset("v", (4,), dtype=h5py.vlen_dtype(np.dtype("u2")), chunks=eval(sys.argv[2]))
      for i in range(4): d[i] = np.arange(8)
      f.flush()
      print(d.id.get_offset() if eval(sys.argv[2]) is None else d.id.get_chunk_info(1).byte_offset - 32)
      """, path, chunks)
    let start = try #require(Int(offset.split(separator: "\n")[0]))
    for (place, value) in [(12, UInt8(0xEE)), (15, 0x7F), (4, 0xFF), (0, 0xFF)] {
      var damaged = try bytes(of: path)
      damaged[start + 48 + place] = value
      let copy = folder.file("damaged.h5")
      try write(damaged, to: copy)
      let file = try HDF5File.open(at: copy)
      let error = failure { () throws(HDF5Error) in _ = try file.readSequence("v", at: 3, as: UInt16.self) }
      #expect(
        error?.description.contains("its sequences lie nowhere in the file") == true, "\(String(describing: error))")
      #expect(try file.readSequence("v", at: 2, as: UInt16.self) == Array(0..<8))
    }
  }

  @Test(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"))
  func aMissingFilterIsNamedWithHowToGetIt() throws {
    try Python.run(
      """
      import h5py, sys, numpy as np
      f = h5py.File(sys.argv[1], "w")
      f.create_dataset("lzf", data=np.arange(100), compression="lzf")
      for name, number in ("ecf", 36559), ("other", 31999):
          p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
          p.set_chunk((100,))
          p.set_filter(number, h5py.h5z.FLAG_OPTIONAL)
          d = h5py.h5d.create(f.id, name.encode(), h5py.h5t.NATIVE_INT8, h5py.h5s.create_simple((100,)), p)
          d.write_direct_chunk((0,), bytes(50), 0)
      """, path)
    let file = try HDF5File.open(at: path)
    let words = ["lzf": "32000 (LZF)", "ecf": "hdf5_ecf that comes with Prophesee's OpenEB", "other": "filter 31999"]
    for (name, text) in words {
      #expect(try file.missingFilter(of: name) != nil)
      let error = failure { () throws(HDF5Error) in _ = try file.read(name, as: Int64.self) }
      #expect(error?.description.contains(text) == true, "\(String(describing: error))")
      #expect(error?.description.contains("HDF5_PLUGIN_PATH") == true)
    }
  }
}
