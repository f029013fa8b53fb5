import Checkpoints
import Foundation
import Testing

@testable import Emulation

/// What may not be continued is named, key by key.
@Suite("Refused resumes")
struct ResumeRefusalTests {
  private let laboratory = try! TinyLaboratory()

  private func interrupted(_ name: String = "run", after samples: Int = 60, _ overrides: [String] = []) throws {
    try laboratory.begin(name, overrides).execute(samples: samples)
  }

  @Test("changes of what was computed are refused, each with both values")
  func changedKeys() throws {
    try interrupted()
    let text = sentence {
      _ = try laboratory.resume("run", ["run.seed=2", "crossbar.adc_bits=5", "learning.rate=2e-3", "run.threads=2"])
    }
    #expect(text.contains("run/checkpoints/checkpoint-"))
    for part in ["run.seed: 2 here, 1 there", "crossbar.adc_bits: 5 here, 6 there", "learning.rate: "] {
      #expect(text.contains(part))
    }
    #expect(!text.contains("threads"))
  }

  @Test("changes that compute the same are allowed")
  func harmless() throws {
    try interrupted()
    let resumed = try laboratory.resume(
      "run",
      ["run.threads=3", "checkpoint.every_samples=7", "checkpoint.keep=1", "checkpoint.interval=5 s", "name=other"])
    #expect(resumed.run.position.samplesSeen == 48 && resumed.run.position.isTesting)
  }

  @Test("passes that have begun cannot be left out")
  func fewerPasses() throws {
    try interrupted(after: 100, ["run.passes=3"])
    #expect(sentence { _ = try laboratory.resume("run", ["run.passes=1"]) }.contains("run.passes: 1 here, 3 there"))
    let run = try laboratory.resume("run", ["run.passes=2"]).run
    _ = try run.execute()
    #expect(run.position.pass == 2 && run.position.isComplete)
  }

  @Test("a single test at the end cannot be moved")
  func laterTest() throws {
    try interrupted(after: 20, ["run.evaluate=end"])
    #expect(sentence { _ = try laboratory.resume("run", ["run.passes=4"]) }.contains("run.passes: 4 here, 2 there"))
  }

  @Test("a run without a checkpoint keeps its experiment too")
  func withoutCheckpoint() throws {
    _ = try laboratory.begin("run")
    #expect(sentence { _ = try laboratory.resume("run", ["run.seed=2"]) }.contains("run.seed: 2 here, 1 there"))
  }

  @Test("a recording that changed is refused, one that moved is not")
  func recording() throws {
    try interrupted()
    let moved = laboratory.folder("moved.h5")
    try FileManager.default.copyItem(atPath: laboratory.recordingPath, toPath: moved)
    try FileManager.default.removeItem(atPath: laboratory.recordingPath)
    #expect(sentence { _ = try laboratory.resume("run") }.contains("\(laboratory.recordingPath) not found"))
    _ = try laboratory.resume("run", ["stream.path=\(moved)"])
    try TinyRecording(amplitude: 2).write(to: moved)
    let text = sentence { _ = try laboratory.resume("run", ["stream.path=\(moved)"]) }
    #expect(text.contains("\(moved) is not the recording the run began with: expected SHA-256"))
  }

  @Test("a checkpoint of another experiment is refused")
  func otherCheckpoint() throws {
    try interrupted()
    try interrupted("other", after: 90, ["run.seed=9"])
    let other = try #require(try CheckpointStore(folder: laboratory.folder("other/checkpoints")).paths().last)
    let target = laboratory.folder("run/checkpoints/" + (other as NSString).lastPathComponent)
    try FileManager.default.copyItem(atPath: other, toPath: target)
    let text = sentence { _ = try laboratory.resume("run") }
    #expect(text.contains(target) && text.contains("run.seed: 1 here, 9 there"))
  }

  @Test("a state that the experiment cannot have is refused, whatever the file claims")
  func forged() throws {
    try interrupted()
    let store = CheckpointStore(folder: laboratory.folder("run/checkpoints"))
    let sound = try #require(try store.newestValid())
    try interrupted("other", ["network.hidden=[10]"])
    let other = try #require(try CheckpointStore(folder: laboratory.folder("other/checkpoints")).newestValid())
      .checkpoint
    func refusal(_ change: (inout Checkpoint) -> Void) throws -> String {
      var forged = sound.checkpoint
      change(&forged)
      try CheckpointWriter.write(forged, to: sound.path)
      return sentence { _ = try laboratory.resume("run") }
    }
    #expect(try refusal { $0.position.sampleInPhase = 24 }.contains("samples of the phase 24"))
    #expect(try refusal { $0.position.pass = 7 }.contains("passes 7 in the checkpoint, at most 2"))
    #expect(try refusal { $0.position.spikes = [1] }.contains("spikes of 1 layers"))
    #expect(try refusal { $0.network = other.network }.contains("layer hidden1: columns 10 in the checkpoint, 20"))
    #expect(try refusal { $0.position.metricsBytes = .max }.contains("metrics.csv has"))
    #expect(try refusal { _ in } == "")
  }
}
