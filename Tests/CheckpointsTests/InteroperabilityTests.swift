import Checkpoints
import Foundation
import Testing

@Suite(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"))
struct InteroperabilityTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("x.h5")
    try CheckpointWriter.write(Specimen.devices(), to: path)
  }

  @Test func h5pyReadsInThreeLines() throws {
    let output = try Python.run(
      """
      import h5py, sys
      pulses = h5py.File(sys.argv[1])["network/layers/hidden1/set_pulses"]
      print(pulses.shape, pulses.dtype, pulses.attrs["units"], pulses[1, 4, 3])
      """, [path])
    let pulses = Specimen.devices().network.layers[0].array.setPulses
    #expect(output == "(2, 5, 4) uint64 1 \(pulses[1][4 * 4 + 3])\n")
    let units = try Python.run(
      """
      import h5py, sys
      f = h5py.File(sys.argv[1])
      missing = []
      f.visititems(lambda n, o: missing.append(n) if isinstance(o, h5py.Dataset) and
        not {"units", "description", "xxh64"} <= set(o.attrs) else None)
      print(missing, f["network/layers/hidden1/conductance"].attrs["units"], f["experiment"].asstr()[()].split()[1])
      """, [path])
    #expect(units == "[] S Prüfling\n")
  }

  /// Checksums and manifest recomputed by the documentation alone give a file that loads.
  @Test func theDigestsAreAsDocumented() throws {
    let copies = try Python.forge(
      path,
      [
        "before = f.attrs['manifest_sha256']; seal(f); assert before == f.attrs['manifest_sha256']",
        "f['position/pass'][()] = 4; seal(f)",
      ])
    #expect(try CheckpointReader.read(copies[0]) == Specimen.devices())
    #expect(try CheckpointReader.read(copies[1]).position.pass == 4)
  }

  @Test func changesBySomebodyElseAreFound() throws {
    let changes = [
      "del layer['wear']", "del f['experiment']", "f['extra'] = 1", "layer.attrs['rows'] = np.uint64(4)",
      "f.attrs['seed'] = np.uint64(3)", "f.attrs['written_by'] = '9'", "f.attrs['note'] = 'hello'",
      "f['network/layers'].move('hidden1', 'hidden0')", "layer['wear'].attrs['units'] = 's'",
      "layer['wear'].attrs['xxh64'] = '0' * 16", "layer['wear'][0, 0, 0] += 1", "f['network/loop'] = f['network']",
    ]
    for (change, copy) in zip(changes, try Python.forge(path, changes)) {
      let error = failure { () throws(CheckpointError) in _ = try CheckpointReader.read(copy) }
      guard case .damaged(copy, _, _, _) = error else {
        Issue.record("\(change): \(String(describing: error))")
        continue
      }
    }
  }

  /// Forged files whose digests are right: nothing traps, nothing large is allocated, the place is named.
  @Test func forgedFilesAreRefused() throws {
    let forgeries = [
      ("layer.attrs['rows'] = np.uint64(2**63)", "hidden1@rows"),
      ("layer.attrs['rows'] = np.uint64(0)", "hidden1@rows"),
      ("layer.attrs['columns'] = np.uint64(3)", "hidden1"), ("layer.attrs['index'] = np.uint64(5)", "@index"),
      ("del layer['potential']", "potential"), ("del layer['read_activity']", "read_activity"),
      ("del layer['condition']", "condition"), ("del layer['conductance']", "row_phases"),
      ("layer['conductance'][1, 2, 3] = np.nan", "conductance[1, 2, 3]"),
      ("layer['conductance'][0, 0, 0] = -1e-9", "conductance[0, 0, 0]"),
      ("layer['condition'][1, 0, 1] = 6", "condition[1, 0, 1]"), ("layer['wear'][0, 4, 0] = -1", "wear[0, 4, 0]"),
      ("layer['travel'][0, 4, 0] = np.inf", "travel[0, 4, 0]"),
      ("layer['eligibility'][4, 3] = np.nan", "eligibility[4, 3]"),
      ("layer['potential'][2] = np.nan", "potential[2]"),
      ("layer['set_pulses'][1, 0, 2] = 2**32", "set_pulses[1, 0, 2]"),
      ("layer['trap_occupied'][1, 0, 2] = 2", "trap_occupied[1, 0, 2]"),
      ("layer['retention_coefficient'][0, 1, 2] = np.nan", "retention_coefficient[0, 1, 2]"),
      ("layer['write_counts'][1, 1, 3] = 2**53", "write_counts, line 3, column 3"),
      ("layer['write_charges'][0, 1, 2] = -1", "write_charges, line 1, column 2"),
      ("layer['verify_histograms'][1, 1, 63] = 2**53", "verify_histograms, value 255"),
      ("layer['row_phases'][0, 0, 1] = 2**64 - 1", "row_phases, value 1"),
      ("layer['pending_row_disturb'][0, 0, 0, 1] = 2**32", "pending_row_disturb"),
      ("layer['ageing_clocks'][0, 1] = 2**50 + 1", "ageing_clocks"),
      ("del layer['write_counts']", "write_charges"), ("del layer['write_charges']", "write_charges"),
      ("del layer['retention_coefficient']", "retention_coefficient"),
      ("del layer['verify_histograms']", "verify_histograms"), ("del layer['ageing_clocks']", "ageing_clocks"),
      ("del layer['pending_row_disturb']", "pending_row_disturb"), ("del layer['row_phases']", "pending_row_disturb"),
      ("replace(layer, 'wear', data=np.zeros((4, 5, 4)))", "wear"),
      ("replace(layer, 'conductance', data=np.zeros((3, 5, 4), 'f4'))", "row_phases"),
      ("replace(layer, 'conductance', data=np.zeros((4, 5, 4), 'f4'))", "row_phases"),
      ("replace(layer, 'write_counts', data=np.zeros((3, 2, 16), 'u8'))", "write_charges"),
      ("replace(layer, 'write_counts', data=np.zeros((2, 2, 15), 'u8'))", "write_counts"),
      ("replace(layer, 'verify_histograms', data=np.zeros((3, 2, 64), 'u8'))", "verify_histograms"),
      ("replace(layer, 'ageing_clocks', data=np.zeros((2, 2), 'u8'))", "ageing_clocks"),
      ("replace(layer, 'row_phases', data=np.zeros((2, 2, 6), 'u8'))", "row_phases"),
      ("replace(layer, 'pending_column_disturb', data=np.zeros((2, 2, 1, 64), 'u8'))", "pending_column_disturb"),
      (
        "replace(layer, 'pending_column_disturb', shape=(2, 2, 2, 2**61), dtype='u8', chunks=(1, 1, 1, 1))",
        "pending_column_disturb"
      ),
      (
        "for n in ('row_phases', 'pending_row_disturb', 'pending_column_disturb', 'conductance'): del layer[n]",
        "weights or conductances"
      ),
      (
        "for n in ('row_phases', 'pending_row_disturb', 'pending_column_disturb'): del layer[n]; "
          + "replace(layer, 'conductance', data=np.zeros((3, 5, 4), 'f4'))", "condition"
      ),
      (
        "for n in ('row_phases', 'pending_row_disturb', 'pending_column_disturb'): del layer[n]; "
          + "replace(layer, 'conductance', data=np.zeros((65, 5, 4), 'f4'))", "conductance"
      ),
      ("layer.attrs['places'] = np.uint64(3)", "potential"),
      ("layer.attrs['places'] = np.uint64(2**62)", "places"),
      ("layer.attrs['state_unit'] = 'A'", "state_unit"), ("del layer.attrs['state_unit']", "state_unit"),
      ("f['position/pass'][()] = 2**63", "position/pass"), ("f['position/is_testing'][()] = 2", "is_testing"),
      ("f['position/correct_in_phase'][()] = 58", "correct_in_phase"),
      ("f['position/test_accuracies'][1] = 1.5", "test_accuracies"),
      ("f['position/wall_seconds'][()] = np.nan", "wall_seconds"), ("del f['network/layers']", "network/layers"),
      ("replace(layer, 'wear', shape=(2, 2**30, 2**30), dtype='f8', chunks=(1, 1, 1))", "wear"),
      ("layer.attrs['rows'] = layer.attrs['columns'] = np.uint64(20000)", "potential"),
      ("replace(layer, 'wear', data=np.zeros((2, 5, 4), 'f4'))", "wear"),
      ("replace(f, 'experiment', data=['a', 'b'])", "experiment"),
      ("replace(f['position'], 'spikes', shape=(2**61,), dtype='u8', chunks=(1,))", "spikes"),
    ]
    let copies = try Python.forge(path, forgeries.map { $0.0 + "; seal(f)" })
    for ((change, place), copy) in zip(forgeries, copies) {
      let error = failure { () throws(CheckpointError) in _ = try CheckpointReader.read(copy) }
      switch error {
      case .unsound, .damaged: #expect(error!.description.contains(place), "\(change): \(error!)")
      default: Issue.record("\(change): \(String(describing: error))")
      }
    }
  }
}
