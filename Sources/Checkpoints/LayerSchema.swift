import Crossbars

/// The datasets of a layer: one table that writing, reading, checking and comparing go by.
enum LayerSchema {
  /// Attributes of the group of a layer.
  static let index = "index"
  static let rows = "rows"
  static let columns = "columns"
  static let stateUnit = "state_unit"
  /// Absent where it is 1.
  static let places = "places"
  /// Absent where it is 0.
  static let classes = "classes"
  /// Units of states: siemens, and farads for capacitive devices.
  static let stateUnits = ["S", "F"]
  /// Most devices of a synapse.
  static let mostPlanes = 64

  /// In the order of reading: the shapes of later ones follow from earlier ones.
  static let datasets: [any LayerDataset] =
    [
      VectorDataset(
        Field("potential", "Membrane potentials or readout values [places x columns], in weight units."), \.potentials,
        extent: .neurons),
      VectorDataset(Field("weights", "Weights of ideal pairs [rows x columns]."), \.array.weights, extent: .synapses),
    ] + devices + ledger + activity + mapping + levelling + wires + ageing + halfSelects + learning

  private static let devices: [any LayerDataset] = [
    PlaneDataset(
      Field(
        "conductance",
        "State of each device after its last write [planes x rows x columns], plus devices first; S, of capacitive "
          + "devices F.", units: Field.stateUnit),
      \.array.conductances, expected: "a finite number >= 0"
    ) { $0.firstNegativeOrInfinite },
    PlaneDataset(
      Field(
        "condition",
        "0 sound, 1 and 2 stuck off and on since fabrication, 3 and 4 worn out off and on, 5 worn out where it was."),
      \.array.conditions, expected: "a condition from 0 to 5"
    ) { ($0.max() ?? 0) <= 5 ? nil : $0.firstIndex { DeviceCondition(rawValue: $0) == nil } },
    PlaneDataset(
      Field("wear", "Full-cycle equivalents spent [planes x rows x columns]."), \.array.wear,
      expected: "a finite number >= 0"
    ) { $0.firstNegativeOrInfinite },
    PlaneDataset(
      Field("sets_since_reset", "SET pulses since the last RESET [planes x rows x columns]."),
      \.array.setsSinceReset, expected: "a count"
    ) { _ in nil },
    PlaneDataset(
      Field(
        "write_tick",
        "Tick of the last write [planes x rows x columns]; 2^64 - 1 for devices that no longer change by themselves."),
      \.array.writeTicks, expected: "a tick"
    ) { _ in nil },
    PlaneDataset(
      Field(
        "retention_coefficient",
        "What was drawn for the retention at the last write: exponent, offset or time constant in s, as the law of the "
          + "device has it [planes x rows x columns]."),
      \.array.retentionCoefficients, expected: "a finite number"
    ) { $0.firstInfinite },
  ]

  private static let mapping: [any LayerDataset] = [
    PlaneDataset(
      Field("sign_bit", "1 where a weight in two's complement is negative, else 0 [1 x rows x columns]."),
      \.array.signBits, expected: "0 or 1"
    ) { $0.firstIndex { $0 > 1 } },
    ListDataset(
      Field("complement_columns", "1 for columns of tiles that store the complement, else 0 [tile rows x columns]."),
      \.array.complementColumns, axes: [.tileRows, .counted { $0.columns }], expected: "0 or 1"
    ) { $0.firstIndex { $0 > 1 } },
    ListDataset(
      Field("tile_scales", "Weight that a weight of 1 on each tile stands for [tile rows x blocks]."),
      \.array.tileScales, axes: [.tileRows, .blocks], expected: "a number above 0, at most 1"
    ) { $0.firstIndex { !($0 > 0 && $0 <= 1) } },
  ]

  private static let levelling: [any LayerDataset] = [
    ListDataset(
      Field(
        "line_map",
        "Physical line of each row of each column block, times 2, plus 1 where its pairs are crossed [blocks x rows]; "
          + "absent where lines do not move."), \.array.lineMap, axes: [.blocks, .rows], expected: "a line"),
    ListDataset(
      Field("line_counts", "Pulses of the line of each row at the last move [blocks x rows].", units: "pulses"),
      \.array.lineCounts, axes: [.blocks, .rows]),
    ListDataset(
      Field("levelling_counts", "Moves of lines, and lines retired [2]."), \.array.levellingCounts, axes: [.fixed(2)]),
    ListDataset(
      Field("spare_map", "Physical line of each spare, as line_map [blocks * tile rows * spares]."), \.array.spareMap,
      axes: [.counted { 64 * $0.rows * $0.columns }]),
    ListDataset(
      Field(
        "spare_lines",
        "Devices of the spare lines, for each [planes x block width x 11]: state, condition, wear, SET pulses since RESET, "
          + "tick of the last write (-1 for none), retention coefficient, SET, RESET and refresh pulses, verify reads, "
          + "travel; then phase pulses [planes] and pending disturb [2 x planes]."),
      \.array.spareLines, axes: [.counted { 65_536 * $0.rows * $0.columns }], expected: "a finite number"
    ) { $0.firstIndex { !$0.isFinite } },
  ]

  private static let ledger: [any LayerDataset] = [
    PlaneDataset(
      Field(
        "set_pulses",
        "SET pulses of learning [planes x rows x columns]; an ideal pair has the plane of its plus device only."),
      \.array.setPulses, expected: "a count"
    ) { _ in nil },
    PlaneDataset(
      Field("reset_pulses", "RESET pulses of learning, as set_pulses."), \.array.resetPulses, expected: "a count"
    ) { _ in nil },
    PlaneDataset(
      Field("refresh_pulses", "SET and RESET pulses of refreshes [planes x rows x columns]."), \.array.refreshPulses,
      expected: "a count"
    ) { _ in nil },
    PlaneDataset(
      Field("verify_reads", "Verify reads [planes x rows x columns]."), \.array.verifyReads, expected: "a count"
    ) { _ in nil },
    PlaneDataset(
      Field(
        "travel", "Sum of state changes without sign [planes x rows x columns]; S, of capacitive devices F.",
        units: Field.stateUnit), \.array.travel,
      ofIdealPair: Field("travel", "Sum of weight changes without sign [1 x rows x columns]."),
      expected: "a finite number >= 0"
    ) { $0.firstNegativeOrInfinite },
  ]

  private static let activity: [any LayerDataset] = [
    RecordDataset(
      Field(
        "read_activity",
        "Rows driven, tiles read, conversions, saturated conversions of each column block [blocks x 4]."),
      \.array.activity, axes: [.counted { $0.columns }],
      columns: readCounts, blank: ReadActivity(), isRequired: true),
    RecordDataset(
      Field(
        "tile_read_activity",
        "The same counts of each tile [tile rows x blocks x 4], for arrays that are read tile by tile."),
      \.array.tileActivity, axes: [.counted { $0.rows }, .blocks], columns: readCounts, blank: ReadActivity()),
    RecordDataset(
      Field(
        "graded_drives",
        "Rows driven to an amplitude, and the sum of (V/Vread)^2 over them in units of 2^-16, of each tile "
          + "[tile rows x blocks x 2], for arrays that are read tile by tile."),
      \.array.tileActivity, axes: [.counted { $0.rows }, .blocks], columns: gradedDrives, blank: ReadActivity(),
      isOptional: true),
    RecordDataset(
      Field(
        "block_graded_drives", "The same of each column block [blocks x 2]."),
      \.array.activity, axes: [.counted { $0.columns }], columns: gradedDrives, blank: ReadActivity(),
      isOptional: true),
    RecordDataset(
      Field(
        "write_counts",
        "What the writes of each tile came to [tile rows x blocks x \(WriteActivity.counts.count)]: "
          + WriteActivity.counts.map { $0.name }.joined(separator: ", ") + "."),
      \.array.writes, axes: [.counted { $0.rows }, .blocks], columns: WriteActivity.counts.map { $0.path },
      blank: WriteActivity(), expected: "a count below 2^53", isPossible: { $0 < largestCount }),
    RecordDataset(
      Field(
        "write_charges",
        "Sums of the states under the pulses of each tile [tile rows x blocks x \(WriteActivity.charges.count)]: "
          + WriteActivity.charges.map { $0.name }.joined(separator: ", ") + "; S, of capacitive devices F.",
        units: Field.stateUnit),
      \.array.writes, axes: [.tileRows, .blocks], columns: WriteActivity.charges.map { $0.path },
      blank: WriteActivity(),
      expected: "a finite number >= 0", isPossible: { $0 >= 0 && $0.isFinite }),
    ListDataset(
      Field(
        "verify_histograms",
        "Verified writes by pulses needed, and by error left, of each column block [blocks x 2 x "
          + "\(VerifyHistogram.binCount)]."),
      \.array.verifyHistograms, axes: [.blocks, .fixed(2), .fixed(VerifyHistogram.binCount)],
      expected: "a count below 2^53"
    ) { $0.firstIndex { $0 >= largestCount } },
  ]

  private static let readCounts: [WritableKeyPath<ReadActivity, UInt64> & Sendable] = [
    \.activeRows, \.tileReads, \.conversions, \.saturatedConversions,
  ]

  private static let gradedDrives: [WritableKeyPath<ReadActivity, UInt64> & Sendable] = [
    \.gradedRows, \.gradedSquares,
  ]

  private static let wires: [any LayerDataset] = [
    PlaneDataset(
      Field(
        "solved_state",
        "State of each device when the wires of its tile were last solved, where solutions are kept while states move "
          + "little [planes x rows x columns]; -1 before the first.", units: Field.stateUnit),
      \.array.solvedStates, expected: "a finite number"
    ) { $0.firstIndex { !$0.isFinite } }
  ]

  private static let ageing: [any LayerDataset] = [
    PlaneDataset(
      Field("trap_occupied", "1 where the trap of a device is occupied, else 0 [planes x rows x columns]."),
      \.array.trapOccupancy, expected: "0 or 1"
    ) { $0.firstIndex { $0 > 1 } },
    ListDataset(
      Field(
        "ageing_clocks",
        "Ticks at which each column block was last brought to the present, is due again, and was last written "
          + "[3 x blocks]."),
      \.array.ageingClocks, axes: [.fixed(3), .blocks], expected: "a tick"),
  ]

  private static let halfSelects: [any LayerDataset] = [
    ListDataset(
      Field("row_phases", "Pulse times of each row, for arrays without selectors [planes x blocks x rows]."),
      \.array.rowPhases, axes: [.planes, .blocks, .rows], expected: "a count below 2^53"
    ) { $0.firstIndex { $0 >= largestCount } },
    ListDataset(
      Field(
        "pending_row_disturb",
        "Disturbing SET, then RESET pulses of rows, not yet applied [2 x planes x blocks x rows]."),
      \.array.pendingRowDisturb, axes: [.fixed(2), .planes, .blocks, .rows]),
    ListDataset(
      Field(
        "pending_column_disturb",
        "Disturbing SET, then RESET pulses of columns, not yet applied [2 x planes x tile rows x padded columns]."),
      \.array.pendingColumnDisturb,
      axes: [.fixed(2), .planes, .tileRows, .counted { 16 * $0.columns }]),
  ]

  private static let learning: [any LayerDataset] = [
    VectorDataset(
      Field("pending_changes", "Weight changes wanted but not written yet [rows x columns]."), \.pendingChanges,
      extent: .synapses),
    VectorDataset(
      Field("first_moment", "Running means of gradients that the optimiser keeps [rows x columns]."), \.firstMoments,
      extent: .synapses),
    VectorDataset(
      Field("second_moment", "Running means of squared gradients that the optimiser keeps [rows x columns]."),
      \.secondMoments, extent: .synapses),
    VectorDataset(
      Field("moment_count", "Changes of each row that went into these means [rows]."), \.momentCounts, extent: .rows),
    VectorDataset(
      Field("adaptation", "Rises of thresholds at the end of the last sample [columns], in units of their strengths."),
      \.adaptations, extent: .columns),
    VectorDataset(
      Field("current", "Filtered input at the end of the last sample [columns], in weight units."), \.currents,
      extent: .columns),
    VectorDataset(
      Field("refractory_ticks", "Ticks that neurons stay refractory [columns]."), \.refractoryTicks, extent: .columns),
    VectorDataset(
      Field("last_spikes", "1 for neurons that spiked in the last tick, else 0 [columns]."), \.lastSpikes,
      extent: .columns),
    VectorDataset(
      Field("threshold", "Thresholds of neurons that keep theirs between samples [columns], in weight units."),
      \.thresholds, extent: .columns),
    VectorDataset(
      Field("error_threshold", "Errors of each output from which on they teach [outputs]."), \.errorThresholds,
      extent: .outputs),
    VectorDataset(
      Field("class_response", "Mean spikes of each neuron in a sample of each class [classes x columns]."),
      \.responses, extent: .classesByColumns),
    VectorDataset(Field("input_traces", "Low-pass filtered input spikes [rows]."), \.inputTraces, extent: .rows),
    VectorDataset(Field("eligibility", "Filtered eligibility [rows x columns]."), \.eligibility, extent: .synapses),
    VectorDataset(
      Field("feedback", "Feedback of the learning signal [outputs x columns]."), \.feedback, extent: .outputsByColumns),
  ]

  /// Counts below this add up over all tiles without overflow.
  private static let largestCount: UInt64 = 1 << 53
}

/// The sizes a layer's datasets are made of.
struct LayerSize: Equatable {
  let rows: Int
  let columns: Int
  /// Places at which the array is read.
  let places: Int
  /// Columns of the last layer of the network.
  let outputs: Int
  /// Classes that the neurons vote for.
  let classes: Int
}

extension LayerSize {
  /// The sizes of a layer that was checked.
  init(_ layer: LayerSnapshot) {
    self.init(
      rows: layer.rows, columns: layer.columns, places: layer.places,
      outputs: layer.feedback.isEmpty ? layer.columns : layer.feedback.count / layer.columns,
      classes: layer.classes)
  }
}

/// One dataset of a layer. It is absent from the file where the layer has no values for it.
protocol LayerDataset: Sendable {
  /// What it is called in the group of a layer, and means.
  var field: Field { get }
  func write(_ layer: LayerSnapshot, group: String, to output: CheckpointOutput)
    throws(CheckpointError)
  func read(
    into layer: inout LayerSnapshot, group: String, size: LayerSize, from input: CheckpointInput)
    throws(CheckpointError)
  /// Finds a wrong number of values or an impossible value.
  func check(_ layer: LayerSnapshot, size: LayerSize) throws(StateFlaw)
  /// How many values of which kind the layer has, in words to compare two layers by.
  func extent(of layer: LayerSnapshot) -> String
  /// All values of the layer, row-major; empty where it has none.
  func numbers(of layer: LayerSnapshot) -> [Double]
  /// Takes the values of another layer.
  func copy(from other: LayerSnapshot, into layer: inout LayerSnapshot)
}

extension LayerDataset {
  /// Name in the group of a layer.
  var name: String { field.path }
}

/// What is wrong with a state, without the file it is in.
struct StateFlaw: Error {
  let place: String
  let expected: String
  let found: String
}
