import Checkpoints
import Foundation

/// All points of a study: each an ordinary run, and its deployment, in folders of their own.
public struct Study: Sendable {
  /// One run.
  public struct Point: Sendable, Equatable {
    /// Name of the combination.
    public var name: String
    /// Value of each axis; of a point by itself its name in the first.
    public var values: [String]
    /// Seed.
    public var seed: UInt64
    /// Fold; `nil` for one split.
    public var fold: Int?
    /// Overrides of the experiment.
    public var overrides: [String]
    /// Run folder, inside the folder of the study.
    public var folder: String
    /// Folder of the deployment, inside the folder of the study.
    public var agedFolder: String { "\(folder)-aged" }
  }

  /// What was written.
  public let document: StudyDocument
  /// Names of the axes.
  public let axes: [String]
  /// The points, in the order of the table.
  public let points: [Point]

  /// Lays out a study.
  /// - Parameter folds: folds of the experiment, where every one is run.
  /// - Throws: `StudyError.repeatedPoint`.
  public init(_ document: StudyDocument, folds: Int) throws(StudyError) {
    self.document = document
    axes = document.axes.isEmpty ? ["point"] : document.axes.map(\.key)
    let combinations = document.axes.isEmpty ? [] : Sweep(axes: document.axes).combinations
    let alone = document.points.map { name, overrides in
      Sweep.Combination(
        values: [name] + [String](repeating: "", count: max(document.axes.count - 1, 0)), overrides: overrides,
        folder: Sweep.folderName(name))
    }
    let all = combinations + alone
    let names = all.map(\.folder)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) { throw .repeatedPoint(twice) }
    let splits: [Int?] = document.hasFolds ? (0..<folds).map { $0 } : [nil]
    var points: [Point] = []
    for combination in all {
      for seed in document.seeds {
        for fold in splits { points.append(Self.point(combination, seed: seed, fold: fold, document)) }
      }
    }
    self.points = points
  }

  private static func point(
    _ combination: Sweep.Combination, seed: UInt64, fold: Int?, _ document: StudyDocument
  ) -> Point {
    var overrides = document.overrides + combination.overrides + ["run.seed=\(seed)"]
    var folder = "points/\(combination.folder)/seed-\(seed)"
    if let fold {
      overrides.append("stream.fold=\(fold)")
      folder += "-fold-\(fold)"
    }
    return Point(
      name: combination.folder, values: combination.values, seed: seed, fold: fold, overrides: overrides, folder: folder
    )
  }

  /// Where the work on a point stands.
  public enum Standing: Sendable, Equatable {
    /// It makes no sense, for this reason.
    case refused(String)
    /// Nothing is there yet.
    case fresh
    /// The run was begun.
    case begun
    /// The run is complete, and its deployment is still to be done.
    case learned
    /// The deployment was begun.
    case ageing
    /// All is done.
    case complete
  }

  /// Where the work on a point stands in the folder of the study.
  /// - Throws: what loading the experiment does, but for settings that go against each other: these are refused.
  public func standing(of point: Point, in folder: String) throws -> Standing {
    do {
      _ = try ExperimentConfiguration.load(path: document.experiment, overrides: point.overrides)
    } catch {
      guard error.isConflict else { throw error }
      return .refused("\(error)")
    }
    func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(path)") }
    guard has("\(point.folder)/experiment.yaml") else { return .fresh }
    guard has("\(point.folder)/summary.json") else { return .begun }
    guard document.deployment != nil else { return .complete }
    if has("\(point.agedFolder)/summary.json") { return .complete }
    let isBegun = has("\(point.agedFolder)/deployment.json") && Self.hasCheckpoint("\(folder)/\(point.agedFolder)")
    return isBegun ? .ageing : .learned
  }

  /// Whether a run folder has what a resume needs: one that was killed at its very beginning has not.
  static func hasCheckpoint(_ runFolder: String) -> Bool {
    (try? CheckpointStore(folder: "\(runFolder)/checkpoints").paths().isEmpty) == false
  }
}
