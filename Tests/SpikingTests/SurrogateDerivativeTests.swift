import Spiking
import Testing

@Suite struct SurrogateDerivativeTests {
  private static let potentials: [Float] = [-0.5, 0, 0.1, 0.2, 0.3, 0.6, 0.9, 1.1, 1.2, 1.3, 5]

  private static func values(_ kind: SurrogateDerivative.Kind) -> [Float] {
    var run = NeuronRun(columns: potentials.count, leak: 0.9, threshold: 0.6, surrogate: .init(kind: kind, gain: 0.3))
    run.step(potentials)
    return Array(run.psi[..<potentials.count])
  }

  @Test func triangleIsHighestAtTheThresholdAndZeroBeyondTwice() {
    for (u, psi) in zip(Self.potentials, Self.values(.triangle)) {
      #expect(abs(psi - 0.5 * max(0, 1 - abs(u - 0.6) / 0.6)) < 1e-6)
    }
  }

  @Test func oneSidedStepIsConstantFromAThirdOfTheThreshold() {
    for (u, psi) in zip(Self.potentials, Self.values(.oneSidedStep)) where abs(u - 0.2) > 1e-6 {
      #expect(psi == (u > 0.2 ? Float(0.3) / 0.6 : 0))
    }
  }
}
