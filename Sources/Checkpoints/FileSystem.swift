import Glibc

/// The few calls to the system that an atomic save needs. Each gives nil, or the system's reason.
enum FileSystem {
  /// Waits until the file or folder has reached the disk.
  static func synchronise(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return reason() }
    defer { close(descriptor) }
    // Some network file systems cannot synchronise a folder and say EINVAL; a rename is the best they have.
    guard fsync(descriptor) == 0 || errno == EINVAL else { return reason() }
    return nil
  }

  static func rename(_ path: String, to target: String) -> String? {
    Glibc.rename(path, target) == 0 ? nil : reason()
  }

  @discardableResult
  static func remove(_ path: String) -> String? {
    unlink(path) == 0 ? nil : reason()
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Bytes of a file; nil where there is none.
  static func byteCount(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// The names in a folder, in no order.
  static func names(in folder: String) throws(CheckpointError) -> [String] {
    guard let handle = opendir(folder) else { throw .cannotRead(path: folder, reason: reason()) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      // The imported type of the name is a tuple of characters; its address inside the entry is what C means by it.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
      names.append(String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)))
    }
    return names
  }

  /// Whether a process of this number runs on this machine.
  static func isRunning(process: Int32) -> Bool {
    kill(process, 0) == 0 || errno == EPERM
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
