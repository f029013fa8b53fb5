import Foundation
import Kernels
import Spiking
import Testing

/// The nets of `golden_eprop.json` in single precision against its double-precision record.
@Suite struct GoldenForwardTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      var U: [[Double]]
      var z: [[Int]]
      var y: [[Double]]
      var psi: [[Double]]
      var a: [[Double]]
      var beta: Float
      var rho: Double
      var reset: String
    }

    var lam: Double
    var kappa: Double
    var theta: Float
    var gamma: Float
    var Win: [[Float]]
    var Wrec: [[Float]]
    var Wout: [[Float]]
    var X: [[Int]]
    var cases: [String: Case]
  }

  /// Σ of the weight rows of the active inputs.
  private static func drive(_ weights: [[Float]], _ active: [Int]) -> [Float] {
    weights[0].indices.map { column in
      active.indices.reduce(Float(0)) { active[$1] == 0 ? $0 : $0 + weights[$1][column] }
    }
  }

  @Test(arguments: ["ff_lif_sub", "rec_lif_sub", "rec_alif_sub", "ff_lif_zero"])
  func membranesSpikesAndReadoutAreReproduced(name: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: "golden_eprop", withExtension: "json", subdirectory: "Fixtures"))
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    let expected = try #require(golden.cases[name])
    let columns = golden.Win[0].count
    var run = NeuronRun(
      columns: columns, leak: golden.lam, threshold: golden.theta,
      surrogate: .init(kind: .triangle, gain: golden.gamma),
      reset: expected.reset == "zero" ? .zero : .subtractive,
      adaptation: expected.beta > 0
        ? AdaptiveThreshold(strength: expected.beta, timeConstant: -1e-3 / log(expected.rho)) : nil)
    var spikes = [Int](repeating: 0, count: columns)
    let readout = LeakyIntegrator(
      parameters: .init(timeConstant: -1 / log(golden.kappa), timeStep: 1),
      layout: BlockedLayout(rows: columns, columns: 2, tileRows: 64, tileColumns: 64))
    var values = [Float](repeating: 0, count: 16)
    for (tick, active) in golden.X.enumerated() {
      var drive = Self.drive(golden.Win, active)
      if name.hasPrefix("rec") { drive = zip(drive, Self.drive(golden.Wrec, spikes)).map { $0 + $1 } }
      run.step(drive)
      spikes = (0..<columns).map { run.spiked($0) ? 1 : 0 }
      readout.step(block: 0, input: Self.drive(golden.Wout, spikes) + [Float](repeating: 0, count: 14), output: &values)
      #expect(spikes == expected.z[tick])
      for column in 0..<columns {
        #expect(abs(Double(run.neurons.state.potentials[column]) - expected.U[tick][column]) < 2e-6)
        #expect(abs(Double(run.psi[column]) - expected.psi[tick][column]) < 2e-6)
      }
      for output in 0..<2 { #expect(abs(Double(values[output]) - expected.y[tick][output]) < 2e-6) }
    }
    #expect(expected.z.joined().reduce(0, +) > 0)
  }
}
