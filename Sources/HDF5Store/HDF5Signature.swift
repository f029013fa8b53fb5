import Glibc

/// What the first bytes of a file say, read before HDF5 sees the file so that errors can be plain.
///
/// The layout is that of the superblock in the HDF5 File Format Specification, section II.A: the signature stands at
/// byte 0, or after a user block at 512 or a doubling of it; behind it the address where the file must end.
enum HDF5Signature {
  static let bytes: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  static let text = hexadecimal(bytes)

  /// Throws unless `path` is a readable regular file that begins as HDF5, is finished and is long enough; says which
  /// file that is.
  static func verify(_ path: String) throws(HDF5Error) -> HDF5FileIdentity {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(file: path, reason: systemReason()) }
    defer { Glibc.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(file: path, reason: systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(file: path, reason: "it is not a regular file") }

    let size = Int(status.st_size)
    var offset = 0
    while offset + bytes.count <= size {
      let head = read(descriptor, at: offset, count: 64)
      if head.starts(with: bytes) {
        try verify(superblock: head, fileSize: UInt64(size), path: path)
        return HDF5FileIdentity(status)
      }
      offset = offset == 0 ? 512 : offset * 2
    }
    let head = read(descriptor, at: 0, count: bytes.count)
    if size < bytes.count && bytes.starts(with: head) && !head.isEmpty {
      throw .truncated(file: path, expectedBytes: UInt64(bytes.count), foundBytes: UInt64(size))
    }
    throw .notHDF5(file: path, found: head.isEmpty ? "an empty file" : hexadecimal(head))
  }

  /// Checks the state flags and the end-of-file address of a superblock; unknown versions are left to HDF5.
  private static func verify(superblock: [UInt8], fileSize: UInt64, path: String) throws(HDF5Error) {
    guard superblock.count > 13 else {
      throw .truncated(file: path, expectedBytes: 48, foundBytes: fileSize)
    }
    let version = superblock[8]
    if version == 3 && superblock[11] & 1 != 0 { throw .unfinished(file: path) }
    let (addressSize, addressesStart): (Int, Int) =
      switch version {
      case 0: (Int(superblock[13]), 24)
      case 1: (Int(superblock[13]), 28)
      case 2, 3: (Int(superblock[9]), 12)
      default: (0, 0)
      }
    guard addressSize == 8 || addressSize == 4 else { return }
    let start = addressesStart + 2 * addressSize
    guard superblock.count >= start + addressSize else {
      throw .truncated(file: path, expectedBytes: 48, foundBytes: fileSize)
    }
    let end = superblock[start..<start + addressSize].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard fileSize >= end else { throw .truncated(file: path, expectedBytes: end, foundBytes: fileSize) }
  }

  private static func read(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    let received = pread(descriptor, &buffer, count, offset)
    return Array(buffer.prefix(max(0, received)))
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
  }
}

/// Which file a path leads to, whatever the path.
struct HDF5FileIdentity: Hashable {
  private let device: UInt64
  private let inode: UInt64

  init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

/// The system's words for the last failed call.
func systemReason() -> String { String(cString: strerror(errno)) }
