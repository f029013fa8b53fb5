import Foundation
import HDF5Store
import Testing

@Suite struct RefusalTests {
  let folder: TemporaryFolder
  let specimen: String

  init() throws {
    folder = try TemporaryFolder()
    specimen = folder.file("specimen.h5")
    try writeSpecimen(at: specimen)
  }

  @Test func filesThatAreNotHDF5() throws {
    let text = folder.file("text.h5")
    try write("Hello, world".utf8, to: text)
    let expected =
      "\(text) is not an HDF5 file: expected signature 89 48 44 46 0D 0A 1A 0A, found 48 65 6C 6C 6F 2C 20 77"
    #expect(failure { () throws(HDF5Error) in _ = try HDF5File.open(at: text) }?.description == expected)

    let empty = folder.file("empty.h5")
    try write([], to: empty)
    #expect(
      failure { () throws(HDF5Error) in _ = try HDF5File.open(at: empty) }
        == .notHDF5(file: empty, found: "an empty file"))

    let missing = folder.file("missing.h5")
    #expect(
      failure { () throws(HDF5Error) in _ = try HDF5File.open(at: missing) }
        == .cannotOpen(file: missing, reason: "No such file or directory"))
    #expect(
      failure { () throws(HDF5Error) in _ = try HDF5File.open(at: folder.path) }
        == .cannotOpen(file: folder.path, reason: "it is not a regular file"))
    #expect(throws: HDF5Error.self) { try HDF5File.open(at: "") }
    #expect(throws: HDF5Error.self) { try HDF5File.open(at: "a\0b") }
  }

  @Test func aPipeDoesNotBlock() throws {
    let pipe = folder.file("pipe.h5")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: HDF5Error.cannotOpen(file: pipe, reason: "it is not a regular file")) {
      try HDF5File.open(at: pipe)
    }
  }

  @Test func signatureBehindAUserBlock() throws {
    let shifted = folder.file("shifted.h5")
    let block = [UInt8](repeating: 0x20, count: 512)
    try write(block + bytes(of: specimen), to: shifted)
    #expect(try survey(shifted) == survey(specimen))
  }

  @Test func placesThatCannotBeWritten() throws {
    let below = specimen + "/x.h5"
    #expect(throws: HDF5Error.cannotCreate(file: below, reason: "Not a directory")) { try HDF5File.create(at: below) }
    let nowhere = folder.file("no/x.h5")
    #expect(throws: HDF5Error.cannotCreate(file: nowhere, reason: "No such file or directory")) {
      try HDF5File.create(at: nowhere)
    }
    #expect(throws: HDF5Error.cannotCreate(file: folder.path, reason: "Is a directory")) {
      try HDF5File.create(at: folder.path)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func aFolderWithoutPermission() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
    let path = folder.file("x.h5")
    #expect(throws: HDF5Error.cannotCreate(file: path, reason: "Permission denied")) { try HDF5File.create(at: path) }
  }

  @Test func aFileInUseIsNotTruncated() throws {
    let reader = try HDF5File.open(at: specimen)
    #expect(throws: HDF5Error.cannotCreate(file: specimen, reason: "it is open for reading")) {
      try HDF5File.create(at: specimen)
    }
    #expect(try reader.readScalar("tick", as: Int64.self) == 1_234_567)
  }

  @Test func aFileThatWasNotClosed() throws {
    let path = folder.file("unfinished.h5")
    let file = try HDF5File.create(at: path)
    try file.write(1.0, to: "x", units: "1", description: "x")
    try file.flush()
    let copy = folder.file("copy.h5")
    try write(bytes(of: path), to: copy)
    try file.close()
    #expect(throws: HDF5Error.unfinished(file: copy)) { try HDF5File.open(at: copy) }
    #expect(try HDF5File.open(at: path).readScalar("x", as: Double.self) == 1)
  }

  @Test func useAfterClose() throws {
    let file = try HDF5File.open(at: specimen)
    try file.close()
    try file.close()
    #expect(throws: HDF5Error.closed(file: specimen)) { try file.shape(of: "tick") }
    #expect(throws: HDF5Error.closed(file: specimen)) { try file.flush() }
  }

  @Test func aForeignLockDoesNotMatter() throws {
    let descriptor = open(specimen, O_RDONLY)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(try HDF5File.open(at: specimen).exists("tick"))
  }

  @Test func wrongTypes() throws {
    let file = try HDF5File.open(at: specimen)
    let error = failure { () throws(HDF5Error) in _ = try file.read("layers/0/weight", as: Int32.self) }
    #expect(
      error?.description
        == "/layers/0/weight in \(specimen) holds Float values, which cannot be read as Int32 without loss")
    func refuses<Scalar: HDF5Scalar>(_ path: String, as type: Scalar.Type) -> Bool {
      guard case .wrongType = failure({ () throws(HDF5Error) in _ = try file.read(path, as: type) }) else {
        return false
      }
      return true
    }
    #expect(refuses("layers/0/pulses", as: Int16.self))
    #expect(refuses("layers/0/pulses", as: UInt32.self))
    #expect(refuses("layers/0/pulses", as: UInt64.self))
    #expect(refuses("layers/0/pulses", as: Float.self))
    #expect(refuses("tick", as: Double.self))
    #expect(refuses("labels", as: Int8.self))
    #expect(throws: HDF5Error.self) { try file.readTexts("tick") }
    #expect(throws: HDF5Error.self) { try file.textAttribute("schema") }
    #expect(throws: HDF5Error.self) { try file.numberAttribute("name", as: Int8.self) }
    #expect(throws: HDF5Error.self) { try file.numberAttribute("schema", as: Int32.self) }
  }

  @Test func wrongShapes() throws {
    let file = try HDF5File.open(at: specimen)
    var buffer = [Double](repeating: 0, count: 95)
    let place = "/layers/0/weight"
    _ = buffer.withUnsafeMutableBufferPointer { buffer in
      #expect(throws: HDF5Error.wrongShape(file: specimen, object: place, expected: "95 values", found: [12, 8])) {
        try file.read("layers/0/weight", into: buffer)
      }
    }
    #expect(throws: HDF5Error.wrongShape(file: specimen, object: place, expected: "rows 11..<13", found: [12, 8])) {
      try file.read("layers/0/weight", rows: 11..<13, as: Float.self)
    }
    #expect(throws: HDF5Error.self) { try file.read("layers/0/weight", rows: -1..<1, as: Float.self) }
    #expect(throws: HDF5Error.self) { try file.read("layers/0/weight", rows: Int.min..<Int.max, as: Float.self) }
    #expect(throws: HDF5Error.self) { try file.read("tick", rows: 0..<1, as: Int64.self) }
    #expect(throws: HDF5Error.self) { try file.readScalar("layers/0/weight", as: Float.self) }
    #expect(throws: HDF5Error.self) { try file.readText("labels") }
    #expect(throws: HDF5Error.self) { try file.numberAttribute("ratios", as: Double.self) }
  }

  @Test func theByteLimit() throws {
    let file = try HDF5File.open(at: specimen)
    #expect(throws: HDF5Error.tooLarge(file: specimen, object: "/layers/0/weight", bytes: 384, limit: 383)) {
      try file.read("layers/0/weight", as: Float.self, byteLimit: 383)
    }
    #expect(try file.read("layers/0/weight", rows: 3..<4, as: Float.self, byteLimit: 32).count == 8)
    #expect(throws: HDF5Error.self) { try file.readTexts("labels", byteLimit: 29) }
    #expect(try file.readTexts("labels", byteLimit: 30).count == 3)
  }

  @Test func missingAndMisplacedObjects() throws {
    let file = try HDF5File.open(at: specimen)
    #expect(throws: HDF5Error.missing(file: specimen, object: "/layers/1/weight")) {
      try file.shape(of: "layers/1/weight")
    }
    #expect(throws: HDF5Error.missing(file: specimen, object: "/tick/x")) { try file.shape(of: "tick/x") }
    #expect(throws: HDF5Error.missing(file: specimen, object: "/tick@x")) { try file.textAttribute("x", of: "tick") }
    #expect(throws: HDF5Error.wrongKind(file: specimen, object: "/layers", expected: .dataset, found: .group)) {
      try file.shape(of: "layers")
    }
    #expect(throws: HDF5Error.wrongKind(file: specimen, object: "/tick", expected: .group, found: .dataset)) {
      try file.children(of: "tick")
    }
    #expect(throws: HDF5Error.readOnly(file: specimen, object: "/new")) { try file.createGroup("new") }
    #expect(throws: HDF5Error.readOnly(file: specimen, object: "/@x")) { try file.setAttribute("x", to: .text("")) }
    #expect(throws: HDF5Error.self) { try file.shape(of: "a\0b") }
  }

  @Test func wrongWrites() throws {
    let path = folder.file("writes.h5")
    let file = try HDF5File.create(at: path)
    func write(_ shape: [Int], to name: String = "x", _ compression: HDF5Compression = .none) -> HDF5Error? {
      failure { () throws(HDF5Error) in
        try file.write(
          [Int8](repeating: 1, count: 6), shape: shape, to: name, units: "1", description: "x",
          compression: compression)
      }
    }
    #expect(write([2, 2]) == .wrongShape(file: path, object: "/x", expected: "6 values", found: [2, 2]))
    #expect(write([-2, -3]) != nil)
    #expect(write([Int.max, Int.max, 6]) != nil)
    #expect(write([6] + [Int](repeating: 1, count: 32)) != nil)
    #expect(write([6], .deflate(level: 10)) != nil)
    #expect(write([6], to: "/") != nil)
    #expect(write([6], to: "a\0") != nil)
    #expect(try file.children() == [])
    #expect(write([2, 3]) == nil)
    #expect(write([2, 3]) == .alreadyExists(file: path, object: "/x"))
    #expect(write([6], to: "x/y") != nil)
    #expect(throws: HDF5Error.self) { try file.write("a\0b", to: "nul", description: "x") }
    #expect(throws: HDF5Error.self) { try file.write(1.0, to: "a", units: "", description: "x") }
    #expect(throws: HDF5Error.self) { try file.write(1.0, to: "a", units: "1", description: "") }
    #expect(throws: HDF5Error.self) { try file.setAttribute("", to: .number(1.0)) }
    #expect(try file.children().map(\.name) == ["x"])
    try file.close()
  }
}
