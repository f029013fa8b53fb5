import CHDF5

/// A step that stored values go through, such as a compression, by the number it is registered under.
public struct HDF5Filter: Equatable, Sendable, CustomStringConvertible {
  /// The number; below 256 for those that come with HDF5.
  /// - Reference: "Registered Filter Plugins", The HDF Group; 36559 is Prophesee's own choice.
  public let identifier: Int32
  /// The name in the file; may be empty.
  public let name: String

  /// "32001 (blosc)".
  public var description: String {
    let known = Self.known[identifier]?.name ?? name
    return known.isEmpty ? "\(identifier)" : "\(identifier) (\(known))"
  }

  /// How to get the filter.
  var advice: String {
    let source = Self.known[identifier]?.source ?? "get the plugin from whoever wrote the file"
    return "\(source), and set HDF5_PLUGIN_PATH to its folder"
  }

  private static let fromPython =
    "install the Python package hdf5plugin, whose hdf5plugin.PLUGIN_PATH names the folder of the plugin"
  private static let known: [Int32: (name: String, source: String)] = [
    36559: ("Prophesee ECF", "build the plugin hdf5_ecf that comes with Prophesee's OpenEB"),
    32001: ("Blosc", fromPython),
    32026: ("Blosc2", fromPython),
    32000: ("LZF", "LZF comes with h5py only, so write the file again with gzip, or build the plugin of LZF"),
    32004: ("LZ4", fromPython),
    32008: ("Bitshuffle", fromPython),
    32013: ("ZFP", fromPython),
    32015: ("Zstandard", fromPython),
  ]
}

extension HDF5File {
  /// The first filter of a dataset that is neither built in nor found as a plugin; nil where all values can be read.
  public func missingFilter(of path: String) throws(HDF5Error) -> HDF5Filter? {
    try locked(path) { (file, place) throws(HDF5Error) in
      try dataset(path, in: file, at: place).missingFilter(at: place)
    }
  }
}

extension HDF5Handle {
  /// The first filter of this dataset that is not there.
  func missingFilter(at place: HDF5Place) throws(HDF5Error) -> HDF5Filter? {
    let action = "read the filters of"
    let creation = try HDF5Handle(H5Dget_create_plist(identifier), closer: H5Pclose, action, at: place)
    let count = try place.check(H5Pget_nfilters(creation.identifier), action)
    for index in 0..<UInt32(count) {
      var name = [CChar](repeating: 0, count: 64)
      var (flags, valueCount, configuration): (UInt32, Int, UInt32) = (0, 0, 0)
      let filter = H5Pget_filter2(
        creation.identifier, index, &flags, &valueCount, nil, name.count - 1, &name, &configuration)
      try place.check(filter, action)
      guard H5Zfilter_avail(filter) <= 0 else { continue }
      let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return HDF5Filter(identifier: filter, name: text)
    }
    return nil
  }
}
