import Emulation
import Foundation

/// The file of one figure, SVG, and the folder it is in.
public enum FigureFile {
  /// Makes a folder, and those above it, where it is not there.
  /// - Throws: `EmulationError.fileAccess`.
  public static func makeFolder(at path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw EmulationError.fileAccess(
        path: path, action: "create folder", reason: (error as NSError).localizedDescription)
    }
  }

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
