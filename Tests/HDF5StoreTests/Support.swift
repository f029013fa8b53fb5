import Foundation
import HDF5Store

/// A folder that is removed with its contents when the test ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "hdf5store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

/// Vigna's SplitMix64: a fixed seed gives the same damage on every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
  try Data(bytes).write(to: URL(filePath: path))
}

/// Makes writes past `bytes` fail for this process.
func limitFileSize(to bytes: rlim_t) throws {
  var limit = rlimit(rlim_cur: bytes, rlim_max: .max)
  guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { throw POSIXError(.EPERM) }
}

/// The error that `body` throws, or nil if it throws none.
func failure(_ body: () throws(HDF5Error) -> Void) -> HDF5Error? {
  do throws(HDF5Error) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// A small file with one of everything: nested groups, all storage forms, texts, attributes.
func writeSpecimen(at path: String) throws(HDF5Error) {
  let file = try HDF5File.create(at: path)
  try file.setAttribute("schema", to: .number(UInt32(3)))
  try file.setAttribute("name", to: .text("Prüfling ∆"))
  try file.setAttribute("ratios", to: .numbers([0.5, 0.25]))
  let weights = (0..<96).map { Float($0) / 7 }
  try file.write(weights, shape: [12, 8], to: "layers/0/weight", units: "1", description: "Weights.")
  try file.write(
    (0..<400).map { Int32($0 / 3) }, shape: [400], to: "layers/0/pulses", units: "1", description: "Pulses.",
    compression: .deflate(level: 6))
  try file.write(Int64(1_234_567), to: "tick", units: "1", description: "Tick.")
  try file.write(["left", "rechts ⇒", ""], to: "labels", description: "Classes.")
  try file.createGroup("empty")
  try file.close()
}

/// Everything in a file as comparable text; reads every dataset and attribute.
func survey(_ path: String) throws(HDF5Error) -> [String] {
  let file = try HDF5File.open(at: path)
  var lines: [String] = []
  var pending = ["/"]
  while let object = pending.popLast(), lines.count < 10_000 {
    for name in try file.attributeNames(of: object) {
      lines.append("\(object)@\(name) \(try surveyAttribute(name, of: object, in: file))")
    }
    guard try file.kind(of: object) == .group else {
      lines.append("\(object) \(try file.shape(of: object)) \(try surveyValues(object, in: file))")
      continue
    }
    for child in try file.children(of: object) where child.kind != .other {
      pending.append(object == "/" ? "/\(child.name)" : "\(object)/\(child.name)")
    }
  }
  return lines.sorted()
}

private func surveyAttribute(_ name: String, of object: String, in file: HDF5File) throws(HDF5Error) -> String {
  switch try file.attributeType(name, of: object) {
  case .string: try file.textAttribute(name, of: object)
  case .integer: "\(try file.numbersAttribute(name, of: object, as: Int64.self))"
  default: "\(try file.numbersAttribute(name, of: object, as: Double.self))"
  }
}

private func surveyValues(_ path: String, in file: HDF5File) throws(HDF5Error) -> String {
  let limit = 1 << 24
  return switch try file.elementType(of: path) {
  case .string: "\(try file.readTexts(path, byteLimit: limit))"
  case .integer: "\(try file.read(path, as: Int64.self, byteLimit: limit))"
  default: "\(try file.read(path, as: Double.self, byteLimit: limit))"
  }
}
