import Emulation
import Quantities

extension ProgrammingReport {
  /// For a terminal.
  public var text: String {
    var text = "\(weights): \(shape[0]) inputs x \(shape[1]) outputs on \(tiles) tile\(tiles == 1 ? "" : "s")\n"
    text += "\(device), \(way), from \(from), seed \(seed); weight limit \(Self.number(weightLimit))\n\n"
    text += errorTable.rendered() + "\n" + effortTable.rendered() + "\n" + costTable.rendered()
    let pulses = pulsesPerDevice
    text +=
      "pulses per device: mean \(Self.number(pulses.mean)), 99 % up to \(pulses.percentile99), most \(pulses.largest)"
    text += pulses.verifyReads > 0 ? "; verify reads: mean \(Self.number(pulses.verifyReads))\n" : "\n"
    if rounds.count > 1 { text += "\n" + roundTable.rendered() }
    if ages.count > 1 { text += "\n" + ageTable.rendered() }
    if !notes.isEmpty { text += "\n" + notes.map { "note: \($0)\n" }.joined() }
    return text + (files.isEmpty ? "" : "\n" + files.map { "wrote \($0)\n" }.joined())
  }

  private static func number(_ value: Double, digits: Int = 3) -> String { NumberText.compact(value, digits: digits) }

  /// How it was written.
  private var way: String {
    guard let attemptLimit else { return scheme }
    return "\(scheme) to \(Self.number(tolerance)) of the range with up to \(attemptLimit) pulses"
  }

  private var errorTable: TextTable {
    var table = TextTable(header: ["error", "RMS", "mean", "half within", "99 % within", "largest", "unit"])
    func row(_ name: String, _ errors: ErrorStatistics, _ unit: String) {
      table.append(
        [name]
          + [errors.rootMeanSquare, errors.mean, errors.median, errors.percentile99, errors.largest].map {
            Self.number($0)
          } + [unit])
    }
    row("weights", weightErrors, "weight")
    row("weights", weightErrors.divided(by: weightLimit), "of the weight limit")
    row("devices", deviceErrors, "of the range")
    return table
  }

  private var effortTable: TextTable {
    var table = TextTable(header: ["devices", "number", "share"])
    func row(_ name: String, _ count: some BinaryInteger) {
      table.append([name, NumberText.grouped(count), NumberText.fixed(Double(count) / Double(devices), decimals: 4)])
    }
    row("all", devices)
    row("within \(Self.number(tolerance)) of the range", Int((withinTolerance * Double(devices)).rounded()))
    if scheme == "write-verify", let last = rounds.last {
      row("accepted by verify reads", last.converged)
      row("given up", last.gaveUp)
      row("aim outside their own range", last.outOfRange)
    }
    row("stuck since fabrication", stuckDevices)
    row("worn out by programming", wornOutDevices)
    return table
  }

  private var costTable: TextTable {
    var table = TextTable(header: ["cost", "events", "energy", "time"])
    for cost in costs where cost.count > 0 {
      table.append([
        cost.name, Self.number(Double(cost.count)), DeviceFact.text(cost.energy, "J"),
        cost.seconds > 0 ? DeviceFact.text(cost.seconds, "s") : "–",
      ])
    }
    table.append(["total", "", DeviceFact.text(energy, "J"), DeviceFact.text(seconds, "s")])
    return table
  }

  private var roundTable: TextTable {
    var table = TextTable(header: ["round", "pulses", "verify reads", "given up", "energy", "time", "RMS error"])
    for (index, round) in rounds.enumerated() {
      table.append([
        "\(index + 1)", Self.number(Double(round.pulses)), Self.number(Double(round.verifyReads)), "\(round.gaveUp)",
        DeviceFact.text(round.energy, "J"), DeviceFact.text(round.seconds, "s"), Self.number(round.weightError),
      ])
    }
    return table
  }

  private var ageTable: TextTable {
    var table = TextTable(header: ["after", "RMS error", "mean", "99 % within", "gain", "RMS without gain"])
    for age in ages {
      table.append([
        age.seconds == 0 ? "programming" : ElapsedTimes.text(.seconds(age.seconds)),
        Self.number(age.weightErrors.rootMeanSquare), Self.number(age.weightErrors.mean),
        Self.number(age.weightErrors.percentile99), NumberText.fixed(age.gain, decimals: 4),
        Self.number(age.scaledError),
      ])
    }
    return table
  }

  /// What a reader might miss.
  var notes: [String] {
    var notes: [String] = []
    if clippedWeights > 0 {
      notes.append(
        "\(clippedWeights) weights exceed crossbar.weight_limit \(Self.number(weightLimit)) and are clipped to it")
    }
    if let last = rounds.last, Double(last.gaveUp) > 0.01 * Double(devices) {
      notes.append(
        "more than 1 % of the devices ran out of attempts; raise writes.attempt_limit or writes.tolerance")
    }
    if energy == 0 { notes.append("device \(device) takes any state at once, so it has no pulses to be paid for") }
    if ages.count > 1, Set(ages.map(\.weightErrors.rootMeanSquare)).count == 1 {
      notes.append("device \(device) as it is set neither drifts nor forgets")
    }
    return notes
  }
}
