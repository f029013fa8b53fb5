/// The files of an N-MNIST folder, `Train/<digit>/*.bin` and `Test/<digit>/*.bin`, in a fixed order: the training part
/// first, inside a part by digit, inside a digit by name.
struct NMNISTFolder: Sendable {
  /// Where one recording is; the table of these is all that is held in memory.
  struct Entry: Sendable {
    let name: String
    let digit: UInt8
    let split: DataSplit
  }

  static let classCount = 10
  private static let advice =
    "name the folder that contains Train and Test, as unpacked from N-MNIST (https://doi.org/10.17632/468j46mzdv.1)"

  let path: String
  let entries: [Entry]

  init(path: String) throws(RecordingError) {
    self.path = path
    guard FolderListing.isFolder(path) else {
      throw RecordingError.folderLayout(
        path: path, expected: "a folder with Train and Test", found: "no such folder", advice: Self.advice)
    }
    entries = try Self.entries(of: .train, in: path) + Self.entries(of: .test, in: path)
  }

  /// Path of an entry relative to the folder.
  func relativePath(of entry: Entry) -> String {
    "\(Self.folderName(of: entry.split))/\(entry.digit)/\(entry.name)"
  }

  private static func folderName(of split: DataSplit) -> String {
    split == .train ? "Train" : "Test"
  }

  private static func entries(of split: DataSplit, in root: String) throws(RecordingError) -> [Entry] {
    let part = "\(root)/\(folderName(of: split))"
    guard FolderListing.isFolder(part) else {
      throw RecordingError.folderLayout(
        path: part, expected: "the \(split) part of N-MNIST", found: "no such folder", advice: advice)
    }
    var entries: [Entry] = []
    for label in try FolderListing.names(in: part) where FolderListing.isFolder("\(part)/\(label)") {
      guard label.utf8.count == 1, let digit = UInt8(label) else {
        throw RecordingError.folderLayout(
          path: "\(part)/\(label)", expected: "a folder named after its digit, 0 to 9", found: "'\(label)'",
          advice: "rename or remove it")
      }
      for name in try FolderListing.names(in: "\(part)/\(label)") where name.hasSuffix(".bin") {
        entries.append(Entry(name: name, digit: digit, split: split))
      }
    }
    guard !entries.isEmpty else {
      throw RecordingError.folderLayout(
        path: part, expected: "folders 0 to 9 with .bin files", found: "no .bin file", advice: advice)
    }
    return entries
  }
}
