import Plasticity
import Testing

@Suite("Error triggers")
struct ErrorTriggerTests {
  @Test("an error teaches as a whole number of thresholds")
  func quantises() {
    let trigger = ErrorTrigger(outputs: 4, parameters: .init(threshold: 0.25, share: 0.5, gain: 0))
    var errors: [Float] = [0.24, -0.25, 0.8, -0.6]
    errors.withUnsafeMutableBufferPointer { trigger.apply($0.baseAddress!) }
    #expect(errors == [0, -0.25, 0.75, -0.5])
    trigger.adapt()
    #expect(trigger.thresholds == [0.25, 0.25, 0.25, 0.25], "fixed without a gain")
  }

  /// Errors evenly spread over 0…1 pass a threshold θ with probability 1 − θ.
  @Test("thresholds move until the wanted share of errors teaches", arguments: [0.05, 0.2, 0.6])
  func settles(share: Double) {
    let trigger = ErrorTrigger(outputs: 1, parameters: .init(threshold: 0.01, share: Float(share), gain: 1))
    var passed = 0
    for window in 0..<400 {
      for tick in 0..<100 {
        // A permutation of 0…99 in every window.
        var error = (Float((tick * 37 + window) % 100) + 0.5) / 100
        trigger.apply(&error)
        if window >= 200 && error != 0 { passed += 1 }
      }
      trigger.adapt()
    }
    let found = Double(passed) / 20_000
    #expect(abs(found - share) < 0.015, "\(found)")
    #expect(abs(Double(trigger.thresholds[0]) - (1 - share)) < 0.05)
  }
}
