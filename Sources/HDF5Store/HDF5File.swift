import CHDF5
import Glibc

/// An HDF5 file, open for writing (``create(at:)``) or for reading (``open(at:)``).
///
/// Objects are named by path, `"layers/0/conductance"`; a leading slash is optional and `"/"` is the file itself.
/// A file may be used from any thread: calls are serialised process-wide, since the HDF5 library is not thread-safe in
/// general. Only single calls are atomic.
///
/// The same sequence of writes gives the same bytes: no time stamps are stored. A file that is not closed cannot be
/// opened afterwards and says so; it does not pass for a complete one.
///
/// Damage in a file written here is met with an error, or with other values where plain values were hit: the metadata
/// is checksummed, and what is not is checked before HDF5 reads it. The older file formats that other programs write
/// have no checksums, and HDF5 itself may crash on such a file when its metadata is damaged.
public final class HDF5File: Sendable {
  /// The path the file was opened with.
  public let path: String

  var isWritable: Bool { identity == nil }

  /// Which file this is, when open for reading.
  private let identity: HDF5FileIdentity?

  /// Guarded by the library lock.
  private nonisolated(unsafe) var openIdentifier: hid_t?

  private init(path: String, identifier: hid_t, identity: HDF5FileIdentity?) {
    self.path = path
    self.identity = identity
    openIdentifier = identifier
    if let identity { HDF5Library.readers[identity, default: 0] += 1 }
  }

  /// Creates an empty file for writing and reading; a file already at `path` is lost.
  ///
  /// - Throws: ``HDF5Error/cannotCreate(file:reason:)``.
  public static func create(at path: String) throws(HDF5Error) -> HDF5File {
    let place = HDF5Place(file: path, object: "/")
    try verify(path: path, place)
    let identity = try prepareToCreate(path)
    return try HDF5Library.locked { () throws(HDF5Error) in
      // HDF5 sees that a file is in use only where both sides go through one driver.
      guard HDF5Library.readers[identity] == nil else {
        throw .cannotCreate(file: path, reason: "it is open for reading")
      }
      let access = try accessProperties(place)
      try place.check(chdf5_fix_format(access.identifier), "prepare properties for")
      let creation = try HDF5Handle.properties(chdf5_file_create_class(), at: place)
      try place.check(H5Pset_obj_track_times(creation.identifier, false), "prepare properties for")
      let file = H5Fcreate(path, chdf5_access_truncate(), creation.identifier, access.identifier)
      guard file >= 0 else { throw .cannotCreate(file: path, reason: HDF5Error.summary(of: HDF5Library.errorStack())) }
      return HDF5File(path: path, identifier: file, identity: nil)
    }
  }

  /// Opens a file for reading, without locks, so on read-only and network file systems too.
  ///
  /// - Throws: ``HDF5Error``: the file is missing, is not HDF5, is truncated, or was never closed by its writer.
  public static func open(at path: String) throws(HDF5Error) -> HDF5File {
    let place = HDF5Place(file: path, object: "/")
    try verify(path: path, place)
    let identity = try HDF5Signature.verify(path)
    return try HDF5Library.locked { () throws(HDF5Error) in
      let access = try accessProperties(place)
      try place.check(H5Pset_driver(access.identifier, HDF5Library.guardDriver, nil), "prepare properties for")
      let file = H5Fopen(path, chdf5_access_read_only(), access.identifier)
      guard file >= 0 else { throw place.refusal("open") }
      return HDF5File(path: path, identifier: file, identity: identity)
    }
  }

  deinit {
    HDF5Library.locked { _ = release() }
  }

  /// Hands all data to the operating system; the file still opens elsewhere only after ``close()``.
  public func flush() throws(HDF5Error) {
    try locked { (file, place) throws(HDF5Error) in
      _ = try place.check(H5Fflush(file, H5F_SCOPE_LOCAL), "flush")
    }
  }

  /// Writes what is left and closes the file. Errors of the disk appear here at the latest, so a writer must call this;
  /// without it the file is closed, and errors are lost, when the last reference goes. Closing twice does nothing.
  public func close() throws(HDF5Error) {
    let place = HDF5Place(file: path, object: "/")
    try HDF5Library.locked { () throws(HDF5Error) in
      _ = try place.check(release(), "close")
    }
  }

  /// Closes the identifier once; to be called inside the library lock.
  private func release() -> herr_t {
    guard let file = openIdentifier else { return 0 }
    openIdentifier = nil
    if let identity, let count = HDF5Library.readers[identity] {
      HDF5Library.readers[identity] = count > 1 ? count - 1 : nil
    }
    return H5Fclose(file)
  }

  /// Runs `body` inside the library lock with the file's identifier and the place of the object at `objectPath`.
  func locked<Result>(
    _ objectPath: String = "/", _ body: (hid_t, HDF5Place) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    let names = Self.components(of: objectPath)
    let place = HDF5Place(file: path, object: "/" + names.joined(separator: "/"))
    guard !objectPath.utf8.contains(0) else { throw place.invalid("the path contains a NUL character") }
    return try HDF5Library.locked { () throws(HDF5Error) in
      guard let file = openIdentifier else { throw .closed(file: path) }
      return try body(file, place)
    }
  }

  /// The names along an object path.
  static func components(of path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.map(String.init)
  }

  private static func verify(path: String, _ place: HDF5Place) throws(HDF5Error) {
    guard !path.isEmpty else { throw place.invalid("the path of the file is empty") }
    guard !path.utf8.contains(0) else { throw place.invalid("the path contains a NUL character") }
  }

  /// Lets the system itself try, since it gives the reason in its own words, which HDF5 buries.
  private static func prepareToCreate(_ path: String) throws(HDF5Error) -> HDF5FileIdentity {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(file: path, reason: systemReason()) }
    defer { Glibc.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotCreate(file: path, reason: systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .cannotCreate(file: path, reason: "it is not a regular file")
    }
    return HDF5FileIdentity(status)
  }

  private static func accessProperties(_ place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    let action = "prepare properties for"
    let access = try HDF5Handle.properties(chdf5_file_access_class(), at: place)
    try place.check(chdf5_disable_file_locking(access.identifier), action)
    try place.check(H5Pset_fclose_degree(access.identifier, H5F_CLOSE_STRONG), action)
    return access
  }
}
