import Devices
import Testing

@Suite struct NonlinearityTests {
  /// Shapes of NeuroSim's labels, computed independently from the published definition.
  @Test(arguments: [
    (0.5, 2.51988), (1, 1.25165), (2, 0.60904), (3, 0.38683), (4, 0.26909), (5, 0.19241), (6, 0.13562), (7, 0.09014),
    (8, 0.05278), (9, 0.02281),
  ])
  func shapeEqualsTheTable(label: Double, expected: Double) throws {
    #expect(abs(try #require(Nonlinearity.shape(label: label)) - expected) < 1e-5)
    #expect(Nonlinearity.shape(label: -label) == Nonlinearity.shape(label: label))
  }

  @Test func smallLabelsFollowTheSeriesAndVanishToALine() throws {
    #expect(abs(try #require(Nonlinearity.shape(label: 0.01)) * 0.01 / 1.26269 - 1) < 1e-3)
    #expect(Nonlinearity.shape(label: 0.0049) == nil)
    #expect(Nonlinearity.shape(label: 0) == nil)
    #expect(Nonlinearity.shape(label: 12) == Nonlinearity.shape(label: 9))
  }

  @Test(
    arguments: [-6, -4.88, -0.63, -0.006, 0, 0.006, 0.04, 2.4, 6],
    [ExponentialResponse.Polarity.potentiation, .depression])
  func trainOfAllPulsesCrossesTheWholeRange(label: Double, polarity: ExponentialResponse.Polarity) {
    let response = ExponentialResponse(nonlinearity: label, pulses: 64, polarity: polarity)
    let (start, end) = polarity == .potentiation ? (0.0, 1.0) : (1, 0)
    #expect(abs(response.level(after: 64, from: start) - end) < 1e-9)
    #expect(abs(response.level(after: 0, from: 0.3) - 0.3) < 1e-12)
  }
}
