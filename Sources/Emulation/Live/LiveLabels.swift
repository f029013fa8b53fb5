import Foundation

/// What a live stream shows, for a network that learns from it: one class throughout, or a class from each of some times on.
public struct LiveLabels: Sendable, Equatable {
  /// From when on, in µs on the time line of the events, and the class; `nil` for nothing to learn.
  private let changes: [(time: Int64, label: Int?)]

  /// The same times and classes.
  public static func == (left: LiveLabels, right: LiveLabels) -> Bool {
    left.changes.elementsEqual(right.changes) { $0 == $1 }
  }

  /// One class throughout.
  /// - Throws: `LiveLabelError.unknownClass`.
  public init(className: String, among classNames: [String]) throws(LiveLabelError) {
    changes = [(.min, try Self.label(className, classNames))]
  }

  /// Lines `time in µs,class`, ascending in time; the class `none` for times at which nothing is to be learned. Before the first line
  /// nothing is. A first line without a number is a header.
  /// - Throws: `LiveLabelError`.
  public init(text: String, name: String, among classNames: [String]) throws(LiveLabelError) {
    var changes: [(Int64, Int?)] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let fields = line.split(separator: ",", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if fields.isEmpty { continue }
      guard fields.count == 2, let time = Int64(fields[0]) else {
        if index == 0 { continue }
        throw .malformedLine(file: name, line: index + 1, found: String(line))
      }
      if let last = changes.last, last.0 >= time { throw .timesDescend(file: name, line: index + 1) }
      changes.append((time, try Self.label(fields[1], classNames)))
    }
    guard !changes.isEmpty else { throw .malformedLine(file: name, line: 1, found: "nothing") }
    self.changes = changes
  }

  private static func label(_ name: String, _ classNames: [String]) throws(LiveLabelError) -> Int? {
    if name == "none" { return nil }
    guard let label = classNames.firstIndex(of: name) else { throw .unknownClass(name, known: classNames) }
    return label
  }

  /// The class at a time; `nil` where none is told. O(log lines).
  public func label(at time: Int64) -> Int? {
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? changes[low - 1].label : nil
  }
}

/// What can be wrong with labels of a live stream.
public enum LiveLabelError: Error, Equatable, CustomStringConvertible {
  /// Not a line of time and class.
  case malformedLine(file: String, line: Int, found: String)
  /// A time is not after the one before.
  case timesDescend(file: String, line: Int)
  /// A class that the network does not know.
  case unknownClass(String, known: [String])

  /// A sentence to act on.
  public var description: String {
    switch self {
    case .malformedLine(let file, let line, let found):
      "\(file):\(line): expected a time in µs and a class, as in 1500000,wave; found '\(found)'"
    case .timesDescend(let file, let line):
      "\(file):\(line): the time is not after that of the line before; sort the lines"
    case .unknownClass(let name, let known):
      "'\(name)' is no class of the network; it knows \(known.joined(separator: ", ")), and none for nothing to learn"
    }
  }
}
