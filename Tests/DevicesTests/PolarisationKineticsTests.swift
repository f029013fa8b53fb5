import Devices
import Testing

@Suite struct PolarisationKineticsTests {
  private let kinetics = PolarisationKinetics()

  @Test(arguments: [(2.85, 5.3e-5, 0.01), (3.65, 0.0306, 2e-3), (4.0, 0.151, 4e-3), (4.45, 0.553, 2e-3)])
  func fractionsAreTheKnownOnes(voltage: Double, expected: Double, accuracy: Double) {
    #expect(abs(kinetics.switchedFraction(voltage: voltage, width: 75e-9) / expected - 1) < accuracy)
  }

  @Test func resetHasItsOwnActivation() {
    #expect(abs(kinetics.switchedFraction(voltage: -2.95, width: 75e-9) - 0.0306) < 5e-4)
    #expect(kinetics.switchedFraction(voltage: 0, width: 1) == 0)
    #expect(kinetics.switchedFraction(voltage: 1.825, width: 75e-9) < 1e-12)
  }

  /// Amplitudes from 2.85 V in 32 steps of 0.05 V, from full depolarisation.
  @Test func rampHasTheKnownPolarisations() {
    var polarisation = -1.0
    var seen: [Double] = []
    for pulse in 0..<32 {
      polarisation = kinetics.polarisation(polarisation, after: 2.85 + 0.05 * Double(pulse), width: 75e-9)
      if pulse % 4 == 3 { seen.append(polarisation) }
    }
    for (found, expected) in zip(seen, [-0.9989, -0.9916, -0.957, -0.837, -0.517, 0.069, 0.689, 0.966]) {
      #expect(abs(found - expected) < 6e-4)
    }
  }

  /// A pulse and as many nominal ones as it is worth leave the same polarisation.
  @Test(arguments: [(3.9, 75e-9), (-3.2, 40e-9), (3.3, 1e-6)])
  func equivalentPulsesSwitchTheSame(voltage: Double, width: Double) {
    let nominal = voltage > 0 ? 3.65 : 2.95
    let pulses = kinetics.equivalentPulses(
      voltage: voltage, width: width, nominalVoltage: nominal, nominalWidth: 75e-9)
    let one = kinetics.switchedFraction(voltage: voltage > 0 ? nominal : -nominal, width: 75e-9)
    let law = StepLaw.affine(stepAtStart: one, stepAtEnd: 0)
    let response = law.closedForm(voltage > 0 ? .potentiation : .depression)!
    let start = (kinetics.polarisation(0.3, after: voltage, width: width) + 1) / 2
    #expect(abs(response.level(after: pulses, from: 0.65) - start) < 1e-12)
  }
}
