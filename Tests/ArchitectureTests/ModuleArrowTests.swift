import Foundation
import Testing

/// The layers of the design: a module may depend on modules of lower layers only.
private let layers: [String: Int] = [
  "CHDF5": 0, "COpenBLAS": 0, "CKernels": 0, "CLZ4": 0, "CZstd": 0, "CZlib": 0, "CMosquitto": 0,
  "Quantities": 1, "Kernels": 1, "HDF5Store": 1,
  "Devices": 2, "Spiking": 2, "Recordings": 2,
  "Crossbars": 3, "Plasticity": 3,
  "Hardware": 4, "Checkpoints": 4,
  "Emulation": 5, "Reporting": 6, "crosspoint": 7,
]

/// The only modules that may import HDF5Store.
private let filingModules: Set<String> = ["Recordings", "Checkpoints", "Reporting"]

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// What `swift package dump-package` says of a target.
private struct Manifest: Decodable {
  struct Target: Decodable {
    struct Dependency: Decodable {
      var byName: [String?]?
      var target: [String?]?
      var name: String? { (byName ?? target)?.first ?? nil }

      private enum CodingKeys: CodingKey { case byName, target }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        byName = try? container.decode([String?].self, forKey: .byName)
        target = try? container.decode([String?].self, forKey: .target)
      }
    }

    var name: String
    var type: String
    var dependencies: [Dependency]
  }

  var targets: [Target]

  static let current: Result<Manifest, any Error> = Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("crosspoint-dump-package")
    // A scratch folder of its own: the build that runs this test holds the lock of the usual one.
    process.arguments = [
      "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path, "dump-package",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Manifest.self, from: data)
  }
}

private func swiftFiles(of module: String) -> [URL] {
  let folder = root.appendingPathComponent("Sources/\(module)")
  let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
  return files.filter { $0.pathExtension == "swift" }
}

private func imports(in file: URL) throws -> [String] {
  try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
    let words = line.split(separator: " ")
    guard let position = words.firstIndex(of: "import"),
      words[..<position].allSatisfy({ $0.first == "@" || $0 == "public" })
    else { return nil }
    return words.dropFirst(position + 1).last.map { String($0.prefix { $0 != "." }) }
  }
}

@Suite("The modules keep the arrows of the design")
struct ModuleArrowTests {
  @Test("every source module has a layer and depends on lower layers only")
  func dependenciesPointDown() throws {
    let targets = try Manifest.current.get().targets.filter { $0.type != "test" }
    #expect(targets.count > 10)
    for target in targets {
      let layer = try #require(layers[target.name], "\(target.name) has no layer in this test")
      for name in target.dependencies.compactMap(\.name) {
        guard let lower = layers[name] else { continue }
        #expect(lower < layer, "\(target.name) (layer \(layer)) must not depend on \(name) (layer \(lower))")
      }
    }
  }

  @Test("what a file imports of this package is declared in the manifest")
  func importsAreDeclared() throws {
    for target in try Manifest.current.get().targets where target.type == "regular" || target.type == "executable" {
      let declared = Set(target.dependencies.compactMap(\.name))
      for file in swiftFiles(of: target.name) {
        for name in try imports(in: file) where layers[name] != nil {
          #expect(
            declared.contains(name),
            "\(target.name)/\(file.lastPathComponent) imports \(name), which is not declared")
        }
      }
    }
  }

  @Test("only recordings, checkpoints and reports know HDF5")
  func fileFormatsStayOutOfTheModels() throws {
    for (module, layer) in layers where layer > 1 && !filingModules.contains(module) {
      for file in swiftFiles(of: module) {
        let names = try imports(in: file)
        #expect(!names.contains("HDF5Store") && !names.contains("CHDF5"), "\(module)/\(file.lastPathComponent)")
      }
    }
  }

  @Test("Foundation stays out of the layers up to learning")
  func foundationStaysAbove() throws {
    for (module, layer) in layers where layer <= 3 {
      for file in swiftFiles(of: module) {
        #expect(try !imports(in: file).contains("Foundation"), "\(module)/\(file.lastPathComponent)")
      }
    }
  }
}
