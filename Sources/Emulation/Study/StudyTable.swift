/// The table of a study, and what its points come to over their seeds and folds.
public struct StudyTable: Sendable {
  /// One combination over all its seeds and folds.
  public struct Combination: Sendable {
    /// Name.
    public var name: String
    /// Value of each axis.
    public var values: [String]
    /// Its rows.
    public var rows: [StudyRow]

    /// The values as they are written in figures and sentences.
    public var title: String { values.filter { !$0.isEmpty }.joined(separator: ", ") }

    /// A figure over the rows that have it; `nil` where none has.
    public func interval(_ figure: String) -> ConfidenceInterval? {
      let values = rows.compactMap { $0.values[figure] }
      return values.isEmpty ? nil : ConfidenceInterval(values)
    }
  }

  /// Names of the axes.
  public let axes: [String]
  /// The figures.
  public let figures: [StudyRow.Figure]
  /// All rows.
  public let rows: [StudyRow]
  /// The combinations, in the order of the study.
  public let combinations: [Combination]

  /// The table of a study that was run.
  public init(_ study: Study, rows: [StudyRow]) {
    axes = study.axes
    figures = StudyRow.figures + (study.document.deployment == nil ? [] : StudyRow.deploymentFigures)
    self.rows = rows
    var combinations: [Combination] = []
    for row in rows {
      if combinations.last?.name == row.point.name {
        combinations[combinations.count - 1].rows.append(row)
      } else {
        combinations.append(Combination(name: row.point.name, values: row.point.values, rows: [row]))
      }
    }
    self.combinations = combinations
  }

  /// A figure by its name.
  /// - Throws: `StudyError.unknownFigure`.
  public func figure(_ name: String) throws(StudyError) -> StudyRow.Figure {
    guard let figure = figures.first(where: { $0.name == name }) else {
      throw .unknownFigure(name, known: figures.map(\.name))
    }
    return figure
  }

  /// Combinations that no other beats: none is at least as good in all of these figures and better in one. Means over seeds and
  /// folds count; a combination without one of the figures is not among them.
  public func front(_ figures: [StudyRow.Figure]) -> [Int] {
    let points = combinations.map { combination -> [Double]? in
      let values = figures.map { figure in
        combination.interval(figure.name).map { figure.isBetterHigher ? $0.mean : -$0.mean }
      }
      return values.contains(nil) ? nil : values.compactMap { $0 }
    }
    return points.indices.filter { index in
      guard let mine = points[index] else { return false }
      return !points.contains { other in
        guard let other else { return false }
        return zip(other, mine).allSatisfy { $0 >= $1 } && other != mine
      }
    }
  }

  /// A line for each row: axes, seed, fold, figures with their units, and what was wrong.
  public var csv: String {
    let header =
      axes.map(Self.field) + ["seed", "fold"] + figures.map { $0.unit == "1" ? $0.name : "\($0.name) (\($0.unit))" }
      + ["problem"]
    let lines = rows.map { row in
      row.point.values.map(Self.field) + ["\(row.point.seed)", row.point.fold.map { "\($0)" } ?? ""]
        + figures.map { row.values[$0.name].map { "\($0)" } ?? "" } + [Self.field(row.problem ?? "")]
    }
    return ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// A line for each combination: of every figure its mean, standard deviation, half width of the 95 % interval, and number.
  public var summaryCSV: String {
    let header =
      axes.map(Self.field)
      + figures.flatMap { figure in
        ["mean", "sd", "ci95", "n"].map { "\(figure.name)_\($0)" }
      }
    let lines = combinations.map { combination in
      combination.values.map(Self.field)
        + figures.flatMap { figure -> [String] in
          guard let interval = combination.interval(figure.name) else { return ["", "", "", "0"] }
          return [
            "\(interval.mean)", "\(interval.standardDeviation)", interval.halfWidth.map { "\($0)" } ?? "",
            "\(interval.count)",
          ]
        }
    }
    return ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// Text as a field of CSV.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
