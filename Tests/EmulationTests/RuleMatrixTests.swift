import Devices
import Testing

@testable import Emulation

/// Every rule with every policy, every rule on every device, every policy on every device: two of the three at a time.
@Suite("Rules, policies and devices go together")
struct RuleMatrixTests {
  static let allRules: [String] = ExperimentConfiguration.Learning.Rule.allCases.map(\.rawValue).filter { $0 != "none" }
  static let allPolicies: [String] = ExperimentConfiguration.Writes.Policy.allCases.map(\.rawValue).filter {
    $0 != "exact"
  }
  static let allDevices: [String] = DeviceTechnology.all.map(\.name).filter { $0 != "ideal" }

  private func learn(_ laboratory: TinyLaboratory, rule: String, policy: String, device: String) throws {
    let name = "\(rule) \(policy) \(device)"
    var overrides = [
      "learning.rule=\(rule)", "writes.policy=\(policy)", "device.preset=\(device)", "device.endurance=1e6",
      "stream.limit=6", "run.passes=1", "run.evaluate=end", "network.hidden=[8]", "learning.readout_rate=0.05",
    ]
    // STDP has weights from 0 on and is in no need of a rate.
    let isSpikeTiming = ExperimentConfiguration.Learning.Rule(rawValue: rule)?.isSpikeTiming ?? false
    overrides += isSpikeTiming ? ["network.initial_weight_mean=0.15"] : ["learning.rate=0.05"]
    let run = try laboratory.begin(name, overrides)
    guard case .completed(let summary) = try run.execute() else {
      Issue.record("\(name) did not end")
      return
    }
    #expect(summary.samples == 6 && summary.learning.count == 2 && summary.ticks > 0)
    #expect(run.network.firstFlaw == nil)
  }

  @Test("every rule with every policy", arguments: allRules)
  func policies(rule: String) throws {
    let laboratory = try TinyLaboratory()
    for policy in Self.allPolicies { try learn(laboratory, rule: rule, policy: policy, device: "rram-taox-hfox") }
  }

  @Test("every rule on every device", arguments: allRules)
  func devices(rule: String) throws {
    let laboratory = try TinyLaboratory()
    for device in Self.allDevices { try learn(laboratory, rule: rule, policy: "accumulate-threshold", device: device) }
  }

  @Test("every policy on every device", arguments: allPolicies)
  func devicesOfPolicy(policy: String) throws {
    let laboratory = try TinyLaboratory()
    for device in Self.allDevices { try learn(laboratory, rule: "e-prop", policy: policy, device: device) }
  }
}
