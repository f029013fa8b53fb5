/// What a learning rule keeps, reads and writes: what a chip that runs it must offer.
///
/// A word is one number of the digital part beside the array.
public struct LearningNeeds: Sendable, Equatable, Codable {
  /// Name of the rule.
  public var rule: String
  /// Words kept for each row.
  public var wordsPerRow: Int
  /// Words kept for each column.
  public var wordsPerColumn: Int
  /// Words kept for each synapse by the rule.
  public var wordsPerSynapse: Int
  /// Words kept for each synapse by the optimiser; `nil` for none.
  public var optimiserWordsPerSynapse: Int?
  /// Words kept for each synapse by the write policy; `nil` for none.
  public var policyWordsPerSynapse: Int?
  /// Words kept for each row and each tick of a window.
  public var wordsPerRowAndTick: Int
  /// Words kept for each column and each tick of a window.
  public var wordsPerColumnAndTick: Int
  /// Reads of the array for each tick, for the forward pass.
  public var readsPerTick: Int
  /// What else is read, in words.
  public var extraReads: String
  /// Which synapses a write concerns, in words.
  public var writeShape: String
  /// When it is written, in words.
  public var writeTiming: String

  /// Sets all fields.
  public init(
    rule: String, wordsPerRow: Int, wordsPerColumn: Int, wordsPerSynapse: Int = 0, wordsPerRowAndTick: Int = 0,
    wordsPerColumnAndTick: Int = 0, readsPerTick: Int = 1, extraReads: String = "none", writeShape: String,
    writeTiming: String
  ) {
    self.rule = rule
    self.wordsPerRow = wordsPerRow
    self.wordsPerColumn = wordsPerColumn
    self.wordsPerSynapse = wordsPerSynapse
    self.wordsPerRowAndTick = wordsPerRowAndTick
    self.wordsPerColumnAndTick = wordsPerColumnAndTick
    self.readsPerTick = readsPerTick
    self.extraReads = extraReads
    self.writeShape = writeShape
    self.writeTiming = writeTiming
  }

  /// The same with what optimiser and write policy keep.
  public func with(_ optimiser: OptimiserChoice, _ policy: WritePolicyChoice) -> LearningNeeds {
    var needs = self
    needs.optimiserWordsPerSynapse = optimiser.wordsPerSynapse > 0 ? optimiser.wordsPerSynapse : nil
    needs.policyWordsPerSynapse = policy.wordsPerSynapse > 0 ? policy.wordsPerSynapse : nil
    return needs
  }

  /// Words that a layer of this shape keeps in windows of `ticks` ticks.
  public func words(rows: Int, columns: Int, ticks: Int) -> Int {
    rows * (wordsPerRow + wordsPerRowAndTick * ticks) + columns * (wordsPerColumn + wordsPerColumnAndTick * ticks)
      + rows * columns * (wordsPerSynapse + (optimiserWordsPerSynapse ?? 0) + (policyWordsPerSynapse ?? 0))
  }
}
