import Devices

/// The keys of the `device` section that stand for numbers of the device.
enum DeviceKeys {
  /// In the order of the resolved file; a key whose meaning depends on another comes after it.
  static let all: [DeviceKey] = range + response + noise + variation + retention + faults + wear + pulse

  private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.key.path, $0) })

  /// The key with this path, if it stands for a number of the device.
  static func key(_ path: String) -> DeviceKey? { byPath[path] }
}

extension ConfigurationTable {
  static let device: [ConfigurationKey] =
    [
      ConfigurationKey(
        "device.preset", .choice(DeviceTechnology.all.map(\.name)), default: .value(.text(DevicePresets.usual)),
        summary: "The memory device whose numbers are the defaults of this section.",
        source: Citation.tantalumHafnium),
      ConfigurationKey(
        "device.file", .text, default: .absent,
        summary:
          "A file with a device section, such as crosspoint device fit makes: its values are defaults in place of the "
          + "preset's; relative to the experiment file.",
        source: "No file; a resolved experiment holds its values instead.", changesResult: false),
    ] + DeviceKeys.all.map(\.key)
}

/// Known devices as a source of defaults.
enum DevicePresets {
  /// The device of experiments that name none.
  static let usual = "rram-taox-hfox"

  /// The value of a key of the `device` section that a preset gives; `nil` where the key has no meaning for it.
  static func value(of path: String, preset: DeviceTechnology) -> ConfigurationValue? {
    values[preset.name]?[path]
  }

  /// The value of a key for the usual device, or for a usual device of the models that the key belongs to.
  static func usualValue(of path: String) -> ConfigurationValue {
    if let value = values[usual]?[path] { return value }
    if let owner = DeviceTechnology.all.first(where: { values[$0.name]?[path] != nil }) {
      return values[owner.name]?[path] ?? .unused
    }
    guard let key = DeviceKeys.key(path) else { return .unused }
    return key.get(usualDraft)
  }

  /// Every key with a meaning, by preset.
  private static let values: [String: [String: ConfigurationValue]] = Dictionary(
    uniqueKeysWithValues: DeviceTechnology.all.map { technology in
      let draft = DeviceDraft(technology.parameters)
      var values: [String: ConfigurationValue] = ["device.preset": .text(technology.name)]
      for key in DeviceKeys.all
      where key.key.conditions.allSatisfy({ $0.holds(for: values[$0.key] ?? .unused) }) {
        values[key.key.path] = key.get(draft)
      }
      return (technology.name, values)
    })

  /// Numbers of models that no preset has.
  private static let usualDraft = DeviceDraft(
    (DeviceTechnology.named(usual) ?? DeviceTechnology.all[0]).parameters)
}
