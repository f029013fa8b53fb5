extension ConfigurationTable {
  private typealias Kind = ExperimentConfiguration.Stream.Kind

  /// Recordings that lie somewhere.
  static let isRecorded: [ConfigurationCondition] = [.isNone(of: Kind.tasks.map(\.rawValue), key: "stream.kind")]
  private static let isTask: [ConfigurationCondition] = [.isOne(of: Kind.tasks.map(\.rawValue), key: "stream.kind")]

  /// Keys of tasks that are made, not recorded.
  static let tasks: [ConfigurationKey] = [
    ConfigurationKey(
      "stream.trials", .integer, default: .value(.integer(3000)), range: .closed(1, 100_000_000), unit: "trials",
      when: isTask, summary: "Trials of a task that are learned from in a pass.",
      source: "Chosen: temporal exclusive or is learned in some 3000."),
    ConfigurationKey(
      "stream.test_trials", .integer, default: .value(.integer(200)), range: .closed(1, 100_000_000), unit: "trials",
      when: isTask, summary: "Further trials that test.", source: "Chosen: a standard error of 0.02 at 0.9."),
    ConfigurationKey(
      "stream.task_seed", .integer, default: .value(.integer(1)), range: .atLeast(0), unit: "1", when: isTask,
      summary: "Seed of the trials; it stays when run.seed changes.", source: "Convention."),
  ]
}
