import Kernels

/// Digests of files, read in chunks.
public enum FileDigest {
  /// SHA-256 over the lines "part, SHA-256 of the contents" of a file for learning and one for tests.
  static func sha256(train: String, test: String) throws(RecordingError) -> String {
    var hash = SHA256()
    for (part, path) in [("train", train), ("test", test)] { hash.update("\(part) \(try sha256(ofFile: path))\n") }
    return hash.hexDigest()
  }

  /// SHA-256 over the lines "relative path, SHA-256 of the contents" of files of a folder, in order.
  static func sha256(ofFiles paths: [String], in folder: String) throws(RecordingError) -> String {
    var hash = SHA256()
    for path in paths { hash.update("\(path) \(try sha256(ofFile: "\(folder)/\(path)"))\n") }
    return hash.hexDigest()
  }

  /// SHA-256 of the contents as 64 hexadecimal digits.
  public static func sha256(ofFile path: String) throws(RecordingError) -> String {
    let reader = try ByteReader(path: path)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var hash = SHA256()
    var offset = 0
    while true {
      let count = try chunk.withUnsafeMutableBufferPointer { bytes throws(RecordingError) in
        let bytes = UnsafeMutableRawBufferPointer(bytes)
        let count = try reader.read(into: bytes, at: offset)
        hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        return count
      }
      offset += count
      if count == 0 { return hash.hexDigest() }
    }
  }
}
