import Glibc

/// A folder in memory, where there is one, for the files that decoders open by name.
package final class ScratchFolder {
  package let path: String
  private var names: Set<String> = []

  package init() {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array((parent + "/crosspoint-fuzzing-XXXXXX").utf8CString)
    guard let made = mkdtemp(&template) else {
      fatalError("no folder in \(parent): \(String(cString: strerror(errno)))")
    }
    path = String(cString: made)
  }

  deinit { remove() }

  /// Writes a file over the one of that name; gives its path.
  package func write(_ bytes: [UInt8], to name: String) -> String {
    names.insert(name)
    let file = path + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      fatalError("\(file): \(String(cString: strerror(errno)))")
    }
    close(descriptor)
    return file
  }

  /// Removes the folder with its files.
  package func remove() {
    for name in names { unlink(path + "/" + name) }
    rmdir(path)
  }
}
