/// A figure of another simulator on the same task, measured once on an idle machine, one core of an AMD EPYC (Zen 3).
///
/// They give a sense of scale. A ratio to them compares machines as well as programs; only a run of both side by side
/// compares programs.
struct PublishedFigure {
  let name: String
  let baseline: String
  let value: Double

  private init(_ name: String, _ what: String, _ value: Double) {
    self.name = name
    baseline = "\(what), measured on one Zen 3 core"
    self.value = value
  }

  /// Ticks/s, 2312-256-10 leaky integrate-and-fire, 1–3 % input density.
  static let forward = [
    PublishedFigure("brian2", "Brian2 C++ standalone", 14_647),
    PublishedFigure("snntorch", "snnTorch", 1_800),
  ]
  /// Ticks/s of the same network in training.
  static let training = PublishedFigure("snntorch-bptt", "snnTorch, backpropagation through time", 889)
  /// Ticks/s, 784 Poisson inputs to 400 neurons with lateral inhibition and pair STDP.
  static let spikeTiming = [
    PublishedFigure("brian2", "Brian2 C++ standalone", 8_214),
    PublishedFigure("bindsnet", "BindsNET", 182),
  ]
  /// Reads/s of one 64 × 64 tile with noise and converters, one input at a time: 70 µs.
  static let tileRead = PublishedFigure("aihwkit", "aihwkit inference tile, batch of 1", 1 / 70e-6)
  /// Devices/s, dense update of 128 × 128 devices: 33.8 ns a device.
  static let pulsedUpdate = PublishedFigure("aihwkit", "aihwkit ReRamSB, dense 128 × 128 update", 1e9 / 33.8)
  /// Samples/s, 2312-128-10, pulsed updates, one static input per sample instead of 310 ticks.
  static let pulsedTraining = PublishedFigure("aihwkit", "aihwkit ReRamSB, a static input per sample", 353)
}
