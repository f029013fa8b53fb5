import Emulation

/// What became of a deployed network, as a table and in words.
public struct DeploymentText {
  private let summary: DeploymentSummary

  /// The figures of `summary`.
  public init(_ summary: DeploymentSummary) {
    self.summary = summary
  }

  /// The figures, one a row.
  public var table: TextTable {
    var table = TextTable(header: ["result", "value", "unit"])
    func row(_ name: String, _ value: String, _ unit: String) { table.append([name, value, unit]) }
    row(
      "deployment", ProductTime.text(summary.seconds),
      "at \(NumberText.compact(summary.parameters.samplesPerSecond)) samples/s")
    row("samples", NumberText.grouped(summary.samples), "samples")
    row("of these simulated", NumberText.grouped(summary.presentedSamples), "samples")
    let mean = "fraction, mean of \(DeploymentSummary.accuracySpan) windows"
    row("test accuracy at the start", NumberText.fixed(summary.initialAccuracy, decimals: 4), mean)
    row("test accuracy at the end", NumberText.fixed(summary.finalAccuracy, decimals: 4), mean)
    row("devices", NumberText.grouped(summary.devices), "devices")
    row("failed devices at the end", NumberText.compact(summary.wornFraction), "fraction")
    row("first failed device after", time(summary.firstFailureSeconds), "")
    for (share, seconds) in zip(DeploymentSummary.failureShares, summary.failureSeconds) {
      row("\(NumberText.compact(share)) of the devices failed after", time(seconds), "")
    }
    for (loss, seconds) in zip(DeploymentSummary.accuracyLosses, summary.accuracyLossSeconds) {
      row("accuracy lower by \(NumberText.compact(loss)) after", time(seconds), "")
    }
    row("wear at the start", NumberText.compact(summary.wearRate), "full cycles per device and sample")
    row("pulses at the start", NumberText.compact(summary.pulseRate), "per device and sample")
    row("energy at the start", NumberText.compact(summary.energyPerSample) + " J", "per sample")
    row("wear that jumps may have missed", NumberText.compact(summary.wearError), "fraction")
    row("wall time", NumberText.fixed(summary.wallSeconds, decimals: 1), "s")
    return table
  }

  /// A length of time, or that it did not come to it.
  private func time(_ seconds: Double?) -> String {
    seconds.map(ProductTime.text) ?? "more than \(ProductTime.text(summary.seconds))"
  }

  /// What the figures mean for a product, in a sentence or two.
  public var verdict: String {
    let planned = ProductTime.text(summary.parameters.duration)
    guard let end = summary.usefulLife else {
      return
        "It lasts: after \(planned) \(NumberText.compact(summary.wornFraction)) of the devices have failed and the "
        + "accuracy is \(NumberText.fixed(summary.finalAccuracy, decimals: 3)), "
        + "from \(NumberText.fixed(summary.initialAccuracy, decimals: 3))."
    }
    let short = end < summary.parameters.duration / 10 ? "It wears out" : "It does not last"
    return
      "\(short): \(causeOfEnd) after \(ProductTime.text(end)), of the \(planned) wanted. Write less (writes.policy, "
      + "writes.threshold, learning.rate), spread the writes, or take a device of more endurance."
  }

  private var causeOfEnd: String {
    summary.usefulLife == summary.accuracyLossSeconds[1]
      ? "the accuracy is lower by more than 0.1" : "a tenth of the devices has failed"
  }

  /// How times and errors were found.
  public static let method = """
    Windows of the stream are learned from and measured, then replayed many times at once: pulses, travel and wear of every \
    device grow as in the window, and a device fails when its wear reaches its own life. A jump is at most \
    the set share of the time behind it, fails at most the set share of the devices, and changes the wear rate by at most \
    the set share if that goes on as it did. Conductances stay as they are during a jump; learning goes on from them. Devices \
    that are written are as old after a jump as before, others older by it.
    """
}
