/// How the state of a file of an earlier schema version becomes one of this version.
///
/// A migration adds what came later with the values it had when nobody spoke of it; nothing is written back.
struct Migration: Sendable {
  /// Version of the files it is for; they become those of the next.
  let from: UInt64
  /// What the next version brought.
  let name: String
  /// Whether a run goes on from the migrated state with the same bits.
  let keepsBits: Bool
  /// Changes the state.
  let change: @Sendable (inout Checkpoint) -> Void

  /// One from each earlier version.
  static let all: [Migration] = [
    // Files of version 1 have pairs of conductances, written with noise that was counted differently.
    Migration(from: 1, name: "write schemes, ageing and devices that are not conductances", keepsBits: false) {
      for index in $0.network.layers.indices { $0.network.layers[index].stateUnit = LayerSchema.stateUnits[0] }
    },
    Migration(from: 2, name: "incremental checkpoints", keepsBits: true) { _ in },
  ]

  /// Whether a run goes on from a file of this version.
  static func keepsBits(from version: UInt64) -> Bool {
    version <= Schema.version && all.filter { $0.from >= version }.allSatisfy(\.keepsBits)
  }

  /// Brings the state of a file of this version up to date.
  static func apply(to checkpoint: inout Checkpoint, from version: UInt64) {
    for migration in all where migration.from >= version { migration.change(&checkpoint) }
  }
}
