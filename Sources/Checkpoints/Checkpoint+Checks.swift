extension Checkpoint {
  /// Finds what no sound run has: numbers that are not finite, matrices of the wrong size, counts that contradict each
  /// other. Written and read checkpoints pass the same checks.
  func check() throws(StateFlaw) {
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
    for layer in network.layers { try layer.check(outputs: outputs) }
  }
}

extension RunPosition {
  fileprivate func check() throws(StateFlaw) {
    for (field, keyPath) in PositionSchema.counts where self[keyPath: keyPath] < 0 {
      throw flaw(field.path, "a count", "\(self[keyPath: keyPath])")
    }
    guard correctInPhase <= sampleInPhase else {
      throw flaw("correct_in_phase", "at most \(sampleInPhase)", "\(correctInPhase)")
    }
    guard correctSinceRow <= samplesSinceRow else {
      throw flaw("correct_since_row", "at most \(samplesSinceRow)", "\(correctSinceRow)")
    }
    for (field, keyPath) in PositionSchema.accuracies {
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

  fileprivate func check(outputs: Int) throws(StateFlaw) {
    guard rows > 0, columns > 0, !rows.multipliedReportingOverflow(by: columns).overflow else {
      throw flaw("", "positive numbers of rows and columns", "\(rows) and \(columns)")
    }
    try checkPresence()
    let size = LayerSize(rows: rows, columns: columns, outputs: outputs)
    for dataset in LayerSchema.datasets {
      do throws(StateFlaw) {
        try dataset.check(self, size: size)
      } catch {
        throw flaw("/" + error.place, error.expected, error.found)
      }
    }
  }

  /// A layer has either ideal pairs, with weights and one plane of counts, or devices, with two of each.
  private func checkPresence() throws(StateFlaw) {
    guard !potentials.isEmpty else { throw flaw("/potential", "\(columns) values", "none") }
    let isIdeal = array.isIdeal
    let wanted = isIdeal ? 1 : 2
    guard array.weights.isEmpty != isIdeal else {
      throw flaw("", "either weights or conductances", isIdeal ? "neither" : "both")
    }
    let planes: [(name: String, count: Int, allowed: [Int])] = [
      ("conductance", array.conductances.count, isIdeal ? [0] : [2]),
      ("condition", array.conditions.count, isIdeal ? [0] : [2]),
      ("wear", array.wear.count, isIdeal ? [0] : [0, 2]),
      ("set_pulses", array.setPulses.count, [wanted]),
      ("reset_pulses", array.resetPulses.count, [wanted]),
      ("travel", array.travel.count, [wanted]),
    ]
    for (name, count, allowed) in planes where !allowed.contains(count) {
      throw flaw("/\(name)", "\(allowed.map(String.init).joined(separator: " or ")) planes", "\(count)")
    }
  }

  private func flaw(_ place: String, _ expected: String, _ found: String) -> StateFlaw {
    StateFlaw(place: "\(Schema.layers)/\(name)\(place)", expected: expected, found: found)
  }
}
