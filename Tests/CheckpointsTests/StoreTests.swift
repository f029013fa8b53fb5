import Checkpoints
import Foundation
import Testing

@Suite struct StoreTests {
  let folder: TemporaryFolder
  let store: CheckpointStore

  init() throws {
    folder = try TemporaryFolder()
    store = CheckpointStore(folder: folder.path)
  }

  @Test func anEmptyFolderHasNoNewest() throws {
    try write("x".utf8, to: folder.file("experiment.yaml"))
    #expect(try store.newestValid() == nil)
    #expect(try store.paths().isEmpty)
    guard
      case .cannotRead = failure({ () throws(CheckpointError) in
        _ = try CheckpointStore(folder: folder.file("none")).newestValid()
      })
    else {
      Issue.record("a missing folder was listed")
      return
    }
  }

  /// Two passes of three training and two test samples, a checkpoint at each sample.
  @Test func namesOrderAsTheRunGoes() throws {
    var expected: [String] = []
    var position = RunPosition()
    func visit() throws {
      var checkpoint = Specimen.devices()
      checkpoint.position = position
      expected.append(try store.save(checkpoint, keep: 100).path)
    }
    for pass in 0..<2 {
      position.isTesting = false
      for sample in 0..<3 {
        position.sampleInPhase = sample
        try visit()
        position.samplesSeen += 1
      }
      position.pass = pass + 1
      position.isTesting = true
      for sample in 0..<2 {
        position.sampleInPhase = sample
        try visit()
      }
    }
    position.isComplete = true
    try visit()
    #expect(try store.paths() == expected)
    #expect(expected == expected.sorted())
    #expect(Set(expected).count == 11)
    let names = try folder.names()
    #expect(names.contains("checkpoint-000000000003-pass01-test-00001.h5"))
    #expect(names.last == "checkpoint-000000000006-pass02-trained.h5")
    #expect(try store.newestValid()?.checkpoint.position == position)
  }

  @Test func onlyTheNewestAreKept() throws {
    for seen in 1...6 { try store.save(Specimen.training(seen: UInt64(seen), sample: seen), keep: 3) }
    #expect(try store.paths().map { $0.suffix(8) } == ["00004.h5", "00005.h5", "00006.h5"])
    try store.save(Specimen.training(seen: 7, sample: 7), keep: 0)
    #expect(try store.paths().count == 1)
  }

  /// A damaged file does not count, so that a sound one is not removed for its sake.
  @Test func damagedFilesDoNotCountAsKept() throws {
    let paths = try (1...3).map { try store.save(Specimen.training(seen: UInt64($0), sample: $0), keep: 9).path }
    try write(bytes(of: paths[2]).dropLast(9), to: paths[2])
    try store.save(Specimen.training(seen: 4, sample: 4), keep: 2)
    #expect(try store.paths().map { $0.suffix(8) } == ["00002.h5", "00003.h5", "00004.h5"])
  }

  /// A run resumed from an older position does not remove what it just wrote, nor the files ahead of it.
  @Test func newerFilesAreLeftAlone() throws {
    for seen in [1, 2, 8, 9] { try store.save(Specimen.training(seen: UInt64(seen), sample: seen), keep: 9) }
    try store.save(Specimen.training(seen: 3, sample: 3), keep: 1)
    #expect(try store.paths().map { $0.suffix(8) } == ["00003.h5", "00008.h5", "00009.h5"])
  }

  @Test func theNewestValidIsFoundAndTheOthersNamed() throws {
    let paths = try (1...4).map { try store.save(Specimen.training(seen: UInt64($0), sample: $0), keep: 9).path }
    try write(bytes(of: paths[2]).dropLast(9), to: paths[2])
    try write("".utf8, to: paths[3])
    let newest = try #require(try store.newestValid())
    #expect(newest.path == paths[1])
    #expect(newest.checkpoint == Specimen.training(seen: 2, sample: 2))
    #expect(newest.skipped.map(\.path) == [paths[3], paths[2]])
    #expect(newest.skipped[0].reason == .notCheckpoint(file: paths[3], found: "an empty file"))
    for path in paths { try write("x".utf8, to: path) }
    guard
      case .noneValid(folder.path, let skipped) = failure({ () throws(CheckpointError) in
        _ = try store.newestValid()
      })
    else {
      Issue.record("rubbish was taken for a checkpoint")
      return
    }
    #expect(skipped.map(\.path) == paths.reversed())
  }

  @Test func partialFilesOfDeadProcessesAreCleaned() throws {
    // Greater than any number of a process on Linux.
    let dead = "checkpoint-000000000009-pass00-train-00009.h5.partial-4194305"
    let alive = "checkpoint-000000000009-pass00-train-00009.h5.partial-1"
    let others = ["notes.partial-4194305", "checkpoint-notes.h5", "checkpoint-000000000009-pass00-train-00009.h5.bak"]
    for name in [dead, alive] + others { try write("half".utf8, to: folder.file(name)) }
    #expect(try store.newestValid() == nil)
    #expect(try folder.names().count == 5)
    let path = try store.save(Specimen.training(seen: 1, sample: 1), keep: 1).path
    #expect(try store.newestValid()?.path == path)
    #expect(try Set(folder.names()) == Set([alive] + others + [URL(filePath: path).lastPathComponent]))
  }
}

@Suite struct ShapeTests {
  let own = Specimen.devices().network

  @Test func equalShapesFit() {
    #expect(own.shapeMismatch(with: Specimen.devices(seed: 77).network).isEmpty)
  }

  @Test func everyDifferenceIsASentence() {
    var other = own
    other.layers[0].rows = 60
    #expect(own.shapeMismatch(with: other) == ["layer hidden1: rows 5 in the checkpoint, 60 in the experiment"])
    other = own
    other.layers[0].array.wear = []
    other.layers[1].pendingChanges = []
    other.layers[1].array.activity.removeLast()
    #expect(
      own.shapeMismatch(with: other) == [
        "layer hidden1: values of wear 2 x 20 in the checkpoint, none in the experiment",
        "layer readout: values of read_activity 2 in the checkpoint, 1 in the experiment",
        "layer readout: values of pending_changes 12 in the checkpoint, none in the experiment",
      ])
    other.layers.removeFirst()
    #expect(
      own.shapeMismatch(with: other) == ["layers hidden1, readout in the checkpoint, readout in the experiment"])
  }
}
