import Devices
import Quantities
import Testing

@testable import Emulation

@Suite struct ConfigurationTableTests {
  @Test(arguments: ConfigurationTable.keys.map(\.path))
  func everyKeyIsDocumented(path: String) throws {
    let key = try #require(ConfigurationTable.key(path))
    #expect(key.summary.hasSuffix(".") && key.summary.count > 8)
    #expect(key.source.count > 5)
    #expect(key.path.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || "_.".utf8.contains($0) })
    switch key.kind {
    case .integer, .number, .quantity, .integerList, .numberList, .quantityList:
      #expect(!key.unit.isEmpty)
      #expect(key.range.lower != nil || key.range.upper != nil)
    case .choice(let words):
      #expect(words.count > 1 && Set(words).count == words.count)
      #expect(key.unit.isEmpty)
    case .text, .name, .boolean:
      #expect(key.unit.isEmpty)
    }
    if case .quantity(let dimension) = key.kind { #expect(key.unit == dimension.baseUnit) }
  }

  @Test func pathsAreUniqueAndSectionsContiguous() {
    let keys = ConfigurationTable.keys
    #expect(Set(keys.map(\.path)).count == keys.count)
    #expect(Set(ConfigurationTable.sections).count == ConfigurationTable.sections.count)
    #expect(
      ConfigurationTable.sections == [
        "stream", "network", "crossbar", "hardware", "device", "learning", "writes", "checkpoint", "run",
      ])
  }

  private static func alternatives(_ condition: ConfigurationCondition) -> [ConfigurationCondition] {
    if case .either(let conditions) = condition { conditions } else { [condition] }
  }

  /// A condition names a key further up, and words that it can hold.
  @Test func conditionsRestOnEarlierKeys() throws {
    for (index, key) in ConfigurationTable.keys.enumerated() {
      for condition in key.conditions.flatMap(Self.alternatives) {
        let other = try #require(ConfigurationTable.index[condition.key])
        #expect(other < index)
        switch (condition, ConfigurationTable.keys[other].kind) {
        case (.isOne(let words, _), .choice(let known)), (.isNone(let words, _), .choice(let known)):
          #expect(!words.isEmpty && Set(words).isSubset(of: known))
        case (.isNone(let words, _), .text), (.isOne(let words, _), .text): #expect(words == ["none"])
        case (.isOne(let words, _), .boolean): #expect(words == ["true"])
        case (.isPositive, .number), (.isPositive, .quantity), (.isPositive, .integer): break
        default: Issue.record("\(key.path)")
        }
      }
    }
  }

  @Test func referenceShowsEverything() {
    let text = ConfigurationReference.text().split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    let json = ConfigurationReference.json()
    for key in ConfigurationTable.keys {
      #expect(text.contains(" \(key.path) "))
      #expect(text.contains(key.summary) && text.contains(key.source), "\(key.path)")
      #expect(json.contains("\"key\": \"\(key.path)\""))
    }
    #expect(text.contains("0 (ideal); 0.037 (rram-taox-hfox, rram-65nm"))
    #expect(text.contains("where device.response is nonlinear:"))
    #expect(text.contains("Cite: W. Wu"))
    #expect(text.contains("(0 S, 1 mS)"))
    for preset in DeviceTechnology.all { #expect(text.contains("\(preset.name): \(preset.summary)")) }
  }

  @Test func referenceFiltersByPrefix() {
    #expect(ConfigurationReference.keys(prefix: "crossbar.adc").count == 11)
    #expect(!ConfigurationReference.text(prefix: "crossbar").contains("device.preset"))
    #expect(ConfigurationReference.text(prefix: "nothing").isEmpty)
    #expect(ConfigurationReference.json(prefix: "nothing") == "{\n  \"keys\": []\n}\n")
  }

  @Test func referenceColumnsAreAligned() {
    let rows = ConfigurationReference.text(prefix: "run.").split(separator: "\n").filter { $0.hasPrefix("  run.") }
    let starts = rows.map { row in
      row.distance(
        from: row.startIndex, to: row.dropFirst(2).drop { $0 != " " }.firstIndex { $0 != " " } ?? row.endIndex)
    }
    #expect(rows.count == 8 && Set(starts).count == 1)
  }

  @Test func referenceFitsAScreen() {
    for line in ConfigurationReference.text().split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
  }
}
