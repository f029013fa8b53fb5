import Checkpoints
import Foundation
import Testing

@Suite(.serialized) struct AtomicSaveTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aMissingFolderIsASentence() throws {
    let path = folder.file("none/x.h5")
    let error = failure { () throws(CheckpointError) in try CheckpointWriter.write(Specimen.devices(), to: path) }
    #expect(error == .cannotSave(file: path, reason: "No such file or directory"))
    guard
      case .cannotSave(_, "No such file or directory") = failure({ () throws(CheckpointError) in
        try CheckpointStore(folder: folder.file("none")).save(Specimen.devices(), keep: 2)
      })
    else {
      Issue.record("the store saved into a folder that is not there")
      return
    }
    guard
      case .cannotSave = failure({ () throws(CheckpointError) in
        try CheckpointWriter.write(Specimen.devices(), to: folder.path)
      })
    else {
      Issue.record("a folder was replaced by a file")
      return
    }
    #expect(try folder.names().isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0, "root may write to read-only folders"))
  func aReadOnlyFolderKeepsTheOlderCheckpoint() throws {
    let path = folder.file("x.h5")
    try CheckpointWriter.write(Specimen.devices(), to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
    let error = failure { () throws(CheckpointError) in try CheckpointWriter.write(Specimen.idealPairs(), to: path) }
    #expect(error == .cannotSave(file: path, reason: "Permission denied"))
    #expect(try CheckpointReader.read(path) == Specimen.devices())
  }

  @Test(.enabled(if: Mount.isPermitted, "this user may not mount a file system"))
  func aReadOnlyFileSystemIsASentence() throws {
    let mount = try Mount(options: "size=1m")
    let path = mount.folder.file("x.h5")
    try CheckpointWriter.write(Specimen.devices(), to: path)
    try mount.remount(options: "ro")
    let error = failure { () throws(CheckpointError) in try CheckpointWriter.write(Specimen.idealPairs(), to: path) }
    #expect(error == .cannotSave(file: path, reason: "Read-only file system"))
    #expect(try CheckpointReader.read(path) == Specimen.devices())
  }

  /// From no room at all to just enough: the creation, a write or the close fails.
  @Test(.enabled(if: Mount.isPermitted, "this user may not mount a file system"))
  func aFullDiskKeepsTheOlderCheckpoint() throws {
    let mount = try Mount(options: "size=256k")
    let path = mount.folder.file("x.h5")
    let filler = mount.folder.file("filler")
    try CheckpointWriter.write(Specimen.devices(), to: path)
    let page = 4096
    let used = (try bytes(of: path).count + page - 1) / page * page
    var refused = 0
    for free in stride(from: 0, through: used + page, by: page) {
      try write(repeatElement(1, count: 256 * 1024 - used - free), to: filler)
      let error = failure { () throws(CheckpointError) in
        try CheckpointWriter.write(Specimen.devices(seed: 5), to: path)
      }
      guard error != nil else { break }
      refused += 1
      #expect(error == .cannotSave(file: path, reason: "No space left on device"))
      #expect(try CheckpointReader.read(path) == Specimen.devices())
      #expect(try mount.folder.names() == ["filler", "x.h5"])
      try FileManager.default.removeItem(atPath: filler)
    }
    #expect(refused > 5)
    #expect(try CheckpointReader.read(path) == Specimen.devices(seed: 5))
  }

  @Test func stateThatNoSoundRunHasIsNotSaved() throws {
    let path = folder.file("x.h5")
    try CheckpointWriter.write(Specimen.devices(), to: path)
    var checkpoint = Specimen.devices()
    checkpoint.network.layers[1].potentials[2] = .nan
    #expect(
      failure { () throws(CheckpointError) in try CheckpointWriter.write(checkpoint, to: path) }
        == .unsound(
          file: path, place: "network/layers/readout/potential[2]", expected: "a finite number", found: "nan"))
    for name in ["", "a/b", ".", "hidden1", "nul\0"] {
      var checkpoint = Specimen.devices()
      checkpoint.network.layers[1].name = name
      guard case .unsound = failure({ () throws(CheckpointError) in try CheckpointWriter.write(checkpoint, to: path) })
      else {
        Issue.record("a layer could be called '\(name)'")
        return
      }
    }
    #expect(try CheckpointReader.read(path) == Specimen.devices())
    #expect(try folder.names() == ["x.h5"])
  }

  /// The process dies at an instant after `round` saves that differs from round to round: what was complete stays, what
  /// was not is cleaned.
  @Test(.timeLimit(.minutes(20))) func aKilledWriterLosesNothing() async throws {
    let path = folder.path
    let store = CheckpointStore(folder: path)
    var partialFiles = 0
    for round in 1...12 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
        let store = CheckpointStore(folder: path)
        for step in 1... {
          try store.save(Specimen.training(seen: UInt64(step), sample: step), keep: 3)
          guard step == round else { continue }
          Thread.detachNewThread {
            usleep(UInt32(400 * round))
            kill(getpid(), SIGKILL)
          }
        }
      }
      partialFiles += try folder.names().count { $0.contains(".partial-") }
      let newest = try #require(try store.newestValid())
      let seen = newest.checkpoint.position.samplesSeen
      #expect(newest.skipped.isEmpty && seen >= UInt64(round))
      #expect(newest.checkpoint == Specimen.training(seen: seen, sample: Int(seen)))
      store.removeLeftovers()
      #expect(try folder.names().allSatisfy { $0.hasSuffix(".h5") })
      for path in try store.paths() { try FileManager.default.removeItem(atPath: path) }
    }
    #expect(partialFiles > 0, "no writer was killed in the middle of a file")
  }
}

/// A small file system in memory, gone when the test ends.
private final class Mount {
  static let isPermitted = (try? Mount(options: "size=64k")) != nil

  let folder: TemporaryFolder

  init(options: String) throws {
    folder = try TemporaryFolder()
    try Self.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.path)
  }

  deinit { try? Self.run("umount", "-l", folder.path) }

  func remount(options: String) throws {
    try Self.run("mount", "-o", "remount," + options, folder.path)
  }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
  }
}
