import Emulation
import Foundation
import HDF5Store

/// `study.h5`: the columns of the table of a study as arrays, one value for each row; what did not happen is not a number.
struct StudyFile {
  let table: StudyTable

  /// Writes the file as a whole: under a temporary name, then renamed.
  func write(to path: String) throws {
    let partial = path + ".partial"
    let complete = table.rows.filter { $0.problem == nil }
    do {
      let file = try HDF5File.create(at: partial)
      try file.setAttribute("format", to: .text("crosspoint-study"))
      try file.setAttribute("written_by", to: .text("crosspoint \(ProgramVersion.text)"))
      for (index, axis) in table.axes.enumerated() {
        try file.write(
          complete.map { $0.point.values[index] }, to: "axes/\(axis)", description: "value of \(axis) in each row")
      }
      try file.write(
        complete.map(\.point.seed), shape: [complete.count], to: "seed", units: "1", description: "seed of each row")
      for figure in table.figures {
        try file.write(
          complete.map { $0.values[figure.name] ?? .nan }, shape: [complete.count], to: figure.name,
          units: figure.unit, description: figure.description)
      }
      try file.close()
    } catch {
      unlink(partial)
      throw error
    }
    guard rename(partial, path) == 0 else {
      throw EmulationError.fileAccess(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
  }
}
