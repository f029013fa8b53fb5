import Crossbars

extension ExperimentConfiguration.Crossbar {
  /// How a signed weight becomes devices.
  public enum Mapping: String, ConfigurationChoice {
    /// Two columns.
    case differentialPair = "differential-pair"
    /// One column and a reference for the tile.
    case referenceColumn = "reference-column"
    /// One column, the offset subtracted digitally.
    case digitalOffset = "digital-offset"
    /// Digits.
    case bitSlices = "bit-slices"
  }

  /// What makes a bit-sliced weight negative.
  public enum SliceSigns: String, ConfigurationChoice {
    /// Digits on minus devices.
    case pairs
    /// Two's complement.
    case twosComplement = "twos-complement"
  }

  /// What the full range of the devices stands for.
  public enum RangeScaling: String, ConfigurationChoice {
    /// The weight limit.
    case none
    /// The largest weight of the array.
    case array
    /// The largest weight of each tile.
    case tile
  }

  /// How weights become devices.
  public var weightMapping: WeightMapping {
    let scheme: WeightMapping.Scheme =
      switch mapping {
      case .differentialPair: .differentialPair
      case .referenceColumn: .referenceColumn
      case .digitalOffset: .digitalOffset
      case .bitSlices:
        .bitSlices(
          BitSlices(
            weightBits: weightBits, deviceBits: deviceBits, signs: sliceSigns == .pairs ? .pairs : .twosComplement))
      }
    let scaling: WeightMapping.RangeScaling =
      switch rangeScaling {
      case .none: .none
      case .array: .array
      case .tile: .tile
      }
    return WeightMapping(
      scheme, storesComplements: storeComplements && mapping != .differentialPair, rangeScaling: scaling,
      referenceSigma: mapping == .referenceColumn || mapping == .bitSlices ? referenceError : 0)
  }
}

extension ExperimentConfiguration {
  /// Mappings that do not fit the device, the writes or learning.
  var mappingConflicts: [Conflict] {
    var conflicts: [Conflict] = []
    let mapping = crossbar.mapping
    if device.parameters.isContinuous, mapping != .differentialPair || crossbar.rangeScaling != .none {
      conflicts.append(
        (
          ["crossbar.mapping", "crossbar.range_scaling", "device.preset"],
          "device.preset \(device.preset.name) holds weights themselves and has nothing to map; use crossbar.mapping: "
            + "differential-pair with range_scaling: none, or another device"
        ))
    }
    if writes.pair == .oneSided, mapping != .differentialPair {
      let reason = "writes.pair one-sided needs pairs; use push-pull with crossbar.mapping \(mapping.rawValue)"
      conflicts.append((["writes.pair", "crossbar.mapping"], reason))
    }
    if mapping == .bitSlices, writes.devicesPerPolarity > 1 {
      let reason =
        "a digit is one device: crossbar.mapping bit-slices needs writes.devices_per_polarity 1, "
        + "found \(writes.devicesPerPolarity)"
      conflicts.append((["writes.devices_per_polarity", "crossbar.mapping"], reason))
    }
    if mapping == .bitSlices, crossbar.sliceSigns == .pairs, crossbar.storeComplements {
      let reason =
        "the digits of pairs have no complement: crossbar.store_complements needs slice_signs: twos-complement"
      conflicts.append((["crossbar.store_complements", "crossbar.slice_signs"], reason))
    }
    if crossbar.rangeScaling != .none, learning.rule != .none {
      let reason =
        "crossbar.range_scaling \(crossbar.rangeScaling.rawValue) is fixed by the first weights, which learning "
        + "outgrows; use none, or learning.rule: none"
      conflicts.append((["crossbar.range_scaling", "learning.rule"], reason))
    }
    return conflicts
  }
}
