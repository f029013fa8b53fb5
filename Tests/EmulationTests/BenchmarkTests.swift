import Emulation
import Foundation
import Testing

/// One after the other: they share two processors.
@Suite(.serialized) struct BenchmarkTests {
  private static let settings = BenchmarkSettings(repetitions: 1, isQuick: true)

  /// What each workload reports.
  private static let names: [BenchmarkWorkload: [String]] = [
    .forward: ["cache-bandwidth", "memory-bandwidth", "dense-sgemv", "brian2", "snntorch"],
    .learnIdeal: ["forward", "snntorch-bptt"],
    .learnRRAM: ["forward", "ideal", "aihwkit"],
    .spikeTiming: ["forward", "rram", "brian2", "bindsnet"],
    .recurrent: ["forward", "ideal"],
    .threads: ["learn-ideal", "learn-rram"],
    .checkpoint: ["save", "load", "save-large"],
    .encode: ["n-mnist", "sensor"],
    .decode: ["evt2", "evt3", "dat", "es", "aedat4", "aedat4-lz4", "csv"],
    .read: ["aihwkit", "exact-wires", "gated-wires", "reference-column", "bit-slices", "solve-wires"],
    .write: ["open-loop", "aihwkit", "write-verify", "drift"],
    .kernels: ["sum-rows-64", "sum-rows-256", "gaussian", "read-tile"],
  ]

  @Test(arguments: BenchmarkWorkload.allCases)
  func workloadsReportPositiveFigures(workload: BenchmarkWorkload) throws {
    let report = try BenchmarkSuite.run([workload], settings: Self.settings)
    // What a save takes of memory is only there where the system tells.
    #expect(report.lines.map(\.name).filter { $0 != "save-memory" } == Self.names[workload])
    for line in report.lines {
      #expect(line.key == "\(workload.rawValue)/\(line.name)")
      for figure in [line.value, line.baselineValue, line.ratio] { #expect(figure.isFinite && figure > 0) }
      #expect(abs(line.ratio - line.value / line.baselineValue) < 1e-9 * line.ratio)
    }
    // Two threads gave the bits of one, and kernels those of plain Swift.
    #expect(report.failures.isEmpty)
  }

  @Test func syntheticRecordingsLookLikeTheRealOnes() throws {
    let input = SyntheticInput(seed: 3)
    let raster = try input.cameraRaster(sample: 2)
    #expect(raster.tickCount == 310)
    #expect((3_600...4_100).contains(raster.spikeCount))
    #expect(try raster == SyntheticInput(seed: 3).cameraRaster(sample: 2))
    #expect(try raster != input.cameraRaster(sample: 1))
    #expect(try raster != SyntheticInput(seed: 4).cameraRaster(sample: 2))
    let uniform = input.uniformRaster(sample: 0, ticks: 20, rowsPerTick: 46)
    #expect((0..<20).allSatisfy { uniform.activeRows(at: $0).count == 46 })
  }

  @Test func theNetworksAreWhatTheirNamesSay() throws {
    let ideal = try BenchmarkNetwork.ideal.parameters()
    let rram = try BenchmarkNetwork.rram.parameters()
    #expect(ideal.device.isContinuous && ideal.converter == nil && !ideal.hasReadNoise && ideal.policy == .exact)
    #expect(!rram.device.isContinuous && rram.converter?.bits == 6 && rram.hasReadNoise)
    #expect(rram.device.endurance.isLimited && !rram.device.variation.isNone)
    #expect((ideal.inputRows, ideal.hidden, ideal.outputs) == (2312, [256], 10))
  }

  @Test func thresholdsAreRatiosOfTheFiguresMeasured() throws {
    let report = try BenchmarkSuite.run([.kernels], settings: Self.settings)
    func violations(_ text: String) throws -> [String] {
      let path = NSTemporaryDirectory() + "thresholds-\(UUID().uuidString).json"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(atPath: path) }
      return try report.violations(ofThresholdsAt: path, workloads: [.kernels])
    }
    #expect(try violations(#"{"kernels/gaussian": 0}"#).isEmpty)
    #expect(try violations(#"{"kernels/gaussian": 1e9}"#).count == 1)
    // Of a workload that was not run nothing is asked.
    #expect(try violations(#"{"forward/dense-sgemv": 1e9}"#).isEmpty)
    for text in [#"{"kernels/unheard-of": 1}"#, "[1, 2]", "not JSON"] {
      #expect(throws: EmulationError.self) { try violations(text) }
    }
    #expect(throws: EmulationError.self) {
      try report.violations(ofThresholdsAt: "/nowhere/thresholds.json", workloads: [.kernels])
    }
  }
}
