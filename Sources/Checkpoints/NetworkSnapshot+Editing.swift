extension NetworkSnapshot {
  /// What learning and writing keep beside the devices: it may begin anew without another chip.
  private static let renewable: Set<String> = [
    "pending_changes", "first_moment", "second_moment", "moment_count", "error_threshold",
    "input_traces", "eligibility",
    "verify_reads", "verify_histograms", "refresh_pulses",
  ]

  /// Lets what learning and writing keep begin anew where another experiment has it in another shape, or not at all.
  ///
  /// - Parameter fresh: the state that the other experiment begins with.
  /// - Returns: The paths of the datasets that begin anew.
  public mutating func beginAnew(whatDiffersFrom fresh: NetworkSnapshot) -> [String] {
    guard layers.map(\.name) == fresh.layers.map(\.name) else { return [] }
    var names: [String] = []
    for index in layers.indices {
      for dataset in LayerSchema.datasets where Self.renewable.contains(dataset.name) {
        guard dataset.extent(of: layers[index]) != dataset.extent(of: fresh.layers[index]) else {
          continue
        }
        dataset.copy(from: fresh.layers[index], into: &layers[index])
        names.append("\(Schema.layers)/\(layers[index].name)/\(dataset.name)")
      }
    }
    return names
  }
}

extension LayerSnapshot {
  /// Takes the devices of another layer, with their wear and all counts of reads and writes.
  ///
  /// - Returns: Why they do not fit, one sentence for each difference; nothing was taken then.
  public mutating func takeArray(of other: LayerSnapshot) -> [String] {
    var candidate = self
    candidate.array = other.array
    candidate.rows = other.rows
    candidate.columns = other.columns
    candidate.stateUnit = other.stateUnit
    let problems = candidate.shapeMismatch(with: self)
    if problems.isEmpty { array = other.array }
    return problems
  }
}
