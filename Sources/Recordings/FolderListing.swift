import Glibc

/// The names inside a folder, sorted by their bytes so that the order is the same on every machine.
enum FolderListing {
  /// Entries whose name does not begin with a dot.
  static func names(in folder: String) throws(RecordingError) -> [String] {
    guard let handle = opendir(folder) else {
      throw RecordingError.unreadable(path: folder, reason: ByteReader.lastReason())
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      // The name is a C array of the entry, reached through its address: the tuple Swift imports would be copied.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
      let name = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Path of the one entry of `folder` whose name has each of the endings, in their order.
  static func paths(in folder: String, endingWith endings: [String]) throws(RecordingError) -> [String] {
    let names = try names(in: folder)
    var paths: [String] = []
    for ending in endings {
      let found = names.filter { $0.hasSuffix(ending) }
      guard found.count == 1 else {
        throw .folderLayout(
          path: folder, expected: "one file whose name ends in \(ending)",
          found: found.isEmpty ? "none" : found.joined(separator: ", "), advice: "check stream.path")
      }
      paths.append("\(folder)/\(found[0])")
    }
    return paths
  }

  /// Whether `path` is a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether `path` is a file.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
