import HDF5Store
import Kernels

/// The digest over everything in a checkpoint but the values themselves, whose checksums it covers.
///
/// SHA-256 over netstrings (`<bytes>:<text>,`): for the root and then each object in ascending order of names, depth
/// first, its kind and path, the type and shape of a dataset, and the name, type and value of each attribute. The
/// digest itself and the mark of completeness are left out. With it nothing can be removed, added or changed unnoticed.
enum Manifest {
  /// No checkpoint nests deeper or has more objects; links of a foreign file may run in circles.
  private static let depthLimit = 8
  private static let objectLimit = 100_000

  /// A dataset as the file declares it.
  struct Dataset {
    let path: String
    let type: HDF5ElementType
    let shape: [Int]
    let units: String
    let description: String
  }

  /// What a walk over the file found.
  struct Contents {
    var digest: String
    var datasets: [Dataset]
  }

  /// Walks over all objects of a file.
  static func read(_ file: HDF5File) throws(HDF5Error) -> Contents {
    var walk = Walk(file: file)
    try walk.visit("/", depth: 0)
    return Contents(digest: walk.hash.hexDigest(), datasets: walk.datasets)
  }

  private struct Walk {
    let file: HDF5File
    var hash = SHA256()
    var datasets: [Dataset] = []
    private var objectCount = 0

    init(file: HDF5File) { self.file = file }

    mutating func visit(_ path: String, depth: Int) throws(HDF5Error) {
      objectCount += 1
      guard depth <= depthLimit, objectCount <= objectLimit else {
        throw .invalidArgument(file: file.path, object: path, reason: "groups are nested or linked without end")
      }
      let kind = try file.kind(of: path)
      add(kind.rawValue)
      add(path)
      if kind == .dataset {
        let dataset = Dataset(
          path: path, type: try file.elementType(of: path), shape: try file.shape(of: path),
          units: try file.textAttribute("units", of: path),
          description: try file.textAttribute("description", of: path))
        add(dataset.type.description)
        add("\(dataset.shape)")
        datasets.append(dataset)
      }
      try visitAttributes(of: path)
      guard kind == .group else { return }
      for child in try file.children(of: path) {
        try visit(path == "/" ? "/\(child.name)" : "\(path)/\(child.name)", depth: depth + 1)
      }
    }

    private mutating func visitAttributes(of path: String) throws(HDF5Error) {
      for name in try file.attributeNames(of: path) {
        if path == "/" && (name == Schema.Root.manifest || name == Schema.Root.complete) { continue }
        let type = try file.attributeType(name, of: path)
        add(name)
        add(type.description)
        if type == .string {
          add(try file.textAttribute(name, of: path))
        } else {
          add("\(try file.numbersAttribute(name, of: path, as: UInt64.self))")
        }
      }
    }

    private mutating func add(_ text: String) {
      hash.update("\(text.utf8.count):\(text),")
    }
  }
}
