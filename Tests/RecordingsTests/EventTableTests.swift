import HDF5Store
import Recordings
import Testing

@Suite struct HDF5EventTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(.enabled(if: Place.exists(Place.transcodes), "transcodes are not at CROSSPOINT_DATA"))
  func evlibEqualsItsSource() throws {
    let file = try HDF5EventFile(path: Place.transcodes + "/sample_evlib.h5")
    let (events, error) = file.drain()
    #expect(error == nil)
    #expect(file.end == .clean)
    #expect(events.count == 111_954)
    #expect(events == (try Place.sourceEvents()))
    var batch = EventBatch()
    for time in [300_000, 0, 588_000, 9_999_999] as [Int64] {
      try file.seek(toMicroseconds: time)
      let more = try file.next(into: &batch)
      #expect((more ? batch.events.first : nil) == events.first { $0.timestamp >= time })
    }
  }

  /// What python writes, and how to read it; all hold the events of the script.
  static let layouts = [
    "f.create_dataset('CD/events', data=rec('x y p t', '<u2 <u2 <i2 <i8'), chunks=(300,), compression='gzip'); f['CD/indexes'] = [1]; f.attrs['geometry'] = '640x480'",
    "[f.create_dataset('events/' + n, data=v) for n, v in zip('txyp', (t - 100, x, y, p))]; f['t_offset'] = np.int64(100); f['ms_to_idx'] = [0]",
    "[f.create_dataset('events/' + n, data=v, chunks=(77,), compression='gzip') for n, v in (('ts', t / 1e6), ('xs', x), ('ys', y), ('ps', p * 2 - 1))]",
    "f['events'] = rec('timestamp y x polarity', '<f8 i4 i4 ?', t / 1e6)",
    "[f.create_dataset(n, data=v) for n, v in (('t', t.astype('u8') * 1000), ('x', x.astype('>u2')), ('y', y), ('p', p > 0))]; f['t'].attrs['unit'] = 'ns'",
    "f.create_dataset('davis/left/events', data=np.stack([x, y, t / 1e6, p * 2 - 1], 1))",
  ]

  private static let script = """
    import h5py, sys, numpy as np
    n = int(sys.argv[3]); i = np.arange(n)
    t, x, y, p = i * 137, (i * 7 % 34).astype("u2"), (i * 11 % 34).astype("u2"), (i * 5 % 3 == 1).astype("i1")
    def rec(names, types, t=t):
        names = names.split()
        a = np.zeros(n, dtype=list(zip(names, types.split())))
        for k in names: a[k] = {"t": t, "x": x, "y": y, "p": p, "o": p}[k[0]]
        return a
    f = h5py.File(sys.argv[1], "w")
    exec(sys.argv[2])
    """

  @Test(.enabled(if: IndependentWriter.hasH5py, "python3 with h5py is not installed"), arguments: 0..<6)
  func layoutsWrittenByH5py(index: Int) throws {
    let path = folder.path + "/a.h5"
    try IndependentWriter.run(Self.script, path, Self.layouts[index], "100000")
    let file =
      try index == 5
      ? HDF5EventFile(path: path, events: "davis/left/events", columns: "x,y,t,p") : HDF5EventFile(path: path)
    #expect(
      file.formatName
        == ["Prophesee HDF5", "DSEC HDF5", "HDF5 events", "HDF5 events", "HDF5 events", "HDF5 events"][index])
    #expect(file.sensor == (index == 0 ? try SensorSize(width: 640, height: 480) : nil))
    #expect(file.eventCount == 100_000)
    let (events, error) = file.drain()
    #expect(error == nil)
    #expect(events == TestEvent.pattern(count: 100_000))
    try file.seek(toMicroseconds: 5_000_000)
    #expect(file.drain(batchCapacity: 1000).events == events.filter { $0.timestamp >= 5_000_000 })
  }

  @Test(.enabled(if: IndependentWriter.hasH5py, "python3 with h5py is not installed"))
  func whatIsNoEventIsNamed() throws {
    let path = folder.path + "/a.h5"
    func error(_ change: String) throws -> (Int, String) {
      try IndependentWriter.run(Self.script, path, change, "1000")
      do {
        let (events, error) = try HDF5EventFile(path: path).drain()
        return (events.count, "\(error.map(\.description) ?? "none")")
      } catch {
        return (-1, error.description)
      }
    }
    let names = "zip('txyp', (t, x, y, p))"
    #expect(
      try error("x = x.astype('i4'); x[700] = -1; [f.create_dataset('events/' + n, data=v) for n, v in \(names)]").0
        == 700)
    #expect(
      try error("t = t / 1e6; t[3] = np.nan; [f.create_dataset('events/' + n, data=v) for n, v in \(names)]").0 == 3)
    let polarity = try error("p[5] = 2; [f.create_dataset('events/' + n, data=v) for n, v in \(names)]")
    #expect(polarity.0 == 5 && polarity.1.contains("/events/p[5]: expected a polarity"), "\(polarity)")
    let short = try error("y = y[1:]; [f.create_dataset('events/' + n, data=v) for n, v in \(names)]")
    #expect(short.0 == -1 && short.1.contains("events/y"), "\(short)")
    #expect(try error("f['a'] = 1; f['b'] = 2").1.contains("found only a, b"))
    let blosc = """
      c = h5py.h5p.create(h5py.h5p.DATASET_CREATE); c.set_chunk((1000,)); c.set_filter(32001, h5py.h5z.FLAG_OPTIONAL)
      f.create_group("events")
      for k, v in zip("txyp", (t, x, y, p)):
          d = h5py.h5d.create(f["events"].id, k.encode(), h5py.h5t.py_create(v.dtype), h5py.h5s.create_simple((1000,)), c)
          d.write_direct_chunk((0,), bytes(50), 0)
      """
    let filter = try error(blosc)
    #expect(filter.0 == -1 && filter.1.contains("32001 (Blosc)") && filter.1.contains("hdf5plugin"), "\(filter)")
  }

  @Test func damageEndsInASentence() throws {
    let whole = folder.path + "/a.h5"
    let file = try HDF5File.create(at: whole)
    let pattern = TestEvent.pattern(count: 500)
    func write<Scalar: HDF5Scalar>(_ values: [Scalar], _ name: String) throws {
      try file.write(
        values, shape: [500], to: "events/" + name, units: "1", description: name, compression: .deflate(level: 1))
    }
    try write(pattern.map(\.timestamp), "t")
    try write(pattern.map(\.x), "x")
    try write(pattern.map(\.y), "y")
    try write(pattern.map(\.polarity), "p")
    try file.close()
    #expect(try HDF5EventFile(path: whole).drain().events == pattern)
    var generator = DamageGenerator(state: 11)
    let bytes = try fileBytes(whole)
    var refused = 0
    for _ in 0..<300 {
      let path = try folder.write(generator.damaged(bytes), to: "b.h5")
      do {
        let (events, error) = try HDF5EventFile(path: path).drain()
        #expect(events.count <= 500)
        if error != nil { refused += 1 }
      } catch {
        #expect(error.description.contains("b.h5"))
        refused += 1
      }
    }
    #expect(refused > 150)
  }
}

@Suite struct NumPyEventTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(.enabled(if: Place.exists(Place.transcodes), "transcodes are not at CROSSPOINT_DATA"))
  func realArraysAreRead() throws {
    let (events, error) = try NumPyEventFile(path: Place.transcodes + "/src_aedat4_320x240_events.npy").drain()
    #expect(error == nil)
    #expect(events.count == 111_954)
    #expect(events.first == TestEvent(x: 154, y: 204, polarity: 0, timestamp: 1_605_537_493_718_345))
    #expect(events.last == TestEvent(x: 88, y: 237, polarity: 1, timestamp: 1_605_537_494_308_262))
    // Records with unused bytes between and after the fields.
    let padded = try NumPyEventFile(path: Place.transcodes + "/src_faery_evt2_first100k.npy")
    let (faery, none) = padded.drain()
    #expect(none == nil)
    #expect(faery.count == 100_000)
    #expect(faery.first == TestEvent(x: 35, y: 443, polarity: 1, timestamp: 913_716_224))
    #expect(faery.last == TestEvent(x: 52, y: 425, polarity: 1, timestamp: 913_728_417))
  }

  private static let script = """
    import sys, numpy as np
    n = int(sys.argv[3]); i = np.arange(n)
    t, x, y, p = i * 137, (i * 7 % 34).astype("u2"), (i * 11 % 34).astype("u2"), (i * 5 % 3 == 1).astype("i1")
    def rec(types, t=t):
        a = np.zeros(n, dtype=types)
        for k in a.dtype.names: a[k] = {"t": t, "x": x, "y": y, "p": p, "o": p}[k[0]]
        return a
    exec(sys.argv[2])
    """

  static let forms = [
    "np.save(sys.argv[1], rec('<u2,<u2,<i8,?').astype([('x','<u2'),('y','<u2'),('t','<i8'),('on','?')]) if False else rec([('x','<u2'),('y','<u2'),('t','<i8'),('on','?')]))",
    "np.save(sys.argv[1], rec([('timestamp','>f8'),('y','>i4'),('x','<f4'),('polarity','i1')], t / 1e6))",
    "np.lib.format.write_array(open(sys.argv[1], 'wb'), rec([('p','u1'),('t','<u4'),('x','<i2'),('y','<i8')]), version=(2, 0))",
    "np.lib.format.write_array(open(sys.argv[1], 'wb'), rec([('p','u1'),('t','<u4'),('x','<i2'),('y','<i8')]), version=(3, 0))",
    "np.save(sys.argv[1], np.stack([t, x, y, p], 1))",
    "np.save(sys.argv[1], np.asfortranarray(np.stack([t, x, y, p], 1)))",
    "np.savez(open(sys.argv[1], 'wb'), t=t, x=x, y=y, p=p)",
    "np.savez_compressed(open(sys.argv[1], 'wb'), p=p > 0, t=t / 1e6, y=y, x=x.astype('>i4'))",
    "np.savez_compressed(open(sys.argv[1], 'wb'), rec([('t','<i8'),('x','<u2'),('y','<u2'),('p','i1')]))",
  ]

  @Test(.enabled(if: IndependentWriter.hasNumPy, "python3 with numpy is not installed"), arguments: 0..<9)
  func formsWrittenByNumPy(index: Int) throws {
    let path = folder.path + "/a.npy"
    try IndependentWriter.run(Self.script, path, Self.forms[index], "100000")
    let file = try NumPyEventFile(path: path)
    #expect(file.formatName == (index < 6 ? "NumPy array" : "NumPy archive"))
    let (events, error) = file.drain()
    #expect(error == nil)
    #expect(file.end == .clean)
    #expect(events == TestEvent.pattern(count: 100_000))
    for time in [12_000_000, 1_000_000] as [Int64] {
      try file.seek(toMicroseconds: time)
      #expect(file.drain(batchCapacity: 999).events == events.filter { $0.timestamp >= time })
    }
  }

  @Test(
    .enabled(if: IndependentWriter.hasNumPy, "python3 with numpy is not installed"), arguments: [0, 1, 4, 5, 6, 7, 8])
  func damageEndsInASentence(index: Int) throws {
    let path = folder.path + "/a.npy"
    try IndependentWriter.run(Self.script, path, Self.forms[index], "300")
    let bytes = try fileBytes(path)
    let pattern = TestEvent.pattern(count: 300)
    var generator = DamageGenerator(state: UInt64(index))
    var refused = 0
    for round in 0..<400 {
      // Cuts alone must lose no event before the cut.
      let damaged = round < 100 ? Array(bytes.prefix(bytes.count * round / 100)) : generator.damaged(bytes)
      let copy = try folder.write(damaged, to: "b.npy")
      do {
        let file = try NumPyEventFile(path: copy)
        let (events, error) = file.drain()
        #expect(file.end != nil)
        if round < 100 { #expect(events == Array(pattern.prefix(events.count)) && error != nil) }
        if error != nil { refused += 1 }
      } catch {
        #expect(error.description.contains("b.npy"))
        refused += 1
      }
    }
    #expect(refused > 150)
  }

  @Test func anEndIsNamedInsideTheFile() throws {
    // The record at the end of an archive, whose table of contents is said to lie far behind it.
    let end = Array("PK".utf8) + [5, 6] + [UInt8](repeating: 0, count: 8) + [50, 0, 0, 0, 0, 0, 0, 0x70, 0, 0]
    let path = try folder.write(Array("PK".utf8) + end, to: "a.npz")
    guard case .truncated(path, 24, _, _) = recordingError({ _ = try NumPyEventFile(path: path) }) else {
      Issue.record("an archive of 24 bytes ends elsewhere")
      return
    }
  }

  @Test func aDeclaredSizeIsNotMadeRoomFor() throws {
    let header =
      "{'descr': [('t', '<i8'), ('x', '<u2'), ('y', '<u2'), ('p', '<u2')], 'fortran_order': False, 'shape': (1000000000000,), }\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    let path = try folder.write(bytes + [7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 0, 9, 9], to: "a.npy")
    let file = try NumPyEventFile(path: path)
    let (events, error) = file.drain()
    #expect(events == [TestEvent(x: 1, y: 2, polarity: 1, timestamp: 7)])
    #expect(file.end == .truncated(byte: bytes.count + 14), "\(String(describing: error))")
  }
}
