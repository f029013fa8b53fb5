import Crossbars
import Emulation
import Foundation
import HDF5Store

/// The HDF5 file that holds the solution of a crossbar.
public enum CrossbarSolutionFile {
  /// Writes currents and node voltages, as a whole file.
  ///
  /// - Parameter input: the file that was solved; it is never written to.
  /// - Throws: `EmulationError.fileAccess`, `HDF5Error`.
  public static func write(_ study: CrossbarStudy, of input: String, to path: String) throws {
    guard URL(filePath: path).resolvingSymlinksInPath() != URL(filePath: input).resolvingSymlinksInPath() else {
      throw EmulationError.fileAccess(
        path: path, action: "write", reason: "it is the crossbar itself; give another --output")
    }
    let partial = path + ".partial"
    do {
      let file = try HDF5File.create(at: partial)
      try file.setAttribute("format", to: .text("crosspoint-crossbar-solution"))
      try file.setAttribute("written_by", to: .text("crosspoint \(ProgramVersion.text)"))
      try writeArrays(study.solution, ideal: study.idealCurrents, into: file)
      try file.close()
    } catch {
      unlink(partial)
      throw error
    }
    guard rename(partial, path) == 0 else {
      throw EmulationError.fileAccess(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
  }

  private static func writeArrays(_ solution: CrossbarSolution, ideal: [Double], into file: HDF5File) throws {
    let (rows, columns, vectors) = (solution.rows, solution.columns, solution.vectors)
    func currents(_ name: String, _ description: String, _ values: [Double]) throws {
      try file.write(
        values, shape: [vectors, columns], to: name, units: "A", description: "\(description), [vectors x columns]")
    }
    func nodes(_ name: String, units: String, _ description: String, _ values: [Double]) throws {
      try file.write(
        values, shape: [vectors, rows, columns], to: name, units: units,
        description: "\(description), [vectors x rows x columns]")
    }
    try currents("I_out", "current into ground of each column", solution.currents)
    try currents("I_ideal", "the same without wire resistance", ideal)
    try nodes("V_word", units: "V", "voltages of the word-line nodes", solution.wordLineVoltages)
    try nodes("V_bit", units: "V", "voltages of the bit-line nodes", solution.bitLineVoltages)
    try nodes("I_device", units: "A", "device currents", solution.cellCurrents)
  }
}
