import Checkpoints

extension Experiment {
  /// A checkpoint of this experiment.
  func checkpoint(
    position: RunPosition, network: NetworkSnapshot, deployment: DeploymentPosition? = nil
  ) -> Checkpoint {
    Checkpoint(
      experiment: configuration.resolved.yaml, streamFingerprint: fingerprint,
      writtenBy: "crosspoint \(ProgramVersion.text)", seed: configuration.run.seed, position: position,
      network: network, deployment: deployment)
  }
}
