import Crossbars

/// The datasets of a layer: one table that writing, reading, checking and comparing go by.
enum LayerSchema {
  /// Attributes of the group of a layer.
  static let index = "index"
  static let rows = "rows"
  static let columns = "columns"

  static let datasets: [any LayerDataset] = [
    VectorDataset(
      Field("potential", "Membrane potentials or readout values [columns], in weight units."), \.potentials,
      extent: .columns),
    VectorDataset(Field("weights", "Weights of ideal pairs [rows x columns]."), \.array.weights, extent: .synapses),
    PlaneDataset(
      Field("conductance", "Conductance of the plus and the minus devices [2 x rows x columns].", units: "S"),
      \.array.conductances, expected: "a finite number >= 0"
    ) { $0.firstIndex { !($0 >= 0 && $0.isFinite) } },
    PlaneDataset(
      Field("condition", "0 sound, 1 and 2 stuck off and on since fabrication, 3 and 4 worn out off and on."),
      \.array.conditions, expected: "a condition from 0 to 4"
    ) { $0.firstIndex { DeviceCondition(rawValue: $0) == nil } },
    PlaneDataset(
      Field("wear", "Full-cycle equivalents spent [2 x rows x columns]."), \.array.wear,
      expected: "a finite number >= 0"
    ) { $0.firstIndex { !($0 >= 0 && $0.isFinite) } },
    PlaneDataset(
      Field("set_pulses", "SET pulses [planes x rows x columns]; an ideal pair has the plane of its plus device only."),
      \.array.setPulses, expected: "a count"
    ) { _ in nil },
    PlaneDataset(
      Field("reset_pulses", "RESET pulses, as set_pulses."), \.array.resetPulses, expected: "a count"
    ) { _ in nil },
    PlaneDataset(
      Field("travel", "Sum of conductance changes without sign [2 x rows x columns].", units: "S"), \.array.travel,
      ofIdealPair: Field("travel", "Sum of weight changes without sign [1 x rows x columns]."),
      expected: "a finite number >= 0"
    ) { $0.firstIndex { !($0 >= 0 && $0.isFinite) } },
    ActivityDataset(),
    VectorDataset(
      Field("pending_changes", "Weight changes wanted but not written yet [rows x columns]."), \.pendingChanges,
      extent: .synapses),
    VectorDataset(Field("input_traces", "Low-pass filtered input spikes [rows]."), \.inputTraces, extent: .rows),
    VectorDataset(Field("eligibility", "Filtered eligibility [rows x columns]."), \.eligibility, extent: .synapses),
    VectorDataset(
      Field("feedback", "Feedback of the learning signal [outputs x columns]."), \.feedback, extent: .outputsByColumns),
  ]
}

/// The sizes a layer's datasets are made of.
struct LayerSize: Equatable {
  let rows: Int
  let columns: Int
  /// Columns of the last layer of the network.
  let outputs: Int
}

/// One dataset of a layer. It is absent from the file where the layer has no values for it.
protocol LayerDataset: Sendable {
  /// Name in the group of a layer.
  var name: String { get }
  func write(_ layer: LayerSnapshot, group: String, to output: CheckpointOutput) throws(CheckpointError)
  func read(into layer: inout LayerSnapshot, group: String, size: LayerSize, from input: CheckpointInput)
    throws(CheckpointError)
  /// Finds a wrong number of values or an impossible value.
  func check(_ layer: LayerSnapshot, size: LayerSize) throws(StateFlaw)
  /// How many values of which kind the layer has, in words to compare two layers by.
  func extent(of layer: LayerSnapshot) -> String
}

/// What is wrong with a state, without the file it is in.
struct StateFlaw: Error {
  let place: String
  let expected: String
  let found: String
}
