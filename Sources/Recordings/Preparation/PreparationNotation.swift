/// Steps of preparation as one line of text, for experiments and the command line: "crop 64x64+10+10, downsample 2, noise 10 ms".
///
/// | step | what it does |
/// | --- | --- |
/// | `crop WxH+X+Y` | keeps W × H pixels from (X, Y) on |
/// | `downsample N` or `downsample NxM` | makes N × M pixels one |
/// | `pool N T` or `pool NxM T` | fires one event after T events of N × M pixels |
/// | `merge`, `on`, `off` | makes all events ON, keeps ON, keeps OFF events |
/// | `noise TIME` | drops events without company of a neighbour within the time |
/// | `refractory TIME` | drops events of a pixel so soon after the last |
/// | `mask X:Y X:Y …` | drops the events of these pixels |
/// | `limit N` | thins out more than N events a second at random |
/// | `flip-x`, `flip-y`, `rotate-right`, `rotate-left`, `rotate-180`, `transpose` | moves pixels |
///
/// Steps act from left to right; times are written with their unit, us, ms or s.
public enum PreparationNotation {
  /// Reads the steps.
  /// - Parameter seed: of steps that draw random numbers.
  /// - Throws: `RecordingError.setting`, naming the step.
  public static func parse(
    _ text: String, seed: UInt64 = 1
  ) throws(RecordingError) -> [any EventFilterParameters] {
    var steps: [any EventFilterParameters] = []
    for part in text.split(separator: ",") {
      let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let name = words.first else { continue }
      steps.append(try step(name, Array(words.dropFirst()), seed: seed))
    }
    return steps
  }

  private static func step(
    _ name: String, _ words: [String], seed: UInt64
  ) throws(RecordingError) -> any EventFilterParameters {
    switch name {
    case "crop": return try crop(words)
    case "downsample":
      let (columns, rows) = try pair(words, of: name, count: 1)
      return try EventDownsampling.Parameters(columns: columns, rows: rows)
    case "pool":
      let (columns, rows) = try pair(words, of: name, count: 2)
      return try EventPooling.Parameters(columns: columns, rows: rows, threshold: number(words[1], of: name))
    case "noise":
      return try BackgroundActivityFilter.Parameters(windowInMicroseconds: time(words, of: name))
    case "refractory": return try RefractoryFilter.Parameters(periodInMicroseconds: time(words, of: name))
    case "mask": return try mask(words)
    case "limit":
      guard words.count == 1 else { throw flaw(name, "a number of events per second", words) }
      return try EventThinning.Parameters(eventsPerSecond: Double(number(words[0], of: name)), seed: seed)
    default:
      guard words.isEmpty, let step = plain[name] else {
        throw .setting(name: "step of preparation", expected: "one of \(names)", found: "'\(name)'")
      }
      return step
    }
  }

  private static let plain: [String: any EventFilterParameters] = [
    "merge": PolaritySelection.Parameters.merge, "on": PolaritySelection.Parameters.onlyOn,
    "off": PolaritySelection.Parameters.onlyOff, "flip-x": EventOrientation.Parameters.flipHorizontally,
    "flip-y": EventOrientation.Parameters.flipVertically, "rotate-right": EventOrientation.Parameters.rotateClockwise,
    "rotate-left": EventOrientation.Parameters.rotateCounterclockwise,
    "rotate-180": EventOrientation.Parameters.rotateHalfTurn, "transpose": EventOrientation.Parameters.transpose,
  ]
  private static let names =
    (["crop", "downsample", "pool", "noise", "refractory", "mask", "limit"] + plain.keys.sorted())
    .joined(separator: ", ")

  private static func crop(_ words: [String]) throws(RecordingError) -> EventCrop.Parameters {
    let expected = "WIDTHxHEIGHT+X+Y such as 64x64+10+10"
    guard words.count == 1 else { throw flaw("crop", expected, words) }
    let parts = words[0].split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let x = Int(parts[1]), let y = Int(parts[2]) else { throw flaw("crop", expected, words) }
    let size = try SensorSize(parts[0])
    return try EventCrop.Parameters(x: x, y: y, width: size.width, height: size.height)
  }

  private static func mask(_ words: [String]) throws(RecordingError) -> HotPixelMask.Parameters {
    var pixels: [PixelPosition] = []
    for word in words {
      let parts = word.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let x = parts[0], let y = parts[1], x >= 0, y >= 0 else {
        throw flaw("mask", "pixels as X:Y such as 12:40", words)
      }
      pixels.append(PixelPosition(x: x, y: y))
    }
    guard !pixels.isEmpty else { throw flaw("mask", "pixels as X:Y such as 12:40", words) }
    return HotPixelMask.Parameters(pixels: pixels)
  }

  private static func pair(
    _ words: [String], of name: String, count: Int
  ) throws(RecordingError) -> (columns: Int, rows: Int) {
    guard words.count == count else {
      throw flaw(name, count == 1 ? "N or NxM" : "N or NxM, and a number of events", words)
    }
    let parts = words[0].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(parts.count), let columns = parts[0], let rows = parts[parts.count - 1] else {
      throw flaw(name, "N or NxM", words)
    }
    return (columns, rows)
  }

  private static func number(_ word: String, of name: String) throws(RecordingError) -> Int {
    guard let value = Int(word) else { throw flaw(name, "a whole number", [word]) }
    return value
  }

  /// A time in µs.
  private static func time(_ words: [String], of name: String) throws(RecordingError) -> Int64 {
    let text = words.joined()
    let digits = text.prefix { $0.isNumber || $0 == "." }
    let factors = ["us": 1.0, "µs": 1, "ms": 1000, "s": 1_000_000]
    guard let value = Double(digits), let factor = factors[String(text.dropFirst(digits.count))],
      value * factor <= 1e15
    else { throw flaw(name, "a time with its unit such as 10 ms", words) }
    return Int64((value * factor).rounded())
  }

  private static func flaw(_ step: String, _ expected: String, _ words: [String]) -> RecordingError {
    .setting(name: "step '\(step)' of preparation", expected: expected, found: "'\(words.joined(separator: " "))'")
  }
}
