import Foundation
import FoundationXML

@testable import Reporting

/// An XML document's elements, as far as the tests ask for them.
final class XMLOutline: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private(set) var counts: [String: Int] = [:]
  private(set) var attributes: [(element: String, values: [String: String])] = []
  private(set) var message: String?
  private var openTexts: [String] = []

  /// Parses `document`; `message` says what is not well formed.
  init(_ document: String) {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    if !parser.parse() { message = parser.parserError.map { "\($0)" } ?? "not XML" }
  }

  func values(of name: String, in element: String) -> [String] {
    attributes.filter { $0.element == element }.compactMap { $0.values[name] }
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes values: [String: String]
  ) {
    counts[element, default: 0] += 1
    attributes.append((element, values))
    openTexts.append("")
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    for index in openTexts.indices { openTexts[index] += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
  ) {
    texts.append(openTexts.removeLast())
  }
}

/// A small generator with a fixed seed, so that every test run draws the same.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// A name that breaks careless markup.
let hostileName = "<script>\"l&1'\u{1}\n]]> -->"

func learningCurve(points: Int) -> LearningCurve {
  var curve = LearningCurve()
  var random = SplitMix(state: 3)
  for index in 0..<points {
    let samples = Double(index * 10)
    curve.runningAccuracy.append(CurvePoint(samples: samples, value: Double.random(in: 0.3...0.9, using: &random)))
    curve.setPulses.append(CurvePoint(samples: samples, value: samples * 31))
    curve.resetPulses.append(CurvePoint(samples: samples, value: samples * 29))
    curve.stuckDevices.append(CurvePoint(samples: samples, value: Double(index / 50)))
  }
  curve.testAccuracy = [CurvePoint(samples: 0, value: 0.4), CurvePoint(samples: Double(points * 10), value: 0.88)]
  return curve
}

func wornLayer(_ name: String, rows: Int, columns: Int, tile: Int = 64, seed: UInt64 = 1) throws -> WearMap {
  var random = SplitMix(state: seed)
  let pulses = (0..<rows * columns).map { UInt32.random(in: 0...4, using: &random) << UInt32($0 % 11) }
  let stuck = pulses.map { $0 > 4000 && Bool.random(using: &random) }
  return try WearMap(
    layerName: name, rows: rows, columns: columns, tileRows: tile, tileColumns: tile, pulses: pulses, stuck: stuck)
}
