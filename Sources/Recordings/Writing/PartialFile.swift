import Glibc

/// A file that is written under another name and takes its own once it is whole, so that no reader meets a part of it.
///
/// The name while it is written is `<path>.partial-<process>`, in the same folder.
struct PartialFile {
  /// The name of the finished file.
  let path: String
  /// The name while it is written.
  let name: String

  /// - Throws: `RecordingError.unwritable` for a path that no file can have.
  init(path: String) throws(RecordingError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw RecordingError.unwritable(
        path: path, reason: "the path is empty or contains a NUL character")
    }
    self.path = path
    name = "\(path).partial-\(getpid())"
  }

  /// Waits until all has reached the disk, then gives the file its name; a file of that name is replaced in one step.
  func publish() throws(RecordingError) {
    try synchronise(name)
    guard rename(name, path) == 0 else { throw unwritable() }
    try synchronise(folder)
  }

  /// Removes what was written.
  func discard() { unlink(name) }

  /// The error for a call to the system that just failed.
  func unwritable() -> RecordingError {
    .unwritable(path: path, reason: ByteReader.lastReason())
  }

  private var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private func synchronise(_ name: String) throws(RecordingError) {
    let descriptor = open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unwritable() }
    defer { close(descriptor) }
    // Some network file systems cannot synchronise a folder and say EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw unwritable() }
  }
}
