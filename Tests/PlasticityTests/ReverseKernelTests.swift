import CKernels
import Testing

/// The C kernels of e-prop against their scalar twins, bit for bit.
@Suite struct ReverseKernelTests {
  @Test(arguments: [16, 48, 64, 128], [1, 2, 37])
  func reverseFilterEqualsTheScalarTwin(width: Int, ticks: Int) {
    var random = SplitMix64(UInt64(width * 100 + ticks))
    let outputs = 5
    let twin = EPropTwin(
      errors: random.floats(ticks * 16, in: -1...1), errorStride: 16,
      feedback: random.floats(outputs * width, in: -1...1), regularisation: random.floats(width, in: 0...0.1),
      outputs: outputs, ticks: ticks, leak: 0.93, scale: -0.01)
    let start = random.floats(ticks * width, in: 0...0.5)
    var expected = start
    let expectedCarry = twin.reverse(&expected, width: width)
    var psi = start
    var carry = [Float](repeating: .nan, count: width)
    twin.errors.withUnsafeBufferPointer { errors in
      twin.feedback.withUnsafeBufferPointer { feedback in
        twin.regularisation.withUnsafeBufferPointer { regularisation in
          var rule = cpk_eprop(
            errors: errors.baseAddress, error_stride: 16, feedback: feedback.baseAddress, feedback_stride: width,
            regularisation: regularisation.baseAddress, outputs: outputs, ticks: ticks, psi_stride: width,
            leak: twin.leak, scale: twin.scale)
          cpk_eprop_reverse(&rule, &psi, &carry, width)
        }
      }
    }
    #expect(psi.bits == expected.bits)
    #expect(carry.bits == expectedCarry.bits)
  }

  @Test(arguments: [16, 48, 64, 128], [false, true])
  func reverseFilterOfGeneralNeuronsEqualsTheScalarTwin(width: Int, resetsToZero: Bool) {
    var random = SplitMix64(UInt64(width))
    let (outputs, ticks) = (5, 37)
    let plain = EPropTwin(
      errors: random.floats(ticks * 16, in: -1...1), errorStride: 16,
      feedback: random.floats(outputs * width, in: -1...1), regularisation: random.floats(width, in: 0...0.1),
      outputs: outputs, ticks: ticks, leak: 0.93, scale: -0.01)
    var twin = NeuronEPropTwin(rule: plain)
    if resetsToZero {
      twin.spikes = (0..<ticks).map { _ in (0..<width).map { _ in Int.random(in: 0..<4, using: &random) == 0 } }
    } else {
      (twin.strengths, twin.adaptationDecay) = (random.floats(width, in: 0...0.5), 0.98)
    }
    twin.synapseLeak = 0.7
    let start = random.floats(ticks * width, in: 0...0.5)
    var expected = start
    twin.reverse(&expected, width: width)
    let bits = (twin.spikes ?? []).flatMap { flags in
      (0..<width / 8).map { byte in (0..<8).reduce(UInt8(0)) { $0 | (flags[8 * byte + $1] ? 1 << $1 : 0) } }
    }
    var psi = start
    plain.errors.withUnsafeBufferPointer { errors in
      plain.feedback.withUnsafeBufferPointer { feedback in
        plain.regularisation.withUnsafeBufferPointer { regularisation in
          (twin.strengths ?? []).withUnsafeBufferPointer { strengths in
            bits.withUnsafeBufferPointer { bits in
              let rule = cpk_eprop(
                errors: errors.baseAddress, error_stride: 16, feedback: feedback.baseAddress, feedback_stride: width,
                regularisation: regularisation.baseAddress, outputs: outputs, ticks: ticks, psi_stride: width,
                leak: plain.leak, scale: plain.scale)
              var general = cpk_neuron_eprop(
                rule: rule, strengths: twin.strengths == nil ? nil : strengths.baseAddress,
                spikes: twin.spikes == nil ? nil : bits.baseAddress, spike_stride: width / 8,
                adaptation_decay: twin.adaptationDecay, synapse_leak: twin.synapseLeak)
              cpk_neuron_eprop_reverse(&general, &psi, width)
            }
          }
        }
      }
    }
    #expect(psi.bits == expected.bits)
  }
}

extension Array<Float> {
  /// Bit patterns, so that a comparison tells −0 from 0 and holds for NaN.
  fileprivate var bits: [UInt32] { map(\.bitPattern) }
}
