import Foundation
import Testing

@testable import Emulation

/// What takes the place of a lock where the file system has none.
@Suite struct OwnerFileTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/owner-\(UUID().uuidString)"
  private var path: String { folder + "/.lock.owner" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func leave(_ owner: Owner) throws { try owner.text.write(toFile: path, atomically: true, encoding: .utf8) }

  @Test func oneOwnerAtATime() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try OwnerFile(path: path)
    #expect(throws: FileLock.Refusal.held) { try OwnerFile(path: path) }
    withExtendedLifetime(first) {}
  }

  @Test func theFileGoesWithItsOwner() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do { _ = try OwnerFile(path: path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    _ = try OwnerFile(path: path)
  }

  @Test func theFileOfAProcessThatHasEndedIsReplaced() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var owner = Owner.current
    owner.birth = "another-start"
    try leave(owner)
    let held = try OwnerFile(path: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == Owner.current.text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [".lock.owner"])
    withExtendedLifetime(held) {}
  }

  @Test func anotherMachineIsNamed() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try leave(Owner(host: "elsewhere", process: 17, birth: "x-1"))
    #expect(
      throws: FileLock.Refusal.unavailable(
        reason: "process 17 of elsewhere has it; if that has ended, delete \(path)")
    ) { try OwnerFile(path: path) }
  }

  @Test(arguments: ["", "one two", "host -4 x", "host x y z"])
  func damageIsSaid(text: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(
      throws: FileLock.Refusal.unavailable(
        reason: "\(path) does not say whose it is; if nothing runs there, delete it")
    ) { try OwnerFile(path: path) }
  }
}
