import Foundation
import Kernels
import Spiking
import Testing

@Suite struct LeakyIntegratorTests {
  private static func integrator(outputs: Int, tileColumns: Int = 64) -> LeakyIntegrator {
    LeakyIntegrator(
      parameters: .init(timeConstant: 20e-3, timeStep: 1e-3),
      layout: BlockedLayout(rows: 4, columns: outputs, tileRows: 64, tileColumns: tileColumns))
  }

  @Test func constantInputApproachesItsSum() {
    let integrator = Self.integrator(outputs: 1)
    let input = [Float](repeating: 0.1, count: 16)
    var output = [Float](repeating: 0, count: 16)
    for tick in 1...400 {
      integrator.step(block: 0, input: input, output: &output)
      let expected = 0.1 * (1 - exp(-Double(tick) / 20)) / (1 - exp(-1.0 / 20))
      #expect(abs(Double(output[0]) / expected - 1) < 1e-5)
    }
  }

  @Test func blocksKeepTheirOwnValuesAndTheStateIsPutBack() {
    let integrator = Self.integrator(outputs: 12, tileColumns: 5)
    var output = [Float](repeating: 0, count: 16)
    for block in 0..<3 {
      integrator.step(block: block, input: [Float](repeating: Float(block + 1), count: 16), output: &output)
    }
    let state = integrator.state
    #expect(state.values == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3])
    let other = Self.integrator(outputs: 12, tileColumns: 64)
    other.state = state
    #expect(other.state == state)
    other.rest()
    #expect(other.state.values.allSatisfy { $0 == 0 })
  }
}
