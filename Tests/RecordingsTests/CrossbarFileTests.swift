import Crossbars
import Foundation
import HDF5Store
import Recordings
import Testing

/// Crossbar circuits out of HDF5 files, and their solutions against those of another program.
@Suite struct CrossbarFileTests {
  private let folder = try! TemporaryFolder()

  static let oracles = [
    "irdrop_4x4_rw1_rb1", "irdrop_4x4_rw20_rb20", "irdrop_16x16_rw2.5_rb2.5", "irdrop_64x64_rw1_rb1",
    "irdrop_64x64_rw5_rb5",
  ]

  @Test("currents and node voltages are those of badcrossbar", arguments: oracles)
  func oracle(_ name: String) throws {
    let path = try #require(Bundle.module.path(forResource: name, ofType: "h5", inDirectory: "Fixtures"))
    let crossbar = try CrossbarFile(path: path).read()
    let (rows, columns) = (crossbar.rows, crossbar.columns)
    let lines = LineResistances(wordLine: crossbar.wordLineResistance, bitLine: crossbar.bitLineResistance)
    let circuit = try CrossbarCircuit(
      rows: rows, columns: columns, conductances: crossbar.conductances, lines: lines)
    let solution = try circuit.solve(voltages: crossbar.voltages, vectors: crossbar.vectors)
    let file = try HDF5File.open(at: path)
    func agrees(_ found: some Collection<Double>, _ dataset: String) throws -> Bool {
      let expected = try file.read(dataset, as: Double.self)
      return found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-9 * abs($1) }
    }
    #expect(try agrees(solution.currents, "I_out"))
    #expect(try agrees(solution.wordLineVoltages.prefix(rows * columns), "V_word"))
    #expect(try agrees(solution.bitLineVoltages.prefix(rows * columns), "V_bit"))
    #expect(try agrees(solution.cellCurrents.prefix(rows * columns), "I_device0"))
    let linear = try circuit.currents(
      transfer: try circuit.transfer(), voltages: crossbar.voltages, vectors: crossbar.vectors)
    #expect(try agrees(linear, "I_out"))
    #expect(try agrees(try circuit.idealCurrents(voltages: crossbar.voltages, vectors: crossbar.vectors), "I_ideal"))
  }

  // MARK: Files

  private func write(_ change: (HDF5File) throws -> Void = { _ in }, without: Set<String> = []) throws -> String {
    let path = folder.path + "/crossbar.h5"
    try? FileManager.default.removeItem(atPath: path)
    let file = try HDF5File.create(at: path)
    try change(file)
    func put(_ values: [Double], _ shape: [Int], _ name: String) throws {
      guard !without.contains(name) else { return }
      try file.write(values, shape: shape, to: name, units: "1", description: "test")
    }
    try put([1e-5, 2e-5, 0, 4e-5, 5e-5, 6e-5], [2, 3], "G")
    try put([0.1, 0.2], [2], "V")
    try put([1], [], "r_word_line")
    try put([2], [1], "r_bit_line")
    try file.close()
    return path
  }

  private func refusal(_ path: String) -> CrossbarFileError? {
    do {
      _ = try CrossbarFile(path: path).read()
      return nil
    } catch {
      return error
    }
  }

  @Test func shortestFile() throws {
    let crossbar = try CrossbarFile(path: try write()).read()
    #expect(crossbar.rows == 2 && crossbar.columns == 3 && crossbar.vectors == 1 && crossbar.voltages == [0.1, 0.2])
    #expect(crossbar.wordLineResistance == 1 && crossbar.bitLineResistance == 2)
    #expect(crossbar.driverResistance == 0 && crossbar.senseResistance == 0)
    let driven = try CrossbarFile(
      path: try write({ file in
        try file.write(Float(50), to: "r_driver", units: "ohm", description: "test")
        try file.write(Int32(7), to: "r_sense", units: "ohm", description: "test")
      })
    ).read()
    #expect(driven.driverResistance == 50 && driven.senseResistance == 7)
  }

  @Test("a file lacks something, or holds something else")
  func refusals() throws {
    for name in ["G", "V", "r_word_line", "r_bit_line"] {
      let error = refusal(try write(without: [name]))
      guard case .missing(_, let dataset, _) = error else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
      #expect(dataset == name)
    }
    func expect(
      _ name: String, _ values: [Double], _ shape: [Int], says part: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let path = try write(
        { try $0.write(values, shape: shape, to: name, units: "1", description: "test") }, without: [name])
      let text = refusal(path)?.description ?? "nothing"
      #expect(text.contains(part) && text.contains(path), "\(text)", sourceLocation: sourceLocation)
    }
    try expect("G", [1, 2, 3], [3], says: "[rows x columns]")
    try expect("G", [], [0, 3], says: "at least one of each")
    try expect("G", [1e-5, -2e-5, 0, 0, 0, 0], [2, 3], says: "-2e-05 at [0, 1]")
    try expect("G", [1e-5, 0, 0, 0, .nan, 0], [2, 3], says: "nan at [1, 1]")
    try expect("G", [1e-5, 0, 0, 0, 0, .infinity], [2, 3], says: "inf at [1, 2]")
    try expect("V", [1, 2, 3], [3], says: "[2 x vectors]")
    try expect("V", [1, .infinity], [2, 1], says: "inf at [1, 0]")
    try expect("r_word_line", [-1], [], says: "found -1.0")
    try expect("r_bit_line", [1, 2], [2], says: "a single value")
    try expect("r_sense", [.nan], [], says: "found nan")
    let text = try write({ try $0.write("a lot", to: "V", description: "test") }, without: ["V"])
    #expect(refusal(text) != nil)
    let group = try write({ try $0.createGroup("G") }, without: ["G"])
    #expect(refusal(group)?.description.contains("no dataset G") == true)
    let complex = try write(
      { try $0.write([Int64(1), 2], shape: [2], to: "V", units: "V", description: "test") }, without: ["V"])
    guard case .wrongType(_, "V", _) = refusal(complex) else {
      Issue.record("\(String(describing: refusal(complex)))")
      return
    }
  }

  @Test("files that are none are refused, whatever part of them is there")
  func damage() throws {
    #expect(refusal(folder.path + "/nowhere.h5")?.description.contains("cannot be read") == true)
    let words = try folder.write(Array("not a crossbar".utf8), to: "words.h5")
    #expect(refusal(words)?.description.contains("not an HDF5 file") == true)
    let whole = [UInt8](try Data(contentsOf: URL(filePath: try write())))
    for length in stride(from: 0, to: whole.count, by: 64) {
      #expect(refusal(try folder.write(Array(whole[..<length]), to: "part.h5")) != nil)
    }
  }
}
