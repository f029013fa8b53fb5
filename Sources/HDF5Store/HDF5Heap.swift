import CHDF5
import Glibc

/// Where texts and sequences of variable length lie in their file, checked before HDF5 follows them.
///
/// One is stored as a reference: number of elements (4 bytes), address of a heap collection, number of an object in it (4
/// bytes). HDF5 1.10 takes the last number for granted, and reads anywhere when it is wrong.
/// - Reference: HDF5 File Format Specification, sections III.E and VIII.A.
struct HDF5Heap {
  private static let addressBytes = 8
  private static let referenceBytes = 4 + addressBytes + 4
  private static let headBytes = 16

  private let descriptor: Int32
  private let fileBytes: UInt64
  /// Sizes of the objects of each collection met, by number.
  private var collections: [UInt64: [UInt32: UInt64]] = [:]

  /// Throws unless references of a dataset lead to texts or sequences. Where compression hides the references, nothing is
  /// looked at: it comes with a checksum of its own.
  /// - Parameters:
  ///   - values: Which of the values, row-major; not more than one where they lie in chunks.
  ///   - elementBytes: Stored size of an element of a sequence; nil for texts.
  static func verify(
    _ dataset: borrowing HDF5Handle, values: Range<Int>, elementBytes: Int? = nil, at place: HDF5Place
  ) throws(HDF5Error) {
    guard H5Iget_type(dataset.identifier) == H5I_DATASET, let first = values.first,
      let start = start(of: first, in: dataset, isOnly: values.count == 1)
    else { return }
    let descriptor = open(place.file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(file: place.file, reason: systemReason()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(file: place.file, reason: systemReason()) }
    var heap = HDF5Heap(descriptor: descriptor, fileBytes: UInt64(status.st_size))
    guard heap.isSound(start: start, count: values.count, elementBytes: UInt64(elementBytes ?? 1)) else {
      throw .library(
        file: place.file, object: place.object, action: "read",
        stack: ["its \(elementBytes == nil ? "texts" : "sequences") lie nowhere in the file: it is damaged"])
    }
  }

  /// The byte of the file at which the reference of a value lies; nil where it cannot be told.
  private static func start(of value: Int, in dataset: borrowing HDF5Handle, isOnly: Bool) -> UInt64? {
    let start = UInt64(H5Dget_offset(dataset.identifier))
    guard start == .max else {
      return start.addingReportingOverflow(UInt64(value) * UInt64(referenceBytes)).partialValue
    }
    let creation = H5Dget_create_plist(dataset.identifier)
    guard creation >= 0 else { return nil }
    defer { H5Pclose(creation) }
    var extent: hsize_t = 0
    guard isOnly, H5Pget_layout(creation) == H5D_CHUNKED, H5Pget_nfilters(creation) == 0,
      H5Pget_chunk(creation, 1, &extent) == 1, extent > 0
    else { return nil }
    var chunk = hsize_t(value) / extent * extent
    let place = (hsize_t(value) - chunk) * hsize_t(referenceBytes)
    var (mask, address, size): (UInt32, haddr_t, hsize_t) = (0, 0, 0)
    guard H5Dget_chunk_info_by_coord(dataset.identifier, &chunk, &mask, &address, &size) >= 0,
      address != .max, place < size
    else { return nil }
    return UInt64(address) + UInt64(place)
  }

  private init(descriptor: Int32, fileBytes: UInt64) {
    self.descriptor = descriptor
    self.fileBytes = fileBytes
  }

  private mutating func isSound(start: UInt64, count: Int, elementBytes: UInt64) -> Bool {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: Self.referenceBytes)
    guard !overflow, let references = read(at: start, count: bytes) else { return false }
    for index in 0..<count {
      let at = index * Self.referenceBytes
      let length = number(references, at, 4)
      let address = number(references, at + 4, Self.addressBytes)
      let object = UInt32(number(references, at + 4 + Self.addressBytes, 4))
      // An empty text or sequence refers to nothing.
      if length == 0, address == 0 || address == .max { continue }
      if collections[address] == nil { collections[address] = objects(ofCollection: address) }
      guard let size = collections[address]?[object], length * elementBytes <= size else { return false }
    }
    return true
  }

  /// The sizes of the objects of a collection; none where it is no collection.
  private func objects(ofCollection address: UInt64) -> [UInt32: UInt64] {
    guard let head = read(at: address, count: Self.headBytes), head.starts(with: Array("GCOL".utf8)), head[4] == 1,
      let size = Int(exactly: number(head, 8, 8)), let bytes = read(at: address, count: size)
    else { return [:] }
    var sizes: [UInt32: UInt64] = [:]
    var at = Self.headBytes
    while size - at >= Self.headBytes {
      let object = UInt32(number(bytes, at, 2))
      let length = number(bytes, at + 8, 8)
      guard object != 0, length <= UInt64(size - at - Self.headBytes) else { break }
      sizes[object] = length
      at += Self.headBytes + (Int(length) + 7) / 8 * 8
    }
    return sizes
  }

  /// Bytes of the file; `nil` where it has no such bytes.
  private func read(at start: UInt64, count: Int) -> [UInt8]? {
    guard count >= 0, start <= fileBytes, UInt64(count) <= fileBytes - start else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let received = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, count - done, off_t(start) + off_t(done))
      }
      guard received > 0 else { return nil }
      done += received
    }
    return bytes
  }

  private func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> UInt64 {
    bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
