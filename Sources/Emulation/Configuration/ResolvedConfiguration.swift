/// An experiment with every key decided: a value for each key of `ConfigurationTable`, in its order.
public struct ResolvedConfiguration: Sendable, Equatable {
  /// The values, one for each of `ConfigurationTable.keys`.
  let values: [ConfigurationValue]

  /// The value of a key; nothing for a path that is no key.
  public subscript(path: String) -> ConfigurationValue? { ConfigurationTable.index[path].map { values[$0] } }

  /// Every key with its value, in the order of the table.
  public var entries: [(key: ConfigurationKey, value: ConfigurationValue)] {
    Array(zip(ConfigurationTable.keys, values))
  }

  /// The keys that have a meaning, with their values, in the order of the table.
  private var used: [(key: ConfigurationKey, value: ConfigurationValue)] { entries.filter { $0.value != .unused } }

  /// The whole experiment as YAML, defaults written out. Reading it gives the same values bit for bit.
  public var yaml: String {
    var text = ""
    var section = ""
    for (key, value) in used {
      if key.section != section {
        section = key.section
        text += "\(section):\n"
      }
      text += "\(section.isEmpty ? "" : "  ")\(key.name): \(value.yaml)\n"
    }
    return text
  }

  /// The whole experiment as a JSON object of sections; quantities are objects of `value` and base `unit`.
  public var json: String {
    var members: [(String, OrderedJSON)] = used.filter { $0.key.section.isEmpty }.map {
      ($0.key.name, $0.value.json)
    }
    for section in ConfigurationTable.sections {
      members.append(
        (section, .object(used.filter { $0.key.section == section }.map { ($0.key.name, $0.value.json) })))
    }
    return OrderedJSON.object(members).serialized() + "\n"
  }

  /// The same experiment with another text for one key.
  func replacing(_ path: String, withText text: String) -> ResolvedConfiguration {
    var changed = values
    if let index = ConfigurationTable.index[path] { changed[index] = .text(text) }
    return ResolvedConfiguration(values: changed)
  }

  /// One key that differs between two experiments.
  public struct Difference: Sendable, Equatable, CustomStringConvertible {
    /// The key.
    public let path: String
    /// The value on this side.
    public let ours: String
    /// The value on the other side.
    public let theirs: String
    /// Whether results depend on the key, so that a resumed run must keep it.
    public let changesResult: Bool

    /// `crossbar.adc_bits: 6 here, 5 there`.
    public var description: String { "\(path): \(ours) here, \(theirs) there" }
  }

  /// The keys whose values differ from those of another experiment, in the order of the table.
  public func differences(from other: ResolvedConfiguration) -> [Difference] {
    zip(entries, other.values).compactMap { entry, theirs in
      guard entry.value != theirs else { return nil }
      return Difference(
        path: entry.key.path, ours: entry.value.text.shortenedForMessage, theirs: theirs.text.shortenedForMessage,
        changesResult: entry.key.changesResult)
    }
  }
}
