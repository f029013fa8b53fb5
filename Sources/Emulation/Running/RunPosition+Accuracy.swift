import Checkpoints

/// Decisions are right or wrong; signals are met to a share of their power, 1 − Σ(output − signal)²/Σ signal², not below 0.
extension RunPosition {
  /// Accuracy in the present phase.
  var accuracyInPhase: Double {
    errorInPhase.map { max(1 - $0, 0) } ?? Double(correctInPhase) / Double(decisionsInPhase)
  }
  /// Accuracy since the last row of the metrics.
  var accuracySinceRow: Double {
    errorSinceRow.map { max(1 - $0, 0) } ?? Double(correctSinceRow) / Double(decisionsSinceRow)
  }
  /// Normalised squared error in the present phase; `nil` for classes.
  var errorInPhase: Double? { signalPowerInPhase > 0 ? squaredErrorInPhase / signalPowerInPhase : nil }
  /// Normalised squared error since the last row of the metrics; `nil` for classes.
  var errorSinceRow: Double? { signalPowerSinceRow > 0 ? squaredErrorSinceRow / signalPowerSinceRow : nil }
}
