import Checkpoints
import Emulation

/// What differs between two checkpoints, for `crosspoint diff`.
public struct ComparisonText {
  /// A tensor or value that differs, or a key of the experiment.
  struct Row: Encodable {
    var path: String
    var units: String?
    var values: [Int]?
    var differing: Int?
    var largest: Double?
    var place: Int?
    var rms: Double?
    var first: String?
    var second: String?
  }

  private struct Record: Encodable {
    var first: String
    var second: String
    var isSame: Bool
    var tensorsCompared: Int
    var experiment: [String]
    var values: [Row]
    var tensors: [Row]
  }

  private let names: [String]
  private let comparison: CheckpointComparison
  private let keys: [ResolvedConfiguration.Difference]

  /// - Parameters:
  ///   - names: of the two sides.
  ///   - keys: of the experiments that differ.
  public init(
    names: [String], comparison: CheckpointComparison, keys: [ResolvedConfiguration.Difference]
  ) {
    self.names = names
    self.comparison = comparison
    self.keys = keys
  }

  /// Whether state and experiment are the same, but for keys that change no result.
  public var isSame: Bool { comparison.isSame && !keys.contains(where: \.changesResult) }

  /// As one JSON object.
  public func json() throws -> String {
    try JSONText.encode(
      Record(
        first: names[0], second: names[1], isSame: isSame, tensorsCompared: comparison.tensorCount,
        experiment: keys.map(\.description),
        values: comparison.values.map { Row(path: $0.path, first: $0.first, second: $0.second) },
        tensors: comparison.tensors.map {
          Row(
            path: $0.path, units: $0.units, values: $0.counts, differing: $0.differing,
            largest: $0.largest,
            place: $0.place, rms: $0.rootMeanSquare)
        }))
  }

  /// As text for a terminal.
  public var text: String {
    var text = "first   \(names[0])\nsecond  \(names[1])\n"
    if !keys.isEmpty {
      text += "\nexperiment (here is the first)\n" + keys.map { "  \($0)\n" }.joined()
    }
    if !comparison.values.isEmpty {
      text += "\n"
      var table = TextTable(header: ["value", "first", "second"])
      for value in comparison.values {
        table.append([value.path, Self.short(value.first), Self.short(value.second)])
      }
      text += table.rendered()
    }
    if !comparison.tensors.isEmpty {
      text += "\n"
      var table = TextTable(header: [
        "tensor", "values", "differ", "largest", "at value", "rms", "unit",
      ])
      for tensor in comparison.tensors { table.append(Self.cells(tensor)) }
      text += table.rendered()
    }
    let count = comparison.tensorCount
    let differing = comparison.tensors.count
    text +=
      isSame
      ? "\nthe same state: \(count) tensors\n" : "\n\(differing) of \(count) tensors differ\n"
    return text
  }

  private static func cells(_ tensor: CheckpointComparison.Tensor) -> [String] {
    guard tensor.counts[0] == tensor.counts[1] else {
      return [
        tensor.path, "\(tensor.counts[0]) and \(tensor.counts[1])", "", "", "", "", tensor.units,
      ]
    }
    return [
      tensor.path, "\(tensor.counts[0])", "\(tensor.differing)", NumberText.compact(tensor.largest),
      "\(tensor.place)",
      NumberText.compact(tensor.rootMeanSquare), tensor.units,
    ]
  }

  private static func short(_ text: String) -> String {
    text.count <= 40 ? text : text.prefix(37) + "…"
  }
}
