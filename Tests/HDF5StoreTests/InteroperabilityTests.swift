import Foundation
import HDF5Store
import Testing

/// Python with h5py, the other reader and writer of these files.
enum Python {
  static let hasH5py = (try? run("import h5py")) != nil

  @discardableResult
  static func run(_ script: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: text) }
    return text
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}

@Suite(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"))
struct InteroperabilityTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("x.h5")
  }

  @Test func h5pyReadsInThreeLines() throws {
    try writeSpecimen(at: path)
    let output = try Python.run(
      """
      import h5py, sys
      x = h5py.File(sys.argv[1])["layers/0/pulses"]
      print(x[:5].tolist(), x.dtype, x.shape, x.attrs["units"], x.attrs["description"])
      """, path)
    #expect(output == "[0, 0, 0, 1, 1] int32 (400,) 1 Pulses.\n")
    let rest = try Python.run(
      """
      import h5py, sys
      f = h5py.File(sys.argv[1])
      print(f.attrs["name"], f.attrs["schema"], f.attrs["ratios"].tolist(), f["tick"][()])
      print(f["labels"].asstr()[:].tolist(), f["layers/0/weight"][1, 2].item(), list(f))
      """, path)
    #expect(
      rest == """
        Prüfling ∆ 3 [0.5, 0.25] 1234567
        ['left', 'rechts ⇒', ''] \(Double(Float(10) / 7)) ['empty', 'labels', 'layers', 'tick']

        """)
  }

  @Test func valuesWrittenByH5py() throws {
    try Python.run(
      """
      import h5py, sys, numpy as np
      f = h5py.File(sys.argv[1], "w")
      f["flags"] = np.array([True, False, True])
      f["big"] = np.array([1, -2], dtype=">i4")
      f["half"] = np.array([0.5, -2], dtype="f2")
      f["fixed"] = np.array([b"ab", b"c"])
      f.create_dataset("ascii", data=["x", "y"], dtype=h5py.string_dtype("ascii"))
      f.create_dataset("latin", data=np.array([b"\\xe9t\\xe9"]))
      f.create_dataset("chunks", data=np.arange(100), chunks=(7,), compression="gzip", fletcher32=True)
      f["pairs"] = np.zeros(2, dtype=[("t", "i8"), ("p", "i1")])
      f["link"] = h5py.SoftLink("/nowhere")
      f["null"] = h5py.Empty("f4")
      f.attrs["fixed"] = np.bytes_("bytes")
      """, path)
    let file = try HDF5File.open(at: path)
    #expect(try file.read("flags", as: Int16.self) == [1, 0, 1])
    #expect(try file.read("big", as: Int32.self) == [1, -2])
    #expect(try file.read("half", as: Float.self) == [0.5, -2])
    #expect(try file.readTexts("fixed") == ["ab", "c"])
    #expect(try file.readTexts("ascii") == ["x", "y"])
    #expect(try file.read("chunks", rows: 5..<30, as: Int64.self) == Array(5..<30))
    #expect(try file.chunkRows(of: "chunks") == 7)
    #expect(try file.read("null", as: Float.self) == [])
    #expect(try file.textAttribute("fixed") == "bytes")
    #expect(try !file.exists("link"))
    #expect(try file.children().first { $0.name == "link" }?.kind == .other)
    #expect(try file.elementType(of: "pairs") == .other("compound"))
    #expect(throws: HDF5Error.invalidText(file: path, object: "/latin")) { try file.readTexts("latin") }
    #expect(throws: HDF5Error.self) { try file.read("pairs", as: Int64.self) }
  }

  @Test func shapesWithoutValues() throws {
    try Python.run(
      """
      import h5py, sys
      f = h5py.File(sys.argv[1], "w")
      f.create_dataset("contiguous", shape=(1 << 30, 1 << 20), dtype="f8")
      f.create_dataset("chunked", shape=(1 << 40, 1 << 20), dtype="f8", chunks=(64, 64))
      f.create_dataset("beyond", shape=(1 << 40, 1 << 40), dtype="i1", chunks=(64, 64))
      f.create_dataset("small", shape=(10,), dtype="f8")
      f.create_dataset("texts", shape=(1 << 50,), dtype=h5py.string_dtype(), chunks=(64,))
      f.create_dataset("sparse", shape=(1 << 40,), dtype="f8", chunks=(64,))[5] = 1
      """, path)
    let file = try HDF5File.open(at: path)
    for name in ["contiguous", "chunked", "beyond", "small"] {
      #expect(throws: HDF5Error.self) { try file.read(name, as: Double.self) }
    }
    #expect(throws: HDF5Error.noData(file: path, object: "/small", shape: [10])) {
      try file.read("small", as: Double.self)
    }
    #expect(throws: HDF5Error.tooLarge(file: path, object: "/sparse", bytes: 1 << 43, limit: 4 << 30)) {
      try file.read("sparse", as: Double.self)
    }
    #expect(throws: HDF5Error.self) { try file.readTexts("texts") }
    #expect(try file.read("sparse", rows: 4..<7, as: Double.self) == [0, 1, 0])
    #expect(throws: HDF5Error.self) { try file.read("sparse", rows: 0..<1 << 40, as: Double.self) }
    #expect(throws: HDF5Error.self) { try file.read("beyond", rows: 0..<1 << 40, as: Int8.self) }
  }
}
