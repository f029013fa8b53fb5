import Emulation
import Foundation
import HDF5Store
import Recordings

/// The files that programming leaves in a folder: `programmed.h5`, `programming.svg` and `programming.json`.
public struct ProgrammingFiles {
  private let result: ProgrammedArray
  private let matrix: WeightMatrix
  private let sha256: String
  private let configuration: ProgrammingConfiguration

  private static let names = ["programmed.h5", "programming.svg", "programming.json"]

  /// The files of one programmed array.
  public init(
    _ result: ProgrammedArray, of matrix: WeightMatrix, sha256: String, configuration: ProgrammingConfiguration
  ) {
    self.result = result
    self.matrix = matrix
    self.sha256 = sha256
    self.configuration = configuration
  }

  /// The files that a folder holds already; they would be replaced.
  public static func present(in folder: String) -> [String] {
    names.map { "\(folder)/\($0)" }.filter { FileManager.default.fileExists(atPath: $0) }
  }

  /// Writes the files, each as a whole, and makes the folder.
  /// - Returns: the report, which names them.
  /// - Throws: `EmulationError.fileAccess`, `HDF5Error`.
  public func write(to folder: String) throws -> ProgrammingReport {
    let paths = Self.names.map { "\(folder)/\($0)" }
    let report = ProgrammingReport(
      result, of: matrix, sha256: sha256, configuration: configuration, files: paths)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Self.refusal(folder, error)
    }
    try writeArrays(to: paths[0])
    let summary =
      "\(report.device), \(report.scheme); RMS error \(NumberText.compact(report.weightErrors.rootMeanSquare)), "
      + "\(NumberText.compact(report.pulsesPerDevice.mean)) pulses per device, \(DeviceFact.text(report.energy, "J")), "
      + DeviceFact.text(report.seconds, "s")
    let figure = Figures.programming(
      result, title: "\(result.rows) x \(result.columns) weights programmed", summary: summary)
    for (path, text) in zip(paths.dropFirst(), [figure, try JSONText.encode(report)]) {
      do {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
      } catch {
        throw Self.refusal(path, error)
      }
    }
    return report
  }

  private static func refusal(_ path: String, _ error: any Error) -> EmulationError {
    .fileAccess(path: path, action: "write", reason: (error as NSError).localizedDescription)
  }

  private func writeArrays(to path: String) throws {
    let partial = path + ".partial"
    do {
      let file = try HDF5File.create(at: partial)
      try file.setAttribute("format", to: .text("crosspoint-programmed-array"))
      try file.setAttribute("configuration", to: .text(configuration.yaml))
      try file.setAttribute("seed", to: .number(result.parameters.seed))
      try file.setAttribute("weights", to: .text(matrix.source))
      try file.setAttribute("weights_sha256", to: .text(sha256))
      try file.setAttribute("written_by", to: .text("crosspoint \(ProgramVersion.text)"))
      try writeMatrices(into: file)
      try writeAges(into: file)
      try file.close()
    } catch {
      unlink(partial)
      throw error
    }
    guard rename(partial, path) == 0 else {
      throw EmulationError.fileAccess(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
  }

  private func writeMatrices(into file: HDF5File) throws {
    let matrix = [result.rows, result.columns]
    func synapses(_ name: String, _ description: String, _ values: [Float]) throws {
      try file.write(
        values, shape: matrix, to: name, units: "1", description: "\(description), [rows x columns]",
        compression: .deflate(level: 1))
    }
    func devices<Value: HDF5Scalar>(_ name: String, units: String, _ description: String, _ planes: [[Value]]) throws {
      try file.write(
        Array(planes.joined()), shape: [planes.count] + matrix, to: name, units: units,
        description: "\(description), [planes x rows x columns], plus devices first", compression: .deflate(level: 1))
    }
    let quantity = result.parameters.device.quantity
    try synapses("target", "wanted weight", result.targets)
    try synapses("weight", "weight right after programming, as an ideal read sees it", result.weights)
    try devices(
      quantity.rawValue, units: quantity.unit, "\(quantity.rawValue) right after programming", result.conductances)
    try devices("pulses", units: "pulses", "SET and RESET pulses received", result.pulses)
    if result.isVerified { try devices("verify_reads", units: "reads", "verify reads", result.verifyReads) }
    try devices(
      "condition", units: "1", "0 sound, 1 and 2 stuck off/on since fabrication, 3 to 5 worn out: off, on, in place",
      result.conditions.map { $0.map(\.rawValue) })
    if !result.wear.isEmpty {
      try devices("wear", units: "1", "wear as a fraction of the device's own life", result.wear)
    }
  }

  private func writeAges(into file: HDF5File) throws {
    func column(_ name: String, units: String, _ description: String, _ values: [Double]) throws {
      try file.write(values, shape: [values.count], to: "ages/\(name)", units: units, description: description)
    }
    try column("time", units: "s", "time since programming", result.ages.map(\.age.seconds))
    try column(
      "weight_error", units: "1", "root mean square error of the weights", result.ages.map(\.errors.rootMeanSquare))
    try column("gain", units: "1", "factor between targets and weights, by least squares", result.ages.map(\.gain))
    try column(
      "scaled_error", units: "1", "root mean square error after division by the gain", result.ages.map(\.scaledError))
  }
}
