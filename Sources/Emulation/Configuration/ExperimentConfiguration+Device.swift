import Devices

extension ExperimentConfiguration {
  /// The memory device.
  public struct Device: Sendable, Equatable {
    /// The device that the defaults describe.
    public let preset: DeviceTechnology
    /// The device as the physics wants it.
    public let parameters: DeviceParameters

    /// Reads the device out of a complete table whose keys make a device.
    init(_ table: ResolvedConfiguration) {
      let name = table.text("device.preset")
      guard let preset = DeviceTechnology.named(name) else { preconditionFailure("\(name) is no preset") }
      var draft = DeviceDraft(preset.parameters)
      for key in DeviceKeys.all {
        if let value = table[key.key.path], value != .unused { key.set(&draft, value) }
      }
      self.preset = preset
      do {
        parameters = try draft.parameters()
      } catch {
        preconditionFailure(error.reason)
      }
    }
  }
}
