extension Checkpoint {
  /// Finds what no sound run has: numbers that are not finite, matrices of the wrong size, counts that contradict each
  /// other. Written and read checkpoints pass the same checks; files of version 1 lack what came later.
  func check(version: UInt64) throws(StateFlaw) {
    try position.check()
    guard !network.layers.isEmpty else { throw StateFlaw(place: "network", expected: "layers", found: "none") }
    var names: Set<String> = []
    for layer in network.layers {
      guard LayerSnapshot.isUsable(name: layer.name), names.insert(layer.name).inserted else {
        throw StateFlaw(
          place: Schema.layers, expected: "unique names of layers without '/'", found: "'\(layer.name)'")
      }
    }
    let outputs = network.layers[network.layers.count - 1].columns
    for layer in network.layers {
      try layer.check(outputs: outputs, countsWrites: version > 1)
      try layer.checkClocks(readTicks: network.readTicks)
    }
  }
}

extension RunPosition {
  fileprivate func check() throws(StateFlaw) {
    for (field, keyPath) in PositionSchema.counts where self[keyPath: keyPath] < 0 {
      throw flaw(field.path, "a count", "\(self[keyPath: keyPath])")
    }
    for ((field, keyPath), _) in PositionSchema.decisions where self[keyPath: keyPath] < 0 {
      throw flaw(field.path, "a count", "\(self[keyPath: keyPath])")
    }
    guard correctInPhase <= decisionsInPhase else {
      throw flaw("correct_in_phase", "at most \(decisionsInPhase)", "\(correctInPhase)")
    }
    guard correctSinceRow <= decisionsSinceRow else {
      throw flaw("correct_since_row", "at most \(decisionsSinceRow)", "\(correctSinceRow)")
    }
    for (field, keyPath) in PositionSchema.signalSums where !(self[keyPath: keyPath] >= 0) {
      throw flaw(field.path, "a number >= 0", "\(self[keyPath: keyPath])")
    }
    for (field, keyPath) in PositionSchema.accuracies + [PositionSchema.taskAccuracies] {
      if let found = self[keyPath: keyPath].first(where: { !(0...1 ~= $0) }) {
        throw flaw(field.path, "fractions from 0 to 1", "\(found)")
      }
    }
    guard wallSeconds >= 0 && wallSeconds.isFinite else {
      throw flaw(PositionSchema.wallSeconds.path, "a finite number >= 0", "\(wallSeconds)")
    }
  }

  private func flaw(_ name: String, _ expected: String, _ found: String) -> StateFlaw {
    StateFlaw(place: "\(Schema.position)/\(name)", expected: expected, found: found)
  }
}

extension LayerSnapshot {
  /// Whether `name` can be the name of a group.
  fileprivate static func isUsable(name: String) -> Bool {
    1...200 ~= name.utf8.count && name != "." && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
  }

  private static let mostClasses = 1_000_000

  fileprivate func check(outputs: Int, countsWrites: Bool) throws(StateFlaw) {
    guard rows > 0, columns > 0, !rows.multipliedReportingOverflow(by: columns).overflow else {
      throw flaw("", "positive numbers of rows and columns", "\(rows) and \(columns)")
    }
    guard LayerSchema.stateUnits.contains(stateUnit) else {
      throw flaw("@\(LayerSchema.stateUnit)", LayerSchema.stateUnits.joined(separator: " or "), "'\(stateUnit)'")
    }
    try checkPlanes()
    try checkCompany(countsWrites: countsWrites)
    guard places > 0, !places.multipliedReportingOverflow(by: columns).overflow else {
      throw flaw("@\(LayerSchema.places)", "a positive number", "\(places)")
    }
    guard 0...Self.mostClasses ~= classes, classes > 0 || responses.isEmpty else {
      throw flaw("@\(LayerSchema.classes)", "a number of classes", "\(classes)")
    }
    let size = LayerSize(rows: rows, columns: columns, places: places, outputs: outputs, classes: classes)
    for dataset in LayerSchema.datasets {
      do throws(StateFlaw) {
        try dataset.check(self, size: size)
      } catch {
        throw flaw("/" + error.place, error.expected, error.found)
      }
    }
  }

  /// A layer has either ideal pairs, with weights and one plane of counts, or devices, with as many planes of all as each
  /// synapse has devices.
  private func checkPlanes() throws(StateFlaw) {
    let isIdeal = array.isIdeal
    guard array.weights.isEmpty != isIdeal else {
      throw flaw("", "either weights or conductances", isIdeal ? "neither" : "both")
    }
    let count = array.conductances.count
    guard isIdeal || count <= LayerSchema.mostPlanes else {
      throw flaw("/conductance", "at most \(LayerSchema.mostPlanes) planes", "\(count)")
    }
    let ofDevices = isIdeal ? [0] : [count]
    let ofSomeDevices = isIdeal ? [0] : [0, count]
    let ofAll = isIdeal ? [1] : [count]
    let planes: [(name: String, count: Int, allowed: [Int])] = [
      ("condition", array.conditions.count, ofDevices),
      ("wear", array.wear.count, ofSomeDevices),
      ("sets_since_reset", array.setsSinceReset.count, ofSomeDevices),
      ("write_tick", array.writeTicks.count, ofSomeDevices),
      ("retention_coefficient", array.retentionCoefficients.count, [array.writeTicks.count]),
      ("trap_occupied", array.trapOccupancy.count, ofSomeDevices),
      ("set_pulses", array.setPulses.count, ofAll),
      ("reset_pulses", array.resetPulses.count, ofAll),
      ("refresh_pulses", array.refreshPulses.count, ofSomeDevices),
      ("verify_reads", array.verifyReads.count, ofSomeDevices),
      ("travel", array.travel.count, ofAll),
    ]
    for (name, count, allowed) in planes where !allowed.contains(count) {
      throw flaw("/\(name)", "\(allowed.map(String.init).joined(separator: " or ")) planes", "\(count)")
    }
  }

  /// What every layer has, and what is there together or not at all.
  private func checkCompany(countsWrites: Bool) throws(StateFlaw) {
    guard !potentials.isEmpty else { throw flaw("/potential", "\(places * columns) values", "none") }
    guard !array.activity.isEmpty else { throw flaw("/read_activity", "1 to \(columns) column blocks", "none") }
    let isIdeal = array.isIdeal
    let ages = !array.writeTicks.isEmpty || !array.trapOccupancy.isEmpty
    let hasPhases = !array.rowPhases.isEmpty
    let verifies = !array.verifyReads.isEmpty
    let parts: [(name: String, isThere: Bool, isWanted: Bool?)] = [
      ("write_counts", !array.writes.isEmpty, countsWrites ? !isIdeal : nil),
      ("verify_histograms", !array.verifyHistograms.isEmpty, verifies),
      ("ageing_clocks", !array.ageingClocks.isEmpty, isIdeal ? false : ages ? true : nil),
      ("row_phases", hasPhases, isIdeal ? false : nil),
      ("pending_row_disturb", !array.pendingRowDisturb.isEmpty, hasPhases),
      ("pending_column_disturb", !array.pendingColumnDisturb.isEmpty, hasPhases),
    ]
    for (name, isThere, isWanted) in parts where isWanted.map({ $0 != isThere }) ?? false {
      throw flaw("/\(name)", isThere ? "none beside the rest of the layer" : "values", isThere ? "values" : "none")
    }
  }

  /// No block was brought to a present that is yet to come.
  fileprivate func checkClocks(readTicks: UInt64) throws(StateFlaw) {
    let folds = array.ageingClocks.prefix(array.ageingClocks.count / 3)
    if let late = folds.first(where: { $0 > readTicks }) {
      throw flaw("/ageing_clocks", "ticks up to \(Schema.readTicks.path), \(readTicks)", "\(late)")
    }
  }

  private func flaw(_ place: String, _ expected: String, _ found: String) -> StateFlaw {
    StateFlaw(place: "\(Schema.layers)/\(name)\(place)", expected: expected, found: found)
  }
}
