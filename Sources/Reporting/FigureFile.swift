import Emulation
import Foundation

/// The file of one figure, SVG.
public enum FigureFile {
  /// Replaces the file as a whole.
  /// - Throws: `EmulationError.fileAccess`.
  public static func write(_ figure: String, to path: String) throws {
    do {
      try Data(figure.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw EmulationError.fileAccess(
        path: path, action: "write", reason: (error as NSError).localizedDescription)
    }
  }
}
