/// Recordings whose place tells their class, in a fixed order.
///
/// Three layouts are known, told apart by what lies in the folder:
///
/// | layout | class | part |
/// | --- | --- | --- |
/// | `train/CLASS/FILE`, `test/CLASS/FILE` (`Train`, `Test`, `training`, `validation`, `n-cars_train`, `n-cars_test` too) | the folder | the folder above |
/// | `CLASS/FILE` | the folder | not told |
/// | `CLASS.aedat`, `CLASS_1.aedat`, … | the name without ending and number | not told |
///
/// Files whose names begin with a dot, and those with other endings, are passed over.
struct ClassFolder: Sendable {
  /// Where one recording is.
  struct Entry: Sendable, Equatable {
    /// Path inside the folder.
    let path: String
    /// Index of its class.
    let label: Int
    let split: DataSplit
  }

  let path: String
  /// Names of the classes, in the order of their bytes; numbers by value.
  let classNames: [String]
  let entries: [Entry]

  private static let parts: [(name: String, split: DataSplit)] = [
    ("train", .train), ("Train", .train), ("training", .train), ("test", .test), ("Test", .test), ("validation", .test),
    ("n-cars_train", .train), ("n-cars_test", .test),
  ]
  private static let advice =
    "name a folder with train/CLASS/FILE and test/CLASS/FILE, with CLASS/FILE, or with a file for each class; "
    + "streams/README.md says where data sets are obtained"

  /// Lists a folder.
  /// - Parameters:
  ///   - endings: those of recordings, in small letters, without dot.
  ///   - kind: what the recordings are, for errors.
  init(path: String, endings: Set<String>, kind: String) throws(RecordingError) {
    self.path = path
    guard FolderListing.isFolder(path) else {
      throw .folderLayout(path: path, expected: "a folder", found: "no such folder", advice: Self.advice)
    }
    let names = try FolderListing.names(in: path)
    let parts = Self.parts.filter { names.contains($0.name) && FolderListing.isFolder("\(path)/\($0.name)") }
    let isRecording = { (name: String) in Self.isRecording(name, endings) }
    var found: [(path: String, className: String, split: DataSplit)] = []
    for part in parts {
      found += try Self.classFolders(
        in: "\(path)/\(part.name)", prefix: "\(part.name)/", split: part.split, isRecording)
    }
    if parts.isEmpty {
      found = try Self.classFolders(in: path, prefix: "", split: .unspecified, isRecording)
      if found.isEmpty {
        found = names.filter(isRecording).map { ($0, Self.className(ofFile: $0), .unspecified) }
      }
    }
    guard !found.isEmpty else {
      throw .folderLayout(
        path: path, expected: kind, found: "none", advice: Self.advice)
    }
    let classNames = Set(found.map(\.className)).sorted(by: Self.precedes)
    self.classNames = classNames
    let labels = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, $0) })
    entries = found.map { Entry(path: $0.path, label: labels[$0.className] ?? 0, split: $0.split) }
  }

  private static func classFolders(
    in folder: String, prefix: String, split: DataSplit, _ isRecording: (String) -> Bool
  ) throws(RecordingError) -> [(path: String, className: String, split: DataSplit)] {
    var found: [(path: String, className: String, split: DataSplit)] = []
    for name in try FolderListing.names(in: folder) where FolderListing.isFolder("\(folder)/\(name)") {
      for file in try FolderListing.names(in: "\(folder)/\(name)") where isRecording(file) {
        found.append(("\(prefix)\(name)/\(file)", name, split))
      }
    }
    return found
  }

  private static func isRecording(_ name: String, _ endings: Set<String>) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(String(name[name.index(after: dot)...]).lowercased())
  }

  /// "Knife" of "Knife_2.aedat".
  private static func className(ofFile name: String) -> String {
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    guard let bar = stem.lastIndex(of: "_"), Int(stem[stem.index(after: bar)...]) != nil else { return stem }
    return String(stem[..<bar])
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    if let left = Int(left), let right = Int(right), left != right { return left < right }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
