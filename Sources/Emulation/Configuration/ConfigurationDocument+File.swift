import Glibc

extension ConfigurationDocument {
  /// The text of a file.
  ///
  /// - Throws: `ConfigurationError` if it cannot be read, is far too large, or is not UTF-8.
  static func text(ofFile path: String) throws(ConfigurationError) -> String {
    // Not blocking, for a path that turns out to be a pipe without a writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(file: path, reason: errorText()) }
    defer { close(descriptor) }
    let limit = largestFile
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= limit {
      let received = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress!, $0.count) }
      if received < 0 && errno == EINTR { continue }
      guard received >= 0 else { throw .unreadable(file: path, reason: errorText()) }
      if received == 0 { break }
      bytes += part[..<received]
    }
    guard bytes.count <= limit else { throw .tooLarge(file: path, limit: limit) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText(file: path) }
    return text
  }

  private static func errorText() -> String { String(cString: strerror(errno)) }
}
