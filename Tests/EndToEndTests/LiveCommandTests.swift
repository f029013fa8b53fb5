import Foundation
import Testing

/// Live events over the loopback interface: every event is used, dropped or lost, and counted as that.
@Suite("Live streams on the command line", .serialized)
struct LiveCommandTests {
  private let folder = try! TemporaryFolder()

  private static let eventCount = 20_000

  /// Events of 40 × 30 pixels, one every 20 µs, in a file.
  private func recording() throws -> String {
    let text = (0..<Self.eventCount).map { "\($0 * 20),\($0 * 7 % 40),\($0 * 11 % 30),\($0 % 2)\n" }.joined()
    return try folder.write(text.utf8, to: "sent.csv")
  }

  /// Starts a listener on a free port and waits until it says which.
  private func listen(_ arguments: String...) throws -> (program: RunningProgram, port: String) {
    let program = try Program.launch(["listen"] + arguments)
    var port = ""
    _ = program.wait {
      let words = program.errors.split(whereSeparator: \.isWhitespace)
      port = words.firstIndex(of: "port").map { String(words[$0 + 1].dropLast()) } ?? ""
      return !port.isEmpty
    }
    return (program, try #require(port.isEmpty ? nil : port))
  }

  @Test("bytes arrive whole, and the recording of them is the one sent")
  func bytes() throws {
    let sent = try recording()
    let (listener, port) = try listen("--serve-tcp", "0", "--output", folder("received.csv"), "--json")
    let sender = try Program.run("send", sent, "--tcp", "127.0.0.1:\(port)", "--speed", "max", "--json")
    #expect(try sender.json["events"] as? Int == Self.eventCount, "\(sender)")
    let result = try listener.end()
    #expect(result.status == 0, "\(result)")
    let counts = try result.json
    #expect(counts["events"] as? Int == Self.eventCount && counts["taken"] as? Int == Self.eventCount)
    #expect(counts["dropped"] as? Int == 0 && counts["written"] as? Int == Self.eventCount)
    let events = { (path: String) in
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { $0.first?.isNumber ?? false }
    }
    #expect(try events(folder("received.csv")) == events(sent))
  }

  @Test("datagrams that do not arrive are counted to the event")
  func datagrams() throws {
    let (listener, port) = try listen("--udp", "0", "--queue", "1000", "--drop", "newest", "--json")
    let sender = try Program.run("send", try recording(), "--udp", "127.0.0.1:\(port)", "--speed", "max", "--json")
    let sent = try sender.json
    #expect(sent["events"] as? Int == Self.eventCount && sent["datagrams"] as? Int ?? 0 > 100)
    let result = try listener.end()
    #expect(result.status == 0, "\(result)")
    let counts = try result.json
    let (events, lost) = (try #require(counts["events"] as? Int), try #require(counts["lost"] as? Int))
    let (taken, dropped) = (try #require(counts["taken"] as? Int), try #require(counts["dropped"] as? Int))
    #expect(events + lost == Self.eventCount && taken + dropped == events && taken > 0)
  }

  @Test("Ctrl-C ends listening with exact counts and a whole file")
  func interruption() throws {
    let (listener, port) = try listen(
      "--serve-tcp", "0", "--reconnect", "--output", folder("kept.raw"), "--sensor", "40x30", "--json")
    _ = try Program.run("send", try recording(), "--tcp", "127.0.0.1:\(port)", "--speed", "max")
    _ = try Program.run("send", folder("sent.csv"), "--tcp", "127.0.0.1:\(port)", "--speed", "max")
    // The listener has taken the second connection once the first is over; what it holds then is drained.
    listener.send(SIGINT)
    let result = try listener.end()
    #expect(result.status == 0 && !result.isCrash, "\(result)")
    let counts = try result.json
    let (events, taken) = (try #require(counts["events"] as? Int), try #require(counts["taken"] as? Int))
    #expect(taken + (counts["dropped"] as? Int ?? -1) == events && counts["written"] as? Int == taken)
    let inspected = try Program.run("inspect", folder("kept.raw"), "--json")
    let inspections = try #require(try inspected.json["inspections"] as? [[String: Any]])
    #expect((inspections[0]["recording"] as? [String: Any])?["events"] as? Int == taken)
  }

  @Test("a recording is sent again and again on one time line until Ctrl-C")
  func repetition() throws {
    let short = try folder.write("100,1,1,1\n250,2,2,0\n".utf8, to: "short.csv")
    let (listener, port) = try listen("--serve-tcp", "0", "--output", folder("again.csv"))
    let sender = try Program.launch([
      "send", short, "--tcp", "127.0.0.1:\(port)", "--speed", "1x", "--repeat", "--json",
    ])
    usleep(300_000)
    sender.send(SIGINT)
    let sent = try sender.end()
    let count = try #require(try sent.json["events"] as? Int)
    #expect(sent.status == 0 && count > 4, "\(sent)")
    #expect(try listener.end().status == 0)
    let lines = try String(contentsOfFile: folder("again.csv"), encoding: .utf8).split(separator: "\n")
      .filter { $0.first?.isNumber ?? false }
    #expect(lines.count == count)
    #expect(lines.prefix(4) == ["100,1,1,1", "250,2,2,0", "1250,1,1,1", "1400,2,2,0"])
  }

  @Test("a learned network decides on every window of a live stream, silent ones too")
  func decisions() throws {
    for (label, column) in [("left", 0), ("right", 4)] {
      for file in 0..<4 {
        let text = (0..<40).map { "\($0 * 450),\(($0 * 3 + file) % 4 + column),\(($0 * 5 + file) % 8),\($0 % 2)\n" }
        try folder.write(text.joined().utf8, to: "sides/\(label)/\(file).csv")
      }
    }
    let experiment = """
      stream: {kind: event-folder, path: \(folder("sides")), sensor: 8x8, sample_ticks: 20, split: sample-folds, folds: 2}
      network: {time_step: 1 ms, hidden: [12], initial_weight_sigma: 0.5}
      learning: {rate: 1e-3, readout_rate: 1e-3}
      run: {passes: 6}
      """
    let path = try folder.write(experiment.utf8, to: "sides.yaml")
    try #require(try Program.run("run", path, "--output", folder("run")).status == 0)

    // Windows of 20 ms: left, silence, right, left; the last is not whole.
    let scene = [(0, 0), (40_000, 4), (60_000, 0)].flatMap { start, column in
      (0..<40).map { "\(start + $0 * 450),\($0 * 3 % 4 + column),\($0 * 5 % 8),\($0 % 2)\n" }
    }
    let sent = try folder.write(scene.joined().utf8, to: "scene.csv")
    let (listener, port) = try listen("--serve-tcp", "0", "--run", folder("run"), "--patience", "60 s", "--json")
    #expect(try Program.run("send", sent, "--tcp", "127.0.0.1:\(port)", "--speed", "max").status == 0)
    let result = try listener.end()
    #expect(result.status == 0, "\(result)")
    let lines = try result.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    try #require(lines.count == 5, "\(result)")
    #expect(lines.prefix(4).map { $0["events"] as? Int } == [40, 0, 40, 40])
    #expect(lines.prefix(4).map { $0["start"] as? Int } == [0, 20_000, 40_000, 60_000])
    #expect([0, 2, 3].map { lines[$0]["class_name"] as? String } == ["left", "right", "left"])
    #expect(lines[4]["taken"] as? Int == 120 && lines[4]["lost"] as? Int == 0)

    let other = try Program.run("listen", "--stdin", "--run", folder("nothing"))
    #expect(other.status == 1 && other.errors.contains("is not a run folder"), "\(other)")
  }

  @Test("a time ends listening by itself, and usage is checked")
  func ends() throws {
    let result = try Program.run("listen", "--udp", "127.0.0.1:0", "--for", "300ms", "--json")
    #expect(try result.status == 0 && result.json["events"] as? Int == 0, "\(result)")
    #expect(try Program.run("listen").status == 64)
    #expect(try Program.run("listen", "--udp", "1", "--stdin").status == 64)
    let format = try Program.run("listen", "--stdin", "--format", "hdf5")
    #expect(format.status == 1 && format.errors.contains("needs a file"), "\(format)")
    #expect(try Program.run("send", try recording(), "--tcp", "127.0.0.1:1").status == 1)
  }
}
