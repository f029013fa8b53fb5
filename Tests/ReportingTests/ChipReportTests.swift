import Foundation
import FoundationXML
import Hardware
import Reporting
import Testing

@Suite struct ChipReportTests {
  @Test(arguments: ReviewFigure.names)
  func figuresOfTheReview(name: String) throws {
    let figure = try #require(try ReviewFigure.named(name))
    #expect(XMLParser(data: Data(figure.svg.utf8)).parse())
    #expect(figure.csv.split(separator: "\n").count > 8 && !figure.remarks.isEmpty)
    #expect(!figure.svg.contains("NaN") && !figure.csv.contains("nan"))
  }

  /// Energy and latency of a network without learning are proportional to timesteps.
  @Test func theProductGrowsWithTheSquareOfTimesteps() throws {
    let figure = try #require(try ReviewFigure.named("review-8"))
    let products = figure.csv.split(separator: "\n").dropFirst().compactMap { Double($0.split(separator: ",")[3]) }
    #expect(products.count == 8 && abs(products[7] / products[0] / 64 - 1) < 0.01)
  }

  @Test func unknownFiguresAreNone() throws { #expect(try ReviewFigure.named("review-1") == nil) }

  @Test func csvHasALineForEachComponent() throws {
    let shape = try NetworkShape(
      layers: [NetworkShape.Layer(name: "a, \"b\"", inputs: 64, outputs: 64)], ticks: 2)
    let plan = try ChipPlan(shape, crossbar: 64, elementsPerTile: 8)
    let estimate = try ChipEstimate.published(shape, plan: plan, constants: .spikeSim)
    let text = ChipText(title: "t", estimate: estimate, plan: plan, constants: .spikeSim, per: "inference")
    let lines = text.csv.split(separator: "\n")
    #expect(lines.count == 2 + estimate.layers[0].components.count)
    #expect(lines[1].hasPrefix("\"a, \"\"b\"\"\",read,crossbar reads,"))
    #expect(text.text.contains("multiply-accumulate"))
    #expect(XMLParser(data: Data(ChipFigure(title: "<&>", estimate: estimate, plan: plan).svg.utf8)).parse())
  }
}
