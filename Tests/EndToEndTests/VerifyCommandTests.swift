import Foundation
import Testing

/// Checkpoints, whole and damaged, before a run goes on from them.
@Suite("crosspoint verify")
struct VerifyCommandTests {
  private let folder = try! TemporaryFolder()

  private func checkpoints() throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("run/checkpoints"))
    return names.filter { $0.hasSuffix(".h5") }.sorted().map { folder("run/checkpoints/\($0)") }
  }

  @Test("names the checkpoint a run goes on from; changed bytes and a missing one are found, and nothing is touched")
  func damage() throws {
    try #require(try Workload.rram.launch(in: folder("run")).end().status == 0)
    let files = try checkpoints()
    try #require(files.count == 3)
    let sound = try Program.run("verify", folder("run"))
    #expect(sound.status == 0 && sound.errors.isEmpty, "\(sound)")
    #expect(sound.output.split(separator: "\n").count { $0.hasPrefix("sound ") } == 3)
    #expect(sound.output.hasSuffix("resume goes on from \(files[2])\n"))

    var bytes = try Data(contentsOf: URL(filePath: files[2]))
    for place in stride(from: bytes.count / 4, to: bytes.count * 3 / 4, by: 100) { bytes[place] ^= 1 }
    try bytes.write(to: URL(filePath: files[2]))
    try bytes.dropLast().write(to: URL(filePath: files[1]))
    let damaged = try Program.run("verify", folder("run"), "--json")
    #expect(damaged.status == 1 && !damaged.isCrash)
    #expect(damaged.errors.split(separator: "\n").count == 2 && damaged.errors.contains("error: \(files[1])"))
    let place = try #require((try damaged.json["places"] as? [[String: Any]])?.first)
    #expect(place["resumes_from"] as? String == files[0])
    let checks = try #require(place["checkpoints"] as? [[String: Any]])
    #expect(checks.map { $0["is_sound"] as? Bool } == [true, false, false])
    #expect(try Data(contentsOf: URL(filePath: files[2])) == bytes)

    let one = try Program.run("verify", files[0], files[2])
    #expect(one.status == 1 && one.output.hasPrefix("sound ") && !one.output.contains("resume"))
  }

  @Test("a folder without checkpoints and a file that is none are told apart from sound ones")
  func others() throws {
    let empty = try Program.run("verify", folder.path)
    #expect(empty.status == 1 && empty.errors.contains("holds no checkpoint"))
    let text = try folder.write(Array("no checkpoint".utf8), to: "text.h5")
    let result = try Program.run("verify", text, folder("missing.h5"))
    #expect(result.status == 1 && !result.isCrash && result.output.split(separator: "\n").count == 2)
    #expect(result.errors.contains("text.h5") && result.errors.contains("missing.h5"))
  }
}
