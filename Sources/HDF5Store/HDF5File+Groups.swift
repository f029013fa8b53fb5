import CHDF5

/// What a name in a group stands for.
public enum HDF5ObjectKind: String, Sendable, CustomStringConvertible {
  /// A folder of further objects.
  case group
  /// An array of values.
  case dataset
  /// A named type, or a link that leads nowhere.
  case other

  /// The name of the kind.
  public var description: String { self == .other ? "named type or broken link" : rawValue }
}

/// A name in a group.
public struct HDF5Child: Equatable, Sendable {
  /// The last component of the path.
  public let name: String
  /// What stands there.
  public let kind: HDF5ObjectKind
}

extension HDF5File {
  /// Creates the group and those above it; a group that exists is left as it is.
  public func createGroup(_ path: String) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      try requireWritable(place)
      _ = try makeGroups(Self.components(of: path), in: file, at: place)
    }
  }

  /// Whether a group or dataset stands at `path`; false for a link that leads nowhere.
  public func exists(_ path: String) throws(HDF5Error) -> Bool {
    try locked(path) { (file, place) throws(HDF5Error) in
      guard let object = try find(path, in: file, at: place) else { return false }
      return object.kind != .other
    }
  }

  /// The kind of the object at `path`.
  public func kind(of path: String) throws(HDF5Error) -> HDF5ObjectKind {
    try locked(path) { (file, place) throws(HDF5Error) in try object(path, in: file, at: place).kind }
  }

  /// The names in a group with their kinds, in ascending byte order of their UTF-8.
  public func children(of path: String = "/") throws(HDF5Error) -> [HDF5Child] {
    try locked(path) { (file, place) throws(HDF5Error) in
      let group = try object(path, in: file, at: place)
      guard group.kind == .group else {
        throw .wrongKind(file: place.file, object: place.object, expected: .group, found: group.kind)
      }
      let names = try HDF5Names.collect(at: place) { chdf5_for_each_link(group.identifier, $0, $1) }
      var children: [HDF5Child] = []
      for name in names {
        let identifier = H5Oopen(group.identifier, name, chdf5_default_properties())
        guard identifier >= 0 else {
          children.append(HDF5Child(name: name, kind: .other))
          continue
        }
        let object = try HDF5Handle(identifier, closer: H5Oclose, "open", at: place)
        children.append(HDF5Child(name: name, kind: object.kind))
      }
      return children
    }
  }
}

extension HDF5Handle {
  /// What kind of object this handle, from `H5Oopen`, stands for.
  var kind: HDF5ObjectKind {
    switch H5Iget_type(identifier) {
    case H5I_GROUP: .group
    case H5I_DATASET: .dataset
    default: .other
    }
  }
}

extension HDF5File {
  func requireWritable(_ place: HDF5Place) throws(HDF5Error) {
    guard isWritable else { throw .readOnly(file: place.file, object: place.object) }
  }

  /// Opens the object at `path` by steps, or gives nil where nothing stands.
  func find(_ path: String, in file: hid_t, at place: HDF5Place) throws(HDF5Error) -> HDF5Handle? {
    let properties = chdf5_default_properties()
    var current = try HDF5Handle(H5Oopen(file, "/", properties), closer: H5Oclose, "open", at: place)
    for name in Self.components(of: path) {
      guard current.kind == .group else { return nil }
      guard try place.check(H5Lexists(current.identifier, name, properties), "look up") > 0 else { return nil }
      guard try place.check(H5Oexists_by_name(current.identifier, name, properties), "look up") > 0 else { return nil }
      let next = H5Oopen(current.identifier, name, properties)
      current = try HDF5Handle(next, closer: H5Oclose, "open", at: place)
    }
    return current
  }

  /// Opens the object at `path`, which must exist.
  func object(_ path: String, in file: hid_t, at place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    guard let object = try find(path, in: file, at: place) else {
      throw .missing(file: place.file, object: place.object)
    }
    return object
  }

  /// Opens the dataset at `path`, which must exist.
  func dataset(_ path: String, in file: hid_t, at place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    let dataset = try object(path, in: file, at: place)
    guard dataset.kind == .dataset else {
      throw .wrongKind(file: place.file, object: place.object, expected: .dataset, found: dataset.kind)
    }
    return dataset
  }

  /// Opens the group along `names` and creates what is missing. Level by level, since HDF5's own creation of groups in
  /// between would store time stamps in them.
  func makeGroups(_ names: [String], in file: hid_t, at place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    let properties = chdf5_default_properties()
    let creation = try HDF5Handle.properties(chdf5_group_create_class(), at: place)
    try place.check(H5Pset_obj_track_times(creation.identifier, false), "prepare properties for")
    var current = try HDF5Handle(H5Oopen(file, "/", properties), closer: H5Oclose, "open", at: place)
    for name in names {
      let exists = try place.check(H5Lexists(current.identifier, name, properties), "look up") > 0
      let next =
        exists
        ? H5Oopen(current.identifier, name, properties)
        : H5Gcreate2(current.identifier, name, properties, creation.identifier, properties)
      current = try HDF5Handle(next, closer: H5Oclose, "create the groups of", at: place)
      guard current.kind == .group else {
        throw .wrongKind(file: place.file, object: "/" + name, expected: .group, found: current.kind)
      }
    }
    return current
  }
}

/// Collects the names that one of HDF5's iterations visits.
final class HDF5Names {
  typealias Visitor = @convention(c) (UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> herr_t

  /// No sound file comes near this; a corrupt index may run in a circle.
  private static let limit = 10_000_000

  private var names: [String] = []
  private var isSound = true

  /// Runs `iterate` with a visitor and its context; names come in ascending byte order.
  static func collect(
    at place: HDF5Place, _ iterate: (Visitor, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    let list = HDF5Names()
    let status = withExtendedLifetime(list) { iterate(visitor, Unmanaged.passUnretained(list).toOpaque()) }
    try place.check(status, "list the names in")
    guard list.isSound else { throw .invalidText(file: place.file, object: place.object) }
    return list.names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static let visitor: Visitor = { name, context in
    guard let name, let context else { return 1 }
    let list = Unmanaged<HDF5Names>.fromOpaque(context).takeUnretainedValue()
    guard let text = String(validatingCString: name), list.names.count < limit else {
      list.isSound = false
      return 1
    }
    list.names.append(text)
    return 0
  }
}
